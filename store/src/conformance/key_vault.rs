//! What every key vault must do: a check per law of [`KeyVault`].

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use futures::executor::block_on;
use kanzlei_core::KeySlot;
use kanzlei_core::ports::{Access, KeyVault, Purpose, VaultError};
use kanzlei_core::record::{KeyState, Keyring};

use super::{SetOnDrop, VaultSubject, not_promised};

const WHY: Access = Access {
    purpose: Purpose::Disclose,
    case: None,
};

/// Slots are different, never 0, and each has a key of its own.
pub fn minted_slots_are_new_and_have_keys_of_their_own<S: VaultSubject>() {
    let subject = S::create();
    let vault = subject.open();
    let mut slots = mint(&*vault, 3);
    slots.extend(mint(&*vault, 2));
    assert!(mint(&*vault, 0).is_empty(), "no slots were asked for");
    assert_different(&slots);
    let keys = alive(&*vault, &slots);
    let different: BTreeSet<_> = keys.iter().collect();
    assert_eq!(different.len(), 5, "two slots have the same key");
    assert!(!different.contains(&[0; 32]), "a key is all zeros");
}

/// A minted slot's key is durable when `mint` returns.
pub fn a_minted_key_outlives_the_process<S: VaultSubject>() {
    let subject = S::create();
    let vault = subject.open();
    let slots = mint(&*vault, 100);
    let before = alive(&*vault, &slots);
    if let Some(vault) = reopen(&subject, vault) {
        assert_eq!(alive(&*vault, &slots), before, "the keys have changed");
    }
}

/// A number isn't given again, whatever became of its key and however often the vault was opened.
pub fn no_slot_is_minted_twice<S: VaultSubject>() {
    let subject = S::create();
    let mut vault = subject.open();
    let mut slots = Vec::new();
    for _ in 0..3 {
        let new = mint(&*vault, 5);
        destroy(&*vault, &new[3..]);
        slots.extend(new);
        slots.extend(mint(&*vault, 1));
        match reopen(&subject, vault) {
            Some(again) => vault = again,
            None => break,
        }
    }
    assert_different(&slots);
}

/// Exactly the keys that were to be destroyed are gone.
pub fn a_destroyed_key_is_gone_and_the_others_are_not<S: VaultSubject>() {
    let subject = S::create();
    let vault = subject.open();
    let slots = mint(&*vault, 5);
    let before = alive(&*vault, &slots);
    destroy(&*vault, &[slots[3], slots[1]]);
    assert_destroyed(&*vault, &[slots[1], slots[3]]);
    let left = [slots[0], slots[2], slots[4]];
    assert_eq!(alive(&*vault, &left), [before[0], before[2], before[4]]);
}

/// Destroying is idempotent, within a call and over several; destroying nothing is fine.
pub fn destroying_twice_changes_nothing<S: VaultSubject>() {
    let subject = S::create();
    let vault = subject.open();
    let slots = mint(&*vault, 2);
    destroy(&*vault, &[]);
    destroy(&*vault, &[slots[0], slots[0]]);
    destroy(&*vault, &slots[..1]);
    assert_destroyed(&*vault, &slots[..1]);
    alive(&*vault, &slots[1..]);
}

/// A destroyed key is gone durably when `destroy` returns.
pub fn a_destroyed_key_stays_destroyed<S: VaultSubject>() {
    let subject = S::create();
    let vault = subject.open();
    let slots = mint(&*vault, 3);
    alive(&*vault, &slots);
    destroy(&*vault, &slots[1..2]);
    if let Some(vault) = reopen(&subject, vault) {
        assert_destroyed(&*vault, &slots[1..2]);
        alive(&*vault, &[slots[0], slots[2]]);
    }
}

/// A number that was never given stays free.
pub fn destroying_what_was_never_minted_changes_nothing<S: VaultSubject>() {
    let subject = S::create();
    let vault = subject.open();
    let slots = mint(&*vault, 2);
    let strange = strange(&slots);
    destroy(&*vault, &strange);
    assert_unknown(&*vault, &strange);
    let new = mint(&*vault, 3);
    alive(&*vault, &slots);
    alive(&*vault, &new);
}

/// The three say different things, and each is said.
pub fn destroyed_unknown_and_unreachable_are_three_answers<S: VaultSubject>() {
    let subject = S::create();
    let vault = subject.open();
    let slots = mint(&*vault, 2);
    destroy(&*vault, &slots[..1]);
    assert_destroyed(&*vault, &slots[..1]);
    assert_unknown(&*vault, &strange(&slots));
    if !subject.cut_off() {
        not_promised("it can be unreachable");
        return;
    }
    let answers = [
        block_on(vault.mint(1)).err(),
        block_on(vault.fetch(&slots, WHY)).err(),
        block_on(vault.destroy(&slots)).err(),
        block_on(vault.token(Purpose::Derive, b"")).err(),
    ];
    for answer in answers {
        let unreachable = matches!(answer, Some(VaultError::Unreachable(_)));
        assert!(unreachable, "unreachable, but it answered {answer:?}");
    }
}

/// What was minted and is gone, though nobody destroyed it, is lost; destroyed then, it is so for ever.
pub fn a_lost_key_is_neither_destroyed_nor_unknown<S: VaultSubject>() {
    let subject = S::create();
    let vault = subject.open();
    let slots = mint(&*vault, 3);
    drop(vault);
    if !S::reopens() || !subject.lose(slots[1]) {
        return not_promised("a key can be lost");
    }
    let vault = subject.open();
    alive(&*vault, &[slots[0], slots[2]]);
    let state = fetch(&*vault, &slots[1..2]);
    let state = state.get(slots[1]);
    let lost = matches!(state, Some(KeyState::Lost));
    assert!(lost, "{} should be lost, and is {state:?}", slots[1]);
    let new = mint(&*vault, 1);
    assert_different(&[slots.as_slice(), new.as_slice()].concat());
    destroy(&*vault, &slots[1..2]);
    assert_destroyed(&*vault, &slots[1..2]);
}

/// What is damaged is said, and all others are to be had.
pub fn a_damaged_key_keeps_no_other_from_being_fetched<S: VaultSubject>() {
    let subject = S::create();
    let vault = subject.open();
    let slots = mint(&*vault, 4);
    destroy(&*vault, &slots[3..]);
    let fetch_sound = |vault: &dyn KeyVault| block_on(vault.fetch_sound(&slots, WHY)).unwrap();
    let same = |one: Option<&KeyState>, other: Option<&KeyState>| match (one, other) {
        (Some(KeyState::Alive(one)), Some(KeyState::Alive(other))) => {
            one.expose() == other.expose()
        }
        (Some(one), Some(other)) => std::mem::discriminant(one) == std::mem::discriminant(other),
        _ => false,
    };
    let whole = fetch(&*vault, &slots);
    let sound = fetch_sound(&*vault);
    for slot in &slots {
        assert!(
            same(whole.get(*slot), sound.get(*slot)),
            "{slot}: {sound:?}"
        );
    }
    drop(vault);
    if !S::reopens() || !subject.damage(slots[1]) {
        return not_promised("a key can be damaged");
    }
    let vault = subject.open();
    let fetched = block_on(vault.fetch(&slots, WHY)).err();
    assert!(
        matches!(fetched, Some(VaultError::Damaged(_))),
        "{fetched:?}"
    );
    let sound = fetch_sound(&*vault);
    assert!(!sound.has(slots[1]), "a key that is damaged");
    for slot in [slots[0], slots[2], slots[3]] {
        assert!(same(whole.get(slot), sound.get(slot)), "{slot}: {sound:?}");
    }
}

/// Whatever the order, repeated or not, near or far apart, and nothing for nothing.
pub fn a_fetch_answers_every_slot_that_it_was_asked_for<S: VaultSubject>() {
    let subject = S::create();
    let vault = subject.open();
    let slots = mint(&*vault, 3_000);
    let keys = alive(&*vault, &slots);
    let vault = if S::reopens() {
        drop(vault);
        subject.open()
    } else {
        vault
    };
    assert!(!fetch(&*vault, &[]).has(slots[0]));
    let asked: Vec<_> = [2_999, 7, 7, 0, 8, 100, 101, 1_700, 2_999, 9].to_vec();
    let wanted: Vec<_> = asked.iter().map(|at| slots[*at]).collect();
    let expected: Vec<_> = asked.iter().map(|at| keys[*at]).collect();
    assert_eq!(alive(&*vault, &wanted), expected, "another slot's key");
    assert!(
        !fetch(&*vault, &wanted).has(slots[1]),
        "it wasn't asked for"
    );
    assert_eq!(alive(&*vault, &slots), keys, "another slot's key");
}

/// The same text gives the same token in the same vault for the same purpose, always, and
/// another token otherwise.
pub fn a_token_depends_on_vault_purpose_and_text_only<S: VaultSubject>() {
    let token = |vault: &dyn KeyVault, purpose, of: &[u8]| {
        block_on(vault.token(purpose, of)).expect("the vault gives tokens")
    };
    let (subject, other) = (S::create(), S::create());
    let vault = subject.open();
    let first = token(&*vault, Purpose::Derive, b"12");
    destroy(&*vault, &mint(&*vault, 1));
    assert_eq!(token(&*vault, Purpose::Derive, b"12"), first);
    let others = [
        token(&*vault, Purpose::Directory, b"12"),
        token(&*vault, Purpose::Derive, b"1"),
        token(&*vault, Purpose::Derive, b""),
        token(&*other.open(), Purpose::Derive, b"12"),
    ];
    let different: BTreeSet<_> = others.iter().chain([&first]).collect();
    assert_eq!(different.len(), 5, "two tokens are the same");
    if let Some(vault) = reopen(&subject, vault) {
        assert_eq!(token(&*vault, Purpose::Derive, b"12"), first);
    }
}

/// Minting takes no lock of the caller's.
pub fn threads_that_mint_at_once_get_different_slots<S: VaultSubject>() {
    let subject = S::create();
    let vault = subject.open();
    let slots: Vec<_> = thread::scope(|scope| {
        let minting = || (1..20).flat_map(|count| mint(&*vault, count)).collect();
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(minting)).collect();
        let slots = threads
            .into_iter()
            .map(|thread| thread.join().expect("minting succeeds"));
        slots.collect::<Vec<Vec<_>>>().concat()
    });
    assert_eq!(slots.len(), 4 * 190);
    assert_different(&slots);
    alive(&*vault, &slots);
}

/// Not even a fetch that has begun before: what it saw must not be remembered.
pub fn no_fetch_brings_a_destroyed_key_back<S: VaultSubject>() {
    let subject = S::create();
    let vault = subject.open();
    let slots = mint(&*vault, 50);
    alive(&*vault, &slots);
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::SeqCst) {
                fetch(&*vault, &slots);
            }
        });
        let _done = SetOnDrop(&done);
        for slot in &slots {
            destroy(&*vault, &[*slot]);
            assert_destroyed(&*vault, &[*slot]);
        }
    });
    assert_destroyed(&*vault, &slots);
}

fn mint(vault: &dyn KeyVault, count: usize) -> Vec<KeySlot> {
    let slots = block_on(vault.mint(count)).expect("the vault mints");
    assert_eq!(slots.len(), count, "as many slots as were asked for");
    slots
}

fn fetch(vault: &dyn KeyVault, slots: &[KeySlot]) -> Keyring {
    block_on(vault.fetch(slots, WHY)).expect("the vault can be reached")
}

fn destroy(vault: &dyn KeyVault, slots: &[KeySlot]) {
    block_on(vault.destroy(slots)).expect("the vault destroys");
}

fn reopen<S: VaultSubject>(subject: &S, vault: Arc<dyn KeyVault>) -> Option<Arc<dyn KeyVault>> {
    drop(vault);
    if S::reopens() {
        return Some(subject.open());
    }
    not_promised("keys outlive its process");
    None
}

/// The keys of these slots, which must all be alive.
fn alive(vault: &dyn KeyVault, slots: &[KeySlot]) -> Vec<[u8; 32]> {
    let ring = fetch(vault, slots);
    let key = |slot: &KeySlot| match ring.key(*slot) {
        Some(key) => *key.expose(),
        None => panic!("{slot} should be alive, and is {:?}", ring.get(*slot)),
    };
    slots.iter().map(key).collect()
}

fn assert_destroyed(vault: &dyn KeyVault, slots: &[KeySlot]) {
    let ring = fetch(vault, slots);
    for slot in slots {
        let state = ring.get(*slot);
        let destroyed = matches!(state, Some(KeyState::Destroyed));
        assert!(destroyed, "{slot} should be destroyed, and is {state:?}");
    }
}

fn assert_unknown(vault: &dyn KeyVault, slots: &[KeySlot]) {
    let ring = fetch(vault, slots);
    for slot in slots {
        let state = ring.get(*slot);
        let unknown = matches!(state, Some(KeyState::Unknown));
        assert!(unknown, "{slot} should be unknown, and is {state:?}");
    }
}

fn assert_different(slots: &[KeySlot]) {
    let different: BTreeSet<_> = slots.iter().collect();
    assert_eq!(different.len(), slots.len(), "a slot was minted twice");
    assert!(!different.contains(&KeySlot(0)), "0 is never a slot");
}

/// Slots that nobody has minted.
fn strange(minted: &[KeySlot]) -> [KeySlot; 4] {
    let last = minted.iter().map(|slot| slot.0).max().unwrap_or(0);
    [0, last + 1, last + 1_000_000, u64::MAX].map(KeySlot)
}
