//! A document of a case, for whoever may see it there: whose it isn't gets what nobody gets.

use axum::body::{Body, Bytes};
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use futures::TryStreamExt;
use kanzlei::core::domain::event::DocumentDetails;
use kanzlei::{CaseId, DocumentId, store::DocumentsError};

use crate::web::headers::encoded;
use crate::web::page::{May, Pages};
use crate::web::trouble::Trouble;
use crate::web::visit::Visit;

pub(super) fn pages() -> Pages {
    Pages::new().get("/documents/{case}/{document}", May::SignedIn, fetch)
}

async fn fetch(
    visit: Visit,
    Path((case, document)): Path<(String, String)>,
) -> Result<Response, Trouble> {
    let case: CaseId = case.parse().map_err(|_| Trouble::NotFound)?;
    let number = document.parse().map_err(|_| Trouble::NotFound)?;
    let found = visit.session.read_document(case, DocumentId(number)).await;
    let (details, reader) = match found {
        Ok(found) => found,
        Err(kanzlei::Error::Documents(DocumentsError::Erased { .. })) => {
            return Err(Trouble::Said("paper-erased"));
        }
        // A case that comes from elsewhere can name what was never brought here.
        Err(kanzlei::Error::Documents(DocumentsError::Missing { .. })) => {
            return Err(Trouble::Said("paper-missing"));
        }
        Err(error) if error.refusal().is_some() => return Err(Trouble::NotFound),
        Err(error) => return Err(error.into()),
    };
    let frames = reader.into_frames();
    let frames = frames.map_ok(|frame| Bytes::copy_from_slice(&frame));
    let body = Body::from_stream(frames);
    Ok((headers(&details), body).into_response())
}

/// It is saved and never shown within a page of this program.
fn headers(details: &DocumentDetails) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let kind = HeaderValue::from_str(&details.media_type);
    let kind = kind.unwrap_or(HeaderValue::from_static("application/octet-stream"));
    headers.insert(header::CONTENT_TYPE, kind);
    let name = encoded(&details.name).replace('/', "%2F");
    if let Ok(saved) = HeaderValue::from_str(&format!("attachment; filename*=UTF-8''{name}")) {
        headers.insert(header::CONTENT_DISPOSITION, saved);
    }
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; sandbox"),
    );
    headers
}
