//! Each check of the kit for key vaults fails for a vault that breaks its law.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::panic::catch_unwind;
use std::sync::{Arc, Mutex, MutexGuard};

use async_trait::async_trait;
use kanzlei_core::KeySlot;
use kanzlei_core::ports::{Access, KeyVault, Purpose, VaultError};
use kanzlei_core::record::{Key, KeyState, Keyring};
use kanzlei_store::conformance::{VaultSubject, key_vault};
use kanzlei_store::key_vault_conformance;

const NONE: u8 = 0;
const KEYS_ALIKE: u8 = 1;
const KEYS_LOST_AT_REOPENING: u8 = 2;
const SLOTS_REUSED: u8 = 3;
const NEIGHBOUR_DESTROYED: u8 = 4;
const DESTROYED_ONCE_ONLY: u8 = 5;
const DESTROYED_UNTIL_REOPENING: u8 = 6;
const UNKNOWN_DESTROYED: u8 = 7;
const DESTROYED_READS_UNKNOWN: u8 = 8;
const UNREACHABLE_READS_UNKNOWN: u8 = 9;
const LAST_SLOT_LEFT_OUT: u8 = 10;
const TOKENS_WITHOUT_PURPOSE: u8 = 11;
const COUNTER_PER_THREAD: u8 = 12;
const CACHE_KEEPS_DESTROYED: u8 = 13;
const LOST_READS_UNKNOWN: u8 = 14;
const DAMAGED_READS_UNKNOWN: u8 = 15;
const DAMAGED_HIDES_ALL: u8 = 16;

/// A plain model of a vault, with one flaw.
struct Flawed<const FLAW: u8>(Arc<Mutex<Model>>);

#[derive(Default)]
struct Model {
    id: u8,
    keys: BTreeMap<u64, Option<[u8; 32]>>,
    fetched: BTreeMap<u64, [u8; 32]>,
    destroyed: BTreeMap<u64, [u8; 32]>,
    lost: BTreeSet<u64>,
    damaged: BTreeSet<u64>,
    last: u64,
    cut_off: bool,
    opened: bool,
}

thread_local! {
    static LAST: Cell<u64> = const { Cell::new(0) };
    static VAULTS: Cell<u8> = const { Cell::new(0) };
}

impl<const FLAW: u8> VaultSubject for Flawed<FLAW> {
    fn create() -> Self {
        VAULTS.set(VAULTS.get() + 1);
        let id = VAULTS.get();
        let model = Model {
            id,
            ..Model::default()
        };
        Self(Arc::new(Mutex::new(model)))
    }

    fn reopens() -> bool {
        true
    }

    fn open(&self) -> Arc<dyn KeyVault> {
        let mut model = self.0.lock().unwrap();
        let again = std::mem::replace(&mut model.opened, true);
        if again && FLAW == KEYS_LOST_AT_REOPENING {
            model.keys.clear();
        }
        if again && FLAW == DESTROYED_UNTIL_REOPENING {
            for (slot, key) in std::mem::take(&mut model.destroyed) {
                model.keys.insert(slot, Some(key));
            }
        }
        Arc::new(Self(Arc::clone(&self.0)))
    }

    fn cut_off(&self) -> bool {
        self.0.lock().unwrap().cut_off = true;
        true
    }

    fn lose(&self, slot: KeySlot) -> bool {
        let mut model = self.0.lock().unwrap();
        model.keys.remove(&slot.0);
        model.lost.insert(slot.0)
    }

    fn damage(&self, slot: KeySlot) -> bool {
        self.0.lock().unwrap().damaged.insert(slot.0)
    }
}

impl<const FLAW: u8> Flawed<FLAW> {
    fn reach(&self) -> Result<MutexGuard<'_, Model>, VaultError> {
        let model = self.0.lock().unwrap();
        if model.cut_off {
            return Err(VaultError::Unreachable(String::new()));
        }
        Ok(model)
    }
}

#[async_trait]
impl<const FLAW: u8> KeyVault for Flawed<FLAW> {
    async fn mint(&self, count: usize) -> Result<Vec<KeySlot>, VaultError> {
        let mut model = self.reach()?;
        let mut slots = Vec::new();
        for _ in 0..count {
            let gone = model.keys.iter().find(|(_, key)| key.is_none());
            let mut slot = match gone {
                Some((slot, _)) if FLAW == SLOTS_REUSED => *slot,
                _ => model.last + 1,
            };
            if FLAW == COUNTER_PER_THREAD {
                LAST.set(LAST.get() + 1);
                slot = LAST.get();
            }
            model.last = model.last.max(slot);
            let mut key = [model.id; 32];
            if FLAW != KEYS_ALIKE {
                key[..8].copy_from_slice(&slot.to_le_bytes());
            }
            model.keys.insert(slot, Some(key));
            slots.push(KeySlot(slot));
        }
        Ok(slots)
    }

    async fn fetch(&self, slots: &[KeySlot], _why: Access) -> Result<Keyring, VaultError> {
        let mut model = match self.reach() {
            Err(_) if FLAW == UNREACHABLE_READS_UNKNOWN => {
                let unknown = slots.iter().map(|slot| (*slot, KeyState::Unknown));
                return Ok(unknown.collect());
            }
            reached => reached?,
        };
        let asked = match slots {
            [asked @ .., _] if FLAW == LAST_SLOT_LEFT_OUT => asked,
            all => all,
        };
        let mut ring = Keyring::default();
        for slot in asked {
            if model.damaged.contains(&slot.0) && FLAW != DAMAGED_READS_UNKNOWN {
                return Err(VaultError::Damaged(String::new()));
            }
            let state = match (model.keys.get(&slot.0), model.fetched.get(&slot.0)) {
                (Some(Some(key)), _) => KeyState::Alive(Key::from_bytes(*key)),
                (Some(None), Some(key)) if FLAW == CACHE_KEEPS_DESTROYED => {
                    KeyState::Alive(Key::from_bytes(*key))
                }
                (Some(None), _) if FLAW != DESTROYED_READS_UNKNOWN => KeyState::Destroyed,
                (None, _) if FLAW != LOST_READS_UNKNOWN && model.lost.contains(&slot.0) => {
                    KeyState::Lost
                }
                _ => KeyState::Unknown,
            };
            if let KeyState::Alive(key) = &state {
                model.fetched.insert(slot.0, *key.expose());
            }
            ring.insert(*slot, state);
        }
        Ok(ring)
    }

    async fn fetch_sound(&self, slots: &[KeySlot], why: Access) -> Result<Keyring, VaultError> {
        if FLAW == DAMAGED_HIDES_ALL && !self.reach()?.damaged.is_empty() {
            return Ok(Keyring::default());
        }
        let mut ring = Keyring::default();
        for slot in slots {
            match self.fetch(&[*slot], why).await {
                Err(VaultError::Damaged(_)) => {}
                fetched => ring.extend(fetched?),
            }
        }
        Ok(ring)
    }

    async fn destroy(&self, slots: &[KeySlot]) -> Result<(), VaultError> {
        let mut model = self.reach()?;
        for slot in slots {
            if model.lost.remove(&slot.0) {
                model.keys.insert(slot.0, None);
            }
            match model.keys.get(&slot.0).copied() {
                Some(Some(key)) => {
                    model.destroyed.insert(slot.0, key);
                    model.keys.insert(slot.0, None);
                }
                Some(None) if FLAW == DESTROYED_ONCE_ONLY => {
                    return Err(VaultError::Damaged(String::new()));
                }
                None if FLAW == UNKNOWN_DESTROYED => {
                    model.keys.insert(slot.0, None);
                }
                _ => {}
            }
            if FLAW == NEIGHBOUR_DESTROYED {
                model.keys.insert(slot.0 + 1, None);
            }
        }
        Ok(())
    }

    async fn token(&self, purpose: Purpose, of: &[u8]) -> Result<[u8; 16], VaultError> {
        let model = self.reach()?;
        let mut token = [0; 16];
        token[0] = model.id;
        if FLAW != TOKENS_WITHOUT_PURPOSE {
            token[1] = purpose.number();
        }
        token[2] = u8::try_from(of.len()).unwrap();
        token[3..3 + of.len()].copy_from_slice(of);
        Ok(token)
    }
}

mod the_model_without_a_flaw {
    use super::*;

    key_vault_conformance!(Flawed<NONE>);
}

/// A macro because each flaw is a type.
macro_rules! sees {
    ($($check:ident sees $($flaw:ident)*;)*) => {
        $(#[test]
        fn $check() {
            $(let seen = catch_unwind(key_vault::$check::<Flawed<$flaw>>).is_err();
            assert!(seen, concat!("nobody saw ", stringify!($flaw)));)*
        })*
    };
}

sees! {
    minted_slots_are_new_and_have_keys_of_their_own sees KEYS_ALIKE;
    a_minted_key_outlives_the_process sees KEYS_LOST_AT_REOPENING;
    no_slot_is_minted_twice sees SLOTS_REUSED;
    a_destroyed_key_is_gone_and_the_others_are_not sees NEIGHBOUR_DESTROYED;
    destroying_twice_changes_nothing sees DESTROYED_ONCE_ONLY;
    a_destroyed_key_stays_destroyed sees DESTROYED_UNTIL_REOPENING;
    destroying_what_was_never_minted_changes_nothing sees UNKNOWN_DESTROYED;
    destroyed_unknown_and_unreachable_are_three_answers sees DESTROYED_READS_UNKNOWN UNREACHABLE_READS_UNKNOWN;
    a_lost_key_is_neither_destroyed_nor_unknown sees LOST_READS_UNKNOWN;
    a_damaged_key_keeps_no_other_from_being_fetched sees DAMAGED_READS_UNKNOWN DAMAGED_HIDES_ALL;
    a_fetch_answers_every_slot_that_it_was_asked_for sees LAST_SLOT_LEFT_OUT;
    a_token_depends_on_vault_purpose_and_text_only sees TOKENS_WITHOUT_PURPOSE;
    threads_that_mint_at_once_get_different_slots sees COUNTER_PER_THREAD;
    no_fetch_brings_a_destroyed_key_back sees CACHE_KEEPS_DESTROYED;
}
