//! Signing out: in the browser, or at the issuer, which says so behind the browser's back.

use axum::extract::rejection::FormRejection;
use axum::extract::{Form, State};
use axum::http::header::CACHE_CONTROL;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use kanzlei_core::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use super::{Browser, failed, to};
use crate::http::NotSignedIn;
use crate::oidc::revocations::{Revocable, Revoked};
use crate::oidc::sessions::Session;
use crate::oidc::tokens::For;

const SECOND: i64 = 1_000_000;
/// How long a token is good at most, in microseconds, of a session that was ended at its issuer.
const TOKENS_FOR: i64 = 24 * 3_600 * SECOND;
/// What a token says that ends a sign-in (`OpenID` Connect Back-Channel Logout, section 2.4).
const LOGOUT: &str = "http://schemas.openid.net/event/backchannel-logout";

pub(super) async fn sign_out(State(browser): State<Browser>, headers: HeaderMap) -> Response {
    let ended = match browser.end(&headers).await {
        Ok(ended) => ended,
        Err(why) => return failed(why),
    };
    let place = match ended {
        Some(session) => browser.end_elsewhere(&session).await,
        None => None,
    };
    let cookies = &browser.0.cookies;
    let place = place.as_deref().unwrap_or("/");
    to(place, cookies.set(&cookies.session(), "", 0))
}

impl Browser {
    /// Ends what was given beside a session, and says where it is ended at the issuer.
    async fn end_elsewhere(&self, session: &Session) -> Option<String> {
        let issuer = self.0.issuers.called(&session.issuer)?;
        let revocable = Revocable::of(&issuer.settings, &session.claims);
        if let Err(error) = self.0.revocations.end(&revocable, session.ends()).await {
            tracing::error!(%error, "a sign-out isn't kept");
        }
        let client = self.client_of(&session.issuer)?;
        let place = client.end(&session.token, &self.0.public_url).await?;
        Some(place.into())
    }

    /// Takes back what a token of an issuer says is over.
    async fn take_back(&self, token: &str) -> Result<(), NotSignedIn> {
        let clients = self.0.clients.iter();
        let ids: Vec<&str> = clients
            .map(|client| client.settings.client_id.as_str())
            .collect();
        let verified = self
            .0
            .issuers
            .verify(token, For::Logout { clients: &ids })
            .await?;
        let settings = &verified.issuer.settings;
        let says = verified
            .claims
            .get("events")
            .and_then(|events| events.get(LOGOUT));
        // A token for signing in has a nonce, and ends nothing.
        if !says.is_some_and(Value::is_object) || verified.claims.contains_key("nonce") {
            return Err(NotSignedIn::Forged("it ends nothing"));
        }
        let text = |claim: &str| verified.claims.get(claim).and_then(Value::as_str);
        let what = match (text("sid"), text("sub")) {
            (Some(session), _) => Revoked::Session(session),
            (None, Some(subject)) => Revoked::Sub(subject),
            (None, None) => return Err(NotSignedIn::Forged("it doesn't say whose sign-in ends")),
        };
        let client = self.client_of(&settings.issuer);
        let hours = client.map_or(0, |client| client.settings.session_hours);
        let now = self.0.sessions.clock.now();
        let until = now.plus_micros(i64::from(hours) * 3_600 * SECOND);
        let until = until.max(now.plus_micros(TOKENS_FOR));
        self.revoke(&settings.issuer, what, until).await
    }

    async fn revoke(
        &self,
        issuer: &str,
        what: Revoked<'_>,
        until: Timestamp,
    ) -> Result<(), NotSignedIn> {
        let revoked = self.0.revocations.revoke(issuer, what, until).await;
        revoked.map_err(|error| {
            tracing::error!(%error, "a sign-out isn't kept");
            NotSignedIn::Unavailable
        })
    }
}

#[derive(Deserialize)]
pub(super) struct Told {
    logout_token: String,
}

/// The issuer tells that a session is over.
pub(super) async fn back_channel(
    State(browser): State<Browser>,
    told: Result<Form<Told>, FormRejection>,
) -> Response {
    let unreadable = NotSignedIn::Forged("there is no token");
    let done = match told {
        Ok(Form(told)) => browser.take_back(&told.logout_token).await,
        Err(_) => Err(unreadable),
    };
    let status = match done {
        Ok(()) => StatusCode::OK,
        Err(NotSignedIn::Unavailable) => StatusCode::SERVICE_UNAVAILABLE,
        Err(_) => StatusCode::BAD_REQUEST,
    };
    (status, [(CACHE_CONTROL, "no-store")]).into_response()
}
