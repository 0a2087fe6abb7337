//! Shelves: what is put there is there, in memory or sealed on the disk, until it expires.

use std::sync::Arc;

use kanzlei::Kanzlei;
use kanzlei_adapters::oidc::{MemoryShelf, SealedShelf, Settings, Shelf, SignIns};
use kanzlei_core::Timestamp;
use kanzlei_core::testing::ManualClock;

use crate::issuer::{Hall, Issuer, PORTAL, settings};

/// What both must do is what sessions need: they are kept, changed, ended, and found again.
async fn keeps_sessions(shelf: Arc<dyn Shelf>) {
    let issuer = Issuer::start().await;
    let mut hall = Hall::trusting(&issuer).await;
    hall.shelf = shelf;
    hall.again().await;
    let until = Timestamp::from_micros(i64::MAX);
    let revoked = kanzlei_adapters::oidc::Revoked::Token("token-1");
    let revocations = &hall.sign_ins.revocations;
    revocations
        .revoke(&issuer.address, revoked, until)
        .await
        .unwrap();
    hall.again().await;
    let token = issuer.sign(&issuer.claims(hall.now()));
    let why = hall.who(&token).await.unwrap_err();
    assert_eq!(why, kanzlei_adapters::http::NotSignedIn::Revoked);
}

#[tokio::test]
async fn a_shelf_keeps_what_is_put_there() {
    let clock = Arc::new(ManualClock::at(Timestamp::from_micros(0)));
    keeps_sessions(Arc::new(MemoryShelf::new(clock))).await;
    let directory = tempfile::tempdir().unwrap();
    let kanzlei = Kanzlei::open(directory.path()).start().unwrap();
    keeps_sessions(Arc::new(SealedShelf::of(&kanzlei).unwrap())).await;
}

#[tokio::test]
async fn an_installation_that_is_opened_again_has_what_was_put_there() {
    let directory = tempfile::tempdir().unwrap();
    let issuer = Issuer::start().await;
    for opened in 0..2 {
        let kanzlei = Kanzlei::open(directory.path()).start().unwrap();
        let shelf = Arc::new(SealedShelf::of(&kanzlei).unwrap());
        let settings = Settings::from_toml(&settings(&issuer)).unwrap();
        let ports = kanzlei.engine().ports();
        let sign_ins = SignIns::open(settings, ports, shelf, PORTAL, directory.path());
        let sign_ins = sign_ins.await.unwrap();
        let now = ports.clock.now();
        let mut claims = issuer.claims(now.micros() / 1_000_000);
        claims["sid"] = "kept".into();
        let token = issuer.sign(&claims);
        let request =
            axum::http::Request::builder().header("authorization", format!("Bearer {token}"));
        let request = request.body(()).unwrap().into_parts().0;
        let known = sign_ins.any().viewer(&request).await;
        assert_eq!(known.is_ok(), opened == 0, "{known:?}");
        let revoked = kanzlei_adapters::oidc::Revoked::Session("kept");
        let until = now.plus_micros(60_000_000);
        sign_ins
            .revocations
            .revoke(&issuer.address, revoked, until)
            .await
            .unwrap();
        drop(sign_ins);
        kanzlei.close().unwrap();
    }
}

#[tokio::test]
async fn settings_with_a_wrong_address_or_without_their_secret_open_nothing() {
    let issuer = Issuer::start().await;
    let directory = tempfile::tempdir().unwrap();
    let kanzlei = Kanzlei::open(directory.path()).start().unwrap();
    let shelf: Arc<dyn Shelf> = Arc::new(SealedShelf::of(&kanzlei).unwrap());
    let good = settings(&issuer);
    let secret = format!("{good}client_secret_file = \"no-such-file\"\n");
    for (settings, url, said) in [
        (&good, "portal.example.ch", "no address of a portal"),
        (&good, "http://portal.example.ch", "no address of a portal"),
        (
            &good,
            "https://portal.example.ch/under",
            "no address of a portal",
        ),
        (&secret, PORTAL, "no-such-file"),
    ] {
        let settings = Settings::from_toml(settings).unwrap();
        let ports = kanzlei.engine().ports();
        let opened = SignIns::open(settings, ports, Arc::clone(&shelf), url, directory.path());
        let why = opened.await.unwrap_err().to_string();
        assert!(why.contains(said), "{url}: {why}");
    }
}
