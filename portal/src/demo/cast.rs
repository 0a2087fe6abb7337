//! Whom one can be in the demonstration's portal: people who have cases, and who handles them.

use futures::executor::block_on;
use kanzlei::services::register::{BUILDING, CANTON};
use kanzlei::{Actor, Answer, AuthorityId, Kanzlei};
use kanzlei_portal::web::{Group, Person as Character, Who};

use super::Failure;
use super::people::{self, Person};
use super::script::{REPRESENTATIVE, SHOWN, SHOWN_FROM, SHOWN_TO};

/// Among so many people residents are looked for.
const LOOKED_AT: u64 = 120;
/// A municipality of the agglomeration.
const KRIENS: AuthorityId = AuthorityId(1059);

/// The officials: what hints call them, among whom they are shown, for whom they act, as what.
const OFFICIALS: [(&str, Group, AuthorityId, &str); 7] = [
    ("clerk-luzern", Group::Offices, SHOWN_FROM, "clerk"),
    ("clerk-emmen", Group::Offices, SHOWN_TO, "clerk"),
    ("clerk-kriens", Group::Offices, KRIENS, "clerk"),
    ("steward-luzern", Group::Offices, SHOWN_FROM, "steward"),
    ("clerk-building", Group::Canton, BUILDING, "clerk"),
    ("overseer", Group::Canton, CANTON, "overseer"),
    ("steward-canton", Group::Canton, CANTON, "steward"),
];

/// What somebody's cases are like.
struct Resident {
    person: Person,
    cases: usize,
    /// Whether one of them waits for an answer.
    turn: bool,
}

/// Everybody whom one can be, in the order in which they are offered.
pub fn cast(kanzlei: &Kanzlei, seed: u64) -> Result<Vec<Character>, Failure> {
    let mut all: Vec<Character> = Vec::new();
    let representative = resident(kanzlei, Person::of(seed, REPRESENTATIVE))?;
    let residents = residents(kanzlei, seed, &representative)?;
    for (number, one) in (1..).zip(residents) {
        all.push(character(format!("resident-{number}"), one));
    }
    if representative.cases > 0 {
        all.push(character("representative".to_owned(), representative));
    }
    for (key, group, authority, role) in OFFICIALS {
        let official = people::official(authority, 0, role)?;
        let kanzlei::core::domain::Who::Official { id, role, .. } = official.who else {
            continue;
        };
        all.push(Character {
            key: key.to_owned(),
            name: people::official_name(authority, key),
            group,
            who: Who::Official(id, authority, role),
            cases: 0,
            turn: false,
            represents: false,
        });
    }
    all.push(Character {
        key: "operator".to_owned(),
        name: people::official_name(AuthorityId::INSTALLATION, "operator"),
        group: Group::Operation,
        who: Who::Operator,
        cases: 0,
        turn: false,
        represents: false,
    });
    Ok(all)
}

fn character(key: String, one: Resident) -> Character {
    Character {
        represents: key == "representative",
        key,
        name: one.person.name,
        group: Group::Residents,
        who: Who::Resident(one.person.id),
        cases: one.cases,
        turn: one.turn,
    }
}

/// Who moves in the case that the demo shows, one whose turn it is, and one with many cases.
fn residents(
    kanzlei: &Kanzlei,
    seed: u64,
    representative: &Resident,
) -> Result<Vec<Resident>, Failure> {
    let mut chosen = vec![resident(kanzlei, Person::of(seed, SHOWN))?];
    let mut others = Vec::new();
    for number in 1..LOOKED_AT {
        let other = resident(kanzlei, Person::of(seed, number))?;
        // Two of a name would be hard to tell apart.
        let mut named = chosen.iter().chain([representative]);
        let double = named.any(|one| one.person.name == other.person.name);
        if other.cases > 0 && !double {
            others.push(other);
        }
    }
    if let Some(at) = others.iter().position(|other| other.turn) {
        chosen.push(others.remove(at));
    }
    let most = others.iter().map(|other| other.cases).max();
    let busy = others.into_iter().find(|other| Some(other.cases) == most);
    chosen.extend(busy);
    Ok(chosen)
}

fn resident(kanzlei: &Kanzlei, person: Person) -> Result<Resident, Failure> {
    // As strongly as anything needs.
    let actor = person.actor().with_assurance(kanzlei::Assurance::HIGH);
    let session = kanzlei.act_as(Actor::clone(&actor));
    let mut cases: Vec<_> = block_on(session.my_cases())?
        .into_iter()
        .map(|one| one.case)
        .collect();
    cases.sort_unstable();
    cases.dedup();
    let mut turn = false;
    for case in &cases {
        let answers = block_on(session.case(*case))?;
        turn |= answers.iter().any(waits);
    }
    Ok(Resident {
        person,
        cases: cases.len(),
        turn,
    })
}

/// Whether something is asked that this party hasn't answered.
fn waits(answer: &Answer) -> bool {
    matches!(answer, Answer::Own(own) if !own.offers.answer.is_empty())
}
