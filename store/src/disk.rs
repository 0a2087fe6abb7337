//! The steps in which files are written, so that a test can stop or fail each of them.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A step on the way of a file to the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum DiskStep {
    /// A folder is made.
    MakeFolder,
    /// A file is made.
    Create,
    /// Bytes are written to it.
    Write,
    /// It is synced.
    Sync,
    /// It gets its final name.
    Rename,
    /// The folder is synced, and with it the names in it.
    SyncFolder,
    /// A file is removed.
    Remove,
}

/// Makes steps fail, as a full or broken disk does: for tests of a folder, and of how a program
/// takes it.
pub trait DiskFaults: Send + Sync {
    /// Called before each step.
    ///
    /// # Errors
    /// What the disk is to say; the step isn't taken.
    fn before(&self, step: DiskStep) -> io::Result<()>;
}

/// The disk as it is.
#[derive(Debug, Clone, Copy, Default)]
pub struct SoundDisk;

impl DiskFaults for SoundDisk {
    fn before(&self, _: DiskStep) -> io::Result<()> {
        Ok(())
    }
}

/// What a file system puts into its uppermost folder, often for root's eyes only.
pub(crate) const FOUND: &str = "lost+found";

/// Takes the steps.
#[derive(Clone)]
pub(crate) struct Disk(pub(crate) Arc<dyn DiskFaults>);

impl Disk {
    /// The disk as it is.
    pub(crate) fn sound() -> Self {
        Self(Arc::new(SoundDisk))
    }

    /// Makes a folder that only its owner may enter, and those above it, durably.
    pub(crate) fn make_folder(&self, path: &Path) -> io::Result<()> {
        if path.is_dir() {
            // Whoever made it may have failed, or not come to it yet.
            return sync_name(path);
        }
        self.0.before(DiskStep::MakeFolder)?;
        let mut builder = DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        make_folders(path, &builder)
    }

    /// Makes a file that only its owner may read.
    pub(crate) fn create(&self, path: &Path) -> io::Result<File> {
        self.0.before(DiskStep::Create)?;
        private(OpenOptions::new().write(true).create_new(true)).open(path)
    }

    /// The same in the place of what a crash has left of it.
    pub(crate) fn create_anew(&self, path: &Path) -> io::Result<File> {
        self.remove(path)?;
        self.create(path)
    }

    pub(crate) fn write(&self, file: &mut File, bytes: &[u8]) -> io::Result<()> {
        self.0.before(DiskStep::Write)?;
        file.write_all(bytes)
    }

    pub(crate) fn sync(&self, file: &File) -> io::Result<()> {
        self.0.before(DiskStep::Sync)?;
        file.sync_all()
    }

    pub(crate) fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.0.before(DiskStep::Rename)?;
        std::fs::rename(from, to)
    }

    /// Gives a file a second name.
    pub(crate) fn link(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.0.before(DiskStep::Rename)?;
        std::fs::hard_link(from, to)
    }

    /// Makes the names in a folder durable, where the system can.
    pub(crate) fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        self.0.before(DiskStep::SyncFolder)?;
        sync_folder(folder)
    }

    /// Writes a file whole, in place of one that is there.
    pub(crate) fn put(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let new = unfinished(path);
        let mut file = self.create_anew(&new)?;
        self.write(&mut file, bytes)?;
        self.sync(&file)?;
        self.rename(&new, path)?;
        self.sync_name(path)
    }

    /// Keeps what is cut off of a file, which nobody was told of. A full disk, which may be why it was torn, is no
    /// reason not to go on.
    pub(crate) fn keep(&self, path: &Path, torn: &[u8]) -> io::Result<()> {
        let keep = || {
            self.0.before(DiskStep::Create)?;
            let options = &mut OpenOptions::new();
            let mut file = private(options.write(true).create(true).truncate(true)).open(path)?;
            self.write(&mut file, torn)?;
            self.sync(&file)?;
            self.sync_name(path)
        };
        match keep() {
            Err(error) if is_full(&error) => self.remove(path),
            kept => kept,
        }
    }

    /// Makes the name of a file durable, where the system can.
    pub(crate) fn sync_name(&self, path: &Path) -> io::Result<()> {
        path.parent().map_or(Ok(()), |at| self.sync_folder(at))
    }

    /// Removes a file; one that isn't there is removed already.
    pub(crate) fn remove(&self, path: &Path) -> io::Result<()> {
        self.0.before(DiskStep::Remove)?;
        match std::fs::remove_file(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            outcome => outcome,
        }
    }
}

/// What a file is called until it is whole.
pub(crate) fn unfinished(path: &Path) -> PathBuf {
    path.with_added_extension("new")
}

/// For files that only their owner may read.
pub(crate) fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

/// Makes the name of a file or folder durable, where the system can.
pub(crate) fn sync_name(path: &Path) -> io::Result<()> {
    path.parent().map_or(Ok(()), sync_folder)
}

/// Makes the names in a folder durable, where the system can.
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    #[cfg(unix)]
    {
        // Of a relative path with one name, the folder above is called by nothing.
        let here = folder.as_os_str().is_empty();
        File::open(if here { Path::new(".") } else { folder })?.sync_all()?;
    }
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}

/// Makes a folder and those above it, so that none of their names gets lost with the power.
///
/// # Errors
/// If the disk fails.
pub fn make_folder(path: &Path) -> io::Result<()> {
    make_folders(path, &DirBuilder::new())?;
    // Also if it was there: a crash may have come before it was synced.
    sync_name(path)
}

fn make_folders(path: &Path, builder: &DirBuilder) -> io::Result<()> {
    let missing: Vec<&Path> = path
        .ancestors()
        .take_while(|folder| !folder.as_os_str().is_empty() && !folder.is_dir())
        .collect();
    for folder in missing.into_iter().rev() {
        match builder.create(folder) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
            _ => sync_name(folder)?,
        }
    }
    Ok(())
}

/// What is in a folder; nothing, if there is no such folder.
pub(crate) fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    match std::fs::read_dir(folder) {
        Ok(entries) => entries.map(|entry| Ok(entry?.path())).collect(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

/// The names in a folder, sorted; none if there is no such folder.
pub(crate) fn names(folder: &Path) -> io::Result<Vec<String>> {
    let entries = entries(folder)?;
    let names = entries.iter().filter_map(|path| path.file_name());
    let mut names: Vec<_> = names.map(|name| name.to_string_lossy().into()).collect();
    names.sort_unstable();
    Ok(names)
}

/// A folder that isn't there yet, for what was damaged and has something sound in its place.
pub(crate) fn folder_for_damaged(within: &Path) -> PathBuf {
    let folder = |number: usize| within.join(format!("damaged-{number}"));
    let taken = (1..).take_while(|number| folder(*number).exists());
    folder(taken.count() + 1)
}

/// Whether both are names of one file, where the system tells.
pub(crate) fn is_one_file(one: &Path, other: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let file = |path: &Path| path.metadata().map(|it| (it.dev(), it.ino()));
        file(one).is_ok_and(|one| file(other).is_ok_and(|other| one == other))
    }
    #[cfg(not(unix))]
    {
        let _ = (one, other);
        false
    }
}

/// Whether the disk has no room left for whoever writes.
pub(crate) fn is_full(error: &io::Error) -> bool {
    use io::ErrorKind::{QuotaExceeded, StorageFull};
    matches!(error.kind(), StorageFull | QuotaExceeded)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Fails whenever bytes are to be written.
    struct Fails(io::ErrorKind);

    impl DiskFaults for Fails {
        fn before(&self, step: DiskStep) -> io::Result<()> {
            if step == DiskStep::Write {
                return Err(self.0.into());
            }
            Ok(())
        }
    }

    #[test]
    fn what_was_torn_is_kept_unless_there_is_no_room_for_it() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("torn-at-7");
        let fails = |kind| Disk(Arc::new(Fails(kind))).keep(&path, b"torn");
        fails(io::ErrorKind::StorageFull).unwrap();
        assert_eq!(names(directory.path()).unwrap(), [""; 0]);
        fails(io::ErrorKind::PermissionDenied).unwrap_err();
        Disk::sound().keep(&path, b"torn").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"torn");
    }
}
