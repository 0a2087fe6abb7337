//! Shelves: what is put there is there, in memory or sealed on the disk, until it expires.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use kanzlei::Kanzlei;
use kanzlei::core::ports::Clock;
use kanzlei::store::SystemClock;
use kanzlei_adapters::http::NotSignedIn;
use kanzlei_adapters::oidc::{
    MemoryShelf, Revoked, SealedShelf, Settings, Shelf, ShelfError, ShelfKey, SignIns,
};
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
    let revoked = Revoked::Token("token-1");
    let revocations = &hall.sign_ins.revocations;
    revocations
        .revoke(&issuer.address, revoked, until)
        .await
        .unwrap();
    hall.again().await;
    let token = issuer.sign(&issuer.claims(hall.now()));
    let why = hall.who(&token).await.unwrap_err();
    assert_eq!(why, NotSignedIn::Revoked);
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
    // One that was given before all of it: what is given afterwards counts.
    let given = SystemClock.now();
    let mut claims = issuer.claims(given.micros() / 1_000_000);
    claims["sid"] = "kept".into();
    let token = issuer.sign(&claims);
    for opened in 0..2 {
        let kanzlei = Kanzlei::open(directory.path()).start().unwrap();
        let shelf = Arc::new(SealedShelf::of(&kanzlei).unwrap());
        let settings = Settings::from_toml(&settings(&issuer)).unwrap();
        let ports = kanzlei.engine().ports();
        let sign_ins = SignIns::open(settings, ports, shelf, PORTAL, directory.path());
        let sign_ins = sign_ins.await.unwrap();
        let now = ports.clock.now();
        let request =
            axum::http::Request::builder().header("authorization", format!("Bearer {token}"));
        let request = request.body(()).unwrap().into_parts().0;
        let known = sign_ins.any().viewer(&request).await;
        assert_eq!(known.is_ok(), opened == 0, "{known:?}");
        let revoked = Revoked::Session("kept");
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

/// Counts what it costs, and fails when it is told to.
pub struct Counting {
    shelf: MemoryShelf,
    read: AtomicUsize,
    written: AtomicUsize,
    /// So many times from now on.
    pub fails: AtomicUsize,
}

impl Counting {
    fn of(hall: &Hall) -> Arc<Self> {
        Arc::new(Self {
            shelf: MemoryShelf::new(hall.clock.clone()),
            read: AtomicUsize::new(0),
            written: AtomicUsize::new(0),
            fails: AtomicUsize::new(0),
        })
    }
}

#[async_trait]
impl Shelf for Counting {
    async fn put(&self, key: ShelfKey, until: Timestamp, bytes: &[u8]) -> Result<(), ShelfError> {
        let one_less = |fails: usize| fails.checked_sub(1);
        let (set, get) = (Ordering::SeqCst, Ordering::SeqCst);
        if self.fails.fetch_update(set, get, one_less).is_ok() {
            return Err(ShelfError("the disk is full".to_owned()));
        }
        self.written.fetch_add(bytes.len(), Ordering::SeqCst);
        self.shelf.put(key, until, bytes).await
    }

    async fn get(&self, key: ShelfKey) -> Result<Option<Vec<u8>>, ShelfError> {
        self.read.fetch_add(1, Ordering::SeqCst);
        self.shelf.get(key).await
    }
}

/// A hall that keeps what is taken back there.
pub async fn keeping(issuer: &Issuer) -> (Hall, Arc<Counting>) {
    let mut hall = Hall::trusting(issuer).await;
    let shelf = Counting::of(&hall);
    hall.shelf = shelf.clone();
    hall.again().await;
    (hall, shelf)
}

async fn revoke(
    hall: &Hall,
    issuer: &Issuer,
    token: usize,
    seconds: i64,
) -> Result<(), ShelfError> {
    let until = Timestamp::from_micros((hall.now() + seconds) * 1_000_000);
    let token = format!("token-{token}");
    let revocations = &hall.sign_ins.revocations;
    let revoked = Revoked::Token(&token);
    revocations.revoke(&issuer.address, revoked, until).await
}

async fn is_revoked(hall: &Hall, issuer: &Issuer, token: usize) -> bool {
    let mut claims = issuer.claims(hall.now());
    claims["jti"] = format!("token-{token}").into();
    let who = hall.who(&issuer.sign(&claims)).await;
    matches!(who, Err(NotSignedIn::Revoked))
}

#[tokio::test]
async fn however_many_are_taken_back_each_costs_the_same_and_all_are_kept() {
    const MANY: usize = 30_000;
    let issuer = Issuer::start().await;
    let (mut hall, shelf) = keeping(&issuer).await;
    let cost = || shelf.written.swap(0, Ordering::SeqCst);
    let mut costs = [0, 0];
    for token in 0..MANY {
        revoke(&hall, &issuer, token, 600).await.unwrap();
        if token == MANY / 2 - 1 {
            costs[0] = cost();
        }
    }
    costs[1] = cost();
    assert!(costs[1] <= costs[0] + costs[0] / 10, "{costs:?}");
    assert!(costs[1] / (MANY / 2) <= 4_096, "{costs:?}");
    hall.again().await;
    for token in [0, 1, 127, 128, 129, 19_999, 20_000, 20_001, MANY - 1] {
        assert!(is_revoked(&hall, &issuer, token).await, "{token}");
    }
    assert!(!is_revoked(&hall, &issuer, MANY).await);
    // What has expired isn't read again, nor kept.
    hall.wait(601);
    for token in MANY..MANY + 300 {
        revoke(&hall, &issuer, token, 600).await.unwrap();
    }
    shelf.read.store(0, Ordering::SeqCst);
    hall.again().await;
    assert!(shelf.read.load(Ordering::SeqCst) <= 5);
    for token in [MANY, MANY + 299] {
        assert!(is_revoked(&hall, &issuer, token).await, "{token}");
    }
    assert!(!is_revoked(&hall, &issuer, 0).await);
}

#[tokio::test]
async fn what_could_not_be_kept_is_said_and_is_kept_with_the_next() {
    let issuer = Issuer::start().await;
    let (mut hall, shelf) = keeping(&issuer).await;
    revoke(&hall, &issuer, 1, 600).await.unwrap();
    shelf.fails.store(1, Ordering::SeqCst);
    revoke(&hall, &issuer, 2, 600).await.unwrap_err();
    assert!(is_revoked(&hall, &issuer, 2).await);
    revoke(&hall, &issuer, 3, 600).await.unwrap();
    hall.again().await;
    for token in [1, 2, 3] {
        assert!(is_revoked(&hall, &issuer, token).await, "{token}");
    }
}
