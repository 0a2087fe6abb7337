//! Several ways to sign in.

use std::sync::Arc;

use async_trait::async_trait;
use axum::http::request::Parts;

use crate::http::{NotSignedIn, SignIn, Viewer};

/// The first way that says something of a request counts, and if what it says doesn't hold, the
/// others aren't asked: a bad token with a good cookie is a bad request.
pub struct AnyOf(Vec<Arc<dyn SignIn>>);

impl AnyOf {
    /// These ways, in this order.
    pub fn new(ways: impl IntoIterator<Item = Arc<dyn SignIn>>) -> Self {
        Self(ways.into_iter().collect())
    }
}

#[async_trait]
impl SignIn for AnyOf {
    async fn viewer(&self, request: &Parts) -> Result<Option<Viewer>, NotSignedIn> {
        for way in &self.0 {
            if let Some(viewer) = way.viewer(request).await? {
                return Ok(Some(viewer));
            }
        }
        Ok(None)
    }
}

impl std::fmt::Debug for AnyOf {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "AnyOf({} ways)", self.0.len())
    }
}
