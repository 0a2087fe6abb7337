//! What all endpoints share.

use std::sync::Arc;

use axum::http::HeaderName;
use kanzlei::{Actor, Kanzlei, Session};

use super::SignIn;
use super::door::Door;
use super::figures::Figures;
use super::limits::Limits;
use super::news::News;
use super::request_ids::RequestIds;

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
    /// into it what they like. Without it the address is the one that the server tells
    /// ([`ConnectInfo`](axum::extract::ConnectInfo)).
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
    door: Door,
    options: Options,
    figures: Figures,
    ids: RequestIds,
    news: Arc<News>,
}

impl Api {
    pub fn new(kanzlei: Kanzlei, sign_in: Arc<dyn SignIn>, options: Options) -> Self {
        let (limits, header) = (options.limits.clone(), options.peer_header.clone());
        Self(Arc::new(Inner {
            door: Door::new(sign_in, limits, header),
            figures: Figures::new(),
            ids: RequestIds::new(kanzlei.engine().ports().entropy.as_ref()),
            news: News::new(),
            kanzlei,
            options,
        }))
    }

    pub fn kanzlei(&self) -> &Kanzlei {
        &self.0.kanzlei
    }

    /// What somebody does and reads, waiting for views no longer than is allowed.
    pub fn session(&self, actor: Actor) -> Session {
        let patience = self.limits().read_wait;
        let session = self.kanzlei().act_as(actor);
        session.with_patience(move || tokio::time::sleep(patience))
    }

    /// Who comes, and whether they may.
    pub fn door(&self) -> &Door {
        &self.0.door
    }

    pub fn options(&self) -> &Options {
        &self.0.options
    }

    pub fn limits(&self) -> &Limits {
        &self.0.options.limits
    }

    /// Who waits for news.
    pub fn news(&self) -> &Arc<News> {
        &self.0.news
    }

    /// Where requests have their ids from.
    pub fn ids(&self) -> &RequestIds {
        &self.0.ids
    }

    pub fn figures(&self) -> &Figures {
        &self.0.figures
    }
}
