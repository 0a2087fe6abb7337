//! Taking uploads in. A request for a page or an answer is short, so that the rate bounds how many of one person there
//! are; an upload may take minutes, so each person has a share of them.
//!
//! Whoever sends a file reads no answer before they have sent it all, and with what is left of it unread the connection is
//! reset on them. So the rest of one that is refused is read, and thrown away.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;

use axum::body::{Body, BodyDataStream, Bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, header};
use futures::{Stream, StreamExt};
use http_body_util::Limited;

use super::door::{Door, TurnedAway};
use super::under_way::Stay;

/// A body that is read by one, and then by another.
#[derive(Clone)]
struct Shared(Arc<Mutex<Reading>>);

struct Reading {
    body: BodyDataStream,
    bytes_read: usize,
    /// Whether anybody has asked for it.
    begun: bool,
    /// Whether a piece was given when it was asked for last.
    given: bool,
}

impl Shared {
    fn new(body: Body) -> Self {
        Self(Arc::new(Mutex::new(Reading {
            body: body.into_data_stream(),
            bytes_read: 0,
            begun: false,
            given: false,
        })))
    }

    fn reading(&self) -> MutexGuard<'_, Reading> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn stream(&self) -> impl Stream<Item = Result<Bytes, axum::Error>> + Send + use<> {
        let shared = self.clone();
        futures::stream::poll_fn(move |context| {
            let mut reading = shared.reading();
            reading.begun = true;
            // A parser of forms takes in whatever is there before it looks at any of it: a whole document, into memory.
            if std::mem::take(&mut reading.given) {
                context.waker().wake_by_ref();
                return Poll::Pending;
            }
            let polled = reading.body.poll_next_unpin(context);
            if let Poll::Ready(Some(Ok(bytes))) = &polled {
                reading.bytes_read = reading.bytes_read.saturating_add(bytes.len());
                reading.given = true;
            }
            polled
        })
    }
}

/// An upload that is being taken in: one of its sender's share, until this is dropped.
#[must_use]
pub struct Upload {
    door: Door,
    who: String,
    body: Shared,
    bytes_max: usize,
    /// How long the body is going to be, if the head says so.
    announced: Option<u64>,
    /// Whether its sender sends nothing before the body begins to be read.
    waits: bool,
}

impl Upload {
    /// Whether its sender says that they send more than is taken.
    pub fn is_too_large(&self) -> bool {
        self.announces_more_than(self.bytes_max)
    }

    fn announces_more_than(&self, bytes: usize) -> bool {
        self.announced
            .is_some_and(|announced| announced > bytes as u64)
    }

    /// Reads what is left of it and throws it away. Of all of it twice as much is read as is taken, and nothing more of
    /// what is longer in any case.
    pub async fn throw_away_rest(&self) {
        let most = self.bytes_max.saturating_mul(2);
        let unasked = self.waits && !self.body.reading().begun;
        if unasked || self.announces_more_than(most) {
            return;
        }
        let mut rest = self.body.stream();
        while self.body.reading().bytes_read <= most {
            let Some(Ok(_)) = rest.next().await else {
                return;
            };
        }
    }
}

/// How long a body is going to be, if the head says so.
pub(super) fn announced(headers: &HeaderMap) -> Option<u64> {
    let length = headers.get(header::CONTENT_LENGTH)?;
    length.to_str().ok()?.parse().ok()
}

impl Door {
    /// Takes an upload in, which may then take as long as uploads may, and of which so many bytes are read. For who is
    /// signed in, else for the address that it comes from.
    ///
    /// # Errors
    /// [`TurnedAway::UploadsOfYours`] if as many of theirs are under way as may be.
    pub fn upload(
        &self,
        identity: Option<&str>,
        bytes_max: usize,
        request: Request,
    ) -> Result<(Upload, Request), TurnedAway> {
        let (head, body) = request.into_parts();
        let who = self.rates().key(&head, identity);
        let most = self.limits().uploads_per_person;
        if !self.uploads().begin(&who, most) {
            return Err(TurnedAway::UploadsOfYours { most });
        }
        if let Some(stay) = head.extensions.get::<Stay>() {
            stay.lengthen();
        }
        let upload = Upload {
            door: self.clone(),
            who,
            body: Shared::new(body),
            bytes_max,
            announced: announced(&head.headers),
            waits: head.headers.contains_key(header::EXPECT),
        };
        let body = Body::from_stream(upload.body.stream());
        let body = Body::new(Limited::new(body, bytes_max));
        Ok((upload, Request::from_parts(head, body)))
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        self.door.uploads().end(&self.who);
    }
}

impl std::fmt::Debug for Upload {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Upload(..)")
    }
}
