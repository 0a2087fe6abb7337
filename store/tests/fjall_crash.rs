//! Kills the process that writes, again and again on one directory: nothing that was acknowledged
//! is lost, nothing is doubled, chain and tree lead to the root.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use futures::executor::block_on;
use futures::future::join_all;
use kanzlei_core::ports::{EventStore, Prepared, StoreError, TreeHead};
use kanzlei_core::record::{Frontier, Hash, leaf_hash};
use kanzlei_core::{CaseId, Position, Version};
use kanzlei_store::conformance::Random;
use kanzlei_store::conformance::commits::{Commits, Tail, tails};
use kanzlei_store::{FjallEventStore, Options, SyncPolicy, SystemClock};

const CALLERS: u64 = 16;
const ROUNDS: u64 = 8;
/// Set in the child: its directory, and the number of its round.
const DIRECTORY: &str = "KANZLEI_CRASH_DIRECTORY";
const ROUND: &str = "KANZLEI_CRASH_ROUND";

fn open(directory: &Path) -> Result<FjallEventStore, StoreError> {
    let options = Options::new(SyncPolicy::EachGroup, Arc::new(SystemClock));
    FjallEventStore::open(directory, options)
}

/// Appends without end, each caller to cases of its own, and says what was acknowledged.
async fn caller(store: &FjallEventStore, seed: u64) {
    let mut commits = Commits::seeded(seed);
    let mut cases = commits.cases(2);
    loop {
        let on = if commits.commit(&cases, 0).command().as_bytes()[15] < 128 {
            &cases[..]
        } else {
            &cases[..1]
        };
        let commit: Prepared = commits.commit(on, 200);
        let answer = store.append(&commit).await.unwrap();
        let mut out = std::io::stdout().lock();
        // In one piece, so that a kill leaves whole lines or the start of one.
        let line = format!("{} {}\n", commit.command(), answer.position);
        out.write_all(line.as_bytes()).unwrap();
        for (case, tail) in cases.iter_mut().zip(tails(&commit)) {
            *case = tail;
        }
    }
}

/// Not a test by itself: the process that is killed.
#[test]
fn child() {
    let Some(directory) = std::env::var_os(DIRECTORY) else {
        return;
    };
    let round: u64 = std::env::var(ROUND).unwrap().parse().unwrap();
    let store = open(Path::new(&directory)).unwrap();
    let callers = (0..CALLERS).map(|caller_number| {
        let seed = 1_000 * (round + 1) + caller_number;
        caller(&store, seed)
    });
    block_on(join_all(callers));
}

/// Lets a child write, kills it after so many answers, and notes what it said.
fn write_and_kill(directory: &Path, round: u64, answers: u64, said: &mut HashMap<String, u64>) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["child", "--exact", "--nocapture", "--quiet"])
        .env(DIRECTORY, directory)
        .env(ROUND, round.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap());
    let (mut heard, mut line) = (0, String::new());
    while lines.read_line(&mut line).unwrap() > 0 {
        if let Some((command, position)) = line.trim_end().split_once(' ')
            && line.ends_with('\n')
            && let Ok(position) = position.parse()
        {
            assert_eq!(said.insert(command.to_owned(), position), None);
            heard += 1;
        }
        if heard == answers {
            let locked = open(directory).expect_err("a second process");
            assert!(matches!(locked, StoreError::Locked(_)), "{locked}");
            // What it still says until it dies was acknowledged too.
            child.kill().unwrap();
        }
        line.clear();
    }
    child.wait().unwrap();
    assert!(heard >= answers, "the child ended by itself");
}

/// Reads the whole log and checks positions, chains, commands and the tree.
fn check(store: &FjallEventStore, said: &HashMap<String, u64>) {
    let mut tree = Frontier::default();
    let mut ends: HashMap<CaseId, Tail> = HashMap::new();
    let mut commands = HashMap::new();
    let mut position = Position(0);
    loop {
        let page = block_on(store.log(position, 64 * 1024)).unwrap();
        for commit in page.commits() {
            position = Position(position.0 + 1);
            assert_eq!(commit.stamp.position, position, "positions are dense");
            let command = commit.record.head().command.to_string();
            let before = commands.insert(command, position.0);
            assert_eq!(before, None, "a command is there once");
            let hashes = commit.record.hashes();
            for (part, hash) in commit.record.parts().zip(&hashes.parts) {
                let end = ends.entry(part.case).or_insert(Tail::new(part.case));
                assert_eq!((part.first, part.previous), (end.version.next(), end.hash));
                (end.version, end.hash) = (part.last(), *hash);
            }
            tree.push(leaf_hash(commit.stamp, hashes.content));
        }
        if !page.more() {
            break;
        }
    }
    for (command, at) in said {
        assert_eq!(commands.get(command), Some(at), "acknowledged, and gone");
    }
    let head = TreeHead {
        size: position.0,
        position,
        root: tree.root(),
    };
    assert_eq!(store.tree().unwrap(), Some(head));
    for end in ends.values() {
        let before = Version(end.version.0 - 1);
        let read = kanzlei_core::ports::Read::Fresh;
        let page = block_on(store.case(end.case, before, usize::MAX, read)).unwrap();
        let last = page.commits().last().expect("the end of a case").record;
        let part = last.parts().next().unwrap();
        let hash: Hash = last.hashes().parts[usize::from(part.index)];
        assert_eq!((part.last(), hash), (end.version, end.hash));
    }
}

#[test]
fn a_killed_process_loses_nothing_that_it_acknowledged() {
    let directory = tempfile::tempdir().unwrap();
    let mut said = HashMap::new();
    let mut random = Random::seeded(11);
    for round in 0..ROUNDS {
        let answers = 1 + random.below(600);
        write_and_kill(directory.path(), round, answers, &mut said);
        let store = open(directory.path()).unwrap();
        check(&store, &said);
        store.close().unwrap();
    }
    assert!(said.len() > 100);
}
