//! Start tags: names, XML attributes, and their values with references resolved.

use std::borrow::Cow;

use super::error::{XesError, shortened};

/// XML attributes in one tag beside the two of XES. A log's own tag has a handful with its namespaces;
/// names are compared each with each.
const MAX_XML_ATTRIBUTES: usize = 64;

/// A start tag, with the two XML attributes that mean something in XES.
#[derive(Debug, Default)]
pub(super) struct Tag<'a> {
    pub(super) name: &'a str,
    pub(super) key: Option<Cow<'a, str>>,
    pub(super) value: Option<Cow<'a, str>>,
    /// Whether it is its element's end too.
    pub(super) empty: bool,
}

/// Reads a start tag at the beginning of `text`: the tag and its length. Nothing if the text ends
/// within it.
pub(super) fn read(text: &str) -> Result<Option<(Tag<'_>, usize)>, XesError> {
    let mut others: Vec<&str> = Vec::new();
    let ends_name = |byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b'/' | b'>');
    let inside = text.get(1..).unwrap_or_default();
    let Some(end) = inside.bytes().position(ends_name) else {
        return Ok(None);
    };
    let (name, mut rest) = inside.split_at(end);
    check_name(name)?;
    let mut tag = Tag {
        name,
        ..Tag::default()
    };
    loop {
        let after = without_spaces(rest);
        match after.as_bytes() {
            [b'>', ..] => return Ok(Some((tag, text.len() - after.len() + 1))),
            [b'/', b'>', ..] => {
                tag.empty = true;
                return Ok(Some((tag, text.len() - after.len() + 2)));
            }
            [] | [b'/'] => return Ok(None),
            _ => {}
        }
        if after.len() == rest.len() {
            return Err(XesError::xml("between attributes a space is missing"));
        }
        let Some((name, raw, after)) = attribute(after)? else {
            return Ok(None);
        };
        rest = after;
        let twice = match name {
            "key" => tag.key.replace(raw.resolved()?).is_some(),
            "value" => tag.value.replace(raw.resolved()?).is_some(),
            _ => {
                check_name(name)?;
                raw.resolved()?;
                let twice = others.contains(&name);
                others.push(name);
                twice
            }
        };
        if twice {
            let what = format!("the attribute `{}` stands twice in a tag", shortened(name));
            return Err(XesError::xml(what));
        }
        if others.len() > MAX_XML_ATTRIBUTES {
            return Err(XesError::limit(
                "a tag has too many attributes",
                MAX_XML_ATTRIBUTES,
            ));
        }
    }
}

fn without_spaces(text: &str) -> &str {
    let is_space = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r');
    let spaces = text.bytes().take_while(is_space).count();
    text.get(spaces..).unwrap_or_default()
}

/// An attribute's name, its value as it stands, and what follows.
type Split<'a> = (&'a str, Raw<'a>, &'a str);

/// Splits off `name="value"`. Nothing if the text ends within it.
fn attribute(text: &str) -> Result<Option<Split<'_>>, XesError> {
    let wrong = || {
        let what = format!("“{}” is no attribute such as key=\"…\"", shortened(text));
        XesError::xml(what)
    };
    let Some(end) = text
        .bytes()
        .position(|b| matches!(b, b'=' | b'>' | b'<' | b'"'))
    else {
        return Ok(None);
    };
    let (name, after) = text.split_at(end);
    let after = after.strip_prefix('=').ok_or_else(wrong)?;
    let after = without_spaces(after);
    let quote = match after.bytes().next() {
        None => return Ok(None),
        Some(quote) if matches!(quote, b'"' | b'\'') => quote,
        Some(_) => return Err(wrong()),
    };
    let value = after.get(1..).unwrap_or_default();
    let end = memchr::memchr(quote, value.as_bytes());
    let Some((text, after)) = end.and_then(|end| value.split_at_checked(end)) else {
        return Ok(None);
    };
    // Without an early way out it is done many bytes at a time.
    let plain = text.bytes().fold(true, |plain, byte| {
        plain & !matches!(byte, b'&' | b'<' | b'\t' | b'\n' | b'\r')
    });
    let after = after.get(1..).unwrap_or_default();
    Ok(Some((name.trim_ascii_end(), Raw { text, plain }, after)))
}

/// That a name of an element or attribute is one. Above ASCII everything passes: XML's tables leave
/// out little, and nothing here depends on it.
pub(super) fn check_name(name: &str) -> Result<(), XesError> {
    let starts = |c: u8| c.is_ascii_alphabetic() || c == b'_' || c == b':' || !c.is_ascii();
    let mut symbols = name.bytes();
    let sound = symbols.next().is_some_and(starts)
        && symbols.all(|c| starts(c) || c.is_ascii_digit() || c == b'-' || c == b'.');
    if sound {
        Ok(())
    } else {
        let what = format!("“{}” is no name of XML", shortened(name));
        Err(XesError::xml(what))
    }
}

/// A value as it stands between its quotes.
struct Raw<'a> {
    text: &'a str,
    /// Whether it means what it says.
    plain: bool,
}

impl<'a> Raw<'a> {
    fn resolved(self) -> Result<Cow<'a, str>, XesError> {
        if self.plain {
            Ok(Cow::Borrowed(self.text))
        } else {
            resolved(self.text).map(Cow::Owned)
        }
    }
}

/// An attribute's value with references resolved and line ends and tabs made spaces, as XML has it.
fn resolved(raw: &str) -> Result<String, XesError> {
    let mut text = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(next) = rest.find(['&', '<', '\t', '\n', '\r']) {
        let (before, special) = rest.split_at(next);
        text.push_str(before);
        let mut symbols = special.chars();
        match symbols.next() {
            Some('&') => {
                let (name, after) = symbols.as_str().split_once(';').ok_or_else(|| {
                    XesError::xml("a & is neither written &amp; nor ended by a semicolon")
                })?;
                text.push(reference(name)?);
                rest = after;
                continue;
            }
            Some('<') => return Err(XesError::xml("a < in a value must be written &lt;")),
            // A line end of two bytes is one.
            Some('\r') if symbols.as_str().starts_with('\n') => {}
            _ => text.push(' '),
        }
        rest = symbols.as_str();
    }
    text.push_str(rest);
    Ok(text)
}

/// What `&name;` stands for: one of XML's five entities or a character's number.
pub(super) fn reference(name: &str) -> Result<char, XesError> {
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
        XesError::xml(what)
    })
}

/// Whether XML 1.0 has this character.
fn is_text(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r') || (c >= ' ' && !matches!(c, '\u{fffe}' | '\u{ffff}'))
}
