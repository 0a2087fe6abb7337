//! Small sealed entries, from a disk that may be damaged or hostile.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use futures::executor::block_on;
use kanzlei_core::Timestamp;
use kanzlei_core::testing::{FixedEntropy, ManualClock};
use kanzlei_store::{EntryId, MemoryKeyVault, Revision, SealedError, SealedFolder, SealedOptions};

const PLAIN: &[u8] = b"Pilatusstrasse 1";
const NOW: Timestamp = Timestamp::from_micros(1_800_000_000_000_000);
const LATER: Timestamp = Timestamp::from_micros(1_900_000_000_000_000);
const ID: EntryId = EntryId::from_bytes([1; 16]);
/// The bytes in front of what is sealed; a checksum of the others are the last four.
const HEADER: usize = 56;

/// An entry is what was written, or it is said what is wrong with it.
pub fn check(input: &[u8]) {
    thread_local!(static GROUND: Ground = Ground::new());
    GROUND.with(|ground| {
        ground.holds(input);
        // A right checksum lets everything behind it be reached.
        if let Some((header, sealed)) = input.split_at_checked(HEADER) {
            let fields = &header[..HEADER - 4];
            let checksum = crc32c::crc32c(fields).to_le_bytes();
            ground.holds(&[fields, &checksum, sealed].concat());
        }
    });
    if let Ok(text) = std::str::from_utf8(input) {
        assert!(EntryId::parse(text).is_none_or(|id| id.to_string() == text));
    }
}

/// A folder with one entry; the same bytes each time.
struct Ground {
    folder: SealedFolder,
    file: PathBuf,
    written: Vec<u8>,
    _directory: tempfile::TempDir,
}

impl Ground {
    fn new() -> Self {
        let directory = tempfile::tempdir().expect("a folder can be made");
        let entropy = Arc::new(FixedEntropy::new(7));
        let vault = MemoryKeyVault::new(entropy.clone()).expect("there is entropy");
        let (vault, clock) = (Arc::new(vault), Arc::new(ManualClock::at(NOW)));
        let mut options = SealedOptions::new("drafts");
        // What is in memory would hide what is on the disk.
        options.cache_bytes = 0;
        let folder = SealedFolder::open(directory.path(), vault, entropy, clock, options);
        let folder = folder.expect("the folder is nobody's");
        block_on(folder.put(b"anna", ID, Revision::NONE, LATER, PLAIN)).expect("it is written");
        let file = only_file(directory.path());
        Self {
            written: std::fs::read(&file).expect("it can be read"),
            folder,
            file,
            _directory: directory,
        }
    }

    fn holds(&self, bytes: &[u8]) {
        std::fs::write(&self.file, bytes).expect("it can be written");
        let whole = bytes == self.written;
        match block_on(self.folder.get(b"anna", ID)) {
            Ok(Some(entry)) => assert!(whole && entry.bytes.as_slice() == PLAIN),
            Err(SealedError::Damaged { path, .. } | SealedError::Newer { path, .. }) => {
                assert!(!whole && path == self.file);
            }
            other => panic!("{other:?}"),
        }
        let listing = block_on(self.folder.list(b"anna")).expect("a damaged one hides no others");
        assert_eq!(listing.entries.len(), usize::from(whole));
        assert_eq!(listing.unreadable.len(), usize::from(!whole));
    }
}

fn only_file(folder: &Path) -> PathBuf {
    let inside = |folder: &Path| {
        let entries = std::fs::read_dir(folder).expect("a folder");
        entries.map(|entry| entry.expect("an entry").path())
    };
    let drawer = inside(folder).find(|path| path.is_dir());
    let file = drawer.and_then(|drawer| inside(&drawer).next());
    file.expect("one entry was written")
}
