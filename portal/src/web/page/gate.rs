//! The guard before each page: finds out who asks, lets through who may, and answers in words
//! whatever goes wrong.

use std::time::Duration;

use askama::Template;
use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Redirect, Response};

use super::frame::Frame;
use super::may::May;
use crate::web::headers;
use crate::web::parked::{BYTES_MAX, Parked};
use crate::web::site::Site;
use crate::web::trouble::{SignInAgain, Trouble, refusal_in_words};
use crate::web::visit::{self, Side, Visit, address};
use crate::web::words::Label;
use kanzlei_adapters::http::{Allowed, Arrival, NotSignedIn, TurnedAway, Unattended};

/// How long a form that is to be kept may take to come.
const PATIENCE: Duration = Duration::from_secs(10);

/// Lets through who may, and makes a page of what goes wrong.
pub(super) async fn guard(
    State((site, may)): State<(Site, May)>,
    request: Request,
    next: Next,
) -> Response {
    let (mut parts, body) = request.into_parts();
    if parts.method == Method::GET && parts.headers.contains_key(visit::BY_SCRIPT) {
        // A part of a page that is fetched again and again, whether anybody is there or not.
        parts.extensions.insert(Unattended);
    }
    let (visit, allowed) = arrived(&site, &parts).await;
    parts.extensions.insert(visit.clone());
    let request = Request::from_parts(parts, body);
    let response = match allowed {
        Err(trouble) => trouble.into_response(),
        Ok(allowed) => {
            let mut response = if may.allows(visit.side) {
                let answer = site.door.within(request, next).await;
                answer.unwrap_or_else(|away| Trouble::from(away).into_response())
            } else {
                refused(&visit, request).await
            };
            allowed.tell(response.headers_mut());
            response
        }
    };
    finished(&visit, response)
}

/// Who comes, and whether they may ask now.
pub(in crate::web) async fn arrived(
    site: &Site,
    parts: &Parts,
) -> (Visit, Result<Allowed, Trouble>) {
    let Arrival { viewer, allowed } = site.door.arrival(parts).await;
    let allowed = allowed.map_err(|too_often| TurnedAway::TooOften(too_often).into());
    (Visit::of(site, parts, viewer), allowed)
}

/// The answer to an address that no page has.
pub(super) async fn not_found(State(site): State<Site>, request: Request) -> Response {
    instead(&site, request, Trouble::NotFound).await
}

/// The answer to a method that a page doesn't have.
pub(super) async fn wrong_method(State(site): State<Site>, request: Request) -> Response {
    instead(&site, request, Trouble::WrongMethod).await
}

async fn instead(site: &Site, request: Request, trouble: Trouble) -> Response {
    let (parts, _) = request.into_parts();
    let (visit, allowed) = arrived(site, &parts).await;
    let trouble = allowed.err().unwrap_or(trouble);
    finished(&visit, trouble.into_response())
}

/// Fills in what went wrong, and what every page says of its language.
fn finished(visit: &Visit, mut response: Response) -> Response {
    if let Some(trouble) = response.extensions_mut().remove::<Trouble>() {
        let told = std::mem::take(response.headers_mut());
        response = trouble_page(visit, &trouble);
        response.headers_mut().extend(told);
    }
    visit::keep_language(visit, &mut response);
    response
}

/// The answer to somebody who may not: to sign in, if that could help.
async fn refused(visit: &Visit, request: Request) -> Response {
    match &visit.not_signed_in {
        Some(NotSignedIn::Unavailable) => return Trouble::SignInUnavailable.into_response(),
        Some(NotSignedIn::Nobody(_)) => return Trouble::Nobody.into_response(),
        _ if visit.side != Side::Nobody => return Trouble::MayNot.into_response(),
        _ => {}
    }
    let expired = visit.not_signed_in.is_some();
    let again = |back, kept| {
        Trouble::SignIn(SignInAgain {
            back,
            kept,
            expired,
        })
    };
    let here = address(request.uri());
    if request.method() == Method::POST {
        let back = parked(visit, request).await;
        let kept = back.is_some();
        let back = back.unwrap_or_else(|| visit.path.clone());
        return again(back, kept).into_response();
    }
    let sign_in = format!("/sign-in?return={}", headers::encoded(&here));
    if visit.by_script {
        // A script would put the page for signing in where it wanted a part of this one.
        let mut response = trouble_page(visit, &again(here, false));
        if let Ok(address) = sign_in.parse() {
            response.headers_mut().insert("hx-redirect", address);
        }
        return response;
    }
    if expired {
        return again(here, false).into_response();
    }
    Redirect::to(&sign_in).into_response()
}

/// Keeps what was sent, and gives the address where it is found after signing in.
async fn parked(visit: &Visit, request: Request) -> Option<String> {
    let path = address(request.uri());
    let (parts, body) = request.into_parts();
    let kind = parts.headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    if !kind.starts_with("application/x-www-form-urlencoded") {
        return None;
    }
    let whose = headers::cookie(&parts.headers, visit::TAG)?.to_owned();
    // Nobody else's body is read.
    if !visit.site.parking.is_own(&whose) {
        return None;
    }
    let body = tokio::time::timeout(PATIENCE, to_bytes(body, BYTES_MAX)).await;
    let body = body.ok()?.ok()?.to_vec();
    let parked = Parked { whose, path, body };
    let token = visit.site.parking.keep(parked)?;
    Some(format!("/continue/{token}"))
}

#[derive(Template)]
#[template(path = "trouble.html")]
struct Page<'a> {
    frame: Frame,
    text: String,
    refusal: Option<Label>,
    again: Option<&'a SignInAgain>,
    sign_in: String,
    retry: bool,
    /// Whether to say how what was sent is sent once more.
    reload: bool,
    case: Option<String>,
}

/// The page that says what is in the way.
pub(in crate::web) fn trouble_page(visit: &Visit, trouble: &Trouble) -> Response {
    if let Trouble::Broken(why) = trouble {
        tracing::error!(request = %visit.request_id, why, "a page could not be made");
    }
    let (title, text) = trouble.keys();
    let again = match trouble {
        Trouble::SignIn(again) => Some(again),
        _ => None,
    };
    let sign_in = again.map_or_else(String::new, |again| {
        let back = headers::encoded(&again.back);
        format!("/sign-in?return={back}")
    });
    let case = match trouble {
        Trouble::Changed(case) if visit.side == Side::Office => Some(format!("/office/{case}")),
        Trouble::Changed(case) => Some(format!("/cases/{case}")),
        _ => None,
    };
    let passes = matches!(trouble, Trouble::Broken(_)) || trouble.seconds().is_some();
    let page = Page {
        frame: visit.frame(visit.words.t(title)),
        text: match trouble.seconds() {
            Some(seconds) => visit.words.t1(text, "seconds", seconds),
            None => visit.words.t(text),
        },
        refusal: trouble
            .refusal()
            .map(|refusal| refusal_in_words(visit.words, refusal)),
        again,
        sign_in,
        retry: passes && !visit.sends,
        reload: passes && visit.sends,
        case,
    };
    let mut response = match page.render() {
        Ok(text) => (trouble.status(), Html(text)).into_response(),
        Err(error) => {
            tracing::error!(%error, "the page for trouble could not be made");
            trouble.status().into_response()
        }
    };
    if let Trouble::TurnedAway(TurnedAway::TooOften(too_often)) = trouble {
        too_often.tell(response.headers_mut());
    } else if let Some(seconds) = trouble.seconds() {
        let headers = response.headers_mut();
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}
