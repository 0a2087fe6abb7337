//! Bearer tokens: the `Authorization` header of programs.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use kanzlei_core::Timestamp;
use kanzlei_core::ports::{Clock, KeyVault};
use kanzlei_core::record::Hash;

use super::revocations::{Revocable, Revocations};
use super::tokens::{For, Issuers};
use crate::http::{NotSignedIn, SignIn, Viewer};

/// So many tokens are remembered in two halves, so that a program that asks much isn't checked
/// anew at each request: a signature takes longer than most answers.
const REMEMBERED_MAX: usize = 4_096;
/// So long, in microseconds: a key that its issuer has taken back doesn't hold for much longer.
const REMEMBERED_FOR: i64 = 60_000_000;

/// Signs in who sends a bearer token of an issuer that is trusted.
pub struct Bearer {
    pub(super) issuers: Arc<Issuers>,
    pub(super) revocations: Arc<Revocations>,
    pub(super) vault: Arc<dyn KeyVault>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) remembered: Mutex<Remembered>,
}

/// Tokens that were found good of late: the younger and the older half.
#[derive(Default)]
pub(super) struct Remembered([HashMap<Hash, Good>; 2]);

#[derive(Clone)]
struct Good {
    viewer: Viewer,
    revocable: Revocable,
    until: Timestamp,
}

impl Bearer {
    fn remembered(&self) -> MutexGuard<'_, Remembered> {
        self.remembered
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    async fn checked(&self, token: &str) -> Result<Good, NotSignedIn> {
        let hash = Hash::of(&[token.as_bytes()]);
        let now = self.clock.now();
        if let Some(good) = self.remembered().get(&hash, now) {
            return Ok(good);
        }
        let verified = self.issuers.verify(token, For::Interface).await?;
        let issuer = &verified.issuer.settings;
        let (vault, until) = (self.vault.as_ref(), Some(verified.expires));
        let viewer = issuer.viewer(&verified.claims, vault, until).await?;
        let good = Good {
            viewer,
            revocable: verified.revocable(),
            until: verified.expires.min(now.plus_micros(REMEMBERED_FOR)),
        };
        self.remembered().put(hash, good.clone());
        Ok(good)
    }
}

#[async_trait]
impl SignIn for Bearer {
    async fn viewer(&self, request: &Parts) -> Result<Option<Viewer>, NotSignedIn> {
        let mut sent = request.headers.get_all(AUTHORIZATION).iter();
        let Some(first) = sent.next() else {
            return Ok(None);
        };
        if sent.next().is_some() {
            return Err(NotSignedIn::Forged("there are several of them"));
        }
        let token = first.to_str().ok().and_then(bearer);
        let token = token.ok_or(NotSignedIn::Forged("it isn't “Bearer” and a token"))?;
        let good = self.checked(token).await?;
        if self.revocations.has(&good.revocable) {
            return Err(NotSignedIn::Revoked);
        }
        Ok(Some(good.viewer))
    }
}

/// The token in the header.
fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    let token = token.trim_start_matches(' ');
    let right = scheme.eq_ignore_ascii_case("bearer") && !token.is_empty();
    right.then_some(token)
}

impl Remembered {
    fn get(&self, hash: &Hash, now: Timestamp) -> Option<Good> {
        let found = self.0.iter().find_map(|half| half.get(hash))?;
        (found.until > now).then(|| found.clone())
    }

    fn put(&mut self, hash: Hash, good: Good) {
        let [young, old] = &mut self.0;
        if young.len() >= REMEMBERED_MAX / 2 {
            *old = std::mem::take(young);
        }
        young.insert(hash, good);
    }
}

/// Without who sent them.
impl std::fmt::Debug for Bearer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Bearer").finish_non_exhaustive()
    }
}
