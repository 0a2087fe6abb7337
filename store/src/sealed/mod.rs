//! Small sealed entries outside the log: drafts, uploads that nobody named yet, browser sessions.
//!
//! An entry belongs to an owner, has an id, a revision and a moment at which it expires. The disk
//! tells neither who an owner is nor what they wrote.
//!
//! ```text
//! lock                              held while the folder is open
//! <drawer>/<id>-<slot>-<proof>      an entry; drawer and id 32 hexadecimal digits, the others 16
//! <drawer>/<id>-<slot>-<proof>.new  one that is being written
//!
//! drawer = token(purpose 8, u8 length of the folder's name ‖ name ‖ owner)
//! proof  = SHA-256(token(purpose 8, u8 0 ‖ "names of " ‖ the folder's name) ‖ drawer ‖ id ‖ u64 slot)[..8]
//!
//!  0   magic "KNZENTRY"
//!  8   u32 layout number = 1
//! 12   u64 slot
//! 20   u64 revision, from 1
//! 28   i64 expires (µs since 1970)
//! 36   [12] nonce, random
//! 48   u32 length of what follows the header
//! 52   u32 CRC-32C of bytes 0..52
//! 56   AES-256-GCM(key of the slot, nonce, entry), associated data = drawer ‖ id ‖ bytes 0..36
//! ```
//!
//! **Writing** goes to a file beside it, which is synced and renamed, and then the folder is synced:
//! after a crash there is the entry as it was or as it is. **Removing** destroys the slot's key
//! first and the file second, so that what the disk keeps of the old bytes, of every revision, opens
//! no more. A file whose key is destroyed counts as removed, and one whose name has no right proof
//! isn't there: a folder copied from elsewhere must not destroy keys by its slots' numbers. An entry that its slot's key
//! doesn't open isn't swept, and if it is removed the key stays: it may be somebody else's.
//!
//! What isn't promised: whoever writes to the disk can put an older revision back.

mod door;
mod drawer;
mod entry;
mod error;
mod folder;
mod sweep;
mod within;

pub use door::SealedFolder;
pub use entry::{Entry, EntryId, Revision};
pub use error::SealedError;
pub use folder::{Listing, SealedOptions, Swept, Whereabouts};
