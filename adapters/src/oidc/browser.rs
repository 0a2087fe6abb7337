//! Sign-in in a browser: the code flow with PKCE, and a cookie afterwards.
//!
//! ```text
//! GET  /sign-in?return=/cases            to the issuer; issuer=NAME for another than the first,
//!                                        assurance=substantial to sign in more strongly
//! GET  /sign-in/callback?code=…&state=…  back from it, and on to where one came from
//! POST /sign-out                         ends it here and, if it has a page for that, at the issuer
//! ```

use std::sync::Arc;

use async_trait::async_trait;
use axum::Router;
use axum::extract::{Query, State};
use axum::http::header::{CACHE_CONTROL, LOCATION, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use kanzlei_core::ports::KeyVault;
use openidconnect::AuthorizationCode;
use reqwest::Url;
use serde::Deserialize;
use tower_http::csrf::CsrfLayer;

use super::claims::named;
use super::client::{Asked, Client};
use super::cookies::{Cookies, sent};
use super::pending::{self, Pending, path_here};
use super::revocations::{Revocable, Revocations};
use super::sessions::{Session, Sessions};
use super::tokens::{For, Issuers};
use crate::http::{NotSignedIn, SignIn, Viewer};

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

/// With what somebody comes back.
#[derive(Deserialize)]
struct Brought {
    state: Option<String>,
    code: Option<String>,
    error: Option<String>,
    iss: Option<String>,
}

impl Browser {
    /// `/sign-in`, `/sign-in/callback` and `/sign-out`, to be merged at the portal's root.
    pub fn routes(&self) -> Router {
        Router::new()
            .route("/sign-in", get(sign_in))
            .route("/sign-in/callback", get(callback))
            .route("/sign-out", post(sign_out))
            .with_state(self.clone())
            .layer(CsrfLayer::new())
    }

    /// The origins of the issuers, to which the form of a sign-out may lead.
    pub fn origins(&self) -> Vec<String> {
        let clients = self.0.clients.iter();
        let issuers = clients.filter_map(|client| Url::parse(&client.issuer.settings.issuer).ok());
        issuers
            .map(|url| url.origin().ascii_serialization())
            .collect()
    }

    async fn session(&self, headers: &HeaderMap) -> Result<Option<Session>, NotSignedIn> {
        let Some(secret) = sent(headers, &self.0.cookies.session())? else {
            return Ok(None);
        };
        self.0.sessions.open(secret).await.map(Some)
    }

    /// The client of an issuer's name; the first one without a name.
    fn client(&self, name: Option<&str>) -> Option<&Client> {
        let mut clients = self.0.clients.iter();
        let named = |client: &&Client| client.issuer.settings.name.as_str() == name.unwrap_or("");
        match name {
            None => clients.next(),
            Some(_) => clients.find(named),
        }
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
        let Some(session) = self.session(&request.headers).await? else {
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
        let named = named(&issuer.settings, &session.claims)?;
        let until = Some(session.until());
        let viewer = named
            .viewer(&issuer.settings, self.0.vault.as_ref(), until)
            .await?;
        Ok(Some(viewer))
    }
}

async fn sign_in(State(browser): State<Browser>, Query(wanted): Query<Wanted>) -> Response {
    let Some(client) = browser.client(wanted.issuer.as_deref()) else {
        return StatusCode::NOT_FOUND.into_response();
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

async fn callback(
    State(browser): State<Browser>,
    Query(brought): Query<Brought>,
    headers: HeaderMap,
) -> Response {
    let state = brought.state.as_deref().unwrap_or_default();
    let cookies = &browser.0.cookies;
    let name = cookies.pending(state);
    let mut answer = match browser.come_back(&brought, state, &name, &headers).await {
        Ok((path, secret)) => {
            // Until when it holds is the server's to say: a browser that keeps it longer keeps nothing.
            let day = 24 * 60 * 60;
            to(
                &path,
                secret.and_then(|secret| cookies.set(&cookies.session(), &secret, day)),
            )
        }
        Err(why) => failed(why),
    };
    answer
        .headers_mut()
        .extend(cookies.set(&name, "", 0).map(|taken| (SET_COOKIE, taken)));
    answer
}

impl Browser {
    /// Where somebody goes who comes back, and the secret of their session.
    async fn come_back(
        &self,
        brought: &Brought,
        state: &str,
        cookie: &str,
        headers: &HeaderMap,
    ) -> Result<(String, Option<String>), NotSignedIn> {
        let pending = sent(headers, cookie)?.and_then(Pending::read);
        let pending = pending.filter(|pending| pending.state == state);
        let unasked = NotSignedIn::Forged("nobody in this browser has begun to sign in");
        let pending = pending.ok_or(unasked)?;
        let mut clients = self.0.clients.iter();
        let client = clients.find(|client| client.issuer.settings.issuer == pending.issuer);
        let client = client.ok_or(NotSignedIn::Forged("its issuer isn't trusted here"))?;
        if brought
            .iss
            .as_ref()
            .is_some_and(|iss| *iss != pending.issuer)
        {
            return Err(NotSignedIn::Forged("another issuer answers"));
        }
        let return_to = path_here(Some(&pending.return_to)).to_owned();
        let code = match (&brought.code, brought.error.as_deref()) {
            (Some(code), None) => AuthorizationCode::new(code.clone()),
            // They didn't want to after all.
            (_, Some("access_denied")) => return Ok((return_to, None)),
            (_, Some("temporarily_unavailable" | "server_error")) => {
                return Err(NotSignedIn::Unavailable);
            }
            _ => return Err(NotSignedIn::Forged("its issuer doesn't sign in")),
        };
        let token = client.exchange(code, pending.verifier).await?;
        let what_for = For::Browser {
            client: &client.settings.client_id,
            nonce: &pending.nonce,
        };
        let verified = self.0.issuers.verify(&token, what_for).await?;
        if verified.issuer.settings.issuer != pending.issuer {
            return Err(NotSignedIn::Forged("another issuer answers"));
        }
        if self.0.revocations.has(&verified.revocable()) {
            return Err(NotSignedIn::Revoked);
        }
        // Who is nobody here learns it now, and not at each page.
        named(&verified.issuer.settings, &verified.claims)?;
        self.end(headers).await?;
        let (sessions, settings) = (&self.0.sessions, &client.settings);
        let begun = sessions.begin(&pending.issuer, verified.claims, token, settings);
        Ok((return_to, Some(begun.await?)))
    }
}

async fn sign_out(State(browser): State<Browser>, headers: HeaderMap) -> Response {
    let ended = match browser.end(&headers).await {
        Ok(ended) => ended,
        Err(why) => return failed(why),
    };
    let mut place = "/".to_owned();
    if let Some(session) = ended {
        let issuer = browser.0.issuers.called(&session.issuer);
        if let Some(issuer) = issuer {
            // What this session has given to others ends with it.
            let revocable = Revocable::of(&issuer.settings, &session.claims);
            if let Err(error) = browser.0.revocations.end(&revocable, session.ends()).await {
                tracing::error!(%error, "a sign-out isn't kept");
            }
        }
        let mut clients = browser.0.clients.iter();
        let client = clients.find(|client| client.issuer.settings.issuer == session.issuer);
        if let Some(client) = client
            && let Some(there) = client.end(&session.token, &browser.0.public_url).await
        {
            place = there.into();
        }
    }
    let cookies = &browser.0.cookies;
    to(&place, cookies.set(&cookies.session(), "", 0))
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
