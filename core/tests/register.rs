//! The register: what it answers, what it refuses, and its file.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use kanzlei_core::{Authority, AuthorityId, Date, Register, RegisterFault};
use proptest::prelude::*;
use proptest::sample::Index;

const HEADER: &str = "id,name,level,part_of,from,until,district,residents,succeeded_by\n";

fn register(rows: &str) -> Register {
    Register::from_csv(&format!("{HEADER}{rows}")).unwrap()
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn ids(found: &[&Authority]) -> Vec<u32> {
    found.iter().map(|row| row.id.0).collect()
}

/// 1 was renamed, then merged into 2, which was merged into 3 and later founded again; 10000 was
/// closed for a year.
const LIVES: &str = "\
    1,Old Name,municipality,10003,,2009-12-31,,,\n\
    1,New Name,municipality,10003,2010-01-01,2012-12-31,,,2\n\
    2,Two,municipality,10003,,2015-12-31,,,3\n\
    2,Two,municipality,10003,2020-01-01,,,,\n\
    3,Three,municipality,10003,,,,,\n\
    10000,Office,office,10003,2001-01-01,2010-12-31,,,\n\
    10000,Office,office,10003,2012-01-01,,,,\n\
    10003,Canton,canton,,,,,,\n";

#[test]
fn who_answers_follows_time() {
    let register = register(LIVES);
    for (id, on, answers) in [
        (1, "2009-12-31", Some(1)),
        (1, "2010-01-01", Some(1)),
        (1, "2012-12-31", Some(1)),
        (1, "2013-01-01", Some(2)),
        (1, "2015-12-31", Some(2)),
        (1, "2016-01-01", Some(3)),
        // 3 took over what 2 had; that a new 2 begins doesn't take it away again.
        (1, "2020-01-01", Some(3)),
        (2, "2019-12-31", Some(3)),
        (2, "2020-01-01", Some(2)),
        (10_000, "2000-12-31", None),
        (10_000, "2010-12-31", Some(10_000)),
        (10_000, "2011-01-01", None),
        (10_000, "2012-01-01", Some(10_000)),
        (0, "2012-01-01", None),
        (4, "2012-01-01", None),
    ] {
        let current = register.current(AuthorityId(id), day(on));
        assert_eq!(current.map(|id| id.0), answers, "{id} on {on}");
    }
    let renamed = |on| &register.authority(AuthorityId(1), day(on)).unwrap().name;
    assert_eq!(renamed("2009-12-31"), "Old Name");
    assert_eq!(renamed("2010-01-01"), "New Name");
    let level = register.level_on(AuthorityId(10_003), day("2012-01-01"));
    assert_eq!(level.unwrap().as_str(), "canton");
}

#[test]
fn a_name_is_found_as_people_write_it() {
    let register = register(
        "1004,Flühli,municipality,,,,,,\n\
         1005,Hasle (LU),municipality,,,,,,\n\
         573,Hasli,municipality,,,,,,\n\
         403,Hasle (BE),municipality,,,,,,\n\
         1057,Honau,municipality,,,2024-12-31,,,\n\
         2,Root,municipality,,,,,,\n\
         3,ROOT,municipality,,,,,,\n",
    );
    let on = day("2025-01-01");
    for (wanted, found) in [
        ("1004", vec![1004]),
        (" Flühli ", vec![1004]),
        ("FLÜHLI", vec![1004]),
        ("Flu\u{308}hli", vec![1004]),
        ("fluehli", vec![1004]),
        ("fluhli", vec![1004]),
        ("Hasle", vec![403, 1005]),
        ("Hasle (LU)", vec![1005]),
        ("hasle (lu)", vec![1005]),
        ("Hasle (AG)", vec![]),
        ("Root", vec![2]),
        ("ROOT", vec![3]),
        ("root", vec![2, 3]),
        ("Roo", vec![]),
        ("Honau", vec![]),
        ("1057", vec![]),
        ("0", vec![]),
        ("", vec![]),
    ] {
        assert_eq!(ids(&register.find(wanted, on)), found, "{wanted}");
    }
    assert_eq!(ids(&register.find("honau", day("2024-12-31"))), [1057]);
}

#[test]
fn each_fault_is_refused() {
    const CANTON: &str = "10003,Canton,canton,,2000-01-01,,,,\n";
    for (rows, wanted) in [
        ("0,Zero,office,,,,,,\n", "from 10000"),
        ("1,One,canton,,,,,,\n", "from 10000"),
        ("10000,Ten,municipality,,,,,,\n", "1 to 9999"),
        ("1,,municipality,,,,,,\n", "name must be"),
        ("1, One,municipality,,,,,,\n", "name must be"),
        ("1,One,municipality,,,,a\tb,,\n", "district must be"),
        (
            "1,One,municipality,,2010-01-01,2009-12-31,,,\n",
            "ends before",
        ),
        (
            "1,A,municipality,,,2010-01-01,,,\n1,B,municipality,,2010-01-01,,,,\n",
            "overlaps",
        ),
        (
            "1,A,municipality,,,,,,\n1,A,municipality,,,,,,\n",
            "overlaps",
        ),
        (
            "1,A,municipality,10003,,,,,\n",
            "doesn't exist on this row's first day",
        ),
        (
            "1,A,municipality,10004,2000-01-01,,,,\n",
            "doesn't exist on this row's",
        ),
        ("10004,A,office,10004,,,,,\n", "part of itself"),
        (
            "10004,A,office,10005,,,,,\n10005,B,office,10004,,,,,\n",
            "part of itself",
        ),
        ("1,A,municipality,,,,,,10003\n", "last day is missing"),
        (
            "1,A,municipality,,,2010-01-01,,,2\n",
            "2, which doesn't exist on 2010-01-02",
        ),
        (
            "1,A,municipality,,,2010-01-01,,,1\n",
            "1, which doesn't exist on 2010-01-02",
        ),
        (
            "1,A,municipality,,,2010-01-01,,,2\n2,B,municipality,,,2010-01-01,,,1\n",
            "2, which doesn't exist on 2010-01-02",
        ),
        (
            "1,A,municipality,,,2010-01-01,,,1\n1,B,municipality,,2010-01-02,,,,\n",
            "goes on itself on 2010-01-02",
        ),
        ("x,A,office,,,,,,\n", "id: “x” is not a number"),
        ("+1,A,municipality,,,,,,\n", "id: “+1” is not a number"),
        (",A,office,,,,,,\n", "id: “” is not a number"),
        ("1,A,Municipality,,,,,,\n", "level: “Municipality” is not"),
        ("1,A,,,,,,,\n", "level: “” is not"),
        (
            "1,A,municipality,,2010-02-29,,,,\n",
            "from: “2010-02-29” is not a date",
        ),
        (
            "1,A,municipality,,,,,4294967296,\n",
            "residents: “4294967296”",
        ),
        ("1,A,municipality,,,,,\n", "8 cells instead of 9"),
        ("1,\"A,municipality,,,,,,\n", "quoted cell"),
        ("1,\"A\"B,municipality,,,,,,\n", "quoted cell"),
        ("1,A\"B\",municipality,,,,,,\n", "quoted cell"),
    ] {
        let error = Register::from_csv(&format!("{HEADER}{CANTON}{rows}")).unwrap_err();
        let first = error.problems()[0].to_string();
        assert!(first.contains(wanted), "{rows}: {error}");
        assert!(error.problems()[0].line >= Some(3), "{error}");
    }
    for text in [
        "",
        "\n\n",
        "id,name\n",
        "# id,name\n1,A,municipality,,,,,,\n",
    ] {
        let error = Register::from_csv(text).unwrap_err();
        assert!(matches!(
            error.problems()[0].fault,
            RegisterFault::Header { .. }
        ));
    }
}

#[test]
fn too_many_rows_are_refused() {
    let rows: Vec<String> = (0..=Register::ROWS_MAX)
        .map(|at| format!("{},A,office,,,,,,", 10_000 + at))
        .collect();
    let text = format!("{HEADER}{}", rows.join("\n"));
    let error = Register::from_csv(&text).unwrap_err();
    assert_eq!(error.to_string(), "more than 100000 rows");
}

#[test]
fn the_tiers_above_are_limited() {
    let tower = |tiers: u32| {
        let rows: Vec<String> = (0..tiers)
            .map(|at| format!("{},A,office,{},,,,,\n", 10_000 + at, 10_001 + at))
            .collect();
        let top = 10_000 + tiers;
        let text = format!("{HEADER}{}{top},A,office,,,,,,\n", rows.concat());
        Register::from_csv(&text).map(|_| ())
    };
    assert_eq!(tower(8), Ok(()));
    let error = tower(9).unwrap_err();
    assert_eq!(error.problems().len(), 1, "{error}");
}

#[test]
fn every_mistake_is_reported_with_its_line() {
    let text = format!(
        "\u{feff}# from the cantonal gazette\r\n\r\n{}\r\n\
         x,A,office,y,,,,,\r\n\
         1,\"A,municipality,,,,,,\r\n\
         10003,Canton,canton,,2026-13-01,,,,\r\n\
         \r\n\
         2,B,municipality,10003,2010-01-01,2009-01-01,,,\r\n",
        HEADER.trim_end(),
    );
    let error = Register::from_csv(&text).unwrap_err();
    assert_eq!(
        error.to_string(),
        "line 4: id: “x” is not a number of digits only, below 4294967296\n\
         line 4: part_of: “y” is not a number of digits only, below 4294967296\n\
         line 5: a quoted cell must begin and end with \", and a \" in it is written twice\n\
         line 6: from: “2026-13-01” is not a date such as 2026-01-05\n\
         line 8: authority 2 begins on 2010-01-01 and ends before, on 2009-01-01"
    );
}

const FIRST_DAY: i32 = 15_000;

/// A row before it has its references: first and last day from [`FIRST_DAY`], each open or not.
type Draft = (
    u32,
    Option<i32>,
    Option<i32>,
    String,
    Option<String>,
    Index,
    Index,
);

fn text() -> impl Strategy<Value = String> {
    "[A-Za-zäöü(,\"#]([a-zäöüé ,\"()'-]{0,8}[a-z,\")])?"
}

/// The periods of one authority: gaps and lengths in turn; a gap of 0 is a renaming.
fn drafts(id: u32) -> impl Strategy<Value = Vec<Draft>> {
    let draft = (
        0..4_i32,
        1..9_i32,
        text(),
        proptest::option::of(text()),
        any::<Index>(),
        any::<Index>(),
    );
    let periods = proptest::collection::vec(draft, 0..4);
    (periods, any::<bool>(), any::<bool>()).prop_map(move |(periods, open_start, open_end)| {
        let (mut at, last) = (FIRST_DAY, periods.len());
        let mut rows = Vec::new();
        for (number, (gap, length, name, district, above, next)) in periods.into_iter().enumerate()
        {
            let first = at + gap;
            at = first + length;
            let from = Some(first).filter(|_| number > 0 || !open_start);
            let until = Some(at - 1).filter(|_| number + 1 < last || !open_end);
            rows.push((id, from, until, name, district, above, next));
        }
        rows
    })
}

fn lives_on(draft: &Draft, day: i32) -> bool {
    draft.1.is_none_or(|from| from <= day) && draft.2.is_none_or(|until| day <= until)
}

/// Rows of a register that is right: successors and wholes are taken from who exists.
fn authorities() -> impl Strategy<Value = Vec<Authority>> {
    let all = [1, 2, 3, 9_999, 10_000, 10_001].map(drafts);
    (all, any::<u64>()).prop_map(|(drafts, order)| {
        let drafts: Vec<Draft> = drafts.into_iter().flatten().collect();
        let mut rows: Vec<Authority> = drafts
            .iter()
            .map(|draft| finished(draft, &drafts))
            .collect();
        let shift = usize::try_from(order % 7).unwrap() % rows.len().max(1);
        rows.rotate_left(shift);
        rows
    })
}

fn finished(draft: &Draft, all: &[Draft]) -> Authority {
    let (id, from, until, name, district, above, next) = draft;
    let chosen = |day: i32, among: &dyn Fn(u32) -> bool, index: &Index| {
        let mut choice: Vec<_> = all
            .iter()
            .filter(|other| lives_on(other, day) && among(other.0))
            .map(|other| Some(AuthorityId(other.0)))
            .collect();
        choice.push(None);
        *index.get(&choice)
    };
    let goes_on = |day| {
        all.iter()
            .any(|other| other.0 == *id && lives_on(other, day))
    };
    let level = if *id < 10_000 {
        "municipality"
    } else {
        "office"
    };
    Authority {
        id: AuthorityId(*id),
        name: name.clone(),
        level: level.parse().unwrap(),
        // Upwards by number, so never in a circle.
        part_of: chosen(from.unwrap_or(i32::MIN), &|other| other > *id, above),
        from: from.and_then(Date::from_days),
        until: until.and_then(Date::from_days),
        district: district.clone(),
        residents: (id % 2 == 0).then_some(*id),
        succeeded_by: until
            .map(|last| last + 1)
            .filter(|day| !goes_on(*day))
            .and_then(|day| chosen(day, &|other| other != *id, next)),
    }
}

/// Who answers for each on the last of these days, day by day: whoever exists answers for itself;
/// who answered yesterday goes on, and if it ended, the one that it named does.
fn answers_day_by_day(rows: &[Authority], id: AuthorityId, on: i32) -> Option<AuthorityId> {
    let lives = |id: AuthorityId, day: i32| {
        rows.iter().any(|row| {
            row.id == id
                && row.from.is_none_or(|from| from.days() <= day)
                && row.until.is_none_or(|until| day <= until.days())
        })
    };
    let mut answers = None;
    for day in FIRST_DAY - 2..=on {
        answers = if lives(id, day) {
            Some(id)
        } else {
            answers.and_then(|last| {
                if lives(last, day) {
                    return Some(last);
                }
                rows.iter()
                    .find(|row| row.id == last && row.until.map(Date::days) == Some(day - 1))
                    .and_then(|row| row.succeeded_by)
            })
        };
    }
    answers
}

proptest! {
    #[test]
    fn current_is_what_a_walk_day_by_day_finds(rows in authorities()) {
        let register = Register::new(rows.clone()).unwrap();
        for on in FIRST_DAY - 2..FIRST_DAY + 40 {
            let date = Date::from_days(on).unwrap();
            let mut all = Vec::new();
            for id in [0, 1, 2, 3, 9_999, 10_000, 10_001, 10_002].map(AuthorityId) {
                let current = register.current(id, date);
                prop_assert_eq!(current, answers_day_by_day(&rows, id, on), "{} on {}", id, date);
                prop_assert_eq!(register.exists(id, date), current == Some(id));
                if let Some(row) = register.authority(id, date) {
                    prop_assert!(register.find(&row.name, date).contains(&row));
                    all.push(row);
                }
            }
            prop_assert_eq!(register.all_on(date).collect::<Vec<_>>(), all);
        }
    }

    #[test]
    fn a_register_reads_back_from_its_file(rows in authorities()) {
        let register = Register::new(rows.clone()).unwrap();
        let text = register.to_csv();
        prop_assert_eq!(&Register::from_csv(&text).unwrap(), &register, "{}", &text);
        let reversed = Register::new(rows.into_iter().rev().collect()).unwrap();
        prop_assert_eq!(reversed.to_csv(), text);
    }

    #[test]
    fn any_text_is_read_or_refused(
        rows in authorities(),
        changes in proptest::collection::vec((any::<Index>(), "[,\"\r\n#0-9a-z-]|\\PC"), 0..5),
        noise in any::<String>(),
    ) {
        let mut text = Register::new(rows).unwrap().to_csv();
        for (at, with) in changes {
            let mut letters: Vec<char> = text.chars().collect();
            let at = at.index(letters.len());
            letters.splice(at..=at, with.chars());
            text = letters.into_iter().collect();
        }
        for text in [text, format!("{HEADER}{noise}"), noise] {
            match Register::from_csv(&text) {
                Ok(register) => {
                    prop_assert_eq!(Register::from_csv(&register.to_csv()).unwrap(), register);
                }
                Err(error) => prop_assert!(!error.problems().is_empty()),
            }
        }
    }
}
