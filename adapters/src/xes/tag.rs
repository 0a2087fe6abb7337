//! The inside of a start tag: its XML attributes, and text with its references resolved.

use std::borrow::Cow;

use super::error::{Place, XesError, shortened};

/// XML attributes in one tag. XES has two, a log's own tag a handful with its namespaces; names are
/// compared each with each.
const MAX_XML_ATTRIBUTES: usize = 64;

const SPACES: [char; 4] = [' ', '\t', '\n', '\r'];

/// The two XML attributes that mean something in XES.
#[derive(Debug, Default)]
pub(super) struct Tag<'a> {
    pub(super) key: Option<Cow<'a, str>>,
    pub(super) value: Option<Cow<'a, str>>,
}

/// Reads what follows the name in a start tag.
pub(super) fn read(at: Place, inside: &str) -> Result<Tag<'_>, XesError> {
    let mut tag = Tag::default();
    let mut names: [&str; MAX_XML_ATTRIBUTES] = [""; MAX_XML_ATTRIBUTES];
    let mut rest = inside;
    for count in 0.. {
        let after_spaces = rest.trim_start_matches(SPACES);
        if after_spaces.is_empty() {
            break;
        }
        if after_spaces.len() == rest.len() {
            return Err(XesError::xml(at, "between attributes a space is missing"));
        }
        let (name, raw, after) = one(after_spaces).ok_or_else(|| {
            let what = format!(
                "“{}” is no attribute such as key=\"…\"",
                shortened(after_spaces)
            );
            XesError::xml(at, what)
        })?;
        rest = after;
        check_name(at, name)?;
        let (before, slot) = names.split_at_mut(count);
        if before.contains(&name) {
            let what = format!("the attribute `{}` stands twice in a tag", shortened(name));
            return Err(XesError::xml(at, what));
        }
        let slot = slot.first_mut().ok_or(XesError::Limit {
            at,
            what: "a tag has too many attributes",
            limit: MAX_XML_ATTRIBUTES,
        })?;
        *slot = name;
        let value = resolved(at, raw)?;
        match name {
            "key" => tag.key = Some(value),
            "value" => tag.value = Some(value),
            _ => {}
        }
    }
    Ok(tag)
}

/// Splits off `name="value"`: its name, the value as it stands and what follows.
fn one(text: &str) -> Option<(&str, &str, &str)> {
    let (name, after) = text.split_once('=')?;
    let after = after.trim_start_matches(SPACES);
    let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let (value, after) = after.get(1..)?.split_once(quote)?;
    Some((name.trim_end_matches(SPACES), value, after))
}

/// That a name of an element or attribute is one. Above ASCII everything passes: XML's tables leave
/// out little, and nothing here depends on it.
pub(super) fn check_name(at: Place, name: &str) -> Result<(), XesError> {
    let starts = |c: char| c.is_ascii_alphabetic() || c == '_' || c == ':' || !c.is_ascii();
    let mut symbols = name.chars();
    let sound = symbols.next().is_some_and(starts)
        && symbols.all(|c| starts(c) || c.is_ascii_digit() || c == '-' || c == '.');
    if sound {
        Ok(())
    } else {
        let what = format!("“{}” is no name of XML", shortened(name));
        Err(XesError::xml(at, what))
    }
}

/// An attribute's value with references resolved and line ends and tabs made spaces, as XML has it.
fn resolved(at: Place, raw: &str) -> Result<Cow<'_, str>, XesError> {
    if !raw
        .bytes()
        .any(|byte| matches!(byte, b'&' | b'<' | b'\t' | b'\n' | b'\r'))
    {
        return Ok(Cow::Borrowed(raw));
    }
    let mut text = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(next) = rest.find(['&', '<', '\t', '\n', '\r']) {
        let (before, special) = rest.split_at(next);
        text.push_str(before);
        let mut symbols = special.chars();
        match symbols.next() {
            Some('&') => {
                let (name, after) = symbols.as_str().split_once(';').ok_or_else(|| {
                    XesError::xml(at, "a & is neither written &amp; nor ended by a semicolon")
                })?;
                text.push(reference(at, name)?);
                rest = after;
                continue;
            }
            Some('<') => return Err(XesError::xml(at, "a < in a value must be written &lt;")),
            // A line end of two bytes is one.
            Some('\r') if symbols.as_str().starts_with('\n') => {}
            _ => text.push(' '),
        }
        rest = symbols.as_str();
    }
    text.push_str(rest);
    Ok(Cow::Owned(text))
}

/// What `&name;` stands for: one of XML's five entities or a character's number.
pub(super) fn reference(at: Place, name: &str) -> Result<char, XesError> {
    let number = name.strip_prefix('#').map(|digits| {
        let (digits, radix) = match digits.strip_prefix('x') {
            Some(hex) => (hex, 16),
            None => (digits, 10),
        };
        // `from_str_radix` would take a sign.
        if digits.starts_with('+') {
            return None;
        }
        let number = u32::from_str_radix(digits, radix).ok()?;
        char::from_u32(number).filter(|c| is_text(*c))
    });
    let meant = match (number, name) {
        (Some(number), _) => number,
        (None, "amp") => Some('&'),
        (None, "lt") => Some('<'),
        (None, "gt") => Some('>'),
        (None, "quot") => Some('"'),
        (None, "apos") => Some('\''),
        (None, _) => None,
    };
    meant.ok_or_else(|| {
        let what = format!(
            "&{}; is neither one of XML's five entities nor a character",
            shortened(name)
        );
        XesError::xml(at, what)
    })
}

/// Whether XML 1.0 has this character.
fn is_text(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r') || (c >= ' ' && !matches!(c, '\u{fffe}' | '\u{ffff}'))
}
