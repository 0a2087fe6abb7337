//! The one way in which an endpoint comes to be: registered here it has a route, a gate before it,
//! an entry in the description and a row in the list of all.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{Request, Uri, header};
use axum::middleware::from_fn_with_state;
use axum::response::IntoResponse;
use serde::Serialize;
use tower::util::MapRequestLayer;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::{CsrfLayer, ProtectionError};
use utoipa::openapi::path::Paths;
use utoipa::openapi::{Components, OpenApi};
use utoipa_axum::router::{UtoipaMethodRouter, UtoipaMethodRouterExt};

use super::access::{Access, gate};
use super::api::{Api, Options};
use super::links::link;
use super::{Problem, observe, openapi, sign_in_layer};

/// An endpoint: what it answers to, and who may use it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Endpoint {
    /// The method.
    pub method: &'static str,
    /// The path below that of the router, with names in braces.
    pub path: String,
    /// The name of the operation in the description.
    pub operation: String,
    /// Who may use it.
    pub access: Access,
}

/// The endpoints that were registered.
pub(super) struct Endpoints {
    router: Router<Api>,
    list: Vec<Endpoint>,
    paths: Paths,
    components: Components,
}

impl Endpoints {
    pub fn new() -> Self {
        Self {
            router: Router::new(),
            list: Vec::new(),
            paths: Paths::new(),
            components: Components::new(),
        }
    }

    /// Registers an endpoint, as `utoipa_axum::routes!` reads it, for those who may use it.
    #[must_use]
    pub fn add(mut self, access: Access, endpoint: UtoipaMethodRouter<Api>) -> Self {
        let gated = endpoint.map(|route| route.route_layer(from_fn_with_state(access, gate)));
        let (schemas, paths, route) = gated;
        for (path, mut item) in paths.paths {
            self.router = self.router.route(&path, route.clone());
            for (method, operation) in openapi::operations(&mut item) {
                openapi::complete(&path, method, operation, access);
                self.list.push(Endpoint {
                    method,
                    path: path.clone(),
                    operation: operation.operation_id.clone().unwrap_or_default(),
                    access,
                });
            }
            match self.paths.paths.get_mut(&path) {
                Some(known) => known.merge_operations(item),
                None => {
                    self.paths.paths.insert(path, item);
                }
            }
        }
        self.components.schemas.extend(schemas);
        self
    }

    /// Every endpoint, in the order of registration.
    pub fn list(self) -> Vec<Endpoint> {
        self.list
    }

    /// The description of all of them, with where their answers lead.
    pub fn description(&self, options: &Options) -> OpenApi {
        let mut paths = self.paths.clone();
        link(&mut paths);
        openapi::description(paths, self.components.clone(), options)
    }

    /// The router, with everything around the endpoints. What comes first in a tuple is outside.
    pub fn mount(self, api: &Api) -> Router {
        let description = self.description(api.options());
        let around_endpoints = (
            CatchPanicLayer::custom(observe::panicked),
            MapRequestLayer::new(same_origin_is_for_cookies),
            MapRequestLayer::new(hide_address),
            csrf(&api.options().origins),
            MapRequestLayer::new(show_address),
            from_fn_with_state(api.clone(), sign_in_layer::sign_in),
            axum::Extension(std::sync::Arc::new(description)),
        );
        let around_all = (
            // Bodies are cut off where they are read, each kind at its own limit.
            DefaultBodyLimit::disable(),
            CompressionLayer::new(),
            from_fn_with_state(api.clone(), observe::observe),
        );
        self.router
            .layer(around_endpoints)
            .fallback(observe::not_found)
            .method_not_allowed_fallback(observe::method_not_allowed)
            .layer(around_all)
            .with_state(api.clone())
    }
}

/// A request that says itself who sends it can't have been made by a page elsewhere: browsers add
/// cookies by themselves, and nothing else.
fn same_origin_is_for_cookies<B>(mut request: Request<B>) -> Request<B> {
    if request.headers().contains_key(header::AUTHORIZATION) {
        request.headers_mut().remove(header::ORIGIN);
        request.headers_mut().remove("sec-fetch-site");
    }
    request
}

/// An address that is hidden.
#[derive(Clone)]
struct Hidden(Uri);

/// Hides the address from what writes it into its traces: it names cases.
fn hide_address<B>(mut request: Request<B>) -> Request<B> {
    let address = std::mem::take(request.uri_mut());
    request.extensions_mut().insert(Hidden(address));
    request
}

fn show_address<B>(mut request: Request<B>) -> Request<B> {
    if let Some(Hidden(address)) = request.extensions_mut().remove() {
        *request.uri_mut() = address;
    }
    request
}

type Refuse = fn(ProtectionError) -> axum::response::Response;

fn csrf(origins: &[String]) -> CsrfLayer<Refuse> {
    let refuse: Refuse = |_| {
        Problem::new(
            axum::http::StatusCode::FORBIDDEN,
            "cross-origin",
            "a page of another origin can't do this with your sign-in",
        )
        .into_response()
    };
    let mut layer = CsrfLayer::new().with_rejection_response(refuse);
    for origin in origins {
        layer = match layer.clone().add_trusted_origin(origin) {
            Ok(trusting) => trusting,
            Err(error) => {
                tracing::error!(%error, origin, "this origin can't be trusted");
                layer
            }
        };
    }
    layer
}
