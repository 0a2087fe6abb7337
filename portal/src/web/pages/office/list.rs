//! Which tasks of the inbox are listed: what an address asks for, and the address that asks for it.

use std::fmt::Write as _;

use kanzlei::core::domain::Catalogue;
use kanzlei::projections::Cursor;
use kanzlei::{Code, InboxFilter, OfficialId, Paging, ServiceKey, Session, Timestamp, Whose};

use crate::web::headers::encoded;
use crate::web::visit::Visit;

/// So many days after it was added a task counts as waiting long.
pub const LONG_DAYS: i32 = 30;
/// Tasks on a page; so many can be picked at once.
pub const PAGE: usize = 50;

/// Whose tasks.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Tab {
    /// Those that nobody does.
    #[default]
    Open,
    /// One's own.
    Mine,
    /// Those that wait long.
    Long,
    /// All.
    All,
    /// Those of an official.
    Of(OfficialId),
}

impl Tab {
    fn read(text: &str) -> Self {
        match text {
            "mine" => Self::Mine,
            "long" => Self::Long,
            "all" => Self::All,
            other => other.parse().map_or(Self::Open, Self::Of),
        }
    }

    /// How an address says it.
    pub fn name(self) -> String {
        match self {
            Self::Open => "open".to_owned(),
            Self::Mine => "mine".to_owned(),
            Self::Long => "long".to_owned(),
            Self::All => "all".to_owned(),
            Self::Of(official) => official.to_string(),
        }
    }
}

/// Which tasks, in which order, from where on.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct List {
    pub tab: Tab,
    pub service: Option<Code>,
    pub phase: Option<Code>,
    pub newest_first: bool,
    pub after: Option<String>,
}

impl List {
    /// What the address asks for.
    pub fn asked(visit: &Visit) -> Self {
        Self::read(|name| visit.asked(name).map(ToOwned::to_owned))
    }

    /// The list that a query in an address of its own asks for.
    pub fn written(query: &str) -> Self {
        let pairs = pairs_of(query);
        Self::read(|name| {
            let mut named = pairs.iter().filter(|(one, _)| one == name);
            named.next().map(|(_, value)| value.clone())
        })
    }

    fn read(asked: impl Fn(&str) -> Option<String>) -> Self {
        let code = |name| asked(name).and_then(|text| Code::new(&text).ok());
        Self {
            tab: asked("whose").map_or(Tab::Open, |text| Tab::read(&text)),
            service: code("service"),
            phase: code("phase"),
            newest_first: asked("order").as_deref() == Some("newest"),
            after: asked("after"),
        }
    }

    /// The query that asks for this list.
    pub fn query(&self) -> String {
        let mut query = format!("whose={}", self.tab.name());
        let mut add = |name: &str, value: Option<&str>| {
            if let Some(value) = value {
                let _ = write!(query, "&{name}={}", encoded(value));
            }
        };
        add("service", self.service.as_ref().map(Code::as_str));
        add("phase", self.phase.as_ref().map(Code::as_str));
        add("order", self.newest_first.then_some("newest"));
        add("after", self.after.as_deref());
        query
    }

    /// The same list, of those tasks, from its beginning.
    pub fn of(&self, tab: Tab) -> Self {
        Self {
            tab,
            after: None,
            ..self.clone()
        }
    }

    /// What the views are asked.
    pub fn filter(&self, session: &Session, now: Timestamp) -> InboxFilter {
        let me = session.actor().official_id();
        InboxFilter {
            whose: match self.tab {
                Tab::Open => Whose::Unassigned,
                Tab::Mine => me.map_or(Whose::Taken, Whose::Of),
                Tab::Of(official) => Whose::Of(official),
                Tab::Long | Tab::All => Whose::All,
            },
            service: self
                .service
                .as_ref()
                .map(|code| ServiceKey::of(code.as_str())),
            phase: self.phase.clone(),
            added_before: (self.tab == Tab::Long).then(|| long_ago(now)),
        }
    }

    /// Which page of it.
    pub fn paging(&self) -> Paging {
        Paging {
            limit: PAGE,
            after: self
                .after
                .as_ref()
                .and_then(|text| text.parse::<Cursor>().ok()),
            newest_first: self.newest_first,
        }
    }
}

/// What was added before this moment waits long.
pub fn long_ago(now: Timestamp) -> Timestamp {
    now.plus_micros(-i64::from(LONG_DAYS) * 86_400_000_000)
}

/// Names and values of a query.
fn pairs_of(query: &str) -> Vec<(String, String)> {
    let address = format!("/?{query}");
    let pairs = address
        .parse()
        .ok()
        .and_then(|uri| axum::extract::Query::<Vec<(String, String)>>::try_from_uri(&uri).ok());
    pairs.map_or_else(Vec::new, |pairs| pairs.0)
}

/// The phases that cases of a service can be in, of its edition in force.
pub fn phases(catalogue: &Catalogue, service: &Code, on: kanzlei::Date) -> Vec<Code> {
    let edition = catalogue.in_force(ServiceKey::of(service.as_str()), on);
    let phases = edition.map(|edition| edition.service.phases.as_slice());
    let phases = phases.unwrap_or_default().iter();
    phases.map(|phase| phase.code.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_read_from_the_query_that_it_writes() {
        let official = OfficialId::from_bytes([7; 16]);
        for tab in [Tab::Open, Tab::Mine, Tab::Long, Tab::All, Tab::Of(official)] {
            let list = List {
                tab,
                service: Some(Code::new("dog-registration").unwrap()),
                phase: Some(Code::new("review").unwrap()),
                newest_first: true,
                after: Some("a&b=c".to_owned()),
            };
            assert_eq!(List::written(&list.query()), list);
        }
        assert_eq!(List::written(""), List::default());
        assert_eq!(List::written("whose=%&service=Ü"), List::default());
    }
}
