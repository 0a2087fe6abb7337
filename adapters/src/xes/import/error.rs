//! Why a log isn't imported, by what the caller can do about it.

use std::io;

use kanzlei_core::engine::EngineError;
use kanzlei_core::ports::{StoreError, VaultError};
use kanzlei_core::{AuthorityId, Code, CodeError};

use super::super::error::XesError;
use super::check::ACTIVITIES_MAX;

/// Why a log isn't imported.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// The file has a mistake, or can't be read on. While it is checked nothing is written.
    #[error(transparent)]
    Log(#[from] XesError),
    /// The file can't be opened.
    #[error("the file can't be opened: {0}")]
    Open(#[source] io::Error),
    /// Nearly every event has an activity of its own: the mapping takes it from the wrong
    /// attribute.
    #[error(
        "the log has more than {ACTIVITIES_MAX} different activities, or their names are longer \
         than {bytes_max} bytes together. The mapping takes an event's activity from {keys}: name \
         another attribute, with fewer values"
    )]
    Activities {
        /// The keys that the mapping names.
        keys: String,
        /// The bytes that all names may have.
        bytes_max: usize,
    },
    /// With this log's activities the service would have more than it can.
    #[error("the service {0} has no room for this log's activities: import it as another service")]
    ServiceFull(Code),
    /// A service of this name is offered that no log is imported as.
    #[error("{0} is a service with cases of its own: import the log as another one")]
    ServiceTaken(Code),
    /// The service's name can't be one.
    #[error(transparent)]
    ServiceName(#[from] CodeError),
    /// The register doesn't know the authority.
    #[error("the register has no authority {0} today: name another")]
    Authority(AuthorityId),
    /// The same content was imported before with another mapping.
    #[error(
        "this log was imported before, as {0}, with another mapping; its cases stay as they are"
    )]
    ImportedOtherwise(Code),
    /// The file changed while it was imported.
    #[error("the file changed while it was being imported: import it again once it is complete")]
    Changed,
    /// The engine refuses something, or doesn't work.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

impl From<VaultError> for ImportError {
    fn from(error: VaultError) -> Self {
        Self::Engine(error.into())
    }
}

impl From<StoreError> for ImportError {
    fn from(error: StoreError) -> Self {
        Self::Engine(error.into())
    }
}
