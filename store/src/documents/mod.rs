//! Documents beside the log: streamed in, sealed in frames, addressed by the hash of what is on
//! the disk.
//!
//! ```text
//! pending/                     a folder of sealed entries: uploads that no command has named yet
//! uploads/<slot>-<proof>       a document that is being written; 16 hexadecimal digits each
//! <2 digits>/<digest>          a document; 64 hexadecimal digits, and the first two of them
//! damaged-N/<digest>           one that was damaged, and in whose place a repair has put a sound one
//!
//!  0   magic "KNZDOC01"        the last two digits are the format
//!  8   u8 binary logarithm of a frame's length = 16
//!  9   [7] nonce prefix, random
//! 16   frames, each but the last of 65,536 bytes of plaintext, the last of at most as many:
//!      AES-256-GCM(key of the slot, nonce = prefix ‖ u32 frame, from 0, big-endian ‖ u8 last,
//!                  plaintext), associated data = bytes 0..16
//!
//! digest = SHA-256 of the whole file
//! proof  = SHA-256(token(purpose 8, u8 0 ‖ "names of documents") ‖ u64 slot)[..8]
//! ```
//!
//! The nonce is STREAM's (Hoang, Reyhanitabar, Rogaway, Vizár 2015): a frame opens in its own place
//! alone, and the last one as the last alone, so that a document that was cut, lengthened or put
//! together anew is seen, frame by frame, while it is read.
//!
//! ```text
//! upload ─► frames to uploads/ ─► synced ─► pending/ ─► renamed ─► claimed for a case ─► command
//!                                                                         │             accepted
//!                       swept a day later, unless the case names it ◄─────┴─────► kept ◄──┘
//! ```
//!
//! Each document has a slot of its own. Removing one destroys the slot first.

mod error;
mod folder;
mod frames;
mod media;
mod name;
mod options;
mod pending;
mod read;
mod sweep;
mod upload;
mod within;

pub use error::DocumentsError;
pub use folder::Documents;
pub use media::MediaType;
pub use options::DocumentsOptions;
pub use pending::Uploaded;
pub use read::DocumentReader;
pub use sweep::{References, SweptDocuments};
pub use upload::{Declared, Upload};
pub(crate) use within::place;
