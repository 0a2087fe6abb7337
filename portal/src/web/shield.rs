//! What stands around every route: headers that keep browsers from doing harm, a request's id,
//! compression, and what becomes of a panic or a body that doesn't come.

use std::time::Duration;

use axum::Router;
use axum::http::header::{
    CONTENT_SECURITY_POLICY, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
    X_FRAME_OPTIONS,
};
use axum::http::{HeaderName, HeaderValue, Request};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::CsrfLayer;
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::RequestBodyTimeoutLayer;

/// The longest pause within a request's body.
const BODY_PAUSE_MAX: Duration = Duration::from_secs(20);
/// A request's id, in a request and its answer.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Two years, as browsers' lists ask for.
const HTTPS_ONLY: HeaderValue = HeaderValue::from_static("max-age=63072000; includeSubDomains");

/// Lets nobody else's page send a form. The interface for programs sees to that itself.
pub fn forms(router: Router, public_url: &str) -> Router {
    // An address that isn't an origin is trusted as none.
    let own = CsrfLayer::new().add_trusted_origin(public_url);
    router.layer(own.unwrap_or_default())
}

/// Puts the shield over all routes. A route that sets one of these headers keeps its own.
pub fn over(router: Router, public_url: &str, form_targets: &[String]) -> Router {
    let mut router = router
        .layer(RequestBodyTimeoutLayer::new(BODY_PAUSE_MAX))
        .layer(CompressionLayer::new())
        .layer(CatchPanicLayer::new());
    let policy = HeaderValue::from_str(&content_policy(form_targets));
    let headers = [
        (CONTENT_SECURITY_POLICY, policy.ok()),
        (
            X_CONTENT_TYPE_OPTIONS,
            Some(HeaderValue::from_static("nosniff")),
        ),
        // For browsers that don't know `frame-ancestors`.
        (X_FRAME_OPTIONS, Some(HeaderValue::from_static("DENY"))),
        (
            REFERRER_POLICY,
            Some(HeaderValue::from_static("same-origin")),
        ),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            Some(HeaderValue::from_static("same-origin")),
        ),
        (
            HeaderName::from_static("permissions-policy"),
            Some(HeaderValue::from_static(
                "camera=(), geolocation=(), microphone=()",
            )),
        ),
        (
            STRICT_TRANSPORT_SECURITY,
            public_url.starts_with("https:").then_some(HTTPS_ONLY),
        ),
    ];
    for (name, value) in headers {
        router = router.layer(SetResponseHeaderLayer::if_not_present(name, value));
    }
    router
        .layer(PropagateRequestIdLayer::new(REQUEST_ID))
        .layer(SetRequestIdLayer::new(REQUEST_ID, MakeRequestUuid))
        .layer(axum::middleware::map_request(own_id))
}

/// Takes off an id that came with a request: ids are this server's own, so that nobody puts
/// something into its logs or makes two requests look like one.
async fn own_id<B: Send + 'static>(mut request: Request<B>) -> Request<B> {
    request.headers_mut().remove(REQUEST_ID);
    request
}

/// Nothing but what the portal itself serves, and no script within a page.
fn content_policy(form_targets: &[String]) -> String {
    let targets = form_targets.iter().flat_map(|origin| [" ", origin]);
    let targets: String = targets.collect();
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
         font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'{targets}; \
         base-uri 'none'; frame-ancestors 'none'"
    )
}
