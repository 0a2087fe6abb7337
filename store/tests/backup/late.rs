//! A document that couldn't be copied when its commit was backed up is copied by the first run that can read it.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;
use std::sync::Arc;

use futures::executor::block_on;
use kanzlei_core::domain::event::{DocumentDetails, DocumentReferenced, Event, NewEvent};
use kanzlei_core::domain::{Code, DocumentId};
use kanzlei_core::ports::{EventStore, KeyVault, Prepared};
use kanzlei_core::record::{
    Acting, Assurance, Channel, EventDraft, Hash, Head, Key, KeyState, Keyring, PartDraft,
    Personal, Record,
};
use kanzlei_core::testing::{FixedEntropy, ManualClock};
use kanzlei_core::{AuthorityId, KeySlot, ServiceKey, Version};
use kanzlei_store::conformance::commits::{BEGINNING, Commits};
use kanzlei_store::{
    BackedUp, Backup, BackupError, BackupFolder, DiskFaults, FileKeyVault, InstallationKey, Log,
    MemoryEventStore, SkippedDocuments, SoundDisk, Source,
};
use proptest::prelude::*;
use sha2::{Digest, Sha256};

use crate::disk::Steps;
use crate::{NOW, files};

const GOLDEN: &[u8] = include_bytes!("../golden/skipped-1.bin");

/// How many documents there may be.
const DOCUMENTS: u8 = 8;

/// A log whose commits name documents, each under a slot of its own, and a place for its backup.
struct Office {
    directory: tempfile::TempDir,
    store: MemoryEventStore,
    vault: FileKeyVault,
    commits: Commits,
}

fn content(document: u64) -> Vec<u8> {
    format!("what document {document} says, sealed").into_bytes()
}

fn digest(document: u64) -> Hash {
    Hash::from_bytes(Sha256::digest(content(document)).into())
}

/// What names it: its number is its slot.
fn naming(document: u64) -> EventDraft {
    let details = DocumentDetails {
        name: "Vertrag.pdf".into(),
        media_type: "application/pdf".into(),
        length: 7,
    };
    let event = NewEvent::of(&Event::DocumentReferenced(DocumentReferenced {
        document: DocumentId(1),
        kind: Code::new("lease").unwrap(),
        slot: KeySlot(document),
        digest: digest(document),
        details: Personal::new(KeySlot(document), details),
    }));
    let event = event.unwrap();
    EventDraft {
        kind: event.kind,
        schema: event.schema,
        occurred: BEGINNING,
        encoded: event.encoded,
    }
}

impl Office {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let entropy = Arc::new(FixedEntropy::new(3));
        let key = directory.path().join("installation.key");
        let key = InstallationKey::create_file(key, entropy.as_ref()).unwrap();
        let vault = FileKeyVault::create(directory.path().join("vault"), &key, entropy).unwrap();
        block_on(vault.mint(DOCUMENTS.into())).unwrap();
        Self {
            directory,
            store: MemoryEventStore::new(Arc::new(ManualClock::at(NOW))),
            vault,
            commits: Commits::seeded(9),
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// A commit that names these.
    fn name(&mut self, documents: &[u64]) {
        let part = PartDraft {
            case: self.commits.case().case,
            service: ServiceKey::of("conformance"),
            authority: AuthorityId::INSTALLATION,
            first: Version::NONE.next(),
            previous: Hash::ZERO,
            events: documents.iter().copied().map(naming).collect(),
        };
        let head = Head {
            command: self.commits.command(),
            acting: Acting::Installation,
            assurance: Assurance::NONE,
            channel: Channel::SYSTEM,
            fingerprint: [7; 16],
            cause: None,
            acting_for: None,
            mandate: None,
        };
        let key = |document: &u64| {
            let key = KeyState::Alive(Key::from_bytes([7; 32]));
            (KeySlot(*document), key)
        };
        let keys: Keyring = documents.iter().map(key).collect();
        let record = Record::write(&head, &[part], &keys, &mut || [5; 16]).unwrap();
        let guards = Arc::from([]);
        block_on(self.store.append(&Prepared { record, guards })).unwrap();
    }

    fn file(&self, folder: &str, document: u64) -> PathBuf {
        let name = digest(document).to_string();
        self.path(folder).join(&name[..2]).join(name)
    }

    /// What is there of it from now on.
    fn put(&self, document: u64, state: State) {
        let file = self.file("documents", document);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        if file.is_dir() {
            fs::remove_dir(&file).unwrap();
        } else if file.exists() {
            fs::remove_file(&file).unwrap();
        }
        match state {
            State::Sound => fs::write(&file, content(document)).unwrap(),
            State::Damaged => fs::write(&file, "something else").unwrap(),
            // It opens, and isn't read, as on a disk that doesn't give a file's blocks.
            State::Unreadable => fs::create_dir(&file).unwrap(),
            State::Missing => {}
        }
    }

    fn erase(&self, document: u64) {
        block_on(self.vault.destroy(&[KeySlot(document)])).unwrap();
    }

    fn add_on(&self, faults: Arc<dyn DiskFaults>) -> Result<BackedUp, BackupError> {
        self.add_told(faults, &|_, _| {})
    }

    fn add_told(
        &self,
        faults: Arc<dyn DiskFaults>,
        told: &dyn Fn(u64, u64),
    ) -> Result<BackedUp, BackupError> {
        let (documents, vault) = (self.path("documents"), self.path("vault"));
        let source = Source {
            log: Log::Here(&self.store),
            documents: Some(&documents),
            vault: Some(&vault),
            destroyed: None,
        };
        BackupFolder::open(self.path("backup"), faults)?.add(&source, told)
    }

    fn add(&self) -> BackedUp {
        self.add_on(Arc::new(SoundDisk)).unwrap()
    }

    fn list(&self) -> PathBuf {
        self.path("backup/skipped")
    }

    /// The documents that the backup says it lacks.
    fn skipped(&self) -> Vec<u64> {
        let list = SkippedDocuments::read(&self.path("backup")).unwrap();
        let skipped = list.documents().iter().map(|(named, slot)| {
            assert_eq!(*named, digest(slot.0));
            slot.0
        });
        skipped.collect::<BTreeSet<_>>().into_iter().collect()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Sound,
    Damaged,
    Unreadable,
    Missing,
}

use State::{Damaged, Missing, Sound, Unreadable};

/// Documents that were added, added late, erased, missing, damaged.
fn figures(done: &BackedUp) -> (u64, u64, u64, usize, usize) {
    let (missing, damaged) = (done.missing.len(), done.damaged.len());
    (done.documents, done.late, done.erased, missing, damaged)
}

#[test]
fn a_document_that_could_not_be_copied_is_copied_once_it_can_be_read() {
    for (state, missing, damaged) in [(Missing, 1, 0), (Damaged, 0, 1), (Unreadable, 0, 1)] {
        let mut office = Office::new();
        office.put(1, Sound);
        office.put(2, state);
        office.name(&[1, 2]);
        assert_eq!(figures(&office.add()), (1, 0, 0, missing, damaged));
        assert_eq!(office.skipped(), [2]);
        // It isn't forgotten because others are added.
        office.put(3, Sound);
        office.name(&[3]);
        assert_eq!(figures(&office.add()), (1, 0, 0, missing, damaged));
        assert!(!office.file("backup/documents", 2).exists());

        office.put(2, Sound);
        assert_eq!(figures(&office.add()), (1, 1, 0, 0, 0), "{state:?}");
        assert_eq!(office.skipped(), [0; 0]);
        let copied = fs::read(office.file("backup/documents", 2)).unwrap();
        assert_eq!(copied, content(2));
        assert_eq!(figures(&office.add()), (0, 0, 0, 0, 0));
        let backup = Backup::open(office.path("backup")).unwrap();
        let checked = backup.check(&|_, _| {}).unwrap();
        assert_eq!((checked.documents, checked.missing), (3, vec![]));
    }
}

#[test]
fn what_was_erased_is_no_loss_and_is_not_asked_for_again() {
    let mut office = Office::new();
    for (document, state) in [(1, Missing), (2, Damaged), (3, Missing), (4, Damaged)] {
        office.put(document, state);
    }
    // Two of them before they are backed up, and two later.
    office.erase(1);
    office.erase(2);
    office.name(&[1, 2, 3, 4]);
    assert_eq!(figures(&office.add()), (0, 0, 2, 1, 1));
    assert_eq!(office.skipped(), [3, 4]);
    office.erase(3);
    office.erase(4);
    assert_eq!(figures(&office.add()), (0, 0, 2, 0, 0));
    assert_eq!(office.skipped(), [0; 0]);
    // Whatever stands there now, and with or without the list.
    for _ in 0..2 {
        for document in 1..=4 {
            office.put(document, Sound);
        }
        assert_eq!(figures(&office.add()), (0, 0, 0, 0, 0));
        assert!(!office.file("backup/documents", 1).exists());
        fs::remove_file(office.list()).unwrap();
    }
}

#[test]
fn a_backup_of_an_earlier_release_is_read_once_for_what_it_lacks() {
    let mut office = Office::new();
    office.put(1, Sound);
    office.name(&[1, 2]);
    office.name(&[3]);
    office.add();
    // It wrote no list.
    fs::remove_file(office.list()).unwrap();
    office.name(&[4]);
    office.put(3, Sound);
    let told = RefCell::new(Vec::new());
    let tell = |done, of| told.borrow_mut().push((done, of));
    let done = office.add_told(Arc::new(SoundDisk), &tell).unwrap();
    assert_eq!(figures(&done), (1, 1, 0, 2, 0));
    assert_eq!(told.take(), [(1, 3), (2, 3), (3, 3)]);
    assert_eq!(office.skipped(), [2, 4]);
    // From then on that is known, and only what is new is read.
    office.name(&[5]);
    let done = office.add_told(Arc::new(SoundDisk), &tell).unwrap();
    assert_eq!(figures(&done), (0, 0, 0, 3, 0));
    assert_eq!(told.take(), [(1, 1)]);
    // An earlier release adds something, and leaves the list as it was.
    let list = fs::read(office.list()).unwrap();
    for (document, at) in [(6, 1), (7, 2)] {
        office.name(&[document]);
        office.add();
        fs::write(office.list(), &list).unwrap();
        office.add_told(Arc::new(SoundDisk), &tell).unwrap();
        assert_eq!(told.take().last(), Some(&(at, at)));
        assert!(office.skipped().contains(&document));
        fs::write(office.list(), &list).unwrap();
    }
}

/// Nor does it for others that aren't there.
#[test]
fn a_run_reads_no_commit_of_the_backup_unless_it_does_not_say_what_it_lacks() {
    let mut office = Office::new();
    for document in 1..=3 {
        office.name(&[document]);
        office.add();
    }
    let file = &files(&office.path("backup"))[1];
    let mut bytes = fs::read(file).unwrap();
    bytes[300] ^= 1;
    fs::write(file, bytes).unwrap();
    let done = office.add();
    assert_eq!((done.damage, done.missing.len()), (vec![], 3));

    let whole = fs::read(office.list()).unwrap();
    fs::remove_file(office.list()).unwrap();
    for state in [Missing, Sound] {
        office.put(1, state);
        office.put(2, state);
        let done = office.add();
        let found: Vec<_> = done.damage.iter().map(|one| (&one.file, one.at)).collect();
        assert_eq!(found, [(file, Some(256))]);
        // What the damaged commit names isn't known, so that isn't said to be known either.
        assert!(done.missing.contains(&digest(3)) && !done.missing.contains(&digest(2)));
        assert_eq!(done.late, u64::from(state == Sound));
        assert!(!office.list().exists());
    }
    fs::write(office.list(), whole).unwrap();
    assert_eq!(figures(&office.add()), (1, 1, 0, 1, 0));
}

#[test]
fn whatever_stands_in_the_list_nothing_is_lost_by_it() {
    let mut office = Office::new();
    office.put(1, Sound);
    office.name(&[1, 2, 3]);
    office.add();
    let whole = fs::read(office.list()).unwrap();
    // Bytes that stand next to each other are read alike.
    let places = || (0..whole.len()).step_by(3);
    let mut lists: Vec<_> = places().map(|end| whole[..end].to_vec()).collect();
    lists.extend(places().map(|at| {
        let mut flipped = whole.clone();
        flipped[at] ^= 1 << (at % 8);
        flipped
    }));
    lists.push([whole.as_slice(), &[0]].concat());
    for list in lists {
        fs::write(office.list(), &list).unwrap();
        assert_eq!(SkippedDocuments::read(&office.path("backup")), None);
        assert_eq!(figures(&office.add()), (0, 0, 0, 2, 0));
        assert_eq!(fs::read(office.list()).unwrap(), whole);
    }
    // One of another backup.
    let mut other = Office::new();
    other.commits = Commits::seeded(10);
    other.name(&[4]);
    other.add();
    fs::copy(other.list(), office.list()).unwrap();
    office.add();
    assert_eq!(fs::read(office.list()).unwrap(), whole);
}

#[test]
fn a_run_that_dies_after_any_step_leaves_a_backup_that_the_next_one_completes() {
    let mut torn = false;
    for taken in 0.. {
        let mut office = Office::new();
        office.put(1, Sound);
        office.name(&[1, 2, 3]);
        office.add();
        office.put(2, Sound);
        office.put(4, Sound);
        office.name(&[4, 5]);
        let steps = Steps::left(taken, ErrorKind::Other);
        let done = office.add_on(Arc::new(steps));
        torn |= office.path("backup/skipped.new").exists();
        if let Ok(done) = done {
            assert_eq!(figures(&done), (2, 1, 0, 2, 0));
            assert!(taken > 25 && torn, "there are {taken} steps");
            return;
        }
        let there = |document| office.file("backup/documents", document).exists();
        let (late, new) = (there(2), there(4));
        let done = office.add();
        assert_eq!(done.late, u64::from(!late), "after {taken} steps");
        assert_eq!(done.documents, u64::from(!late) + u64::from(!new));
        assert_eq!((done.commits, office.skipped()), (2, vec![3, 5]));
        assert_eq!(done.missing.len(), 2);
        assert!(there(2) && there(4));
    }
}

#[test]
fn a_full_disk_keeps_nothing_of_what_it_had_no_room_for() {
    for taken in 0.. {
        let mut office = Office::new();
        office.put(1, Sound);
        office.name(&[1]);
        let steps = Steps::left(taken, ErrorKind::StorageFull).but_one();
        let done = office.add_on(Arc::new(steps.clone()));
        let new = office
            .file("backup/documents", 1)
            .with_added_extension("new");
        assert!(!new.exists(), "after {taken} steps");
        if done.is_ok() {
            assert!(!steps.ran_out() && taken > 10, "there are {taken} steps");
            return;
        }
    }
}

#[test]
fn the_golden_list_is_read_and_written_again_bit_by_bit() {
    let mut office = Office::new();
    office.name(&[1, 2]);
    office.add();
    let written = fs::read(office.list()).unwrap();
    if written != GOLDEN {
        let to = concat!(env!("CARGO_TARGET_TMPDIR"), "/skipped-1.bin");
        fs::write(to, &written).unwrap();
        panic!("it has other bytes; they are in {to}");
    }
    assert_eq!(office.skipped(), [1, 2]);
}

/// What happens to a backup and what it is made from.
#[derive(Debug, Clone)]
enum Act {
    Put(u64, State),
    Erase(u64),
    Name(Vec<u64>),
    Run,
    /// The list is lost, or is the one that a run left so long ago.
    Lose,
    Older(usize),
}

fn act() -> impl Strategy<Value = Act> {
    let document = || 1..=u64::from(DOCUMENTS);
    let state = prop::sample::select(vec![Sound, Sound, Damaged, Unreadable, Missing]);
    prop_oneof![
        4 => (document(), state).prop_map(|(document, state)| Act::Put(document, state)),
        1 => document().prop_map(Act::Erase),
        2 => prop::collection::vec(document(), 1..3).prop_map(Act::Name),
        4 => Just(Act::Run),
        1 => Just(Act::Lose),
        1 => (1_usize..4).prop_map(Act::Older),
    ]
}

/// What a backup should have, by looking at everything each time.
#[derive(Default)]
struct Oracle {
    states: BTreeMap<u64, State>,
    destroyed: BTreeSet<u64>,
    /// Named since the last run, and before.
    new: BTreeSet<u64>,
    named: BTreeSet<u64>,
    /// What the backup has, and what it knows to be destroyed.
    has: BTreeSet<u64>,
    known: BTreeSet<u64>,
}

impl Oracle {
    fn run(&mut self) -> (u64, u64, u64, usize, usize) {
        let mut told = (0, 0, 0, 0, 0);
        for document in &self.named | &self.new {
            let is_new = self.new.contains(&document);
            let is_over = !is_new && self.known.contains(&document);
            if is_over || self.has.contains(&document) {
                continue;
            }
            match self.states.get(&document).copied().unwrap_or(Missing) {
                Sound => {
                    told.0 += 1;
                    told.1 += u64::from(!is_new);
                    self.has.insert(document);
                }
                _ if self.destroyed.contains(&document) => told.2 += 1,
                Missing => told.3 += 1,
                Damaged | Unreadable => told.4 += 1,
            }
        }
        self.named.append(&mut self.new);
        self.known.clone_from(&self.destroyed);
        told
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_backup_has_what_could_be_read_in_any_run_since_it_was_named(
        acts in prop::collection::vec(act(), 1..40),
    ) {
        let (mut office, mut oracle) = (Office::new(), Oracle::default());
        let mut lists = Vec::new();
        for act in acts.into_iter().chain([Act::Run, Act::Run]) {
            match act {
                Act::Put(document, state) => {
                    office.put(document, state);
                    oracle.states.insert(document, state);
                }
                Act::Erase(document) => {
                    office.erase(document);
                    oracle.destroyed.insert(document);
                }
                Act::Name(documents) => {
                    office.name(&documents);
                    oracle.new.extend(documents);
                }
                Act::Run => {
                    let expected = oracle.run();
                    prop_assert_eq!(figures(&office.add()), expected);
                    lists.extend(fs::read(office.list()).ok());
                }
                Act::Lose => drop(fs::remove_file(office.list())),
                Act::Older(runs) => {
                    if let Some(list) = lists.iter().nth_back(runs - 1) {
                        fs::write(office.list(), list).unwrap();
                    }
                }
            }
        }
        for document in 1..=u64::from(DOCUMENTS) {
            let there = office.file("backup/documents", document).exists();
            prop_assert_eq!(there, oracle.has.contains(&document), "document {}", document);
        }
    }
}
