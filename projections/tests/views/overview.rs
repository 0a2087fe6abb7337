//! Who gets which figures, with a real register and a real service.

use std::sync::Arc;

use futures::executor::block_on;
use kanzlei_core::domain::event::{AuthorityInvolved, CaseOpened, Event, PhaseEntered};
use kanzlei_core::domain::{Actor, Catalogue, publish_edition, publish_register};
use kanzlei_core::engine::{Engine, Options, Ports};
use kanzlei_core::record::Hash;
use kanzlei_core::{AuthorityId, OfficialId, Position, Service, ServiceKey};
use kanzlei_projections::{CaseFilter, InboxFilter, Overview, Paging, Queries, QueryError, Runner};
use kanzlei_store::{SystemClock, SystemEntropy};

use super::stores::TestViews;
use super::town::{Town, code};
use super::views_equal_oracles::{catch_up, day, start};

const DOGS: &str = "dog-registration";
const LUZERN: u32 = 1061;
const KRIENS: u32 = 1059;
const HORW: u32 = 1058;

/// A town whose log begins with the register of Lucerne and the registration of dogs.
pub fn lucerne() -> (Town, Arc<Catalogue>, Service) {
    let town = Town::new();
    let ports = Ports {
        store: town.log.clone(),
        vault: town.vault.clone(),
        clock: Arc::new(SystemClock),
        entropy: Arc::new(SystemEntropy),
    };
    let engine = block_on(Engine::open(ports, Options::default())).unwrap();
    let session = engine.act_as(Actor::installation());
    let dogs = kanzlei_services::dog_registration().unwrap();
    let register = kanzlei_services::register::lucerne().unwrap();
    for command in publish_register(&register) {
        block_on(session.administer(command)).unwrap();
    }
    for command in publish_edition(&dogs) {
        block_on(session.administer(command)).unwrap();
    }
    (town, engine.catalogue(), dogs)
}

fn dogs(town: &mut Town, authority: u32, cases: usize) -> Position {
    let mut position = Position::START;
    for _ in 0..cases {
        let at = town.case(DOGS, authority);
        let opened = CaseOpened {
            slot: town.cases[at].slot,
            edition: 1,
            definition: Hash::ZERO,
            parent: None,
        };
        let phase = code("review");
        let now = town.now;
        let events: Vec<Event> = vec![opened.into(), PhaseEntered { phase }.into()];
        let events = events.into_iter().map(|event| (event, now)).collect();
        position = town.commit(vec![(at, events)]);
    }
    position
}

/// An official of the first authority that oversees the service, in that role.
pub fn overseer(catalogue: &Catalogue, dogs: &Service) -> Actor {
    let who = &dogs.oversight[0];
    let register = catalogue.register().unwrap();
    let mut canton = register
        .all_on(day())
        .filter(|one| one.level.as_str() == who.level.as_str());
    let authority = canton.next().unwrap().id;
    Actor::official(OfficialId::from_bytes([9; 16]), authority, who.role.clone())
}

pub fn clerk(authority: u32) -> Actor {
    Actor::official(
        OfficialId::from_bytes([8; 16]),
        AuthorityId(authority),
        code("clerk"),
    )
}

fn authorities(overview: &Overview) -> Vec<(u32, u64)> {
    let service = overview.services.first().unwrap();
    assert_eq!(service.service, Some(code(DOGS)));
    let figures = service.authorities.iter();
    figures
        .map(|one| (one.authority.0, one.figures.cases))
        .collect()
}

pub fn run(town: &Town, position: Position) -> (Runner, Queries) {
    let runner = start(town, &TestViews::new(), 100_000);
    catch_up(&runner, position);
    let queries = Queries::new(runner.reader());
    (runner, queries)
}

#[test]
fn an_overseer_learns_no_small_figure_and_an_official_the_own_ones_exactly() {
    let (mut town, catalogue, service) = lucerne();
    dogs(&mut town, LUZERN, 9);
    dogs(&mut town, KRIENS, 5);
    let last = dogs(&mut town, HORW, 2);
    let (runner, queries) = run(&town, last);
    let canton = overseer(&catalogue, &service);
    let asked = queries.ask(&canton, &catalogue, day());
    let overview = asked.overview().unwrap();
    assert_eq!(overview.threshold, 3);
    assert_eq!(authorities(&overview), [(LUZERN, 9)]);
    let others = overview.services[0].others.as_ref().unwrap();
    assert_eq!((others.cases, others.open), (7, Some(7)));
    assert_eq!(overview.services[0].total.cases, 16);
    assert_eq!(overview.services[0].total.phases[0].cases, Some(16));

    let exact = Queries::new(runner.reader()).leaving_out_below(0);
    let exact = exact.ask(&canton, &catalogue, day()).overview().unwrap();
    assert_eq!(authorities(&exact), [(HORW, 2), (KRIENS, 5), (LUZERN, 9)]);

    let horw = clerk(HORW);
    let overview = queries.ask(&horw, &catalogue, day()).overview().unwrap();
    assert_eq!(
        (overview.threshold, authorities(&overview)),
        (0, vec![(HORW, 2)])
    );
    let anonymous = Actor::anonymous();
    let refused = queries.ask(&anonymous, &catalogue, day()).overview();
    assert!(matches!(refused, Err(QueryError::NotAllowed(_))));
}

#[test]
fn cases_that_one_may_not_know_of_take_no_place_among_those_that_are_found() {
    let (mut town, catalogue, _) = lucerne();
    dogs(&mut town, LUZERN, 30);
    town.now = town.now.plus_micros(1_000_000);
    let last = dogs(&mut town, HORW, 1);
    let own = town.cases.last().unwrap().case;
    let (_runner, queries) = run(&town, last);
    let digits = own.to_string();
    let all = queries
        .operate(&catalogue, day())
        .find(&digits[..4])
        .unwrap();
    assert!(all.len() == 20 && !all.contains(&own), "{all:?}");
    let horw = clerk(HORW);
    let asked = queries.ask(&horw, &catalogue, day());
    assert_eq!(asked.find(&digits[..4]).unwrap(), [own]);
}

#[test]
fn an_overseer_has_no_list_and_an_authority_only_its_own() {
    let (mut town, catalogue, service) = lucerne();
    dogs(&mut town, LUZERN, 2);
    let canton = overseer(&catalogue, &service);
    // The canton's own case is no business of its overseer's either.
    dogs(&mut town, canton.authority().unwrap().0, 1);
    let last = dogs(&mut town, HORW, 1);
    let (_runner, queries) = run(&town, last);
    let (page, filter) = (Paging::first(10), CaseFilter::default());
    let asked = queries.ask(&canton, &catalogue, day());
    assert_eq!(asked.cases(&filter, &page).unwrap().items, []);
    assert_eq!(
        asked.inbox(&InboxFilter::default(), &page).unwrap().items,
        []
    );
    let horw = clerk(HORW);
    let asked = queries.ask(&horw, &catalogue, day());
    let own = asked.cases(&filter, &page).unwrap().items;
    assert_eq!(own.len(), 1);
    assert_eq!(own[0].service, Some(code(DOGS)));
    assert_eq!(own[0].phase, Some(code("review")));
    let foreign = town.cases[0].case;
    assert_eq!(asked.case(foreign).unwrap(), None);
    assert_eq!(asked.find(&foreign.to_string()).unwrap(), []);
    assert_eq!(
        asked.find(&own[0].reference.to_string()).unwrap(),
        [own[0].case]
    );
    let operator = queries.operate(&catalogue, day());
    let filter = CaseFilter {
        authority: Some(AuthorityId(LUZERN)),
        service: Some(ServiceKey::of(DOGS)),
        phase: Some(code("review")),
        ..CaseFilter::default()
    };
    assert_eq!(operator.cases(&filter, &page).unwrap().items.len(), 2);
    let wrong = Paging {
        after: Some("nonsense".parse().unwrap()),
        ..page
    };
    assert_eq!(operator.cases(&filter, &wrong), Err(QueryError::Cursor));
}

#[test]
fn a_merged_municipality_s_cases_follow_its_successor() {
    let (mut town, catalogue, service) = lucerne();
    let register = catalogue.register().unwrap();
    let gone = register.rows().iter().find(|row| {
        row.is_municipality()
            && register
                .current(row.id, day())
                .is_some_and(|now| now != row.id)
    });
    let gone = gone.unwrap().id;
    let successor = register.current(gone, day()).unwrap();
    let last = dogs(&mut town, gone.0, 4);
    let now = town.now;
    let authority = successor;
    let event: Event = AuthorityInvolved { authority }.into();
    let last = town.commit(vec![(0, vec![(event, now)])]).max(last);
    let (_runner, queries) = run(&town, last);
    let canton = overseer(&catalogue, &service);
    let overview = queries.ask(&canton, &catalogue, day()).overview().unwrap();
    assert_eq!(authorities(&overview), [(successor.0, 4)]);
    let clerk = clerk(successor.0);
    let asked = queries.ask(&clerk, &catalogue, day());
    let listed = asked
        .cases(&CaseFilter::default(), &Paging::first(10))
        .unwrap();
    assert_eq!(listed.items.len(), 4);
}
