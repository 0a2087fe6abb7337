//! Damage of a database, as it is told from everything else that may be wrong with it.

use std::fmt;
use std::io;
use std::path::PathBuf;

use fjall::LsmError;

/// A file that isn't what was written.
pub(super) struct Damage {
    pub(super) file: PathBuf,
    /// From which byte on, if that is known.
    pub(super) at: Option<usize>,
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is damaged", self.file.display())?;
        self.at.map_or(Ok(()), |at| write!(f, " at byte {at}"))
    }
}

/// Whether what is on the disk isn't what was written. The disk's own errors are no damage: nothing is thrown away for
/// them. fjall's own version is: no release of ours has used another.
pub(super) fn is_damage(error: &fjall::Error) -> bool {
    // A table that is too short is read before its beginning.
    use io::ErrorKind::{InvalidData, InvalidInput, NotFound, UnexpectedEof};
    match error {
        fjall::Error::Io(io) | fjall::Error::Storage(LsmError::Io(io)) => {
            matches!(
                io.kind(),
                InvalidData | InvalidInput | NotFound | UnexpectedEof
            )
        }
        fjall::Error::Locked => false,
        _ => true,
    }
}
