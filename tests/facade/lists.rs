//! Lists of an official of whom it isn't known surely enough who that is.

use super::*;

use kanzlei::Assurance;

#[test]
fn no_list_says_more_of_a_case_than_the_official_is_known_surely_enough_to_read() {
    let directory = tempfile::tempdir().unwrap();
    let mut service = services::certificate_of_residence().unwrap();
    service.assurance.read = Assurance::SUBSTANTIAL;
    let kanzlei = Kanzlei::open(directory.path())
        .register(services::register::lucerne().unwrap())
        .service(service)
        .start()
        .unwrap();
    let party = kanzlei.act_as(anna());
    let case = block_on(party.submit("certificate-of-residence", certificate()))
        .unwrap()
        .case;
    let seen = |assurance: Assurance| {
        let actor = official("clerk", LUZERN).with_assurance(assurance);
        let session = kanzlei.act_as(actor.clone());
        session.has_seen(end(&kanzlei));
        let (cases, paging) = (CaseFilter::default(), Paging::first(9));
        let cases = block_on(session.cases(&cases, &paging)).unwrap().items;
        let tasks = InboxFilter::default();
        let inbox = block_on(session.inbox(&tasks, &paging)).unwrap().items;
        let counts = block_on(session.inbox_counts(&tasks)).unwrap();
        let workload = block_on(session.workload()).unwrap();
        let (catalogue, today) = (kanzlei.catalogue(), kanzlei.today());
        let asked = kanzlei.queries().ask(&actor, &catalogue, today);
        let one = asked.case(case).unwrap();
        // That there is the case they may know.
        let found = block_on(session.find(&case.to_string())).unwrap();
        assert_eq!(found, [case]);
        (
            cases.len(),
            inbox.len(),
            counts.all,
            workload.unassigned,
            one.is_some(),
        )
    };
    assert_eq!(seen(Assurance::SUBSTANTIAL), (1, 1, 1, 1, true));
    assert_eq!(seen(Assurance::LOW), (0, 0, 0, 0, false));
}
