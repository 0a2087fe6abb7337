//! More callers than the disk can take: they wait, each with its own command and no more, and the store
//! takes no more than a round holds.

use std::collections::BTreeSet;
use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::task::{Context, Poll, Waker};
use std::thread;

use futures::executor::block_on;
use futures::future::join_all;
use kanzlei_core::ports::Clock;
use kanzlei_core::testing::ManualClock;
use kanzlei_store::{Faults, FjallEventStore, Moment, Options, SyncPolicy};

use crate::hall::*;

const CALLERS: usize = 10_000;
/// Callers of a round, and so the commits of a group.
const ROUND: u64 = 1_024;
/// What a caller that waits may take: its command, the events made of it, and its place in line.
const CALLER_BYTES_MAX: usize = 32 * 1024;

/// A disk that takes nothing until it is let go.
#[derive(Default)]
struct Stalled {
    held: Mutex<bool>,
    reached: AtomicBool,
    moved: Condvar,
}

impl Stalled {
    fn hold(&self, hold: bool) {
        *self.held.lock().unwrap() = hold;
        self.moved.notify_all();
    }

    /// Waits until somebody waits for it.
    fn await_writer(&self) {
        let held = self.held.lock().unwrap();
        let nobody = |_: &mut bool| !self.reached.load(Ordering::SeqCst);
        drop(self.moved.wait_while(held, nobody).unwrap());
    }
}

impl Faults for Stalled {
    fn at(&self, _: Moment) -> io::Result<()> {
        let held = self.held.lock().unwrap();
        self.reached.store(*held, Ordering::SeqCst);
        self.moved.notify_all();
        drop(self.moved.wait_while(held, |held| *held).unwrap());
        Ok(())
    }
}

/// Lets the disk go, so that a test that fails ends.
struct LetGo(Arc<Stalled>);

impl Drop for LetGo {
    fn drop(&mut self) {
        self.0.hold(false);
    }
}

/// Bytes of memory that this process has in use; `None` where the system doesn't say.
fn resident_bytes() -> Option<usize> {
    let pages = std::fs::read_to_string("/proc/self/statm").ok()?;
    let pages: usize = pages.split(' ').nth(1)?.parse().ok()?;
    Some(pages * 4096)
}

#[test]
fn ten_thousand_callers_wait_for_a_stalled_disk_in_bounded_memory_and_are_all_answered() {
    let directory = tempfile::tempdir().unwrap();
    let clock = Arc::new(ManualClock::at(monday()));
    let disk = Arc::new(Stalled::default());
    let each = SyncPolicy::EachGroup;
    let mut options = Options::new(each, clock.clone() as Arc<dyn Clock>);
    options.faults = disk.clone() as Arc<dyn Faults>;
    let store = Arc::new(FjallEventStore::open(directory.path(), options).unwrap());
    let hall = Hall::on(store.clone(), clock);
    let before = store.figures();
    let sessions: Vec<_> = (0..=255).map(|number| hall.resident(number)).collect();

    disk.hold(true);
    let cases: BTreeSet<_> = thread::scope(|scope| {
        let _gone = LetGo(Arc::clone(&disk));
        let submit = |caller: usize| {
            let session = &sessions[caller % sessions.len()];
            async move {
                let form = certificate();
                session.submit("certificate-of-residence", form).await
            }
        };
        // Who comes first may have to write itself, and then its thread waits for the disk.
        let first = scope.spawn(move || block_on(submit(0)));
        disk.await_writer();
        let memory = resident_bytes();
        let mut submits: Vec<Pin<Box<_>>> = (1..CALLERS).map(|n| Box::pin(submit(n))).collect();
        let mut context = Context::from_waker(Waker::noop());
        for submit in &mut submits {
            assert!(matches!(submit.as_mut().poll(&mut context), Poll::Pending));
        }
        if let (Some(before), Some(now)) = (memory, resident_bytes()) {
            let each = now.saturating_sub(before) / CALLERS;
            assert!(each < CALLER_BYTES_MAX, "{each} bytes a caller");
        }
        disk.hold(false);
        let receipts = block_on(join_all(submits)).into_iter();
        let receipts = receipts.chain([first.join().unwrap()]);
        receipts.map(|receipt| receipt.unwrap().case).collect()
    });
    assert_eq!(cases.len(), CALLERS);
    let after = store.figures();
    assert_eq!(after.commits - before.commits, CALLERS as u64);
    let groups = &after.group_commits;
    assert_eq!(groups.bounds.last(), Some(&ROUND));
    assert_eq!(
        groups.counts.last(),
        Some(&0),
        "a group of more than a round holds"
    );
}
