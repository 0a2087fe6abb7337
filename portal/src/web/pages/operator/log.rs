//! The log, live: the last commits with what kind of thing happened, and how many values in them are
//! sealed. What they say isn't opened here for anybody.

use askama::Template;
use axum::response::Response;
use kanzlei::core::domain::event::kind_name;
use kanzlei::core::record::{Acting, CommitRef};
use kanzlei::{Kanzlei, Position};

use crate::web::page::{Frame, May, Pages};
use crate::web::trouble::Trouble;
use crate::web::visit::Visit;
use crate::web::words::Words;

pub(super) fn pages() -> Pages {
    Pages::new().get("/operator/log", May::Operator, show)
}

/// So many commits are shown.
const SHOWN: usize = 50;
/// Bytes of the log that are read at once.
const PAGE: usize = 256 * 1024;
/// How far before the end the reading begins: positions have holes.
const BACK: u64 = 64;

#[derive(Template)]
#[template(path = "operator/log.html")]
struct Page {
    frame: Frame,
    paused: bool,
    part: Rows,
}

/// The part that is fetched again and again.
#[derive(Template)]
#[template(path = "operator/log-rows.html")]
struct Rows {
    words: Words,
    live: bool,
    as_of: String,
    commits: Vec<Row>,
}

impl askama::filters::HtmlSafe for Rows {}

struct Row {
    position: String,
    when: String,
    by: String,
    parts: Vec<Part>,
}

/// What happened in one case.
struct Part {
    service: String,
    reference: String,
    events: Vec<Happened>,
}

struct Happened {
    name: String,
    /// `2 Werte versiegelt`; empty if there are none.
    sealed: String,
}

async fn show(visit: Visit) -> Result<Response, Trouble> {
    let words = visit.words;
    let paused = visit.asked("pause").is_some();
    let part = Rows {
        words,
        live: !paused,
        as_of: words.t1("as-of", "when", words.time(visit.now).as_str()),
        commits: last_commits(&visit).await?,
    };
    if visit.by_script {
        return visit.show(&part);
    }
    visit.show(&Page {
        frame: visit.frame(words.t("log-title")).wide(),
        paused,
        part,
    })
}

/// The last commits, the newest first.
async fn last_commits(visit: &Visit) -> Result<Vec<Row>, Trouble> {
    let store = &visit.site.kanzlei.engine().ports().store;
    let end = store.watermark().now();
    let mut back = BACK;
    loop {
        let first = Position(end.0.saturating_sub(back));
        let mut rows = Vec::new();
        let mut after = first;
        loop {
            let page = store.log(after, PAGE).await.map_err(Trouble::broken)?;
            rows.extend(page.commits().map(|commit| row(visit, &commit)));
            after = page.through();
            if !page.more() {
                break;
            }
        }
        if rows.len() >= SHOWN || first == Position::START {
            rows.reverse();
            rows.truncate(SHOWN);
            return Ok(rows);
        }
        back = back.saturating_mul(4);
    }
}

fn row(visit: &Visit, commit: &CommitRef<'_>) -> Row {
    let words = visit.words;
    let kanzlei = &visit.site.kanzlei;
    let by = match commit.record.head().acting {
        Acting::Party(_) => words.t("log-party"),
        Acting::Official(_, authority) => visit.authority_name(authority, visit.today()),
        Acting::Installation => words.t("log-installation"),
        _ => words.t("log-somebody"),
    };
    let parts = commit.record.parts().map(|part| Part {
        service: service_name(kanzlei, words, part.service),
        reference: part.case.reference().to_string(),
        events: part
            .events()
            .map(|event| Happened {
                name: event_name(words, event.kind),
                sealed: match event.values().count() {
                    0 => String::new(),
                    count => {
                        let count = i64::try_from(count).unwrap_or(i64::MAX);
                        words.t1("log-sealed", "count", count)
                    }
                },
            })
            .collect(),
    });
    Row {
        position: words.number(commit.stamp.position.0),
        when: words.short_moment(commit.stamp.recorded),
        by,
        parts: parts.collect(),
    }
}

fn service_name(kanzlei: &Kanzlei, words: Words, key: kanzlei::ServiceKey) -> String {
    let catalogue = kanzlei.catalogue();
    let edition = catalogue.editions(key).last();
    let label = edition.map(|edition| edition.service.labels.get(words.language()).to_owned());
    label.unwrap_or_else(|| words.t("log-administration"))
}

/// The kinds of the kernel's events, with the keys of their names.
const EVENTS: [(&str, &str); 30] = [
    ("LogCreated", "event-log-created"),
    ("ServiceNamed", "event-service-named"),
    ("DefinitionChunk", "event-definition-chunk"),
    ("EditionPublished", "event-edition-published"),
    ("RegisterPublished", "event-register-published"),
    ("ParticipationSet", "event-participation-set"),
    ("CaseOpened", "event-case-opened"),
    ("PartyAdded", "event-party-added"),
    ("Submitted", "event-submitted"),
    ("PhaseEntered", "event-phase-entered"),
    ("AuthorityInvolved", "event-authority-involved"),
    ("AuthorityNoLongerInvolved", "event-involvement-ended"),
    ("DecisionIssued", "event-decision-issued"),
    ("Closed", "event-closed"),
    ("Withdrawn", "event-withdrawn"),
    ("Reopened", "event-reopened"),
    ("TaskAdded", "event-task-added"),
    ("TaskAssigned", "event-task-assigned"),
    ("TaskClaimed", "event-task-claimed"),
    ("TaskReleased", "event-task-released"),
    ("TaskCompleted", "event-task-completed"),
    ("InformationRequested", "event-information-requested"),
    ("InformationProvided", "event-information-provided"),
    ("MessageSent", "event-message-sent"),
    ("DocumentReferenced", "event-document-referenced"),
    ("HandedOver", "event-handed-over"),
    ("HandoverAccepted", "event-handover-accepted"),
    ("HandoverRefused", "event-handover-refused"),
    ("CaseTakenOver", "event-case-taken-over"),
    ("ActivityRecorded", "event-activity-recorded"),
];

/// What a kind of event is called; a service's own, and one of a newer release, by its number.
fn event_name(words: Words, kind: u16) -> String {
    let name = kind_name(kind);
    let known = EVENTS.iter().find(|(known, _)| Some(*known) == name);
    known.map_or_else(
        || words.t1("event-other", "kind", format!("{kind:#06x}").as_str()),
        |(_, key)| words.t(key),
    )
}

#[cfg(test)]
mod tests {
    use kanzlei::core::domain::TypedEvent;
    use kanzlei::core::domain::event::Event;

    use super::*;

    #[test]
    fn every_kind_of_event_has_a_name() {
        for (_, _, name) in Event::KINDS {
            assert!(EVENTS.iter().any(|(known, _)| known == name), "{name}");
        }
        let words = Words::of(kanzlei::Language::De);
        assert_eq!(event_name(words, 0x0102), words.t("event-submitted"));
        assert!(event_name(words, 0x8001).contains("0x8001"));
    }
}
