//! Another way to the hall's store and vault that notes what is asked of them.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use futures::executor::block_on;
use kanzlei_core::engine::{Engine, Options, Ports};
use kanzlei_core::ports::{
    Access, AppendError, Appended, Clock, Durability, EventStore, KeyVault, Prepared, Purpose,
    Read, StoreError, TreeHead, VaultError, Watermark,
};
use kanzlei_core::record::{Keyring, Page};
use kanzlei_core::{CaseId, CommandId, KeySlot, Position, Version};
use kanzlei_store::SystemEntropy;

use crate::hall::Hall;

/// Something that was asked of the store or the vault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Work {
    Append,
    Answered,
    Case(Read),
    Log,
    At,
    Mint,
    Fetch(Purpose, Vec<KeySlot>),
    Destroy,
    Token(Purpose),
}

/// What was asked, in order.
#[derive(Clone, Default)]
pub struct Notes(Arc<Mutex<Vec<Work>>>);

impl Notes {
    fn note(&self, work: Work) {
        self.0.lock().unwrap().push(work);
    }

    /// What was asked since this was called last.
    pub fn take(&self) -> Vec<Work> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

struct Watched<P: ?Sized> {
    port: Arc<P>,
    notes: Notes,
}

impl Hall {
    /// Another process, whose dealings with store and vault are noted.
    pub fn watched(&self) -> (Engine, Notes) {
        self.watched_with(Options::default())
    }

    pub fn watched_with(&self, options: Options) -> (Engine, Notes) {
        let notes = Notes::default();
        let ports = Ports {
            store: Arc::new(Watched {
                port: Arc::clone(&self.store),
                notes: notes.clone(),
            }),
            vault: Arc::new(Watched {
                port: self.vault.clone() as Arc<dyn KeyVault>,
                notes: notes.clone(),
            }),
            clock: self.clock.clone() as Arc<dyn Clock>,
            entropy: Arc::new(SystemEntropy),
        };
        let engine = block_on(Engine::open(ports, options)).unwrap();
        notes.take();
        (engine, notes)
    }
}

#[async_trait]
impl EventStore for Watched<dyn EventStore> {
    async fn append(&self, commit: &Prepared) -> Result<Appended, AppendError> {
        self.notes.note(Work::Append);
        self.port.append(commit).await
    }

    async fn answered(&self, command: CommandId) -> Result<Option<Appended>, StoreError> {
        self.notes.note(Work::Answered);
        self.port.answered(command).await
    }

    async fn case(
        &self,
        case: CaseId,
        after: Version,
        limit: usize,
        read: Read,
    ) -> Result<Page, StoreError> {
        self.notes.note(Work::Case(read));
        self.port.case(case, after, limit, read).await
    }

    async fn log(&self, after: Position, limit: usize) -> Result<Page, StoreError> {
        self.notes.note(Work::Log);
        self.port.log(after, limit).await
    }

    async fn at(&self, position: Position) -> Result<Option<Page>, StoreError> {
        self.notes.note(Work::At);
        self.port.at(position).await
    }

    fn durability(&self) -> Durability {
        self.port.durability()
    }

    fn watermark(&self) -> &Watermark {
        self.port.watermark()
    }

    fn tree(&self) -> Result<Option<TreeHead>, StoreError> {
        self.port.tree()
    }
}

#[async_trait]
impl KeyVault for Watched<dyn KeyVault> {
    async fn mint(&self, count: usize) -> Result<Vec<KeySlot>, VaultError> {
        self.notes.note(Work::Mint);
        self.port.mint(count).await
    }

    async fn fetch(&self, slots: &[KeySlot], why: Access) -> Result<Keyring, VaultError> {
        self.notes.note(Work::Fetch(why.purpose, slots.to_vec()));
        self.port.fetch(slots, why).await
    }

    async fn destroy(&self, slots: &[KeySlot]) -> Result<(), VaultError> {
        self.notes.note(Work::Destroy);
        self.port.destroy(slots).await
    }

    async fn token(&self, purpose: Purpose, of: &[u8]) -> Result<[u8; 16], VaultError> {
        self.notes.note(Work::Token(purpose));
        self.port.token(purpose, of).await
    }
}
