//! Why a command of the program ends without success, and with which exit code.

use std::fmt::{self, Display};
use std::io;

use kanzlei::core::ports::{StoreError, VaultError, ViewStoreError};
use kanzlei::projections::ViewError;
use kanzlei::{BackupError, EngineError, Error, QueryError, Refusal};

/// What `--help` says below the commands.
pub const AFTER_HELP: &str = "\
Every command has an actor. `cases`, `inbox` and `stats` show each case as an official of the authority
responsible for it sees it (with exact figures, and without administrative cases); so does `show`
without `--as`, and `overview` without it is what the canton's overseer sees. Whoever has the store and its key operates
the installation, and so may stand in for others.

A store's key is in its file installation.key, or a passphrase in KANZLEI_PASSPHRASE.

Exit codes:
  0    done
  1    refused, or there is no such case, authority or service
  2    the command line is wrong
  3    the store or the backup isn't there, is open elsewhere, is damaged, or its key is wrong
  4    `verify`, `backup`, `restore` or `repair` found something wrong
  5    the program failed
  130  interrupted; what was done is kept";

/// The exit code of what Ctrl-C ended, as shells have it.
pub const INTERRUPTED: u8 = 130;

/// Why a command ends without success.
#[derive(Debug)]
pub enum Failure {
    /// With this code, and this to say.
    Exit(u8, String),
    /// Nobody reads any more.
    Unread,
}

impl Failure {
    pub fn refused(said: impl Display) -> Self {
        Self::Exit(1, said.to_string())
    }

    pub fn usage(said: impl Display) -> Self {
        Self::Exit(2, said.to_string())
    }

    pub fn store(said: impl Display) -> Self {
        Self::Exit(3, said.to_string())
    }

    pub fn wrong(said: impl Display) -> Self {
        Self::Exit(4, said.to_string())
    }

    /// Something of the program's own that can't be.
    pub fn broken(what: impl Display) -> Self {
        Self::Exit(5, format!("this is a mistake of the program: {what}"))
    }

    /// This, and then something else.
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Exit(code, said), Self::Exit(_, more)) => {
                Self::Exit(code, format!("{said}; {more}"))
            }
            (Self::Unread, one) | (one, Self::Unread) => one,
        }
    }

    pub fn interrupted(said: impl Display) -> Self {
        Self::Exit(INTERRUPTED, said.to_string())
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::Engine(error) => error.into(),
            Error::Backup(error) => error.into(),
            Error::Query(QueryError::NotAllowed(why)) => Self::refused(why),
            Error::Store(error) => error.into(),
            other => Self::store(other),
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::store(advised(&error))
    }
}

/// What a log says of itself, and what is done about it.
pub fn advised(error: &StoreError) -> String {
    match error {
        StoreError::LogShrank { .. } => format!("{error}; `repair` says what is missing"),
        // Position 0 is the index, which says itself what to do.
        StoreError::Damaged { position, .. } if position.0 > 0 => {
            format!("{error}; `repair` saves what can be read, or a backup is restored")
        }
        _ => error.to_string(),
    }
}

impl From<BackupError> for Failure {
    fn from(error: BackupError) -> Self {
        match error {
            BackupError::NotBackup { .. }
            | BackupError::AnotherLog { .. }
            | BackupError::NothingLeft { .. }
            | BackupError::IntoBackup(_)
            | BackupError::Mount(_)
            | BackupError::AnotherVault(_)
            | BackupError::Shorter { .. }
            | BackupError::Differs { .. }
            | BackupError::OtherCommit { .. }
            | BackupError::VaultOlder { .. }
            | BackupError::VaultBehind { .. }
            | BackupError::WouldUndo(_)
            | BackupError::Beyond { .. }
            | BackupError::Hole(_)
            | BackupError::Exists(_) => Self::refused(error),
            BackupError::Store(error) => error.into(),
            // What was named is of another kind, or isn't there.
            BackupError::Disk { ref source, .. }
                if matches!(
                    source.kind(),
                    io::ErrorKind::NotFound
                        | io::ErrorKind::NotADirectory
                        | io::ErrorKind::IsADirectory
                        | io::ErrorKind::AlreadyExists
                ) =>
            {
                Self::store(error)
            }
            BackupError::Full { .. } | BackupError::Disk { .. } => Self::Exit(5, error.to_string()),
            other => Self::store(other),
        }
    }
}

impl From<EngineError> for Failure {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::Refused(refusal) => Self::refused(refusal),
            EngineError::Conflict { .. }
            | EngineError::AnsweredBefore { .. }
            | EngineError::Busy => Self::refused(error),
            other => Self::store(other),
        }
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::refused(refusal)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::Unread,
            _ => Self::Exit(5, error.to_string()),
        }
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        // What is shown can always be written; the pipe can be gone.
        io::Error::from(error).into()
    }
}

macro_rules! failures {
    ($($error:ty => $how:ident),* $(,)?) => {
        $(impl From<$error> for Failure {
            fn from(error: $error) -> Self {
                Self::$how(error)
            }
        })*
    };
}

failures! {
    VaultError => store,
    ViewError => store,
    ViewStoreError => store,
    kanzlei::CodeError => broken,
    kanzlei::core::RegisterError => broken,
    kanzlei::core::ServiceFileErrors => broken,
    kanzlei::core::ServiceProblems => broken,
    kanzlei::services::register::ParticipationError => broken,
}

impl Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exit(_, said) => f.write_str(said),
            Self::Unread => Ok(()),
        }
    }
}
