//! The stamp: a commit's place in the log, and when the store took it in.

use crate::ids::Position;
use crate::time::Timestamp;

/// What only the store knows of a commit; it stands in front of the record, outside every hash but
/// the leaf's.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Stamp {
    /// The commit's place in the log.
    pub position: Position,
    /// When the store took it in, by the store's clock. Never a cursor, never a tie-break.
    pub recorded: Timestamp,
}

impl Stamp {
    /// The bytes of a stamp.
    pub const LENGTH: usize = 16;

    /// Position and time, little-endian.
    pub fn to_bytes(self) -> [u8; Self::LENGTH] {
        let mut bytes = [0; Self::LENGTH];
        let position = self.position.0.to_le_bytes();
        let recorded = self.recorded.micros().to_le_bytes();
        for (to, from) in bytes.iter_mut().zip(position.iter().chain(&recorded)) {
            *to = *from;
        }
        bytes
    }

    /// Splits a stamp from the record behind it; `None` if there are too few bytes.
    pub fn split(bytes: &[u8]) -> Option<(Self, &[u8])> {
        let (position, rest) = bytes.split_first_chunk::<8>()?;
        let (recorded, record) = rest.split_first_chunk::<8>()?;
        let stamp = Self {
            position: Position(u64::from_le_bytes(*position)),
            recorded: Timestamp::from_micros(i64::from_le_bytes(*recorded)),
        };
        Some((stamp, record))
    }
}
