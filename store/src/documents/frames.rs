//! A document's frames, as bytes. `mod.rs` has the picture.

use aes_gcm::aead::{Aead, AeadInOut, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use kanzlei_core::record::Key;
use zeroize::Zeroizing;

/// The bytes in front of the frames.
pub(super) const HEADER: usize = 16;
/// The plaintext of a frame.
pub(super) const FRAME: usize = 1 << FRAME_LOG;
/// By how much the cipher makes a frame longer.
pub(super) const TAG: usize = 16;

const MAGIC: [u8; 6] = *b"KNZDOC";
const FORMAT: [u8; 2] = *b"01";
const FRAME_LOG: u8 = 16;

/// The header of a document with this nonce prefix.
pub(super) fn header(prefix: [u8; 7]) -> [u8; HEADER] {
    let pieces = [&MAGIC[..], &FORMAT, &[FRAME_LOG], &prefix];
    let mut header = [0; HEADER];
    let bytes = pieces.into_iter().flatten();
    header
        .iter_mut()
        .zip(bytes)
        .for_each(|(to, from)| *to = *from);
    header
}

/// Why a header isn't one.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum NoHeader {
    Damaged,
    Newer(u32),
}

/// The ciphers of one document.
pub(super) struct Frames {
    cipher: Aes256Gcm,
    header: [u8; HEADER],
    prefix: [u8; 7],
    /// The number of the next frame; past the last there is none.
    next: Option<u32>,
}

impl Frames {
    /// The frames of a document with this header.
    pub(super) fn new(key: &Key, header: [u8; HEADER]) -> Result<Self, NoHeader> {
        let (magic, rest) = header.split_first_chunk::<6>().ok_or(NoHeader::Damaged)?;
        let (format, rest) = rest.split_first_chunk::<2>().ok_or(NoHeader::Damaged)?;
        if *magic != MAGIC {
            return Err(NoHeader::Damaged);
        }
        if *format != FORMAT {
            let text = std::str::from_utf8(format).ok();
            let number = text.and_then(|text| text.parse().ok());
            return Err(number.map_or(NoHeader::Damaged, NoHeader::Newer));
        }
        match rest {
            [FRAME_LOG, prefix @ ..] => Ok(Self {
                cipher: Aes256Gcm::new(key.expose().into()),
                header,
                prefix: prefix.try_into().map_err(|_| NoHeader::Damaged)?,
                next: Some(0),
            }),
            _ => Err(NoHeader::Damaged),
        }
    }

    /// The number of the next frame.
    pub(super) fn number(&self) -> u32 {
        self.next.unwrap_or(u32::MAX)
    }

    /// Seals the next frame where it stands; false if there can be none.
    pub(super) fn seal(&mut self, plain: &mut Vec<u8>, last: bool) -> bool {
        let Some(nonce) = self.nonce(last) else {
            return false;
        };
        let sealed = self.cipher.encrypt_in_place(&nonce, &self.header, plain);
        sealed.is_ok()
    }

    /// Opens the next frame; `None` if it isn't the one that was written there.
    pub(super) fn open(&mut self, sealed: &[u8], last: bool) -> Option<Zeroizing<Vec<u8>>> {
        let nonce = self.nonce(last)?;
        let payload = Payload {
            msg: sealed,
            aad: &self.header,
        };
        self.cipher
            .decrypt(&nonce, payload)
            .ok()
            .map(Zeroizing::new)
    }

    fn nonce(&mut self, last: bool) -> Option<Nonce<aes_gcm::aead::consts::U12>> {
        let number = self.next?;
        self.next = number.checked_add(1).filter(|_| !last);
        let number = number.to_be_bytes();
        let last = [u8::from(last)];
        let bytes = self.prefix.iter().chain(&number).chain(&last);
        let mut nonce = [0; 12];
        nonce
            .iter_mut()
            .zip(bytes)
            .for_each(|(to, from)| *to = *from);
        Some(nonce.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frames() -> Frames {
        Frames::new(&Key::from_bytes([7; 32]), header([9; 7])).unwrap()
    }

    fn sealed(frames: &mut Frames, plain: &[u8], last: bool) -> Vec<u8> {
        let mut bytes = plain.to_vec();
        assert!(frames.seal(&mut bytes, last));
        bytes
    }

    #[test]
    fn a_frame_opens_in_its_place_and_as_what_it_was_written_alone() {
        let mut writer = frames();
        let first = sealed(&mut writer, b"first", false);
        let second = sealed(&mut writer, b"second", true);
        assert!(
            !writer.seal(&mut Vec::new(), true),
            "nothing comes after the last"
        );

        let mut reader = frames();
        assert_eq!(reader.open(&first, false).unwrap().as_slice(), b"first");
        assert_eq!(reader.open(&second, true).unwrap().as_slice(), b"second");
        assert!(reader.open(&second, true).is_none());
        assert!(frames().open(&first, true).is_none(), "as the last");
        assert!(frames().open(&second, true).is_none(), "as the first");
        let mut reader = frames();
        reader.open(&first, false).unwrap();
        assert!(
            reader.open(&second, false).is_none(),
            "as one with more to come"
        );
    }

    #[test]
    fn a_header_of_a_newer_format_is_told_from_damage() {
        let key = Key::from_bytes([7; 32]);
        let read = |at: usize, to: u8| {
            let mut bytes = header([9; 7]);
            bytes[at] = to;
            Frames::new(&key, bytes).err()
        };
        assert_eq!(read(7, b'2'), Some(NoHeader::Newer(2)));
        assert_eq!(read(0, b'k'), Some(NoHeader::Damaged));
        assert_eq!(read(8, 17), Some(NoHeader::Damaged));
    }
}
