//! A drawer: the folder that holds one owner's entries, and the names in it.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use kanzlei_core::KeySlot;

use super::entry::{EntryId, HEADER, from_hex};
use super::error::SealedError;
use crate::disk::names;
use crate::slot_pool::NameKey;

/// What a file that is being written ends with.
const UNFINISHED: &str = ".new";

/// One owner's entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Drawer {
    pub(super) token: [u8; 16],
    pub(super) path: PathBuf,
    names: NameKey,
}

/// A file in a drawer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Named {
    pub(super) id: EntryId,
    pub(super) slot: KeySlot,
    /// Whether it is being written, or was when the process died.
    pub(super) unfinished: bool,
    pub(super) path: PathBuf,
}

impl Drawer {
    pub(super) fn new(folder: &Path, token: [u8; 16], names: NameKey) -> Self {
        let name = EntryId::from_bytes(token).to_string();
        Self {
            token,
            path: folder.join(name),
            names,
        }
    }

    /// All drawers in a folder.
    pub(super) fn all(folder: &Path, key: NameKey) -> io::Result<Vec<Self>> {
        let names = names(folder)?;
        let tokens = names.iter().filter_map(|name| from_hex(name));
        Ok(tokens.map(|token| Self::new(folder, token, key)).collect())
    }

    /// The files in it, by name. What nobody here has written isn't touched.
    pub(super) fn files(&self) -> Result<Vec<Named>, SealedError> {
        let names = names(&self.path).map_err(|error| SealedError::disk(&self.path, error))?;
        Ok(names.iter().filter_map(|name| self.named(name)).collect())
    }

    /// How many entries it has, expired ones included.
    pub(super) fn count(&self) -> Result<usize, SealedError> {
        let files = self.files()?;
        Ok(files.iter().filter(|named| !named.unfinished).count())
    }

    fn named(&self, name: &str) -> Option<Named> {
        let finished = name.strip_suffix(UNFINISHED);
        let mut pieces = finished.unwrap_or(name).split('-');
        let id = EntryId::parse(pieces.next()?)?;
        let slot = KeySlot(u64::from_str_radix(pieces.next()?, 16).ok()?);
        let ours = finished.unwrap_or(name) == self.name(id, slot);
        ours.then(|| Named {
            id,
            slot,
            unfinished: finished.is_some(),
            path: self.path.join(name),
        })
    }

    fn name(&self, id: EntryId, slot: KeySlot) -> String {
        let number = slot.0.to_le_bytes();
        let proof = self.names.proof(&[&self.token, id.as_bytes(), &number]);
        format!("{id}-{:016x}-{proof}", slot.0)
    }

    /// Where an entry is kept.
    pub(super) fn kept(&self, id: EntryId, slot: KeySlot) -> PathBuf {
        self.path.join(self.name(id, slot))
    }

    /// Where it is written at first.
    pub(super) fn unfinished(&self, id: EntryId, slot: KeySlot) -> PathBuf {
        self.path.join(self.name(id, slot) + UNFINISHED)
    }
}

/// The first bytes of a file, and how long it is.
pub(super) fn header(path: &Path) -> io::Result<(Vec<u8>, u64)> {
    let file = File::open(path)?;
    let length = file.metadata()?.len();
    let mut bytes = Vec::with_capacity(HEADER);
    file.take(HEADER as u64).read_to_end(&mut bytes)?;
    Ok((bytes, length))
}
