//! What can stand between a request and its page.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use kanzlei::core::engine::EngineError;
use kanzlei::{CaseId, DraftsError, QueryError, Refusal};
use kanzlei_adapters::http::TurnedAway;

use super::words::{FluentValue, Label, Words};

/// Why there is no page: by what the visitor can do about it.
#[derive(Clone, Debug)]
pub enum Trouble {
    /// There is nothing here, or nothing that is theirs: which of the two isn't said.
    NotFound,
    /// A page doesn't take this method.
    WrongMethod,
    /// They are signed in, and these pages are for others.
    MayNot,
    /// They have to sign in.
    SignIn(SignInAgain),
    /// Their sign-in is genuine and names nobody here.
    Nobody,
    /// What they bring from who says who they are doesn't fit what they asked there.
    SignInFailed,
    /// Whoever says who they are doesn't answer.
    SignInUnavailable,
    /// It is found elsewhere.
    Elsewhere(String),
    /// It isn't possible, as the text with this key says.
    Said(&'static str),
    /// The domain says no.
    Refused(Refusal),
    /// Somebody else was faster.
    Changed(CaseId),
    /// What was sent is larger than is taken.
    TooLarge,
    /// What was sent isn't what a page of this program sends.
    Unreadable,
    /// Too much goes on at once: trying again helps.
    Busy,
    /// They have come more often, or it took longer, than is allowed.
    TurnedAway(TurnedAway),
    /// The page hasn't taken in yet what they have done.
    Behind,
    /// Something broke. The text is for the program's own records.
    Broken(String),
}

/// How to go on after signing in again.
#[derive(Clone, Debug)]
pub struct SignInAgain {
    /// Where to come back to.
    pub back: String,
    /// Whether what was sent is kept there.
    pub kept: bool,
    /// Whether they were signed in before.
    pub expired: bool,
}

impl Trouble {
    /// Something broke, for this reason.
    pub fn broken(why: impl std::fmt::Display) -> Self {
        Self::Broken(why.to_string())
    }

    /// The refusal, if it is one that a page can show beside its form.
    pub const fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused(refusal) => Some(refusal),
            _ => None,
        }
    }

    pub(super) fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::WrongMethod => StatusCode::METHOD_NOT_ALLOWED,
            Self::MayNot | Self::Nobody => StatusCode::FORBIDDEN,
            Self::SignIn(_) => StatusCode::UNAUTHORIZED,
            Self::Elsewhere(_) => StatusCode::SEE_OTHER,
            Self::Said(_) => StatusCode::CONFLICT,
            Self::Refused(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Changed(_) => StatusCode::PRECONDITION_FAILED,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Unreadable | Self::SignInFailed => StatusCode::BAD_REQUEST,
            Self::TurnedAway(TurnedAway::TooOften(_) | TurnedAway::UploadsOfYours { .. }) => {
                StatusCode::TOO_MANY_REQUESTS
            }
            Self::SignInUnavailable | Self::Busy | Self::Behind | Self::TurnedAway(_) => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            Self::Broken(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The keys of title and sentence.
    pub(super) const fn keys(&self) -> (&'static str, &'static str) {
        match self {
            Self::NotFound | Self::Elsewhere(_) => ("trouble-not-found", "trouble-not-found-text"),
            Self::Said(text) => ("trouble-refused", text),
            Self::WrongMethod => ("trouble-not-found", "trouble-wrong-method-text"),
            Self::MayNot => ("trouble-may-not", "trouble-may-not-text"),
            Self::Nobody => ("trouble-may-not", "trouble-nobody-text"),
            Self::SignIn(again) if again.expired => ("trouble-expired", "trouble-expired-text"),
            Self::SignIn(_) => ("trouble-sign-in", "trouble-sign-in-text"),
            Self::SignInFailed => ("trouble-sign-in-failed", "trouble-sign-in-failed-text"),
            Self::SignInUnavailable => ("trouble-busy", "trouble-unavailable-text"),
            Self::Refused(_) => ("trouble-refused", "trouble-refused-text"),
            Self::Changed(_) => ("trouble-changed", "trouble-changed-text"),
            Self::TooLarge => ("trouble-too-large", "trouble-too-large-text"),
            Self::Unreadable => ("trouble-broken", "trouble-unreadable-text"),
            Self::Busy | Self::TurnedAway(TurnedAway::TooBusy) => {
                ("trouble-busy", "trouble-busy-text")
            }
            Self::TurnedAway(TurnedAway::TooOften(_) | TurnedAway::UploadsOfYours { .. }) => {
                ("trouble-too-often", "trouble-too-often-text")
            }
            Self::TurnedAway(TurnedAway::TookTooLong) => {
                ("trouble-too-long", "trouble-too-long-text")
            }
            Self::Behind => ("trouble-behind", "trouble-behind-text"),
            Self::Broken(_) => ("trouble-broken", "trouble-broken-text"),
        }
    }

    /// After how many seconds it is worth coming again, where that is all there is to do.
    pub(super) const fn seconds(&self) -> Option<u64> {
        match self {
            Self::TurnedAway(away) => Some(away.seconds()),
            Self::Behind => Some(1),
            Self::Busy => Some(5),
            Self::SignInUnavailable => Some(60),
            _ => None,
        }
    }
}

/// A refusal in words: translated where that has been done, else in English and marked so.
pub fn refusal_in_words(words: Words, refusal: &Refusal) -> Label {
    let key = format!("refusal-{}", refusal.code);
    if words.has(&key) {
        let arguments = refusal.arguments.iter();
        let arguments: Vec<(&str, FluentValue<'_>)> = arguments
            .map(|(name, value)| (*name, FluentValue::from(value.as_str())))
            .collect();
        return Label::plain(words.text(&key, &arguments));
    }
    Label {
        text: refusal.message.clone(),
        lang: Some("en"),
    }
}

impl From<kanzlei::Error> for Trouble {
    fn from(error: kanzlei::Error) -> Self {
        match error {
            kanzlei::Error::Engine(error) => error.into(),
            kanzlei::Error::Query(QueryError::NotAllowed(_)) => Self::MayNot,
            kanzlei::Error::Query(QueryError::Building(_)) => Self::Busy,
            kanzlei::Error::Behind => Self::Behind,
            other => Self::broken(other),
        }
    }
}

impl From<EngineError> for Trouble {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::Refused(refusal) => refusal.into(),
            EngineError::Conflict { case, .. } => Self::Changed(case),
            EngineError::Busy => Self::Busy,
            other => Self::broken(other),
        }
    }
}

impl From<TurnedAway> for Trouble {
    fn from(away: TurnedAway) -> Self {
        Self::TurnedAway(away)
    }
}

impl From<DraftsError> for Trouble {
    fn from(error: DraftsError) -> Self {
        match error {
            DraftsError::NotAPerson => Self::MayNot,
            DraftsError::NotFound => Self::NotFound,
            DraftsError::TooLarge { .. } => Self::TooLarge,
            DraftsError::TooMany { .. } => Self::Said("drafts-too-many"),
            DraftsError::Full => Self::Said("drafts-full"),
            DraftsError::Damaged { .. } => Self::Said("draft-damaged"),
            other => Self::broken(other),
        }
    }
}

impl From<Refusal> for Trouble {
    fn from(refusal: Refusal) -> Self {
        if refusal.hides_case() {
            Self::NotFound
        } else {
            Self::Refused(refusal)
        }
    }
}

impl From<askama::Error> for Trouble {
    fn from(error: askama::Error) -> Self {
        Self::broken(error)
    }
}

/// The guard of the route makes the page, because it knows in which language.
impl IntoResponse for Trouble {
    fn into_response(self) -> Response {
        if let Self::Elsewhere(address) = &self {
            return Redirect::to(address).into_response();
        }
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}
