//! A portal of a small installation, asked in-process. Who asks is said in a header.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use async_trait::async_trait;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Request, StatusCode, header};
use kanzlei::core::record::Assurance;
use kanzlei::{
    Actor, AuthorityId, Code, Kanzlei, OfficialId, Opening, PersonId, Service, services,
};
use kanzlei_adapters::http::{Door, Limits, NotSignedIn, Rate, SignIn, Unattended, Viewer};
use kanzlei_portal::web::pages;
use tempfile::TempDir;
use tower::ServiceExt;

/// The header that says who asks.
const WHO: &str = "x-who";

/// Says who somebody is by a word: `anna`, `beat`, `weak` (Anna, of whom one isn't sure;
/// `weak-` before another's word says the same of them), `clerk-1061`, `steward`, `overseer`, `operator`, `expired`, and `left`, a clerk who went away.
pub struct ByWord;

#[async_trait]
impl SignIn for ByWord {
    async fn viewer(&self, request: &Parts) -> Result<Option<Viewer>, NotSignedIn> {
        let Some(who) = request.headers.get(WHO) else {
            return Ok(None);
        };
        let who = who.to_str().unwrap();
        let left = who == "left" && request.extensions.get::<Unattended>().is_some();
        if who == "expired" || left {
            return Err(NotSignedIn::Expired);
        }
        Ok(Some(Viewer {
            actor: actor(who),
            identity: who.replace("weak", "anna"),
            name: format!("{who} the tester"),
            until: None,
        }))
    }
}

/// The actor of that word.
pub fn actor(who: &str) -> Actor {
    let official = |authority, role| {
        let id = OfficialId::from_bytes([9; 16]);
        Actor::official(id, AuthorityId(authority), Code::new(role).unwrap())
    };
    let (weak, who) = match who.strip_prefix("weak-") {
        Some(who) => (true, who),
        None => (who == "weak", who),
    };
    let actor = match who {
        "anna" | "weak" => Actor::resident(PersonId::from_bytes([1; 16]), "Anna Muster"),
        "beat" => Actor::resident(PersonId::from_bytes([2; 16]), "Beat Beispiel"),
        "overseer" => official(10_003, "overseer"),
        "steward" => official(1_061, Actor::STEWARD),
        "operator" => Actor::installation(),
        "left" => official(1_061, "clerk"),
        other => official(
            other.strip_prefix("clerk-").unwrap().parse().unwrap(),
            "clerk",
        ),
    };
    let assurance = if weak {
        Assurance::NONE
    } else {
        Assurance::HIGH
    };
    actor.with_assurance(assurance)
}

/// A portal, and where its data is.
pub struct House {
    pub kanzlei: Kanzlei,
    router: Router,
    _directory: TempDir,
}

/// An answer.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    /// Where it leads.
    pub fn location(&self) -> &str {
        let location = self.headers.get(header::LOCATION);
        location
            .expect("an answer that leads somewhere")
            .to_str()
            .unwrap()
    }

    /// The hidden fields of its form with this action, and what is filled in.
    pub fn fields(&self, action: &str) -> BTreeMap<String, String> {
        let start = self.text.find(&format!("action=\"{action}\""));
        let form = &self.text[start.unwrap_or_else(|| panic!("no form for {action}"))..];
        let form = &form[..form.find("</form>").unwrap()];
        let inputs = form.split("<input ").skip(1);
        inputs
            .filter_map(|input| {
                let input = input.split('>').next().unwrap();
                Some((attribute(input, "name")?, attribute(input, "value")?))
            })
            .collect()
    }
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let rest = tag.split(&format!("{name}=\"")).nth(1)?;
    Some(rest.split('"').next()?.to_owned())
}

impl House {
    /// A portal with all ready-made services and the canton's register.
    pub fn new() -> Self {
        Self::offering(services::certificate_of_residence().unwrap())
    }

    /// The same with another certificate of residence.
    pub fn offering(certificate: Service) -> Self {
        // Pages are asked for faster than by people.
        let limits = Limits {
            reads: Rate::per_minute(1_000_000),
            writes: Rate::per_minute(1_000_000),
            ..Limits::default()
        };
        Self::built(certificate, limits, |opening| opening)
    }

    /// The same with these limits, and opened in another way.
    pub fn limited(limits: Limits, on: impl FnOnce(Opening) -> Opening) -> Self {
        Self::built(services::certificate_of_residence().unwrap(), limits, on)
    }

    fn built(certificate: Service, limits: Limits, on: impl FnOnce(Opening) -> Opening) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let kanzlei = on(Kanzlei::open(directory.path()))
            .register(services::register::lucerne().unwrap())
            .service(certificate)
            .service(services::move_of_residence().unwrap())
            .service(services::building_application().unwrap())
            .service(services::school_enrolment().unwrap())
            .service(services::dog_registration().unwrap())
            .start()
            .unwrap();
        // The views are begun on threads of their own.
        while futures::executor::block_on(kanzlei.up_to_date()).is_err() {
            std::thread::yield_now();
        }
        Self {
            router: pages::router(kanzlei.clone(), Door::new(Arc::new(ByWord), limits, None)),
            kanzlei,
            _directory: directory,
        }
    }

    /// Asks for a page, as somebody or nobody (`""`).
    pub async fn get(&self, who: &str, path: &str) -> Answer {
        self.ask(who, Request::get(path), Body::empty()).await
    }

    /// Sends a form.
    pub async fn post(&self, who: &str, path: &str, pairs: &[(&str, &str)]) -> Answer {
        let encoded = pairs
            .iter()
            .map(|(name, value)| format!("{name}={}", encoded(value)));
        let body = encoded.collect::<Vec<_>>().join("&");
        let request =
            Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.ask(who, request, body.into()).await
    }

    /// Sends a form with these fields.
    pub async fn send(&self, who: &str, path: &str, fields: &BTreeMap<String, String>) -> Answer {
        let pairs = fields.iter().map(|(a, b)| (a.as_str(), b.as_str()));
        self.post(who, path, &pairs.collect::<Vec<_>>()).await
    }

    /// Sends any request.
    pub async fn ask(
        &self,
        who: &str,
        mut request: axum::http::request::Builder,
        body: Body,
    ) -> Answer {
        if !who.is_empty() {
            request = request.header(WHO, who);
        }
        let request = request.body(body).unwrap();
        let (parts, body) = self
            .router
            .clone()
            .oneshot(request)
            .await
            .unwrap()
            .into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        Answer {
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8(bytes.to_vec()).unwrap(),
        }
    }
}

fn encoded(text: &str) -> String {
    let mut said = String::new();
    for byte in text.bytes() {
        write!(said, "%{byte:02X}").unwrap();
    }
    said
}
