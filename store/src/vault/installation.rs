//! The installation's key, which wraps a vault's own.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use argon2::{Algorithm, Argon2, Params, Version};
use kanzlei_core::ports::{Entropy, VaultError};
use kanzlei_core::record::Key;
use zeroize::Zeroizing;

use super::header::{Derivation, Stretch};
use crate::disk::Disk;

/// The one key of an installation, outside the vault that it opens: a file to be mounted, or a
/// passphrase to be typed. Whoever loses it loses every personal value.
pub struct InstallationKey(Source);

enum Source {
    File(Key),
    Passphrase(Zeroizing<Vec<u8>>),
}

impl InstallationKey {
    /// Reads a key file: exactly 32 random bytes.
    ///
    /// # Errors
    /// If it can't be read, isn't 32 bytes, or (on Unix) may be read by everybody on the machine.
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self, VaultError> {
        let path = path.as_ref();
        let file = File::open(path).map_err(|error| unreadable(path, &error))?;
        refuse_world_readable(&file, path)?;
        let mut bytes = Zeroizing::new(Vec::with_capacity(64));
        file.take(33)
            .read_to_end(&mut bytes)
            .map_err(|error| unreadable(path, &error))?;
        match <[u8; 32]>::try_from(bytes.as_slice()) {
            Ok(key) => Ok(Self(Source::File(Key::from_bytes(key)))),
            Err(_) => Err(VaultError::WrongKey(format!(
                "{} isn't a key file, which has 32 bytes",
                path.display()
            ))),
        }
    }

    /// Creates a key file that only its owner may read (on Unix), and reads it.
    ///
    /// # Errors
    /// If it exists or can't be written, or there are no random bytes.
    pub fn create_file(path: impl AsRef<Path>, entropy: &dyn Entropy) -> Result<Self, VaultError> {
        let path = path.as_ref();
        let key = random_key(entropy)?;
        write_new(path, key.expose()).map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => VaultError::Exists(path.display().to_string()),
            _ => unreadable(path, &error),
        })?;
        Ok(Self(Source::File(key)))
    }

    /// A key stretched from a passphrase by Argon2id, with the salt and costs that the vault
    /// keeps.
    ///
    /// # Errors
    /// If the passphrase is empty: a variable that wasn't set, most likely.
    pub fn from_passphrase(passphrase: &str) -> Result<Self, VaultError> {
        if passphrase.is_empty() {
            return Err(VaultError::WrongKey("the passphrase is empty".into()));
        }
        let bytes = passphrase.as_bytes().to_vec();
        Ok(Self(Source::Passphrase(Zeroizing::new(bytes))))
    }

    /// How a new vault's header says to derive the wrapping key from this one.
    pub(super) fn derivation(&self, entropy: &dyn Entropy) -> Result<Derivation, VaultError> {
        match &self.0 {
            Source::File(_) => Ok(Derivation::KeyFile),
            Source::Passphrase(_) => {
                let mut salt = [0; 16];
                fill(entropy, &mut salt)?;
                Ok(Derivation::Passphrase(Stretch::new(salt)))
            }
        }
    }

    /// The key that wraps the vault's own.
    pub(super) fn derive(&self, derivation: &Derivation) -> Result<Key, VaultError> {
        match (&self.0, derivation) {
            (Source::File(key), Derivation::KeyFile) => Ok(key.clone()),
            (Source::Passphrase(passphrase), Derivation::Passphrase(how)) => {
                stretch(passphrase, how)
            }
            (Source::File(_), Derivation::Passphrase(_)) => Err(VaultError::WrongKey(
                "it is opened by a passphrase, and a key file was given".into(),
            )),
            (Source::Passphrase(_), Derivation::KeyFile) => Err(VaultError::WrongKey(
                "it is opened by a key file, and a passphrase was given".into(),
            )),
        }
    }
}

impl fmt::Debug for InstallationKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match &self.0 {
            Source::File(_) => "InstallationKey(key file)",
            Source::Passphrase(_) => "InstallationKey(passphrase)",
        })
    }
}

/// A new random key.
pub(super) fn random_key(entropy: &dyn Entropy) -> Result<Key, VaultError> {
    let mut bytes = Zeroizing::new([0; 32]);
    fill(entropy, bytes.as_mut_slice())?;
    Ok(Key::from_bytes(*bytes))
}

/// Without random bytes nothing can be written now, and perhaps it can later.
fn fill(entropy: &dyn Entropy, bytes: &mut [u8]) -> Result<(), VaultError> {
    entropy
        .fill(bytes)
        .map_err(|error| VaultError::Unreachable(error.to_string()))
}

fn stretch(passphrase: &[u8], how: &Stretch) -> Result<Key, VaultError> {
    let mut key = Zeroizing::new([0; 32]);
    Params::new(how.memory_kib, how.passes, how.lanes, Some(32))
        .and_then(|params| {
            Argon2::new(Algorithm::Argon2id, Version::V0x13, params).hash_password_into(
                passphrase,
                &how.salt,
                key.as_mut_slice(),
            )
        })
        .map_err(|error| VaultError::Damaged(format!("its passphrase's costs: {error}")))?;
    Ok(Key::from_bytes(*key))
}

/// Writes a file, but not in the place of one that has something in it.
fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if path.metadata().is_ok_and(|file| file.len() > 0) {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    Disk::sound().put(path, bytes)
}

fn unreadable(path: &Path, error: &io::Error) -> VaultError {
    let path = path.display();
    VaultError::Unreachable(match error.kind() {
        io::ErrorKind::NotFound => format!(
            "the key file {path} is missing: put it back; it is in no backup, and nothing else opens the vault"
        ),
        _ => format!("the key file {path}: {error}"),
    })
}

/// The bits of a file's mode that say what everybody may do.
#[cfg(unix)]
const OTHERS: u32 = 0o007;

#[cfg(unix)]
fn refuse_world_readable(file: &File, path: &Path) -> Result<(), VaultError> {
    use std::os::unix::fs::PermissionsExt;

    let metadata = file.metadata().map_err(|error| unreadable(path, &error))?;
    // The group may read: that is how a container gets its secrets.
    if metadata.permissions().mode() & OTHERS == 0 {
        return Ok(());
    }
    let path = path.display();
    Err(VaultError::WrongKey(format!(
        "everybody on this machine may use {path}: run `chmod o= {path}` first, and think of the \
         key as known"
    )))
}

#[cfg(not(unix))]
fn refuse_world_readable(_: &File, _: &Path) -> Result<(), VaultError> {
    Ok(())
}
