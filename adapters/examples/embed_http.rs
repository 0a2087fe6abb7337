//! A portal of one's own around the engine's interface: it signs people in, and mounts the rest.
//!
//! ```text
//! cargo run -p kanzlei-adapters --features http --example embed_http -- some-directory 8080
//! curl -H 'x-user: person:1:Anna' http://127.0.0.1:8080/api/me
//! ```
//!
//! This one believes whoever comes what a header says, as behind a proxy that signs people in.
//! Never let anybody reach it past that proxy. Without a directory it asks itself once, and ends.

use std::error::Error;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::Request;
use axum::http::request::Parts;
use kanzlei::{Actor, Assurance, AuthorityId, Code, Kanzlei, OfficialId, PersonId, services};
use kanzlei_adapters::http::{Http, NotSignedIn, Options, Rate, SignIn, Viewer};
use tower::ServiceExt;

/// What the proxy writes: `person:NUMBER:NAME`, `official:NUMBER:AUTHORITY:ROLE` or `operator`.
struct ByProxy;

#[async_trait]
impl SignIn for ByProxy {
    async fn viewer(&self, request: &Parts) -> Result<Option<Viewer>, NotSignedIn> {
        let Some(user) = request.headers.get("x-user") else {
            return Ok(None);
        };
        let forged = NotSignedIn::Forged("the proxy writes no such thing");
        let user = user.to_str().map_err(|_| forged.clone())?;
        let actor = actor(user).ok_or(forged)?;
        Ok(Some(Viewer {
            actor: actor.with_assurance(Assurance::SUBSTANTIAL),
            identity: user.to_owned(),
            name: user.to_owned(),
            until: None,
        }))
    }
}

fn actor(user: &str) -> Option<Actor> {
    let pieces: Vec<&str> = user.split(':').collect();
    let id = |number: &str| Some(number.parse::<u128>().ok()?.to_be_bytes());
    match pieces.as_slice() {
        ["person", number, name] => Some(Actor::resident(
            PersonId::from_bytes(id(number)?),
            (*name).to_owned(),
        )),
        ["official", number, authority, role] => Some(Actor::official(
            OfficialId::from_bytes(id(number)?),
            AuthorityId(authority.parse().ok()?),
            Code::new(role).ok()?,
        )),
        ["operator"] => Some(Actor::installation()),
        _ => None,
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let passing = tempfile::tempdir()?; // gone at the end
    let stays = arguments.next().map(PathBuf::from);
    let directory = stays.as_deref().unwrap_or(passing.path());
    let port: u16 = arguments.next().map_or(Ok(0), |port| port.parse())?;
    let kanzlei = Kanzlei::open(directory)
        .register(services::register::lucerne()?)
        .service(services::certificate_of_residence()?)
        .service(services::move_of_residence()?)
        .start()?;
    let mut options = Options::default();
    // The proxy counts already how often somebody asks.
    options.limits.reads = Rate::per_minute(600_000);
    options.limits.writes = Rate::per_minute(600_000);
    let http = Http::new(kanzlei, Arc::new(ByProxy), options);
    let router = Router::new().nest("/api", http.router());
    if stays.is_none() {
        let request = Request::get("/api/me").header("x-user", "person:1:Anna");
        let answer = router.oneshot(request.body(Body::empty())?).await?;
        println!("{:?}", to_bytes(answer.into_body(), 10_000).await?);
        return Ok(());
    }
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    println!("http://{}/api/docs", listener.local_addr()?);
    // Whoever isn't signed in is counted by the address that they come from.
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service).await?;
    Ok(())
}
