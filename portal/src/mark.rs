//! What marks a store as the demonstration's own: nobody in it exists, so that anybody may sign in
//! as anybody.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

const FILE: &str = "demonstration.toml";
const SAYS: &str = "\
# `kanzlei demo` has made this store: nobody in it exists. Because of this file, anybody at this
# machine may sign in to its portal as anybody. Never put it beside a store with real cases.
";

/// The mark of a store that the demonstration has made. Nobody has one but who has read it there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark(Values);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Values {
    seed: u64,
    whole: bool,
}

impl Mark {
    /// The mark of this store, if it has one.
    ///
    /// # Errors
    /// If it can't be read.
    pub fn of(store: &Path) -> io::Result<Option<Self>> {
        let path = file(store);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(at(&path, &error)),
        };
        let read = toml::from_str(&text).map_err(io::Error::other);
        read.map(|values| Some(Self(values)))
            .map_err(|error| at(&path, &error))
    }

    /// Marks a store that isn't there yet. One that is there keeps what it has: cases that the
    /// demonstration adds to others' don't make those its own.
    ///
    /// # Errors
    /// If it can't be written.
    pub fn new_store(store: &Path, seed: u64) -> io::Result<()> {
        if Self::of(store)?.is_some() || store.join("log").exists() {
            return Ok(());
        }
        fs::create_dir_all(store).map_err(|error| at(store, &error))?;
        Self(Values { seed, whole: false }).write(store)
    }

    /// Says that the store was filled to the end with what its mark names.
    ///
    /// # Errors
    /// If it can't be written.
    pub fn filled(store: &Path, seed: u64) -> io::Result<()> {
        match Self::of(store)? {
            Some(mark) if mark.seed() == seed && !mark.is_whole() => {
                Self(Values { seed, whole: true }).write(store)
            }
            _ => Ok(()),
        }
    }

    /// From which its people are drawn.
    pub const fn seed(self) -> u64 {
        self.0.seed
    }

    /// Whether the store was filled to the end.
    pub const fn is_whole(self) -> bool {
        self.0.whole
    }

    fn write(self, store: &Path) -> io::Result<()> {
        let values = toml::to_string(&self.0).map_err(io::Error::other)?;
        let (path, half) = (file(store), store.join("demonstration.half"));
        let written = fs::write(&half, format!("{SAYS}{values}"));
        let written = written.and_then(|()| fs::rename(&half, &path));
        written.map_err(|error| at(&path, &error))
    }
}

fn file(store: &Path) -> PathBuf {
    store.join(FILE)
}

fn at(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}
