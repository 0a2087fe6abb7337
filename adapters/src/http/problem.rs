//! Problem details (RFC 9457): the one way in which this interface says no, whoever says it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use kanzlei::core::domain::FieldProblem;
use kanzlei::core::ports::{StoreError, VaultError};
use kanzlei::projections::ViewError;
use kanzlei::{EngineError, QueryError, Refusal};
use serde::Serialize;
use utoipa::ToSchema;

use super::refusals;

/// What is said of anything that broke: nobody outside learns what.
const INTERNAL: &str = "something is broken here; whoever operates this installation finds it in \
                        the log by the request's id";

/// Why a request isn't answered as it was asked. As a response it becomes
/// `application/problem+json`.
#[derive(Debug, Clone)]
pub struct Problem(Box<Parts>);

#[derive(Debug, Clone)]
struct Parts {
    status: StatusCode,
    code: Cow<'static, str>,
    detail: String,
    arguments: BTreeMap<Cow<'static, str>, String>,
    field: Option<String>,
    problems: Vec<FieldFault>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

/// What is wrong with one field.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FieldFault {
    /// The field.
    pub field: String,
    /// What is wrong, as a code that never changes.
    pub code: String,
    /// What a translation of the sentence needs, by name.
    pub arguments: BTreeMap<String, String>,
    /// The English sentence.
    pub detail: String,
}

/// Problem details (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemBody<'a> {
    /// Where this kind of problem is described.
    #[schema(example = "/api/problems/task-completed")]
    pub r#type: String,
    /// The kind of problem in a few words; the same for each of its kind.
    pub title: String,
    /// The status.
    #[schema(example = 409)]
    pub status: u16,
    /// What is wrong this time, and what is allowed instead; for people, in English.
    pub detail: &'a str,
    /// What is wrong, as a code that never changes; for programs.
    #[schema(example = "task-completed")]
    pub code: &'a str,
    /// What a translation of the sentence needs, by name.
    #[schema(value_type = BTreeMap<String, String>)]
    pub arguments: &'a BTreeMap<Cow<'static, str>, String>,
    /// The field that is at fault, if it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub field: Option<&'a str>,
    /// All that is wrong with a form.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub problems: &'a [FieldFault],
    /// The request, as the log of this installation names it.
    pub request_id: &'a str,
}

impl Problem {
    /// A problem with this status, code and sentence.
    pub fn new(
        status: StatusCode,
        code: impl Into<Cow<'static, str>>,
        detail: impl Into<String>,
    ) -> Self {
        Self(Box::new(Parts {
            status,
            code: code.into(),
            detail: detail.into(),
            arguments: BTreeMap::new(),
            field: None,
            problems: Vec::new(),
            headers: Vec::new(),
        }))
    }

    /// Something broke. What, stands in the log; the answer doesn't say.
    pub fn internal(error: &dyn std::error::Error) -> Self {
        tracing::error!(%error, "a request can't be answered");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", INTERNAL)
    }

    /// Not now: come again after so many seconds.
    pub(super) fn later(code: &'static str, detail: impl Into<String>, seconds: u64) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, code, detail).retry_after(seconds)
    }

    /// The answer for a case that doesn't exist and for one that is none of the viewer's business.
    pub fn case_not_found() -> Self {
        Refusal::not_found().into()
    }

    /// The same with an argument for translations.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl std::fmt::Display) -> Self {
        self.0.arguments.insert(name.into(), value.to_string());
        self
    }

    /// The same, laid to a field.
    #[must_use]
    pub fn at(mut self, field: impl Into<String>) -> Self {
        self.0.field = Some(field.into());
        self
    }

    /// The same with a header.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.0.headers.push((name, value));
        self
    }

    /// The same, to be tried again after so many seconds.
    #[must_use]
    pub fn retry_after(self, seconds: u64) -> Self {
        self.header(header::RETRY_AFTER, HeaderValue::from(seconds.max(1)))
    }

    /// The status.
    pub fn status(&self) -> StatusCode {
        self.0.status
    }

    /// The code.
    pub fn code(&self) -> &str {
        &self.0.code
    }

    /// The members that go over the wire.
    pub fn body<'a>(&'a self, prefix: &str, request_id: &'a str) -> ProblemBody<'a> {
        let parts = &*self.0;
        ProblemBody {
            r#type: format!("{prefix}/problems/{}", parts.code),
            title: title(&parts.code),
            status: parts.status.as_u16(),
            detail: &parts.detail,
            code: &parts.code,
            arguments: &parts.arguments,
            field: parts.field.as_deref(),
            problems: &parts.problems,
            request_id,
        }
    }
}

/// A problem's code in words: `task-completed` is “Task completed”.
pub(super) fn title(code: &str) -> String {
    let mut title = code.replace('-', " ");
    if let Some(first) = title.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    title
}

/// The members are written once the request's id is known.
impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.0.status.into_response();
        for (name, value) in &self.0.headers {
            response.headers_mut().append(name, value.clone());
        }
        response.extensions_mut().insert(self);
        response
    }
}

impl From<FieldProblem> for FieldFault {
    fn from(problem: FieldProblem) -> Self {
        let argument = |(name, value): (&str, String)| (name.to_owned(), value);
        Self {
            field: problem.field.to_string(),
            code: problem.code.to_owned(),
            arguments: problem.arguments.into_iter().map(argument).collect(),
            detail: problem.message,
        }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let status = refusals::status(&refusal);
        let mut problem = Self::new(status, refusal.code, refusal.message);
        if status == StatusCode::UNAUTHORIZED {
            problem = problem.header(header::WWW_AUTHENTICATE, super::sign_in_layer::CHALLENGE);
        }
        let argument = |(name, value): (&'static str, String)| (Cow::Borrowed(name), value);
        problem.0.arguments = refusal.arguments.into_iter().map(argument).collect();
        problem.0.field = refusal.field.map(|field| field.to_string());
        problem.0.problems = refusal.problems.into_iter().map(Into::into).collect();
        problem
    }
}

impl From<EngineError> for Problem {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::Refused(refusal) => refusal.into(),
            EngineError::Conflict {
                expected, actual, ..
            } => Self::new(
                StatusCode::PRECONDITION_FAILED,
                "version-conflict",
                format!(
                    "the case is at version {actual}, and this was made for version {expected}: \
                     read it again and decide anew"
                ),
            )
            .with("expected", expected)
            .with("actual", actual)
            .header(header::ETAG, super::conditional::etag(actual)),
            EngineError::AnsweredBefore { .. } => Self::new(
                StatusCode::CONFLICT,
                "answered-before",
                "this was done before under the same key; what it said is erased since",
            ),
            EngineError::Unknown { .. } => Self::later(
                "perhaps-stored",
                "it is not known whether this was stored: send it again with the same \
                 Idempotency-Key",
                1,
            ),
            EngineError::Busy => Self::later(
                "busy",
                "too much is going on at once; nothing was stored, try again",
                1,
            ),
            EngineError::Closed(_) => closed(),
            EngineError::Store(error) => error.into(),
            EngineError::Vault(error) => error.into(),
            EngineError::Write(_) => Self::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                "commit-too-large",
                "this is too much at once; send it in parts",
            ),
            broken => Self::internal(&broken),
        }
    }
}

fn closed() -> Problem {
    let said = "the store has stopped, and nothing is taken in until this program is started anew";
    Problem::later("store-closed", said, 30)
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(_) | StoreError::Locked(_) => {
                tracing::error!(%error, "the store can't be read");
                Self::later("store-unavailable", "the store can't be read now", 5)
            }
            StoreError::Closed(_) => closed(),
            broken => Self::internal(&broken),
        }
    }
}

impl From<VaultError> for Problem {
    fn from(error: VaultError) -> Self {
        match error {
            VaultError::Unreachable(_) => {
                tracing::error!(%error, "the vault can't be reached");
                Self::later("vault-unreachable", "the keys can't be had now", 5)
            }
            broken => Self::internal(&broken),
        }
    }
}

impl From<QueryError> for Problem {
    fn from(error: QueryError) -> Self {
        match error {
            QueryError::NotAllowed(said) => Self::new(StatusCode::FORBIDDEN, "may-not-ask", said),
            QueryError::Cursor => Self::new(
                StatusCode::BAD_REQUEST,
                "cursor-invalid",
                "this is no cursor of this list; begin again without one",
            )
            .at("after"),
            QueryError::View(error) => error.into(),
            QueryError::Building(view) => Self::later(
                "view-building",
                format!("the view {view} is being built; ask again later"),
                5,
            ),
            QueryError::Store(error) => {
                tracing::error!(%error, "the views can't be read");
                Self::later("views-unavailable", "the views can't be read now", 5)
            }
            QueryError::Vault(error) => error.into(),
            broken => Self::internal(&broken),
        }
    }
}

impl From<ViewError> for Problem {
    fn from(error: ViewError) -> Self {
        match &error {
            ViewError::Unknown(view) => Self::new(
                StatusCode::NOT_FOUND,
                "view-unknown",
                format!("there is no view {view:?}"),
            ),
            ViewError::Stopped { view, .. } => {
                tracing::error!(%error, "a view has stopped");
                let said = format!("the view {view} has stopped; its operator can have it go on");
                Self::later("view-stopped", said, 60)
            }
            ViewError::Waiting { view, .. } => {
                let said = format!("the view {view} waits for something outside; ask again later");
                Self::later("view-waiting", said, 5)
            }
            _ => closed(),
        }
    }
}

impl From<kanzlei::Error> for Problem {
    fn from(error: kanzlei::Error) -> Self {
        match error {
            kanzlei::Error::Engine(error) => error.into(),
            kanzlei::Error::Store(error) => error.into(),
            kanzlei::Error::Vault(error) => error.into(),
            kanzlei::Error::Query(error) => error.into(),
            kanzlei::Error::Behind => Self::later("view-behind", error.to_string(), 1),
            kanzlei::Error::Drafts(error) => error.into(),
            kanzlei::Error::Documents(error) => error.into(),
            broken => Self::internal(&broken),
        }
    }
}
