//! What all endpoints share.

use std::sync::Arc;

use axum::http::HeaderName;
use kanzlei::Kanzlei;
use tokio::sync::Semaphore;

use super::SignIn;
use super::limits::Limits;
use super::news::News;
use super::observe::Figures;
use super::rate::Rates;

/// How the interface is set up; the defaults do for a portal that mounts it at `/api`.
#[derive(Debug, Clone)]
pub struct Options {
    /// The path under which the router is mounted, as the outside world sees it: without a slash
    /// at its end, and empty at the root.
    pub path: String,
    /// What the description is headed with.
    pub title: String,
    /// What one may ask for at most.
    pub limits: Limits,
    /// The header in which a proxy in front names the address of whom it serves, such as
    /// `x-forwarded-for`. Only if all requests come through that proxy: anybody else can write
    /// into it what they like.
    pub peer_header: Option<HeaderName>,
    /// Further origins from which browsers may write by cookie, such as
    /// `https://portal.example.ch`; the interface's own always may.
    pub origins: Vec<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            path: "/api".to_owned(),
            title: "Kanzlei".to_owned(),
            limits: Limits::default(),
            peer_header: None,
            origins: Vec::new(),
        }
    }
}

/// What all endpoints share. Cheap to clone.
#[derive(Clone)]
pub(super) struct Api(Arc<Inner>);

struct Inner {
    kanzlei: Kanzlei,
    sign_in: Arc<dyn SignIn>,
    options: Options,
    rates: Rates,
    working: Semaphore,
    figures: Figures,
    news: Arc<News>,
}

impl Api {
    pub fn new(kanzlei: Kanzlei, sign_in: Arc<dyn SignIn>, options: Options) -> Self {
        let limits = &options.limits;
        let header = options.peer_header.clone();
        Self(Arc::new(Inner {
            rates: Rates::new(limits.reads, limits.writes, header),
            working: Semaphore::new(limits.concurrent_requests),
            figures: Figures::new(),
            news: News::new(),
            kanzlei,
            sign_in,
            options,
        }))
    }

    pub fn kanzlei(&self) -> &Kanzlei {
        &self.0.kanzlei
    }

    pub fn sign_in(&self) -> &dyn SignIn {
        self.0.sign_in.as_ref()
    }

    pub fn options(&self) -> &Options {
        &self.0.options
    }

    pub fn limits(&self) -> &Limits {
        &self.0.options.limits
    }

    pub fn rates(&self) -> &Rates {
        &self.0.rates
    }

    /// Places for requests that are worked on.
    pub fn working(&self) -> &Semaphore {
        &self.0.working
    }

    /// Who waits for news.
    pub fn news(&self) -> &Arc<News> {
        &self.0.news
    }

    pub fn figures(&self) -> &Figures {
        &self.0.figures
    }
}
