//! A place in the log, for whoever reads elsewhere what they wrote here.

use kanzlei_core::ports::{KeyVault, Purpose, VaultError};
use kanzlei_core::record::Hash;
use kanzlei_core::{LogId, Position};

/// Writes places of one log as text, and reads them again. A place that this log has never reached
/// would be waited for without end, so that nobody else can make one.
pub(crate) struct Places {
    log: LogId,
    key: [u8; 16],
}

/// Why a text doesn't say how far to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PositionError {
    /// It is no such text.
    #[error("this is no place in the log; give back what you got, or leave it out")]
    Unreadable,
    /// It is of another log.
    #[error("this is a place in another log ({0}) than this installation's; leave it out")]
    AnotherLog(LogId),
}

impl Places {
    pub(crate) async fn of(log: LogId, vault: &dyn KeyVault) -> Result<Self, VaultError> {
        let of = [b"position".as_slice(), log.as_bytes()].concat();
        let key = vault.token(Purpose::Derive, &of).await?;
        Ok(Self { log, key })
    }

    /// The log's id without hyphens, the place, and what proves that it was written here.
    pub(crate) fn write(&self, position: Position) -> String {
        let log = self.log.to_string().replace('-', "");
        // All of fixed length, so that the plain hash of key and place is a MAC.
        let proof = Hash::of(&[&self.key, &position.0.to_le_bytes()]).to_string();
        let proof: String = proof.chars().take(16).collect();
        format!("{log}-{position}-{proof}")
    }

    pub(crate) fn read(&self, text: &str) -> Result<Position, PositionError> {
        let read = || {
            let mut pieces = text.split('-');
            let log: LogId = pieces.next()?.parse().ok()?;
            Some((log, Position(pieces.next()?.parse().ok()?)))
        };
        let (log, position) = read().ok_or(PositionError::Unreadable)?;
        if log != self.log {
            return Err(PositionError::AnotherLog(log));
        }
        // Each place is written in one way.
        let written = self.write(position) == text;
        written.then_some(position).ok_or(PositionError::Unreadable)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::executor::block_on;
    use kanzlei_store::{MemoryKeyVault, SystemEntropy};
    use std::sync::Arc;

    #[test]
    fn a_place_reads_back_and_nothing_else_is_one() {
        let vault = MemoryKeyVault::new(Arc::new(SystemEntropy)).unwrap();
        let of = |log| block_on(Places::of(LogId::from_bytes([log; 16]), &vault)).unwrap();
        let (here, there) = (of(0xa5), of(0xa6));
        let text = here.write(Position(42));
        assert_eq!(here.read(&text), Ok(Position(42)));
        assert_eq!(
            there.read(&text),
            Err(PositionError::AnotherLog(LogId::from_bytes([0xa5; 16])))
        );
        let forged = text.replace("-42-", "-43-");
        for wrong in [
            "",
            "42",
            "--",
            &text.replace('a', "A"),
            &forged,
            &format!("{text} "),
        ] {
            assert_eq!(here.read(wrong), Err(PositionError::Unreadable), "{wrong}");
        }
    }
}
