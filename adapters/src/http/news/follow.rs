//! The task that follows the log while somebody waits for news, and ends with the last of them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use kanzlei::core::domain::TypedEvent;
use kanzlei::core::domain::event::Event;
use kanzlei::core::record::{Page, PartRef};
use kanzlei::projections::worklist;
use kanzlei::{AuthorityId, CaseId, Kanzlei, Position};

use super::{Change, News, REMEMBERED};

/// How often the log is looked at without a wake-up: those may be lost.
const LOOK_AGAIN: Duration = Duration::from_secs(1);
/// How long commits gather before streams are woken: what a person sees as at once.
const GATHER: Duration = Duration::from_millis(50);
/// Bytes of the log that are read at once.
const PAGE_BYTES: usize = 256 * 1024;
/// How long a view may take to catch up before inboxes are told all the same.
const VIEW_TIME: Duration = Duration::from_secs(5);

/// What changed, and how far the log was read.
#[derive(Default)]
struct Read {
    cases: BTreeMap<CaseId, (Position, BTreeSet<AuthorityId>)>,
    through: Position,
}

pub(super) async fn follow(news: Arc<News>, kanzlei: Kanzlei, from: Position) {
    let mut after = from;
    loop {
        let watermark = kanzlei.engine().ports().store.watermark();
        tokio::select! {
            _ = watermark.past(after) => {}
            () = news.left.notified() => {}
            () = tokio::time::sleep(LOOK_AGAIN) => {}
        }
        if news.nobody_waits() {
            return;
        }
        let read = read(&kanzlei, after).await;
        after = read.through;
        if read.cases.is_empty() {
            continue;
        }
        news.tell_cases(&read);
        if !news.no_inbox_is_watched(after) {
            let changes = concerned(&kanzlei, read).await;
            news.tell_inboxes(changes, after);
        }
        tokio::time::sleep(GATHER).await;
    }
}

/// Reads what the log has after a place. Where it can't be read it is tried again later.
async fn read(kanzlei: &Kanzlei, after: Position) -> Read {
    let store = &kanzlei.engine().ports().store;
    let mut read = Read {
        through: after,
        ..Read::default()
    };
    loop {
        let page = match store.log(read.through, PAGE_BYTES).await {
            Ok(page) => page,
            Err(error) => {
                tracing::error!(%error, "event streams can't follow the log");
                return read;
            }
        };
        take_in(&page, &mut read);
        read.through = page.through();
        if !page.more() {
            return read;
        }
    }
}

fn take_in(page: &Page, read: &mut Read) {
    for commit in page.commits() {
        for part in commit.record.parts() {
            let (position, authorities) = read.cases.entry(part.case).or_default();
            *position = commit.stamp.position;
            authorities.extend(named(&part));
        }
    }
}

/// The authorities that a part names: who is responsible, and who isn't concerned any more.
fn named(part: &PartRef<'_>) -> BTreeSet<AuthorityId> {
    let mut named = BTreeSet::from([part.authority]);
    for event in part.events() {
        match Event::decode(&event) {
            Ok(Some(Event::AuthorityNoLongerInvolved(ended))) => {
                named.insert(ended.authority);
            }
            Ok(Some(Event::HandoverRefused(refused))) => {
                named.insert(refused.by);
            }
            _ => {}
        }
    }
    named
}

/// Adds who is concerned by each case now, as the worklist has it.
async fn concerned(kanzlei: &Kanzlei, read: Read) -> Vec<Change> {
    let reached = kanzlei.queries().caught_up(worklist::NAME, read.through);
    // A view that has stopped holds up nobody: streams read it themselves, and say so.
    let _ = tokio::time::timeout(VIEW_TIME, reached).await;
    let (catalogue, today) = (kanzlei.catalogue(), kanzlei.today());
    let operator = kanzlei.queries().operate(&catalogue, today);
    let mut changes = Vec::with_capacity(read.cases.len());
    for (case, (position, mut authorities)) in read.cases {
        if let Ok(Some(row)) = operator.case(case) {
            authorities.insert(row.responsible);
            authorities.extend(row.handover);
            authorities.extend(row.involved);
            authorities.extend(row.tasks.iter().map(|task| task.authority));
        }
        // Whoever answers for an authority today works through its inbox.
        let today = authorities.iter().map(|one| catalogue.current(*one, today));
        let authorities = today.chain(authorities.iter().copied()).collect();
        changes.push(Change {
            position,
            case,
            authorities,
        });
    }
    changes.sort_by_key(|change| change.position);
    changes
}

impl News {
    /// Whether nobody waits any more; then the log isn't followed any more.
    fn nobody_waits(&self) -> bool {
        let mut state = self.state();
        let nobody = state.cases.is_empty() && state.authorities.is_empty();
        state.following = !nobody;
        nobody
    }

    /// Whether nobody watches inboxes; then what changed in them through this place is forgotten, before anybody begins
    /// to.
    fn no_inbox_is_watched(&self, through: Position) -> bool {
        let mut state = self.state();
        let nobody = state.authorities.is_empty();
        if nobody {
            state.changes.clear();
            state.since = through;
            state.told = through;
        }
        nobody
    }

    fn tell_cases(&self, read: &Read) {
        let state = self.state();
        for (case, (position, _)) in &read.cases {
            if let Some(watch) = state.cases.get(case) {
                watch.send_replace(*position);
            }
        }
    }

    fn tell_inboxes(&self, changes: Vec<Change>, through: Position) {
        let mut state = self.state();
        let mut concerned: BTreeSet<AuthorityId> = BTreeSet::new();
        for change in changes {
            concerned.extend(&change.authorities);
            state.changes.push_back(change);
        }
        while state.changes.len() > REMEMBERED {
            if let Some(forgotten) = state.changes.pop_front() {
                state.since = forgotten.position;
            }
        }
        state.told = through;
        for authority in concerned {
            if let Some(watch) = state.authorities.get(&authority) {
                watch.send_replace(through);
            }
        }
    }
}
