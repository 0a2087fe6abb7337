//! Documents: uploaded first, then named in a case, and downloaded by whoever may see them there.

use std::fmt::Write;
use std::io;

use axum::body::{Body as Content, Bytes};
use axum::extract::multipart::{Field, Multipart, MultipartError};
use axum::extract::{FromRequest, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures::StreamExt;
use kanzlei::core::domain::event::DocumentDetails;
use kanzlei::core::record::Hash;
use kanzlei::store::{Declared, DocumentReader, DocumentsError, Uploaded};
use kanzlei::{Code, DocumentId, Naming};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::routes;

use crate::http::Problem;
use crate::http::access::Access;
use crate::http::answer::{PRIVATE, done, expected};
use crate::http::api::Api;
use crate::http::conditional::{Conditions, IfMatch};
use crate::http::extract::{Body, Named};
use crate::http::register::Endpoints;
use crate::http::resolve;
use crate::http::sign_in_layer::Caller;

pub(super) fn register(endpoints: Endpoints) -> Endpoints {
    endpoints
        .add(Access::SignedIn, routes!(upload))
        .add(Access::Acting, routes!(add_document))
        .add(Access::Standing, routes!(download))
}

/// What an upload has beside the document: boundaries and headers of its parts.
const ENVELOPE_BYTES: u64 = 64 * 1024;

/// A document that waits to be named in a case.
#[derive(Serialize, ToSchema)]
struct UploadedShown {
    /// SHA-256 of the sealed document: what a case names it by.
    digest: Hash,
    /// Its media type.
    media_type: String,
    /// Its length in bytes.
    length: u64,
    /// What it is called: safe as a file's name.
    name: String,
}

impl From<Uploaded> for UploadedShown {
    fn from(uploaded: Uploaded) -> Self {
        Self {
            digest: uploaded.digest,
            media_type: uploaded.media_type,
            length: uploaded.length,
            name: uploaded.name,
        }
    }
}

/// A form with a file.
#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "it is read part by part; this is what it looks like"
)]
struct UploadForm {
    /// The document, with its name and media type.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// Upload a document
///
/// It waits a day for a case to name it, and is removed then. It is checked to be what it is
/// called, and small enough; `GET /limits` says how large it may be.
#[utoipa::path(
    post, path = "/uploads", operation_id = "upload", tag = "Documents",
    request_body(content = UploadForm, content_type = "multipart/form-data"),
    responses((status = 201, body = UploadedShown, description = "It waits.")),
)]
async fn upload(
    State(api): State<Api>,
    caller: Caller,
    request: Request,
) -> Result<Response, Problem> {
    let identity = caller.viewer()?.identity.as_str();
    let most = api.kanzlei().documents().options().bytes_max;
    let body_max = usize::try_from(most.saturating_add(ENVELOPE_BYTES)).unwrap_or(usize::MAX);
    let (upload, request) = api.door().upload(Some(identity), body_max, request)?;
    let uploaded = if upload.is_too_large() {
        Err(too_large())
    } else {
        the_file(&caller, request).await
    };
    upload.throw_away_rest().await;
    let shown = axum::Json(UploadedShown::from(uploaded?));
    Ok((StatusCode::CREATED, [PRIVATE], shown).into_response())
}

/// Takes in the part of a form that is the file.
async fn the_file(caller: &Caller, request: Request) -> Result<Uploaded, Problem> {
    let parts = Multipart::from_request(request, &()).await;
    let mut parts = parts.map_err(|_| {
        let said = "send the document as the part `file` of multipart/form-data";
        Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "media-type", said)
    })?;
    while let Some(part) = parts.next_field().await.map_err(|error| broken(&error))? {
        if part.name() == Some("file") {
            return take_in(caller, part).await;
        }
    }
    let said = "the part `file` is missing";
    Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "field-required", said).at("file"))
}

/// Writes a part to the disk as it comes in.
async fn take_in(caller: &Caller, mut part: Field<'_>) -> Result<Uploaded, Problem> {
    let declared = Declared {
        name: part.file_name().unwrap_or_default().to_owned(),
        media_type: part.content_type().unwrap_or_default().to_owned(),
        length: None,
    };
    let mut upload = caller.session.upload(declared).await?;
    while let Some(chunk) = part.chunk().await.map_err(|error| broken(&error))? {
        upload = upload.written(chunk).await?;
    }
    Ok(upload.finish().await?)
}

fn broken(error: &MultipartError) -> Problem {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return too_large();
    }
    let said = "the form can't be read to its end";
    Problem::new(StatusCode::BAD_REQUEST, "body-unreadable", said)
}

fn too_large() -> Problem {
    let said = "this is larger than is taken here; see GET /limits";
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body-too-large", said)
}

/// A document that was uploaded.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewDocument {
    /// What kind, as the service calls it.
    kind: Code,
    /// What the upload was answered with.
    digest: Hash,
}

/// Add a document
///
/// One that was uploaded by the same person before.
#[utoipa::path(
    post, path = "/cases/{case}/documents", operation_id = "add-document", tag = "Documents",
    request_body = NewDocument,
)]
async fn add_document(
    State(api): State<Api>,
    caller: Caller,
    conditions: Conditions,
    Named(named): Named<String>,
    Body(NewDocument { kind, digest }): Body<NewDocument>,
) -> Result<Response, Problem> {
    let case = resolve::case(&caller, &named).await?;
    let id = match &conditions.key {
        Some(key) => {
            let identity = &caller.viewer()?.identity;
            Some(api.kanzlei().command_id_for(identity, key).await?)
        }
        None => None,
    };
    let if_version = match &conditions.if_match {
        IfMatch::Any => None,
        IfMatch::OneOf(versions) => Some(expected(&caller, case, versions).await?),
    };
    let naming = Naming {
        id,
        case,
        if_version,
        kind,
        digest,
    };
    let receipt = caller.session.name_document(naming).await?;
    Ok(done(&api, receipt))
}

/// Download a document
///
/// As a file, never to be shown by the browser itself.
#[utoipa::path(
    get, path = "/cases/{case}/documents/{document}", operation_id = "get-document",
    tag = "Documents",
    responses(
        (
            status = 200, description = "The document.", content_type = "application/octet-stream",
            body = Vec<u8>,
            headers(("Content-Disposition" = String, description = "What it is called.")),
        ),
        (
            status = 410, description = "It was erased.", body = crate::http::ProblemBody,
            content_type = "application/problem+json",
        ),
    ),
)]
async fn download(
    caller: Caller,
    Named((named, document)): Named<(String, u16)>,
) -> Result<Response, Problem> {
    let case = resolve::case(&caller, &named).await?;
    let document = DocumentId(document);
    let found = caller.session.read_document(case, document).await;
    let (details, reader) = found.map_err(|error| match error.refusal() {
        Some(refusal) if refusal.hides_case() => resolve::hidden(&caller),
        _ => error.into(),
    })?;
    Ok((headers(&details), Content::from_stream(frames(reader))).into_response())
}

/// How a browser is to treat what somebody uploaded: as a file to keep, and nothing to run.
fn headers(details: &DocumentDetails) -> HeaderMap {
    let mut headers = HeaderMap::from_iter([
        (
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        ),
        (
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static("sandbox; default-src 'none'"),
        ),
        (
            header::CACHE_CONTROL,
            HeaderValue::from_static("private, no-store"),
        ),
        (header::CONTENT_LENGTH, HeaderValue::from(details.length)),
    ]);
    let kind = HeaderValue::from_str(&details.media_type);
    let unknown = HeaderValue::from_static("application/octet-stream");
    headers.insert(header::CONTENT_TYPE, kind.unwrap_or(unknown));
    let name = format!("attachment; filename*=UTF-8''{}", encoded(&details.name));
    if let Ok(name) = HeaderValue::from_str(&name) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    headers
}

/// A name as RFC 8187 writes it.
fn encoded(name: &str) -> String {
    let mut encoded = String::with_capacity(name.len());
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_') {
            encoded.push(char::from(byte));
        } else {
            // Writing to a string doesn't fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

/// A document's frames. One that is damaged ends the answer before its time, which the client sees by
/// its length.
fn frames(reader: DocumentReader) -> impl futures::Stream<Item = io::Result<Bytes>> {
    reader.into_frames().map(|frame| match frame {
        Ok(frame) => Ok(Bytes::copy_from_slice(&frame)),
        Err(error) => {
            tracing::error!(%error, "a document can't be read to its end");
            Err(io::Error::other(error))
        }
    })
}

impl From<DocumentsError> for Problem {
    fn from(error: DocumentsError) -> Self {
        let said = error.to_string();
        let new = |status, code| Self::new(status, code, said.clone());
        match error {
            DocumentsError::TooLarge { bytes_max } => {
                new(StatusCode::PAYLOAD_TOO_LARGE, "document-too-large").with("limit", bytes_max)
            }
            DocumentsError::TooMany { uploads_max } => {
                new(StatusCode::CONFLICT, "uploads-too-many").with("limit", uploads_max)
            }
            DocumentsError::TypeNotTaken { allowed } => new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "document-type-not-taken",
            )
            .with("allowed", allowed.join(", ")),
            DocumentsError::TypeDiffers { .. } => {
                // What it was called is the sender's own, and may say anything.
                let said = "the document isn't of the type that it is called";
                let status = StatusCode::UNPROCESSABLE_ENTITY;
                Self::new(status, "document-type-differs", said)
            }
            DocumentsError::LengthDiffers { .. } => {
                new(StatusCode::UNPROCESSABLE_ENTITY, "document-length-differs")
            }
            DocumentsError::NotUploaded { .. } => {
                new(StatusCode::UNPROCESSABLE_ENTITY, "document-not-uploaded").at("digest")
            }
            DocumentsError::Erased { .. } => new(StatusCode::GONE, "document-erased"),
            DocumentsError::Full => Self::later("no-room", said, 60),
            DocumentsError::Vault(error) => error.into(),
            DocumentsError::Store(error) => error.into(),
            broken => Self::internal(&broken),
        }
    }
}
