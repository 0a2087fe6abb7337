//! Damage of the index, which is made anew from the log.

use std::fs;
use std::sync::Arc;

use futures::executor::block_on;
use kanzlei_core::ports::{AppendError, EventStore, Read, StoreError};
use kanzlei_core::testing::ManualClock;
use kanzlei_core::{Position, Version};
use kanzlei_store::conformance::commits::{BEGINNING, Commits, Tail, tails};
use kanzlei_store::{FjallEventStore, Options};

use super::{EACH, UNSYNCED, of_three_segments, open, positions, store_of};

/// Where fjall keeps the rows of commands.
const COMMANDS: &str = "2";
/// And those of cases.
const CASES: &str = "3";

#[test]
fn an_index_that_is_lost_or_damaged_is_made_anew() {
    let (directory, commits) = of_three_segments(9);
    let index = directory.path().join("index");
    let harms: [&dyn Fn(); 6] = [
        // The last openings ended the program, whatever fjall can't bear there.
        &|| {
            fs::write(directory.path().join("index.opening"), "..").unwrap();
            fs::write(index.join("keyspaces/no number"), "").unwrap();
            fs::create_dir(index.join("keyspaces/none either")).unwrap();
        },
        &|| fs::remove_dir_all(&index).unwrap(),
        // Without it fjall takes what it finds for in its way.
        &|| fs::remove_file(index.join("version")).unwrap(),
        &|| {
            let current = index.join("keyspaces").join(CASES).join("current");
            let mut bytes = fs::read(&current).unwrap();
            bytes[3] ^= 1;
            fs::write(current, bytes).unwrap();
        },
        // That of another log.
        &|| {
            let (other, _) = of_three_segments(10);
            fs::remove_dir_all(&index).unwrap();
            fs::rename(other.path().join("index"), &index).unwrap();
        },
        // That of a release with other rows.
        &|| {
            fs::remove_dir_all(&index).unwrap();
            let db = fjall::Database::builder(&index).open().unwrap();
            let rows = db.keyspace("index", Default::default).unwrap();
            rows.insert([4], [0; 44]).unwrap();
            db.persist(fjall::PersistMode::SyncAll).unwrap();
        },
    ];
    for harm in harms {
        harm();
        let store = open(directory.path(), EACH).unwrap();
        for (commit, position) in commits.iter().zip(1..) {
            let answered = block_on(store.answered(commit.command())).unwrap().unwrap();
            assert_eq!(answered.position, Position(position));
            let case = commit.record.parts()[0].case;
            let page = block_on(store.case(case, Version(0), usize::MAX, Read::Any)).unwrap();
            assert_eq!(positions(&page), [position]);
        }
        store.close().unwrap();
    }
}

#[test]
fn an_index_that_cannot_be_gone_on_with_stops_no_append_and_is_made_anew_at_an_opening() {
    let (directory, mut written) = store_of(1_500, 600, UNSYNCED, 13);
    drop(open(directory.path(), EACH).unwrap());
    let clock = Arc::new(ManualClock::at(BEGINNING));
    let mut options = Options::new(UNSYNCED, clock);
    options.cache_bytes = 0;
    let store = FjallEventStore::open(directory.path(), options).unwrap();
    let first: Vec<Tail> = written[..10].iter().flat_map(tails).collect();
    let mut commits = Commits::seeded(14);
    let mut append = |cases: &[Tail], text| {
        let commit = commits.commit(cases, text);
        let appended = block_on(store.append(&commit));
        match appended {
            Ok(_) => written.push(commit),
            // One of some hundred, for which a filter leads to such a row.
            Err(AppendError::Damaged { .. } | AppendError::Unknown(_)) => {}
            Err(refused) => panic!("{refused}"),
        }
    };
    // These cases go on, and then the rows with what they had before can't be read any more.
    first.chunks(2).for_each(|cases| append(cases, 10));
    let tables = directory.path().join("index/keyspaces").join(CASES);
    let tables = tables.join("tables");
    for table in fs::read_dir(tables).unwrap() {
        let path = table.unwrap().path();
        let mut bytes = fs::read(&path).unwrap();
        let end = bytes.len() * 3 / 4;
        bytes[..end].fill(7);
        fs::write(path, bytes).unwrap();
    }
    let mut others = Commits::seeded(15);
    for _ in 0..700 {
        append(&others.cases(2), 20_000);
    }
    assert!(written.len() > 2_100);
    store.close().unwrap();
    let store = open(directory.path(), EACH).unwrap();
    for (commit, position) in written.iter().zip(1..) {
        let answered = block_on(store.answered(commit.command())).unwrap();
        let answered = answered.map(|first| first.position);
        assert_eq!(answered, Some(Position(position)));
    }
}

#[test]
fn an_index_that_cannot_be_read_says_how_it_is_made_anew() {
    let (directory, commits) = store_of(1_500, 600, UNSYNCED, 13);
    let index = directory.path().join("index");
    let ask = |store: &FjallEventStore| -> Vec<StoreError> {
        let asked = commits.iter().map(|commit| {
            let case = commit.record.parts()[0].case;
            let page = block_on(store.case(case, Version(0), 1, Read::Any));
            block_on(store.answered(commit.command())).and(page)
        });
        asked.filter_map(Result::err).collect()
    };
    for rows in [COMMANDS, CASES] {
        drop(open(directory.path(), EACH).unwrap());
        let tables = index.join("keyspaces").join(rows).join("tables");
        let tables = fs::read_dir(tables).unwrap();
        let tables = tables.map(|table| table.unwrap().path());
        let table = tables.max_by_key(|path| fs::metadata(path).unwrap().len());
        let table = table.expect("a full segment is in the index");
        let mut bytes = fs::read(&table).unwrap();
        // In none of the first blocks, of which one says what the index knows.
        let middle = bytes.len() / 2;
        bytes[middle..middle + 100].fill(7);
        fs::write(table, bytes).unwrap();
        let store = open(directory.path(), EACH).unwrap();
        let said = ask(&store);
        let way_out = "delete the folder `index`, and it is made anew";
        assert!(!said.is_empty());
        for said in said {
            assert!(said.to_string().contains(way_out), "{said}");
        }
        drop(store);
        fs::remove_dir_all(&index).unwrap();
        assert_eq!(ask(&open(directory.path(), EACH).unwrap()), []);
    }
}
