//! Uploads that wait for a command, and what becomes of those that no command names.

use std::sync::Mutex;

use futures::future::join_all;
use kanzlei_core::ports::VaultError;
use kanzlei_core::record::Keyring;
use kanzlei_store::{FileKeyVault, InstallationKey, Upload};

use super::*;

const DAY: i64 = 86_400_000_000;

fn sweep(documents: &Documents, log: &[Hash]) -> (usize, usize, usize) {
    let swept = block_on(documents.sweep(&Log(log.to_vec()))).unwrap();
    assert!(swept.unreadable.is_empty());
    (swept.removed, swept.kept, swept.broken_off)
}

#[test]
fn an_upload_is_its_owner_s_alone_until_it_is_kept() {
    let ground = Ground::new();
    let documents = ground.open();
    let uploaded = upload(&documents, "anna", &pdf(100)).unwrap();
    let digest = uploaded.digest;
    assert_eq!(
        block_on(documents.uploaded(b"anna", digest)).unwrap(),
        uploaded
    );
    assert_eq!(
        block_on(documents.claim(b"anna", digest, CASE)).unwrap(),
        uploaded
    );
    let none = |owner: &str, digest| {
        let claimed = block_on(documents.claim(owner.as_bytes(), digest, CASE));
        matches!(claimed, Err(DocumentsError::NotUploaded { .. }))
    };
    assert!(none("beat", digest));
    assert!(none("anna", Hash::of(&[b"another"])));
    // Half of the digest isn't enough.
    let mut alike = *digest.as_bytes();
    alike[31] ^= 1;
    assert!(none("anna", Hash::from_bytes(alike)));

    block_on(documents.keep(b"beat", digest)).unwrap();
    assert!(!none("anna", digest));
    for _ in 0..2 {
        block_on(documents.keep(b"anna", digest)).unwrap();
        assert!(none("anna", digest));
    }
    ground.clock.move_by(10 * DAY);
    assert_eq!(sweep(&documents, &[]), (0, 0, 0));
    assert_eq!(read(&documents, &uploaded).unwrap(), pdf(100));
}

#[test]
fn what_no_command_names_within_a_day_is_gone_with_its_key() {
    let ground = Ground::new();
    let documents = ground.open();
    let uploaded = upload(&documents, "anna", &pdf(100)).unwrap();
    ground.clock.move_by(DAY - 1);
    assert_eq!(sweep(&documents, &[]), (0, 0, 0));
    ground.clock.move_by(1);
    // A digest in the log alone doesn't keep it: it was claimed for no case.
    assert_eq!(sweep(&documents, &[uploaded.digest]), (1, 0, 0));
    assert_eq!(ground.files(), Vec::<PathBuf>::new());
    assert!(!ground.is_alive(uploaded.slot));
    let error = read(&documents, &uploaded).unwrap_err();
    assert!(matches!(error, DocumentsError::Erased { .. }), "{error}");
}

/// As after a crash between the commit and `keep`.
#[test]
fn what_a_case_has_come_to_name_is_kept_and_what_it_refused_is_not() {
    let ground = Ground::new();
    let documents = ground.open();
    let named = upload(&documents, "anna", &pdf(100)).unwrap();
    let refused = upload(&documents, "anna", &pdf(100)).unwrap();
    ground.clock.move_by(DAY - 1);
    let other = CaseId::from_bytes([8; 16]);
    for (digest, case) in [
        (named.digest, CASE),
        (named.digest, other),
        (refused.digest, CASE),
    ] {
        block_on(documents.claim(b"anna", digest, case)).unwrap();
    }
    // From the claim on it waits another day: the command may be on its way.
    ground.clock.move_by(DAY - 1);
    assert_eq!(sweep(&documents, &[]), (0, 0, 0));
    ground.clock.move_by(1);
    drop(documents);
    let documents = ground.open();
    assert_eq!(sweep(&documents, &[named.digest]), (1, 1, 0));
    assert_eq!(read(&documents, &named).unwrap(), pdf(100));
    assert!(!ground.is_alive(refused.slot));
    assert_eq!(ground.files(), [ground.place(named.digest)]);
    assert_eq!(sweep(&documents, &[]), (0, 0, 0));
}

/// A log that can't be read.
struct Away;

#[async_trait]
impl References for Away {
    async fn names(&self, _: CaseId, _: Hash) -> Result<bool, StoreError> {
        Err(StoreError::Unavailable("it is away".into()))
    }
}

#[test]
fn as_long_as_the_log_is_away_nothing_is_removed_that_it_might_name() {
    let ground = Ground::new();
    let documents = ground.open();
    let uploaded = upload(&documents, "anna", &pdf(100)).unwrap();
    block_on(documents.claim(b"anna", uploaded.digest, CASE)).unwrap();
    ground.clock.move_by(DAY);
    let error = block_on(documents.sweep(&Away)).unwrap_err();
    assert!(matches!(error, DocumentsError::Store(_)), "{error}");
    assert_eq!(read(&documents, &uploaded).unwrap(), pdf(100));
    assert_eq!(sweep(&documents, &[uploaded.digest]), (0, 1, 0));
}

#[test]
fn an_upload_that_is_broken_off_takes_no_room_and_is_swept_and_one_that_goes_on_is_not() {
    let ground = Ground::new();
    let documents = ground.open();
    let begin = || {
        let begun = documents.begin(b"anna", declared("application/pdf"));
        let mut upload = block_on(begun).unwrap();
        upload.write(&pdf(2 * FRAME)).unwrap();
        upload
    };
    drop(begin());
    let [left]: [PathBuf; 1] = ground.files().try_into().unwrap();
    assert_eq!(left.metadata().unwrap().len(), 0);
    let name = left.file_name().unwrap().to_str().unwrap();
    let slot = KeySlot(u64::from_str_radix(&name[..16], 16).unwrap());
    let going_on = begin();
    assert_eq!(sweep(&documents, &[]), (0, 0, 1));
    assert!(!ground.is_alive(slot));
    let uploaded = block_on(going_on.finish()).unwrap();
    assert_eq!(sweep(&documents, &[]), (0, 0, 0));
    assert_eq!(read(&documents, &uploaded).unwrap(), pdf(2 * FRAME));
}

/// A vault in which uploads finish while a key is destroyed for the first time.
struct Meanwhile {
    vault: Arc<MemoryKeyVault>,
    going_on: Mutex<Vec<Upload>>,
    finished: Mutex<Vec<Uploaded>>,
}

#[async_trait]
impl KeyVault for Meanwhile {
    async fn mint(&self, count: usize) -> Result<Vec<KeySlot>, VaultError> {
        self.vault.mint(count).await
    }

    async fn fetch(&self, slots: &[KeySlot], why: Access) -> Result<Keyring, VaultError> {
        self.vault.fetch(slots, why).await
    }

    async fn destroy(&self, slots: &[KeySlot]) -> Result<(), VaultError> {
        let going_on = std::mem::take(&mut *self.going_on.lock().unwrap());
        let finished = join_all(going_on.into_iter().map(Upload::finish)).await;
        let finished = finished.into_iter().map(Result::unwrap);
        self.finished.lock().unwrap().extend(finished);
        self.vault.destroy(slots).await
    }

    async fn token(&self, purpose: Purpose, of: &[u8]) -> Result<[u8; 16], VaultError> {
        self.vault.token(purpose, of).await
    }
}

/// A folder is listed in no order: of so many, one that was broken off is come to before one that goes on.
#[test]
fn an_upload_that_finishes_while_others_are_swept_keeps_its_key() {
    let ground = Ground::new();
    let vault = Arc::new(Meanwhile {
        vault: ground.vault.clone(),
        going_on: Mutex::default(),
        finished: Mutex::default(),
    });
    let documents = ground.open_with(vault.clone(), DocumentsOptions::default());
    let begin = || block_on(documents.begin(b"anna", declared("application/pdf"))).unwrap();
    for _ in 0..20 {
        drop(begin());
        let mut going_on = begin();
        going_on.write(&pdf(100)).unwrap();
        vault.going_on.lock().unwrap().push(going_on);
    }
    assert_eq!(sweep(&documents, &[]), (0, 0, 20));
    let finished = std::mem::take(&mut *vault.finished.lock().unwrap());
    assert_eq!(finished.len(), 20);
    for uploaded in finished {
        assert_eq!(read(&documents, &uploaded).unwrap(), pdf(100));
    }
}

#[test]
fn so_many_wait_and_no_more_and_those_that_are_late_are_not_forgotten_for_it() {
    let ground = Ground::new();
    let options = DocumentsOptions {
        uploads_per_owner_max: 2,
        ..DocumentsOptions::default()
    };
    let documents = ground.open_with(ground.vault.clone(), options);
    let first = upload(&documents, "anna", &pdf(10)).unwrap();
    upload(&documents, "anna", &pdf(10)).unwrap();
    let error = upload(&documents, "anna", &pdf(10)).unwrap_err();
    assert!(
        matches!(error, DocumentsError::TooMany { uploads_max: 2 }),
        "{error}"
    );
    upload(&documents, "beat", &pdf(10)).unwrap();
    ground.clock.move_by(DAY);
    assert!(upload(&documents, "anna", &pdf(10)).is_err());
    assert!(ground.place(first.digest).exists());
    assert_eq!(sweep(&documents, &[]), (3, 0, 0));
    upload(&documents, "anna", &pdf(10)).unwrap();
}

/// As when a vault was put back that has given the slot's number again.
#[test]
fn a_key_that_does_not_open_the_document_is_not_destroyed_with_it() {
    let ground = Ground::new();
    let documents = ground.open();
    let late = upload(&documents, "anna", &pdf(10)).unwrap();
    let other = upload(&documents, "beat", &pdf(20)).unwrap();
    std::fs::copy(ground.place(other.digest), ground.place(late.digest)).unwrap();
    block_on(documents.keep(b"beat", other.digest)).unwrap();
    ground.clock.move_by(DAY);
    assert_eq!(sweep(&documents, &[]), (1, 0, 0));
    assert!(!ground.place(late.digest).exists());
    assert!(ground.is_alive(late.slot) && ground.is_alive(other.slot));
    assert_eq!(read(&documents, &other).unwrap(), pdf(20));
}

#[test]
fn neither_a_damaged_key_nor_a_document_that_the_disk_does_not_give_keeps_the_others_from_going() {
    let ground = Ground::new();
    let beside = tempfile::tempdir().unwrap();
    let file = beside.path().join("vault");
    let key = beside.path().join("installation.key");
    let key = InstallationKey::create_file(key, ground.entropy.as_ref()).unwrap();
    let vault = FileKeyVault::create(&file, &key, ground.entropy.clone()).unwrap();
    let vault = Arc::new(vault);
    let documents = ground.open_with(vault, DocumentsOptions::default());
    let all = ["anna", "beat", "cleo"].map(|owner| upload(&documents, owner, &pdf(10)).unwrap());
    let at = 512 + 64 * usize::try_from(all[0].slot.0 - 1).unwrap();
    let mut bytes = std::fs::read(&file).unwrap();
    bytes[at + 10] ^= 1;
    std::fs::write(&file, bytes).unwrap();
    let away = ground.place(all[1].digest);
    std::fs::remove_file(&away).unwrap();
    std::fs::create_dir(&away).unwrap();
    ground.clock.move_by(DAY);
    let swept = block_on(documents.sweep(&Log(Vec::new()))).unwrap();
    assert_eq!((swept.removed, swept.unreadable.len()), (2, 1));
    let named = swept.unreadable[0].file().unwrap();
    assert_eq!(named.file_name(), away.file_name());
    for gone in [&all[0], &all[2]] {
        assert!(!ground.place(gone.digest).exists());
    }
    std::fs::remove_dir(&away).unwrap();
    assert_eq!(sweep(&documents, &[]), (1, 0, 0));
}

/// As when the folder of another installation was copied here.
#[test]
fn an_upload_of_another_installation_destroys_no_key_of_this_one() {
    let (here, there) = (Ground::new(), Ground::new());
    let vault = Arc::new(MemoryKeyVault::new(Arc::new(FixedEntropy::new(8))).unwrap());
    let elsewhere = there.open_with(vault, DocumentsOptions::default());
    let documents = here.open();
    let uploaded = upload(&documents, "anna", &pdf(10)).unwrap();
    drop(block_on(elsewhere.begin(b"beat", declared("application/pdf"))).unwrap());
    let [left]: [PathBuf; 1] = there.files().try_into().unwrap();
    let copy = here
        .directory
        .path()
        .join("uploads")
        .join(left.file_name().unwrap());
    std::fs::copy(left, copy).unwrap();
    assert_eq!(sweep(&documents, &[]), (0, 0, 0));
    assert!(here.is_alive(uploaded.slot));
}
