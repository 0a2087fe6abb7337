//! Where a file of a log or of its backup isn't what was written.

use std::path::PathBuf;

use kanzlei::store::LogDamage;
use serde::Serialize;

#[derive(Serialize)]
pub struct Damage {
    file: PathBuf,
    /// From which byte on; nothing if the file is missing.
    at: Option<u64>,
}

impl Damage {
    pub fn of(list: &[LogDamage]) -> Vec<Self> {
        let damage = list.iter().map(|damage| Self {
            file: damage.file.clone(),
            at: damage.at,
        });
        damage.collect()
    }

    pub fn said(&self) -> String {
        let file = self.file.display();
        match self.at {
            Some(at) => format!("{file} is damaged at byte {at}"),
            None => format!("{file} is missing"),
        }
    }
}
