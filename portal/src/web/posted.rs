//! What a form of a page sent.

use axum::body::to_bytes;
use axum::extract::{Form, FromRequest, Request};
use axum::http::header;
use kanzlei::{CommandId, Version};

use super::trouble::Trouble;
use super::visit::Visit;

/// The largest form: a page's longest text in the widest letters, sent in three bytes each.
const BYTES_MAX: usize = 512 * 1024;

/// The pairs that a form sent, in their order. Its `Debug` says how many: people typed them.
#[derive(Clone, Default)]
pub struct Posted(Vec<(String, String)>);

impl Posted {
    /// A value without blanks around it; `None` if nothing was typed.
    pub fn get(&self, name: &str) -> Option<&str> {
        Some(self.raw(name).trim()).filter(|value| !value.is_empty())
    }

    /// A value as it was typed; empty if there is none.
    pub fn raw(&self, name: &str) -> &str {
        self.all(name).next().unwrap_or_default()
    }

    /// All values of that name: boxes that were ticked.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        let named = self.0.iter().filter(move |(one, _)| one == name);
        named.map(|(_, value)| value.as_str())
    }

    /// Whether a pair with that name was sent, such as that of the button that was pressed.
    pub fn has(&self, name: &str) -> bool {
        self.all(name).next().is_some()
    }

    /// Names and values, as they were typed.
    pub fn pairs(&self) -> &[(String, String)] {
        &self.0
    }

    /// The id that the form's page drew for its command (field `key`): sent twice, it does one
    /// thing.
    ///
    /// # Errors
    /// If there is none: then no page of this program sent it.
    pub fn key(&self) -> Result<CommandId, Trouble> {
        let key = self.get("key").and_then(|key| key.parse().ok());
        key.ok_or(Trouble::Unreadable)
    }

    /// The version of the case that who filled in the form saw (field `version`).
    ///
    /// # Errors
    /// If there is none.
    pub fn version(&self) -> Result<Version, Trouble> {
        let version = self.get("version").and_then(|text| text.parse().ok());
        version.map(Version).ok_or(Trouble::Unreadable)
    }
}

impl std::fmt::Debug for Posted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Posted({} pairs)", self.0.len())
    }
}

impl FromIterator<(String, String)> for Posted {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(pairs: I) -> Self {
        Self(pairs.into_iter().collect())
    }
}

impl<S: Send + Sync> FromRequest<S> for Posted {
    type Rejection = Trouble;

    async fn from_request(request: Request, state: &S) -> Result<Self, Trouble> {
        let (parts, body) = request.into_parts();
        let sent = parts.headers.get(header::CONTENT_TYPE);
        let form = sent.is_some_and(|kind| {
            kind.as_bytes()
                .starts_with(b"application/x-www-form-urlencoded")
        });
        if !form {
            return Err(Trouble::Unreadable);
        }
        let body = to_bytes(body, BYTES_MAX).await;
        let body = body.map_err(|_| Trouble::TooLarge)?;
        let request = Request::from_parts(parts, body.into());
        let pairs = Form::<Vec<(String, String)>>::from_request(request, state).await;
        pairs.map_or(Err(Trouble::Unreadable), |pairs| Ok(Self(pairs.0)))
    }
}

impl Visit {
    /// An id for the command of a form that this page shows: a hidden field `key`.
    ///
    /// # Errors
    /// If the system has no random bytes.
    pub fn new_key(&self) -> Result<CommandId, Trouble> {
        Ok(self.site.kanzlei.engine().command_id()?)
    }
}
