//! Papers that are uploaded from a page: taken in piece by piece, and what is wrong said in words.

mod adding;

pub use adding::Adding;

use axum::extract::multipart::Field;
use axum::extract::{FromRequest, Multipart, Request};
use kanzlei::Code;
use kanzlei::store::{Declared, DocumentsError, DocumentsOptions, Uploaded};

use crate::web::page::body_max;
use crate::web::trouble::Trouble;
use crate::web::visit::Visit;
use crate::web::words::Words;

/// A form with one file.
pub struct Received {
    /// The kind of paper that the form names (field `kind`).
    pub kind: Option<Code>,
    /// The other fields, by their names.
    pub fields: Vec<(String, String)>,
    /// What became of the file (field `file`); none if no file was chosen.
    pub file: Option<Result<Uploaded, String>>,
}

impl Received {
    /// A field.
    pub fn field(&self, name: &str) -> Option<&str> {
        let mut fields = self.fields.iter();
        fields
            .find(|(one, _)| one == name)
            .map(|(_, value)| value.as_str())
    }
}

/// The longest field beside the file, in bytes. The form as a whole may be as long as a document, so
/// that nothing of it but the file, which goes to the disk, is taken in to its end.
const FIELD_MAX: usize = 1_024;
/// So many parts has no form of a page.
const PARTS_MAX: usize = 16;

/// Takes in a form with a file. The fields must come before it, as they stand in the form.
///
/// # Errors
/// If it is no such form, or the disk or the vault doesn't work. What is wrong with the file itself is
/// in the answer.
pub async fn receive(visit: &Visit, request: Request) -> Result<Received, Trouble> {
    let identity = visit.viewer.as_ref().map(|viewer| viewer.identity.as_str());
    let (door, most) = (&visit.site.door, body_max(&visit.site));
    let (upload, request) = door.upload(identity, most, request)?;
    let received = read(visit, request, upload.is_too_large()).await;
    upload.throw_away_rest().await;
    received
}

/// Reads the form, as far as it is of use. Of one that is too large the file isn't taken in at all.
async fn read(visit: &Visit, request: Request, too_large: bool) -> Result<Received, Trouble> {
    let mut parts = Multipart::from_request(request, &())
        .await
        .map_err(|_| Trouble::Unreadable)?;
    let mut received = Received {
        kind: None,
        fields: Vec::new(),
        file: None,
    };
    while let Some(mut part) = parts.next_field().await.map_err(|_| Trouble::Unreadable)? {
        let name = part.name().unwrap_or_default().to_owned();
        if received.fields.len() == PARTS_MAX {
            return Err(Trouble::Unreadable);
        }
        if name != "file" {
            let value = short(&mut part).await?;
            if name == "kind" {
                received.kind = Code::new(value.as_str()).ok();
            }
            received.fields.push((name, value));
            continue;
        }
        let called = part.file_name().unwrap_or_default().to_owned();
        if called.is_empty() {
            continue;
        }
        let taken = if too_large {
            let bytes_max = visit.site.kanzlei.documents().options().bytes_max;
            Err(DocumentsError::TooLarge { bytes_max }.into())
        } else {
            take_in(visit, called, part).await?
        };
        match taken {
            Ok(uploaded) => received.file = Some(Ok(uploaded)),
            Err(error) => {
                received.file = Some(Err(said(visit, error)?));
                return Ok(received);
            }
        }
    }
    Ok(received)
}

/// Writes the file to the disk as it comes in. What is wrong with it is in the answer.
async fn take_in(
    visit: &Visit,
    called: String,
    mut part: Field<'_>,
) -> Result<Result<Uploaded, kanzlei::Error>, Trouble> {
    let declared = Declared {
        media_type: media_type(&called, part.content_type()),
        name: called,
        length: None,
    };
    let mut upload = match visit.session.upload(declared).await {
        Ok(upload) => upload,
        Err(error) => return Ok(Err(error)),
    };
    while let Some(chunk) = part.chunk().await.map_err(|_| Trouble::Unreadable)? {
        upload = match upload.written(chunk).await {
            Ok(upload) => upload,
            Err(error) => return Ok(Err(error.into())),
        };
    }
    Ok(upload.finish().await.map_err(kanzlei::Error::from))
}

/// A field beside the file.
async fn short(part: &mut Field<'_>) -> Result<String, Trouble> {
    let mut bytes = Vec::new();
    while let Some(chunk) = part.chunk().await.map_err(|_| Trouble::Unreadable)? {
        if bytes.len() + chunk.len() > FIELD_MAX {
            return Err(Trouble::TooLarge);
        }
        bytes.extend_from_slice(&chunk);
    }
    String::from_utf8(bytes).map_err(|_| Trouble::Unreadable)
}

/// The type of a file: what its browser says, unless that says nothing.
fn media_type(name: &str, said: Option<&str>) -> String {
    let said = said.unwrap_or_default();
    if !said.is_empty() && said != "application/octet-stream" {
        return said.to_owned();
    }
    let ending = name.rsplit('.').next().unwrap_or_default().to_lowercase();
    let allowed = DocumentsOptions::default().allowed;
    let mut fits = allowed
        .iter()
        .filter(|kind| kind.extensions.contains(&ending));
    fits.next()
        .map_or_else(|| said.to_owned(), |kind| kind.name.clone())
}

/// What is wrong with a file, in words.
///
/// # Errors
/// What isn't the file's fault.
pub fn said(visit: &Visit, error: kanzlei::Error) -> Result<String, Trouble> {
    let words = visit.words;
    let kanzlei::Error::Documents(error) = error else {
        return Err(error.into());
    };
    Ok(match error {
        DocumentsError::TooLarge { bytes_max } => {
            words.t1("paper-too-large", "size", size(words, bytes_max))
        }
        DocumentsError::TooMany { .. } => words.t("paper-too-many"),
        DocumentsError::TypeNotTaken { .. } => words.t1("paper-type", "types", types(visit)),
        DocumentsError::TypeDiffers { .. } => words.t("paper-differs"),
        DocumentsError::LengthDiffers { .. } | DocumentsError::Over => words.t("paper-cut"),
        DocumentsError::NotUploaded { .. } => words.t("paper-gone"),
        DocumentsError::Full => words.t("drafts-full"),
        other => return Err(Trouble::broken(other)),
    })
}

/// The types that are taken, by their usual endings.
pub fn types(visit: &Visit) -> String {
    let options = visit.site.kanzlei.documents().options();
    let endings = options.allowed.iter().flat_map(|kind| &kind.extensions);
    let endings: Vec<String> = endings.map(|ending| ending.to_uppercase()).collect();
    endings.join(", ")
}

/// The same for the attribute `accept`.
pub fn accept(visit: &Visit) -> String {
    let options = visit.site.kanzlei.documents().options();
    let endings = options.allowed.iter().flat_map(|kind| &kind.extensions);
    let endings: Vec<String> = endings.map(|ending| format!(".{ending}")).collect();
    endings.join(",")
}

/// What is told before a file is chosen: types and size.
pub fn hint(visit: &Visit) -> String {
    let most = visit.site.kanzlei.documents().options().bytes_max;
    visit.words.t2(
        "paper-hint",
        ("types", types(visit)),
        ("size", size(visit.words, most)),
    )
}

/// A size as people say it.
#[allow(clippy::cast_precision_loss)] // Half a byte in a petabyte.
pub fn size(words: Words, bytes: u64) -> String {
    // As file managers count, so that the limit reads as it was set.
    const KILO: u64 = 1_024;
    match bytes {
        0..KILO => words.t1("size-bytes", "number", i64::try_from(bytes).unwrap_or(0)),
        KILO..1_048_576 => {
            let number = words.number(bytes.div_ceil(KILO));
            words.t1("size-kilobytes", "number", number)
        }
        _ => {
            let number = words.decimal(bytes as f64 / 1_048_576.0, 1);
            let number = number
                .strip_suffix(".0")
                .or(number.strip_suffix(",0"))
                .unwrap_or(&number);
            words.t1("size-megabytes", "number", number)
        }
    }
}
