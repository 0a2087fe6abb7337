//! The routes of signing in, with pages that say in words what went wrong on the way.

use askama::Template;
use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::SET_COOKIE;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use kanzlei_adapters::http::NotSignedIn;
use kanzlei_adapters::oidc::{Browser, SignInChoice, SignInFailed, SignInWay};

use super::page::{Frame, arrived, trouble_page};
use super::site::Site;
use super::trouble::Trouble;
use super::visit::{Visit, keep_language};
use super::words::Label;

/// `/sign-in`, `/sign-in/callback` and `/sign-out`, with the door before them; and where an issuer tells that
/// sessions are over, of which it may tell many.
pub(super) fn router(browser: &Browser, site: &Site) -> Router {
    let in_words = from_fn_with_state(site.clone(), in_words);
    browser
        .pages()
        .layer(in_words)
        .merge(browser.back_channel())
}

#[derive(Template)]
#[template(path = "public/sign-in.html")]
struct Choice {
    frame: Frame,
    ways: Vec<(String, Label)>,
}

/// Through whom do you sign in?
fn choice(visit: &Visit, ways: &[SignInWay]) -> Result<Response, Trouble> {
    let ways = ways.iter().map(|way| {
        let named = || Label::plain(way.name.to_string());
        let label = way.labels.as_ref().map(|labels| visit.words.label(labels));
        (way.address.clone(), label.unwrap_or_else(named))
    });
    visit.show(&Choice {
        frame: visit.frame(visit.words.t("sign-in-title")),
        ways: ways.collect(),
    })
}

async fn in_words(State(site): State<Site>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let (visit, allowed) = arrived(&site, &parts).await;
    let answer = match allowed {
        Ok(_) => next.run(Request::from_parts(parts, body)).await,
        Err(trouble) => return trouble_page(&visit, &trouble),
    };
    if let Some(SignInChoice(ways)) = answer.extensions().get() {
        let mut said =
            choice(&visit, ways).unwrap_or_else(|trouble| trouble_page(&visit, &trouble));
        keep_language(&visit, &mut said);
        return said;
    }
    let Some(SignInFailed(why)) = answer.extensions().get() else {
        return answer;
    };
    let trouble = match why {
        NotSignedIn::Unavailable => Trouble::SignInUnavailable,
        NotSignedIn::Nobody(_) => Trouble::Nobody,
        _ => Trouble::SignInFailed,
    };
    let mut said = trouble_page(&visit, &trouble);
    keep_language(&visit, &mut said);
    for cookie in answer.headers().get_all(SET_COOKIE) {
        said.headers_mut().append(SET_COOKIE, cookie.clone());
    }
    said
}
