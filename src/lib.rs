//! Kanzlei: an event-sourced case-management engine that service portals embed.
//!
//! A resident asks for something once; canton and municipalities each see their own side of it,
//! work on it together, and every step is kept as an event that nobody can quietly change.
//!
//! # What it is not
//!
//! - **No portal.** It has no pages and no HTTP; a portal embeds it.
//! - **No sign-in.** Building an [`Actor`] is the portal's word for who somebody is.
//! - **No archive of documents.** They are sealed in a folder beside the log, which holds their
//!   hashes; there are no versions of them, and nothing looks for viruses.
//! - **No runtime.** Its futures run on any executor; it spawns threads, never tasks.
//!
//! # What it promises
//!
//! - A command that was answered is on the disk, once, whatever crashes and however often it is
//!   sent again with the same id.
//! - Nobody reads anything but what their [`Standing`] in a case may see; a value that was erased
//!   is gone, and every proof stays valid.
//! - Whoever has written reads what they wrote.
//! - The log is the truth: views are derived from it and can be thrown away.
//!
//! # How it looks
//!
//! ```
//! use kanzlei::{Actor, Code, Command, Form, Kanzlei, OfficialId, PersonId, TaskId, services};
//!
//! # futures::executor::block_on(async {
//! # let directory = tempfile::tempdir()?;
//! # let directory = directory.path();
//! let kanzlei = Kanzlei::open(directory)
//!     .register(services::register::lucerne()?)
//!     .service(services::certificate_of_residence()?)
//!     .start()?;
//!
//! let luzern = kanzlei.authority("Luzern")?;
//! let anna = kanzlei.act_as(Actor::resident(PersonId::from_bytes([1; 16]), "Anna Muster"));
//! let form = Form::new().with("municipality", luzern)?.with("copies", 2)?;
//! let receipt = anna.submit("certificate-of-residence", form).await?; // on disk now
//!
//! let clerk = Actor::official(OfficialId::from_bytes([7; 16]), luzern, Code::new("clerk")?);
//! let office = kanzlei.act_as(clerk);
//! office.act(receipt.case, Command::ClaimTask { task: TaskId(1) }).await?;
//!
//! let seen = anna.case(receipt.case).await?;
//! assert_eq!(seen[0].outline().map(|outline| outline.responsible), Some(luzern));
//! assert_eq!(anna.my_cases().await?.len(), 1);
//! drop((anna, office)); // each keeps the store open
//! kanzlei.close()?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # }).unwrap();
//! ```
//!
//! Everything that is said in a program is on this page; the rest is in [`core`], [`store`],
//! [`projections`] and [`services`].
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing
    )
)]

mod backup;
mod compact;
mod directory;
mod documents;
mod drafts;
mod erasure;
mod error;
mod handed_in;
mod kanzlei;
mod keeping;
mod opening;
mod position;
mod repair;
mod session;
mod there;
mod verify;

pub use kanzlei_core as core;
pub use kanzlei_projections as projections;
pub use kanzlei_services as services;
pub use kanzlei_store as store;

#[doc(inline)]
pub use self::{
    backup::{backup, backup_vault, restore, restore_vault},
    compact::{Evidence, Room},
    documents::Naming,
    drafts::{Draft, DraftContent, DraftId, DraftList, Drafts, DraftsError},
    erasure::Erasure,
    error::Error,
    kanzlei::Kanzlei,
    keeping::Sweep,
    opening::{Ground, Opening},
    position::PositionError,
    repair::{Repaired, repair, repair_documents},
    session::Session,
    there::is_there,
    verify::{DocumentsCounted, Finding, Verified},
};
#[doc(inline)]
pub use kanzlei_core::domain::{
    Actor, Answer, Code, CodeError, Command, Disclosure, DocumentId, FieldKind, Form, Labels,
    Language, PartyId, Refusal, Register, RequestId, Rules, Service, Standing, Status, TaskId,
    Value,
};
#[doc(inline)]
pub use kanzlei_core::engine::{EngineError, Order, Receipt};
#[doc(inline)]
pub use kanzlei_core::record::Assurance;
#[doc(inline)]
pub use kanzlei_core::{
    AuthorityId, CaseId, CommandId, Date, OfficialId, PersonId, Position, Reference, ServiceKey,
    Timestamp, Version,
};
#[doc(inline)]
pub use kanzlei_projections::{
    CaseFilter, CaseSummary, InboxCounts, InboxFilter, InboxItem, Involvement, Overview, Paged,
    Paging, Process, Projection, QueryError, Statistics, Trend, Whose, Workload,
};
#[doc(inline)]
pub use kanzlei_store::{
    AppendFigures, BackedUp, BackupError, Compacted, Declared, DocumentReader, Documents,
    DocumentsError, DocumentsOptions, DocumentsRepair, EntryId, InstallationKey, LogRepair,
    MediaType, Progress, Restored, Revision, SealedError, SealedFolder, SealedOptions, SyncPolicy,
    Upload, Uploaded, VaultBackup, VaultRestored, Work,
};
