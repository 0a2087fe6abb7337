//! The demonstration's own issuer: a small `OpenID` provider at `/issuer`, where one chooses who one
//! is. It is there only for a store that the demonstration has made, on this machine alone.

mod authorize;
mod grants;
mod key;
mod person;
mod token;

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{Query, Request, State};
use axum::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, HOST};
use axum::http::{HeaderValue, Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use kanzlei::core::ports::{Clock, Entropy, EntropyError};
use serde::Deserialize;
use serde_json::json;

use super::page::Pages;
use crate::mark::Mark;
use grants::Grants;
use key::Key;

pub use person::{Group, Person, Who};

/// What the portal is called here.
const CLIENT: &str = "portal";
/// For whom an access token is.
const AUDIENCE: &str = "kanzlei";

/// The demonstration's own issuer.
#[derive(Clone)]
pub struct Issuer(Arc<Inner>);

/// See [`Issuer`].
struct Inner {
    /// Such as `http://127.0.0.1:8080`.
    public_url: String,
    people: Vec<Person>,
    key: Key,
    grants: Grants,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
}

/// Why the demonstration's issuer isn't there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotHere {
    /// Others than those at this machine could reach it.
    Reachable,
    /// The system gives no random bytes.
    Entropy(EntropyError),
}

impl Issuer {
    /// An issuer of these people, for a portal that listens at `address` and is reached under
    /// `public_url`.
    ///
    /// # Errors
    /// If one of the two isn't this machine's own: whoever reaches this issuer is whoever they want.
    pub fn new(
        _mark: Mark,
        address: SocketAddr,
        public_url: &str,
        people: Vec<Person>,
        (clock, entropy): (Arc<dyn Clock>, Arc<dyn Entropy>),
    ) -> Result<Self, NotHere> {
        if !address.ip().is_loopback() || !is_here(public_url) {
            return Err(NotHere::Reachable);
        }
        Ok(Self(Arc::new(Inner {
            public_url: public_url.trim_end_matches('/').to_owned(),
            people,
            key: Key::new(entropy.as_ref()).map_err(NotHere::Entropy)?,
            grants: Grants::default(),
            clock,
            entropy,
        })))
    }

    /// The people, in the order in which they are shown.
    pub fn people(&self) -> &[Person] {
        &self.0.people
    }

    /// What a portal must know to trust it: a file of settings for signing in.
    pub fn settings(&self) -> String {
        format!(
            r#"[[issuer]]
name = "demonstration"
issuer = "{}"
audiences = ["{AUDIENCE}"]
algorithms = ["EdDSA"]
[issuer.claims]
person = "person"
official = "official"
authority = "authority"
roles = "role"
assurance = "acr"
[issuer.assurance]
low = "low"
substantial = "substantial"
[[issuer.roles]]
value = "operator"
operator = true
[[issuer.roles]]
value = "clerk"
role = "clerk"
[[issuer.roles]]
value = "steward"
role = "steward"
[[issuer.roles]]
value = "overseer"
role = "overseer"
[issuer.browser]
client_id = "{CLIENT}"
"#,
            self.0.name()
        )
    }

    /// What programs ask for.
    pub fn routes(&self) -> Router {
        Router::new()
            .route("/issuer/.well-known/openid-configuration", get(description))
            .route("/issuer/keys", get(keys))
            .route("/issuer/token", post(token::token))
            .route("/issuer/end-session", get(end_session))
            .with_state(self.clone())
    }

    /// Lets nobody in who calls the portal by another name: a page from elsewhere that has its own
    /// name lead to this machine gets nothing of it.
    pub fn by_its_name_only(&self, router: Router) -> Router {
        let guard = axum::middleware::from_fn_with_state(self.clone(), by_name);
        router.layer(guard)
    }
}

/// The page on which one chooses who one is; it takes the issuer out of a request's extensions.
pub(super) fn pages() -> Pages {
    authorize::pages()
}

impl Inner {
    /// The issuer's identifier.
    fn name(&self) -> String {
        format!("{}/issuer", self.public_url)
    }

    fn redirect_uri(&self) -> String {
        format!("{}/sign-in/callback", self.public_url)
    }

    /// The person of this key.
    fn person(&self, key: &str) -> Option<&Person> {
        self.people.iter().find(|person| person.key == key)
    }

    /// Seconds since 1970.
    fn now(&self) -> i64 {
        self.clock.now().micros() / 1_000_000
    }

    /// A text that nobody can guess.
    fn secret(&self) -> Result<String, EntropyError> {
        let mut bytes = [0; 32];
        self.entropy.fill(&mut bytes)?;
        Ok(super::headers::hex(&bytes))
    }
}

/// Whether an address is this machine's own.
fn is_here(url: &str) -> bool {
    let url: Option<Uri> = url.parse().ok();
    let host = url.as_ref().and_then(Uri::host).unwrap_or_default();
    let address = host.trim_matches(['[', ']']).parse::<IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

async fn by_name(State(issuer): State<Issuer>, request: Request, next: Next) -> Response {
    let asked = request
        .headers()
        .get(HOST)
        .and_then(|host| host.to_str().ok());
    let own = issuer.0.public_url.split_once("://").map(|(_, host)| host);
    if asked == own {
        return next.run(request).await;
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return StatusCode::MISDIRECTED_REQUEST.into_response();
    }
    let path = request.uri().path_and_query();
    let path = path.map_or("/", |path| path.as_str());
    Redirect::temporary(&format!("{}{path}", issuer.0.public_url)).into_response()
}

async fn description(State(issuer): State<Issuer>) -> Response {
    let name = issuer.0.name();
    Json(json!({
        "issuer": name,
        "authorization_endpoint": format!("{name}/authorize"),
        "token_endpoint": format!("{name}/token"),
        "end_session_endpoint": format!("{name}/end-session"),
        "jwks_uri": format!("{name}/keys"),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "client_credentials"],
        "subject_types_supported": ["public"],
        "scopes_supported": ["openid"],
        "id_token_signing_alg_values_supported": ["EdDSA"],
        "token_endpoint_auth_methods_supported": ["none"],
        "code_challenge_methods_supported": ["S256"],
        "acr_values_supported": ["low", "substantial"],
        "authorization_response_iss_parameter_supported": true,
        "ui_locales_supported": ["de", "fr", "it", "en"],
    }))
    .into_response()
}

async fn keys(State(issuer): State<Issuer>) -> Response {
    let mut answer = Json(json!({ "keys": [issuer.0.key.public()] })).into_response();
    // They are public, whoever asks.
    let everybody = HeaderValue::from_static("*");
    answer
        .headers_mut()
        .insert(ACCESS_CONTROL_ALLOW_ORIGIN, everybody);
    answer
}

/// Where somebody comes who signs out.
#[derive(Deserialize)]
struct Leaving {
    post_logout_redirect_uri: Option<String>,
    state: Option<String>,
}

/// Nothing is kept here of who chose whom, so that there is nothing to end: on to the portal.
async fn end_session(State(issuer): State<Issuer>, Query(leaving): Query<Leaving>) -> Redirect {
    let home = format!("{}/", issuer.0.public_url);
    let known = leaving
        .post_logout_redirect_uri
        .is_some_and(|uri| uri == home);
    match leaving.state.filter(|_| known) {
        Some(state) => Redirect::to(&format!("{home}?state={}", super::headers::encoded(&state))),
        None => Redirect::to(&home),
    }
}

impl std::fmt::Debug for Issuer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Issuer({})", self.0.public_url)
    }
}
