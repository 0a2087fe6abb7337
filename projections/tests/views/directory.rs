//! The directory: with the vault, without it, and taking a case out.

use std::sync::Arc;

use async_trait::async_trait;
use futures::executor::block_on;
use kanzlei_core::domain::event::Event;
use kanzlei_core::domain::{Actor, Catalogue, PartyId};
use kanzlei_core::ports::{Access, KeyVault, Purpose, Row, VaultError};
use kanzlei_core::record::{KeyState, Keyring};
use kanzlei_core::{CaseId, KeySlot, Position};
use kanzlei_projections::{
    CaseFilter, Directory, Involvement, Paging, Queries, QueryError, Runner, ViewError, ViewStatus,
};
use kanzlei_store::{MemoryKeyVault, SystemEntropy};

use super::oracle;
use super::runner::until;
use super::stores::TestViews;
use super::town::{Town, person};
use super::views_equal_oracles::{catch_up, day, start};

/// Cases of one person, and the position of the last.
fn cases_of_one(town: &mut Town, count: usize) -> (Vec<CaseId>, Position) {
    let mut position = Position::START;
    let mut cases = Vec::new();
    for _ in 0..count {
        let at = town.case("dog-registration", 1061);
        let party = town.party(1, Some(person(0)), "Muster");
        let now = town.now;
        position = town.commit(vec![(at, vec![(party, now)])]);
        cases.push(town.cases[at].case);
    }
    cases.sort_unstable();
    (cases, position)
}

/// What the one who has them is in such a case.
fn applicant(case: CaseId) -> Involvement {
    let party = PartyId(1);
    Involvement { case, party }
}

fn listed(queries: &Queries) -> Vec<CaseId> {
    let found = block_on(queries.cases_of(person(0))).unwrap();
    found.iter().map(|one| one.case).collect()
}

/// How the directory is.
fn status(runner: &Runner) -> ViewStatus {
    let mut views = runner.status().into_iter();
    views.find(|view| view.name == "directory").unwrap()
}

#[test]
fn without_the_vault_it_waits_and_the_others_go_on() {
    let mut town = Town::new();
    let (cases, position) = cases_of_one(&mut town, 3);
    town.vault.set_reachable(false);
    let views = TestViews::new();
    let runner = start(&town, &views, 200);
    for view in ["worklist", "overview", "process", "moments"] {
        block_on(runner.caught_up(view, position)).unwrap();
    }
    let waiting = block_on(runner.caught_up("directory", position)).unwrap_err();
    assert!(matches!(waiting, ViewError::Waiting { .. }), "{waiting}");
    let directory = status(&runner);
    assert!(directory.waiting.as_ref().unwrap().contains("vault"));
    assert_eq!(directory.failure, None);
    let queries = Queries::new(runner.reader());
    let error = block_on(queries.cases_of(person(0))).unwrap_err();
    assert!(matches!(error, QueryError::Vault(_)), "{error}");

    town.vault.set_reachable(true);
    until(|| block_on(runner.caught_up("directory", position)).is_ok());
    assert_eq!(listed(&queries), cases);
}

#[test]
fn a_rebuild_waits_for_the_vault_and_is_not_forgotten() {
    let mut town = Town::new();
    let (cases, position) = cases_of_one(&mut town, 3);
    let runner = start(&town, &TestViews::new(), 200);
    catch_up(&runner, position);
    let queries = Queries::new(runner.reader());
    // The directory has met this party; what is built anew has not.
    let erased = party_slot(&town);
    block_on(town.vault.destroy(&[erased])).unwrap();
    assert_eq!(listed(&queries), cases);
    town.vault.set_reachable(false);
    runner.rebuild("directory").unwrap();
    let directory = || status(&runner);
    until(|| directory().waiting.is_some());
    assert!(directory().building);
    town.vault.set_reachable(true);
    until(|| !directory().building);
    assert_eq!(listed(&queries).len(), 2);
}

#[test]
fn a_rebuild_destroys_the_keys_of_the_lists_that_it_throws_away() {
    let mut town = Town::new();
    let (cases, position) = cases_of_one(&mut town, 3);
    let runner = start(&town, &TestViews::new(), 200);
    catch_up(&runner, position);
    let before = alive(&town);
    runner.rebuild("directory").unwrap();
    let is_building = || runner.status().iter().any(|view| view.building);
    until(|| !is_building() && alive(&town).len() < before.len());
    assert_eq!(alive(&town).len() + 1, before.len());
    assert_eq!(listed(&Queries::new(runner.reader())), cases);
}

/// The slot of the first party in the log.
fn party_slot(town: &Town) -> KeySlot {
    let cases = oracle::cases(&*town.log);
    let slot = cases.values().flatten().find_map(|one| match &one.event {
        Event::PartyAdded(added) => Some(added.slot),
        _ => None,
    });
    slot.unwrap()
}

/// The slots that the vault keeps alive.
fn alive(town: &Town) -> Vec<KeySlot> {
    let slots: Vec<KeySlot> = (1..1_000).map(KeySlot).collect();
    let why = Access {
        purpose: Purpose::Directory,
        case: None,
    };
    let keys = block_on(town.vault.fetch(&slots, why)).unwrap();
    let is_alive = |slot: &KeySlot| matches!(keys.get(*slot), Some(KeyState::Alive(_)));
    slots.into_iter().filter(is_alive).collect()
}

/// How many slots are to be destroyed.
fn doomed(views: &TestViews) -> usize {
    let rows = views.rows().into_iter();
    let doomed = |row: &Row| row.key.first() == Some(&b'D');
    rows.filter(|(view, row)| view.name == "directory" && doomed(row))
        .count()
}

#[test]
fn a_case_is_taken_out_and_the_old_slot_destroyed() {
    let mut town = Town::new();
    let (mut cases, position) = cases_of_one(&mut town, 5);
    let views = TestViews::new();
    // Small pages, so that the list has several chunks.
    let runner = start(&town, &views, 200);
    catch_up(&runner, position);
    let queries = Queries::new(runner.reader());
    assert_eq!(listed(&queries), cases);

    let before = alive(&town);
    let gone = cases.remove(2);
    block_on(runner.forget(person(0), applicant(gone))).unwrap();
    assert_eq!(listed(&queries), cases);
    let after = alive(&town);
    let destroyed: Vec<_> = before.iter().filter(|slot| !after.contains(slot)).collect();
    assert_eq!(destroyed.len(), 1);
    assert_eq!(doomed(&views), 0, "what was to be destroyed is settled");

    for case in cases {
        block_on(runner.forget(person(0), applicant(case))).unwrap();
    }
    assert_eq!(listed(&queries), []);
    block_on(runner.forget(person(1), applicant(gone))).unwrap();
    runner.stop();
    let stopped = block_on(runner.forget(person(1), applicant(gone)));
    assert_eq!(stopped, Err(ViewError::Closed));
}

#[test]
fn what_a_kill_left_to_destroy_is_destroyed_at_the_next_start() {
    let mut town = Town::new();
    let (mut cases, position) = cases_of_one(&mut town, 3);
    let views = TestViews::new();
    let runner = start(&town, &views, 1_000);
    catch_up(&runner, position);
    let before = alive(&town);
    // The rows are written, and then the process dies.
    views.die_after(1);
    let gone = cases.remove(0);
    block_on(runner.forget(person(0), applicant(gone))).unwrap_err();
    runner.stop();
    assert_eq!(doomed(&views), 1);
    views.live();
    let runner = start(&town, &views, 1_000);
    catch_up(&runner, position);
    assert_eq!(doomed(&views), 0);
    assert_eq!(listed(&Queries::new(runner.reader())), cases);
    let after = alive(&town);
    assert_eq!(
        before.iter().filter(|slot| !after.contains(slot)).count(),
        1
    );
}

#[test]
fn a_rebuild_destroys_what_a_view_that_failed_still_owed() {
    let mut town = Town::new();
    let (cases, position) = cases_of_one(&mut town, 3);
    let views = TestViews::new();
    let runner = start(&town, &views, 1_000);
    catch_up(&runner, position);
    let before = alive(&town);
    views.die_after(1);
    block_on(runner.forget(person(0), applicant(cases[0]))).unwrap_err();
    assert_eq!(doomed(&views), 1);
    views.live();
    runner.rebuild("directory").unwrap();
    // The list as it was, and as it was sealed anew.
    until(|| alive(&town).len() + 2 == before.len());
    // The party's own key is there, as if nobody had been erased.
    assert_eq!(listed(&Queries::new(runner.reader())), cases);
}

#[test]
fn a_rebuild_beside_one_that_was_broken_off_needs_no_vault_to_begin() {
    let mut town = Town::new();
    let (cases, position) = cases_of_one(&mut town, 3);
    let views = TestViews::new();
    let runner = start(&town, &views, 200);
    catch_up(&runner, position);
    let directory = || status(&runner);
    // A list is begun already.
    views.die_after(2);
    runner.rebuild("directory").unwrap();
    until(|| directory().stopped);
    views.live();
    town.vault.set_reachable(false);
    runner.rebuild("directory").unwrap();
    until(|| directory().waiting.is_some());
    town.vault.set_reachable(true);
    until(|| !directory().building);
    block_on(runner.caught_up("directory", position)).unwrap();
    assert_eq!(listed(&Queries::new(runner.reader())), cases);
    let lists = || {
        let rows = views.rows().into_iter();
        let of = |row: &Row| row.key.first() == Some(&b'P');
        rows.filter(|(view, row)| view.name == "directory" && of(row))
            .count()
    };
    until(|| lists() == 1);
}

/// A vault as it is once an older one was put back: some keys were given away since.
struct Older {
    vault: Arc<MemoryKeyVault>,
    lost: Vec<KeySlot>,
}

#[async_trait]
impl KeyVault for Older {
    async fn mint(&self, count: usize) -> Result<Vec<KeySlot>, VaultError> {
        self.vault.mint(count).await
    }

    async fn fetch(&self, slots: &[KeySlot], why: Access) -> Result<Keyring, VaultError> {
        let mut keys = self.vault.fetch(slots, why).await?;
        for slot in slots.iter().filter(|slot| self.lost.contains(slot)) {
            keys.insert(*slot, KeyState::Lost);
        }
        Ok(keys)
    }

    async fn destroy(&self, slots: &[KeySlot]) -> Result<(), VaultError> {
        self.vault.destroy(slots).await
    }

    async fn token(&self, purpose: Purpose, of: &[u8]) -> Result<[u8; 16], VaultError> {
        self.vault.token(purpose, of).await
    }
}

#[test]
fn a_list_whose_key_an_older_vault_lacks_is_not_begun_again_without_its_cases() {
    let mut town = Town::new();
    let (mut cases, position) = cases_of_one(&mut town, 2);
    let views = TestViews::new();
    let before = alive(&town);
    let runner = start(&town, &views, 1_000);
    catch_up(&runner, position);
    runner.stop();
    let mut lost = alive(&town);
    lost.retain(|slot| !before.contains(slot));
    let vault = town.vault.clone();
    let directory = Directory::new(Arc::new(Older { vault, lost }), Arc::new(SystemEntropy));
    let runner = Runner::builder(town.log.clone(), Arc::new(views.clone()));
    let runner = runner.standard().directory(directory).start().unwrap();
    let queries = Queries::new(runner.reader());
    let error = block_on(queries.cases_of(person(0))).unwrap_err();
    assert!(
        error.to_string().contains("rebuild the directory"),
        "{error}"
    );

    let (more, position) = cases_of_one(&mut town, 1);
    let error = block_on(runner.caught_up("directory", position)).unwrap_err();
    assert!(
        error.to_string().contains("rebuild the directory"),
        "{error}"
    );
    runner.rebuild("directory").unwrap();
    block_on(runner.caught_up("directory", position)).unwrap();
    cases.extend(more);
    cases.sort_unstable();
    assert_eq!(listed(&queries), cases);
}

#[test]
fn a_person_sees_the_own_cases_and_nobody_else_sees_any() {
    let mut town = Town::new();
    let (cases, position) = cases_of_one(&mut town, 2);
    let views = TestViews::new();
    let runner = start(&town, &views, 1_000);
    catch_up(&runner, position);
    let queries = Queries::new(runner.reader());
    let catalogue = Catalogue::default();
    let own = |actor: Actor| {
        let asked = queries.ask(&actor, &catalogue, day());
        block_on(asked.own_cases()).map(|found| found.iter().map(|one| one.case).collect())
    };
    assert_eq!(own(Actor::resident(person(0), "Muster")), Ok(cases));
    assert_eq!(own(Actor::resident(person(1), "Beispiel")), Ok(Vec::new()));
    let refused: Result<Vec<CaseId>, _> = own(Actor::anonymous());
    assert!(matches!(refused, Err(QueryError::NotAllowed(_))));
    let actor = Actor::resident(person(0), "Muster");
    let asked = queries.ask(&actor, &catalogue, day());
    let list = asked.cases(&CaseFilter::default(), &Paging::first(1));
    assert!(matches!(list, Err(QueryError::NotAllowed(_))));
    assert!(matches!(asked.overview(), Err(QueryError::NotAllowed(_))));
}
