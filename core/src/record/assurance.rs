//! How surely it is known who signed in.

use std::fmt;
use std::str::FromStr;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// How surely it is known who signed in: a level of the embedding portal's, higher is surer.
/// 0 says nothing; 1 to 3 are eIDAS' low, substantial and high.
///
/// ```
/// use kanzlei_core::record::Assurance;
///
/// let needed: Assurance = "substantial".parse()?;
/// assert!(Assurance::LOW < needed && needed < Assurance::HIGH);
/// # Ok::<(), kanzlei_core::record::AssuranceError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Assurance(pub u8);

impl Assurance {
    /// Nothing is known.
    pub const NONE: Self = Self(0);
    /// eIDAS low.
    pub const LOW: Self = Self(1);
    /// eIDAS substantial.
    pub const SUBSTANTIAL: Self = Self(2);
    /// eIDAS high.
    pub const HIGH: Self = Self(3);

    /// The levels that have a name, by their number.
    pub const NAMES: [&'static str; 4] = ["none", "low", "substantial", "high"];
}

/// The name; a level above all that have one, by its number.
impl fmt::Display for Assurance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match Self::NAMES.get(usize::from(self.0)) {
            Some(name) => f.pad(name),
            None => f.pad(&format!("level-{}", self.0)),
        }
    }
}

/// A text that is no level of assurance.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is no level of assurance; there are: none, low, substantial, high")]
pub struct AssuranceError(String);

impl FromStr for Assurance {
    type Err = AssuranceError;

    fn from_str(text: &str) -> Result<Self, AssuranceError> {
        let named = Self::NAMES.iter().position(|name| *name == text);
        let level = match text.strip_prefix("level-") {
            Some(number) => number.parse().ok(),
            None => named.and_then(|at| u8::try_from(at).ok()),
        };
        let wrong = || AssuranceError(text.chars().take(64).collect());
        level.map(Self).ok_or_else(wrong)
    }
}

/// Its name where people read it, a number in the bytes.
impl Serialize for Assurance {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        if to.is_human_readable() {
            to.collect_str(self)
        } else {
            to.serialize_u8(self.0)
        }
    }
}

impl<'de> Deserialize<'de> for Assurance {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        if from.is_human_readable() {
            String::deserialize(from)?.parse().map_err(D::Error::custom)
        } else {
            u8::deserialize(from).map(Self)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_is_a_name_for_people_and_a_number_in_bytes() {
        for number in 0..=u8::MAX {
            let level = Assurance(number);
            assert_eq!(level.to_string().parse(), Ok(level));
            let json = serde_json::to_string(&level).unwrap();
            assert_eq!(json, format!("\"{level}\""));
            assert_eq!(serde_json::from_str::<Assurance>(&json).unwrap(), level);
            assert_eq!(postcard::to_stdvec(&level).unwrap(), [number]);
            assert_eq!(postcard::from_bytes(&[number]), Ok(level));
        }
        assert!("Low".parse::<Assurance>().is_err() && "level-".parse::<Assurance>().is_err());
    }
}
