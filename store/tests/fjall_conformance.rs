//! The embedded stores against the conformance kit.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use kanzlei_core::ports::{Clock, EventStore, ViewStore};
use kanzlei_store::conformance::{Promises, Subject, ViewSubject};
use kanzlei_store::{Faults, FjallEventStore, FjallViewStore, Moment, Options, SyncPolicy};
use tempfile::TempDir;

/// Fails the next write.
#[derive(Default)]
struct NextWrite(AtomicBool);

impl Faults for NextWrite {
    fn at(&self, moment: Moment) -> io::Result<()> {
        if moment == Moment::BeforeWrite && self.0.swap(false, Ordering::SeqCst) {
            return Err(io::ErrorKind::StorageFull.into());
        }
        Ok(())
    }
}

struct Log {
    directory: TempDir,
    options: Options,
    faults: Arc<NextWrite>,
}

impl Log {
    fn create(sync: SyncPolicy, clock: Arc<dyn Clock>) -> Self {
        let faults = Arc::new(NextWrite::default());
        let mut options = Options::new(sync, clock);
        options.faults = Arc::clone(&faults) as Arc<dyn Faults>;
        Self {
            directory: tempfile::tempdir().unwrap(),
            options,
            faults,
        }
    }

    fn open(&self) -> Arc<dyn EventStore> {
        let store = FjallEventStore::open(self.directory.path(), self.options.clone());
        Arc::new(store.unwrap())
    }

    fn fail_next_write(&self) {
        self.faults.0.store(true, Ordering::SeqCst);
    }
}

/// Each is a type because the kit makes its subjects itself.
macro_rules! log_subject {
    ($name:ident, $sync:expr) => {
        struct $name(Log);

        impl Subject for $name {
            fn create(clock: Arc<dyn Clock>) -> Self {
                Self(Log::create($sync, clock))
            }

            fn promises() -> Promises {
                Promises::ALL
            }

            fn open(&self) -> Arc<dyn EventStore> {
                self.0.open()
            }

            fn fail_next_write(&self) {
                self.0.fail_next_write();
            }
        }
    };
}

log_subject!(Synced, SyncPolicy::EachGroup);
log_subject!(
    Buffered,
    SyncPolicy::Buffered {
        every: Duration::from_millis(5)
    }
);

struct Views(TempDir);

impl ViewSubject for Views {
    fn create() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn reopens() -> bool {
        true
    }

    fn open(&self) -> Arc<dyn ViewStore> {
        Arc::new(FjallViewStore::open(self.0.path()).unwrap())
    }
}

mod synced {
    use super::*;

    kanzlei_store::event_store_conformance!(Synced);
}

mod buffered {
    use super::*;

    kanzlei_store::event_store_conformance!(Buffered);
}

mod views {
    use super::*;

    kanzlei_store::view_store_conformance!(Views);
}
