//! What one may ask for at most: named, told to everybody at `GET /limits`, and kept.

use std::time::Duration;

use axum::http::StatusCode;
use kanzlei::projections::PAGE_MAX;
use kanzlei::store::DocumentsOptions;
use serde::Serialize;
use utoipa::ToSchema;

use super::Problem;
use super::rate::Rate;

/// The longest `Idempotency-Key`, in bytes.
pub const IDEMPOTENCY_KEY_MAX: usize = 255;

/// What an installation allows; the defaults are for a canton's portal on one machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// The largest JSON body, in bytes: a form of the longest texts.
    pub json_bytes: usize,
    /// The largest definition of a service or register, in bytes.
    pub definition_bytes: usize,
    /// Requests that are worked on at once; further ones are sent away, because waiting ones cost
    /// memory and their senders' patience.
    pub concurrent_requests: usize,
    /// How long one request may take before its sender is told to come again.
    pub request_time: Duration,
    /// How long an upload may take: a large document over a telephone's network.
    pub upload_time: Duration,
    /// Uploads of one person that are under way at once: a few windows. Each holds its place for long.
    pub uploads_per_person: usize,
    /// How long a read waits for what its sender has written.
    pub read_wait: Duration,
    /// Event streams that are open at once.
    pub streams: usize,
    /// Event streams of one person that are open at once: a few windows on a few devices.
    pub streams_per_person: usize,
    /// After so long without news a stream says that it lives, and asks anew who reads it.
    pub heartbeat: Duration,
    /// How often somebody may read.
    pub reads: Rate,
    /// How often somebody may write.
    pub writes: Rate,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            json_bytes: 256 * 1024,
            definition_bytes: 2 * 1024 * 1024,
            concurrent_requests: 512,
            request_time: Duration::from_secs(30),
            upload_time: Duration::from_mins(10),
            uploads_per_person: 4,
            read_wait: Duration::from_secs(5),
            streams: 2_000,
            streams_per_person: 16,
            heartbeat: Duration::from_secs(20),
            reads: Rate::per_minute(1_200),
            writes: Rate::per_minute(300),
        }
    }
}

/// Rows of one bulk claim, at most: each is a commit of its own.
pub(super) const CLAIMS_MAX: usize = 100;
/// Own cases on one page, at most: each is read from the log and opened with its keys.
pub(super) const OWN_CASES_MAX: usize = 50;
/// Items on a page, if nobody says how many.
const PAGE: usize = 50;

/// How many items of a list are asked for.
pub(super) fn page_limit(asked: Option<usize>, most: usize) -> Result<usize, Problem> {
    let limit = asked.unwrap_or(PAGE.min(most));
    if (1..=most).contains(&limit) {
        return Ok(limit);
    }
    let said = format!("a page has from 1 to {most} items");
    let problem = Problem::new(StatusCode::BAD_REQUEST, "limit-invalid", said);
    Err(problem.with("max", most).at("limit"))
}

/// As many of these as are asked for, and after which of them the next page begins.
pub(super) fn page_of<T, C>(
    items: impl IntoIterator<Item = T>,
    (asked, most): (Option<usize>, usize),
    cursor: impl FnOnce(&T) -> C,
) -> Result<(Vec<T>, Option<C>), Problem> {
    let limit = page_limit(asked, most)?;
    let mut rest = items.into_iter();
    let page: Vec<T> = rest.by_ref().take(limit).collect();
    let more = rest.next().is_some();
    let next = page.last().filter(|_| more).map(cursor);
    Ok((page, next))
}

/// What one may ask for at most.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Limits)]
pub(super) struct LimitsBody {
    /// The largest JSON body, in bytes.
    json_bytes: usize,
    /// The largest definition of a service, in bytes.
    definition_bytes: usize,
    /// The largest document, in bytes.
    document_bytes: u64,
    /// What documents may be.
    document_types: Vec<String>,
    /// Documents of one person that wait for a case to name them.
    uploads_waiting: usize,
    /// Requests that are worked on at once.
    concurrent_requests: usize,
    /// Seconds that one request may take.
    request_seconds: u64,
    /// Seconds that an upload may take.
    upload_seconds: u64,
    /// Uploads of one person that are under way at once.
    uploads_per_person: usize,
    /// Seconds that a read waits for what its sender has written.
    read_wait_seconds: u64,
    /// Event streams that are open at once.
    streams: usize,
    /// Event streams of one person that are open at once.
    streams_per_person: usize,
    /// Seconds after which a stream without news says that it lives.
    heartbeat_seconds: u64,
    /// How often somebody may read.
    reads: RateBody,
    /// How often somebody may write.
    writes: RateBody,
    /// Items on a page of a list.
    page_items: usize,
    /// Own cases on a page.
    own_cases_page_items: usize,
    /// Tasks that are claimed at once.
    claims: usize,
    /// Bytes of an `Idempotency-Key`.
    idempotency_key_bytes: usize,
}

/// How often something may be done.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Rate)]
pub(super) struct RateBody {
    /// How many in a minute.
    per_minute: u32,
    /// How many at once, after a pause.
    burst: u32,
}

impl From<Rate> for RateBody {
    fn from(rate: Rate) -> Self {
        Self {
            per_minute: rate.per_minute,
            burst: rate.burst,
        }
    }
}

impl LimitsBody {
    /// The limits of an interface and of what lies below.
    pub fn of(limits: &Limits, documents: &DocumentsOptions) -> Self {
        let types = documents.allowed.iter();
        Self {
            json_bytes: limits.json_bytes,
            definition_bytes: limits.definition_bytes,
            document_bytes: documents.bytes_max,
            document_types: types.map(|kind| kind.name.clone()).collect(),
            uploads_waiting: documents.uploads_per_owner_max,
            concurrent_requests: limits.concurrent_requests,
            request_seconds: limits.request_time.as_secs(),
            upload_seconds: limits.upload_time.as_secs(),
            uploads_per_person: limits.uploads_per_person,
            read_wait_seconds: limits.read_wait.as_secs(),
            streams: limits.streams,
            streams_per_person: limits.streams_per_person,
            heartbeat_seconds: limits.heartbeat.as_secs(),
            reads: limits.reads.into(),
            writes: limits.writes.into(),
            page_items: PAGE_MAX,
            own_cases_page_items: OWN_CASES_MAX,
            claims: CLAIMS_MAX,
            idempotency_key_bytes: IDEMPOTENCY_KEY_MAX,
        }
    }
}
