//! Deriving keys from a vault's data key, and tokens under one of them.

use hmac::{Hmac, KeyInit, Mac};
use kanzlei_core::ports::Purpose;
use kanzlei_core::record::Key;
use sha2::Sha256;
use zeroize::Zeroize;

/// The bytes of a token.
const TOKEN: usize = 16;

/// The key under which a vault's tokens are made.
pub(super) struct TokenKey(Key);

impl TokenKey {
    /// The token key of the vault with this data key.
    pub(super) fn of(data_key: &Key) -> Self {
        Self(derive(data_key, b"kanzlei vault tokens 1"))
    }

    /// HMAC-SHA-256 over the purpose's number and `of`, cut to 16 bytes.
    pub(super) fn token(&self, purpose: Purpose, of: &[u8]) -> [u8; TOKEN] {
        let whole = mac(&self.0, &[&[purpose.number()], of]);
        let mut token = [0; TOKEN];
        for (to, from) in token.iter_mut().zip(whole) {
            *to = from;
        }
        token
    }
}

/// A key for one use, so that no key serves two.
pub(super) fn derive(data_key: &Key, label: &[u8]) -> Key {
    let mut bytes = mac(data_key, &[label]);
    let key = Key::from_bytes(bytes);
    bytes.zeroize();
    key
}

/// HMAC-SHA-256 of these bytes, one after another.
pub(super) fn mac(key: &Key, pieces: &[&[u8]]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new(&block(key));
    for piece in pieces {
        mac.update(piece);
    }
    mac.finalize().into_bytes().into()
}

/// A key of SHA-256's block length can't be refused; HMAC itself fills a shorter one with zeros.
fn block(key: &Key) -> hmac::digest::Key<Hmac<Sha256>> {
    let mut block = hmac::digest::Key::<Hmac<Sha256>>::default();
    for (to, from) in block.iter_mut().zip(key.expose()) {
        *to = *from;
    }
    block
}

#[cfg(test)]
mod tests {
    use super::*;
    use kanzlei_core::record::Hash;

    #[test]
    fn the_mac_is_hmac_sha_256() {
        // RFC 4231, test case 1, whose key is 20 bytes 0x0b: zeros after it change nothing.
        let mut key = [0; 32];
        key[..20].fill(0x0b);
        let expected = "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7";
        let mac = mac(&Key::from_bytes(key), &[b"Hi ", b"There"]);
        assert_eq!(Hash::from_bytes(mac).to_string(), expected);
    }
}
