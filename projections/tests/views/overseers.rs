//! What an overseer is told of ways, months and authorities: nothing that rests on few cases, and
//! nothing from which that could be computed.

use kanzlei_core::domain::event::{
    CaseOpened, Closed, DecisionIssued, Event, PhaseEntered, Withdrawn,
};
use kanzlei_core::domain::{Actor, PartyId};
use kanzlei_core::record::{Hash, Personal};
use kanzlei_core::{Position, ServiceKey, Timestamp};
use kanzlei_projections::{InboxCounts, InboxFilter, Process, QueryError, Workload};
use proptest::prelude::*;

use super::new_questions::step_name;
use super::overview::{clerk, lucerne, overseer, run};
use super::town::{Town, code};
use super::views_equal_oracles::day;

const DOGS: &str = "dog-registration";
const LUZERN: u32 = 1061;
const KRIENS: u32 = 1059;
const HOUR: i64 = 3_600_000_000;

/// Moments in the month of the day asked about, and in the months before.
fn months_ago(months: i64) -> Timestamp {
    day()
        .plus_days(-30 * i32::try_from(months).unwrap())
        .start_utc()
}

/// How a case goes, after its opening: phases, and how it ends.
#[derive(Debug, Clone, Copy)]
enum End {
    Open,
    Closed,
    Withdrawn,
}

fn go(town: &mut Town, authority: u32, begun: Timestamp, phases: &[&str], end: End) -> Position {
    let at = town.case(DOGS, authority);
    let slot = town.cases[at].slot;
    let opened = CaseOpened {
        slot,
        edition: 1,
        definition: Hash::ZERO,
        parent: None,
    };
    let mut events: Vec<Event> = vec![opened.into()];
    events.extend(
        phases
            .iter()
            .map(|phase| -> Event { PhaseEntered { phase: code(phase) }.into() }),
    );
    let text = || Personal::new(slot, "Planted".to_owned());
    match end {
        End::Open => {}
        End::Closed => {
            let outcome = code("granted");
            let grounds = text();
            events.push(DecisionIssued { outcome, grounds }.into());
            events.push(Closed {}.into());
        }
        End::Withdrawn => {
            let (party, reason) = (PartyId(1), text());
            events.push(Withdrawn { party, reason }.into());
        }
    }
    let events = events.into_iter().zip(0_i64..);
    let events = events.map(|(event, n)| (event, begun.plus_micros(n * HOUR)));
    town.commit(vec![(at, events.collect())])
}

fn cases(
    town: &mut Town,
    count: usize,
    authority: u32,
    begun: Timestamp,
    phases: &[&str],
    end: End,
) -> Position {
    let positions = (0..count).map(|_| go(town, authority, begun, phases, end));
    positions.max().unwrap_or(Position::START)
}

fn ways(process: &Process) -> Vec<(String, u64)> {
    let ways = process.ways.iter().map(|way| {
        let steps: Vec<String> = way.steps.iter().map(step_name).collect();
        (steps.join(", "), way.cases)
    });
    ways.collect()
}

#[test]
fn a_rare_way_is_put_together_with_another() {
    let (mut town, catalogue, service) = lucerne();
    let now = months_ago(0);
    cases(&mut town, 6, LUZERN, now, &["review"], End::Closed);
    cases(&mut town, 3, KRIENS, now, &["review"], End::Closed);
    cases(
        &mut town,
        5,
        LUZERN,
        now,
        &["review", "review"],
        End::Closed,
    );
    cases(
        &mut town,
        2,
        KRIENS,
        now,
        &["review", "decision"],
        End::Closed,
    );
    let last = cases(&mut town, 4, KRIENS, now, &["review"], End::Open);
    let (_runner, queries) = run(&town, last);
    let canton = overseer(&catalogue, &service);
    let asked = queries.ask(&canton, &catalogue, day());
    let process = asked.process(ServiceKey::of(DOGS)).unwrap();
    assert_eq!((process.threshold, process.cases), (3, 16));
    let often = "phase review, decided, closed".to_owned();
    assert_eq!(ways(&process), [(often, 9)]);
    assert_eq!((process.drawn, process.other_ways), (9, 7));
    assert_eq!(process.duration.median_hours, Some(3.0));
    assert_eq!(
        process.duration.p90_hours, None,
        "that of nine is what the slowest took"
    );
    assert!(process.links.iter().all(|link| link.cases == 9));
    assert!(process.spans.iter().all(|span| span.cases == 9));

    let kriens = clerk(KRIENS);
    let asked = queries.ask(&kriens, &catalogue, day());
    let process = asked.process(ServiceKey::of(DOGS)).unwrap();
    assert_eq!(
        (process.threshold, process.cases, process.other_ways),
        (0, 5, 0)
    );
    assert_eq!(process.ways.len(), 2);
    assert_eq!(process.duration.p90_hours, Some(4));
}

#[test]
fn where_an_overview_hides_how_many_were_withdrawn_the_process_does_too() {
    let (mut town, catalogue, service) = lucerne();
    let now = months_ago(0);
    cases(&mut town, 20, LUZERN, now, &["review"], End::Closed);
    cases(&mut town, 5, LUZERN, now, &["review"], End::Withdrawn);
    let last = cases(&mut town, 2, LUZERN, now, &["review"], End::Open);
    let (_runner, queries) = run(&town, last);
    let canton = overseer(&catalogue, &service);
    let asked = queries.ask(&canton, &catalogue, day());
    let total = &asked.overview().unwrap().services[0].total;
    // Two open ones are hidden, and with them the five that were withdrawn.
    assert_eq!((total.cases, total.closed), (27, Some(20)));
    assert_eq!((total.open, total.withdrawn), (None, None));
    let process = asked.process(ServiceKey::of(DOGS)).unwrap();
    assert_eq!((process.cases, process.drawn), (20, 20));
    assert_eq!(process.ways.len(), 1);
    let trend = asked.trend(None, 1).unwrap();
    let month = &trend.months[0];
    assert_eq!(
        (month.opened, month.ended, month.open),
        (Some(27), None, None)
    );
}

#[test]
fn a_month_with_few_cases_is_put_together_with_another() {
    let (mut town, catalogue, service) = lucerne();
    cases(
        &mut town,
        8,
        LUZERN,
        months_ago(3),
        &["review"],
        End::Closed,
    );
    cases(
        &mut town,
        2,
        KRIENS,
        months_ago(2),
        &["review"],
        End::Closed,
    );
    cases(
        &mut town,
        4,
        LUZERN,
        months_ago(1),
        &["review"],
        End::Closed,
    );
    let last = cases(&mut town, 9, LUZERN, months_ago(0), &["review"], End::Open);
    let (_runner, queries) = run(&town, last);
    let canton = overseer(&catalogue, &service);
    let asked = queries.ask(&canton, &catalogue, day());
    for of in [None, Some(ServiceKey::of(DOGS))] {
        let trend = asked.trend(of, 5).unwrap();
        let opened: Vec<Option<u64>> = trend.months.iter().map(|month| month.opened).collect();
        let ended: Vec<Option<u64>> = trend.months.iter().map(|month| month.ended).collect();
        assert_eq!(
            opened,
            [Some(0), Some(8), None, None, Some(9)],
            "2 + 4 are one figure"
        );
        assert_eq!(ended, [Some(0), Some(8), None, None, Some(0)]);
        assert!(trend.months.iter().all(|month| month.open.is_none()));
        // A shorter one is the end of the longer one, not another table.
        assert_eq!(asked.trend(of, 2).unwrap().months, trend.months[3..]);
    }
    let kriens = clerk(KRIENS);
    let own = queries
        .ask(&kriens, &catalogue, day())
        .trend(None, 5)
        .unwrap();
    let opened: Vec<Option<u64>> = own.months.iter().map(|month| month.opened).collect();
    assert_eq!(opened, [0, 0, 2, 0, 0].map(Some));
}

#[test]
fn few_open_cases_at_the_end_of_a_month_don_t_show_in_the_ends() {
    let (mut town, catalogue, service) = lucerne();
    let beginning = months_ago(2);
    cases(&mut town, 8, LUZERN, beginning, &["review"], End::Closed);
    cases(&mut town, 2, LUZERN, beginning, &["review"], End::Open);
    let last = cases(&mut town, 9, LUZERN, months_ago(0), &["review"], End::Open);
    let (_runner, queries) = run(&town, last);
    let canton = overseer(&catalogue, &service);
    let asked = queries.ask(&canton, &catalogue, day());
    let trend = asked.trend(None, 3).unwrap();
    let opened: Vec<Option<u64>> = trend.months.iter().map(|month| month.opened).collect();
    assert_eq!(opened, [Some(10), Some(0), Some(9)]);
    // Ten less eight would be two.
    assert!(trend.months.iter().all(|month| month.ended.is_none()));
}

#[test]
fn services_together_are_the_sums_of_what_is_shown() {
    let (mut town, catalogue, service) = lucerne();
    let now = months_ago(0);
    cases(&mut town, 9, LUZERN, now, &["review"], End::Closed);
    cases(&mut town, 5, KRIENS, now, &["review"], End::Closed);
    let last = cases(&mut town, 2, 1058, now, &["review"], End::Open);
    let (_runner, queries) = run(&town, last);
    let canton = overseer(&catalogue, &service);
    let overview = queries.ask(&canton, &catalogue, day()).overview().unwrap();
    let shown = &overview.services[0].authorities;
    assert_eq!(overview.together.len(), shown.len());
    for (sum, one) in overview.together.iter().zip(shown) {
        assert_eq!(
            (sum.authority, sum.figures.cases),
            (one.authority, one.figures.cases)
        );
        assert_eq!(sum.figures.closed, one.figures.closed);
        assert_eq!(sum.figures.median_hours, one.figures.median_hours);
        assert_eq!(sum.figures.first, one.figures.first);
    }
    assert!(overview.together.iter().all(|one| one.authority.0 != 1058));
}

#[test]
fn an_overseer_has_no_work_and_who_is_no_official_gets_no_figure() {
    let (mut town, catalogue, service) = lucerne();
    let last = cases(
        &mut town,
        4,
        LUZERN,
        months_ago(0),
        &["review"],
        End::Closed,
    );
    let (_runner, queries) = run(&town, last);
    let canton = overseer(&catalogue, &service);
    let asked = queries.ask(&canton, &catalogue, day());
    let counts = asked.inbox_counts(&InboxFilter::default()).unwrap();
    assert_eq!(counts, InboxCounts::default());
    assert_eq!(asked.workload().unwrap(), Workload::default());
    assert_eq!(asked.statistics(10).unwrap().services, []);
    let person = Actor::anonymous();
    let asked = queries.ask(&person, &catalogue, day());
    let dogs = ServiceKey::of(DOGS);
    let refused = [
        asked.process(dogs).err(),
        asked.trend(None, 3).err(),
        asked.statistics(10).err(),
        asked.workload().err(),
        asked.inbox_counts(&InboxFilter::default()).err(),
    ];
    assert!(
        refused
            .iter()
            .all(|error| matches!(error, Some(QueryError::NotAllowed(_))))
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]

    #[test]
    fn every_figure_of_a_process_rests_on_enough_cases(
        counts in proptest::collection::vec((0_usize..7, any::<bool>()), 1..7),
    ) {
        let (mut town, catalogue, service) = lucerne();
        let phases = ["review"; 8];
        let mut last = cases(&mut town, 1, LUZERN, months_ago(0), &["review"], End::Open);
        for (way, (count, closed)) in counts.iter().enumerate() {
            let end = if *closed { End::Closed } else { End::Withdrawn };
            let to = cases(&mut town, *count, LUZERN, months_ago(0), &phases[..way], end);
            last = last.max(to);
        }
        let (_runner, queries) = run(&town, last);
        let canton = overseer(&catalogue, &service);
        let asked = queries.ask(&canton, &catalogue, day());
        let process = asked.process(ServiceKey::of(DOGS)).unwrap();
        let rest = process.cases - process.drawn;
        prop_assert!(rest == 0 || rest >= 3);
        prop_assert_eq!(rest, process.other_ways);
        prop_assert!(process.ways.iter().all(|way| way.cases >= 3));
        prop_assert!(process.links.iter().all(|link| link.cases >= 3));
        prop_assert!(process.steps.iter().all(|step| step.cases >= 3));
        prop_assert!(process.spans.iter().all(|span| span.cases >= 3));
        // Between two figures of nested groups there are again enough.
        for one in &process.steps {
            for other in &process.steps {
                let between = one.cases.abs_diff(other.cases);
                prop_assert!(between == 0 || between >= 3);
            }
        }
    }
}
