//! The whole portal as one router: pages at `/`, the interface for programs at `/api`, and how it
//! is at `/healthz`, `/readyz` and `/metrics`.

pub mod assets;
pub mod chart;
pub mod editions;
pub mod flow;
pub mod form;
mod headers;
mod health;
mod issuer;
mod offer;
pub mod page;
pub mod pages;
pub mod papers;
mod parked;
pub mod parts;
pub mod posted;
mod server;
mod shield;
mod sign_in;
pub mod site;
mod stalls;
mod stronger;
pub mod table;
pub mod tiles;
pub mod trouble;
pub mod visit;
pub mod words;

use std::sync::Arc;

use async_trait::async_trait;
use axum::http::HeaderName;
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use axum::routing::get;
use axum::{Extension, Router};
use kanzlei::Kanzlei;
use kanzlei_adapters::http::{self, Http, NotSignedIn, Options, SignIn, Viewer};
use kanzlei_adapters::oidc::{Browser, SignIns};

pub use issuer::{Group, Issuer, NotHere, Person, Who};
pub use server::{Ended, Limits, Server};

use site::Site;

/// Where the interface for programs is.
const API: &str = "/api";

/// Every page that there is, those of the demonstration alone too: to be listed.
pub fn recorded() -> page::Pages {
    pages::all().and(issuer::pages())
}

/// A portal about to be put together.
pub struct Portal {
    kanzlei: Kanzlei,
    public_url: String,
    sign_in: Arc<dyn SignIn>,
    browser: Option<Browser>,
    issuer: Option<Issuer>,
    limits: http::Limits,
    peer_header: Option<HeaderName>,
}

impl Portal {
    /// A portal of this installation, as people reach it under this address, such as
    /// `https://portal.example.ch`. Nobody signs in to it yet.
    pub fn new(kanzlei: Kanzlei, public_url: &str) -> Self {
        Self {
            kanzlei,
            public_url: public_url.trim_end_matches('/').to_owned(),
            sign_in: Arc::new(NobodySignsIn),
            browser: None,
            issuer: None,
            limits: http::Limits::default(),
            peer_header: None,
        }
    }

    /// What people and programs may ask for at most.
    #[must_use]
    pub fn limits(mut self, limits: http::Limits) -> Self {
        self.limits = limits;
        self
    }

    /// The header in which a proxy in front names the address of whom it serves; without it, all who
    /// come through a proxy and haven't signed in are counted as one. Only if all requests come
    /// through that proxy: anybody else can write into it what they like.
    #[must_use]
    pub fn peer_header(mut self, name: HeaderName) -> Self {
        self.peer_header = Some(name);
        self
    }

    /// Who says who sends a request, for an embedder with a sign-in of its own.
    #[must_use]
    pub fn sign_in(mut self, sign_in: Arc<dyn SignIn>) -> Self {
        self.sign_in = sign_in;
        self
    }

    /// Sign-in by `OpenID` Connect, with its routes.
    #[must_use]
    pub fn sign_ins(mut self, sign_ins: &SignIns) -> Self {
        self.sign_in = sign_ins.any();
        self.browser.clone_from(&sign_ins.browser);
        self
    }

    /// The demonstration's own issuer; the settings of its [`SignIns`] are its
    /// [`settings`](Issuer::settings).
    #[must_use]
    pub fn issuer(mut self, issuer: Issuer) -> Self {
        self.issuer = Some(issuer);
        self
    }

    /// Everything under one roof. As with [`Http::router`](http::Http::router), the server must tell from which address
    /// a request comes.
    pub fn router(self) -> Router {
        let issuers = self
            .browser
            .as_ref()
            .map_or_else(Vec::new, Browser::origins);
        let http = self.http();
        let site = Site::new(self.kanzlei.clone(), http.door()).signing_in_through(issuers);
        let mut pages = pages::all();
        let mut beside = Router::new();
        if let Some(issuer) = &self.issuer {
            pages = pages.and(issuer::pages());
            beside = beside.merge(issuer.routes());
        }
        let mut form_targets = Vec::new();
        if let Some(browser) = &self.browser {
            beside = beside.merge(sign_in::router(browser, &site));
            form_targets = browser.origins();
        }
        let mut pages = pages.into_router(&site);
        if let Some(issuer) = &self.issuer {
            pages = pages.layer(Extension(issuer.clone()));
        }
        let pages = shield::forms(pages.merge(beside), &self.public_url);
        let router = pages
            .merge(health::router(http.clone()))
            .nest(API, http.router())
            .route("/metrics", get(move || std::future::ready(metrics(&http))));
        let router = shield::over(router, &self.public_url, &form_targets);
        match self.issuer {
            Some(issuer) => issuer.by_its_name_only(router),
            None => router,
        }
    }

    fn http(&self) -> Http {
        let options = Options {
            path: API.to_owned(),
            origins: vec![self.public_url.clone()],
            limits: self.limits.clone(),
            peer_header: self.peer_header.clone(),
            ..Options::default()
        };
        Http::new(self.kanzlei.clone(), Arc::clone(&self.sign_in), options)
    }
}

/// All figures, as Prometheus reads them.
fn metrics(http: &Http) -> impl axum::response::IntoResponse + use<> {
    let kind = "text/plain; version=0.0.4; charset=utf-8";
    ([(CONTENT_TYPE, kind)], http.metrics())
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
