//! Who sends a request: what the embedding portal answers for.

use async_trait::async_trait;
use axum::http::request::Parts;
use kanzlei_core::{Actor, Timestamp};

/// Who sends a request, as the portal that embeds this router states it.
///
/// Kanzlei doesn't authenticate: whoever implements this says for each request who sends it.
/// [`oidc`](crate::oidc) has implementations for bearer tokens and for browsers.
#[async_trait]
pub trait SignIn: Send + Sync + 'static {
    /// Who sends this request; `None` if it says nothing of who that is.
    ///
    /// # Errors
    /// If it says something that doesn't hold: never answer `None` then, or a revoked sign-in would
    /// be as good as none.
    async fn viewer(&self, request: &Parts) -> Result<Option<Viewer>, NotSignedIn>;
}

/// Among the extensions of a request that nobody has made just now: a page or a stream that was left
/// open asks again by itself. A sign-in that ends when nobody comes isn't to be kept alive by it.
#[derive(Debug, Clone, Copy)]
pub struct Unattended;

/// Somebody who is signed in.
#[derive(Clone)]
pub struct Viewer {
    /// Whose acts and questions these are.
    pub actor: Actor,
    /// What names this sign-in's person among all, such as issuer and subject: idempotency keys and
    /// rates are counted by it. It is never logged.
    pub identity: String,
    /// What to call them on a page.
    pub name: String,
    /// When the sign-in ends, if that is known.
    pub until: Option<Timestamp>,
}

/// Without who that is.
impl std::fmt::Debug for Viewer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Viewer({:?})", self.actor)
    }
}

/// Why a sign-in doesn't hold: by what can be done about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotSignedIn {
    /// It was good once: sign in again.
    #[error("this sign-in has expired; sign in again")]
    Expired,
    /// It was ended or withdrawn: sign in again.
    #[error("this sign-in was ended; sign in again")]
    Revoked,
    /// It can't be trusted: unsigned, altered, for somebody else, or from an unknown issuer.
    #[error("this sign-in can't be trusted: {0}")]
    Forged(&'static str),
    /// It is genuine, and nobody here: its claims name no actor.
    #[error("this sign-in names nobody who may use this: {0}")]
    Nobody(&'static str),
    /// It can't be checked now, because the issuer doesn't answer: try again.
    #[error("this sign-in can't be checked now; try again later")]
    Unavailable,
}
