//! What a party does in a case with a text: once, on the version that they saw, and nothing typed is
//! lost whatever stands in the way.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kanzlei::core::domain::By;
use kanzlei::core::engine::EngineError;
use kanzlei::{Command, Order};

use super::own::Own;
use crate::web::parts::Problems;
use crate::web::posted::Posted;
use crate::web::trouble::Trouble;
use crate::web::visit::Visit;
use crate::web::words::{Label, Telling};

/// The longest text, in characters.
const TEXT_MAX: usize = kanzlei::core::domain::TEXT_MAX;

/// What became of it.
enum Outcome {
    /// It is done.
    Done,
    /// It isn't, for these reasons: the form is shown again.
    Not(Problems),
}

/// Does with the text that a form sent what `command` makes of it. What is in the way is said on the
/// form's page, with the case as it is then.
pub(super) async fn acted(
    visit: Visit,
    case: &str,
    posted: &Posted,
    command: impl FnOnce(String) -> Command,
    page: impl Fn(&Own, Problems, &str) -> Result<Response, Trouble>,
) -> Result<Response, Trouble> {
    let own = Own::at(visit.clone(), case).await?;
    let text = posted.raw("text").replace("\r\n", "\n");
    let problems = checked(&own, &text);
    let again = |page: Response| (StatusCode::UNPROCESSABLE_ENTITY, page).into_response();
    if !problems.is_empty() {
        return page(&own, problems, &text).map(again);
    }
    match send(&own, posted, command(text.trim().to_owned())).await? {
        Outcome::Done => Ok(own.visit.to(&own.address())),
        Outcome::Not(problems) => {
            let fresh = Own::at(visit, case).await?;
            page(&fresh, problems, &text).map(again)
        }
    }
}

/// Checks what somebody wrote.
fn checked(own: &Own, text: &str) -> Problems {
    let words = own.visit.words;
    let mut problems = Problems::none(words);
    let count = text.trim().chars().count();
    if count == 0 {
        problems.add("text", Label::plain(words.t("act-text-missing")));
    }
    if text.len() > TEXT_MAX {
        let said = words.t1("act-text-long", "count", i64::try_from(count).unwrap_or(0));
        problems.add("text", Label::plain(said));
    }
    problems
}

/// Sends a command, on the version that its form was made for.
async fn send(own: &Own, posted: &Posted, command: Command) -> Result<Outcome, Trouble> {
    let case = own.case.outline.case;
    let order = Order::new(posted.key()?, Some(case), command).if_version(posted.version()?);
    let words = own.visit.words;
    match own.visit.session.send(order).await {
        Ok(_) => Ok(Outcome::Done),
        Err(EngineError::Refused(refusal)) if !refusal.hides_case() => {
            Ok(Outcome::Not(Problems::refused(words, &refusal)))
        }
        Err(EngineError::Conflict { .. }) => {
            let mut problems = Problems::none(words);
            problems.add("", Label::plain(changed(own)));
            Ok(Outcome::Not(problems))
        }
        Err(error) => Err(error.into()),
    }
}

/// What has happened meanwhile, and by whom.
fn changed(own: &Own) -> String {
    let words = own.visit.words;
    let telling: Telling<'_> = own.telling();
    let newest = own.case.contents.timeline.last();
    let who = newest.map(|entry| match entry.by {
        By::Authority(authority) | By::Official(_, authority) => {
            telling.authority(authority, entry.at)
        }
        _ => String::new(),
    });
    let last = newest.map(|entry| telling.sentence(entry));
    match who.filter(|who| !who.is_empty()) {
        Some(_) => words.t1("act-changed", "what", last.unwrap_or_default()),
        None => words.t("act-changed-you"),
    }
}
