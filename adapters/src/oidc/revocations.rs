//! Sign-ins that were taken back before they expire: one token, one session at an issuer, or all
//! that somebody has had so far.
//!
//! In memory they are found by their keys. On the shelf they stand on pages, of which the last alone is
//! written anew with each, so that taking one back costs the same however many there are. An entry of the
//! shelf says which pages there are; one goes when the last that stands on it would have expired.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, PoisonError, RwLock};

use kanzlei_core::Timestamp;
use kanzlei_core::ports::Clock;
use serde_json::Value;
use tokio::sync::Mutex;

use super::claims::seconds;
use super::claims::{Claims, find};
use super::settings::IssuerSettings;
use super::shelf::{Shelf, ShelfError, ShelfKey};

/// What an entry takes on the shelf: key, until when, and since when.
const ENTRY_BYTES: usize = 32;
/// What stands on a page: little enough to be written with each.
const PAGE_BYTES: usize = 128 * ENTRY_BYTES;
/// So many pages are kept at a time: half a million that were taken back within the time for which
/// sign-ins hold. Further ones are refused.
const PAGES_MAX: usize = 4_096;
/// With fewer entries nothing is gained by looking for expired ones.
const ENTRIES_FEW: usize = 1_024;

/// By what a sign-in can be taken back.
#[derive(Clone)]
pub struct Revocable {
    token: Option<ShelfKey>,
    session: Option<ShelfKey>,
    /// As the settings name it, and as the issuer itself does.
    subjects: [Option<ShelfKey>; 2],
    /// When it was given, by the issuer's clock.
    pub(super) issued: Timestamp,
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
    /// All tokens and sign-ins so far of a session at the issuer, by its `sid`. The issuer may keep the session
    /// after a sign-out: what it gives there later holds.
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
    entries: RwLock<Entries>,
    /// Whoever writes to the shelf holds it.
    pages: Mutex<Pages>,
}

#[derive(Default)]
struct Entries {
    by_key: HashMap<ShelfKey, Entry>,
    /// With so many the expired ones are looked for: twice what was left the last time.
    many: usize,
}

impl Entries {
    fn insert(&mut self, key: ShelfKey, mut entry: Entry, now: Timestamp) {
        if self.by_key.len() >= self.many {
            self.by_key.retain(|_, entry| entry.until > now);
            self.many = (2 * self.by_key.len()).max(ENTRIES_FEW);
        }
        // A session may be taken back more than once, and what was given before each time stays over.
        if let Some(before) = self.by_key.get(&key) {
            entry.until = entry.until.max(before.until);
            entry.since = entry.since.max(before.since);
        }
        self.by_key.insert(key, entry);
    }
}

/// The pages on the shelf.
#[derive(Default)]
struct Pages {
    /// The number of the first that there is.
    first: u64,
    /// Until when each is needed, the last one too.
    until: VecDeque<Timestamp>,
    /// What stands on the last.
    last: Vec<u8>,
}

impl Pages {
    fn next(&self) -> u64 {
        self.first + self.until.len() as u64
    }

    /// Takes the pages off the front that nobody needs.
    fn forget(&mut self, now: Timestamp) {
        // The last one is being written.
        while self.until.len() > 1 && self.until.front().is_some_and(|until| *until <= now) {
            self.until.pop_front();
            self.first += 1;
        }
    }
}

impl Revocations {
    /// Those that are on the shelf.
    ///
    /// # Errors
    /// If the shelf can't be read.
    pub async fn open(shelf: Arc<dyn Shelf>, clock: Arc<dyn Clock>) -> Result<Self, ShelfError> {
        let (mut pages, mut entries) = (Pages::default(), Entries::default());
        let now = clock.now();
        let there = shelf.get(contents()).await?.unwrap_or_default();
        let (numbers, _) = there.as_chunks::<8>();
        if let [first, next] = numbers {
            pages.first = u64::from_le_bytes(*first);
            let many = u64::from_le_bytes(*next).saturating_sub(pages.first);
            let many = usize::try_from(many).unwrap_or(PAGES_MAX).min(PAGES_MAX);
            for number in (pages.first..).take(many) {
                // One that isn't there has expired, or was never written.
                pages.last = shelf.get(page(number)).await?.unwrap_or_default();
                let (kept, _) = pages.last.as_chunks::<ENTRY_BYTES>();
                let mut needed = Timestamp::from_micros(0);
                for (key, entry) in kept.iter().map(read) {
                    needed = needed.max(entry.until);
                    entries.insert(key, entry, now);
                }
                pages.until.push_back(needed);
            }
        }
        Ok(Self {
            shelf,
            clock,
            entries: RwLock::new(entries),
            pages: Mutex::new(pages),
        })
    }

    /// Takes back what this issuer has given so far. `until` is when the last of it would have expired.
    /// It holds when this returns, and on the shelf.
    ///
    /// # Errors
    /// If it isn't on the shelf, because that doesn't work or too many are taken back at a time. It holds
    /// until the program ends.
    pub async fn revoke(
        &self,
        issuer: &str,
        what: Revoked<'_>,
        until: Timestamp,
    ) -> Result<(), ShelfError> {
        let so_far = Timestamp::from_micros(0);
        self.revoke_given(issuer, what, so_far, until).await
    }

    /// The same, and what was given until a moment by the issuer's own clock, which may be ahead.
    pub(super) async fn revoke_given(
        &self,
        issuer: &str,
        what: Revoked<'_>,
        before: Timestamp,
        until: Timestamp,
    ) -> Result<(), ShelfError> {
        let key = match what {
            Revoked::Token(id) => key_of("token", issuer, id),
            Revoked::Session(id) => key_of("session", issuer, id),
            Revoked::Subject(id) => key_of("subject", issuer, id),
            Revoked::Sub(id) => key_of("sub", issuer, id),
        };
        self.add(&[key], before, until).await
    }

    /// Takes back this sign-in, and with it all so far of its session at the issuer.
    pub(super) async fn end(
        &self,
        sign_in: &Revocable,
        until: Timestamp,
    ) -> Result<(), ShelfError> {
        let keys: Vec<_> = [sign_in.token, sign_in.session]
            .into_iter()
            .flatten()
            .collect();
        self.add(&keys, sign_in.issued, until).await
    }

    async fn add(
        &self,
        keys: &[ShelfKey],
        before: Timestamp,
        until: Timestamp,
    ) -> Result<(), ShelfError> {
        let mut pages = self.pages.lock().await;
        let now = self.clock.now();
        let since = now.max(before);
        let entry = Entry { until, since };
        {
            let mut entries = self.entries.write().unwrap_or_else(PoisonError::into_inner);
            for key in keys {
                entries.insert(*key, entry, now);
            }
        }
        if pages.until.is_empty() || pages.last.len() >= PAGE_BYTES {
            self.begin_page(&mut pages, now).await?;
        }
        pages
            .last
            .extend(keys.iter().flat_map(|key| write(key, &entry)));
        let needed = pages.until.back_mut().map(|needed| {
            *needed = until.max(*needed);
            *needed
        });
        let number = pages.next() - 1;
        let put = self
            .shelf
            .put(page(number), needed.unwrap_or(until), &pages.last);
        put.await
    }

    /// Notes that there is one more page, before anything stands on it.
    async fn begin_page(&self, pages: &mut Pages, now: Timestamp) -> Result<(), ShelfError> {
        pages.forget(now);
        if pages.until.len() >= PAGES_MAX {
            let most = PAGES_MAX * PAGE_BYTES / ENTRY_BYTES;
            let what = format!("{most} were taken back within the time for which sign-ins hold");
            return Err(ShelfError(what));
        }
        let numbers = [pages.first, pages.next() + 1].map(u64::to_le_bytes);
        let always = Timestamp::from_micros(i64::MAX);
        self.shelf
            .put(contents(), always, numbers.as_flattened())
            .await?;
        pages.until.push_back(now);
        pages.last.clear();
        Ok(())
    }

    /// Whether a sign-in was taken back.
    pub(super) fn has(&self, sign_in: &Revocable) -> bool {
        let entries = self.entries.read().unwrap_or_else(PoisonError::into_inner);
        let now = self.clock.now();
        let current = |key: Option<ShelfKey>| {
            let entry = key.and_then(|key| entries.by_key.get(&key));
            entry.filter(|entry| entry.until > now)
        };
        let given_before = |entry: &Entry| sign_in.issued <= entry.since;
        let [by_settings, by_issuer] = sign_in.subjects;
        let lasting = [sign_in.session, by_settings, by_issuer].into_iter();
        current(sign_in.token).is_some() || lasting.filter_map(current).any(given_before)
    }
}

/// Where it stands which pages there are.
fn contents() -> ShelfKey {
    ShelfKey::of("revocations", b"contents")
}

fn page(number: u64) -> ShelfKey {
    ShelfKey::of("revocations", &number.to_le_bytes())
}

fn write(key: &ShelfKey, entry: &Entry) -> Vec<u8> {
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
