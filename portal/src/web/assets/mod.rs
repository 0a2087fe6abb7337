//! Style sheet, scripts and signs: part of the program, each under a name with its hash, so that a
//! browser keeps it for ever.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

use super::headers::hex;

/// A file of the program.
pub struct Asset {
    /// Where it is found.
    pub address: String,
    kind: &'static str,
    bytes: &'static [u8],
}

const FILES: [(&str, &str, &str, &[u8]); 5] = [
    (
        "kanzlei",
        "css",
        "text/css; charset=utf-8",
        include_bytes!("kanzlei.css"),
    ),
    (
        "kanzlei",
        "js",
        "text/javascript; charset=utf-8",
        include_bytes!("kanzlei.js"),
    ),
    (
        "check",
        "js",
        "text/javascript; charset=utf-8",
        include_bytes!("check.js"),
    ),
    (
        "htmx",
        "js",
        "text/javascript; charset=utf-8",
        include_bytes!("htmx.min.js"),
    ),
    ("sign", "svg", "image/svg+xml", include_bytes!("sign.svg")),
];

static ASSETS: LazyLock<Vec<Asset>> = LazyLock::new(|| {
    let files = FILES.iter();
    let asset = |(name, ending, kind, bytes): &(&str, &str, &'static str, &'static [u8])| {
        let hash = Sha256::digest(bytes);
        let hash = hex(hash.get(..6).unwrap_or_default());
        Asset {
            address: format!("/assets/{name}.{hash}.{ending}"),
            kind,
            bytes,
        }
    };
    files.map(asset).collect()
});

/// Where a file is found: `address("kanzlei", "css")`. A file that isn't there has no address.
pub fn address(name: &str, ending: &str) -> &'static str {
    let at = FILES
        .iter()
        .position(|file| (file.0, file.1) == (name, ending));
    debug_assert!(at.is_some(), "there is no asset {name}.{ending}");
    at.and_then(|at| ASSETS.get(at))
        .map_or("", |asset| asset.address.as_str())
}

/// `GET /assets/{name}`.
pub async fn serve(Path(name): Path<String>) -> Response {
    let wanted = ASSETS
        .iter()
        .find(|asset| asset.address.strip_prefix("/assets/") == Some(name.as_str()));
    let Some(asset) = wanted else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(asset.kind)),
        (
            header::CACHE_CONTROL,
            HeaderValue::from_static("public, max-age=31536000, immutable"),
        ),
        (
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        ),
    ];
    (headers, asset.bytes).into_response()
}
