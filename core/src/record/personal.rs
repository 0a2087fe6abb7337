//! `Personal<T>`: plain where it is decided, sealed everywhere else.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::marker::PhantomData;

use serde::de::DeserializeOwned;
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use zeroize::Zeroizing;

use super::hash::Hash;
use super::seal::{AES_256_GCM, Key, KeyState, Keyring, REMOVED, Unopened};
use crate::ids::KeySlot;

/// Bytes that most bodies and values don't come to.
const EXPECTED: usize = 128;

/// A value about a person, under a slot of the vault.
///
/// Made by [`Personal::new`] it is plain; read back from a record it is sealed, and
/// [`open`](Personal::open) needs the slot's key. Serialising it works only while a commit is being
/// prepared, so that nothing leaks by `serde_json::to_string`:
///
/// ```
/// use kanzlei_core::KeySlot;
/// use kanzlei_core::record::Personal;
///
/// let street = Personal::new(KeySlot(7), "Pilatusstrasse".to_owned());
/// assert!(serde_json::to_string(&street).is_err());
/// assert_eq!(format!("{street:?}"), "Personal(slot 7)");
/// ```
#[derive(Clone)]
pub struct Personal<T>(Inner<T>);

#[derive(Clone)]
enum Inner<T> {
    Plain(KeySlot, T),
    Sealed(Sealed<T>),
}

/// A sealed value by itself: what a view may keep. It opens like a [`Personal`].
#[derive(Clone, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct Sealed<T> {
    slot: KeySlot,
    commitment: Hash,
    cipher: u8,
    bytes: Box<[u8]>,
    #[serde(skip)]
    of: PhantomData<fn() -> T>,
}

impl<T> Personal<T> {
    /// A plain value that will be sealed under `slot` when it is written.
    pub const fn new(slot: KeySlot, value: T) -> Self {
        Self(Inner::Plain(slot, value))
    }

    /// The slot whose key opens this value.
    pub const fn slot(&self) -> KeySlot {
        match &self.0 {
            Inner::Plain(slot, _) => *slot,
            Inner::Sealed(sealed) => sealed.slot,
        }
    }

    /// The sealed value, for a view to keep; `None` before it was written.
    pub const fn sealed(&self) -> Option<&Sealed<T>> {
        match &self.0 {
            Inner::Plain(..) => None,
            Inner::Sealed(sealed) => Some(sealed),
        }
    }
}

impl<T: DeserializeOwned + Clone> Personal<T> {
    /// The value, if the key of its slot is on the ring.
    ///
    /// # Errors
    /// Erased, unknown, not fetched and damaged are different answers.
    pub fn open(&self, keys: &Keyring) -> Result<T, Unopened> {
        match &self.0 {
            Inner::Plain(_, value) => Ok(value.clone()),
            Inner::Sealed(sealed) => sealed.open(keys),
        }
    }
}

impl<T> Sealed<T> {
    pub(super) fn new(slot: KeySlot, commitment: Hash, cipher: u8, bytes: &[u8]) -> Self {
        Self {
            slot,
            commitment,
            cipher,
            bytes: bytes.into(),
            of: PhantomData,
        }
    }

    /// The slot whose key opens this value.
    pub const fn slot(&self) -> KeySlot {
        self.slot
    }

    /// What the content says of this value: SHA-256 of salt and plaintext.
    pub const fn commitment(&self) -> Hash {
        self.commitment
    }

    pub(super) fn plaintext(&self, keys: &Keyring) -> Result<Zeroizing<Vec<u8>>, Unopened> {
        let slot = self.slot;
        match (self.cipher, keys.get(slot)) {
            (REMOVED, _) | (_, Some(KeyState::Destroyed | KeyState::Lost)) => Err(Unopened::Erased),
            (_, None) => Err(Unopened::NotFetched(slot)),
            (_, Some(KeyState::Unknown)) => Err(Unopened::Unknown(slot)),
            (AES_256_GCM, Some(KeyState::Alive(key))) => key
                .open(self.commitment, &self.bytes)
                .ok_or(Unopened::Damaged(slot)),
            (cipher, _) => Err(Unopened::Cipher { slot, cipher }),
        }
    }
}

impl<T: Serialize> Sealed<T> {
    /// Seals a value outside a commit, under the key of `slot`: what a view keeps of its own, such
    /// as the directory. The salt must be random.
    ///
    /// # Errors
    /// If the value can't be serialised, or is larger than the cipher takes.
    pub fn seal(
        slot: KeySlot,
        value: &T,
        key: &Key,
        salt: [u8; 16],
    ) -> Result<Self, PersonalError> {
        CAUSE.set(None);
        let plain = written(value).map(Zeroizing::new);
        let plain = plain.map_err(|error| failed(&error))?;
        let sealed = key.seal(salt, &plain);
        let (commitment, bytes) =
            sealed.ok_or_else(|| PersonalError("the value is too large".to_owned()))?;
        Ok(Self::new(slot, commitment, AES_256_GCM, &bytes))
    }
}

impl<T: DeserializeOwned> Sealed<T> {
    /// The value, if the key of its slot is on the ring.
    ///
    /// # Errors
    /// Erased, unknown, not fetched and damaged are different answers.
    pub fn open(&self, keys: &Keyring) -> Result<T, Unopened> {
        let plain = self.plaintext(keys)?;
        match postcard::take_from_bytes(&plain) {
            Ok((value, [])) => Ok(value),
            _ => Err(Unopened::Damaged(self.slot)),
        }
    }
}

impl<T> fmt::Debug for Personal<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Personal({})", self.slot())
    }
}

impl<T> fmt::Debug for Sealed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealed({})", self.slot)
    }
}

/// A personal value of an event that is being written.
pub struct PlainValue {
    /// The slot to seal it under.
    pub slot: KeySlot,
    /// Its postcard bytes.
    pub plain: Zeroizing<Vec<u8>>,
}

impl fmt::Debug for PlainValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PlainValue({}, {} bytes)", self.slot, self.plain.len())
    }
}

/// An event's body with its personal values taken out.
#[derive(Debug, Default)]
pub struct Encoded {
    /// Postcard, with an index where a personal value stood.
    pub body: Vec<u8>,
    /// The values, in the order of their indices.
    pub values: Vec<PlainValue>,
}

/// A body that can't be written or read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct PersonalError(String);

impl PersonalError {
    /// Something else failed while an event was written or read.
    pub(crate) fn because(cause: impl fmt::Display) -> Self {
        Self(cause.to_string())
    }

    /// A case's own state was made by other rules than those it is folded with.
    pub(crate) fn wrong_rules() -> Self {
        Self("the case's own state belongs to other rules".to_owned())
    }
}

thread_local! {
    // Serde has no way to hand a context to `Serialize`; the scope lives only inside `encode`.
    static WRITING: RefCell<Option<Vec<PlainValue>>> = const { RefCell::new(None) };
    static READING: RefCell<Option<Vec<Sealed<()>>>> = const { RefCell::new(None) };
    // Postcard drops the text of a custom error. It is cleared before each event, and a cell without
    // anything to drop costs a store.
    static CAUSE: Cell<Option<Cause>> = const { Cell::new(None) };
}

/// Why a personal value was refused.
#[derive(Debug, Clone, Copy, thiserror::Error)]
enum Cause {
    #[error("a sealed value can't be written again; open it first")]
    IsSealed,
    #[error("a personal value is written only inside a commit")]
    OutsideCommit,
    #[error("too many personal values")]
    TooMany,
    #[error("the event has no personal value {0}")]
    NotThere(u32),
}

/// Puts a scope in place and takes it away again, also when unwinding.
struct Scope<T: 'static>(&'static std::thread::LocalKey<RefCell<Option<T>>>);

impl<T> Scope<T> {
    fn enter(key: &'static std::thread::LocalKey<RefCell<Option<T>>>, value: T) -> Self {
        key.set(Some(value));
        Self(key)
    }

    fn leave(self) -> Option<T> {
        self.0.take()
    }
}

impl<T> Drop for Scope<T> {
    fn drop(&mut self) {
        self.0.set(None);
    }
}

/// The bytes of a value, in memory that mostly needn't grow: growing costs more than writing, and leaves a
/// copy behind.
fn written<T: Serialize>(value: &T) -> postcard::Result<Vec<u8>> {
    postcard::to_extend(value, Vec::with_capacity(EXPECTED))
}

fn failed<E>(error: &E) -> PersonalError
where
    E: fmt::Display,
{
    let cause = CAUSE.take().map(|cause| cause.to_string());
    PersonalError(cause.unwrap_or_else(|| error.to_string()))
}

/// Writes an event's body, taking its personal values out.
///
/// # Errors
/// If the event can't be serialised, above all if it holds a value that is already sealed: what is
/// passed on is opened and sealed anew.
pub fn encode<T: Serialize>(event: &T) -> Result<Encoded, PersonalError> {
    CAUSE.set(None);
    let scope = Scope::enter(&WRITING, Vec::new());
    let body = written(event).map_err(|error| failed(&error))?;
    let values = scope.leave().unwrap_or_default();
    Ok(Encoded { body, values })
}

/// Reads an event's body, putting its sealed values in.
pub(crate) fn decode<T: DeserializeOwned>(
    body: &[u8],
    values: Vec<Sealed<()>>,
) -> Result<T, PersonalError> {
    CAUSE.set(None);
    let _scope = (!values.is_empty()).then(|| Scope::enter(&READING, values));
    match postcard::take_from_bytes(body) {
        Ok((event, [])) => Ok(event),
        Ok((_, rest)) => Err(PersonalError(format!("{} surplus bytes", rest.len()))),
        Err(error) => Err(failed(&error)),
    }
}

/// The error of serde's kind, which leaves its cause behind for [`failed`].
fn refuse(cause: Cause) -> Cause {
    CAUSE.set(Some(cause));
    cause
}

impl<T: Serialize> Serialize for Personal<T> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let Inner::Plain(slot, value) = &self.0 else {
            return Err(S::Error::custom(refuse(Cause::IsSealed)));
        };
        if WRITING.with_borrow(Option::is_none) {
            return Err(S::Error::custom(refuse(Cause::OutsideCommit)));
        }
        // A personal value inside this one would lose its place: without a scope it is refused.
        let outer = WRITING.take();
        let plain = written(value).map(Zeroizing::new);
        WRITING.set(outer);
        let plain = plain.map_err(S::Error::custom)?;
        let index = WRITING.with_borrow_mut(|scope| {
            let values = scope.as_mut()?;
            values.push(PlainValue { slot: *slot, plain });
            u32::try_from(values.len() - 1).ok()
        });
        index
            .ok_or_else(|| S::Error::custom(refuse(Cause::TooMany)))
            .and_then(|index| to.serialize_u32(index))
    }
}

impl<'de, T> Deserialize<'de> for Personal<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        use serde::de::Error;
        let index = u32::deserialize(from)?;
        let sealed = READING.with_borrow(|scope| {
            let values = scope.as_ref()?;
            values.get(usize::try_from(index).ok()?).cloned()
        });
        let Some(value) = sealed else {
            return Err(D::Error::custom(refuse(Cause::NotThere(index))));
        };
        Ok(Self(Inner::Sealed(Sealed {
            slot: value.slot,
            commitment: value.commitment,
            cipher: value.cipher,
            bytes: value.bytes,
            of: PhantomData,
        })))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Serialize, Deserialize)]
    struct Moved {
        persons: u8,
        from: Personal<String>,
        to: Personal<String>,
    }

    fn moved() -> Moved {
        Moved {
            persons: 2,
            from: Personal::new(KeySlot(1), "Kriens".to_owned()),
            to: Personal::new(KeySlot(2), "Horw".to_owned()),
        }
    }

    #[test]
    fn an_event_is_written_with_indices_in_place_of_its_values() {
        let encoded = encode(&moved()).unwrap();
        assert_eq!(encoded.body, [2, 0, 1]);
        let slots: Vec<KeySlot> = encoded.values.iter().map(|value| value.slot).collect();
        assert_eq!(slots, [KeySlot(1), KeySlot(2)]);
        assert_eq!(encoded.values[0].plain.as_slice(), b"\x06Kriens");
        assert!(!format!("{encoded:?}").contains("Kriens"));
    }

    #[test]
    fn outside_a_commit_nothing_is_written_and_nothing_nested() {
        assert!(postcard::to_stdvec(&moved()).is_err());
        assert!(serde_json::to_string(&moved()).is_err());
        let nested = Personal::new(KeySlot(1), moved());
        let error = encode(&nested).unwrap_err();
        assert_eq!(
            error.to_string(),
            "a personal value is written only inside a commit"
        );
        assert!(
            encode(&moved()).is_ok(),
            "the scope is gone after a failure"
        );
    }

    #[test]
    fn what_is_sealed_outside_a_commit_opens_like_the_rest() {
        let key = Key::from_bytes([7; 32]);
        let text = "Horw".to_owned();
        let sealed = Sealed::seal(KeySlot(3), &text, &key, [1; 16]).unwrap();
        assert_eq!(sealed.commitment(), Hash::of(&[&[1; 16], b"\x04Horw"]));
        let ring = Keyring::from_iter([(KeySlot(3), KeyState::Alive(key.clone()))]);
        assert_eq!(sealed.open(&ring), Ok(text));
        let ring = Keyring::from_iter([(KeySlot(3), KeyState::Destroyed)]);
        assert_eq!(sealed.open(&ring), Err(Unopened::Erased));
        let nested = Personal::new(KeySlot(1), 1_u8);
        assert!(Sealed::seal(KeySlot(3), &nested, &key, [1; 16]).is_err());
    }

    #[test]
    fn a_sealed_value_is_not_written_again_and_surplus_bytes_are_refused() {
        let sealed = |slot| Sealed::new(KeySlot(slot), Hash::ZERO, AES_256_GCM, b"");
        let read: Moved = decode(&[2, 0, 1], vec![sealed(1), sealed(2)]).unwrap();
        assert_eq!(read.to.slot(), KeySlot(2));
        let error = encode(&read).map(|_| ()).unwrap_err();
        assert!(error.to_string().contains("open it first"), "{error}");
        let error = decode::<Moved>(&[2, 0, 7], vec![sealed(1)])
            .map(|_| ())
            .unwrap_err();
        assert_eq!(error.to_string(), "the event has no personal value 7");
        assert!(decode::<u8>(&[2, 0], Vec::new()).is_err());
        assert!(decode::<Moved>(&[2, 0, 1], Vec::new()).is_err());
    }
}
