//! The facade: parts wired together, and what that promises.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod backup;
mod damaged_keys;
mod documents;
mod erasure;
mod keeping;
mod lists;
mod repair;
mod vault_lost;

use std::path::Path;
use std::sync::Arc;

use futures::executor::block_on;
use kanzlei::core::ports::StoreError;
use kanzlei::projections::{Interest, PartInLog, ProjectionError, Views};
use kanzlei::store::{
    MemoryEventStore, MemoryKeyVault, MemoryViewStore, SystemClock, SystemEntropy,
};
use kanzlei::{
    Actor, AuthorityId, CaseFilter, Code, Error, Form, InboxFilter, InstallationKey, Kanzlei,
    OfficialId, Opening, Paging, PartyId, PersonId, Position, Projection, Standing, services,
};

const LUZERN: AuthorityId = AuthorityId(1061);

fn offering(opening: Opening) -> Opening {
    opening
        .register(services::register::lucerne().unwrap())
        .service(services::certificate_of_residence().unwrap())
        .service(services::move_of_residence().unwrap())
}

fn end(kanzlei: &Kanzlei) -> Position {
    kanzlei.engine().ports().store.watermark().now()
}

fn anna() -> Actor {
    Actor::resident(PersonId::from_bytes([1; 16]), "Anna Muster")
}

fn official(role: &str, authority: AuthorityId) -> Actor {
    Actor::official(
        OfficialId::from_bytes([7; 16]),
        authority,
        Code::new(role).unwrap(),
    )
}

fn certificate() -> Form {
    Form::new()
        .with("municipality", LUZERN)
        .unwrap()
        .with("copies", 1)
        .unwrap()
}

#[test]
fn the_same_opening_again_adds_nothing_and_a_changed_service_an_edition() {
    let directory = tempfile::tempdir().unwrap();
    let open = || offering(Kanzlei::open(directory.path()));
    let kanzlei = open().start().unwrap();
    let before = end(&kanzlei);
    kanzlei.close().unwrap();
    let kanzlei = open().start().unwrap();
    assert_eq!(end(&kanzlei), before);
    kanzlei.close().unwrap();

    let mut changed = services::certificate_of_residence().unwrap();
    changed.valid_until = Some("2099-12-31".parse().unwrap());
    let kanzlei = Kanzlei::open(directory.path())
        .service(changed.clone())
        .start()
        .unwrap();
    assert!(end(&kanzlei) > before);
    assert_eq!(kanzlei.catalogue().editions(changed.key()).len(), 2);
}

#[test]
fn several_editions_of_a_service_are_published_once_and_in_their_order() {
    let directory = tempfile::tempdir().unwrap();
    let now = services::certificate_of_residence().unwrap();
    let mut soon = now.clone();
    soon.valid_from = "2099-01-01".parse().unwrap();
    let mut later = soon.clone();
    later.valid_from = "2099-07-01".parse().unwrap();
    let published = |given: &[&kanzlei::Service]| {
        let opening = Kanzlei::open(directory.path());
        let opening = given
            .iter()
            .fold(opening, |opening, one| opening.service((*one).clone()));
        let kanzlei = opening.start().unwrap();
        let editions = kanzlei.catalogue().editions(now.key()).to_vec();
        let valid = editions.iter().map(|edition| edition.service.valid_from);
        valid.collect::<Vec<_>>()
    };
    let days = [now.valid_from, soon.valid_from, later.valid_from];
    for _ in 0..3 {
        // The same twice is one.
        assert_eq!(published(&[&now, &now, &soon]), days[..2]);
    }
    assert_eq!(published(&[&now, &soon, &later]), days);
    assert_eq!(published(&[&soon, &later]), days);
    assert_eq!(published(&[&later]), days);
    // Back to the first: it is the newest again.
    assert_eq!(published(&[&now])[3], days[0]);
}

#[test]
fn a_session_reads_in_the_views_what_it_has_written() {
    let directory = tempfile::tempdir().unwrap();
    let kanzlei = offering(Kanzlei::open(directory.path())).start().unwrap();
    let (resident, office) = (
        kanzlei.act_as(anna()),
        kanzlei.act_as(official("clerk", LUZERN)),
    );
    for count in 1..20 {
        let receipt = block_on(resident.submit("certificate-of-residence", certificate())).unwrap();
        assert_eq!(block_on(resident.my_cases()).unwrap().len(), count);
        office.has_seen(receipt.position);
        let inbox = block_on(office.inbox(&InboxFilter::default(), &Paging::first(100))).unwrap();
        assert_eq!(inbox.items.len(), count);
        let cases = block_on(office.cases(&CaseFilter::default(), &Paging::first(100))).unwrap();
        assert_eq!(cases.items.len(), count);
        let reference = receipt.reference.to_string();
        assert_eq!(block_on(office.find(&reference)).unwrap(), [receipt.case]);
    }
    let figures = kanzlei.append_figures().unwrap();
    assert_eq!(figures.commits, end(&kanzlei).0);
    assert_eq!(figures.latency_micros.count(), figures.commits);
    let canton = kanzlei.act_as(official("overseer", services::register::CANTON));
    block_on(kanzlei.up_to_date()).unwrap();
    assert_eq!(
        block_on(canton.overview()).unwrap().services[0].total.cases,
        19
    );
    // Each list is for whom it is.
    assert!(matches!(block_on(office.my_cases()), Err(Error::Query(_))));
    assert!(matches!(
        block_on(resident.overview()),
        Err(Error::Query(_))
    ));
}

#[test]
fn only_who_operates_the_installation_stands_in_for_others() {
    let directory = tempfile::tempdir().unwrap();
    let kanzlei = offering(Kanzlei::open(directory.path())).start().unwrap();
    let resident = kanzlei.act_as(anna());
    let case = block_on(resident.submit("certificate-of-residence", certificate()))
        .unwrap()
        .case;
    let own = block_on(resident.case(case)).unwrap().remove(0);

    let operator = kanzlei.act_as(Actor::installation());
    let stand_in = |standing| block_on(operator.stand_in(case, standing));
    assert_eq!(stand_in(Standing::Party(PartyId(1))).unwrap(), own);
    for standing in [
        Standing::Responsible,
        Standing::Involved,
        Standing::Oversight,
    ] {
        assert_eq!(stand_in(standing).unwrap().standing(), standing);
    }
    let nobody = stand_in(Standing::Party(PartyId(2))).unwrap_err();
    assert_eq!(nobody.refusal().unwrap().code, "case-not-found");
    // Without standing in the operator has no standing, and nobody else may stand in.
    assert!(block_on(operator.case(case)).is_err());
    for actor in [anna(), official("clerk", LUZERN), Actor::anonymous()] {
        let session = kanzlei.act_as(actor);
        let refused = block_on(session.stand_in(case, Standing::Responsible)).unwrap_err();
        assert_eq!(refused.refusal().unwrap().code, "operators-only");
    }
}

/// How many commits there were.
struct Commits;

impl Projection for Commits {
    fn name(&self) -> &'static str {
        "commits"
    }

    fn revision(&self) -> u32 {
        1
    }

    fn interest(&self) -> Interest {
        Interest::in_cases()
    }

    fn apply(&self, _: &PartInLog<'_>, views: &mut Views<'_>) -> Result<(), ProjectionError> {
        let commits: u64 = views.read(b"commits")?.unwrap_or(0);
        views.write(b"commits", &(commits + 1))
    }
}

#[test]
fn every_part_can_be_another_in_one_line() {
    let directory = tempfile::tempdir().unwrap();
    let kanzlei = offering(Kanzlei::open(directory.path()))
        .store(MemoryEventStore::new(Arc::new(SystemClock)))
        .vault(MemoryKeyVault::new(Arc::new(SystemEntropy)).unwrap())
        .views(MemoryViewStore::new())
        .projection(Commits)
        .start()
        .unwrap();
    let resident = kanzlei.act_as(anna());
    block_on(resident.submit("certificate-of-residence", certificate())).unwrap();
    block_on(kanzlei.up_to_date()).unwrap();
    assert!(
        kanzlei
            .runner()
            .status()
            .iter()
            .any(|view| view.name == "commits")
    );
    assert_eq!(kanzlei.append_figures(), None);
    // What is no part stays in the directory.
    let names = std::fs::read_dir(directory.path()).unwrap();
    let names: Vec<_> = names.map(|name| name.unwrap().file_name()).collect();
    assert_eq!(names.len(), 2, "{names:?}");
    assert!(
        names
            .iter()
            .all(|name| name == "drafts" || name == "documents")
    );
    kanzlei.close().unwrap();
}

#[test]
fn an_installation_is_open_once_and_its_key_opens_it() {
    let directory = tempfile::tempdir().unwrap();
    let open = |path: &Path| Kanzlei::open(path).start();
    let kanzlei = open(directory.path()).unwrap();
    let twice = open(directory.path()).unwrap_err();
    assert!(
        matches!(twice, Error::Store(StoreError::Locked(_))),
        "{twice}"
    );
    drop(kanzlei);
    drop(open(directory.path()).unwrap());

    let passphrase = InstallationKey::from_passphrase("something else").unwrap();
    let wrong = Kanzlei::open(directory.path())
        .key(passphrase)
        .start()
        .unwrap_err();
    assert!(matches!(wrong, Error::Vault(_)), "{wrong}");
    std::fs::remove_file(directory.path().join("vault")).unwrap();
    let missing = open(directory.path()).unwrap_err();
    assert!(matches!(missing, Error::VaultMissing { .. }), "{missing}");
    assert!(!directory.path().join("vault").exists());
}

#[test]
fn it_starts_inside_an_executor_and_a_refused_service_stops_it() {
    let directory = tempfile::tempdir().unwrap();
    block_on(async {
        let kanzlei = offering(Kanzlei::open(directory.path())).start().unwrap();
        assert_eq!(kanzlei.authority("Luzern").unwrap(), LUZERN);
        let unknown = kanzlei.authority("Atlantis").unwrap_err();
        assert_eq!(unknown.refusal().unwrap().code, "authority-unknown");
        kanzlei.close().unwrap();
    });
    let mut wrong = services::certificate_of_residence().unwrap();
    wrong.fields.clear();
    let refused = Kanzlei::open(directory.path())
        .service(wrong)
        .start()
        .unwrap_err();
    assert_eq!(refused.refusal().unwrap().code, "definition-invalid");
}

#[test]
fn an_interrupted_creation_is_completed() {
    let directory = tempfile::tempdir().unwrap();
    let kanzlei = Kanzlei::open(directory.path()).start().unwrap();
    kanzlei.close().unwrap();
    // As a kill leaves it that came after the key was made, and before the vault was.
    std::fs::remove_file(directory.path().join("vault")).unwrap();
    std::fs::remove_dir_all(directory.path().join("log")).unwrap();
    std::fs::remove_dir_all(directory.path().join("views")).unwrap();
    let kanzlei = offering(Kanzlei::open(directory.path())).start().unwrap();
    kanzlei.close().unwrap();
}
