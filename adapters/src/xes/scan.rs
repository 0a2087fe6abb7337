//! Cuts XML into its pieces. Only what an event log may have: a document type is refused as soon as
//! it begins, so there are no entities to expand.
//!
//! It is written by hand because it works on the source's own text, copies nothing and checks
//! nothing twice: a log takes two thirds of the time that it took through quick-xml. That it accepts
//! nothing which quick-xml refuses is tested.

use super::error::XesError;
use super::tag::{self, Tag};

/// The longest reference: a character's number with many zeros before it.
const MAX_REFERENCE_BYTES: usize = 64;

/// A piece of XML.
pub(super) enum Piece<'a> {
    Start(Tag<'a>),
    End(&'a str),
    /// Text, or the beginning of it.
    Text(&'a str),
    /// The inside of `&…;`.
    Reference(&'a str),
    CharacterData,
    /// `<?xml …?>`.
    Declaration,
    /// A comment or a processing instruction.
    Aside,
}

/// The first piece of `text` and its length. Nothing if the text ends within it.
pub(super) fn first(text: &str) -> Result<Option<(Piece<'_>, usize)>, XesError> {
    match text.as_bytes() {
        [] | [b'<'] => Ok(None),
        [b'<', b'/', ..] => Ok(end_tag(text)),
        [b'<', b'?', ..] => instruction(text),
        [b'<', b'!', ..] => declared(text),
        [b'<', ..] => Ok(tag::read(text)?.map(|(tag, length)| (Piece::Start(tag), length))),
        [b'&', ..] => reference(text),
        bytes => {
            let end = bytes.iter().position(|byte| matches!(byte, b'<' | b'&'));
            let length = end.unwrap_or(text.len());
            let inside = text.get(..length).unwrap_or_default();
            Ok(Some((Piece::Text(inside), length)))
        }
    }
}

fn end_tag(text: &str) -> Option<(Piece<'_>, usize)> {
    let end = text.bytes().position(|byte| byte == b'>')?;
    let name = text.get(2..end)?.trim_ascii_end();
    Some((Piece::End(name), end + 1))
}

fn instruction(text: &str) -> Result<Option<(Piece<'_>, usize)>, XesError> {
    let Some((inside, length)) = enclosed(text, "<?", "?>") else {
        return Ok(None);
    };
    let target = inside.split([' ', '\t', '\n', '\r']).next();
    let target = target.unwrap_or_default();
    tag::check_name(target)?;
    let piece = match target {
        "xml" => Piece::Declaration,
        _ => Piece::Aside,
    };
    Ok(Some((piece, length)))
}

/// Comments and character data; all else that begins like them is refused.
fn declared(text: &str) -> Result<Option<(Piece<'_>, usize)>, XesError> {
    const COMMENT: &str = "<!--";
    const DATA: &str = "<![CDATA[";
    if let Some((inside, length)) = enclosed(text, COMMENT, "-->") {
        if inside.contains("--") || inside.ends_with('-') {
            return Err(XesError::xml("a comment has two hyphens in it"));
        }
        return Ok(Some((Piece::Aside, length)));
    }
    if let Some((_, length)) = enclosed(text, DATA, "]]>") {
        return Ok(Some((Piece::CharacterData, length)));
    }
    let may_become = |opening: &str| text.starts_with(opening) || opening.starts_with(text);
    if may_become(COMMENT) || may_become(DATA) {
        return Ok(None);
    }
    let what = "a document type is refused: an event log needs none, nor what else <! begins";
    Err(XesError::xml(what))
}

fn reference(text: &str) -> Result<Option<(Piece<'_>, usize)>, XesError> {
    let ends = |byte| !(byte == b'#' || u8::is_ascii_alphanumeric(&byte));
    let inside = text.get(1..).unwrap_or_default();
    match inside.bytes().position(ends) {
        Some(end) if inside.as_bytes().get(end) == Some(&b';') => {
            let name = inside.get(..end).unwrap_or_default();
            Ok(Some((Piece::Reference(name), end + 2)))
        }
        None if inside.len() <= MAX_REFERENCE_BYTES => Ok(None),
        _ => {
            let what = "a & is neither written &amp; nor does it name one of XML's five entities";
            Err(XesError::xml(what))
        }
    }
}

/// What stands between `opening`, where the text begins, and `closing`; and the whole's length.
fn enclosed<'a>(text: &'a str, opening: &str, closing: &str) -> Option<(&'a str, usize)> {
    let inside = text.strip_prefix(opening)?;
    let end = inside.find(closing)?;
    let length = opening.len() + end + closing.len();
    Some((inside.get(..end)?, length))
}
