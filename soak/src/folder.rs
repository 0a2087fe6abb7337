//! Folders to work in: in memory where there is room for that, since thousands are made.

use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

use tempfile::TempDir;

use crate::{Outcome, ensure};

/// Where the system keeps files in memory.
const MEMORY: &str = "/dev/shm";

/// A new folder, gone when it is dropped.
///
/// # Errors
/// If none can be made.
pub fn new() -> Outcome<TempDir> {
    Ok(if Path::new(MEMORY).is_dir() {
        TempDir::new_in(MEMORY)?
    } else {
        TempDir::new()?
    })
}

/// All files below a folder, by their paths there.
///
/// # Errors
/// If it can't be read.
pub fn files(folder: &Path) -> Outcome<Vec<String>> {
    let (mut found, mut ahead) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(next) = ahead.pop() {
        for entry in fs::read_dir(next)? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                ahead.push(entry.path());
            } else {
                let path = entry.path();
                found.push(path.strip_prefix(folder)?.display().to_string());
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Copies a folder into another, holes as holes.
///
/// # Errors
/// If that doesn't work.
pub fn copy(from: &Path, to: &Path) -> Outcome {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            fs::create_dir(&target)?;
            copy(&entry.path(), &target)?;
        } else {
            copy_file(&entry.path(), &target)?;
        }
    }
    Ok(())
}

/// Bytes that are looked at at once for being all zeros.
const PIECE: usize = 4_096;

fn copy_file(from: &Path, to: &Path) -> Outcome {
    use std::os::unix::fs::{FileExt, MetadataExt};

    let (source, target) = (File::open(from)?, File::create_new(to)?);
    let metadata = source.metadata()?;
    target.set_len(metadata.len())?;
    target.set_permissions(metadata.permissions())?;
    // Journals are mostly a hole, and at their end.
    let (mut left, mut at) = (metadata.blocks() * 512, 0);
    let mut piece = [0; PIECE];
    while left > 0 && at < metadata.len() {
        let count = source.read_at(&mut piece, at)?;
        let bytes = piece.get(..count).unwrap_or(&piece);
        if bytes.iter().any(|byte| *byte != 0) {
            target.write_all_at(bytes, at)?;
            left = left.saturating_sub(PIECE as u64);
        }
        at += count as u64;
    }
    Ok(())
}

/// Makes sure that two folders hold the same.
///
/// # Errors
/// In which file they differ.
pub fn same(one: &Path, other: &Path) -> Outcome {
    let (names, others) = (files(one)?, files(other)?);
    ensure(names == others, || {
        format!("there are {names:?}, and there should be {others:?}")
    })?;
    for name in names {
        let (mut here, mut there) = (File::open(one.join(&name))?, File::open(other.join(&name))?);
        let (mut left, mut right) = (Vec::new(), Vec::new());
        here.read_to_end(&mut left)?;
        there.read_to_end(&mut right)?;
        let differs = || {
            left.iter()
                .zip(&right)
                .position(|(left, right)| left != right)
        };
        ensure(left == right, || {
            let (lengths, at) = ((left.len(), right.len()), differs());
            format!("{name} differs: {lengths:?} bytes, at {at:?}")
        })?;
    }
    Ok(())
}

/// Where what was written to a file ends, which may have been made longer than that.
///
/// # Errors
/// If it can't be read.
pub fn written(path: &Path) -> Outcome<u64> {
    let bytes = fs::read(path)?;
    let zeros = bytes.iter().rev().take_while(|byte| **byte == 0).count();
    Ok((bytes.len() - zeros) as u64)
}
