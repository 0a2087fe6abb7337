//! Who is signed in in which browser. The cookie has a secret, the shelf what the issuer said, under
//! a hash of the secret.

use std::sync::Arc;

use kanzlei_core::Timestamp;
use kanzlei_core::ports::{Clock, Entropy};
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;

use super::claims::Claims;
use super::cookies::{hex, unhex};
use super::settings::BrowserSettings;
use super::shelf::{Shelf, ShelfKey};
use crate::http::NotSignedIn;

/// The bytes of a session's secret.
const SECRET_BYTES: usize = 32;
const MINUTE: i64 = 60_000_000;
/// A request that comes this part of the idle time after the last is noted, so that not each one
/// is written.
const NOTED_AFTER: i64 = 10;

/// Somebody who signed in.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Session {
    pub(super) issuer: String,
    pub(super) claims: Claims,
    /// What the issuer gave, to say at the end whose session it was.
    pub(super) token: String,
    seen: i64,
    idle: i64,
    ends: i64,
}

/// What is on the shelf.
#[derive(Serialize, Deserialize)]
enum Kept {
    Open(Session),
    /// Its end is kept until it would have ended: who comes back with it is told so.
    Ended,
}

impl Session {
    /// When it ends in any case.
    pub(super) fn ends(&self) -> Timestamp {
        Timestamp::from_micros(self.ends)
    }

    /// When it ends if nobody comes.
    pub(super) fn until(&self) -> Timestamp {
        Timestamp::from_micros(self.seen.saturating_add(self.idle).min(self.ends))
    }
}

/// All sessions.
pub(super) struct Sessions {
    pub(super) shelf: Arc<dyn Shelf>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) entropy: Arc<dyn Entropy>,
    /// Whoever changes a session holds it, so that none that was ended is noted as open again.
    pub(super) changing: Mutex<()>,
}

impl Sessions {
    /// Begins a session, and gives its secret. It is always a new one: what a browser sent before
    /// it was signed in is worth nothing.
    pub(super) async fn begin(
        &self,
        issuer: &str,
        claims: Claims,
        token: String,
        settings: &BrowserSettings,
    ) -> Result<String, NotSignedIn> {
        let mut secret = [0; SECRET_BYTES];
        let drawn = self.entropy.fill(&mut secret);
        drawn.map_err(|_| NotSignedIn::Unavailable)?;
        let now = self.clock.now().micros();
        let session = Session {
            issuer: issuer.to_owned(),
            claims,
            token,
            seen: now,
            idle: i64::from(settings.idle_minutes) * MINUTE,
            ends: now.saturating_add(i64::from(settings.session_hours) * 60 * MINUTE),
        };
        let ends = session.ends();
        self.put(&secret, ends, &Kept::Open(session)).await?;
        Ok(hex(&secret))
    }

    /// The session of a secret, which isn't over. It is noted that somebody came, if somebody did.
    pub(super) async fn open(&self, secret: &str, came: bool) -> Result<Session, NotSignedIn> {
        let secret = read(secret)?;
        let session = self.get(&secret).await?;
        let now = self.clock.now().micros();
        if !came || now.saturating_sub(session.seen) <= session.idle / NOTED_AFTER {
            return Ok(session);
        }
        let _changing = self.changing.lock().await;
        let mut session = self.get(&secret).await?;
        session.seen = now;
        let ends = session.ends();
        let kept = Kept::Open(session.clone());
        self.put(&secret, ends, &kept).await?;
        Ok(session)
    }

    /// Ends a session; nothing happens if there is none.
    pub(super) async fn end(&self, secret: &str) -> Result<Option<Session>, NotSignedIn> {
        let Ok(secret) = read(secret) else {
            return Ok(None);
        };
        let _changing = self.changing.lock().await;
        let session = match self.get(&secret).await {
            Ok(session) => session,
            Err(NotSignedIn::Unavailable) => return Err(NotSignedIn::Unavailable),
            Err(_) => return Ok(None),
        };
        self.put(&secret, session.ends(), &Kept::Ended).await?;
        Ok(Some(session))
    }

    async fn get(&self, secret: &[u8]) -> Result<Session, NotSignedIn> {
        let kept = self.shelf.get(key(secret)).await;
        let kept = kept.map_err(|error| {
            tracing::error!(%error, "a session can't be read");
            NotSignedIn::Unavailable
        })?;
        // Nobody can tell one that is long over from one that never was.
        let kept = kept.ok_or(NotSignedIn::Expired)?;
        // What was written by another release is over.
        let kept = serde_json::from_slice(&kept).map_err(|_| NotSignedIn::Expired)?;
        let session = match kept {
            Kept::Open(session) => session,
            Kept::Ended => return Err(NotSignedIn::Revoked),
        };
        if self.clock.now() >= session.until() {
            return Err(NotSignedIn::Expired);
        }
        Ok(session)
    }

    async fn put(&self, secret: &[u8], until: Timestamp, kept: &Kept) -> Result<(), NotSignedIn> {
        let bytes = serde_json::to_vec(kept).map_err(|_| NotSignedIn::Unavailable)?;
        let put = self.shelf.put(key(secret), until, &bytes).await;
        put.map_err(|error| {
            tracing::error!(%error, "a session isn't kept");
            NotSignedIn::Unavailable
        })
    }
}

fn key(secret: &[u8]) -> ShelfKey {
    ShelfKey::of("browser", secret)
}

fn read(secret: &str) -> Result<Vec<u8>, NotSignedIn> {
    let bytes = unhex(secret).filter(|bytes| bytes.len() == SECRET_BYTES);
    bytes.ok_or(NotSignedIn::Forged("its cookie was never given"))
}
