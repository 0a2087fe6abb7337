//! Conditions and keys of a request: `If-Match`, `If-None-Match` and `Idempotency-Key`.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use kanzlei::Version;

use super::Problem;
use super::api::Api;
use super::limits::IDEMPOTENCY_KEY_MAX;

/// The header with a key of the sender's own: the same key again gets the same receipt.
pub(super) const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// Tags of one `If-Match`, at most.
const TAGS_MAX: usize = 32;

/// A version or revision as an entity tag.
pub(super) fn etag(version: impl std::fmt::Display) -> HeaderValue {
    HeaderValue::from_str(&format!("\"{version}\"")).unwrap_or(HeaderValue::from_static("\"0\""))
}

/// What `If-Match` asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum IfMatch {
    /// Nothing, or just that there is such a case.
    Any,
    /// One of these versions. None, if it names only tags that no case ever has.
    OneOf(Vec<Version>),
}

/// On what a command depends, and by which key it is known.
#[derive(Debug, Clone)]
pub(super) struct Conditions {
    pub if_match: IfMatch,
    pub key: Option<String>,
}

impl FromRequestParts<Api> for Conditions {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &Api) -> Result<Self, Problem> {
        Ok(Self {
            if_match: if_match(&parts.headers)?,
            key: key(&parts.headers)?,
        })
    }
}

/// The key: each byte of the header as a letter, because it need not be text.
fn key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let mut given = headers.get_all(IDEMPOTENCY_KEY).iter();
    let Some(key) = given.next() else {
        return Ok(None);
    };
    let key = key.as_bytes();
    if key.is_empty() || key.len() > IDEMPOTENCY_KEY_MAX || given.next().is_some() {
        let said = format!("give one Idempotency-Key of 1 to {IDEMPOTENCY_KEY_MAX} bytes, or none");
        let problem = Problem::new(StatusCode::BAD_REQUEST, "idempotency-key-invalid", said);
        return Err(problem.with("limit", IDEMPOTENCY_KEY_MAX));
    }
    Ok(Some(key.iter().copied().map(char::from).collect()))
}

fn if_match(headers: &HeaderMap) -> Result<IfMatch, Problem> {
    let mut versions = Vec::new();
    let mut given = false;
    for tag in tags(headers, &header::IF_MATCH)? {
        match tag {
            Tag::Any => return Ok(IfMatch::Any),
            Tag::Strong(version) => versions.extend(version),
            // RFC 9110, section 13.1.1: a weak tag never matches here.
            Tag::Weak(_) => {}
        }
        given = true;
    }
    Ok(if given {
        IfMatch::OneOf(versions)
    } else {
        IfMatch::Any
    })
}

/// Whether who asks has this version already.
pub(super) fn not_modified(headers: &HeaderMap, version: Version) -> Result<bool, Problem> {
    let tags = tags(headers, &header::IF_NONE_MATCH)?;
    Ok(tags.iter().any(|tag| match tag {
        Tag::Any => true,
        Tag::Strong(known) | Tag::Weak(known) => *known == Some(version),
    }))
}

/// An entity tag: the version that it names, if it names one.
enum Tag {
    Any,
    Strong(Option<Version>),
    Weak(Option<Version>),
}

fn tags(headers: &HeaderMap, name: &HeaderName) -> Result<Vec<Tag>, Problem> {
    let wrong = || {
        let said = format!(
            "the header {name} is * or a list of at most {TAGS_MAX} entity tags such as \"3\""
        );
        Problem::new(StatusCode::BAD_REQUEST, "condition-invalid", said).with("header", name)
    };
    let mut tags = Vec::new();
    for line in headers.get_all(name) {
        let line = line.to_str().map_err(|_| wrong())?;
        for tag in line.split(',').map(str::trim) {
            if tags.len() == TAGS_MAX {
                return Err(wrong());
            }
            tags.push(read(tag).ok_or_else(wrong)?);
        }
    }
    Ok(tags)
}

fn read(tag: &str) -> Option<Tag> {
    if tag == "*" {
        return Some(Tag::Any);
    }
    let weak = tag.strip_prefix("W/");
    let opaque = weak.unwrap_or(tag).strip_prefix('"')?.strip_suffix('"')?;
    if opaque.contains('"') {
        return None;
    }
    let digits = opaque.bytes().all(|byte| byte.is_ascii_digit());
    let version = opaque.parse().ok().filter(|_| digits).map(Version);
    Some(if weak.is_some() {
        Tag::Weak(version)
    } else {
        Tag::Strong(version)
    })
}
