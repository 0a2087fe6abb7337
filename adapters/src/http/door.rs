//! The door of an installation: who comes, how often, how many at once and for how long. One for the
//! interface and for the pages of a portal, so that what somebody asks of both counts together.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use tokio::sync::Semaphore;

use super::limits::Limits;
use super::rate::{Allowed, Rates, TooOften};
use super::{NotSignedIn, Problem, SignIn, Viewer};

/// Seconds after which somebody may come again who found every place taken.
const BUSY_SECONDS: u64 = 1;
/// The same for somebody whose request took too long.
const LONG_SECONDS: u64 = 5;

/// The door of an installation. Cheap to clone; all clones are one.
#[derive(Clone)]
pub struct Door(Arc<Inner>);

struct Inner {
    sign_in: Arc<dyn SignIn>,
    limits: Limits,
    rates: Rates,
    working: Semaphore,
}

/// Somebody at the door.
#[derive(Debug)]
pub struct Arrival {
    /// Who it is, or why their sign-in doesn't hold.
    pub viewer: Result<Option<Viewer>, NotSignedIn>,
    /// Whether they may ask now.
    pub allowed: Result<Allowed, TooOften>,
}

/// Why somebody isn't let in, or is let go before they have an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TurnedAway {
    /// They have come more often than they may.
    TooOften(TooOften),
    /// Every place is taken.
    TooBusy,
    /// It took too long; what they sent may have been stored.
    TookTooLong,
}

impl Door {
    /// A door with this sign-in and these limits, that takes the address of who comes from this header
    /// if a proxy in front writes it.
    pub fn new(sign_in: Arc<dyn SignIn>, limits: Limits, peer_header: Option<HeaderName>) -> Self {
        Self(Arc::new(Inner {
            rates: Rates::new(limits.reads, limits.writes, peer_header),
            working: Semaphore::new(limits.concurrent_requests),
            sign_in,
            limits,
        }))
    }

    /// What one may ask for at most.
    pub fn limits(&self) -> &Limits {
        &self.0.limits
    }

    /// Finds out who sends a request, and counts it: to whoever is signed in, else to the address that
    /// it comes from.
    pub async fn arrival(&self, request: &Parts) -> Arrival {
        let viewer = self.0.sign_in.viewer(request).await;
        let identity = viewer.as_ref().ok().and_then(Option::as_ref);
        let identity = identity.map(|viewer| viewer.identity.as_str());
        let allowed = self.0.rates.admit(request, identity);
        Arrival { viewer, allowed }
    }

    /// Lets a request go on if there is a place for it, and gives up on it after a time.
    ///
    /// # Errors
    /// [`TurnedAway::TooBusy`] or [`TurnedAway::TookTooLong`].
    pub async fn within(&self, request: Request, next: Next) -> Result<Response, TurnedAway> {
        let time = self.time_for(request.headers());
        let place = self.0.working.try_acquire();
        let _place = place.map_err(|_| TurnedAway::TooBusy)?;
        let answered = tokio::time::timeout(time, next.run(request)).await;
        answered.map_err(|_| TurnedAway::TookTooLong)
    }

    fn time_for(&self, headers: &HeaderMap) -> Duration {
        let kind = headers.get(header::CONTENT_TYPE);
        let uploads = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"multipart/"));
        if uploads {
            self.0.limits.upload_time
        } else {
            self.0.limits.request_time
        }
    }

    pub(super) fn sign_in(&self) -> &dyn SignIn {
        self.0.sign_in.as_ref()
    }

    pub(super) fn rates(&self) -> &Rates {
        &self.0.rates
    }
}

impl TurnedAway {
    /// After how many seconds they are let in again, as far as that can be said.
    pub const fn seconds(self) -> u64 {
        match self {
            Self::TooOften(too_often) => too_often.seconds(),
            Self::TooBusy => BUSY_SECONDS,
            Self::TookTooLong => LONG_SECONDS,
        }
    }
}

impl From<TurnedAway> for Problem {
    fn from(away: TurnedAway) -> Self {
        let unavailable = StatusCode::SERVICE_UNAVAILABLE;
        let problem = match away {
            TurnedAway::TooOften(too_often) => return too_often.into(),
            TurnedAway::TooBusy => {
                let said = "too many requests are being worked on; come again";
                Self::new(unavailable, "too-busy", said)
            }
            TurnedAway::TookTooLong => Self::new(
                unavailable,
                "took-too-long",
                "this took too long. What was sent may have been stored all the same: send it \
                 again with the same Idempotency-Key",
            ),
        };
        problem.retry_after(away.seconds())
    }
}

impl std::fmt::Debug for Door {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Door({:?})", self.0.limits)
    }
}
