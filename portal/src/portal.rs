//! `portal`: pages for residents, authorities and the canton, and the interface for programs.

use std::io::{self, IsTerminal};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::http::{HeaderName, Uri};
use clap::Args;
use kanzlei::Kanzlei;
use kanzlei_adapters::http::{self, Rate};
use kanzlei_adapters::oidc::SealedShelf;
use kanzlei_portal::mark::Mark;
use kanzlei_portal::web::{self, Ended, Limits, Server};
use serde::Serialize;
use tokio::runtime::Runtime;
use tracing_subscriber::EnvFilter;

use crate::demo::{self, Demo};
use crate::failure::Failure;
use crate::installation;
use crate::interrupt::Interrupt;
use crate::output::Output;
use crate::progress::eprintln_quietly;
use trust::Trust;

mod trust;
mod watch;

const PORT: u16 = 8080;
/// How often what has expired is cleared away.
const SWEEP_EACH: Duration = Duration::from_hours(1);

/// Serve the portal until Ctrl-C.
///
/// It prints its address on a line of its own. What happens is told on standard error: how much,
/// says `KANZLEI_LOG`, such as `info` or `kanzlei=debug`.
#[derive(Debug, Clone, Args)]
pub struct Portal {
    /// The port; 0 takes a free one.
    #[arg(long, default_value_t = PORT)]
    port: u16,
    /// The address at which it listens.
    #[arg(long, default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    address: IpAddr,
    /// How people reach it, such as `https://portal.example.ch`, if not under that address.
    #[arg(long, value_name = "URL", value_parser = public_url)]
    public_url: Option<String>,
    /// How often one person, or one address from which nobody is signed in, may read in a minute.
    #[arg(long, value_name = "N", default_value_t = http::Limits::default().reads.per_minute)]
    reads_per_minute: u32,
    /// How often one person, or one address from which nobody is signed in, may write in a minute.
    #[arg(long, value_name = "N", default_value_t = http::Limits::default().writes.per_minute)]
    writes_per_minute: u32,
    /// The header in which a proxy in front names the address of whom it serves, such as
    /// `x-forwarded-for`. Only if all requests come through that proxy.
    #[arg(long, value_name = "NAME")]
    peer_header: Option<HeaderName>,
    /// Event streams that one person has open at once.
    #[arg(long, value_name = "N", default_value_t = http::Limits::default().streams_per_person)]
    streams_per_person: usize,
    /// Print each page with its method, who may ask for it and the file that it is in, as a list
    /// in JSON, and serve nothing.
    #[arg(long)]
    list_pages: bool,
    /// The file that says which issuers sign people in. A store that `demo` has made needs none.
    #[arg(long, value_name = "FILE.toml")]
    sign_in: Option<PathBuf>,
}

impl Portal {
    /// What one may ask for at most.
    fn limits(&self) -> http::Limits {
        http::Limits {
            reads: Rate::per_minute(self.reads_per_minute),
            writes: Rate::per_minute(self.writes_per_minute),
            streams_per_person: self.streams_per_person,
            ..http::Limits::default()
        }
    }
}

impl Default for Portal {
    fn default() -> Self {
        let limits = http::Limits::default();
        Self {
            reads_per_minute: limits.reads.per_minute,
            writes_per_minute: limits.writes.per_minute,
            streams_per_person: limits.streams_per_person,
            port: PORT,
            address: IpAddr::V4(Ipv4Addr::LOCALHOST),
            public_url: None,
            peer_header: None,
            list_pages: false,
            sign_in: None,
        }
    }
}

/// What the program does without a command: the demonstration if there is no store, and the portal.
pub fn first(store: &Path, out: &mut Output) -> Result<(), Failure> {
    let interrupt = Interrupt::listen_as_service()?;
    let portal = Portal::default();
    let unfilled = match Mark::of(store).map_err(Failure::store)? {
        Some(mark) => (!mark.is_whole()).then_some(mark.seed()),
        None => (!kanzlei::is_there(store)?).then_some(demo::SEED),
    };
    let kanzlei = if let Some(seed) = unfilled {
        demo::fill(store, &Demo::of(seed), &interrupt)?.kanzlei
    } else {
        // Before the store is opened: nothing waits for a portal that there won't be.
        Trust::of(store, &portal)?;
        installation::open(store)?
    };
    let trust = Trust::of(store, &portal)?;
    let runtime = runtime()?;
    // Who has just cloned this needn't know what else listens at the usual port.
    let server = runtime.block_on(async {
        match bind(&portal).await {
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
                let portal = Portal {
                    port: 0,
                    ..portal.clone()
                };
                bind(&portal).await
            }
            bound => bound,
        }
    });
    let server = server.map_err(|error| not_bound(&portal, &error))?;
    serve(kanzlei, &portal, trust, server, runtime, &interrupt, out)
}

pub fn run(store: &Path, out: &mut Output, portal: &Portal) -> Result<(), Failure> {
    if portal.list_pages {
        return list_pages(out);
    }
    let interrupt = Interrupt::listen_as_service()?;
    installation::there(store)?;
    let trust = Trust::of(store, portal)?;
    if portal.public_url.is_none() && !portal.address.is_loopback() {
        return Err(Failure::usage(format!(
            "say how people reach the portal at {}: --public-url https://…",
            portal.address
        )));
    }
    let kanzlei = installation::open(store)?;
    let runtime = runtime()?;
    let server = runtime.block_on(bind(portal));
    let server = server.map_err(|error| not_bound(portal, &error))?;
    serve(kanzlei, portal, trust, server, runtime, &interrupt, out)
}

/// What the portal answers: tests read here which pages there are.
fn list_pages(out: &mut Output) -> Result<(), Failure> {
    let pages = web::recorded();
    out.list(pages.routes().map(|route| {
        Ok(Page {
            method: route.method.to_string(),
            path: route.path,
            may: format!("{:?}", route.may),
            file: route.file,
        })
    }))
}

#[derive(Serialize)]
struct Page {
    method: String,
    path: &'static str,
    may: String,
    file: &'static str,
}

/// Serves until somebody wants an end, and closes the store.
fn serve(
    kanzlei: Kanzlei,
    portal: &Portal,
    trust: Trust,
    server: Server,
    runtime: Runtime,
    interrupt: &Interrupt,
    out: &mut Output,
) -> Result<(), Failure> {
    log_to_standard_error();
    let address = server.address()?;
    let listens = format!("http://{address}");
    let public_url = portal.public_url.as_deref().unwrap_or(&listens);
    let trusted = trust.settings(&kanzlei, address, public_url)?;
    let shelf = Arc::new(SealedShelf::of(&kanzlei)?);
    let sign_ins = trusted.sign_ins(kanzlei.engine().ports(), shelf, public_url);
    let sign_ins = runtime.block_on(sign_ins)?;
    let mut router = web::Portal::new(kanzlei.clone(), public_url)
        .limits(portal.limits())
        .sign_ins(&sign_ins);
    if let Some(name) = &portal.peer_header {
        router = router.peer_header(name.clone());
    }
    drop(sign_ins);
    out.line(&listens)?;
    if let Some(issuer) = trusted.issuer {
        trust::tell(out, public_url, issuer.people())?;
        router = router.issuer(issuer);
    }
    out.flush()?;
    let router = router.router();
    let ended = runtime.block_on(async {
        tokio::spawn(sweep(kanzlei.clone()));
        tokio::spawn(watch::watch(kanzlei.clone()));
        let stop = async {
            if let Err(error) = interrupt.wanted().await {
                tracing::error!(%error, "signals can't be heard");
            }
        };
        server.serve(router, stop).await
    });
    if ended == Ended::Cut {
        eprintln_quietly("some requests took too long to wait for");
    }
    // Before the store: what still runs holds it open.
    drop(runtime);
    Ok(kanzlei.close()?)
}

/// Clears away what has expired, now and then.
async fn sweep(kanzlei: Kanzlei) {
    let mut each = tokio::time::interval(SWEEP_EACH);
    loop {
        each.tick().await;
        let kanzlei = kanzlei.clone();
        // It reads files.
        let swept =
            tokio::task::spawn_blocking(move || futures::executor::block_on(kanzlei.sweep()));
        match swept.await {
            Ok(Ok(swept)) => {
                for error in swept.unreadable {
                    tracing::error!(%error, "a file can't be read");
                }
            }
            Ok(Err(error)) => tracing::error!(%error, "what has expired can't be cleared away"),
            Err(error) => tracing::error!(%error, "clearing away what has expired broke off"),
        }
    }
}

fn runtime() -> io::Result<Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .thread_name("portal")
        .build()
}

async fn bind(portal: &Portal) -> io::Result<Server> {
    Server::bind(
        SocketAddr::new(portal.address, portal.port),
        Limits::default(),
    )
    .await
}

fn not_bound(portal: &Portal, error: &io::Error) -> Failure {
    let address = SocketAddr::new(portal.address, portal.port);
    Failure::usage(format!(
        "{address} can't be had: {error}; give another with --port, 0 for a free one"
    ))
}

/// For people on a terminal, and as JSON for what collects logs elsewhere.
fn log_to_standard_error() {
    let level = EnvFilter::try_from_env("KANZLEI_LOG").unwrap_or_else(|_| EnvFilter::new("warn"));
    let lines = tracing_subscriber::fmt()
        .with_env_filter(level)
        .with_writer(io::stderr);
    // Another subscriber is there only in tests.
    let _ = if io::stderr().is_terminal() {
        lines.compact().try_init()
    } else {
        lines.json().try_init()
    };
}

/// An origin: `https`, or `http` on this machine alone, where nobody listens in.
fn public_url(text: &str) -> Result<String, String> {
    let wrong = "give https://, the host and no path, such as https://portal.example.ch";
    let url: Uri = text.parse().map_err(|_| wrong.to_owned())?;
    let (scheme, host) = (url.scheme_str(), url.host().unwrap_or_default());
    let here = host == "localhost"
        || host
            .trim_matches(['[', ']'])
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback());
    let secure = scheme == Some("https") || (scheme == Some("http") && here);
    let bare = matches!(url.path(), "" | "/") && url.query().is_none();
    if secure && bare && !host.is_empty() {
        Ok(text.trim_end_matches('/').to_owned())
    } else {
        Err(wrong.to_owned())
    }
}
