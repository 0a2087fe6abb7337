//! The engine's interface for programs that bring tokens of your `OpenID` Connect issuer.
//!
//! ```text
//! cargo run -p kanzlei-adapters --features oidc --example oidc_bearer
//! ```
//!
//! It shows whom claims name, asks itself without a token, and ends.

use std::error::Error;
use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::Request;
use kanzlei::{Kanzlei, services};
use kanzlei_adapters::http::{Http, Options};
use kanzlei_adapters::oidc::{SealedShelf, Settings, SignIns};
use tower::ServiceExt;

const URL: &str = "https://portal.example.ch";
/// `Settings` has all that there is to say.
const SETTINGS: &str = r#"
    [[issuer]]
    name = "staff"
    issuer = "https://login.example.ch/staff"   # exactly as in its tokens
    audiences = ["kanzlei"]                     # one of them must be in a token
    algorithms = ["ES256"]                      # no others, whatever a token says
    residents = false                           # who has none of the roles is nobody

    [issuer.claims]                             # paths, with dots between names
    authority = "office.number"
    roles = "office.roles"
    assurance = "acr"

    [issuer.assurance]
    "urn:example:two-factors" = "substantial"

    [[issuer.roles]]
    value = "case-handling"
    role = "clerk"
"#;
/// As your issuer writes them into its tokens.
const CLAIMS: &str = r#"{
    "sub": "u-4711", "name": "Beat Beispiel", "acr": "urn:example:two-factors",
    "office": { "number": 1061, "roles": ["case-handling"] }
}"#;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let directory = tempfile::tempdir()?; // gone at the end
    let kanzlei = Kanzlei::open(directory.path())
        .register(services::register::lucerne()?)
        .service(services::certificate_of_residence()?)
        .start()?;
    let ports = kanzlei.engine().ports();
    let settings = Settings::from_toml(SETTINGS)?;

    // Whom claims name can be tried before the issuer is there.
    for issuer in &settings.issuers {
        let claims = serde_json::from_str(CLAIMS)?;
        let viewer = issuer.viewer(&claims, ports.vault.as_ref(), None).await?;
        println!("{viewer:#?}");
    }

    // The issuer's keys are fetched when the first token comes.
    let shelf = Arc::new(SealedShelf::of(&kanzlei)?);
    let sign_ins = SignIns::open(settings, ports, shelf, URL, Path::new("")).await?;
    let http = Http::new(kanzlei.clone(), sign_ins.any(), Options::default());
    let router = Router::new().nest("/api", http.router()); // for a server, as in `embed_http`

    let request = Request::get("/api/me").body(Body::empty())?;
    let answer = router.oneshot(request).await?;
    println!("{}", answer.status());
    println!("{:?}", to_bytes(answer.into_body(), 10_000).await?);
    Ok(())
}
