//! A visit: who asks for a page, in which language, and what a handler needs to answer.

use std::fmt::Write as _;
use std::ops::Deref;
use std::sync::Arc;

use askama::Template;
use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Uri, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use kanzlei::core::domain::{Who, oversees};
use kanzlei::{AuthorityId, Date, Kanzlei, Language, Position, Session, Timestamp};
use kanzlei_adapters::http::{NotSignedIn, Viewer};

use super::headers;
use super::site::Site;
use super::trouble::Trouble;
use super::words::{Words, Zurich, preferred};

/// On which side of the counter somebody is: what they can be offered at all. What they see of a
/// case is found in the case.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Side {
    /// Nobody is signed in.
    Nobody,
    /// A resident or firm.
    Resident,
    /// An official who handles cases, of a municipality or of the canton.
    Office,
    /// An official who oversees.
    Canton,
    /// Who operates the installation.
    Operator,
}

/// A request for a page. Cheap to clone.
#[derive(Clone)]
pub struct Visit(Arc<Call>);

/// See [`Visit`].
pub struct Call {
    /// What all pages stand on.
    pub site: Site,
    /// What the visitor does and reads; the public's session if nobody is signed in.
    pub session: Session,
    /// Who is signed in.
    pub viewer: Option<Viewer>,
    /// Why a sign-in that was sent doesn't hold.
    pub not_signed_in: Option<NotSignedIn>,
    /// On which side they are.
    pub side: Side,
    /// What their pages say.
    pub words: Words,
    /// The address without its query.
    pub path: String,
    /// The query, decoded.
    pub query: Vec<(String, String)>,
    /// What names this request in the program's own records.
    pub request_id: String,
    /// Whether something was sent, which a link to the same address doesn't send again.
    pub sends: bool,
    /// When it came.
    pub now: Timestamp,
    /// Whether a script asks for a part of the page.
    pub by_script: bool,
    /// The tag that the browser has of who was signed in last.
    tagged: Option<String>,
}

impl Deref for Visit {
    type Target = Call;

    fn deref(&self) -> &Call {
        &self.0
    }
}

impl Visit {
    /// Of whom the door has found out who it is.
    pub(super) fn of(
        site: &Site,
        parts: &Parts,
        viewer: Result<Option<Viewer>, NotSignedIn>,
    ) -> Self {
        let (viewer, not_signed_in) = match viewer {
            Ok(viewer) => (viewer, None),
            Err(why) => (None, Some(why)),
        };
        let kanzlei = &site.kanzlei;
        let actor = viewer.as_ref().map(|viewer| viewer.actor.clone());
        let session = kanzlei.act_as(actor.unwrap_or_else(kanzlei::Actor::anonymous));
        let patience = site.door.limits().read_wait;
        let session = session.with_patience(move || tokio::time::sleep(patience));
        read_own_writes(&session, kanzlei, parts);
        let query = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri);
        let query = query.map_or_else(|_| Vec::new(), |query| query.0);
        Self(Arc::new(Call {
            site: site.clone(),
            session,
            side: side_of(kanzlei, viewer.as_ref()),
            not_signed_in,
            words: words(parts, &query),
            path: parts.uri.path().to_owned(),
            query,
            request_id: request_id(parts),
            sends: !parts.method.is_safe(),
            now: kanzlei.engine().ports().clock.now(),
            by_script: parts.headers.contains_key(BY_SCRIPT),
            tagged: headers::cookie(&parts.headers, TAG).map(str::to_owned),
            viewer,
        }))
    }

    /// A page.
    ///
    /// # Errors
    /// If the template can't be filled in.
    pub fn show(&self, page: &impl Template) -> Result<Response, Trouble> {
        Ok(Html(page.render()?).into_response())
    }

    /// Leads to another page after something was done (303), where what was done can be seen.
    pub fn to(&self, path: &str) -> Response {
        self.told(Redirect::to(path).into_response())
    }

    /// An answer after something was done, so that the visitor's next page is no older.
    pub fn told(&self, mut response: Response) -> Response {
        let seen = self.session.position();
        if seen > Position::START {
            headers::set_cookie(response.headers_mut(), SEEN, &seen.0.to_string(), 60);
        }
        response
    }

    /// A value of the query, without blanks around it; `None` if it is empty.
    pub fn asked(&self, name: &str) -> Option<&str> {
        let mut pairs = self.query.iter();
        let (_, value) = pairs.find(|(one, _)| one == name)?;
        Some(value.trim()).filter(|value| !value.is_empty())
    }

    /// The day that counts for what is in force: the engine decides by it, so that a page offers what will be taken.
    pub fn day_in_force(&self) -> Date {
        self.site.kanzlei.today()
    }

    /// Today in Zurich, as people read it.
    pub fn today(&self) -> Date {
        Zurich::of(self.now).day
    }

    /// The authority for which an official acts.
    ///
    /// # Errors
    /// If the visitor is no official.
    pub fn authority(&self) -> Result<AuthorityId, Trouble> {
        self.session.actor().authority().ok_or(Trouble::MayNot)
    }

    /// What an authority is called on that day.
    pub fn authority_name(&self, authority: AuthorityId, on: Date) -> String {
        self.site.kanzlei.catalogue().authority_name(authority, on)
    }
}

/// Who asked, without their name.
impl std::fmt::Debug for Visit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Visit({:?}, {})", self.side, self.path)
    }
}

/// The visit, which the guard of a page's route has put there.
impl<S: Sync> FromRequestParts<S> for Visit {
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Trouble> {
        let visit = parts.extensions.get::<Self>().cloned();
        visit.ok_or_else(|| Trouble::broken("a page outside the registry asked for its visit"))
    }
}

/// The cookie with the place in the log of what its holder has done last.
const SEEN: &str = "seen";
/// The header of a script that asks for a part of a page.
pub(super) const BY_SCRIPT: &str = "hx-request";
/// The cookie with the tag of who was signed in last: whose a form is that is sent afterwards.
pub(super) const TAG: &str = "form-of";
/// How long that is kept: longer than a sign-in lasts.
const DAY: u32 = 86_400;
/// The cookie with the language that somebody chose.
const LANGUAGE: &str = "lang";
/// A year: a choice of language is kept.
const YEAR: u32 = 31_536_000;

/// Tells the session what its visitor has done in requests before, so that they see it. A place
/// that the log hasn't reached is none, or it would be waited for.
fn read_own_writes(session: &Session, kanzlei: &Kanzlei, parts: &Parts) {
    let seen = headers::cookie(&parts.headers, SEEN).and_then(|text| text.parse().ok());
    let end = kanzlei.engine().ports().store.watermark().now();
    if let Some(seen) = seen.map(Position).filter(|seen| *seen <= end) {
        session.has_seen(seen);
    }
}

/// On which side somebody is.
fn side_of(kanzlei: &Kanzlei, viewer: Option<&Viewer>) -> Side {
    let Some(viewer) = viewer else {
        return Side::Nobody;
    };
    match &viewer.actor.who {
        Who::Person { .. } => Side::Resident,
        Who::Installation => Side::Operator,
        Who::Official {
            authority, role, ..
        } => {
            let (catalogue, today) = (kanzlei.catalogue(), kanzlei.today());
            let services = catalogue.services();
            let mut offered = services.filter_map(|(key, _)| catalogue.in_force(key, today));
            let overseer =
                offered.any(|one| oversees(&one.service, &catalogue, *authority, role, today));
            if overseer { Side::Canton } else { Side::Office }
        }
        _ => Side::Nobody,
    }
}

/// The language: the address says it, else the cookie, else the browser.
fn words(parts: &Parts, query: &[(String, String)]) -> Words {
    let asked = query.iter().find(|(name, _)| name == LANGUAGE);
    let asked = asked.map(|(_, value)| value.as_str());
    let chosen = asked.or_else(|| headers::cookie(&parts.headers, LANGUAGE));
    if cfg!(debug_assertions) && chosen == Some(STRETCHED) {
        return Words::of(Language::De).stretched();
    }
    let accepted = parts.headers.get(header::ACCEPT_LANGUAGE);
    let accepted = accepted.and_then(|value| value.to_str().ok());
    let language = chosen.and_then(|code| {
        let mut all = Language::ALL.into_iter();
        all.find(|one| one.code() == code)
    });
    Words::of(language.unwrap_or_else(|| preferred(accepted.unwrap_or_default())))
}

/// What asks for a language in which everything is longer, in builds for tests.
const STRETCHED: &str = "stretched";

/// Keeps the language that the address asked for, and whose forms come from this browser.
pub(super) fn keep_language(visit: &Visit, response: &mut Response) {
    let headers = response.headers_mut();
    if let Some(asked) = visit.asked(LANGUAGE) {
        let known = asked == visit.words.code() || asked == STRETCHED;
        if known {
            headers::set_cookie(headers, LANGUAGE, asked, YEAR);
        }
    }
    let tag = visit.viewer.as_ref();
    let tag = tag.and_then(|viewer| visit.site.parking.tag(&viewer.identity));
    if let Some(tag) = tag.filter(|tag| visit.tagged.as_ref() != Some(tag)) {
        headers::set_cookie(headers, TAG, &tag, DAY);
    }
    let language = HeaderValue::from_static(visit.words.code());
    headers.insert(header::CONTENT_LANGUAGE, language);
    headers.append(
        header::VARY,
        HeaderValue::from_static("Cookie, Accept-Language, HX-Request"),
    );
    // Who presses “back” after signing out sees nothing, and nothing stays on a shared computer.
    let cached = if visit.viewer.is_some() {
        "no-store"
    } else {
        "private, no-cache"
    };
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static(cached));
}

/// The request's id: from the layer that counts requests, else from here.
fn request_id(parts: &Parts) -> String {
    let sent = parts.headers.get("x-request-id");
    let sent = sent.and_then(|value| value.to_str().ok());
    sent.map_or_else(
        || {
            let mut random = [0; 8];
            // Without random bytes it is a zero: an id is a help, not a promise.
            let _ = getrandom::fill(&mut random);
            headers::hex(&random)
        },
        |id| id.chars().take(64).collect(),
    )
}

/// The address of the same page in another language. Two slashes at the beginning, of whichever kind,
/// would lead to another host.
pub(super) fn in_language(visit: &Call, language: Language) -> String {
    let path = visit.path.trim_start_matches(['/', '\\']);
    let mut address = format!("/{path}?{LANGUAGE}={language}");
    for (name, value) in &visit.query {
        if name != LANGUAGE {
            let (name, value) = (headers::encoded(name), headers::encoded(value));
            let _ = write!(address, "&{name}={value}");
        }
    }
    address
}

/// An address with its query, as the visitor asked for it.
pub(super) fn address(uri: &Uri) -> String {
    let path = uri.path_and_query();
    path.map_or_else(|| "/".to_owned(), ToString::to_string)
}
