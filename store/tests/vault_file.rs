//! The file vault: its bytes, its keys, and what it says of a damaged or torn file.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use futures::executor::block_on;
use kanzlei_core::KeySlot;
use kanzlei_core::ports::{Access, Entropy, EntropyError, KeyVault, Purpose, VaultError};
use kanzlei_core::record::{Hash, KeyState};
use kanzlei_store::{FileKeyVault, InstallationKey, SystemEntropy};
use tempfile::TempDir;

const HEADER: usize = 512;
const SLOT: usize = 64;
const GOLDEN: &[u8] = include_bytes!("golden/vault-1.bin");
/// The same, restored after slot 4 was given away.
const GOLDEN_LOST: &[u8] = include_bytes!("golden/vault-1-lost.bin");

/// 1, 1, 1 …, then 2, 2, 2 …: another byte for each call.
#[derive(Default)]
struct Fixed(AtomicU8);

impl Entropy for Fixed {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError> {
        bytes.fill(self.0.fetch_add(1, Ordering::SeqCst) + 1);
        Ok(())
    }
}

struct Place {
    folder: TempDir,
    key: InstallationKey,
}

impl Place {
    /// With the key of the golden file: the fixed entropy's first bytes.
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let key = folder.path().join("key");
        let key = InstallationKey::create_file(key, &Fixed::default()).unwrap();
        Self { folder, key }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("vault")
    }

    fn create(&self) -> FileKeyVault {
        FileKeyVault::create(self.path(), &self.key, Arc::new(Fixed::default())).unwrap()
    }

    fn open(&self) -> Result<FileKeyVault, VaultError> {
        FileKeyVault::open(self.path(), &self.key, Arc::new(SystemEntropy))
    }

    /// Writes a file and opens it. It isn't emptied first, which some file systems answer with a
    /// slow flush.
    fn open_bytes(&self, bytes: &[u8]) -> Result<FileKeyVault, VaultError> {
        let mut options = fs::OpenOptions::new();
        let options = options.write(true).create(true).truncate(false);
        let mut file = options.open(self.path()).unwrap();
        file.write_all(bytes).unwrap();
        file.set_len(bytes.len() as u64).unwrap();
        drop(file);
        self.open()
    }
}

fn state(vault: &FileKeyVault, slot: u64) -> Result<KeyState, VaultError> {
    let why = Access {
        purpose: Purpose::Disclose,
        case: None,
    };
    let ring = block_on(vault.fetch(&[KeySlot(slot)], why))?;
    Ok(ring.get(KeySlot(slot)).unwrap().clone())
}

fn key(vault: &FileKeyVault, slot: u64) -> [u8; 32] {
    match state(vault, slot).unwrap() {
        KeyState::Alive(key) => *key.expose(),
        other => panic!("slot {slot} is {other:?}"),
    }
}

fn mint(vault: &FileKeyVault, count: usize) -> Vec<u64> {
    let slots = block_on(vault.mint(count)).unwrap();
    slots.into_iter().map(|slot| slot.0).collect()
}

fn destroy(vault: &FileKeyVault, slot: u64) {
    block_on(vault.destroy(&[KeySlot(slot)])).unwrap();
}

fn slot_bytes(path: &Path, slot: u64) -> Vec<u8> {
    let begin = HEADER + (usize::try_from(slot).unwrap() - 1) * SLOT;
    fs::read(path).unwrap()[begin..begin + SLOT].to_vec()
}

fn contains(file: &[u8], bytes: &[u8]) -> bool {
    file.windows(bytes.len()).any(|window| window == bytes)
}

/// What is given here is what a reader written from the picture in `file.rs` must find.
#[test]
fn the_golden_file_opens_and_is_written_again_bit_by_bit() {
    let place = Place::new();
    let vault = place.create();
    assert_eq!(mint(&vault, 3), [1, 2, 3]);
    destroy(&vault, 2);
    drop(vault);
    let written = fs::read(place.path()).unwrap();
    assert_eq!(written, GOLDEN, "layout 1 is promised");

    let vault = place.open_bytes(GOLDEN).unwrap();
    assert_eq!(
        key(&vault, 1),
        [2; 32],
        "the second fill: the first made the data key"
    );
    assert!(matches!(state(&vault, 2), Ok(KeyState::Destroyed)));
    assert_eq!(key(&vault, 3), [4; 32]);
    assert!(matches!(state(&vault, 4), Ok(KeyState::Unknown)));
    let token = block_on(vault.token(Purpose::Derive, b"kanzlei")).unwrap();
    assert_eq!(u128::from_be_bytes(token), GOLDEN_TOKEN);
}

/// HMAC-SHA-256(HMAC-SHA-256([1; 32], "kanzlei vault tokens 1"), 7 ‖ "kanzlei"), the first half.
const GOLDEN_TOKEN: u128 = 0xa495_ba4a_155b_e70d_920f_d4ad_c2fe_c643;

#[test]
fn a_destroyed_key_is_nowhere_in_the_file() {
    let place = Place::new();
    let vault = place.create();
    mint(&vault, 20);
    let before = slot_bytes(&place.path(), 7);
    let wrapped = &before[4..44];
    assert!(contains(&fs::read(place.path()).unwrap(), wrapped));
    destroy(&vault, 7);
    // While the vault is open: it is gone when `destroy` returns.
    let file = fs::read(place.path()).unwrap();
    assert!(wrapped.chunks(8).all(|piece| !contains(&file, piece)));
    assert_eq!(file.len(), HEADER + 20 * SLOT);
}

#[test]
fn no_key_stands_in_the_file_as_it_is() {
    let place = Place::new();
    let vault = place.create();
    mint(&vault, 3);
    let file = fs::read(place.path()).unwrap();
    for byte in 1..=4 {
        assert!(!contains(&file, &[byte; 8]));
    }
}

#[test]
fn another_key_doesnt_open_it() {
    let place = Place::new();
    drop(place.create());
    let other = place.folder.path().join("other");
    let other = InstallationKey::create_file(other, &SystemEntropy).unwrap();
    let passphrase = InstallationKey::from_passphrase("a passphrase").unwrap();
    for key in [other, passphrase] {
        let opened = FileKeyVault::open(place.path(), &key, Arc::new(SystemEntropy));
        assert!(matches!(opened, Err(VaultError::WrongKey(_))), "{opened:?}");
    }
    place.open().unwrap();
}

#[test]
fn a_passphrase_opens_its_vault_and_another_doesnt() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("vault");
    let open = |passphrase| {
        let key = InstallationKey::from_passphrase(passphrase).unwrap();
        FileKeyVault::open(&path, &key, Arc::new(SystemEntropy))
    };
    let right = InstallationKey::from_passphrase("Pilatus").unwrap();
    let vault = FileKeyVault::create(&path, &right, Arc::new(SystemEntropy)).unwrap();
    mint(&vault, 1);
    let minted = key(&vault, 1);
    drop(vault);
    let wrong = open("pilatus");
    assert!(matches!(wrong, Err(VaultError::WrongKey(_))), "{wrong:?}");
    assert_eq!(key(&open("Pilatus").unwrap(), 1), minted);
    let empty = InstallationKey::from_passphrase("");
    assert!(matches!(empty, Err(VaultError::WrongKey(_))));
    assert!(!format!("{right:?}").contains("Pilatus"));
}

#[test]
fn a_vault_is_open_once() {
    let place = Place::new();
    let vault = place.create();
    let second = place.open();
    assert!(matches!(second, Err(VaultError::Locked(_))), "{second:?}");
    drop(vault);
    place.open().unwrap();
}

#[test]
fn a_vault_is_never_created_over_another_nor_by_opening() {
    let place = Place::new();
    let none = place.open();
    assert!(matches!(none, Err(VaultError::Unreachable(_))), "{none:?}");
    assert!(!place.path().exists());
    drop(place.create());
    let before = fs::read(place.path()).unwrap();
    let again = FileKeyVault::create(place.path(), &place.key, Arc::new(SystemEntropy));
    assert!(matches!(again, Err(VaultError::Exists(_))), "{again:?}");
    assert_eq!(fs::read(place.path()).unwrap(), before);
}

#[test]
fn a_creation_that_was_interrupted_is_completed() {
    let place = Place::new();
    // Torn, or as long as it was made, and nothing of it written.
    for begun in [
        &GOLDEN[..0],
        &GOLDEN[..100],
        &GOLDEN[..HEADER - 1],
        &[0; HEADER],
    ] {
        let torn = place.open_bytes(begun);
        assert!(matches!(torn, Err(VaultError::Damaged(_))), "{torn:?}");
        assert!(!FileKeyVault::exists(place.path()).unwrap());
        assert_eq!(mint(&place.create(), 1), [1]);
        place.open().unwrap();
    }
}

#[test]
fn every_damaged_bit_of_the_header_is_seen() {
    let place = Place::new();
    for bit in 0..HEADER * 8 {
        let mut bytes = GOLDEN.to_vec();
        bytes[bit / 8] ^= 1 << (bit % 8);
        let opened = place.open_bytes(&bytes);
        let in_layout_number = (8..12).contains(&(bit / 8));
        match opened {
            Err(VaultError::Damaged(_)) => {}
            Err(VaultError::Newer { known: 1, .. }) if in_layout_number => {}
            other => panic!("bit {bit}: {other:?}"),
        }
    }
}

#[test]
fn a_newer_layout_is_refused_with_both_numbers() {
    let place = Place::new();
    let mut bytes = GOLDEN.to_vec();
    bytes[8] = 2;
    let opened = place.open_bytes(&bytes).unwrap_err();
    assert_eq!(opened, VaultError::Newer { found: 2, known: 1 });
}

#[test]
fn a_header_that_was_changed_with_its_checksum_is_seen() {
    let place = Place::new();
    let mut bytes = GOLDEN.to_vec();
    bytes[16] = 1;
    let crc = crc32c::crc32c(&bytes[..HEADER - 4]);
    bytes[HEADER - 4..HEADER].copy_from_slice(&crc.to_le_bytes());
    let opened = place.open_bytes(&bytes);
    assert!(matches!(opened, Err(VaultError::Damaged(_))), "{opened:?}");
}

#[test]
fn every_damaged_bit_of_a_slot_is_seen_and_its_neighbours_serve() {
    let place = Place::new();
    for slot in [1, 2] {
        for bit in 0..SLOT * 8 {
            let mut bytes = GOLDEN.to_vec();
            bytes[HEADER + (slot - 1) * SLOT + bit / 8] ^= 1 << (bit % 8);
            let vault = place.open_bytes(&bytes).unwrap();
            match state(&vault, slot as u64) {
                Err(VaultError::Damaged(what)) => assert!(what.ends_with(&format!("slot {slot}"))),
                other => panic!("slot {slot}, bit {bit}: {other:?}"),
            }
            assert_eq!(key(&vault, 3), [4; 32]);
        }
    }
}

#[test]
fn slots_that_changed_places_are_seen() {
    let place = Place::new();
    // Written here, not golden: only the slot's number may be what differs.
    let vault = place.create();
    mint(&vault, 3);
    drop(vault);
    let mut bytes = fs::read(place.path()).unwrap();
    let (first, third) = (HEADER..HEADER + SLOT, HEADER + 2 * SLOT);
    bytes.copy_within(first, third);
    let vault = place.open_bytes(&bytes).unwrap();
    assert_eq!(key(&vault, 1), [2; 32]);
    assert!(matches!(state(&vault, 3), Err(VaultError::Damaged(_))));
}

#[test]
fn a_lost_slot_is_told_from_a_destroyed_one_and_its_number_is_not_given_again() {
    let place = Place::new();
    let vault = place.open_bytes(GOLDEN_LOST).unwrap();
    assert!(matches!(state(&vault, 2), Ok(KeyState::Destroyed)));
    assert!(matches!(state(&vault, 4), Ok(KeyState::Lost)));
    assert_eq!(mint(&vault, 1), [5]);
    destroy(&vault, 4);
    assert!(matches!(state(&vault, 4), Ok(KeyState::Destroyed)));
}

#[test]
fn a_damaged_slot_can_be_destroyed() {
    let place = Place::new();
    let mut bytes = GOLDEN.to_vec();
    bytes[HEADER + 20] ^= 1;
    let vault = place.open_bytes(&bytes).unwrap();
    destroy(&vault, 1);
    assert!(matches!(state(&vault, 1), Ok(KeyState::Destroyed)));
}

/// Whatever of a block reached the disk, nobody got its numbers, and nobody gets them twice.
#[test]
fn a_torn_block_is_no_damage() {
    let place = Place::new();
    let whole = GOLDEN.len();
    for torn in [1, SLOT - 1, SLOT, SLOT + 1, 5 * SLOT] {
        for byte in [0, 0xa5] {
            let mut bytes = GOLDEN.to_vec();
            bytes.resize(whole + torn, byte);
            let vault = place.open_bytes(&bytes).unwrap();
            assert_eq!(key(&vault, 1), [2; 32]);
            assert_eq!(key(&vault, 3), [4; 32]);
            let next = 4 + (torn / SLOT) as u64;
            assert_eq!(mint(&vault, 2), [next, next + 1]);
            let minted = (key(&vault, next), key(&vault, next + 1));
            drop(vault);
            let vault = place.open().unwrap();
            assert_eq!((key(&vault, next), key(&vault, next + 1)), minted);
            if byte == 0 && torn >= SLOT {
                assert!(matches!(state(&vault, 4), Ok(KeyState::Unknown)));
            }
        }
    }
}

#[test]
fn a_key_file_has_32_bytes_and_is_never_overwritten() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("key");
    InstallationKey::create_file(&path, &SystemEntropy).unwrap();
    let bytes = fs::read(&path).unwrap();
    assert_eq!(bytes.len(), 32);
    let again = InstallationKey::create_file(&path, &SystemEntropy);
    assert!(matches!(again, Err(VaultError::Exists(_))), "{again:?}");
    assert_eq!(fs::read(&path).unwrap(), bytes);
    for length in [0, 31, 33, 100] {
        fs::write(&path, vec![7; length]).unwrap();
        let read = InstallationKey::from_file(&path);
        assert!(matches!(read, Err(VaultError::WrongKey(_))), "{read:?}");
    }
    fs::remove_file(&path).unwrap();
    let none = InstallationKey::from_file(&path);
    assert!(matches!(none, Err(VaultError::Unreachable(_))), "{none:?}");
}

#[cfg(unix)]
#[test]
fn a_key_that_everybody_may_read_is_refused() {
    use std::os::unix::fs::PermissionsExt;

    let folder = TempDir::new().unwrap();
    let path = folder.path().join("key");
    InstallationKey::create_file(&path, &SystemEntropy).unwrap();
    assert_eq!(
        fs::metadata(&path).unwrap().permissions().mode() & 0o777,
        0o600
    );
    InstallationKey::from_file(&path).unwrap();
    for (mode, fine) in [(0o640, true), (0o644, false), (0o602, false)] {
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        let read = InstallationKey::from_file(&path);
        assert_eq!(read.is_ok(), fine, "{mode:o}: {read:?}");
    }
}

#[test]
fn nothing_secret_is_shown() {
    let place = Place::new();
    let vault = place.create();
    let shown = format!("{:?} {vault:?}", place.key);
    assert!(shown.starts_with("InstallationKey(key file) FileKeyVault("));
    assert!(!shown.contains(&Hash::from_bytes([1; 32]).to_string()));
}
