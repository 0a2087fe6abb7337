//! A vault's backup: taken while the vault is used, whole or not at all.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use futures::executor::block_on;
use kanzlei_core::KeySlot;
use kanzlei_core::ports::{Access, KeyVault, Purpose};
use kanzlei_core::record::KeyState;
use kanzlei_core::testing::FixedEntropy;
use kanzlei_store::{
    BackedUp, Backup, BackupError, BackupFolder, DestroyedSlots, DiskFaults, DiskStep,
    FileKeyVault, InstallationKey, Log, SoundDisk, Source, VaultBackup, VaultRestored, VaultTarget,
};

use crate::Ground;
use crate::disk::Steps;

/// A vault with so many slots beside the log.
pub(crate) struct Vault {
    pub(crate) ground: Ground,
    key: InstallationKey,
    pub(crate) inner: Option<FileKeyVault>,
}

impl Vault {
    pub(crate) fn with(slots: usize) -> Self {
        let ground = Ground::backed_up(2);
        let entropy = Arc::new(FixedEntropy::new(3));
        let file = ground.directory.path().join("installation.key");
        let key = InstallationKey::create_file(file, entropy.as_ref()).unwrap();
        let path = ground.directory.path().join("vault");
        let vault = FileKeyVault::create(path, &key, entropy).unwrap();
        block_on(vault.mint(slots)).unwrap();
        Self {
            ground,
            key,
            inner: Some(vault),
        }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.ground.directory.path().join(name)
    }

    pub(crate) fn vault(&self) -> &FileKeyVault {
        self.inner.as_ref().unwrap()
    }

    pub(crate) fn destroy(&self, slots: &[u64]) {
        let slots: Vec<_> = slots.iter().copied().map(KeySlot).collect();
        block_on(self.vault().destroy(&slots)).unwrap();
    }

    pub(crate) fn copy(&self) -> Result<VaultBackup, BackupError> {
        self.vault()
            .backup(self.path("copy"), Arc::new(SoundDisk), &|_, _| {})
    }

    /// Adds to the log's backup, with the list of what is destroyed.
    pub(crate) fn add(&self) -> BackedUp {
        self.add_to(&self.ground.backup(), None)
    }

    /// Adds to a backup, with the list of what is destroyed, and what a list in a folder says.
    pub(crate) fn add_to(&self, backup: &Path, destroyed: Option<&Path>) -> BackedUp {
        let folder = BackupFolder::open(backup, Arc::new(SoundDisk)).unwrap();
        let vault = self.path("vault");
        let source = Source {
            log: Log::Here(&self.ground.store),
            documents: None,
            vault: self.inner.as_ref().map(|_| &*vault),
            destroyed,
        };
        folder.add(&source, &|_, _| {}).unwrap()
    }

    /// The list that the log's backup has.
    pub(crate) fn list(&self) -> Vec<(PathBuf, DestroyedSlots)> {
        let list = Backup::open(self.ground.backup()).unwrap().destroyed();
        let list = list.unwrap().into_iter();
        list.map(|list| (self.ground.backup(), list)).collect()
    }

    pub(crate) fn restore(
        &self,
        to: &str,
        destroyed: Vec<(PathBuf, DestroyedSlots)>,
        anyway: bool,
    ) -> Result<VaultRestored, BackupError> {
        self.restore_on(Arc::new(SoundDisk), to, destroyed, anyway)
    }

    pub(crate) fn restore_on(
        &self,
        disk: Arc<dyn DiskFaults>,
        to: &str,
        destroyed: Vec<(PathBuf, DestroyedSlots)>,
        anyway: bool,
    ) -> Result<VaultRestored, BackupError> {
        let path = self.path(to);
        let target = VaultTarget {
            path: &path,
            log: Some(&self.ground.store),
            destroyed,
            current: None,
            named: None,
            derived: None,
            anyway,
            told: &|_, _| {},
        };
        VaultBackup::open(self.path("copy"))?.restore(&target, disk)
    }

    /// The vault's process ends.
    pub(crate) fn close(&mut self) {
        self.inner = None;
    }

    pub(crate) fn open(&self, name: &str) -> FileKeyVault {
        let entropy = Arc::new(FixedEntropy::new(9));
        FileKeyVault::open(self.path(name), &self.key, entropy).unwrap()
    }
}

/// Each slot's key, or how it is gone.
pub(crate) fn states(vault: &FileKeyVault, slots: u64) -> Vec<String> {
    let slots: Vec<_> = (1..=slots).map(KeySlot).collect();
    let why = Access {
        purpose: Purpose::Disclose,
        case: None,
    };
    let ring = block_on(vault.fetch(&slots, why)).unwrap();
    let states = slots.iter().map(|slot| match ring.get(*slot) {
        Some(KeyState::Alive(key)) => format!("{:?}", key.expose()),
        Some(KeyState::Destroyed) => "destroyed".to_owned(),
        Some(KeyState::Lost) => "lost".to_owned(),
        _ => "unknown".to_owned(),
    });
    states.collect()
}

/// The slots in this state.
fn those(vault: &FileKeyVault, slots: u64, state: &str) -> Vec<u64> {
    let states = states(vault, slots).into_iter().zip(1..);
    let those = states.filter(|(found, _)| found == state);
    those.map(|(_, slot)| slot).collect()
}

pub(crate) fn destroyed(vault: &FileKeyVault, slots: u64) -> Vec<u64> {
    those(vault, slots, "destroyed")
}

pub(crate) fn lost(vault: &FileKeyVault, slots: u64) -> Vec<u64> {
    those(vault, slots, "lost")
}

#[test]
fn a_restored_vault_has_the_same_keys_and_the_same_gaps() {
    let vault = Vault::with(20);
    vault.destroy(&[2, 3, 17]);
    let copy = vault.copy().unwrap();
    assert_eq!((copy.slots(), copy.destroyed().slots().len()), (20, 3));
    let told = std::cell::RefCell::new(Vec::new());
    let tell = |done, of| told.borrow_mut().push((done, of));
    vault
        .vault()
        .backup(vault.path("copy"), Arc::new(SoundDisk), &tell)
        .unwrap();
    assert_eq!(told.into_inner(), [(20, 20)]);
    vault.restore("again", Vec::new(), false).unwrap();
    let again = vault.open("again");
    assert_eq!(states(&again, 21), states(vault.vault(), 21));
    assert_eq!(destroyed(&again, 21), [2, 3, 17]);
    assert_eq!(block_on(again.mint(1)).unwrap(), [KeySlot(21)]);
}

#[test]
fn a_copy_is_the_vault_s_bytes_behind_a_header_and_the_installation_s_key_isn_t_in_it() {
    let vault = Vault::with(3);
    vault.destroy(&[2]);
    vault.copy().unwrap();
    let copy = fs::read(vault.path("copy")).unwrap();
    assert_eq!(copy[512..], fs::read(vault.path("vault")).unwrap());
    let mut header = b"KNZVLTBK\x01\0\0\0\0\0\0\0".to_vec();
    for number in [3_u64, 2, 1] {
        header.extend(number.to_le_bytes());
    }
    header.resize(508, 0);
    header.extend(crc32c::crc32c(&header).to_le_bytes());
    assert_eq!(copy[..512], header);
    let key = fs::read(vault.path("installation.key")).unwrap();
    assert!(!copy.windows(key.len()).any(|bytes| bytes == key));
}

/// Destroys slots before a number of steps.
struct Meanwhile {
    steps: AtomicUsize,
    at: usize,
    vault: Arc<FileKeyVault>,
}

impl DiskFaults for Meanwhile {
    fn before(&self, _: DiskStep) -> io::Result<()> {
        if self.steps.fetch_add(1, Ordering::SeqCst) == self.at {
            block_on(self.vault.destroy(&[KeySlot(1), KeySlot(30_000)])).unwrap();
            block_on(self.vault.mint(1)).unwrap();
        }
        Ok(())
    }
}

#[test]
fn a_key_that_is_destroyed_while_it_is_copied_isn_t_in_the_copy() {
    // Two pieces of 16,384 slots: remove, create, header, first piece, second piece.
    for (at, elsewhere) in (0..5).flat_map(|at| [(at, false), (at, true)]) {
        let mut place = Vault::with(30_000);
        let vault = Arc::new(place.inner.take().unwrap());
        let faults = Meanwhile {
            steps: AtomicUsize::new(0),
            at,
            vault: Arc::clone(&vault),
        };
        let (to, faults) = (place.path("copy"), Arc::new(faults));
        let copy = if elsewhere {
            VaultBackup::elsewhere(place.path("vault"), to, faults, &|_, _| {})
        } else {
            vault.backup(to, faults, &|_, _| {})
        };
        let copy = copy.unwrap();
        let slots = copy.destroyed();
        assert_eq!(
            slots.slots().iter().copied().collect::<Vec<_>>(),
            [KeySlot(1), KeySlot(30_000)]
        );
        assert_eq!(copy.slots(), 30_001, "step {at}");
    }
}

#[test]
fn a_vault_is_copied_while_it_is_used() {
    let vault = Vault::with(1_000);
    thread::scope(|scope| {
        let user = scope.spawn(|| {
            for slot in 1..=200 {
                vault.destroy(&[slot]);
                block_on(vault.vault().mint(3)).unwrap();
            }
        });
        let mut before = 0;
        while !user.is_finished() {
            let (from, to) = (vault.path("vault"), vault.path("elsewhere"));
            VaultBackup::elsewhere(from, to, Arc::new(SoundDisk), &|_, _| {}).unwrap();
            let copy = vault.copy().unwrap();
            let now = copy.destroyed().slots().len();
            assert!(now >= before);
            before = now;
        }
        user.join().unwrap();
    });
    let copy = vault.copy().unwrap();
    assert_eq!((copy.slots(), copy.destroyed().slots().len()), (1_600, 200));
}

#[test]
fn every_flip_and_every_truncation_of_a_copy_is_found() {
    let vault = Vault::with(3);
    vault.destroy(&[2]);
    vault.copy().unwrap();
    let (path, entire) = (vault.path("copy"), fs::read(vault.path("copy")).unwrap());
    for at in 0..entire.len() {
        let mut damaged = entire.clone();
        damaged[at] ^= 1 << (at % 8);
        fs::write(&path, damaged).unwrap();
        let found = VaultBackup::open(&path).map(drop);
        match found {
            Err(BackupError::Damaged { at: found, .. }) => {
                assert!(found <= at as u64, "byte {at}: {found}");
                assert!(at < 1_024 || found + 64 > at as u64, "byte {at}: {found}");
            }
            Err(BackupError::Newer { .. }) => assert!((8..12).contains(&(at % 512))),
            other => panic!("byte {at}: {other:?}"),
        }
    }
    for length in 0..entire.len() {
        fs::write(&path, &entire[..length]).unwrap();
        assert!(VaultBackup::open(&path).is_err(), "{length} bytes");
    }
}

#[test]
fn a_copy_that_fails_at_any_step_leaves_the_one_before() {
    let vault = Vault::with(5);
    vault.copy().unwrap();
    let before = fs::read(vault.path("copy")).unwrap();
    vault.destroy(&[1]);
    for taken in 0.. {
        let steps = Steps::left(taken, io::ErrorKind::StorageFull).but_one();
        match vault
            .vault()
            .backup(vault.path("copy"), Arc::new(steps.clone()), &|_, _| {})
        {
            Ok(_) => {
                assert!(!steps.ran_out() && taken >= 6, "there are {taken} steps");
                break;
            }
            Err(error) => assert!(matches!(error, BackupError::Full { .. }), "{error}"),
        }
        // Only the name may not be durable yet.
        let now = fs::read(vault.path("copy")).unwrap();
        assert!(now == before || VaultBackup::open(vault.path("copy")).is_ok());
        fs::write(vault.path("copy"), &before).unwrap();
        assert!(!vault.path("copy.new").exists());
    }
}

#[test]
fn a_copy_isn_t_replaced_by_something_older_or_written_over_something_else() {
    let mut vault = Vault::with(5);
    fs::copy(vault.path("vault"), vault.path("old")).unwrap();
    vault.destroy(&[1, 4]);
    block_on(vault.vault().mint(2)).unwrap();
    vault.copy().unwrap();
    vault.close();
    fs::copy(vault.path("old"), vault.path("vault")).unwrap();
    vault.inner = Some(vault.open("vault"));
    match vault.copy() {
        Err(BackupError::VaultOlder { again, missing, .. }) => {
            assert_eq!(
                (again.to_string(), missing.count),
                ("2 (slots 1, 4)".into(), 2)
            );
        }
        other => panic!("{other:?}"),
    }
    fs::write(vault.path("copy"), b"minutes of a meeting").unwrap();
    assert!(matches!(
        vault.copy(),
        Err(BackupError::Damaged { at: 0, .. })
    ));
    assert_eq!(
        fs::read(vault.path("copy")).unwrap(),
        b"minutes of a meeting"
    );
}

#[test]
fn a_file_that_another_run_backs_up_to_is_left_to_it() {
    let vault = Vault::with(3);
    vault.copy().unwrap();
    let file = vault.path("copy");
    let before = fs::read(&file).unwrap();
    let held = fs::File::create(file.with_added_extension("lock")).unwrap();
    held.lock().unwrap();
    let error = vault.copy().unwrap_err();
    assert!(matches!(error, BackupError::Locked(_)), "{error}");
    assert_eq!(fs::read(&file).unwrap(), before);
    drop(held);
    vault.copy().unwrap();
}
