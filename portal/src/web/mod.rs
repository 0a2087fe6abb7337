//! The whole portal as one router: pages at `/`, the interface for programs at `/api`, and how it
//! is at `/healthz` and `/readyz`.

pub mod assets;
pub mod chart;
pub mod flow;
pub mod form;
mod headers;
mod health;
mod offer;
pub mod page;
pub mod pages;
mod parked;
pub mod parts;
pub mod posted;
mod server;
mod shield;
pub mod site;
mod stalls;
pub mod tiles;
pub mod trouble;
pub mod visit;
pub mod words;

use std::sync::Arc;

use async_trait::async_trait;
use axum::Router;
use axum::http::request::Parts;
use kanzlei::Kanzlei;
use kanzlei_adapters::http::{NotSignedIn, SignIn, Viewer};

pub use server::{Ended, Limits, Server};

/// A portal about to be put together.
pub struct Portal {
    kanzlei: Kanzlei,
    public_url: String,
    sign_in: Arc<dyn SignIn>,
    form_targets: Vec<String>,
    routes: Router,
}

impl Portal {
    /// A portal of this installation, as people reach it under this address, such as
    /// `https://portal.example.ch`. Nobody signs in to it yet.
    pub fn new(kanzlei: Kanzlei, public_url: &str) -> Self {
        Self {
            kanzlei,
            public_url: public_url.trim_end_matches('/').to_owned(),
            sign_in: Arc::new(NobodySignsIn),
            form_targets: Vec::new(),
            routes: Router::new(),
        }
    }

    /// Who says who sends a request.
    #[must_use]
    pub fn sign_in(mut self, sign_in: Arc<dyn SignIn>) -> Self {
        self.sign_in = sign_in;
        self
    }

    /// Routes of its own beside the pages, such as those of a sign-in.
    #[must_use]
    pub fn routes(mut self, routes: Router) -> Self {
        self.routes = self.routes.merge(routes);
        self
    }

    /// An origin to which a form may lead: that of the issuer, where a sign-out ends.
    #[must_use]
    pub fn forms_lead_to(mut self, origin: impl Into<String>) -> Self {
        self.form_targets.push(origin.into());
        self
    }

    /// Everything under one roof.
    pub fn router(self) -> Router {
        let pages = pages::router(self.kanzlei.clone(), Arc::clone(&self.sign_in));
        let router = pages.merge(self.routes).merge(health::router(self.kanzlei));
        shield::over(router, &self.public_url, &self.form_targets)
    }
}

impl std::fmt::Debug for Portal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Portal({})", self.public_url)
    }
}

/// Everybody is the public.
struct NobodySignsIn;

#[async_trait]
impl SignIn for NobodySignsIn {
    async fn viewer(&self, _: &Parts) -> Result<Option<Viewer>, NotSignedIn> {
        Ok(None)
    }
}
