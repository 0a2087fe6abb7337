//! What is said of the documents that a backup has, or should have.

use kanzlei::core::record::Hash;
use serde::Serialize;

use crate::failure::Failure;
use crate::output::Output;

/// What became of the documents that commits name.
#[derive(Serialize)]
pub struct Papers {
    /// How many were copied, or are there.
    pub documents: u64,
    /// How many aren't there, since they were erased.
    pub erased: u64,
    /// The others that aren't there.
    pub missing: Vec<String>,
    /// Those that are damaged, and weren't copied.
    pub damaged: Vec<String>,
    /// Whether anything says which keys were destroyed.
    #[serde(skip)]
    pub erasures_known: bool,
}

impl Papers {
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
            let or = if self.erasures_known { "" } else { "erased, " };
            out.line(format_args!(
                "{are} missing: {or}lost, or kept elsewhere; --json names them"
            ))?;
        }
        Ok(())
    }
}

pub fn named(digests: &[Hash]) -> Vec<String> {
    digests.iter().map(ToString::to_string).collect()
}

pub fn counted(documents: u64) -> String {
    match documents {
        1 => "1 document is".to_owned(),
        many => format!("{many} documents are"),
    }
}
