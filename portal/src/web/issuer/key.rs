//! The key with which the demonstration's issuer signs: another one at each start.

use jsonwebtoken::jwk::{Jwk, PublicKeyUse};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use kanzlei::core::ports::{Entropy, EntropyError};
use serde_json::{Value, json};

use crate::web::headers::hex;

/// What stands before an Ed25519 key's 32 bytes in PKCS #8 (RFC 8410, section 7).
const PKCS8: [u8; 16] = [
    0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
];

pub(super) struct Key {
    key: EncodingKey,
    name: String,
}

impl Key {
    pub(super) fn new(entropy: &dyn Entropy) -> Result<Self, EntropyError> {
        let (mut secret, mut name) = ([0; 32], [0; 8]);
        entropy.fill(&mut secret)?;
        entropy.fill(&mut name)?;
        Ok(Self {
            key: EncodingKey::from_ed_der(&[&PKCS8[..], &secret].concat()),
            name: hex(&name),
        })
    }

    /// The half that everybody may know.
    pub(super) fn public(&self) -> Value {
        let jwk = Jwk::from_encoding_key(&self.key, Algorithm::EdDSA).map(|mut jwk| {
            jwk.common.key_id = Some(self.name.clone());
            jwk.common.public_key_use = Some(PublicKeyUse::Signature);
            jwk
        });
        jwk.map_or(Value::Null, |jwk| json!(jwk))
    }

    /// A token of this type with these claims.
    pub(super) fn sign(
        &self,
        kind: &str,
        claims: &Value,
    ) -> Result<String, jsonwebtoken::errors::Error> {
        let mut header = Header::new(Algorithm::EdDSA);
        header.kid = Some(self.name.clone());
        header.typ = Some(kind.to_owned());
        encode(&header, claims, &self.key)
    }
}
