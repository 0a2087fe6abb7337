//! Which documents are taken: by what they are called, and what they begin with.

use std::panic::catch_unwind;

use super::error::DocumentsError;

/// A type of documents that is taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MediaType {
    /// The media type.
    pub name: String,
    /// The endings of its files' names, the usual one first.
    pub extensions: Vec<String>,
    /// What `infer` calls a file of this type.
    pub sniffed_as: String,
}

impl MediaType {
    /// What an authority usually takes: texts and pictures, nothing that runs.
    pub fn usual() -> Vec<Self> {
        let office = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
        let mut usual = vec![
            Self::new("application/pdf", &["pdf"]),
            Self::new("image/jpeg", &["jpg", "jpeg"]),
            Self::new("image/png", &["png"]),
            Self::new("image/webp", &["webp"]),
            Self::new("image/tiff", &["tif", "tiff"]),
            Self::new(office, &["docx"]),
            Self::new("application/vnd.oasis.opendocument.text", &["odt"]),
        ];
        // What telephones make of a photograph.
        usual.push(Self {
            sniffed_as: "image/heif".to_owned(),
            ..Self::new("image/heic", &["heic"])
        });
        usual
    }

    /// A type that `infer` calls by its name.
    pub fn new(name: &str, extensions: &[&str]) -> Self {
        Self {
            name: name.to_owned(),
            extensions: extensions.iter().map(|&ending| ending.to_owned()).collect(),
            sniffed_as: name.to_owned(),
        }
    }

    /// Whether a file that begins so is of this type.
    fn is(&self, beginning: &[u8]) -> bool {
        // The bytes are a stranger's: whatever they do to who looks at them, they are no document.
        catch_unwind(|| infer::is_mime(beginning, &self.sniffed_as)).unwrap_or(false)
    }
}

/// The type that is called so, whatever parameters follow.
pub(super) fn declared(allowed: &[MediaType], said: &str) -> Result<MediaType, DocumentsError> {
    let name = said.split(';').next().unwrap_or_default().trim();
    let known = allowed
        .iter()
        .find(|kind| kind.name.eq_ignore_ascii_case(name));
    known.cloned().ok_or_else(|| DocumentsError::TypeNotTaken {
        allowed: allowed.iter().map(|kind| kind.name.clone()).collect(),
    })
}

/// Whether a document is what it is called.
pub(super) fn agree(
    allowed: &[MediaType],
    declared: &MediaType,
    beginning: &[u8],
) -> Result<(), DocumentsError> {
    if declared.is(beginning) {
        return Ok(());
    }
    let found = allowed.iter().find(|kind| kind.is(beginning));
    Err(DocumentsError::TypeDiffers {
        declared: declared.name.clone(),
        found: found.map(|kind| kind.name.clone()),
    })
}
