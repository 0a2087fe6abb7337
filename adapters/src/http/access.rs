//! Who may use an endpoint: said once where it is registered, and enforced from there.

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use kanzlei::Actor;
use kanzlei::core::domain::Who;
use serde::Serialize;

use super::Problem;
use super::sign_in_layer::{SignedIn, sign_in_first};

/// Who may use an endpoint. It is the first gate; what somebody sees behind it is the engine's to
/// say, by their standing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Access {
    /// Everybody.
    Public,
    /// Whoever is signed in.
    SignedIn,
    /// Residents and firms.
    Person,
    /// Officials of any authority.
    Official,
    /// Officials who oversee a service; what another official gets is their own authority's.
    Overseer,
    /// Who operates the installation.
    Operator,
    /// Who has a standing in the case that the path names. Everybody, where the service is open to
    /// the public.
    Standing,
    /// Who may act in the case that the path names.
    Acting,
}

impl Access {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Public,
        Self::SignedIn,
        Self::Person,
        Self::Official,
        Self::Overseer,
        Self::Operator,
        Self::Standing,
        Self::Acting,
    ];

    /// Whether somebody who isn't signed in gets past the gate.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Public | Self::Standing)
    }

    /// Who that is, in a sentence of the description.
    pub(super) const fn sentence(self) -> &'static str {
        match self {
            Self::Public => "Open to everybody.",
            Self::SignedIn => "For whoever is signed in.",
            Self::Person => "For residents and firms.",
            Self::Official => "For officials.",
            Self::Overseer => {
                "For officials: an overseer gets the services that they oversee, another official \
                 their own authority."
            }
            Self::Operator => "For whoever operates the installation.",
            Self::Standing => "For whoever has a standing in the case.",
            Self::Acting => "For whoever may act in the case.",
        }
    }

    fn admit(self, actor: Option<&Actor>) -> Result<(), Problem> {
        if self.is_open() {
            return Ok(());
        }
        let Some(actor) = actor else {
            return Err(sign_in_first());
        };
        let only = |code, said| Err(Problem::new(StatusCode::FORBIDDEN, code, said));
        match (self, &actor.who) {
            (Self::Person, Who::Person { .. })
            | (Self::Official | Self::Overseer, Who::Official { .. })
            | (Self::Operator, Who::Installation)
            | (Self::SignedIn | Self::Acting | Self::Public | Self::Standing, _) => Ok(()),
            (Self::Person, _) => only("persons-only", "this is for residents and firms"),
            (Self::Official | Self::Overseer, _) => only("officials-only", "this is for officials"),
            (Self::Operator, _) => only(
                "operators-only",
                "this is for whoever operates the installation",
            ),
        }
    }
}

/// The gate before an endpoint.
pub(super) async fn gate(State(access): State<Access>, request: Request, next: Next) -> Response {
    let viewer = request.extensions().get::<SignedIn>();
    let actor = viewer.and_then(|signed_in| signed_in.0.as_ref());
    match access.admit(actor.map(|viewer| &viewer.actor)) {
        Ok(()) => next.run(request).await,
        Err(problem) => problem.into_response(),
    }
}
