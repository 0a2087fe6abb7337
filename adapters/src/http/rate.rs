//! Rates: how often one person, or one address of nobody in particular, may ask.

use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroU32;
use std::time::Duration;

use axum::extract::ConnectInfo;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use governor::clock::{Clock, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};

use super::Problem;

const MINUTE: Duration = Duration::from_mins(1);
/// Keys that are kept before those that have been quiet are forgotten.
const KEYS_MAX: usize = 10_000;
const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// How often something may be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// How many in a minute, in the long run.
    pub per_minute: u32,
    /// How many at once, after a pause.
    pub burst: u32,
}

impl Rate {
    /// So many in a minute, and a quarter of them at once.
    pub const fn per_minute(per_minute: u32) -> Self {
        let burst = per_minute / 4;
        Self {
            per_minute,
            burst: if burst == 0 { 1 } else { burst },
        }
    }

    fn quota(self) -> Quota {
        let one = NonZeroU32::MIN;
        let per_minute = NonZeroU32::new(self.per_minute).unwrap_or(one);
        let burst = NonZeroU32::new(self.burst).unwrap_or(one);
        Quota::per_minute(per_minute).allow_burst(burst)
    }
}

type Limiter<C> = RateLimiter<String, DashMapStateStore<String>, C, StateInformationMiddleware>;

/// One rate, counted by key.
struct Counter<C: Clock> {
    name: &'static str,
    rate: Rate,
    limiter: Limiter<C>,
    clock: C,
}

/// What is left of a rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowed {
    name: &'static str,
    rate: Rate,
    remaining: u32,
}

/// Somebody has asked more often than they may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooOften {
    seconds: u64,
    left: Allowed,
}

/// The rates of an installation.
pub(super) struct Rates<C: Clock = DefaultClock> {
    reads: Counter<C>,
    writes: Counter<C>,
    /// The header in which a proxy that is trusted names the peer.
    peer_header: Option<HeaderName>,
}

impl<C: Clock + Clone> Counter<C> {
    fn new(name: &'static str, rate: Rate, clock: C) -> Self {
        let limiter = Limiter::new(rate.quota(), DashMapStateStore::default(), clock.clone());
        Self {
            name,
            rate,
            limiter,
            clock,
        }
    }

    fn take(&self, key: &String) -> Result<Allowed, TooOften> {
        if self.limiter.len() > KEYS_MAX {
            self.limiter.retain_recent();
        }
        let left = |remaining| Allowed {
            name: self.name,
            rate: self.rate,
            remaining,
        };
        match self.limiter.check_key(key) {
            Ok(state) => Ok(left(state.remaining_burst_capacity())),
            Err(until) => Err(TooOften {
                seconds: seconds(until.wait_time_from(self.clock.now())),
                left: left(0),
            }),
        }
    }
}

/// Whole seconds, rounded up: whoever waits so long isn't sent away again.
fn seconds(wait: Duration) -> u64 {
    let part = u64::from(wait.subsec_nanos() > 0);
    wait.as_secs().saturating_add(part).max(1)
}

impl Rates {
    pub fn new(reads: Rate, writes: Rate, peer_header: Option<HeaderName>) -> Self {
        Self::on(reads, writes, peer_header, &DefaultClock::default())
    }
}

impl<C: Clock + Clone> Rates<C> {
    fn on(reads: Rate, writes: Rate, peer_header: Option<HeaderName>, clock: &C) -> Self {
        Self {
            reads: Counter::new("reads", reads, clock.clone()),
            writes: Counter::new("writes", writes, clock.clone()),
            peer_header,
        }
    }

    /// Counts a request to whoever is signed in, else to the address that it comes from.
    pub fn admit(&self, parts: &Parts, identity: Option<&str>) -> Result<Allowed, TooOften> {
        let key = self.key(parts, identity);
        let safe = matches!(parts.method, Method::GET | Method::HEAD | Method::OPTIONS);
        let counter = if safe { &self.reads } else { &self.writes };
        counter.take(&key)
    }

    /// To whom a request is counted.
    pub fn key(&self, parts: &Parts, identity: Option<&str>) -> String {
        match identity {
            Some(identity) => format!("who {identity}"),
            None => format!("from {}", self.peer(parts)),
        }
    }

    /// From where a request comes, as coarsely as it is counted.
    fn peer(&self, parts: &Parts) -> String {
        let named = self.peer_header.as_ref();
        let named = named.and_then(|name| last_hop(&parts.headers, name));
        let connected = || {
            let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
            peer.map(|ConnectInfo(peer)| peer.ip())
        };
        match named.or_else(connected) {
            Some(IpAddr::V4(address)) => address.to_string(),
            // A household or firm has a whole /64 of addresses.
            Some(IpAddr::V6(address)) => {
                let [a, b, c, d, ..] = address.segments();
                format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
            }
            None => "somewhere".to_owned(),
        }
    }
}

/// The last address of a list: what the trusted proxy itself saw. Those before it anybody can make
/// up.
fn last_hop(headers: &HeaderMap, name: &HeaderName) -> Option<IpAddr> {
    let last = headers.get_all(name).iter().next_back()?;
    let last = last.to_str().ok()?.rsplit(',').next()?.trim();
    let plain = last.parse().ok();
    plain.or_else(|| last.parse::<SocketAddr>().ok().map(|peer| peer.ip()))
}

impl TooOften {
    /// After how many seconds they are let in again.
    pub const fn seconds(self) -> u64 {
        self.seconds
    }

    /// Says in a response when they are let in again.
    pub fn tell(self, headers: &mut HeaderMap) {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(self.seconds));
        headers.extend(self.left.headers(self.seconds));
    }
}

impl From<TooOften> for Problem {
    fn from(too_often: TooOften) -> Self {
        let (wait, left) = (too_often.seconds, too_often.left);
        let said = format!("that is more often than is allowed; come again in {wait} seconds");
        let problem = Self::new(StatusCode::TOO_MANY_REQUESTS, "too-often", said)
            .with("seconds", wait)
            .with("per_minute", left.rate.per_minute)
            .retry_after(wait);
        let told = left.headers(wait).into_iter();
        told.fold(problem, |problem, (name, value)| {
            problem.header(name, value)
        })
    }
}

impl Allowed {
    /// Says in a response what is left.
    pub fn tell(self, headers: &mut HeaderMap) {
        let missing = self.rate.burst.saturating_sub(self.remaining);
        let seconds = u64::from(missing) * 60 / u64::from(self.rate.per_minute.max(1));
        for (name, value) in self.headers(seconds.max(1)) {
            headers.insert(name, value);
        }
    }

    /// As the draft “`RateLimit` header fields for HTTP” of the IETF spells it.
    fn headers(self, seconds: u64) -> [(HeaderName, HeaderValue); 2] {
        let Self {
            name,
            rate,
            remaining,
        } = self;
        let value = |text: String| {
            HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static("\"requests\""))
        };
        let (quota, window) = (rate.burst, MINUTE.as_secs() * u64::from(rate.burst));
        let window = window.div_ceil(u64::from(rate.per_minute.max(1))).max(1);
        [
            (
                RATE_LIMIT_POLICY,
                value(format!("\"{name}\";q={quota};w={window}")),
            ),
            (
                RATE_LIMIT,
                value(format!("\"{name}\";r={remaining};t={seconds}")),
            ),
        ]
    }
}

#[cfg(test)]
mod tests {
    use axum::http::Request;
    use axum::response::IntoResponse;
    use governor::clock::FakeRelativeClock;

    use super::*;

    fn parts(method: Method, forwarded: &str) -> Parts {
        let request = Request::builder()
            .method(method)
            .header("x-forwarded-for", forwarded);
        request.body(()).unwrap().into_parts().0
    }

    fn rates(clock: &FakeRelativeClock) -> Rates<FakeRelativeClock> {
        let rate = Rate {
            per_minute: 7,
            burst: 3,
        };
        let header = Some(HeaderName::from_static("x-forwarded-for"));
        Rates::on(rate, rate, header, clock)
    }

    #[test]
    fn who_waits_as_long_as_told_is_let_in_and_who_waits_less_is_not() {
        let clock = FakeRelativeClock::default();
        let rates = rates(&clock);
        let parts = parts(Method::GET, "192.0.2.1");
        let mut sent_away = 0;
        for _ in 0..40 {
            let Err(too_often) = rates.admit(&parts, Some("anna")) else {
                continue;
            };
            sent_away += 1;
            let response = Problem::from(too_often).into_response();
            assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
            let wait = response.headers()["retry-after"].to_str().unwrap();
            let wait: u64 = wait.parse().unwrap();
            assert!(wait >= 1);
            clock.advance(Duration::from_secs(wait - 1));
            assert!(rates.admit(&parts, Some("anna")).is_err(), "{wait}");
            clock.advance(Duration::from_secs(1));
            assert!(rates.admit(&parts, Some("anna")).is_ok(), "{wait}");
        }
        assert!(sent_away > 5, "{sent_away}");
    }

    #[test]
    fn reads_and_writes_and_people_are_counted_apart() {
        let clock = FakeRelativeClock::default();
        let rates = rates(&clock);
        let (get, post) = (
            parts(Method::GET, "192.0.2.1"),
            parts(Method::POST, "192.0.2.1"),
        );
        for left in [2, 1, 0] {
            assert_eq!(rates.admit(&get, Some("anna")).unwrap().remaining, left);
        }
        assert!(rates.admit(&get, Some("anna")).is_err());
        assert!(rates.admit(&post, Some("anna")).is_ok());
        assert!(rates.admit(&get, Some("beat")).is_ok());
        assert!(rates.admit(&get, None).is_ok());
    }

    #[test]
    fn nobody_gets_further_by_making_up_addresses() {
        let clock = FakeRelativeClock::default();
        let rates = rates(&clock);
        for made_up in ["198.51.100.1", "198.51.100.2", "198.51.100.3"] {
            let list = format!("{made_up}, 2001:db8:1:2:{}::1", &made_up[11..]);
            assert!(rates.admit(&parts(Method::GET, &list), None).is_ok());
        }
        let list = "198.51.100.4, 2001:db8:1:2:ffff::1";
        assert!(rates.admit(&parts(Method::GET, list), None).is_err());
        let other = "198.51.100.4, 2001:db8:1:3::1";
        assert!(rates.admit(&parts(Method::GET, other), None).is_ok());
    }

    #[test]
    fn a_wait_is_rounded_up_to_whole_seconds() {
        assert_eq!(seconds(Duration::ZERO), 1);
        assert_eq!(seconds(Duration::from_millis(1)), 1);
        assert_eq!(seconds(Duration::from_millis(1_001)), 2);
        assert_eq!(seconds(Duration::from_secs(3)), 3);
    }
}
