//! A small town with its interface, and people who ask it.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use axum::Router;
use axum::body::Body;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, Request, Response, StatusCode};
use futures::executor::block_on;
use http_body_util::BodyExt;
use kanzlei::store::{
    MemoryEventStore, MemoryKeyVault, MemoryViewStore, SystemClock, SystemEntropy,
};
use kanzlei::{Actor, AuthorityId, Code, Kanzlei, OfficialId, Opening, PersonId, services};
use kanzlei_adapters::http::{Http, NotSignedIn, Options, SignIn, Viewer};
use kanzlei_core::record::Channel;
use serde_json::{Value, json};
use tower::ServiceExt;

pub const LUZERN: AuthorityId = AuthorityId(1061);
pub const EMMEN: AuthorityId = AuthorityId(1024);
pub const CANTON: AuthorityId = AuthorityId(10_003);

/// Signs in whoever the header `x-test-as` names, if they weren't signed out.
#[derive(Default)]
struct ByHeader {
    signed_out: Mutex<Vec<String>>,
}

#[async_trait]
impl SignIn for ByHeader {
    async fn viewer(&self, request: &Parts) -> Result<Option<Viewer>, NotSignedIn> {
        let Some(who) = request.headers.get("x-test-as") else {
            return Ok(None);
        };
        let who = who.to_str().unwrap();
        if self.signed_out.lock().unwrap().iter().any(|one| one == who) {
            return Err(NotSignedIn::Revoked);
        }
        let actor = match who {
            "expired" => return Err(NotSignedIn::Expired),
            "revoked" => return Err(NotSignedIn::Revoked),
            "forged" => return Err(NotSignedIn::Forged("its signature doesn't fit")),
            "nobody" => return Err(NotSignedIn::Nobody("it has no claim of a person")),
            "panic" => panic!("a secret of the program"),
            "slow" => std::future::pending().await,
            "unavailable" => return Err(NotSignedIn::Unavailable),
            other => actor(other),
        };
        Ok(Some(Viewer {
            actor,
            identity: who.to_owned(),
            name: format!("The {who}"),
            until: None,
        }))
    }
}

/// Who a name stands for: what comes after `#` tells two sign-ins apart.
pub fn actor(who: &str) -> Actor {
    let who = who.split('#').next().unwrap_or(who);
    let official = |number, authority, role: &str| {
        let id = OfficialId::from_bytes([number; 16]);
        Actor::official(id, authority, Code::new(role).unwrap())
    };
    match who {
        "luzern" => official(7, LUZERN, "clerk"),
        "luzern-2" => official(8, LUZERN, "clerk"),
        "emmen" => official(9, EMMEN, "clerk"),
        "canton" => official(10, CANTON, "overseer"),
        "operator" => Actor::installation().through(Channel::PORTAL),
        person => {
            let mut id = [0; 16];
            id[..person.len()].copy_from_slice(person.as_bytes());
            Actor::resident(PersonId::from_bytes(id), "Anna Muster")
        }
    }
}

/// The town.
pub struct Hall {
    pub kanzlei: Kanzlei,
    pub http: Http,
    sign_in: Arc<ByHeader>,
    router: Router,
    /// The newest position that an answer told: whoever asks sends it along, as portals do.
    position: Mutex<Option<String>>,
    _directory: tempfile::TempDir,
}

/// What came back.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

/// An event stream that is read.
pub struct Stream {
    body: Body,
    text: String,
}

/// An event.
#[derive(Debug, Default)]
pub struct Event {
    pub name: String,
    pub id: String,
    pub data: Value,
}

impl Stream {
    /// The next event, heartbeats aside; `None` at the end.
    pub async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let (event, rest) = (event.to_owned(), rest.to_owned());
                self.text = rest;
                match read(&event) {
                    Some(event) => return Some(event),
                    None => continue,
                }
            }
            let frame = self.body.frame().await?.unwrap();
            let bytes = frame.into_data().unwrap();
            self.text.push_str(std::str::from_utf8(&bytes).unwrap());
        }
    }

    /// The next event of this name.
    pub async fn until(&mut self, name: &str) -> Event {
        loop {
            let event = self.next().await;
            let event = event.unwrap_or_else(|| panic!("the stream ended before {name}"));
            if event.name == name {
                return event;
            }
            assert_ne!(event.name, "end", "{event:?}");
        }
    }
}

fn read(text: &str) -> Option<Event> {
    let mut event = Event::default();
    for line in text.lines() {
        let (field, value) = line.split_once(':').unwrap();
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => value.clone_into(&mut event.name),
            "id" => value.clone_into(&mut event.id),
            "data" => event.data = serde_json::from_str(value).unwrap(),
            _ => {}
        }
    }
    (!event.name.is_empty()).then_some(event)
}

impl Answer {
    async fn of(response: Response<Body>) -> Self {
        let (head, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        Self {
            status: head.status,
            headers: head.headers,
            text: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value
            .unwrap_or_else(|| panic!("no {name}"))
            .to_str()
            .unwrap()
    }

    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        self
    }

    /// Checks that it is a problem with this status and code.
    #[track_caller]
    pub fn problem(self, status: u16, code: &str) -> Value {
        let answer = self.expect(status);
        assert_eq!(answer.header("content-type"), "application/problem+json");
        let problem = answer.json();
        assert_eq!(problem["code"], code, "{problem}");
        assert_eq!(problem["status"], status);
        assert_eq!(problem["type"], format!("/api/problems/{code}"));
        assert_eq!(problem["request_id"], answer.header("x-request-id"));
        assert!(!problem["title"].as_str().unwrap().is_empty());
        problem
    }
}

impl Hall {
    pub fn new() -> Self {
        Self::with(Options::default())
    }

    pub fn with(options: Options) -> Self {
        Self::opened(options, |opening| {
            opening
                .store(MemoryEventStore::new(Arc::new(SystemClock)))
                .vault(MemoryKeyVault::new(Arc::new(SystemEntropy)).unwrap())
                .views(MemoryViewStore::new())
        })
    }

    /// A town whose log is on the disk.
    pub fn on_disk() -> Self {
        Self::opened(Options::default(), |opening| opening)
    }

    pub fn opened(options: Options, on: impl FnOnce(Opening) -> Opening) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let kanzlei = on(Kanzlei::open(directory.path()))
            .register(services::register::lucerne().unwrap())
            .service(services::certificate_of_residence().unwrap())
            .service(services::move_of_residence().unwrap())
            .start()
            .unwrap();
        // The views are begun on threads of their own, and until then they answer that they are built.
        while block_on(kanzlei.up_to_date()).is_err() {
            std::thread::yield_now();
        }
        let sign_in = Arc::new(ByHeader::default());
        let http = Http::new(kanzlei.clone(), sign_in.clone(), options);
        let router = Router::new().nest("/api", http.router());
        Self {
            kanzlei,
            http,
            sign_in,
            router,
            position: Mutex::default(),
            _directory: directory,
        }
    }

    /// Signs somebody out, wherever they are signed in.
    pub fn sign_out(&self, who: &str) {
        self.sign_in.signed_out.lock().unwrap().push(who.to_owned());
    }

    /// Opens an event stream; the answer itself, if none is opened.
    pub async fn stream(
        &self,
        who: &str,
        path: &str,
        headers: &[(&str, &str)],
    ) -> Result<Stream, Answer> {
        let mut request = Request::get(format!("/api{path}")).header("x-test-as", who);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::empty()).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        if response.status() != StatusCode::OK {
            return Err(Answer::of(response).await);
        }
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Ok(Stream {
            body: response.into_body(),
            text: String::new(),
        })
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        Answer::of(self.router.clone().oneshot(request).await.unwrap()).await
    }

    pub async fn get(&self, who: &str, path: &str) -> Answer {
        self.ask(Method::GET, who, path, &[], None).await
    }

    pub async fn post(&self, who: &str, path: &str, body: Value) -> Answer {
        self.ask(Method::POST, who, path, &[], Some(body)).await
    }

    /// Asks as somebody; as nobody, if the name is empty.
    pub async fn ask(
        &self,
        method: Method,
        who: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<Value>,
    ) -> Answer {
        let mut request = Request::builder()
            .method(&method)
            .uri(format!("/api{path}"));
        if !who.is_empty() {
            request = request.header("x-test-as", who);
        }
        let known = self.position.lock().unwrap().clone();
        if let Some(position) = known.filter(|_| method == Method::GET) {
            request = request.header("kanzlei-position", position);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = match body {
            Some(body) => {
                request = request.header("content-type", "application/json");
                Body::from(body.to_string())
            }
            None => Body::empty(),
        };
        let answer = self.send(request.body(body).unwrap()).await;
        if let Some(position) = answer.headers.get("kanzlei-position") {
            let position = position.to_str().unwrap().to_owned();
            *self.position.lock().unwrap() = Some(position);
        }
        answer
    }

    /// Anna asks Luzern for a certificate of residence; gives the receipt.
    pub async fn certificate(&self) -> Value {
        let answer = self.post("anna", "/cases", certificate()).await;
        answer.expect(201).json()
    }
}

pub fn certificate() -> Value {
    json!({
        "service": "certificate-of-residence",
        "form": {
            "municipality": { "authority": LUZERN.0 },
            "copies": { "integer": 1 },
        },
    })
}

pub fn text(value: &Value) -> &str {
    value
        .as_str()
        .unwrap_or_else(|| panic!("{value} is no text"))
}
