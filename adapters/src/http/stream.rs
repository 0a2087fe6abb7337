//! Event streams: what a viewer may see, read anew whenever there is news of it, for as long as
//! they may see it.
//!
//! Who reads is asked anew with each piece of news and with each heartbeat, and every piece is
//! disclosed anew: a sign-in that ended, a case that was handed over and a person who was erased
//! end the stream.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::time::Duration;

use axum::http::header::HeaderName;
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode};
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse, Response};
use kanzlei::{Position, Session};

use super::api::Api;
use super::news::{Place, Waiting};
use super::sign_in_layer::{Caller, sign_in_first};
use super::{Problem, Unattended, Viewer};

/// After so long a client that lost its stream comes back.
const RETRY: Duration = Duration::from_secs(3);
/// Proxies are not to hold events back.
const UNBUFFERED: (HeaderName, HeaderValue) = (
    HeaderName::from_static("x-accel-buffering"),
    HeaderValue::from_static("no"),
);
const LAST_EVENT_ID: &str = "last-event-id";

/// What a stream is about.
pub(super) trait Subject: Send + Sync + 'static {
    /// What there is to tell since this was last asked, as the session's actor may see it.
    fn read(
        &mut self,
        api: &Api,
        session: &Session,
    ) -> impl Future<Output = Result<Vec<Event>, Problem>> + Send;
}

/// Somebody who reads a stream.
struct Reader<S> {
    api: Api,
    /// The request with which the stream was opened: it says who reads.
    request: Parts,
    viewer: Option<Viewer>,
    session: Session,
    request_id: String,
    waiting: Waiting,
    subject: S,
    queue: VecDeque<Event>,
    over: bool,
    _place: Place,
}

/// What a reader waits for.
enum Turn {
    News(Position),
    Heartbeat,
    Ending,
}

/// Opens a stream, if there is a place for it and its subject may be seen.
pub(super) async fn open<S: Subject>(
    api: Api,
    caller: Caller,
    mut request: Parts,
    place: Place,
    waiting: Waiting,
    mut subject: S,
) -> Result<Response, Problem> {
    // From now on it is asked by itself who reads.
    request.extensions.insert(Unattended);
    let first = subject.read(&api, &caller.session).await?;
    let retry = Event::default().retry(RETRY);
    let reader = Reader {
        queue: std::iter::once(retry).chain(first).collect(),
        api,
        request,
        viewer: caller.viewer,
        session: caller.session,
        request_id: caller.request_id,
        waiting,
        subject,
        over: false,
        _place: place,
    };
    let events = futures::stream::unfold(reader, async |mut reader| {
        let event = reader.next().await?;
        Some((Ok::<Event, Infallible>(event), reader))
    });
    Ok(([UNBUFFERED], Sse::new(events)).into_response())
}

impl<S: Subject> Reader<S> {
    /// The next event; `None` at the end.
    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.queue.pop_front() {
                return Some(event);
            }
            if self.over {
                return None;
            }
            let told = match self.turn().await {
                Turn::News(position) => self.tell(position).await,
                Turn::Heartbeat => self.check().await.map(|()| vec![alive()]),
                Turn::Ending => {
                    let said = "the portal goes down; come again";
                    Err(Problem::later("going-down", said, 5))
                }
            };
            match told {
                Ok(events) => self.queue.extend(events),
                Err(problem) => {
                    self.over = true;
                    self.queue.push_back(self.end(&problem));
                }
            }
        }
    }

    async fn turn(&mut self) -> Turn {
        let news = self.api.news().clone();
        tokio::select! {
            () = news.ended() => Turn::Ending,
            position = self.waiting.news() => Turn::News(position),
            () = tokio::time::sleep(self.api.limits().heartbeat) => Turn::Heartbeat,
        }
    }

    async fn tell(&mut self, position: Position) -> Result<Vec<Event>, Problem> {
        self.check().await?;
        self.session.has_seen(position);
        self.subject.read(&self.api, &self.session).await
    }

    /// Whether the sign-in still holds, and is the same person's.
    async fn check(&mut self) -> Result<(), Problem> {
        let now = self.api.door().sign_in().viewer(&self.request).await?;
        let same = match (&self.viewer, &now) {
            (Some(then), Some(now)) => then.identity == now.identity,
            (then, now) => then.is_none() && now.is_none(),
        };
        if !same {
            return Err(sign_in_first());
        }
        let Some(viewer) = now else {
            return Ok(());
        };
        let clock = &self.api.kanzlei().engine().ports().clock;
        if viewer.until.is_some_and(|until| until <= clock.now()) {
            return Err(super::NotSignedIn::Expired.into());
        }
        if viewer.actor != *self.session.actor() {
            let seen = self.session.position();
            self.session = self.api.session(viewer.actor);
            self.session.has_seen(seen);
        }
        Ok(())
    }

    fn end(&self, problem: &Problem) -> Event {
        let body = problem.body(&self.api.options().path, &self.request_id);
        event("end", None, &body)
    }
}

fn alive() -> Event {
    Event::default().comment("alive")
}

/// An event with this name, id and data.
pub(super) fn event(name: &str, id: Option<u64>, data: &impl serde::Serialize) -> Event {
    // What can't be serialised would be a mistake of this program; the stream is none the worse.
    let data = serde_json::to_string(data).unwrap_or_default();
    let event = Event::default().event(name).data(data);
    match id {
        Some(id) => event.id(id.to_string()),
        None => event,
    }
}

/// The id of the last event that a client has seen, if it says so.
pub(super) fn last_seen(request: &Parts) -> Result<Option<u64>, Problem> {
    let Some(id) = request.headers.get(LAST_EVENT_ID) else {
        return Ok(None);
    };
    let number = id.to_str().ok().and_then(|text| text.parse().ok());
    number.map(Some).ok_or_else(|| {
        let said = "Last-Event-ID takes the id of an event of this stream";
        Problem::new(StatusCode::BAD_REQUEST, "event-id-invalid", said)
    })
}
