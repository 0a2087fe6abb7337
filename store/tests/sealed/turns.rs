//! Whose turn it is where the disk is slow.

use std::io;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

use futures::future::join_all;
use kanzlei_store::{DiskFaults, DiskStep};

use super::*;

/// Long enough for everything but what never ends.
const PATIENCE: Duration = Duration::from_mins(1);

/// Once it is slow, whoever comes first waits there until it is told to go on.
struct SlowDisk {
    is_slow: AtomicBool,
    reached: Sender<()>,
    go_on: Mutex<Receiver<()>>,
}

impl DiskFaults for SlowDisk {
    fn before(&self, _: DiskStep) -> io::Result<()> {
        if self.is_slow.swap(false, Ordering::SeqCst) {
            self.reached.send(()).unwrap();
            self.go_on.lock().unwrap().recv_timeout(PATIENCE).unwrap();
        }
        Ok(())
    }
}

#[test]
fn an_owner_who_writes_much_at_once_keeps_nobody_else_from_writing() {
    let ground = Ground::new();
    let (reached, is_reached) = channel();
    let (go, go_on) = channel();
    let disk = Arc::new(SlowDisk {
        is_slow: AtomicBool::new(false),
        reached,
        go_on: Mutex::new(go_on),
    });
    let mut options = SealedOptions::new("drafts");
    options.faults = Arc::clone(&disk) as _;
    let folder = Arc::new(ground.open_with(ground.vault.clone(), options));
    disk.is_slow.store(true, Ordering::SeqCst);

    let busy = Arc::clone(&folder);
    let anna = thread::spawn(move || {
        let puts = (0..40).map(|number| busy.put(b"anna", id(number), Revision::NONE, LATER, b""));
        block_on(join_all(puts))
    });
    is_reached.recv_timeout(PATIENCE).unwrap();
    let (done, is_done) = channel();
    thread::spawn(move || done.send(put(&folder, "beat", 1, 0, "").is_ok()));
    assert!(is_done.recv_timeout(PATIENCE).expect("beat's waits"));
    go.send(()).unwrap();
    assert!(anna.join().unwrap().iter().all(Result::is_ok));
}
