//! What an issuer says of itself: its addresses, and the keys with which it signs. Fetched when
//! needed, kept, and fetched anew when a token names a key that isn't known.
//!
//! ```text
//!   age of what is known     known keys and addresses    a key that isn't
//!   up to FRESH              used                        fetched anew, once a minute at most
//!   up to USABLE             one asks, others use it     the same
//!   older                    not without a new answer    the same
//! ```

use std::sync::{Arc, PoisonError, RwLock};

use jsonwebtoken::jwk::{AlgorithmParameters, Jwk, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey};
use kanzlei_core::Timestamp;
use kanzlei_core::ports::Clock;
use reqwest::Url;
use serde::Deserialize;
use serde_json::Value;
use tokio::sync::{Mutex, MutexGuard};

use super::address::may_name;
use super::fetch::{FetchError, Fetcher};
use crate::http::NotSignedIn;

const SECOND: i64 = 1_000_000;
/// So long what is known is used without asking.
const FRESH: i64 = 15 * 60 * SECOND;
/// So long it is used while the issuer doesn't answer. After that, who took a key back must be heard.
const USABLE: i64 = 24 * 60 * 60 * SECOND;
/// The time between two questions: tokens with made-up keys don't make us a burden.
const BETWEEN: i64 = 60 * SECOND;
/// The same as long as nothing is known at all.
const BETWEEN_AT_FIRST: i64 = 2 * SECOND;
/// More keys than any issuer has.
const KEYS_MAX: usize = 64;

/// Where an issuer is spoken to.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Addresses {
    issuer: String,
    jwks_uri: Url,
    pub(super) authorization_endpoint: Option<Url>,
    pub(super) token_endpoint: Option<Url>,
    pub(super) end_session_endpoint: Option<Url>,
}

/// What is known of an issuer.
pub(super) struct Known {
    pub(super) addresses: Addresses,
    keys: Vec<(Jwk, DecodingKey)>,
    fetched: Timestamp,
}

/// What an issuer says of itself, kept.
pub(super) struct Source {
    issuer: String,
    fetcher: Fetcher,
    clock: Arc<dyn Clock>,
    known: RwLock<Option<Arc<Known>>>,
    /// When it was last asked. Whoever holds it asks; the others wait, and ask no more.
    asked: Mutex<Option<Timestamp>>,
}

impl Source {
    pub(super) fn new(issuer: &str, fetcher: Fetcher, clock: Arc<dyn Clock>) -> Self {
        Self {
            issuer: issuer.to_owned(),
            fetcher,
            clock,
            known: RwLock::default(),
            asked: Mutex::default(),
        }
    }

    /// The key with which a token says that it was signed.
    pub(super) async fn key(
        &self,
        kid: Option<&str>,
        algorithm: Algorithm,
    ) -> Result<DecodingKey, NotSignedIn> {
        let known = self.known();
        let found = known.as_ref().and_then(|known| known.key(kid, algorithm));
        let usable = known.as_ref().is_some_and(|known| self.is_usable(known));
        let newer = self.newer(known.as_ref(), found.is_some()).await;
        match (newer, found) {
            (Some(newer), _) => {
                let key = newer.key(kid, algorithm);
                key.ok_or(NotSignedIn::Forged("its issuer has no such key"))
            }
            (None, Some(key)) if usable => Ok(key),
            (None, None) if usable => Err(NotSignedIn::Forged("its issuer has no such key")),
            (None, _) => Err(NotSignedIn::Unavailable),
        }
    }

    /// Where the issuer is spoken to.
    pub(super) async fn addresses(&self) -> Result<Addresses, NotSignedIn> {
        let known = self.known();
        let newer = self.newer(known.as_ref(), true).await;
        let known = newer.or_else(|| known.filter(|known| self.is_usable(known)));
        let known = known.ok_or(NotSignedIn::Unavailable)?;
        Ok(known.addresses.clone())
    }

    fn known(&self) -> Option<Arc<Known>> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.clone()
    }

    /// What the issuer says where it is asked anew, as the table above has it. `found` says whether what is looked for
    /// is among what is known.
    async fn newer(&self, known: Option<&Arc<Known>>, found: bool) -> Option<Arc<Known>> {
        match known.map(|known| self.since(known.fetched)) {
            Some(age) if found && age < FRESH => None,
            Some(age) if found && age < USABLE => match self.asked.try_lock() {
                Ok(asked) => self.ask(asked, known).await,
                // Somebody is asking already.
                Err(_) => None,
            },
            _ => self.ask(self.asked.lock().await, known).await,
        }
    }

    fn is_usable(&self, known: &Known) -> bool {
        self.since(known.fetched) < USABLE
    }

    /// Microseconds; 0 for a moment to come, since the clock may go back.
    fn since(&self, moment: Timestamp) -> i64 {
        let since = self.clock.now().micros().saturating_sub(moment.micros());
        since.max(0)
    }

    /// Asks the issuer, unless somebody has got an answer since the asker looked, or it was asked
    /// a moment ago.
    async fn ask(
        &self,
        mut asked: MutexGuard<'_, Option<Timestamp>>,
        seen: Option<&Arc<Known>>,
    ) -> Option<Arc<Known>> {
        let current = self.known();
        let moment = |known: &Arc<Known>| known.fetched;
        if let Some(current) = current.clone()
            && seen.map(moment) != Some(current.fetched)
        {
            return Some(current);
        }
        let between = if current.is_some() {
            BETWEEN
        } else {
            BETWEEN_AT_FIRST
        };
        let now = self.clock.now();
        // A moment to come: the clock has gone back.
        let lately = |at: Timestamp| (0..between).contains(&(now.micros() - at.micros()));
        if asked.is_some_and(lately) {
            return None;
        }
        *asked = Some(now);
        match self.fetch(now).await {
            Ok(known) => {
                let known = Arc::new(known);
                let mut place = self.known.write().unwrap_or_else(PoisonError::into_inner);
                *place = Some(Arc::clone(&known));
                Some(known)
            }
            Err(error) => {
                tracing::warn!(issuer = self.issuer, %error, "an issuer says nothing of itself");
                None
            }
        }
    }

    async fn fetch(&self, now: Timestamp) -> Result<Known, FetchError> {
        let place = format!(
            "{}/.well-known/openid-configuration",
            self.issuer.trim_end_matches('/')
        );
        let place = Url::parse(&place).map_err(|error| FetchError::Wrong(error.to_string()))?;
        let addresses: Addresses = self.fetcher.get(&place).await?;
        if addresses.issuer != self.issuer {
            let what = format!("it calls itself {}", addresses.issuer);
            return Err(FetchError::Wrong(what));
        }
        let optional = [
            &addresses.authorization_endpoint,
            &addresses.token_endpoint,
            &addresses.end_session_endpoint,
        ];
        for url in optional.into_iter().flatten().chain([&addresses.jwks_uri]) {
            if !may_name(&place, url) {
                return Err(FetchError::Named(url.clone()));
            }
        }
        let keys: KeySet = self.fetcher.get(&addresses.jwks_uri).await?;
        Ok(Known {
            addresses,
            keys: keys.usable(),
            fetched: now,
        })
    }
}

/// A set in which a key of a kind that isn't known here doesn't hide the others.
#[derive(Deserialize)]
struct KeySet {
    keys: Vec<Value>,
}

impl KeySet {
    fn usable(self) -> Vec<(Jwk, DecodingKey)> {
        let keys = self.keys.into_iter().take(KEYS_MAX);
        let keys = keys.filter_map(|key| serde_json::from_value::<Jwk>(key).ok());
        let public = keys.filter(|key| {
            let secret = matches!(key.algorithm, AlgorithmParameters::OctetKey(_));
            let signs = key.common.public_key_use.as_ref();
            !secret && signs.is_none_or(|signs| *signs == PublicKeyUse::Signature)
        });
        let keys = public.filter_map(|jwk| {
            let key = DecodingKey::from_jwk(&jwk).ok()?;
            Some((jwk, key))
        });
        keys.collect()
    }
}

impl Known {
    /// The key of this name. Without a name it is the only one that there is for the algorithm.
    fn key(&self, kid: Option<&str>, algorithm: Algorithm) -> Option<DecodingKey> {
        let fits = |(jwk, key): &&(Jwk, DecodingKey)| {
            let named = kid.is_none_or(|kid| jwk.common.key_id.as_deref() == Some(kid));
            let meant = jwk.common.key_algorithm.as_ref();
            let meant = meant.is_none_or(|meant| meant.to_string() == format!("{algorithm:?}"));
            named && meant && key.family() == algorithm.family()
        };
        let mut fitting = self.keys.iter().filter(fits);
        let (_, key) = fitting.next()?;
        (kid.is_some() || fitting.next().is_none()).then(|| key.clone())
    }
}
