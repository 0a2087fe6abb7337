//! Wrapping a key by a key: AES-256 key wrap, RFC 3394.

use aes_kw::{KeyInit, KwAes256};
use kanzlei_core::record::Key;
use zeroize::Zeroizing;

/// The bytes of a wrapped key.
pub(super) const WRAPPED: usize = 40;

/// What wraps keys, and unwraps them. It is wiped when dropped.
pub(super) struct Wrapping(KwAes256);

impl Wrapping {
    pub(super) fn by(key: &Key) -> Self {
        Self(KwAes256::new(key.expose().into()))
    }

    pub(super) fn wrap(&self, key: &[u8; 32]) -> [u8; WRAPPED] {
        let mut wrapped = [0; WRAPPED];
        // Fails for lengths only, and these fit.
        let _ = self.0.wrap_key(key, &mut wrapped);
        wrapped
    }

    /// The key, unless something else wrapped it or it was changed.
    pub(super) fn unwrap(&self, wrapped: &[u8; WRAPPED]) -> Option<Key> {
        let mut key = Zeroizing::new([0; 32]);
        self.0.unwrap_key(wrapped, key.as_mut_slice()).ok()?;
        Some(Key::from_bytes(*key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_rfc_3394() {
        // Section 4.6: 256 bits of key data with a 256-bit KEK.
        let kek: [u8; 32] = std::array::from_fn(|at| u8::try_from(at).unwrap());
        let mut key = [0; 32];
        for (at, byte) in key.iter_mut().enumerate() {
            let at = u8::try_from(at).unwrap();
            *byte = if at < 16 { at * 0x11 } else { at - 16 };
        }
        let expected = [
            0x28, 0xC9, 0xF4, 0x04, 0xC4, 0xB8, 0x10, 0xF4, 0xCB, 0xCC, 0xB3, 0x5C, 0xFB, 0x87,
            0xF8, 0x26, 0x3F, 0x57, 0x86, 0xE2, 0xD8, 0x0E, 0xD3, 0x26, 0xCB, 0xC7, 0xF0, 0xE7,
            0x1A, 0x99, 0xF4, 0x3B, 0xFB, 0x98, 0x8B, 0x9B, 0x7A, 0x02, 0xDD, 0x21,
        ];
        let wrapping = Wrapping::by(&Key::from_bytes(kek));
        assert_eq!(wrapping.wrap(&key), expected);
        assert_eq!(wrapping.unwrap(&expected).unwrap().expose(), &key);
        let mut changed = expected;
        changed[39] ^= 1;
        assert!(wrapping.unwrap(&changed).is_none());
    }
}
