//! What is done to a file of a store.

use std::fmt;

/// One harm.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Harm {
    /// A bit of a byte flips.
    Flip { at: u64, bit: u32 },
    /// All from a byte on is lost.
    Cut { at: u64 },
}

impl fmt::Display for Harm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flip { at, bit } => write!(f, "bit {bit} of byte {at} flipped"),
            Self::Cut { at } => write!(f, "cut off at byte {at}"),
        }
    }
}
