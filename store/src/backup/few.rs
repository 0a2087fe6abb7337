//! How many slots it is, and the first few of them.

use std::fmt;

use kanzlei_core::KeySlot;

/// How many are named.
const NAMED: usize = 5;

/// How many slots it is, and the first few of them, for a message that stays short.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Few {
    /// How many.
    pub count: u64,
    /// The first few.
    pub first: Vec<KeySlot>,
}

impl Few {
    /// Of these.
    pub fn of(slots: impl Iterator<Item = KeySlot>) -> Self {
        let mut few = Self::default();
        for slot in slots {
            few.count += 1;
            if few.first.len() < NAMED {
                few.first.push(slot);
            }
        }
        few
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }
}

/// Such as `7 (slots 3, 4, 9, 12, 20 …)`.
impl fmt::Display for Few {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.count)?;
        let numbers: Vec<_> = self.first.iter().map(|slot| slot.0.to_string()).collect();
        match (numbers.as_slice(), self.count > numbers.len() as u64) {
            ([], _) => Ok(()),
            ([only], false) => write!(f, " (slot {only})"),
            (several, false) => write!(f, " (slots {})", several.join(", ")),
            (several, true) => write!(f, " (slots {} …)", several.join(", ")),
        }
    }
}
