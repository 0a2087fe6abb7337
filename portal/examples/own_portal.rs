//! A portal of your own: your service, your sign-in, the ready-made pages at `/` and the interface
//! for programs at `/api`.
//!
//! ```text
//! cargo run -p kanzlei-portal --example own_portal          # asks itself who it serves, and ends
//! cargo run -p kanzlei-portal --example own_portal -- stay  # until Ctrl-C
//! ```

use std::error::Error;
use std::net::SocketAddr;
use std::sync::Arc;

use async_trait::async_trait;
use axum::http::{header::COOKIE, request::Parts};
use kanzlei::{
    Actor, Assurance, Disclosure, FieldKind, Kanzlei, Labels, PersonId, Service, services,
};
use kanzlei_adapters::http::{NotSignedIn, SignIn, Viewer};
use kanzlei_portal::web::{Limits, Portal, Server};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// A sketch of your own sessions: yours looks up whose the cookie is.
struct YourSessions;

#[async_trait]
impl SignIn for YourSessions {
    async fn viewer(&self, request: &Parts) -> Result<Option<Viewer>, NotSignedIn> {
        let line = request.headers.get(COOKIE).map(|line| line.to_str());
        let mut cookies = line.and_then(Result::ok).unwrap_or_default().split("; ");
        match cookies.find_map(|cookie| cookie.strip_prefix("your-session=")) {
            None => Ok(None), // the public
            Some("of-anna") => Ok(Some(Viewer {
                actor: Actor::resident(PersonId::from_bytes([1; 16]), "Anna Muster")
                    .with_assurance(Assurance::SUBSTANTIAL),
                identity: "anna".to_owned(),
                name: "Anna Muster".to_owned(),
                until: None,
            })),
            Some(_) => Err(NotSignedIn::Expired), // never the public, for one that doesn't hold
        }
    }
}

#[tokio::main]
#[rustfmt::skip] // A line a step.
async fn main() -> Result<(), Box<dyn Error>> {
    let bench = Service::builder("park-bench", Labels::de("Parkbank melden"))
        .valid_from(2025, 1, 1)
        .required("municipality", Labels::de("Gemeinde"), FieldKind::Municipality)
        .plain("municipality", "Bezeichnet eine Behörde, keine Person")
        .municipality_of("municipality")
        .phase("repair", Labels::de("Reparatur"))
        .task("repair", "mend", Labels::de("Bank flicken"))
        .disclosure(Disclosure::narrow("Datenschutzgesetz (KDSG), SRL 38"))
        .build()?;
    let directory = tempfile::tempdir()?; // gone at the end
    let opening = Kanzlei::open(directory.path()).register(services::register::lucerne()?);
    let kanzlei = opening.service(bench).start()?;
    let server = Server::bind("127.0.0.1:0".parse()?, Limits::default()).await?;
    let address = server.address()?;
    let portal = Portal::new(kanzlei, &format!("http://{address}")).sign_in(Arc::new(YourSessions));
    println!("http://{address}");
    let stop = async {
        if std::env::args().any(|word| word == "stay") {
            return tokio::signal::ctrl_c().await.unwrap_or_default();
        }
        println!("{}", ask(address, "/api/me").await.unwrap_or_default());
    };
    println!("{:?}", server.serve(portal.router(), stop).await);
    Ok(())
}

#[rustfmt::skip]
async fn ask(address: SocketAddr, path: &str) -> std::io::Result<String> {
    let mut stream = tokio::net::TcpStream::connect(address).await?;
    let head = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\ncookie: your-session=of-anna");
    stream.write_all((head + "\r\nconnection: close\r\n\r\n").as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.map(|_| answer)
}
