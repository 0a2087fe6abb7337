//! The engine over HTTP: a router that a portal mounts under a path of its own.
//!
//! ```no_run
//! # use std::sync::Arc;
//! # use kanzlei_adapters::http::{Http, Options, SignIn};
//! # fn mount(kanzlei: kanzlei::Kanzlei, sign_in: Arc<dyn SignIn>) -> axum::Router {
//! let http = Http::new(kanzlei, sign_in, Options::default());
//! axum::Router::new().nest("/api", http.router())
//! # }
//! ```
//!
//! An endpoint is a function in a file of `endpoints/`, with its description above it and a line
//! that says who may use it. That line is all there is: it makes the route, the gate before it,
//! the entry in the description and the row of [`Http::endpoints`].

mod access;
mod answer;
mod api;
mod conditional;
mod door;
mod endpoints;
mod extract;
mod figures;
mod gauges;
mod language;
mod limits;
mod links;
mod news;
mod observe;
mod openapi;
mod position;
mod problem;
mod rate;
mod ready;
mod refusals;
mod register;
mod request_ids;
mod resolve;
mod sign_in;
mod sign_in_layer;
mod stream;
mod under_way;
mod upload;

use std::sync::Arc;

use axum::Router;
use kanzlei::Kanzlei;

use api::Api;

pub use access::Access;
pub use api::Options;
pub use door::{Arrival, Door, TurnedAway};
pub use limits::{IDEMPOTENCY_KEY_MAX, Limits};
pub use problem::{FieldFault, Problem, ProblemBody};
pub use rate::{Allowed, Rate, TooOften};
pub use ready::Readiness;
pub use register::Endpoint;
pub use sign_in::{NotSignedIn, SignIn, Unattended, Viewer};
pub use upload::Upload;

/// The engine over HTTP.
#[derive(Clone)]
pub struct Http {
    api: Api,
}

impl Http {
    /// The interface of this installation, to those whom this sign-in vouches for.
    pub fn new(kanzlei: Kanzlei, sign_in: Arc<dyn SignIn>, options: Options) -> Self {
        Self {
            api: Api::new(kanzlei, sign_in, options),
        }
    }

    /// The router, to be nested at the [path](Options::path) that the options name.
    ///
    /// Whoever isn't signed in is counted by the address that they come from, which the server must tell:
    /// `into_make_service_with_connect_info::<SocketAddr>()` with axum's, or [`Options::peer_header`]. Else all of them
    /// share one rate.
    pub fn router(&self) -> Router {
        endpoints::all().mount(&self.api)
    }

    /// The description of the interface: `OpenAPI` 3.1.
    pub fn openapi(&self) -> utoipa::openapi::OpenApi {
        endpoints::all().description(self.api.options())
    }

    /// The door of the interface, for what stands beside it: pages that let people in by it count
    /// together with the interface.
    pub fn door(&self) -> Door {
        self.api.door().clone()
    }

    /// Every endpoint there is, and who may use it.
    pub fn endpoints() -> Vec<Endpoint> {
        endpoints::all().list()
    }

    /// Ends all event streams, each with an event that says so: before the server goes down, which
    /// would wait for them.
    pub fn end_streams(&self) {
        self.api.news().end();
    }

    /// Whether the installation can answer: store, vault and views.
    pub async fn ready(&self) -> Readiness {
        ready::ready(self.api.kanzlei()).await
    }

    /// All figures in Prometheus' text format: of requests, commands, the store, views, the work
    /// and streams. They name routes, services and views, and nothing personal.
    pub fn metrics(&self) -> String {
        self.api.figures().render() + &gauges::render(&self.api)
    }
}

impl std::fmt::Debug for Http {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Http({:?})", self.api.options())
    }
}
