//! The fingerprint of a command: binds its content to its id, for whoever holds the keys.
//!
//! A plain hash, or one under a single key, would be a way to guess what somebody wrote that
//! outlives their erasure. The key comes from the keys of all slots that the record names.

use std::collections::BTreeSet;

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::EngineError;
use crate::domain::{Actor, Command, Who};
use crate::ids::{CaseId, KeySlot};
use crate::record::{KeyState, Keyring, PersonalError, RecordRef, Unopened};

/// What is hashed, and how; a later scheme gets another number.
const SCHEME: u8 = 1;

/// The slots that head and values of a record name.
pub(super) fn slots_of(record: &RecordRef<'_>) -> BTreeSet<KeySlot> {
    let values = record
        .parts()
        .flat_map(|part| part.values())
        .map(|value| value.slot);
    values.chain(record.head().slots()).collect()
}

/// The fingerprint; `None` if one of the keys was destroyed or lost.
pub(super) fn fingerprint(
    slots: &BTreeSet<KeySlot>,
    case: (CaseId, KeySlot),
    keys: &Keyring,
    actor: &Actor,
    command: &Command,
) -> Result<Option<[u8; 16]>, EngineError> {
    let mut hasher = Sha256::new();
    let own = (case.1 != KeySlot(0)).then_some(case.1);
    for slot in slots.iter().copied().chain(own) {
        match keys.get(slot) {
            Some(KeyState::Alive(key)) => hasher.update(key.expose()),
            Some(KeyState::Destroyed | KeyState::Lost) => return Ok(None),
            Some(KeyState::Unknown) => return Err(Unopened::Unknown(slot).into()),
            None => return Err(Unopened::NotFetched(slot).into()),
        }
    }
    let key: Zeroizing<[u8; 32]> = Zeroizing::new(hasher.finalize().into());
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_slice()).map_err(PersonalError::because)?;
    mac.update(&[SCHEME]);
    mac.update(&who(actor));
    mac.update(case.0.as_bytes());
    // Never in memory as a whole: it holds what people typed.
    let said = postcard::serialize_with_flavor(command, Fed(&mut mac));
    said.map_err(PersonalError::because)?;
    let full = mac.finalize().into_bytes();
    let mut short = [0; 16];
    for (to, from) in short.iter_mut().zip(full) {
        *to = from;
    }
    Ok(Some(short))
}

/// Takes in what is written, piece by piece.
struct Fed<'a>(&'a mut Hmac<Sha256>);

impl postcard::ser_flavors::Flavor for Fed<'_> {
    type Output = ();

    fn try_push(&mut self, byte: u8) -> postcard::Result<()> {
        self.0.update(&[byte]);
        Ok(())
    }

    fn try_extend(&mut self, bytes: &[u8]) -> postcard::Result<()> {
        self.0.update(bytes);
        Ok(())
    }

    fn finalize(self) -> postcard::Result<()> {
        Ok(())
    }
}

fn who(actor: &Actor) -> [u8; 17] {
    let (kind, id) = match &actor.who {
        Who::Installation => (0, &[0; 16]),
        Who::Person { id, .. } => (1, id.as_bytes()),
        Who::Official { id, .. } => (2, id.as_bytes()),
        Who::Anonymous => (3, &[0; 16]),
    };
    let mut bytes = [kind; 17];
    for (to, from) in bytes.iter_mut().skip(1).zip(id) {
        *to = *from;
    }
    bytes
}
