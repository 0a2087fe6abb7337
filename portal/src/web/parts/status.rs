//! Where something is, as a sign, a word and a colour: each alone says it.

use askama::Template;
use kanzlei::core::domain::Outline;
use kanzlei::{Service, Status as Life};

use crate::web::words::{Label, Words};

/// What a status means to whoever reads it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Sign {
    /// They have to do something.
    YourTurn,
    /// Somebody else works on it.
    Running,
    /// It came out as asked.
    Granted,
    /// It came out otherwise.
    Refused,
    /// It is late.
    Overdue,
    /// It is over.
    Closed,
    /// It isn't handed in yet.
    Draft,
}

impl Sign {
    const fn sign(self) -> &'static str {
        match self {
            Self::YourTurn => "!",
            Self::Running => "◐",
            Self::Granted => "✓",
            Self::Refused => "✕",
            Self::Overdue => "◷",
            Self::Closed => "–",
            Self::Draft => "✎",
        }
    }

    const fn class(self) -> &'static str {
        match self {
            Self::YourTurn => "turn-is",
            Self::Running => "running",
            Self::Granted => "granted",
            Self::Refused => "refused",
            Self::Overdue => "overdue",
            Self::Closed => "closed",
            Self::Draft => "draft",
        }
    }
}

/// A status, as a template shows it: `{{ status }}`.
#[derive(Clone, PartialEq, Eq, Debug, Template)]
#[template(path = "parts/status.html")]
pub struct Status {
    class: &'static str,
    sign: &'static str,
    word: Label,
}

impl askama::filters::HtmlSafe for Status {}

impl Status {
    /// This sign with that word.
    pub const fn new(sign: Sign, word: Label) -> Self {
        Self {
            class: sign.class(),
            sign: sign.sign(),
            word,
        }
    }

    /// It is the reader's turn.
    pub fn your_turn(words: Words) -> Self {
        Self::new(Sign::YourTurn, Label::plain(words.t("status-your-turn")))
    }

    /// It isn't handed in yet.
    pub fn draft(words: Words) -> Self {
        Self::new(Sign::Draft, Label::plain(words.t("status-draft")))
    }

    /// It is late by so many days.
    pub fn overdue(words: Words, days: i32) -> Self {
        let word = words.t1("status-overdue", "days", i64::from(days));
        Self::new(Sign::Overdue, Label::plain(word))
    }

    /// Where a case is.
    pub fn of(words: Words, outline: &Outline, service: Option<&Service>) -> Self {
        let plain = |sign, key| Self::new(sign, Label::plain(words.t(key)));
        match outline.status {
            Life::Open => plain(Sign::Running, "status-open"),
            Life::Withdrawn => plain(Sign::Closed, "status-withdrawn"),
            Life::Closed => {
                let outcome = outline.outcome.as_ref();
                let known = outcome.and_then(|code| service?.outcome(code.as_str()));
                known.map_or_else(
                    || plain(Sign::Closed, "status-closed"),
                    |outcome| {
                        // By convention of the services: the outcome that says no is `refused`.
                        let sign = if outcome.code == "refused" {
                            Sign::Refused
                        } else {
                            Sign::Granted
                        };
                        Self::new(sign, words.label(&outcome.labels))
                    },
                )
            }
        }
    }
}
