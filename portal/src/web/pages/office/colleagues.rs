//! Who has a task, in words: officials are numbers here, and only the portal's own sign-in knows how
//! the one before the screen is called.

use kanzlei::{OfficialId, Session};

use crate::web::trouble::Trouble;
use crate::web::visit::Visit;
use crate::web::words::Words;

/// An official to choose from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Colleague {
    pub id: OfficialId,
    pub name: String,
    pub me: bool,
}

/// With whom something is: with you, or with who is called by the end of their number.
pub fn called(words: Words, official: OfficialId, me: Option<OfficialId>) -> String {
    if Some(official) == me {
        return words.t("office-you");
    }
    other(words, official)
}

/// Who somebody is: yourself, or who is called by the end of their number.
pub fn named(words: Words, official: OfficialId, me: Option<OfficialId>) -> String {
    if Some(official) == me {
        return words.t("office-yourself");
    }
    other(words, official)
}

fn other(words: Words, official: OfficialId) -> String {
    let number = official.to_string();
    let end = number.get(number.len().saturating_sub(4)..).unwrap_or("");
    words.t1("office-official", "number", end.to_uppercase())
}

/// Oneself, and who has tasks at one's authority.
pub async fn colleagues(visit: &Visit) -> Result<Vec<Colleague>, Trouble> {
    let session: &Session = &visit.session;
    let me = session.actor().official_id();
    let workload = session.workload().await?;
    let mut all: Vec<OfficialId> = workload.officials.iter().map(|one| one.official).collect();
    all.extend(me);
    all.sort_unstable();
    all.dedup();
    all.sort_by_key(|id| Some(*id) != me);
    let colleague = |id| Colleague {
        id,
        name: named(visit.words, id, me),
        me: Some(id) == me,
    };
    Ok(all.into_iter().map(colleague).collect())
}
