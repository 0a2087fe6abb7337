//! What is said of the documents that a backup has, or should have.

use kanzlei::core::record::Hash;
use serde::Serialize;

use crate::failure::Failure;
use crate::output::Output;

/// What became of the documents that commits name, and what is known of their keys.
#[derive(Serialize)]
pub struct Papers {
    /// How many were copied, or are there.
    pub documents: u64,
    /// How many aren't there, since they were erased.
    erased: u64,
    /// The others that aren't there.
    missing: Vec<String>,
    /// Those that are damaged, and weren't copied.
    pub damaged: Vec<String>,
    /// How many keys are known to be destroyed, if anything says so.
    destroyed: Option<u64>,
}

impl Papers {
    /// As a backup or its restoring says it.
    pub fn new(
        documents: u64,
        erased: u64,
        missing: &[Hash],
        damaged: &[Hash],
        destroyed: Option<u64>,
    ) -> Self {
        let named = |digests: &[Hash]| digests.iter().map(ToString::to_string).collect();
        Self {
            documents,
            erased,
            missing: named(missing),
            damaged: named(damaged),
            destroyed,
        }
    }

    /// Says what isn't there, and why, as far as that is known.
    pub fn tell(&self, out: &mut Output) -> Result<(), Failure> {
        for digest in &self.damaged {
            out.line(format_args!("document {digest} is damaged"))?;
        }
        if self.erased > 0 {
            let are = counted(self.erased);
            out.line(format_args!("{are} erased"))?;
        }
        // Where an embedder keeps documents elsewhere that is all of them.
        if !self.missing.is_empty() {
            let are = counted(self.missing.len() as u64);
            let or = if self.destroyed.is_some() {
                ""
            } else {
                "erased, "
            };
            out.line(format_args!(
                "{are} missing: {or}lost, or kept elsewhere; --json names them"
            ))?;
        }
        Ok(())
    }
}

pub fn counted(documents: u64) -> String {
    match documents {
        1 => "1 document is".to_owned(),
        many => format!("{many} documents are"),
    }
}
