//! Moments and events in words, as a person reads them.

use jiff::tz::TimeZone;
use kanzlei::core::domain::{By, Catalogue, Disclosed, Entry};
use kanzlei::store::Few;
use kanzlei::{AuthorityId, Labels, Language, PartyId, Service, Timestamp};

/// A moment as clocks in Switzerland show it; in UTC where that can't be known.
pub fn moment(at: Timestamp) -> String {
    let local = TimeZone::get("Europe/Zurich").and_then(|zone| {
        let at = jiff::Timestamp::from_microsecond(at.micros())?;
        Ok(zone.to_datetime(at).strftime("%d.%m.%Y %H:%M").to_string())
    });
    local.unwrap_or_else(|_| at.to_string())
}

/// How many days and hours so many seconds are.
pub fn duration(seconds: f64) -> String {
    let hours = seconds / 3_600.0;
    if hours < 48.0 {
        format!("{hours:.1} h")
    } else {
        format!("{:.1} d", hours / 24.0)
    }
}

/// So many things of a kind.
pub fn number_of(count: u64, what: &str) -> String {
    let several = if count == 1 { "" } else { "s" };
    format!("{count} {what}{several}")
}

/// So many keys, the first of them named, and what is the matter with them: `1 key (slot 3) is`.
pub fn keys(few: &Few, one: &str, several: &str) -> String {
    let said = few.to_string();
    let (count, named) = said.split_once(' ').unwrap_or((&said, ""));
    let gap = if named.is_empty() { "" } else { " " };
    match few.count {
        1 => format!("{count} key{gap}{named} {one}"),
        _ => format!("{count} keys{gap}{named} {several}"),
    }
}

/// What is needed to say what happened in a case.
pub struct Words<'a> {
    pub catalogue: &'a Catalogue,
    /// The edition under which the case runs.
    pub service: Option<&'a Service>,
    /// The party who reads it.
    pub reader: Option<PartyId>,
}

impl Words<'_> {
    /// What an authority was called then.
    pub fn authority(&self, authority: AuthorityId, at: Timestamp) -> String {
        self.catalogue.authority_name(authority, at.date_utc())
    }

    /// A label of the service, or the code where it has none.
    fn label<'s>(
        &self,
        code: &'s str,
        of: impl FnOnce(&'s str, &Service) -> Option<Labels>,
    ) -> String {
        let labels = self.service.and_then(|service| of(code, service));
        labels.map_or_else(
            || code.to_owned(),
            |labels| labels.get(Language::En).to_owned(),
        )
    }

    pub fn phase(&self, code: &str) -> String {
        self.label(code, |code, service| {
            Some(service.phase(code)?.labels.clone())
        })
    }

    pub fn task(&self, code: &str) -> String {
        self.label(code, |code, service| {
            Some(service.task(code)?.labels.clone())
        })
    }

    pub fn document(&self, code: &str) -> String {
        self.label(code, |code, service| {
            Some(service.document(code)?.labels.clone())
        })
    }

    pub fn outcome(&self, code: &str) -> String {
        self.label(code, |code, service| {
            Some(service.outcome(code)?.labels.clone())
        })
    }

    pub fn field(&self, code: &str) -> String {
        self.label(code, |code, service| {
            Some(service.field(code)?.labels.clone())
        })
    }

    fn who(&self, entry: &Entry) -> String {
        match entry.by {
            By::Party(party) if Some(party) == self.reader => "You".to_owned(),
            By::Party(party) => format!("Party {party}"),
            By::Authority(authority) | By::Official(_, authority) => {
                self.authority(authority, entry.at)
            }
            By::Installation => "Automatic".to_owned(),
            By::Other => "Somebody".to_owned(),
        }
    }

    /// What happened, in a sentence.
    pub fn sentence(&self, entry: &Entry) -> String {
        let said = self.consequence(entry).unwrap_or_else(|| {
            let did = self.deed(entry);
            format!("{}: {did}", self.who(entry))
        });
        match &entry.text {
            None => said,
            Some(Disclosed::Shown(text)) => format!("{said} “{text}”"),
            Some(Disclosed::Erased) => format!("{said} (erased)"),
        }
    }

    /// What follows from what somebody did, or would be odd to say of them.
    fn consequence(&self, entry: &Entry) -> Option<String> {
        let code = entry.code.as_ref().map_or("", |code| code.as_str());
        let number = entry.number.unwrap_or(0);
        let other = entry
            .authority
            .map(|id| self.authority(id, entry.at))
            .unwrap_or_default();
        Some(match entry.event {
            "CaseOpened" => "The case begins".to_owned(),
            "PartyAdded" if Some(PartyId(number)) == self.reader => {
                format!("You take part as {code}")
            }
            "PartyAdded" => format!("Party {number} takes part as {code}"),
            "PhaseEntered" => format!("The phase “{}” begins", self.phase(code)),
            "AuthorityInvolved" => format!("{other} works on it too"),
            "AuthorityNoLongerInvolved" => format!("{other} has nothing to do with it any more"),
            "TaskAdded" => format!("Task {number} for {other}: {}", self.task(code)),
            "CaseTakenOver" => "The case comes from another system".to_owned(),
            "ActivityRecorded" => self.activity(number),
            _ => return None,
        })
    }

    /// What somebody did.
    fn deed(&self, entry: &Entry) -> String {
        let code = entry.code.as_ref().map_or("", |code| code.as_str());
        let number = entry.number.unwrap_or(0);
        match entry.event {
            "Submitted" => "handed in the form".to_owned(),
            "DecisionIssued" => format!("decided: {}", self.outcome(code)),
            "Closed" => "closed the case".to_owned(),
            "Withdrawn" => "took the request back".to_owned(),
            "Reopened" => "took the case up again".to_owned(),
            "TaskAssigned" => format!("assigned task {number}"),
            "TaskClaimed" => format!("took on task {number}"),
            "TaskReleased" => format!("gave task {number} back"),
            "TaskCompleted" => format!("completed task {number}"),
            "InformationRequested" => format!("asked question {number}"),
            "InformationProvided" => format!("answered question {number}"),
            "MessageSent" => "wrote".to_owned(),
            "DocumentReferenced" => format!("added document {number}: {}", self.document(code)),
            "HandedOver" => {
                let to = entry.authority.map(|id| self.authority(id, entry.at));
                format!("wants to pass the case on to {}", to.unwrap_or_default())
            }
            "HandoverAccepted" => "took over the case".to_owned(),
            "HandoverRefused" => "didn’t take the case".to_owned(),
            _ => "something in the case has changed".to_owned(),
        }
    }

    fn activity(&self, number: u16) -> String {
        let activities = self.service.map(|service| &service.activities);
        let name = activities.and_then(|names| names.get(usize::from(number)));
        name.map_or_else(|| format!("activity {number}"), String::clone)
    }
}

/// The name of a kind of event in words: `TaskCompleted` is “task completed”.
pub fn kind(name: &str) -> String {
    let mut words = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.extend(letter.to_lowercase());
    }
    words
}
