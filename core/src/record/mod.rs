//! The bytes of a commit: written by the caller, stamped by the store, and never changed again.
//! `docs/format.md` says it byte by byte.
//!
//! ```text
//! frame    format, form, lengths, CRC-32C            not hashed
//! content  head | parts, one per case                hashed, as salted commitments where personal
//! sealed   each personal value, encrypted            not hashed: it can be removed or sealed anew
//! ```

mod assurance;
mod bytes;
mod check;
mod error;
mod form;
mod hash;
mod head;
mod layout;
pub mod limits;
mod page;
mod parse;
mod personal;
mod seal;
mod stamp;
mod tree;
mod write;

pub use assurance::{Assurance, AssuranceError};
pub use error::{RecordError, WriteError};
pub use form::{extract_part, join_parts};
pub use hash::{CommitHashes, Hash, HashError, leaf_hash};
pub use head::{Acting, Cause, Channel, Head};
pub use page::{CommitRef, Page, PageMemory};
pub use parse::{EventRef, Events, PartRef, Parts, RecordRef, ValueRef, Values};
pub use personal::{Encoded, Personal, PersonalError, PlainValue, Sealed, encode};
pub use seal::{Key, KeyState, Keyring, Unopened};
pub use stamp::Stamp;
pub use tree::Frontier;
pub use write::{EventDraft, PartDraft, PartSummary, Record};
