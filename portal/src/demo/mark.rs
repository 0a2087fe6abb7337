//! What marks a store as the demonstration's own: nobody in it exists, so that anybody may sign in
//! as anybody.

use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::Failure;

const FILE: &str = "demonstration.toml";
const SAYS: &str = "\
# `kanzlei demo` has made this store: nobody in it exists. Because of this file, anybody at this
# machine may sign in to its portal as anybody. Never put it beside a store with real cases.
";

/// The demonstration in a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mark {
    /// From which its people are drawn.
    pub seed: u64,
    /// Whether it was filled to the end.
    pub whole: bool,
}

impl Mark {
    /// The mark of this store, if it has one.
    pub fn of(store: &Path) -> Result<Option<Self>, Failure> {
        let path = file(store);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Failure::store(format!("{}: {error}", path.display()))),
        };
        let read = toml::from_str(&text);
        let wrong = |error| Failure::store(format!("{}: {error}", path.display()));
        read.map(Some).map_err(wrong)
    }

    /// Marks a store that isn't there yet. One that is there keeps what it has: cases that the demo
    /// adds to others' don't make those the demonstration's.
    pub fn new_store(store: &Path, seed: u64) -> Result<(), Failure> {
        if Self::of(store)?.is_some() || store.join("log").exists() {
            return Ok(());
        }
        fs::create_dir_all(store).map_err(|error| at(store, &error))?;
        Self { seed, whole: false }.write(store)
    }

    /// Says that the store was filled to the end with what its mark names.
    pub fn filled(store: &Path, seed: u64) -> Result<(), Failure> {
        match Self::of(store)? {
            Some(mark) if mark.seed == seed && !mark.whole => {
                Self { seed, whole: true }.write(store)
            }
            _ => Ok(()),
        }
    }

    fn write(self, store: &Path) -> Result<(), Failure> {
        let values = toml::to_string(&self).map_err(Failure::broken)?;
        let (path, half) = (file(store), store.join("demonstration.half"));
        let written = fs::write(&half, format!("{SAYS}{values}"));
        let written = written.and_then(|()| fs::rename(&half, &path));
        written.map_err(|error| at(&path, &error))
    }
}

fn file(store: &Path) -> PathBuf {
    store.join(FILE)
}

fn at(path: &Path, error: &std::io::Error) -> Failure {
    Failure::store(format!("{}: {error}", path.display()))
}
