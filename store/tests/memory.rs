//! The memory stores pass the conformance kit.

use std::sync::Arc;

use kanzlei_core::ports::{Clock, EventStore, ViewStore};
use kanzlei_store::conformance::{Promises, Subject, ViewSubject};
use kanzlei_store::{MemoryEventStore, MemoryViewStore};

struct Memory(MemoryEventStore);

impl Subject for Memory {
    fn create(clock: Arc<dyn Clock>) -> Self {
        Self(MemoryEventStore::new(clock))
    }

    fn promises() -> Promises {
        Promises {
            // There is no disk that could fail.
            closes_on_write_error: false,
            ..Promises::ALL
        }
    }

    fn open(&self) -> Arc<dyn EventStore> {
        self.0.reopen();
        Arc::new(self.0.clone())
    }

    fn second_handle(&self, _: &Arc<dyn EventStore>) -> Arc<dyn EventStore> {
        Arc::new(self.0.clone())
    }
}

mod event_store {
    use super::*;

    kanzlei_store::event_store_conformance!(Memory);
}

struct MemoryViews(MemoryViewStore);

impl ViewSubject for MemoryViews {
    fn create() -> Self {
        Self(MemoryViewStore::new())
    }

    fn reopens() -> bool {
        true
    }

    fn open(&self) -> Arc<dyn ViewStore> {
        Arc::new(self.0.clone())
    }
}

mod view_store {
    use super::*;

    kanzlei_store::view_store_conformance!(MemoryViews);
}
