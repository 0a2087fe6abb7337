//! The routes of signing in, with pages that say in words what went wrong on the way.

use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::SET_COOKIE;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use kanzlei_adapters::http::NotSignedIn;
use kanzlei_adapters::oidc::{Browser, SignInFailed};

use super::site::Site;
use super::trouble::{Trouble, page};
use super::visit::{Visit, keep_language};

/// `/sign-in`, `/sign-in/callback` and `/sign-out`.
pub(super) fn router(browser: &Browser, site: &Site) -> Router {
    let in_words = from_fn_with_state(site.clone(), in_words);
    browser.routes().layer(in_words)
}

async fn in_words(State(site): State<Site>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let asked = parts.clone();
    let answer = next.run(Request::from_parts(parts, body)).await;
    let Some(SignInFailed(why)) = answer.extensions().get() else {
        return answer;
    };
    let trouble = match why {
        NotSignedIn::Unavailable => Trouble::SignInUnavailable,
        NotSignedIn::Nobody(_) => Trouble::Nobody,
        _ => Trouble::SignInFailed,
    };
    let visit = Visit::of(&site, &asked).await;
    let mut said = page(&visit, &trouble);
    keep_language(&visit, &mut said);
    for cookie in answer.headers().get_all(SET_COOKIE) {
        said.headers_mut().append(SET_COOKIE, cookie.clone());
    }
    said
}
