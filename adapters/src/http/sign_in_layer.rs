//! Finding out who sends a request, before anything else is done with it.

use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use kanzlei::{Actor, Session};

use super::api::Api;
use super::observe::RequestId;
use super::position;
use super::{NotSignedIn, Problem, Viewer};

/// How to sign in, for programs.
pub(super) const CHALLENGE: HeaderValue = HeaderValue::from_static("Bearer realm=\"kanzlei\"");
const BAD_TOKEN: HeaderValue =
    HeaderValue::from_static("Bearer realm=\"kanzlei\", error=\"invalid_token\"");

/// Who sends this request, as far as they say.
#[derive(Clone)]
pub(super) struct SignedIn(pub Option<Viewer>);

/// Asks the embedder's sign-in once for each request.
pub(super) async fn sign_in(State(api): State<Api>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let arrival = api.door().arrival(&parts).await;
    let allowed = match arrival.allowed {
        Ok(allowed) => allowed,
        Err(too_often) => return Problem::from(too_often).into_response(),
    };
    let mut response = match arrival.viewer {
        Ok(viewer) => {
            parts.extensions.insert(SignedIn(viewer));
            next.run(Request::from_parts(parts, body)).await
        }
        Err(why) => Problem::from(why).into_response(),
    };
    allowed.tell(response.headers_mut());
    response
}

/// The answer to somebody who must sign in first.
pub(super) fn sign_in_first() -> Problem {
    let said = "sign in first";
    Problem::new(StatusCode::UNAUTHORIZED, "sign-in-first", said)
        .header(header::WWW_AUTHENTICATE, CHALLENGE)
}

impl From<NotSignedIn> for Problem {
    fn from(why: NotSignedIn) -> Self {
        let code = match why {
            NotSignedIn::Expired => "sign-in-expired",
            NotSignedIn::Revoked => "sign-in-revoked",
            NotSignedIn::Forged(_) => "sign-in-invalid",
            NotSignedIn::Nobody(_) => "sign-in-of-nobody",
            NotSignedIn::Unavailable => {
                return Self::later("sign-in-unavailable", why.to_string(), 5);
            }
        };
        Self::new(StatusCode::UNAUTHORIZED, code, why.to_string())
            .header(header::WWW_AUTHENTICATE, BAD_TOKEN)
    }
}

/// Who asks, and their dealings with the installation: it reads at least what the position token of
/// the request names.
pub(super) struct Caller {
    pub viewer: Option<Viewer>,
    pub session: Session,
    pub request_id: String,
}

impl FromRequestParts<Api> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, Problem> {
        let viewer = parts.extensions.get::<SignedIn>();
        let viewer = viewer.and_then(|signed_in| signed_in.0.clone());
        let actor = viewer.as_ref().map(|viewer| viewer.actor.clone());
        let session = api.session(actor.unwrap_or_else(Actor::anonymous));
        let id = parts.extensions.get::<RequestId>();
        let id = id.and_then(|id| id.0.to_str().ok()).unwrap_or_default();
        if let Some(position) = position::seen(&parts.headers, api)? {
            position::reach(api, position).await?;
            session.has_seen(position);
        }
        Ok(Self {
            viewer,
            session,
            request_id: id.to_owned(),
        })
    }
}

impl Caller {
    /// The viewer, where the gate lets nobody else through.
    pub fn viewer(&self) -> Result<&Viewer, Problem> {
        self.viewer.as_ref().ok_or_else(sign_in_first)
    }
}
