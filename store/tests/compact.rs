//! Compacting: it gives bytes back and nothing else, while stores are read and written, and wherever it is broken off.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::io::{BufRead, BufReader, Write};
use std::ops::Bound;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use futures::executor::block_on;
use kanzlei_core::ports::{
    AppendError, Checkpoint, EventStore, Prepared, Read, RowChange, ViewId, ViewStore,
};
use kanzlei_core::record::Hash;
use kanzlei_core::testing::ManualClock;
use kanzlei_core::{Position, Version};
use kanzlei_store::conformance::commits::{BEGINNING, Commits};
use kanzlei_store::{Compacted, FjallEventStore, FjallViewStore, Options, SyncPolicy};

const VIEW: ViewId = ViewId {
    name: "inbox",
    revision: 1,
};
const ALL: (Bound<&[u8]>, Bound<&[u8]>) = (Bound::Unbounded, Bound::Unbounded);
/// Rows of the view, and the bytes of each: they don't fit into what is kept in memory.
const ROWS: u16 = 900;
const ROW: usize = 6_000;
/// Set in the child: its directory.
const DIRECTORY: &str = "KANZLEI_COMPACT_DIRECTORY";

fn open(directory: &Path) -> FjallEventStore {
    let clock = Arc::new(ManualClock::at(BEGINNING));
    FjallEventStore::open(directory, Options::new(SyncPolicy::EachGroup, clock)).unwrap()
}

/// How many segments the index has taken in at least, if there are some behind them.
fn segments(directory: &Path) -> usize {
    let files = std::fs::read_dir(directory.join("segments")).unwrap();
    let names = files.map(|file| file.unwrap().file_name());
    names
        .filter(|name| name.to_string_lossy().ends_with(".seg"))
        .count()
}

/// Appends cases with a commit each until the log has so many segments.
fn fill(
    directory: &Path,
    store: &FjallEventStore,
    commits: &mut Commits,
    to: usize,
) -> Vec<Prepared> {
    let mut appended = Vec::new();
    while segments(directory) < to {
        let case = commits.case();
        let commit = commits.commit(&[case], 60_000);
        block_on(store.append(&commit)).unwrap();
        appended.push(commit);
    }
    appended
}

/// Everything is found: by position, command and case, and an append again is known to be one.
fn found(store: &FjallEventStore, appended: &[Prepared]) {
    let head = store.tree().unwrap().unwrap();
    assert_eq!(head.size, appended.len() as u64);
    for (commit, position) in appended.iter().zip(1..) {
        let page = block_on(store.at(Position(position))).unwrap().unwrap();
        let read = page.commits().next().unwrap().record.as_bytes().to_vec();
        assert!(read == commit.record.bytes()[..]);
        let answered = block_on(store.answered(commit.command())).unwrap().unwrap();
        assert_eq!(answered.position.0, position);
        let case = commit.record.parts()[0].case;
        let page = block_on(store.case(case, Version::NONE, usize::MAX, Read::Any)).unwrap();
        assert_eq!(page.commits().count(), 1, "{case}");
        let again = block_on(store.append(commit));
        assert!(matches!(again, Err(AppendError::Duplicate(_))));
    }
}

#[test]
fn everything_is_found_in_a_compacted_index_to_which_is_appended_meanwhile_and_after() {
    let directory = tempfile::tempdir().unwrap();
    let mut commits = Commits::seeded(1);
    let store = open(directory.path());
    let mut appended = fill(directory.path(), &store, &mut commits, 4);
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            for _ in 0..20 {
                store.compact(&|_, _| {}).unwrap();
            }
            done.store(true, Ordering::SeqCst);
        });
        while !done.load(Ordering::SeqCst) {
            let case = commits.case();
            let commit = commits.commit(&[case], 20_000);
            block_on(store.append(&commit)).unwrap();
            appended.push(commit);
            let any = &appended[appended.len() / 2];
            assert!(block_on(store.answered(any.command())).unwrap().is_some());
        }
    });
    found(&store, &appended);
    store.close().unwrap();
    let store = open(directory.path());
    found(&store, &appended);
    let more = segments(directory.path()) + 1;
    appended.extend(fill(directory.path(), &store, &mut commits, more));
    let told = std::cell::RefCell::new(Vec::new());
    let compacted = store
        .compact(&|done, of| told.borrow_mut().push((done, of)))
        .unwrap();
    assert!(
        compacted.part == "index" && compacted.after > 0,
        "{compacted:?}"
    );
    let told = told.into_inner();
    assert!(
        told[0].0 == 0 && told[0].1 > 0 && told.is_sorted(),
        "{told:?}"
    );
    assert_eq!(told.last().unwrap().0, told[0].1);
    found(&store, &appended);
    store.close().unwrap();
    // What it knew is what it knows: nothing is taken in anew.
    let store = open(directory.path());
    found(&store, &appended);
}

/// Writes all rows with a batch's number in front, and the batch as the checkpoint.
fn write(views: &FjallViewStore, view: ViewId, batch: u64) {
    // Nothing that compression makes small.
    let mut noise = batch.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut value = || {
        let mut bytes = batch.to_le_bytes().to_vec();
        while bytes.len() < ROW {
            noise ^= noise << 13;
            noise ^= noise >> 7;
            noise ^= noise << 17;
            bytes.extend(noise.to_le_bytes());
        }
        bytes
    };
    let rows = (0..ROWS).map(|key| RowChange {
        key: key.to_be_bytes().to_vec(),
        value: Some(value()),
    });
    let checkpoint = Checkpoint {
        position: Position(batch),
        content: Hash::of(&[&batch.to_le_bytes()]),
    };
    views
        .write(view, &rows.collect::<Vec<_>>(), checkpoint)
        .unwrap();
}

/// The batch that is read: all of it, and nothing else.
fn read(views: &FjallViewStore, view: ViewId) -> u64 {
    batch(views.snapshot(view).unwrap().as_ref())
}

fn batch(at: &dyn kanzlei_core::ports::ViewSnapshot) -> u64 {
    let batch = at.checkpoint().unwrap().position.0;
    let rows = at.range(ALL, false, usize::MAX).unwrap();
    assert_eq!(rows.len(), if batch == 0 { 0 } else { ROWS.into() });
    assert!(rows.iter().all(|row| row.value[..8] == batch.to_le_bytes()));
    batch
}

fn part(parts: &[Compacted], name: &str) -> Compacted {
    let mut parts = parts.iter();
    parts.find(|one| one.part == name).unwrap().clone()
}

#[test]
fn rows_that_were_overwritten_and_deleted_give_their_bytes_back_and_the_others_stay() {
    let directory = tempfile::tempdir().unwrap();
    let views = FjallViewStore::open(directory.path()).unwrap();
    let other = ViewId {
        revision: 2,
        ..VIEW
    };
    for batch in 1..=4 {
        write(&views, VIEW, batch);
        write(&views, other, batch);
    }
    drop(views);
    // In a process that has just opened them, too.
    let views = FjallViewStore::open(directory.path()).unwrap();
    let held = views.snapshot(VIEW).unwrap();
    write(&views, VIEW, 5);
    let parts = views.compact(&|_, _| {}).unwrap();
    assert_eq!((batch(held.as_ref()), read(&views, VIEW)), (4, 5));
    let whole = u64::from(ROWS) * ROW as u64;
    assert!(
        part(&parts, "1.inbox").after >= 2 * whole,
        "somebody reads the rows of before: {parts:?}"
    );
    drop(held);
    let parts = views.compact(&|_, _| {}).unwrap();
    assert!(part(&parts, "journals").after < whole, "{parts:?}");
    for name in ["1.inbox", "2.inbox"] {
        let Compacted { after, .. } = part(&parts, name);
        assert!(after >= whole && after < whole * 3 / 2, "{name}: {parts:?}");
    }
    let removed = (0..ROWS).map(|key| RowChange {
        key: key.to_be_bytes().to_vec(),
        value: None,
    });
    let checkpoint = Checkpoint {
        position: Position(0),
        content: Hash::of(&[]),
    };
    views
        .write(other, &removed.collect::<Vec<_>>(), checkpoint)
        .unwrap();
    let parts = views.compact(&|_, _| {}).unwrap();
    let Compacted { before, after, .. } = part(&parts, "2.inbox");
    assert!(before >= whole && after < whole / 10, "{parts:?}");
    views.discard(other).unwrap();
    let parts = views.compact(&|_, _| {}).unwrap();
    assert!(parts.iter().all(|one| one.part != "2.inbox"), "{parts:?}");
    assert_eq!((read(&views, VIEW), read(&views, other)), (5, 0));
    drop(views);
    let views = FjallViewStore::open(directory.path()).unwrap();
    assert_eq!((read(&views, VIEW), read(&views, other)), (5, 0));
}

/// Not a test by itself: the process that is killed while it compacts what it writes.
#[test]
fn child() {
    let Some(directory) = std::env::var_os(DIRECTORY) else {
        return;
    };
    let directory = Path::new(&directory);
    let log = directory.join("log");
    let (store, views) = (
        open(&log),
        FjallViewStore::open(directory.join("views")).unwrap(),
    );
    let mut commits = Commits::seeded(store.tree().unwrap().unwrap().size + 1);
    let say = |what: &str| {
        let mut out = std::io::stdout().lock();
        let _ = out.write_all(format!("{what}\n").as_bytes());
    };
    let mut batch = read(&views, VIEW);
    thread::scope(|scope| {
        scope.spawn(|| {
            loop {
                store.compact(&|_, _| say("merging")).unwrap();
                views.compact(&|_, _| say("merging")).unwrap();
            }
        });
        loop {
            let case = commits.case();
            let commit = commits.commit(&[case], 60_000);
            let position = block_on(store.append(&commit)).unwrap().position;
            say(&format!("appended {position} {}", commit.command()));
            batch += 1;
            write(&views, VIEW, batch);
            views.sync().unwrap();
            say(&format!("written {batch}"));
        }
    });
}

#[test]
fn a_process_that_is_killed_while_it_compacts_leaves_what_it_had() {
    let directory = tempfile::tempdir().unwrap();
    let (mut commands, mut written) = (Vec::new(), 0);
    for round in 0..7 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["child", "--exact", "--nocapture", "--quiet"])
            .env(DIRECTORY, directory.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (mut merging, mut lines) = (0, Vec::new());
        for line in BufReader::new(child.stdout.take().unwrap()).split(b'\n') {
            let line = String::from_utf8(line.unwrap()).unwrap();
            merging += u32::from(line == "merging");
            lines.push(line);
            // Nothing is read after the kill but what was said before it.
            if merging == 7 + 5 * round {
                child.kill().unwrap();
            }
        }
        assert!(!child.wait().unwrap().success());
        for line in lines {
            let words: Vec<&str> = line.split(' ').collect();
            match words[..] {
                ["appended", position, command] if command.len() == 36 => {
                    commands.push((position.parse().unwrap(), command.to_owned()));
                }
                ["written", batch] => written = batch.parse().unwrap(),
                _ => {}
            }
        }
        let store = open(&directory.path().join("log"));
        for (position, command) in &commands {
            let page = block_on(store.at(Position(*position))).unwrap().unwrap();
            let id = page.commits().next().unwrap().record.head().command;
            assert_eq!(id.to_string(), *command);
            assert_eq!(
                block_on(store.answered(id)).unwrap().unwrap().position.0,
                *position
            );
        }
        store.compact(&|_, _| {}).unwrap();
        store.close().unwrap();
        let views = FjallViewStore::open(directory.path().join("views")).unwrap();
        assert!(read(&views, VIEW) >= written, "round {round}");
        views.compact(&|_, _| {}).unwrap();
        assert!(read(&views, VIEW) >= written, "round {round}");
    }
    assert!(!commands.is_empty() && written > 0);
}
