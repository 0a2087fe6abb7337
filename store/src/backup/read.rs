//! Reading a file of commits that may be damaged, or made to harm: each byte is checked before it is
//! believed.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use kanzlei_core::ports::TreeHead;
use kanzlei_core::record::{Frontier, Hash, Record, Stamp, leaf_hash, limits};

use super::error::BackupError;
use super::header::{HEADER, Header, ends_at};
use super::part::Part;
use super::tree::{Tree, peaks_length};
use super::write::checksum;

/// Length and checksum before each commit.
pub(super) const ENTRY: u64 = 8;
/// The most that a commit with its stamp has; a length beyond isn't believed.
pub(super) const COMMIT_MAX: usize = Stamp::LENGTH + limits::RECORD_MAX;

/// A file of commits that is read from its beginning to its end.
pub(super) struct FileReader<R> {
    from: R,
    path: PathBuf,
    pub(super) header: Header,
    at: u64,
    tree: Tree,
}

/// Reads the header of a file, and checks that the file has the length that it says.
pub(super) fn header(path: &Path) -> Result<Header, BackupError> {
    let mut file = open(path)?;
    let length = length(&file, path)?;
    FileReader::begin(&mut file, length, path, Tree::default()).map(|reader| reader.header)
}

/// Opens a file whose commits follow this tree.
pub(super) fn commits(
    path: &Path,
    before: Tree,
) -> Result<FileReader<BufReader<File>>, BackupError> {
    let file = open(path)?;
    let length = length(&file, path)?;
    FileReader::begin(
        BufReader::with_capacity(1024 * 1024, file),
        length,
        path,
        before,
    )
}

/// Where a file's commits end, and its peaks begin.
pub(super) fn commits_end(header: &Header) -> u64 {
    let peaks = peaks_length(header.after.size);
    header.length.saturating_sub(4 + peaks)
}

/// The tree after a file's commits, as it stands at its end.
pub(super) fn end(part: &Part) -> Result<Tree, BackupError> {
    let Part { path, header, .. } = part;
    let mut file = open(path)?;
    let at = commits_end(header);
    file.seek(SeekFrom::Start(at))
        .map_err(|error| BackupError::disk(path, error))?;
    let frontier = peaks(&mut file, at, header, path)?;
    Ok(Tree {
        frontier,
        position: header.after.position,
    })
}

fn open(path: &Path) -> Result<File, BackupError> {
    File::open(path).map_err(|error| BackupError::disk(path, error))
}

fn length(file: &File, path: &Path) -> Result<u64, BackupError> {
    let metadata = file.metadata();
    let metadata = metadata.map_err(|error| BackupError::disk(path, error))?;
    Ok(metadata.len())
}

impl<R: Read> FileReader<R> {
    /// A file of this length, whose commits follow this tree.
    pub(super) fn begin(
        mut from: R,
        length: u64,
        path: &Path,
        before: Tree,
    ) -> Result<Self, BackupError> {
        let mut bytes = Vec::with_capacity(HEADER);
        let read = from.by_ref().take(HEADER as u64).read_to_end(&mut bytes);
        read.map_err(|error| BackupError::disk(path, error))?;
        let header = Header::read(&bytes, path)?;
        if header.length != length {
            let at = length.min(header.length);
            let why = format!(
                "it has {length} bytes, and was written with {}",
                header.length
            );
            return Err(BackupError::damaged(path, at, why));
        }
        Ok(Self {
            from,
            path: path.to_owned(),
            header,
            at: ends_at(&bytes),
            tree: before,
        })
    }

    /// The next commit; at the end, once the tree was found to be the one that the file says, none.
    pub(super) fn next(&mut self) -> Result<Option<(Stamp, Record)>, BackupError> {
        if self.tree.frontier.size() >= self.header.after.size {
            return self.end().map(|()| None);
        }
        let here = self.at;
        let bytes = self.entry()?;
        let wrong = |why: String| BackupError::damaged(&self.path, here, why);
        let (stamp, record) =
            Stamp::split(&bytes).ok_or_else(|| wrong("a commit is cut off".into()))?;
        let record =
            Record::from_bytes(Arc::from(record)).map_err(|error| wrong(error.to_string()))?;
        let first = self.tree.frontier.size() == self.header.before.size;
        let misplaced = stamp.position <= self.tree.position
            || stamp.position > self.header.after.position
            || (first && stamp.position != self.header.first);
        if misplaced {
            let why = format!(
                "the commit of position {} doesn't belong there",
                stamp.position
            );
            return Err(wrong(why));
        }
        let begins = self.tree.frontier.size() == 0;
        if begins && leaf_hash(stamp, record.content_hash()) != self.header.log {
            let why = "its first commit isn't the one of the log that it names";
            return Err(BackupError::damaged(&self.path, 16, why));
        }
        self.tree.push(stamp, record.content_hash());
        Ok(Some((stamp, record)))
    }

    /// The tree up to what was read.
    pub(super) fn into_tree(self) -> Tree {
        self.tree
    }

    /// How far it was read and is what was written: nowhere, if all its commits lead to another root than it says.
    pub(super) fn sound(&self) -> TreeHead {
        let head = self.tree.head();
        let is_refuted = head.size == self.header.after.size && head != self.header.after;
        if is_refuted { self.header.before } else { head }
    }

    fn entry(&mut self) -> Result<Vec<u8>, BackupError> {
        let here = self.at;
        let (length, crc) = (self.take::<4>()?, self.take::<4>()?);
        let count = usize::try_from(u32::from_le_bytes(length)).unwrap_or(usize::MAX);
        let left = self.header.length.saturating_sub(here + ENTRY);
        if count > COMMIT_MAX || count as u64 > left {
            let why = format!("a commit of {count} bytes can't stand there");
            return Err(BackupError::damaged(&self.path, here, why));
        }
        let mut bytes = vec![0; count];
        self.fill(&mut bytes)?;
        if checksum(here, &[&length, &bytes]) != u32::from_le_bytes(crc) {
            let why = "the checksum of the commit that begins there differs";
            return Err(BackupError::damaged(&self.path, here, why));
        }
        Ok(bytes)
    }

    fn end(&mut self) -> Result<(), BackupError> {
        let here = self.at;
        if here != commits_end(&self.header) {
            let why = "the commits end there, and the file doesn't";
            return Err(BackupError::damaged(&self.path, here, why));
        }
        let frontier = peaks(&mut self.from, here, &self.header, &self.path)?;
        if self.tree.head() != self.header.after || frontier != self.tree.frontier {
            let why = "its commits lead to another root than it says";
            return Err(BackupError::damaged(&self.path, here, why));
        }
        Ok(())
    }

    fn take<const N: usize>(&mut self) -> Result<[u8; N], BackupError> {
        let mut bytes = [0; N];
        self.fill(&mut bytes)?;
        Ok(bytes)
    }

    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), BackupError> {
        fill(&mut self.from, bytes, self.at, &self.path)?;
        self.at += ends_at(bytes);
        Ok(())
    }
}

fn fill(from: &mut impl Read, bytes: &mut [u8], at: u64, path: &Path) -> Result<(), BackupError> {
    from.read_exact(bytes).map_err(|error| match error.kind() {
        std::io::ErrorKind::UnexpectedEof => BackupError::damaged(path, at, "it ends there"),
        _ => BackupError::disk(path, error),
    })
}

/// The peaks at the end of a file, checked against the root that its header says.
fn peaks(
    from: &mut impl Read,
    at: u64,
    header: &Header,
    path: &Path,
) -> Result<Frontier, BackupError> {
    let size = header.after.size;
    let mut bytes = vec![0; usize::try_from(peaks_length(size)).unwrap_or_default()];
    fill(from, &mut bytes, at, path)?;
    let mut crc = [0; 4];
    fill(from, &mut crc, at + ends_at(&bytes), path)?;
    let (peaks, _) = bytes.as_chunks::<32>();
    let peaks = peaks.iter().copied().map(Hash::from_bytes).collect();
    Frontier::from_peaks(size, peaks)
        .filter(|tree| tree.root() == header.after.root)
        .filter(|_| checksum(at, &[&bytes]) == u32::from_le_bytes(crc))
        .ok_or_else(|| {
            BackupError::damaged(path, at, "the peaks of its tree aren't what was written")
        })
}
