//! Sealed documents, from a disk that may be damaged or hostile.

use std::path::PathBuf;
use std::sync::Arc;

use futures::executor::block_on;
use kanzlei_core::Timestamp;
use kanzlei_core::testing::{FixedEntropy, ManualClock};
use kanzlei_store::{
    Declared, Documents, DocumentsError, DocumentsOptions, MemoryKeyVault, Uploaded,
};

const NOW: Timestamp = Timestamp::from_micros(1_800_000_000_000_000);
/// The bytes before the frames, and those of a whole sealed frame.
const HEADER: usize = 16;
const FRAME: usize = 65_536 + 16;
/// As many pieces are put together at most: enough for each twice, and a few bytes between.
const PIECES_MAX: usize = 16;

/// What is read of a document is what was written there, and its end is the end, or it is said what
/// is wrong.
pub fn check(input: &[u8]) {
    thread_local!(static GROUND: Ground = Ground::new());
    GROUND.with(|ground| {
        ground.short.holds(&ground.documents, input);
        ground
            .long
            .holds(&ground.documents, &ground.long.put_together(input));
    });
}

/// A folder with two documents; the same bytes each time.
struct Ground {
    documents: Documents,
    short: Sealed,
    /// Of three frames.
    long: Sealed,
    _directory: tempfile::TempDir,
}

impl Ground {
    fn new() -> Self {
        let directory = tempfile::tempdir().expect("a folder can be made");
        let entropy = Arc::new(FixedEntropy::new(7));
        let vault = MemoryKeyVault::new(entropy.clone()).expect("there is entropy");
        let (vault, clock) = (Arc::new(vault), Arc::new(ManualClock::at(NOW)));
        let options = DocumentsOptions::default();
        let documents = Documents::open(directory.path(), vault, entropy, clock, options);
        let documents = documents.expect("the folder is nobody's");
        Self {
            short: Sealed::new(&directory, &documents, 60),
            long: Sealed::new(&directory, &documents, 2 * 65_536 + 60),
            documents,
            _directory: directory,
        }
    }
}

struct Sealed {
    of: Uploaded,
    plain: Vec<u8>,
    file: PathBuf,
    written: Vec<u8>,
}

impl Sealed {
    fn new(directory: &tempfile::TempDir, documents: &Documents, length: usize) -> Self {
        let plain = [b"%PDF-".as_slice(), &vec![b'x'; length - 5]].concat();
        let declared = Declared {
            name: "Mietvertrag.pdf".into(),
            media_type: "application/pdf".into(),
            length: None,
        };
        let upload = block_on(documents.begin(b"anna", declared));
        let mut upload = upload.expect("it is taken");
        upload.write(&plain).expect("it is written");
        let of = block_on(upload.finish()).expect("it is sealed");
        let name = of.digest.to_string();
        let file = directory.path().join(&name[..2]).join(&name);
        Self {
            written: std::fs::read(&file).expect("it can be read"),
            of,
            plain,
            file,
        }
    }

    /// Bytes from 0 to 3 stand for header and frames of this document, others for themselves.
    fn put_together(&self, input: &[u8]) -> Vec<u8> {
        let (header, frames) = self.written.split_at(HEADER);
        let pieces: Vec<&[u8]> = std::iter::once(header)
            .chain(frames.chunks(FRAME))
            .collect();
        let mut file = Vec::new();
        for byte in input.iter().take(PIECES_MAX) {
            let piece = pieces.get(usize::from(*byte)).copied();
            file.extend_from_slice(piece.unwrap_or(&[*byte]));
        }
        file
    }

    fn holds(&self, documents: &Documents, bytes: &[u8]) {
        std::fs::write(&self.file, bytes).expect("it can be written");
        let mut rest = self.plain.as_slice();
        let outcome = block_on(documents.read(self.of.digest, self.of.slot)).and_then(|reader| {
            for frame in reader {
                let frame = frame?;
                let right = rest.strip_prefix(frame.as_slice());
                rest = right.expect("a frame is what was written there");
            }
            Ok(())
        });
        let whole = bytes == self.written;
        match outcome {
            Ok(()) => assert!(whole && rest.is_empty()),
            Err(DocumentsError::Damaged { digest, .. } | DocumentsError::Newer { digest, .. }) => {
                assert!(!whole && digest == self.of.digest);
            }
            Err(other) => panic!("{other}"),
        }
    }
}
