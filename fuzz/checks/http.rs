//! Requests from anybody, to the interface and to the pages.

use std::sync::Arc;

use async_trait::async_trait;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Request, StatusCode, header};
use kanzlei::store::{
    MemoryEventStore, MemoryKeyVault, MemoryViewStore, SystemClock, SystemEntropy,
};
use kanzlei::{Actor, AuthorityId, Code, Kanzlei, OfficialId, PersonId, services};
use kanzlei_adapters::http::{Http, Limits, NotSignedIn, Options, Rate, SignIn, Viewer};
use kanzlei_portal::web::pages;
use tokio::runtime::{Builder, Runtime};
use tower::ServiceExt;

/// Whatever is sent is answered, by the interface in its own form, and is never the server's fault.
///
/// An input is a request as one reads it: method and path, headers, an empty line, the body. The
/// header `as` says who sends it.
pub fn check(input: &[u8]) {
    thread_local!(static GROUND: Ground = Ground::new());
    if let Some(request) = request(input) {
        GROUND.with(|ground| ground.answers(request));
    }
}

fn request(input: &[u8]) -> Option<Request<Body>> {
    let mut at = input.windows(2).position(|two| two == b"\n\n");
    let end = at.get_or_insert(input.len());
    let (head, body) = input.split_at(*end);
    let mut lines = head.split(|byte| *byte == b'\n');
    let first = std::str::from_utf8(lines.next()?).ok()?;
    let (method, path) = first.split_once(' ')?;
    let mut request = Request::builder().method(method).uri(path);
    for line in lines {
        let colon = line.iter().position(|byte| *byte == b':')?;
        let (name, value) = (&line[..colon], line[colon + 1..].trim_ascii());
        request = request.header(name, value);
    }
    let body = body.get(2..).unwrap_or_default().to_vec();
    request.body(body.into()).ok()
}

/// A small town in memory.
struct Ground {
    runtime: Runtime,
    router: Router,
    _directory: tempfile::TempDir,
}

impl Ground {
    fn new() -> Self {
        let directory = tempfile::tempdir().expect("a folder can be made");
        let vault = MemoryKeyVault::new(Arc::new(SystemEntropy)).expect("there is entropy");
        let kanzlei = Kanzlei::open(directory.path())
            .store(MemoryEventStore::new(Arc::new(SystemClock)))
            .vault(vault)
            .views(MemoryViewStore::new())
            .register(services::register::lucerne().expect("it is right"))
            .service(services::certificate_of_residence().expect("it is right"))
            .service(services::move_of_residence().expect("it is right"))
            .start()
            .expect("it starts");
        let mut limits = Limits::default();
        let unlimited = Rate {
            per_minute: u32::MAX,
            burst: u32::MAX,
        };
        (limits.reads, limits.writes) = (unlimited, unlimited);
        let options = Options {
            limits,
            ..Options::default()
        };
        let sign_in: Arc<dyn SignIn> = Arc::new(ByWord);
        let http = Http::new(kanzlei.clone(), sign_in, options);
        let runtime = Builder::new_current_thread().enable_all().build();
        Self {
            router: pages::router(kanzlei, http.door()).nest("/api", http.router()),
            runtime: runtime.expect("a runtime starts"),
            _directory: directory,
        }
    }

    fn answers(&self, request: Request<Body>) {
        let api = request.uri().path().starts_with("/api/");
        self.runtime.block_on(async {
            let answer = self.router.clone().oneshot(request).await;
            let answer = answer.expect("a router answers");
            let status = answer.status();
            let kind = answer.headers().get(header::CONTENT_TYPE);
            let kind = kind.map_or(b"".as_slice(), |kind| kind.as_bytes()).to_vec();
            // An event stream has no end.
            if kind == b"text/event-stream" {
                return;
            }
            let body = to_bytes(answer.into_body(), usize::MAX).await;
            let body = body.expect("an answer comes whole");
            let later = status == StatusCode::SERVICE_UNAVAILABLE;
            assert!(!status.is_server_error() || later, "{status}: {body:?}");
            if api && status.is_client_error() && !body.is_empty() {
                assert_eq!(kind, b"application/problem+json", "{status}: {body:?}");
            }
        });
    }
}

/// Somebody on each side.
struct ByWord;

#[async_trait]
impl SignIn for ByWord {
    async fn viewer(&self, request: &Parts) -> Result<Option<Viewer>, NotSignedIn> {
        let official = |authority, role| {
            let role = Code::new(role).expect("a code");
            Actor::official(
                OfficialId::from_bytes([7; 16]),
                AuthorityId(authority),
                role,
            )
        };
        let actor = match request.headers.get("as").map(HeaderValue::as_bytes) {
            Some(b"anna") => Actor::resident(PersonId::from_bytes([1; 16]), "Anna Muster"),
            Some(b"clerk") => official(1_061, "clerk"),
            Some(b"overseer") => official(10_003, "overseer"),
            Some(b"operator") => Actor::installation(),
            Some(b"expired") => return Err(NotSignedIn::Expired),
            _ => return Ok(None),
        };
        Ok(Some(Viewer {
            identity: format!("{actor:?}"),
            name: "somebody".to_owned(),
            until: None,
            actor,
        }))
    }
}
