//! Places for streams: so many in all, and so many for one person.

use std::sync::Arc;

use axum::http::StatusCode;

use super::News;
use crate::http::Problem;
use crate::http::limits::Limits;

/// A stream's place; given back when it is dropped.
pub(in crate::http) struct Place {
    news: Arc<News>,
    who: String,
}

impl News {
    /// A place for a stream of somebody's, if there is one.
    pub fn place(self: &Arc<Self>, limits: &Limits, who: &str) -> Result<Place, Problem> {
        let mut state = self.state();
        if state.streams >= limits.streams {
            let said = "no further event stream can be opened now; ask for the answer itself";
            return Err(Problem::later("streams-full", said, 30).with("limit", limits.streams));
        }
        let theirs = state.people.entry(who.to_owned()).or_default();
        if *theirs >= limits.streams_per_person {
            let most = limits.streams_per_person;
            let said = format!("you have {most} event streams open; close one first");
            let status = StatusCode::TOO_MANY_REQUESTS;
            return Err(Problem::new(status, "streams-of-yours", said)
                .with("limit", most)
                .retry_after(5));
        }
        *theirs += 1;
        state.streams += 1;
        drop(state);
        Ok(Place {
            news: Arc::clone(self),
            who: who.to_owned(),
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut state = self.news.state();
        state.streams = state.streams.saturating_sub(1);
        if let Some(theirs) = state.people.get_mut(&self.who) {
            *theirs = theirs.saturating_sub(1);
            if *theirs == 0 {
                state.people.remove(&self.who);
            }
        }
    }
}
