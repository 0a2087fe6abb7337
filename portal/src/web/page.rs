//! The registry of pages: each route is recorded with who may ask for it and which file it is in, and
//! goes through one guard. What isn't recorded can't be asked for.

use std::panic::Location;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::handler::Handler;
use axum::http::Method;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodRouter, get, post};

use super::assets;
use super::site::Site;

mod frame;
mod gate;
mod may;

pub use frame::{Frame, Link};
pub(super) use gate::{arrived, trouble_page};
pub use may::May;

/// A route of a page, as it is recorded.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Route {
    /// `GET` or `POST`.
    pub method: Method,
    /// The path, with its parameters in braces.
    pub path: &'static str,
    /// Who may ask for it.
    pub may: May,
    /// The source file that registers it.
    pub file: &'static str,
}

/// Pages with their routes.
///
/// A page is a file with its handlers and a function that registers them:
///
/// ```
/// use axum::response::Response;
/// use kanzlei_portal::web::page::{May, Pages};
/// use kanzlei_portal::web::trouble::Trouble;
/// use kanzlei_portal::web::visit::Visit;
///
/// async fn thanks(visit: Visit) -> Result<Response, Trouble> {
///     Ok(visit.to("/"))
/// }
///
/// let pages = Pages::new().get("/thanks", May::Everybody, thanks);
/// assert_eq!(pages.routes().next().unwrap().path, "/thanks");
/// ```
#[derive(Default)]
pub struct Pages(Vec<(Route, MethodRouter<Site>)>);

impl Pages {
    /// No pages yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// A page that somebody looks at.
    #[must_use]
    #[track_caller]
    pub fn get<H, T>(self, path: &'static str, may: May, handler: H) -> Self
    where
        H: Handler<T, Site>,
        T: 'static,
    {
        self.with(Method::GET, path, may, get(handler))
    }

    /// Something that somebody does; it answers with [`Visit::to`](super::visit::Visit::to), or the page again with what is
    /// wrong.
    #[must_use]
    #[track_caller]
    pub fn post<H, T>(self, path: &'static str, may: May, handler: H) -> Self
    where
        H: Handler<T, Site>,
        T: 'static,
    {
        self.with(Method::POST, path, may, post(handler))
    }

    #[track_caller]
    fn with(
        mut self,
        method: Method,
        path: &'static str,
        may: May,
        handlers: MethodRouter<Site>,
    ) -> Self {
        let route = Route {
            method,
            path,
            may,
            file: Location::caller().file(),
        };
        self.0.push((route, handlers));
        self
    }

    /// These pages and those.
    #[must_use]
    pub fn and(mut self, others: Self) -> Self {
        self.0.extend(others.0);
        self
    }

    /// What is registered.
    pub fn routes(&self) -> impl Iterator<Item = &Route> {
        self.0.iter().map(|(route, _)| route)
    }

    /// A router with all of them, the files that they need, and a page for what isn't there.
    pub fn into_router(self, site: &Site) -> Router {
        let mut router = Router::new();
        for (route, handlers) in self.0 {
            let guard = from_fn_with_state((site.clone(), route.may), gate::guard);
            router = router.route(route.path, handlers.route_layer(guard));
        }
        router
            .route("/assets/{name}", get(assets::serve))
            .fallback(gate::not_found)
            .method_not_allowed_fallback(gate::wrong_method)
            .layer(DefaultBodyLimit::max(body_max(site)))
            .with_state(site.clone())
    }
}

/// The largest body: a document, and the form around it.
pub(super) fn body_max(site: &Site) -> usize {
    const FORM: u64 = 64 * 1024;
    let document = site.kanzlei.documents().options().bytes_max;
    usize::try_from(document.saturating_add(FORM)).unwrap_or(usize::MAX)
}

/// The names of the routes alone.
impl std::fmt::Debug for Pages {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.routes()).finish()
    }
}
