//! News: who waits for which case or inbox, and the one task that follows the log for all of them.
//!
//! ```text
//! log ──► follow ──► a watch per case and per authority ──► streams, each of which reads anew
//! ```
//!
//! A watch holds a position and nothing else. Who is slow misses steps of it and no news: a stream
//! reads what is there by then, as its viewer may see it by then. So nothing grows with the number
//! of commits, and what a stream costs is a watch and one answer at a time.

mod follow;
mod place;

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use kanzlei::{AuthorityId, CaseId, Kanzlei, Position};
use tokio::sync::{Notify, watch};

pub(super) use place::Place;

/// Changes of inboxes that are remembered for who comes back: some minutes of a busy canton.
const REMEMBERED: usize = 4_096;

/// Who waits for news.
pub(super) struct News {
    state: Mutex<State>,
    /// Somebody left, or all are to.
    left: Notify,
    ending: watch::Sender<bool>,
}

#[derive(Default)]
struct State {
    cases: HashMap<CaseId, watch::Sender<Position>>,
    authorities: HashMap<AuthorityId, watch::Sender<Position>>,
    /// Whether the log is being followed.
    following: bool,
    /// The last changes of inboxes.
    changes: VecDeque<Change>,
    /// The place after which all changes of inboxes are remembered.
    since: Position,
    /// The place through which changes of inboxes were told: behind the log, which is followed in steps.
    told: Position,
    people: HashMap<String, usize>,
    streams: usize,
}

/// A case of which something changed, and whose inboxes that may concern.
#[derive(Debug, Clone)]
struct Change {
    position: Position,
    case: CaseId,
    authorities: BTreeSet<AuthorityId>,
}

/// Waits for news of a case or an inbox.
pub(super) struct Waiting {
    news: Arc<News>,
    of: Of,
    /// Taken out when this is dropped.
    receiver: Option<watch::Receiver<Position>>,
}

#[derive(Clone, Copy)]
enum Of {
    Case(CaseId),
    Inbox(AuthorityId),
}

impl News {
    pub fn new() -> Arc<Self> {
        Arc::new(Self {
            state: Mutex::default(),
            left: Notify::new(),
            ending: watch::Sender::new(false),
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for news of a case from now on.
    pub fn of_case(self: &Arc<Self>, kanzlei: &Kanzlei, case: CaseId) -> Waiting {
        self.wait(kanzlei, Of::Case(case))
    }

    /// Waits for news of an authority's inbox from now on.
    pub fn of_inbox(self: &Arc<Self>, kanzlei: &Kanzlei, authority: AuthorityId) -> Waiting {
        self.wait(kanzlei, Of::Inbox(authority))
    }

    fn wait(self: &Arc<Self>, kanzlei: &Kanzlei, of: Of) -> Waiting {
        let now = kanzlei.engine().ports().store.watermark().now();
        let mut state = self.state();
        let receiver = match of {
            Of::Case(case) => subscribe(&mut state.cases, case, now),
            Of::Inbox(authority) => subscribe(&mut state.authorities, authority, now),
        };
        if !state.following {
            state.following = true;
            state.since = now;
            state.told = now;
            state.changes.clear();
            tokio::spawn(follow::follow(Arc::clone(self), kanzlei.clone(), now));
        }
        drop(state);
        Waiting {
            news: Arc::clone(self),
            of,
            receiver: Some(receiver),
        }
    }

    /// Ends all streams, those to come too: the portal goes down.
    pub fn end(&self) {
        self.ending.send_replace(true);
        self.left.notify_waiters();
    }

    /// Answers once all streams are to end.
    pub async fn ended(&self) {
        let mut ending = self.ending.subscribe();
        // The sender lives as long as this.
        let _ = ending.wait_for(|ending| *ending).await;
    }

    /// How many streams are open.
    pub fn streams(&self) -> usize {
        self.state().streams
    }

    /// Through where changes of inboxes were told. Those of a commit behind it may still come.
    pub fn told(&self) -> Position {
        self.state().told
    }

    /// The cases that changed in an authority's inbox after a place, and through where changes were told; no cases if
    /// not all are remembered, or there are more than this.
    pub fn changed(
        &self,
        authority: AuthorityId,
        after: Position,
        most: usize,
    ) -> (Option<BTreeSet<CaseId>>, Position) {
        let state = self.state();
        if after < state.since {
            return (None, state.told);
        }
        let later = state.changes.iter().rev();
        let later = later.take_while(|change| change.position > after);
        let theirs = later.filter(|change| change.authorities.contains(&authority));
        let cases: BTreeSet<CaseId> = theirs.map(|change| change.case).collect();
        ((cases.len() <= most).then_some(cases), state.told)
    }
}

fn subscribe<K: Hash + Eq>(
    watches: &mut HashMap<K, watch::Sender<Position>>,
    key: K,
    now: Position,
) -> watch::Receiver<Position> {
    let watch = watches.entry(key);
    watch.or_insert_with(|| watch::Sender::new(now)).subscribe()
}

/// Takes a watch away that nobody waits for.
fn unwatch<K: Hash + Eq>(watches: &mut HashMap<K, watch::Sender<Position>>, key: &K) {
    if watches
        .get(key)
        .is_some_and(|watch| watch.receiver_count() == 0)
    {
        watches.remove(key);
    }
}

impl Waiting {
    /// Waits until something changed since this was last asked; gives how far the log has come.
    pub async fn news(&mut self) -> Position {
        let Some(receiver) = &mut self.receiver else {
            return std::future::pending().await;
        };
        // The sender is kept as long as somebody waits.
        let _ = receiver.changed().await;
        *receiver.borrow_and_update()
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        let mut state = self.news.state();
        // With the state held: of two who leave at once the second is the last.
        self.receiver = None;
        match self.of {
            Of::Case(case) => unwatch(&mut state.cases, &case),
            Of::Inbox(authority) => unwatch(&mut state.authorities, &authority),
        }
        drop(state);
        self.news.left.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;

    use super::*;

    #[test]
    fn a_watch_goes_with_the_last_of_those_who_leave_at_once() {
        let news = News::new();
        let barrier = Barrier::new(2);
        let wait = || {
            let authority = AuthorityId(1061);
            let mut state = news.state();
            let receiver = subscribe(&mut state.authorities, authority, Position(1));
            Waiting {
                news: Arc::clone(&news),
                of: Of::Inbox(authority),
                receiver: Some(receiver),
            }
        };
        for turn in 0..20_000 {
            let (one, other) = (wait(), wait());
            std::thread::scope(|scope| {
                for waiting in [one, other] {
                    let barrier = &barrier;
                    scope.spawn(move || {
                        barrier.wait();
                        drop(waiting);
                    });
                }
            });
            assert!(news.state().authorities.is_empty(), "turn {turn}");
        }
    }
}
