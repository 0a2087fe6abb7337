//! Sign-ins that were taken back before they expire: one token, one session at an issuer, or all
//! that somebody has had so far.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use kanzlei_core::Timestamp;
use kanzlei_core::ports::Clock;
use serde_json::Value;
use tokio::sync::Mutex;

use super::claims::{Claims, find};
use super::settings::IssuerSettings;
use super::shelf::{Shelf, ShelfError, ShelfKey};
use super::tokens::seconds;

/// So many are kept at a time. Each goes when what it takes back would have expired.
const REVOCATIONS_MAX: usize = 20_000;
/// What an entry takes on the shelf: key, until when, and since when.
const ENTRY_BYTES: usize = 32;

/// By what a sign-in can be taken back.
#[derive(Clone)]
pub struct Revocable {
    token: Option<ShelfKey>,
    session: Option<ShelfKey>,
    /// As the settings name it, and as the issuer itself does.
    subjects: [Option<ShelfKey>; 2],
    /// When it was given.
    issued: Timestamp,
}

impl Revocable {
    pub(super) fn of(issuer: &IssuerSettings, claims: &Claims) -> Self {
        let text = |path: &str| find(claims, path).and_then(Value::as_str);
        let key = |kind: &str, id: Option<&str>| Some(key_of(kind, &issuer.issuer, id?));
        let given = claims.get("iat").and_then(seconds).unwrap_or(0);
        Self {
            token: key("token", text("jti")),
            session: key("session", text("sid")),
            subjects: [
                key("subject", text(&issuer.claims.subject)),
                key("sub", text("sub")),
            ],
            issued: Timestamp::from_micros(given.saturating_mul(1_000_000)),
        }
    }
}

/// The lengths keep apart what would be the same written one after the other.
fn key_of(kind: &str, issuer: &str, id: &str) -> ShelfKey {
    let mut of = (issuer.len() as u64).to_le_bytes().to_vec();
    of.extend(issuer.as_bytes());
    of.extend(id.as_bytes());
    ShelfKey::of(kind, &of)
}

/// What is to be taken back.
#[derive(Debug, Clone, Copy)]
pub enum Revoked<'a> {
    /// A token, by its `jti`.
    Token(&'a str),
    /// All tokens and sign-ins of a session at the issuer, by its `sid`.
    Session(&'a str),
    /// All that somebody has had so far, by the claim that the settings name; they may sign in again.
    Subject(&'a str),
    /// The same by their `sub`, which is how issuers speak of them among themselves, whatever claim
    /// the settings name.
    Sub(&'a str),
}

#[derive(Clone, Copy)]
struct Entry {
    until: Timestamp,
    since: Timestamp,
}

/// Which sign-ins were taken back. All in memory, and on a shelf for the next start.
pub struct Revocations {
    shelf: Arc<dyn Shelf>,
    clock: Arc<dyn Clock>,
    entries: RwLock<HashMap<ShelfKey, Entry>>,
    /// Whoever writes to the shelf holds it.
    writing: Mutex<()>,
}

impl Revocations {
    /// Those that are on the shelf.
    ///
    /// # Errors
    /// If the shelf can't be read.
    pub async fn open(shelf: Arc<dyn Shelf>, clock: Arc<dyn Clock>) -> Result<Self, ShelfError> {
        let kept = shelf.get(place()).await?.unwrap_or_default();
        let (kept, _) = kept.as_chunks::<ENTRY_BYTES>();
        let entries = kept.iter().map(read).collect();
        Ok(Self {
            shelf,
            clock,
            entries: RwLock::new(entries),
            writing: Mutex::default(),
        })
    }

    /// Takes back what this issuer has given. `until` is when the last of it would have expired.
    /// It holds when this returns, and on the shelf.
    ///
    /// # Errors
    /// If it isn't on the shelf; it holds until the program ends.
    pub async fn revoke(
        &self,
        issuer: &str,
        what: Revoked<'_>,
        until: Timestamp,
    ) -> Result<(), ShelfError> {
        let key = match what {
            Revoked::Token(id) => key_of("token", issuer, id),
            Revoked::Session(id) => key_of("session", issuer, id),
            Revoked::Subject(id) => key_of("subject", issuer, id),
            Revoked::Sub(id) => key_of("sub", issuer, id),
        };
        self.add(&[key], until).await
    }

    /// Takes back this sign-in, and with it all of its session at the issuer.
    pub(super) async fn end(
        &self,
        sign_in: &Revocable,
        until: Timestamp,
    ) -> Result<(), ShelfError> {
        let keys: Vec<_> = [sign_in.token, sign_in.session]
            .into_iter()
            .flatten()
            .collect();
        self.add(&keys, until).await
    }

    async fn add(&self, keys: &[ShelfKey], until: Timestamp) -> Result<(), ShelfError> {
        let _writing = self.writing.lock().await;
        let now = self.clock.now();
        let (bytes, last) = {
            let mut entries = self.entries.write().unwrap_or_else(PoisonError::into_inner);
            entries.retain(|_, entry| entry.until > now);
            for key in keys {
                entries.insert(*key, Entry { until, since: now });
            }
            if entries.len() > REVOCATIONS_MAX {
                let what = format!("more than {REVOCATIONS_MAX} are revoked at a time");
                return Err(ShelfError(what));
            }
            let last = entries.values().map(|entry| entry.until).max();
            let bytes: Vec<u8> = entries.iter().flat_map(write).collect();
            (bytes, last.unwrap_or(until))
        };
        self.shelf.put(place(), last, &bytes).await
    }

    /// Whether a sign-in was taken back.
    pub(super) fn has(&self, sign_in: &Revocable) -> bool {
        let entries = self.entries.read().unwrap_or_else(PoisonError::into_inner);
        let now = self.clock.now();
        let current = |key: Option<ShelfKey>| {
            let entry = key.and_then(|key| entries.get(&key));
            entry.filter(|entry| entry.until > now)
        };
        let given_before = |entry: &Entry| sign_in.issued <= entry.since;
        current(sign_in.token).is_some()
            || current(sign_in.session).is_some()
            || sign_in
                .subjects
                .into_iter()
                .filter_map(current)
                .any(given_before)
    }
}

fn place() -> ShelfKey {
    ShelfKey::of("revocations", &[])
}

fn write((key, entry): (&ShelfKey, &Entry)) -> Vec<u8> {
    let (until, since) = (entry.until.micros(), entry.since.micros());
    [
        key.as_bytes().as_slice(),
        &until.to_le_bytes(),
        &since.to_le_bytes(),
    ]
    .concat()
}

fn read(bytes: &[u8; ENTRY_BYTES]) -> (ShelfKey, Entry) {
    let mut key = [0; 16];
    let (mut until, mut since) = ([0; 8], [0; 8]);
    let all = key.iter_mut().chain(&mut until).chain(&mut since);
    all.zip(bytes).for_each(|(to, from)| *to = *from);
    let moment = |bytes| Timestamp::from_micros(i64::from_le_bytes(bytes));
    let entry = Entry {
        until: moment(until),
        since: moment(since),
    };
    (ShelfKey::from_bytes(key), entry)
}
