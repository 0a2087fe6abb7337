//! What becomes of documents when a log is repaired from a backup, which has them too.

use std::path::{Path, PathBuf};

use kanzlei::store::NamedDocument;
use kanzlei::{DocumentId, DocumentsRepair};
use serde::Serialize;

use super::some;
use crate::failure::Failure;
use crate::output::Output;
use crate::papers::counted;
use crate::progress::Told;

#[derive(Serialize)]
pub(super) struct Documents {
    /// How many were brought back from the backup.
    brought_back: u64,
    /// Those that are neither there nor sound in the backup.
    missing: Vec<Named>,
    /// Those that are damaged, and not sound in the backup.
    pub(super) damaged: Vec<Named>,
    /// How many are missing or damaged without a key that tells that they weren't erased.
    keyless: u64,
    /// Where the damaged ones are kept in whose place sound ones came.
    kept: Option<PathBuf>,
}

#[derive(Serialize)]
pub(super) struct Named {
    case: String,
    document: DocumentId,
    digest: String,
}

/// Brings them back.
pub(super) fn bring_back(store: &Path, from: &Path) -> Result<Documents, Failure> {
    let progress = Told::new("documents");
    let told = |done, of| progress.reach(done, of);
    let done = kanzlei::repair_documents(store, from, &told);
    progress.finish();
    let DocumentsRepair {
        brought_back,
        missing,
        damaged,
        keyless,
        kept,
        ..
    } = done?;
    Ok(Documents {
        brought_back,
        missing: missing.iter().map(Named::of).collect(),
        damaged: damaged.iter().map(Named::of).collect(),
        keyless,
        kept,
    })
}

impl Named {
    fn of(named: &NamedDocument) -> Self {
        Self {
            case: named.case.to_string(),
            document: named.document,
            digest: named.digest.to_string(),
        }
    }
}

impl Documents {
    pub(super) fn tell(&self, out: &mut Output) -> Result<(), Failure> {
        if self.brought_back > 0 {
            let are = counted(self.brought_back);
            out.line(format_args!("{are} brought back from the backup"))?;
        }
        if let Some(kept) = &self.kept {
            let kept = kept.display();
            out.line(format_args!("the damaged ones are kept in {kept}"))?;
        }
        some(out, &self.damaged, |one| {
            let Named { case, document, .. } = one;
            format!(
                "case {case}, document {document} is damaged, and not to be had from the backup"
            )
        })?;
        // Where an embedder keeps documents elsewhere that is all of them.
        if !self.missing.is_empty() {
            let are = counted(self.missing.len() as u64);
            out.line(format_args!(
                "{are} neither here nor to be had from the backup: lost, or kept elsewhere; --json names them"
            ))?;
        }
        if self.keyless > 0 {
            let are = counted(self.keyless);
            out.line(format_args!(
                "{are} missing or damaged and left so: the vault hasn't the key, and nothing tells whether it was erased"
            ))?;
        }
        Ok(())
    }
}
