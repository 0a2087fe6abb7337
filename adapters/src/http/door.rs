//! The door of an installation: who comes, how often, how many at once and for how long. One for the
//! interface and for the pages of a portal, so that what somebody asks of both counts together.

use std::pin::pin;
use std::sync::Arc;

use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{HeaderName, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::limits::Limits;
use super::rate::{Allowed, Rates, TooOften};
use super::under_way::{Stay, Uploads};
use super::{NotSignedIn, Problem, SignIn, Viewer};

/// Seconds after which somebody may come again who found every place taken.
const BUSY_SECONDS: u64 = 1;
/// The same for somebody whose request took too long, or who sends something large at the same time.
const LONG_SECONDS: u64 = 5;

/// The door of an installation. Cheap to clone; all clones are one.
#[derive(Clone)]
pub struct Door(Arc<Inner>);

struct Inner {
    sign_in: Arc<dyn SignIn>,
    limits: Limits,
    rates: Rates,
    working: Semaphore,
    uploads: Uploads,
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
    /// As many uploads of theirs are under way as may be.
    UploadsOfYours {
        /// How many may be.
        most: usize,
    },
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
            uploads: Uploads::default(),
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

    /// Lets a request go on if there is a place for it, and gives up on it after a time, which is longer for an
    /// [upload](Self::upload).
    ///
    /// # Errors
    /// [`TurnedAway::TooBusy`] or [`TurnedAway::TookTooLong`].
    pub async fn within(&self, mut request: Request, next: Next) -> Result<Response, TurnedAway> {
        let limits = &self.0.limits;
        let place = self.0.working.try_acquire();
        let _place = place.map_err(|_| TurnedAway::TooBusy)?;
        let stay = Stay::default();
        request.extensions_mut().insert(stay.clone());
        let mut answer = pin!(next.run(request));
        match timeout(limits.request_time, &mut answer).await {
            Ok(answer) => return Ok(answer),
            Err(_) if stay.is_long() => {}
            Err(_) => return Err(TurnedAway::TookTooLong),
        }
        let longer = limits.upload_time.saturating_sub(limits.request_time);
        let answered = timeout(longer, answer).await;
        answered.map_err(|_| TurnedAway::TookTooLong)
    }

    pub(super) fn sign_in(&self) -> &dyn SignIn {
        self.0.sign_in.as_ref()
    }

    pub(super) fn uploads(&self) -> &Uploads {
        &self.0.uploads
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
            Self::TookTooLong | Self::UploadsOfYours { .. } => LONG_SECONDS,
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
            TurnedAway::UploadsOfYours { most } => {
                let said = format!("you have {most} uploads under way; let one of them end first");
                let status = StatusCode::TOO_MANY_REQUESTS;
                Self::new(status, "uploads-of-yours", said).with("limit", most)
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
