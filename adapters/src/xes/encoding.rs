//! Which encoding a file is in, and turning it into UTF-8.

use encoding_rs::{DecoderResult, Encoding, REPLACEMENT, UTF_8, UTF_16BE, UTF_16LE};

/// Turns bytes into UTF-8, piece by piece.
pub(super) enum Decoder {
    /// The bytes are UTF-8 already.
    Utf8,
    /// What the web's encoding standard has.
    Known(Box<encoding_rs::Decoder>),
    /// UTF-32, which that standard leaves out and XML doesn't.
    Utf32 { big_endian: bool, started: Vec<u8> },
}

impl Decoder {
    /// The decoder for a file that begins with `head`, and how many bytes of it are a mark of their
    /// order. As XML has it: by that mark, else by how `<?` looks, else as the declaration says,
    /// else UTF-8.
    pub(super) fn for_file(head: &[u8]) -> Result<(Self, usize), String> {
        let utf32 = |big_endian| Self::Utf32 {
            big_endian,
            started: Vec::new(),
        };
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

    /// Appends `raw` to `text` as UTF-8, as far as it is sound; `last` says that nothing follows.
    pub(super) fn decode(&mut self, raw: &[u8], last: bool, text: &mut Vec<u8>) -> Result<(), ()> {
        match self {
            Self::Utf8 => text.extend_from_slice(raw),
            Self::Known(decoder) => {
                let many = decoder
                    .max_utf8_buffer_length_without_replacement(raw.len())
                    .ok_or(())?;
                let start = text.len();
                text.resize(start + many, 0);
                let room = text.get_mut(start..).unwrap_or_default();
                let (result, _, written) =
                    decoder.decode_to_utf8_without_replacement(raw, room, last);
                text.truncate(start + written);
                if result != DecoderResult::InputEmpty {
                    return Err(());
                }
            }
            Self::Utf32 {
                big_endian,
                started,
            } => {
                started.extend_from_slice(raw);
                let (units, rest) = started.as_chunks::<4>();
                for unit in units {
                    let number = if *big_endian {
                        u32::from_be_bytes(*unit)
                    } else {
                        u32::from_le_bytes(*unit)
                    };
                    let symbol = char::from_u32(number).ok_or(())?;
                    text.extend_from_slice(symbol.encode_utf8(&mut [0; 4]).as_bytes());
                }
                *started = rest.to_vec();
                if last && !started.is_empty() {
                    return Err(());
                }
            }
        }
        Ok(())
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
