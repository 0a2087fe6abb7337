//! People who don't exist: common names, streets that every place has, numbers that nobody can have.

use kanzlei::{Actor, Assurance, AuthorityId, Code, OfficialId, PersonId};

use super::Failure;
use super::random::Random;

const FIRST_NAMES: &[&str] = &[
    "Anna", "Beat", "Carla", "Daniel", "Elena", "Fabian", "Greta", "Hans", "Ivana", "Jonas",
    "Katja", "Lukas", "Maria", "Nico", "Olivia", "Peter", "Rahel", "Samuel", "Teresa", "Urs",
    "Vera", "Werner", "Yasmin", "Zoran",
];
const FAMILY_NAMES: &[&str] = &[
    "Arnold",
    "Bucher",
    "Christen",
    "Duss",
    "Emmenegger",
    "Fischer",
    "Gut",
    "Huber",
    "Imhof",
    "Jost",
    "Keller",
    "Lustenberger",
    "Meier",
    "Niederberger",
    "Odermatt",
    "Portmann",
    "Rossi",
    "Schmid",
    "Stalder",
    "Theiler",
    "Unternährer",
    "Vogel",
    "Weber",
    "Zihlmann",
];
const STREETS: &[&str] = &[
    "Bahnhofstrasse",
    "Dorfstrasse",
    "Hauptstrasse",
    "Kirchweg",
    "Schulstrasse",
    "Seestrasse",
    "Bergstrasse",
    "Wiesenweg",
    "Sonnenrain",
    "Lindenweg",
];
/// How many officials of an authority handle cases.
const CLERKS: u64 = 5;

/// Streams of chance, so that one thing's draws don't move another's.
const PERSONS: u64 = 1;
const OFFICIALS: u64 = 2;

/// A resident.
pub struct Person {
    pub id: PersonId,
    pub name: String,
}

impl Person {
    /// The person with this number.
    pub fn of(seed: u64, number: u64) -> Self {
        let mut random = Random::of(seed, PERSONS, number);
        let id = PersonId::from_bytes(random.bytes());
        let name = name(&mut random);
        Self { id, name }
    }

    pub fn actor(&self) -> Actor {
        Actor::resident(self.id, self.name.clone()).with_assurance(Assurance::SUBSTANTIAL)
    }
}

/// A first and a family name.
pub fn name(random: &mut Random) -> String {
    let first = random.one_of(FIRST_NAMES).unwrap_or_default();
    let family = random.one_of(FAMILY_NAMES).unwrap_or_default();
    format!("{first} {family}")
}

/// A street and a number.
pub fn address(random: &mut Random) -> String {
    let street = random.one_of(STREETS).unwrap_or_default();
    format!("{street} {}", random.between(1, 99))
}

/// One of the officials of an authority who handle cases.
pub fn clerk(authority: AuthorityId, random: &mut Random) -> Result<Actor, Failure> {
    official(authority, random.below(CLERKS), "clerk")
}

/// What an official is called; another one for another word.
pub fn official_name(authority: AuthorityId, word: &str) -> String {
    let letters = word
        .bytes()
        .fold(0, |sum: u64, byte| sum.wrapping_mul(31) + u64::from(byte));
    name(&mut Random::of(letters, OFFICIALS, u64::from(authority.0)))
}

/// An official with this number and role.
pub fn official(authority: AuthorityId, number: u64, role: &str) -> Result<Actor, Failure> {
    let number = u64::from(authority.0) << 8 | number;
    let id = OfficialId::from_bytes(Random::of(0, OFFICIALS, number).bytes());
    let official = Actor::official(id, authority, Code::new(role)?);
    Ok(official.with_assurance(Assurance::SUBSTANTIAL))
}
