//! A service's definition: the bytes that are published, hashed and kept in the log.

use super::Service;
use super::check::DEFINITION_BYTES_MAX;

/// Bytes that are no definition of a service.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DefinitionError {
    /// More bytes than a definition may have.
    #[error("a service's definition has {0} bytes; at most {DEFINITION_BYTES_MAX} are read")]
    TooLarge(usize),
    /// Not what [`Service::definition`] writes, or something that only a newer release knows.
    #[error("a service's definition can't be read; perhaps a newer release wrote it")]
    Unreadable(#[from] serde_json::Error),
}

impl Service {
    /// The definition: JSON without blanks, members in the order of the struct. The same service
    /// always gives the same bytes.
    pub fn definition(&self) -> Vec<u8> {
        // Writing plain structs with text keys into memory has no way to fail.
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// The service with this definition. Members that a newer release added are passed over, so
    /// hash the bytes that were read and never those of the value.
    ///
    /// It isn't checked again: what was published under an older release's rules goes on
    /// meaning the same.
    ///
    /// # Errors
    /// If the bytes are too many or no definition.
    pub fn from_definition(bytes: &[u8]) -> Result<Self, DefinitionError> {
        if bytes.len() > DEFINITION_BYTES_MAX {
            return Err(DefinitionError::TooLarge(bytes.len()));
        }
        Ok(serde_json::from_slice(bytes)?)
    }
}
