//! What a party writes of their own accord: a message, or why they take the request back. Each says
//! first what it does, or why it can't be done.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use kanzlei::{Command, Status as Life};

use super::act::acted;
use super::own::Own;
use crate::web::page::{Frame, May, Pages};
use crate::web::parts::Problems;
use crate::web::posted::Posted;
use crate::web::trouble::Trouble;
use crate::web::visit::Visit;

pub(super) fn pages() -> Pages {
    Writing::Message.pages().and(Writing::Withdrawal.pages())
}

/// What is written.
#[derive(Clone, Copy)]
enum Writing {
    Message,
    Withdrawal,
}

/// How a page's address ends, and the keys of its words.
struct Keys {
    name: &'static str,
    title: &'static str,
    effect: &'static str,
    label: &'static str,
    send: &'static str,
}

impl Writing {
    fn pages(self) -> Pages {
        let path = match self {
            Self::Message => "/cases/{case}/message",
            Self::Withdrawal => "/cases/{case}/withdraw",
        };
        let show = async move |visit: Visit, Path(case): Path<String>| {
            let own = Own::at(visit, &case).await?;
            self.page(&own, Problems::none(own.visit.words), "")
        };
        let act = async move |visit: Visit, Path(case): Path<String>, posted: Posted| {
            let page = |own: &Own, problems, text: &str| self.page(own, problems, text);
            acted(visit, &case, &posted, |text| self.command(text), page).await
        };
        Pages::new()
            .get(path, May::Resident, show)
            .post(path, May::Resident, act)
    }

    const fn keys(self) -> Keys {
        match self {
            Self::Message => Keys {
                name: "message",
                title: "message-title",
                effect: "message-text",
                label: "message-label",
                send: "message-send",
            },
            Self::Withdrawal => Keys {
                name: "withdraw",
                title: "withdraw-title",
                effect: "withdraw-text",
                label: "withdraw-label",
                send: "withdraw-act",
            },
        }
    }

    fn command(self, text: String) -> Command {
        match self {
            Self::Message => Command::SendMessage {
                internal: false,
                text,
            },
            Self::Withdrawal => Command::Withdraw { reason: text },
        }
    }

    /// Why it can't be done, if it can't: the key of a sentence.
    fn hindered(self, own: &Own) -> Option<&'static str> {
        let (outline, offers) = (&own.case.outline, &own.case.offers);
        match self {
            Self::Message => (!offers.write).then_some("message-too-late"),
            Self::Withdrawal if offers.withdraw => None,
            Self::Withdrawal => Some(match outline.status {
                Life::Withdrawn => "withdraw-already",
                Life::Closed => "withdraw-closed",
                Life::Open if outline.outcome.is_some() => "withdraw-decided",
                Life::Open => "withdraw-others",
            }),
        }
    }

    fn page(self, own: &Own, problems: Problems, text: &str) -> Result<Response, Trouble> {
        let (visit, outline) = (&own.visit, &own.case.outline);
        let (words, keys) = (visit.words, self.keys());
        let authority = own.authority();
        visit.show(&Page {
            frame: visit
                .frame(words.t(keys.title))
                .detail(outline.reference.to_string())
                .failed(!problems.is_empty())
                .back(own.address(), "act-back"),
            service: own.name().text,
            reference: outline.reference.to_string(),
            hindered: self.hindered(own).map(|key| words.t(key)),
            help: words.t1("case-help", "authority", authority.as_str()),
            effect: words.t1(keys.effect, "authority", authority.as_str()),
            text_label: words.t(keys.label),
            send: words.t(keys.send),
            danger: matches!(self, Self::Withdrawal),
            address: format!("{}/{}", own.address(), keys.name),
            back: own.address(),
            key: visit.new_key()?.to_string(),
            version: outline.version.0,
            text: text.to_owned(),
            problems,
        })
    }
}

#[derive(Template)]
#[template(path = "resident/write.html")]
struct Page {
    frame: Frame,
    problems: Problems,
    service: String,
    reference: String,
    hindered: Option<String>,
    help: String,
    effect: String,
    text_label: String,
    send: String,
    danger: bool,
    address: String,
    back: String,
    key: String,
    version: u32,
    text: String,
}
