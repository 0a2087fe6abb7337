//! Signing out: in the browser, or at the issuer, which says so behind the browser's back.

use std::time::Duration;

use axum::extract::rejection::FormRejection;
use axum::extract::{DefaultBodyLimit, Form, State};
use axum::http::header::CACHE_CONTROL;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::MethodRouter;
use serde::Deserialize;
use serde_json::Value;
use tower_http::timeout::TimeoutLayer;

use super::{Browser, failed, to};
use crate::http::NotSignedIn;
use crate::oidc::cookies::sent;
use crate::oidc::revocations::{Revocable, Revoked};
use crate::oidc::shelf::ShelfError;
use crate::oidc::tokens::For;

const SECOND: i64 = 1_000_000;
/// How long a token is good at most, in microseconds, of a session that was ended at its issuer.
const TOKENS_FOR: i64 = 24 * 3_600 * SECOND;
/// The longest that an issuer says: a token of the longest, and its name before it.
const TOLD_BYTES_MAX: usize = 32 * 1024;
/// What a token says that ends a sign-in (`OpenID` Connect Back-Channel Logout, section 2.4).
const LOGOUT: &str = "http://schemas.openid.net/event/backchannel-logout";

pub(super) async fn sign_out(State(browser): State<Browser>, headers: HeaderMap) -> Response {
    let place = match browser.leave(&headers).await {
        Ok(place) => place,
        Err(why) => return failed(why),
    };
    let cookies = &browser.0.cookies;
    let place = place.as_deref().unwrap_or("/");
    to(place, cookies.set(&cookies.session(), "", 0))
}

impl Browser {
    /// Ends a browser's session and what was given beside it, and says where it is ended at the
    /// issuer. What was given beside it comes first: who is told that it isn't kept still has the
    /// session, and tries again.
    async fn leave(&self, headers: &HeaderMap) -> Result<Option<String>, NotSignedIn> {
        let Ok(Some(secret)) = sent(headers, &self.0.cookies.session()) else {
            return Ok(None);
        };
        let session = match self.0.sessions.open(secret, false).await {
            Ok(session) => session,
            Err(NotSignedIn::Unavailable) => return Err(NotSignedIn::Unavailable),
            Err(_) => return Ok(None),
        };
        if let Some(issuer) = self.0.issuers.called(&session.issuer) {
            let revocable = Revocable::of(&issuer.settings, &session.claims);
            let ended = self.0.revocations.end(&revocable, session.ends()).await;
            ended.map_err(|error| unkept(&error))?;
        }
        self.0.sessions.end(secret).await?;
        let Some(client) = self.client_of(&session.issuer) else {
            return Ok(None);
        };
        let place = client.end(&session.token, &self.0.public_url).await;
        Ok(place.map(Into::into))
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
        let told = verified.revocable().issued;
        let revocations = &self.0.revocations;
        let revoked = revocations.revoke_given(&settings.issuer, what, told, until);
        revoked.await.map_err(|error| unkept(&error))
    }
}

/// What was taken back isn't kept: whoever asked for it asks again.
fn unkept(error: &ShelfError) -> NotSignedIn {
    tracing::error!(%error, "a sign-out isn't kept");
    NotSignedIn::Unavailable
}

#[derive(Deserialize)]
pub(super) struct Told {
    logout_token: String,
}

/// Bounds what may be sent, and how long that may take, where no door stands before a route and anybody may come.
pub(super) fn bounded<S: Clone + Send + Sync + 'static>(
    route: MethodRouter<S>,
    within: Duration,
) -> MethodRouter<S> {
    let unavailable = StatusCode::SERVICE_UNAVAILABLE;
    route.layer((
        TimeoutLayer::with_status_code(unavailable, within),
        DefaultBodyLimit::max(TOLD_BYTES_MAX),
    ))
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

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::Request;
    use axum::routing::post;
    use tower::ServiceExt;

    use super::*;

    async fn told(body: Body) -> StatusCode {
        let read = |told: Result<Form<Told>, FormRejection>| async move {
            told.map_or(StatusCode::BAD_REQUEST, |_| StatusCode::OK)
        };
        let route: MethodRouter = bounded(post(read), Duration::from_millis(20));
        let request = Request::post("/")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body);
        route.oneshot(request.unwrap()).await.unwrap().status()
    }

    #[tokio::test]
    async fn what_an_issuer_tells_is_as_long_as_a_token_at_most_and_comes_within_its_time() {
        let token = |bytes: usize| Body::from(format!("logout_token={}", "x".repeat(bytes)));
        assert_eq!(told(token(16 * 1024)).await, StatusCode::OK);
        assert_eq!(told(token(33 * 1024)).await, StatusCode::BAD_REQUEST);
        let begun = futures::stream::iter([Ok::<_, std::io::Error>("logout_")]);
        let never = futures::StreamExt::chain(begun, futures::stream::pending());
        let late = told(Body::from_stream(never)).await;
        assert_eq!(late, StatusCode::SERVICE_UNAVAILABLE);
    }
}
