//! The installation that is put to the test: two authorities, one service, a few people.

use std::path::Path;

use kanzlei::{
    Actor, AuthorityId, Code, Disclosure, FieldKind, Kanzlei, Labels, OfficialId, Opening,
    PersonId, Register, Service,
};

use crate::Outcome;

/// The authority where cases are handed in.
pub const HERE: AuthorityId = AuthorityId(1061);
/// The one that some are passed on to.
pub const THERE: AuthorityId = AuthorityId(1024);
/// The service.
pub const SERVICE: &str = "lost-property";
/// How a case ends.
pub const OUTCOME: &str = "found";

const REGISTER: &str = "id,name,level,part_of,from,until,district,residents,succeeded_by\n\
    1061,Luzern,municipality,10003,,,,82000,\n\
    1024,Emmen,municipality,10003,,,,31000,\n\
    10003,Kanton Luzern,canton,,,,,,\n";

/// The installation in this folder, about to be opened.
///
/// # Errors
/// If register or service aren't what they should be.
pub fn opening(folder: &Path) -> Outcome<Opening> {
    let municipality = "Bezeichnet eine Behörde, keine Person";
    let service = Service::builder(SERVICE, Labels::de("Fundbüro"))
        .valid_from(2025, 1, 1)
        .required(
            "municipality",
            Labels::de("Gemeinde"),
            FieldKind::Municipality,
        )
        .plain("municipality", municipality)
        .required(
            "what",
            Labels::de("Was"),
            // A plan's longest text, and in front of it whose it is.
            FieldKind::Text { max_length: 40_100 },
        )
        .municipality_of("municipality")
        .phase("search", Labels::de("Suche"))
        .task("search", "look", Labels::de("Suchen"))
        .document("description", Labels::de("Beschreibung"), false)
        .outcome(OUTCOME, Labels::de("Gefunden"))
        .disclosure(Disclosure::narrow("Datenschutzgesetz (KDSG), SRL 38"))
        .build()?;
    let register = Register::from_csv(REGISTER)?;
    Ok(Kanzlei::open(folder).register(register).service(service))
}

/// The person who hands in this caller's cases.
pub fn person(caller: u32) -> PersonId {
    let mut id = [9; 16];
    id[..4].copy_from_slice(&caller.to_be_bytes());
    PersonId::from_bytes(id)
}

/// That person, acting.
pub fn resident(caller: u32) -> Actor {
    Actor::resident(person(caller), format!("Resident {caller}"))
}

/// Somebody who works at this authority.
///
/// # Errors
/// Never: the role is a code.
pub fn clerk(authority: AuthorityId) -> Outcome<Actor> {
    let official = OfficialId::from_bytes([7; 16]);
    Ok(Actor::official(official, authority, Code::new("clerk")?))
}
