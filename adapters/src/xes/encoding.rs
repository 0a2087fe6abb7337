//! Which encoding a file is in, and turning it into UTF-8.

use encoding_rs::{DecoderResult, Encoding, REPLACEMENT, UTF_8, UTF_16BE, UTF_16LE};

/// Turns bytes into UTF-8, piece by piece.
pub(super) enum Decoder {
    /// The bytes are UTF-8 already.
    Utf8,
    /// What the web's encoding standard has.
    Known(Box<encoding_rs::Decoder>),
    /// UTF-32, which that standard leaves out and XML doesn't.
    Utf32 { big_endian: bool },
}

/// How far a piece was decoded.
pub(super) struct Decoded {
    /// So many bytes are done; what is left begins a character and belongs before the next piece.
    pub(super) bytes: usize,
    /// Whether what follows them may still become text.
    pub(super) sound: bool,
}

impl Decoder {
    /// The decoder for a file that begins with `head`, and how many bytes of it are a mark of their
    /// order. As XML has it: by that mark, else by how `<?` looks, else as the declaration says,
    /// else UTF-8.
    pub(super) fn for_file(head: &[u8]) -> Result<(Self, usize), String> {
        let utf32 = |big_endian| Self::Utf32 { big_endian };
        let found = match head {
            [0xff, 0xfe, 0, 0, ..] => return Ok((utf32(false), 4)),
            [0, 0, 0xfe, 0xff, ..] => return Ok((utf32(true), 4)),
            [b'<', 0, 0, 0, ..] => return Ok((utf32(false), 0)),
            [0, 0, 0, b'<', ..] => return Ok((utf32(true), 0)),
            [b'<', 0, ..] => (UTF_16LE, 0),
            [0, b'<', ..] => (UTF_16BE, 0),
            _ => match Encoding::for_bom(head) {
                Some(found) => found,
                None => (declared(head)?, 0),
            },
        };
        Ok(match found {
            (encoding, mark) if encoding == UTF_8 => (Self::Utf8, mark),
            (encoding, mark) => {
                let decoder = encoding.new_decoder_without_bom_handling();
                (Self::Known(Box::new(decoder)), mark)
            }
        })
    }

    /// Appends `raw` to `text`; `last` says that nothing follows.
    pub(super) fn decode(&mut self, raw: &[u8], last: bool, text: &mut String) -> Decoded {
        match self {
            Self::Utf8 => {
                let (bytes, sound) = match std::str::from_utf8(raw) {
                    Ok(_) => (raw.len(), true),
                    Err(error) => (error.valid_up_to(), error.error_len().is_none() && !last),
                };
                let valid = raw.get(..bytes).map(std::str::from_utf8);
                text.push_str(valid.and_then(Result::ok).unwrap_or_default());
                Decoded { bytes, sound }
            }
            Self::Known(decoder) => {
                let room = decoder.max_utf8_buffer_length_without_replacement(raw.len());
                text.reserve(room.unwrap_or_default());
                let (result, bytes) = decoder.decode_to_string_without_replacement(raw, text, last);
                let sound = result == DecoderResult::InputEmpty;
                Decoded { bytes, sound }
            }
            Self::Utf32 { big_endian } => {
                let (units, rest) = raw.as_chunks::<4>();
                for (count, unit) in units.iter().enumerate() {
                    let number = if *big_endian {
                        u32::from_be_bytes(*unit)
                    } else {
                        u32::from_le_bytes(*unit)
                    };
                    let Some(symbol) = char::from_u32(number) else {
                        let (bytes, sound) = (count * 4, false);
                        return Decoded { bytes, sound };
                    };
                    text.push(symbol);
                }
                let sound = rest.is_empty() || !last;
                let bytes = units.len() * 4;
                Decoded { bytes, sound }
            }
        }
    }
}

/// The encoding that the XML declaration at the beginning names.
fn declared(head: &[u8]) -> Result<&'static Encoding, String> {
    if head.starts_with(&[0x4c, 0x6f, 0xa7, 0x94]) {
        return Err("EBCDIC isn't read here: convert the file to UTF-8".to_owned());
    }
    let Some(label) = label(head) else {
        return Ok(UTF_8);
    };
    let shown = label.escape_ascii();
    match Encoding::for_label(label) {
        Some(found) if found == UTF_16LE || found == UTF_16BE => Err(format!(
            "the declaration says {shown}, but the bytes aren't: correct the declaration"
        )),
        Some(found) if found != REPLACEMENT => Ok(found),
        _ => Err(format!(
            "the encoding {shown} isn't known: convert the file to UTF-8"
        )),
    }
}

fn label(head: &[u8]) -> Option<&[u8]> {
    let declaration = head.strip_prefix(b"<?xml")?;
    let end = declaration.windows(2).position(|two| two == b"?>")?;
    let declaration = declaration.get(..end)?;
    let at = declaration
        .windows(b"encoding".len())
        .position(|word| word == b"encoding")?;
    let value = declaration.get(at + b"encoding".len()..)?;
    let value = value
        .trim_ascii_start()
        .strip_prefix(b"=")?
        .trim_ascii_start();
    let (quote, value) = value.split_first()?;
    value.split(|byte| byte == quote).next()
}
