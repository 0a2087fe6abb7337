//! Sign-in in a browser: the code flow with PKCE, and a cookie afterwards.
//!
//! ```text
//! GET  /sign-in?return=/cases            to the issuer; issuer=NAME where there are several,
//!                                        assurance=substantial to sign in more strongly
//! GET  /sign-in/callback?code=…&state=…  back from it, and on to where one came from
//! POST /sign-out                         ends it here and, if it has a page for that, at the issuer
//! POST /sign-in/ended                    the issuer says that a session is over
//! ```

mod callback;
mod sign_out;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use axum::Router;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, RawQuery, State};
use axum::http::header::{CACHE_CONTROL, LOCATION, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use kanzlei_core::ports::KeyVault;
use kanzlei_core::{Code, Labels};
use reqwest::Url;
use serde::Deserialize;
use tower_http::csrf::CsrfLayer;

use super::client::{Asked, Client};
use super::cookies::{Cookies, sent};
use super::pending::{self, path_here};
use super::revocations::{Revocable, Revocations};
use super::sessions::{Session, Sessions};
use super::tokens::Issuers;
use crate::http::{NotSignedIn, SignIn, Unattended, Viewer};

/// How long an issuer may take to say that a session is over. Its keys may have to be fetched meanwhile.
const TOLD_WITHIN: Duration = Duration::from_secs(20);

/// Signs in who has the cookie that the code flow gave them.
#[derive(Clone)]
pub struct Browser(pub(super) Arc<Inner>);

/// See [`Browser`].
pub(super) struct Inner {
    pub(super) public_url: Url,
    pub(super) cookies: Cookies,
    pub(super) clients: Vec<Client>,
    pub(super) issuers: Arc<Issuers>,
    pub(super) sessions: Sessions,
    pub(super) revocations: Arc<Revocations>,
    pub(super) vault: Arc<dyn KeyVault>,
}

/// Why somebody came back from the issuer and isn't signed in: in the extensions of the answer, so
/// that a portal can show a page of its own instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignInFailed(pub NotSignedIn);

/// How somebody wants to sign in.
#[derive(Deserialize)]
struct Wanted {
    #[serde(rename = "return")]
    return_to: Option<String>,
    issuer: Option<String>,
    assurance: Option<String>,
    login_hint: Option<String>,
    lang: Option<String>,
}

/// Through whom somebody may sign in, where there are several: in the extensions of the answer, so
/// that a portal can show a page of its own instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignInChoice(pub Vec<SignInWay>);

/// One of several ways to sign in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignInWay {
    /// Where it begins.
    pub address: String,
    /// The issuer's name in addresses.
    pub name: Code,
    /// What people call it, if the settings say.
    pub labels: Option<Labels>,
}

impl Browser {
    /// All routes, to be merged at the portal's root.
    pub fn routes(&self) -> Router {
        self.pages().merge(self.back_channel())
    }

    /// Those to which people come: `/sign-in`, `/sign-in/callback` and `/sign-out`.
    pub fn pages(&self) -> Router {
        Router::new()
            .route("/sign-in", get(sign_in))
            .route("/sign-in/callback", get(callback::callback))
            .route("/sign-out", post(sign_out::sign_out))
            .with_state(self.clone())
            .layer(self.forms())
    }

    /// The one to which issuers come: `/sign-in/ended`.
    pub fn back_channel(&self) -> Router {
        let route = post(sign_out::back_channel);
        Router::new()
            .route("/sign-in/ended", sign_out::bounded(route, TOLD_WITHIN))
            .with_state(self.clone())
    }

    /// Lets nobody else's page sign somebody out.
    fn forms(&self) -> CsrfLayer {
        let own = self.0.public_url.origin().ascii_serialization();
        CsrfLayer::new().add_trusted_origin(own).unwrap_or_default()
    }

    /// The origins of the issuers, to which the form of a sign-out may lead.
    pub fn origins(&self) -> Vec<String> {
        let clients = self.0.clients.iter();
        let issuers = clients.filter_map(|client| Url::parse(&client.issuer.settings.issuer).ok());
        issuers
            .map(|url| url.origin().ascii_serialization())
            .collect()
    }

    async fn session(&self, request: &Parts) -> Result<Option<Session>, NotSignedIn> {
        let Some(secret) = sent(&request.headers, &self.0.cookies.session())? else {
            return Ok(None);
        };
        let unattended = request.extensions.get::<Unattended>().is_some();
        self.0.sessions.open(secret, !unattended).await.map(Some)
    }

    /// The client of an issuer.
    fn client_of(&self, issuer: &str) -> Option<&Client> {
        let mut clients = self.0.clients.iter();
        clients.find(|client| client.issuer.settings.issuer == issuer)
    }

    /// The client of this name.
    fn client(&self, name: &str) -> Option<&Client> {
        let mut clients = self.0.clients.iter();
        clients.find(|client| client.issuer.settings.name.as_str() == name)
    }

    /// All of them, to choose from.
    fn choice(&self, query: &str) -> Response {
        let ways = self.0.clients.iter().map(|client| {
            let name = client.issuer.settings.name.clone();
            let and = if query.is_empty() { "" } else { "&" };
            SignInWay {
                address: format!("/sign-in?issuer={name}{and}{query}"),
                name,
                labels: client.settings.labels.clone(),
            }
        });
        let ways: Vec<SignInWay> = ways.collect();
        let said: String = ways
            .iter()
            .flat_map(|way| [way.address.as_str(), "\n"])
            .collect();
        let mut answer = (StatusCode::MULTIPLE_CHOICES, said).into_response();
        answer.extensions_mut().insert(SignInChoice(ways));
        answer
    }

    /// Ends what the browser's cookie has begun, if it is something.
    async fn end(&self, headers: &HeaderMap) -> Result<Option<Session>, NotSignedIn> {
        let Ok(Some(secret)) = sent(headers, &self.0.cookies.session()) else {
            return Ok(None);
        };
        self.0.sessions.end(secret).await
    }
}

#[async_trait]
impl SignIn for Browser {
    async fn viewer(&self, request: &Parts) -> Result<Option<Viewer>, NotSignedIn> {
        let Some(session) = self.session(request).await? else {
            return Ok(None);
        };
        let issuer = self.0.issuers.called(&session.issuer);
        let issuer = issuer.ok_or(NotSignedIn::Forged("its issuer isn't trusted here"))?;
        if self
            .0
            .revocations
            .has(&Revocable::of(&issuer.settings, &session.claims))
        {
            return Err(NotSignedIn::Revoked);
        }
        let (vault, until) = (self.0.vault.as_ref(), Some(session.until()));
        let viewer = issuer.settings.viewer(&session.claims, vault, until);
        viewer.await.map(Some)
    }
}

async fn sign_in(
    State(browser): State<Browser>,
    RawQuery(query): RawQuery,
    wanted: Result<Query<Wanted>, QueryRejection>,
) -> Response {
    let Ok(Query(wanted)) = wanted else {
        return failed(NotSignedIn::Forged("what is asked for can't be read"));
    };
    let client = match (wanted.issuer.as_deref(), browser.0.clients.as_slice()) {
        (None, [only]) => only,
        (None, _) => return browser.choice(query.as_deref().unwrap_or_default()),
        (Some(name), _) => match browser.client(name) {
            Some(client) => client,
            None => return StatusCode::NOT_FOUND.into_response(),
        },
    };
    let asked = Asked {
        assurance: wanted.assurance.as_deref(),
        login_hint: wanted.login_hint.as_deref(),
        language: wanted.lang.as_deref(),
    };
    let return_to = path_here(wanted.return_to.as_deref());
    let (place, pending) = match client.ask(&asked, return_to).await {
        Ok(asked) => asked,
        Err(why) => return failed(why),
    };
    let cookies = &browser.0.cookies;
    let name = cookies.pending(&pending.state);
    let cookie = cookies.set(&name, &pending.write(), pending::WITHIN);
    to(place.as_str(), cookie)
}

/// Leads there (303), with a cookie.
fn to(place: &str, cookie: Option<HeaderValue>) -> Response {
    let Ok(location) = HeaderValue::from_str(place) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let mut answer = StatusCode::SEE_OTHER.into_response();
    let headers = answer.headers_mut();
    headers.insert(LOCATION, location);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.extend(cookie.map(|cookie| (SET_COOKIE, cookie)));
    answer
}

fn failed(why: NotSignedIn) -> Response {
    let status = match why {
        NotSignedIn::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        NotSignedIn::Nobody(_) => StatusCode::FORBIDDEN,
        _ => StatusCode::BAD_REQUEST,
    };
    let said = (status, [(CACHE_CONTROL, "no-store")], format!("{why}\n"));
    let mut answer = said.into_response();
    answer.extensions_mut().insert(SignInFailed(why));
    answer
}

impl std::fmt::Debug for Browser {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Browser({})", self.0.public_url)
    }
}
