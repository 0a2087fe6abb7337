//! The canton's register against the published directory, read by an oracle of its own.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use kanzlei_core::{Authority, AuthorityId, Date, Level, Register};
use kanzlei_services::register::{BUILDING, CANTON, SCHOOLS, TAXES, VETERINARY, eumzug, lucerne};

/// The lines of a published table by column, or nothing, said loudly, where the folder is missing.
fn published(file: &str) -> Option<Vec<BTreeMap<String, String>>> {
    let folder = std::env::var_os("KANZLEI_SHARED").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared")),
        PathBuf::from,
    );
    let path = folder.join("data/register").join(file);
    let Ok(text) = std::fs::read_to_string(&path) else {
        assert!(
            std::env::var_os("CI").is_none(),
            "{} is missing",
            path.display()
        );
        eprintln!("SKIPPED: {} is missing", path.display());
        return None;
    };
    let (header, lines) = text.split_once('\n').unwrap();
    let columns: Vec<&str> = header.split(',').collect();
    let rows = lines.lines().map(|line| {
        let cells: Vec<&str> = line.split(',').collect();
        assert_eq!(cells.len(), columns.len(), "{file}: {line}");
        let pairs = columns.iter().zip(cells);
        pairs
            .map(|(column, cell)| (column.to_string(), cell.to_string()))
            .collect()
    });
    Some(rows.collect())
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn id(text: &str) -> AuthorityId {
    AuthorityId(text.parse().unwrap())
}

fn municipalities(register: &Register, on: Date) -> impl Iterator<Item = &Authority> {
    register.all_on(on).filter(|row| row.is_municipality())
}

#[test]
fn on_each_new_year_those_of_the_directory_exist() {
    let register = lucerne().unwrap();
    for file in ["municipalities.csv", "municipalities-switzerland.csv"] {
        let Some(directory) = published(file) else {
            return;
        };
        let ours = |row: &&BTreeMap<String, String>| {
            row.get("canton_number").is_none_or(|canton| canton == "3")
        };
        for year in 2010..=2026 {
            let within = |row: &&BTreeMap<String, String>| {
                let limit = |column: &str, open| row[column].parse::<i32>().unwrap_or(open);
                limit("in_directory_from_year", 0) <= year
                    && year <= limit("in_directory_to_year", 9_999)
            };
            let wanted: BTreeSet<(AuthorityId, &str)> = directory
                .iter()
                .filter(ours)
                .filter(within)
                .map(|row| (id(&row["bfs_number"]), row["name"].as_str()))
                .collect();
            let on = Date::new(year, 1, 1).unwrap();
            let found: BTreeSet<(AuthorityId, &str)> = municipalities(&register, on)
                .map(|row| (row.id, row.name.as_str()))
                .collect();
            assert_eq!(found, wanted, "{year} by {file}");
        }
    }
}

#[test]
fn there_are_as_many_as_the_canton_says() {
    let register = lucerne().unwrap();
    for (on, count) in [
        ("2010-01-01", 87),
        ("2012-12-31", 87),
        ("2013-01-01", 83),
        ("2022-01-01", 80),
        ("2024-12-31", 80),
        ("2025-01-01", 79),
        ("2026-01-01", 79),
    ] {
        assert_eq!(municipalities(&register, day(on)).count(), count, "{on}");
    }
}

#[test]
fn mergers_are_those_of_the_directory() {
    let register = lucerne().unwrap();
    let Some(mergers) = published("mergers.csv") else {
        return;
    };
    let mut dated = BTreeSet::new();
    for merger in &mergers {
        let (on, new) = (day(&merger["date"]), id(&merger["new_bfs_number"]));
        let (old_name, new_name) = (&merger["old_name"], &merger["new_name"]);
        assert_eq!(
            register
                .authority(new, on.max(day("2010-01-01")))
                .unwrap()
                .name,
            *new_name
        );
        assert!(register.find(old_name, on).is_empty(), "{old_name}");
        if merger["old_bfs_number"].is_empty() {
            // Before the register begins.
            continue;
        }
        let old = id(&merger["old_bfs_number"]);
        let eve = on.plus_days(-1);
        assert_eq!(register.authority(old, eve).unwrap().name, *old_name);
        assert_eq!(register.current(old, eve), Some(old));
        assert!(!register.exists(old, on));
        assert_eq!(register.current(old, on), Some(new));
        assert_eq!(register.current(old, day("2026-11-24")), Some(new));
        dated.insert((old, new, on));
    }
    let found: BTreeSet<_> = register
        .successions()
        .map(|it| (it.old, it.new, it.on))
        .collect();
    assert_eq!(found, dated);
}

#[test]
fn honau_is_answered_for_by_root_and_gettnau_by_willisau() {
    let register = lucerne().unwrap();
    let (honau, gettnau) = (AuthorityId(1057), AuthorityId(1130));
    assert!(register.exists(honau, day("2024-12-31")));
    assert_eq!(
        register.current(honau, day("2025-01-01")),
        Some(AuthorityId(1065))
    );
    assert_eq!(register.current(gettnau, day("2020-12-31")), Some(gettnau));
    assert_eq!(
        register.current(gettnau, day("2021-01-01")),
        Some(AuthorityId(1151))
    );
}

#[test]
fn districts_and_residents_are_those_published() {
    let register = lucerne().unwrap();
    let mut sums: BTreeMap<&str, u32> = BTreeMap::new();
    for row in register.rows() {
        if let (Some(district), Some(residents)) = (&row.district, row.residents) {
            *sums.entry(district).or_default() += residents;
        }
    }
    let totals = [
        ("Entlebuch", 23_514),
        ("Hochdorf", 74_143),
        ("Luzern-Land", 104_751),
        ("Luzern-Stadt", 82_620),
        ("Sursee", 76_451),
        ("Willisau", 55_079),
    ];
    assert_eq!(sums, BTreeMap::from(totals));

    let Some(directory) = published("municipalities.csv") else {
        return;
    };
    for row in directory {
        let bfs = id(&row["bfs_number"]);
        let ours: Vec<_> = register.rows().iter().filter(|row| row.id == bfs).collect();
        assert_eq!(ours.len(), 1, "{bfs}");
        assert_eq!(
            ours[0].district.as_deref().unwrap_or(""),
            row["electoral_district"]
        );
        assert_eq!(ours[0].residents, row["residents"].parse().ok());
    }
}

#[test]
fn everything_is_part_of_the_canton() {
    let register = lucerne().unwrap();
    let today = day("2026-11-24");
    for row in register.rows() {
        let above = Some(CANTON).filter(|canton| row.id != *canton);
        assert_eq!(row.part_of, above, "{}", row.name);
    }
    let level = |id| register.level_on(id, today).map(Level::as_str);
    assert_eq!(level(CANTON), Some("canton"));
    for (office, name) in [
        (BUILDING, "Dienststelle Raum und Wirtschaft"),
        (SCHOOLS, "Dienststelle Volksschulbildung"),
        (VETERINARY, "Veterinaerdienst"),
        (TAXES, "dienststelle steuern"),
    ] {
        assert_eq!(level(office), Some("office"));
        assert_eq!(
            register.find(name, today),
            [register.authority(office, today).unwrap()]
        );
    }
}

#[test]
fn the_file_is_canonical_but_for_its_remarks() {
    let text = include_str!("../register/lucerne.csv");
    let rows: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
    assert_eq!(rows.join("\n") + "\n", lucerne().unwrap().to_csv());
}

#[test]
fn who_takes_part_in_the_electronic_move() {
    let participants = eumzug().unwrap();
    let by = |on: &str| {
        let on = day(on);
        participants
            .iter()
            .filter(|(_, from)| from.is_some_and(|from| from <= on))
            .count()
    };
    let counts = [
        by("2019-01-17"),
        by("2019-01-18"),
        by("2020-11-30"),
        by("2022-10-01"),
    ];
    assert_eq!(counts, [0, 9, 20, 76]);
    let register = lucerne().unwrap();
    let ids: Vec<_> = participants.iter().map(|(id, _)| *id).collect();
    let existing: Vec<_> = municipalities(&register, day("2022-10-01"))
        .map(|row| row.id)
        .collect();
    assert_eq!(ids, existing);

    let Some(table) = published("eumzug-participation.csv") else {
        return;
    };
    let wanted: Vec<_> = table
        .iter()
        .map(|row| match row["takes_part_by"].as_str() {
            "" => (id(&row["bfs_number"]), None),
            // Known to the month: at the latest on its last day.
            "2020-11" => (id(&row["bfs_number"]), Some(day("2020-11-30"))),
            from => (id(&row["bfs_number"]), Some(day(from))),
        })
        .collect();
    assert_eq!(participants, wanted);
}
