//! What an official can write in a case: its names, the command it gives, and how a resident learns
//! of it.

use kanzlei::core::domain::{By, Disclosed, Entry};
use kanzlei::{AuthorityId, Code, Command, PartyId, Timestamp};

use super::acts::Act;
use super::desk::Desk;
use crate::web::posted::Posted;
use crate::web::trouble::Trouble;

/// What is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Writing {
    Ask,
    Message,
    Note,
    HandOver,
    Refuse,
    TakeBack,
    Decide,
    Reopen,
}

const ALL: [Writing; 8] = [
    Writing::Ask,
    Writing::Message,
    Writing::Note,
    Writing::HandOver,
    Writing::Refuse,
    Writing::TakeBack,
    Writing::Decide,
    Writing::Reopen,
];

impl Writing {
    /// What is written for an act, if anything is.
    pub fn of(act: &Act) -> Option<Self> {
        Some(match act {
            Act::Ask => Self::Ask,
            Act::Message => Self::Message,
            Act::Note => Self::Note,
            Act::HandOver => Self::HandOver,
            Act::Refuse => Self::Refuse,
            Act::TakeBack => Self::TakeBack,
            Act::Decide => Self::Decide,
            Act::Reopen => Self::Reopen,
            _ => return None,
        })
    }

    /// How an address says it, and the key of what it is called.
    pub const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Ask => ("ask", "act-ask"),
            Self::Message => ("message", "act-message"),
            Self::Note => ("note", "act-note"),
            Self::HandOver => ("hand-over", "act-hand-over"),
            Self::Refuse => ("refuse", "act-refuse"),
            Self::TakeBack => ("take-back", "act-take-back"),
            Self::Decide => ("decide", "act-decide"),
            Self::Reopen => ("reopen", "act-reopen"),
        }
    }

    /// The one that an address says.
    pub fn read(name: &str) -> Result<Self, Trouble> {
        let mut all = ALL.into_iter();
        all.find(|one| one.names().0 == name)
            .ok_or(Trouble::NotFound)
    }

    /// The keys of what it will do, and of what is to be written.
    pub const fn keys(self) -> (&'static str, &'static str) {
        match self {
            Self::Ask => ("effect-ask", "write-ask"),
            Self::Message => ("effect-message", "write-message"),
            Self::Note => ("effect-note", "write-note"),
            Self::HandOver => ("effect-hand-over", "write-reason"),
            Self::Refuse => ("effect-refuse", "write-reason"),
            Self::TakeBack => ("effect-take-back", "write-reason"),
            Self::Decide => ("effect-decide", "write-grounds"),
            Self::Reopen => ("effect-reopen", "write-reason"),
        }
    }

    /// The key of what is to be chosen, if anything is.
    pub const fn choose(self) -> Option<&'static str> {
        match self {
            Self::Ask => Some("choose-party"),
            Self::HandOver => Some("choose-authority"),
            Self::Decide => Some("choose-outcome"),
            _ => None,
        }
    }

    /// The command, or what is missing: its field and the key of the sentence.
    pub fn command(self, posted: &Posted) -> Result<Command, (&'static str, &'static str)> {
        let chosen = || posted.get("choice");
        let text = || {
            let text = posted.get("text").map(|text| text.replace("\r\n", "\n"));
            text.ok_or(("text", "missing-text"))
        };
        Ok(match self {
            Self::Ask => Command::RequestInformation {
                of: party(chosen()).ok_or(("choice", "missing-party"))?,
                text: text()?,
            },
            Self::Message | Self::Note => Command::SendMessage {
                internal: self == Self::Note,
                text: text()?,
            },
            Self::HandOver => Command::HandOver {
                to: authority(chosen()).ok_or(("choice", "missing-authority"))?,
                reason: text()?,
            },
            Self::Refuse | Self::TakeBack => Command::RefuseHandover { reason: text()? },
            Self::Decide => Command::IssueDecision {
                outcome: code(chosen()).ok_or(("choice", "missing-outcome"))?,
                grounds: text()?,
            },
            Self::Reopen => Command::Reopen { reason: text()? },
        })
    }

    /// What happens as a resident learns of it; nothing, if they don't.
    pub fn told(self, desk: &Desk, posted: &Posted, at: Timestamp) -> Option<Entry> {
        let (event, text) = match self {
            Self::Ask => ("InformationRequested", true),
            Self::Message => ("MessageSent", true),
            Self::Decide => ("DecisionIssued", desk.service.disclosure.own.grounds),
            Self::HandOver => ("HandoverAccepted", false),
            Self::Reopen => ("Reopened", false),
            Self::Note | Self::Refuse | Self::TakeBack => return None,
        };
        let to = authority(posted.get("choice"));
        let by = to.filter(|_| self == Self::HandOver);
        let by = by.unwrap_or(desk.outline.responsible);
        Some(Entry {
            version: desk.outline.version,
            at,
            by: By::Authority(by),
            event,
            code: code(posted.get("choice")),
            authority: to,
            number: None,
            text: text.then(|| Disclosed::Shown(posted.raw("text").to_owned())),
        })
    }
}

fn party(text: Option<&str>) -> Option<PartyId> {
    text?.parse().ok().map(PartyId)
}

fn authority(text: Option<&str>) -> Option<AuthorityId> {
    text?.parse().ok().map(AuthorityId)
}

fn code(text: Option<&str>) -> Option<Code> {
    Code::new(text?).ok()
}
