//! What stands on the disk, and what happens to whoever changes it.

use super::*;
use kanzlei_core::KeySlot;
use kanzlei_core::ports::{Access, Entropy, Purpose};
use kanzlei_core::record::KeyState;
use kanzlei_store::{FileKeyVault, InstallationKey, Swept};

const GOLDEN: &[u8] = include_bytes!("../golden/entry-1.bin");

/// The files that a sweep couldn't read.
fn unreadable(swept: &Swept) -> Vec<PathBuf> {
    let files = swept.unreadable.iter().filter_map(SealedError::file);
    files.map(Path::to_owned).collect()
}

/// How many had expired, were left by crashes, and couldn't be read.
fn counted(swept: &Swept) -> (usize, usize, usize) {
    (swept.expired, swept.leftovers, swept.unreadable.len())
}

/// Layout 1: these bytes never change.
#[test]
fn the_bytes_of_an_entry_are_fixed() {
    let ground = Ground::new();
    let folder = ground.open();
    put(&folder, "anna", 1, 0, "Pilatusstrasse 1").unwrap();
    let [file] = ground.files().try_into().unwrap();
    assert_eq!(std::fs::read(&file).unwrap(), GOLDEN);
    let name = file.file_name().unwrap().to_str().unwrap();
    let (named, proof) = name.rsplit_once('-').unwrap();
    assert_eq!(named, format!("{}-0000000000000010", id(1)));
    assert_eq!(proof, "c95c120aefd08782");
    drop(folder);
    std::fs::write(file, GOLDEN).unwrap();
    assert_eq!(get(&ground.open(), "anna", 1).unwrap(), "Pilatusstrasse 1");
}

#[test]
fn the_disk_tells_neither_who_somebody_is_nor_what_they_wrote() {
    let ground = Ground::new();
    let folder = ground.open();
    put(&folder, "anna-muster", 1, 0, "Pilatusstrasse 1").unwrap();
    put(&folder, "anna-muster", 1, 1, "Seidenhofstrasse 2").unwrap();
    let heap = heap(ground.directory.path());
    for secret in ["anna-muster", "Pilatusstrasse", "Seidenhofstrasse"] {
        let seen = heap
            .windows(secret.len())
            .any(|window| window == secret.as_bytes());
        assert!(!seen, "{secret}");
    }
    // Nor can two folders be compared.
    let elsewhere = Ground {
        directory: tempfile::tempdir().unwrap(),
        ..ground
    };
    let sessions = elsewhere.open_with(elsewhere.vault.clone(), SealedOptions::new("sessions"));
    put(&sessions, "anna-muster", 1, 0, "").unwrap();
    let drawer = elsewhere.files()[0]
        .parent()
        .unwrap()
        .file_name()
        .unwrap()
        .to_owned();
    let drawer = drawer.into_encoded_bytes();
    assert!(!heap.windows(32).any(|window| window == drawer));
}

#[test]
fn a_removed_entry_opens_no_more_whatever_the_disk_has_kept_of_it() {
    let ground = Ground::new();
    let folder = ground.open();
    put(&folder, "anna", 1, 0, "first").unwrap();
    let [first] = ground.files().try_into().unwrap();
    let old = std::fs::read(&first).unwrap();
    put(&folder, "anna", 1, 1, "second").unwrap();
    let new = std::fs::read(&first).unwrap();
    assert!(remove(&folder, "anna", 1));
    assert!(!remove(&folder, "anna", 1));
    assert_eq!(ground.files(), Vec::<PathBuf>::new());
    for kept in [old, new] {
        std::fs::create_dir_all(first.parent().unwrap()).unwrap();
        std::fs::write(&first, kept).unwrap();
        assert_eq!(get(&folder, "anna", 1), None);
        assert_eq!(block_on(folder.list(b"anna")).unwrap().entries, []);
    }
    assert_eq!(block_on(folder.sweep()).unwrap().leftovers, 1);
    assert_eq!(ground.files(), Vec::<PathBuf>::new());
}

#[test]
fn a_damaged_file_is_named_and_the_others_are_read() {
    let ground = Ground::new();
    let folder = ground.open();
    for number in 1..=3 {
        put(&folder, "anna", number, 0, "text").unwrap();
    }
    drop(folder);
    let broken = ground.files()[1].clone();
    let whole = std::fs::read(&broken).unwrap();
    for at in [whole.len() - 1, 0] {
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        std::fs::write(&broken, &bytes).unwrap();
        let folder = ground.open();
        let error = block_on(folder.get(b"anna", id(2))).unwrap_err();
        assert!(matches!(&error, SealedError::Damaged { path, .. } if *path == broken));
        let listing = block_on(folder.list(b"anna")).unwrap();
        assert_eq!(listing.entries.len(), 2);
        assert_eq!(listing.unreadable[0].to_string(), error.to_string());
        // It isn't overwritten by mistake.
        assert!(put(&folder, "anna", 2, 0, "new").is_err());
        assert_eq!(get(&folder, "anna", 3).unwrap(), "text");
    }
    // A sweep reads headers, finds the one that is damaged, and leaves it to who looks after it.
    let folder = ground.open();
    let swept = block_on(folder.sweep()).unwrap();
    assert_eq!(unreadable(&swept), std::slice::from_ref(&broken));
    assert!(remove(&folder, "anna", 2));
    assert_eq!(block_on(folder.remove_all(b"anna")).unwrap(), 2);
    assert_eq!(ground.files(), Vec::<PathBuf>::new());
}

/// As when a sector of it is bad; a folder in its place can't be read either.
#[test]
fn a_file_that_the_disk_does_not_give_keeps_nobody_from_the_others() {
    let ground = Ground::new();
    let folder = ground.open();
    for number in 1..=3 {
        put(&folder, "anna", number, 0, "text").unwrap();
    }
    drop(folder);
    let broken = ground.files()[1].clone();
    std::fs::remove_file(&broken).unwrap();
    std::fs::create_dir(&broken).unwrap();
    let folder = ground.open();
    let listing = block_on(folder.list(b"anna")).unwrap();
    assert_eq!((listing.entries.len(), listing.unreadable.len()), (2, 1));
    let swept = block_on(folder.sweep()).unwrap();
    assert_eq!(unreadable(&swept), [broken]);
}

#[test]
fn an_entry_put_in_another_s_place_does_not_open() {
    let ground = Ground::new();
    let folder = ground.open();
    put(&folder, "anna", 1, 0, "hers").unwrap();
    put(&folder, "beat", 2, 0, "his").unwrap();
    drop(folder);
    let name = |path: &PathBuf| path.file_name().unwrap().to_owned();
    let mut files = ground.files();
    files.sort_by_key(&name);
    let [hers, his]: [PathBuf; 2] = files.try_into().unwrap();
    // Into his drawer, and under his entry's id.
    std::fs::copy(&hers, his.parent().unwrap().join(name(&hers))).unwrap();
    let moved = name(&hers)
        .into_string()
        .unwrap()
        .replace(&id(1).to_string(), &id(3).to_string());
    std::fs::copy(&hers, hers.parent().unwrap().join(moved)).unwrap();
    let folder = ground.open();
    assert_eq!(get(&folder, "beat", 1), None);
    assert_eq!(get(&folder, "anna", 3), None);
    assert_eq!(get(&folder, "anna", 1).unwrap(), "hers");
    // Nor are they swept: the slot in their names says nothing about whose they are.
    assert_eq!(counted(&block_on(folder.sweep()).unwrap()), (0, 0, 0));
    assert_eq!(ground.files().len(), 4);
}

/// As when the folder of another installation was copied here.
#[test]
fn what_another_installation_has_left_destroys_no_key_of_this_one() {
    let (here, there) = (Ground::new(), Ground::new());
    // Other keys and the same slots.
    let vault = Arc::new(MemoryKeyVault::new(Arc::new(FixedEntropy::new(8))).unwrap());
    let elsewhere = there.open_with(vault, SealedOptions::new("drafts"));
    let own = here.open();
    for number in 1..=3 {
        put(&own, "anna", number, 0, "hers").unwrap();
        let soon = elsewhere.put(b"beat", id(number), Revision::NONE, NOW, b"his");
        block_on(soon).unwrap();
    }
    drop((own, elsewhere));
    for file in there.files() {
        let drawer = file.parent().unwrap().file_name().unwrap();
        let to = here.directory.path().join(drawer);
        std::fs::create_dir_all(&to).unwrap();
        let name = file.file_name().unwrap().to_str().unwrap();
        std::fs::copy(&file, to.join(name)).unwrap();
        std::fs::copy(&file, to.join(format!("{name}.new"))).unwrap();
    }
    let folder = here.open();
    here.clock.move_by(1);
    assert_eq!(counted(&block_on(folder.sweep()).unwrap()), (0, 0, 0));
    for number in 1..=3 {
        assert_eq!(get(&folder, "anna", number).unwrap(), "hers");
    }
}

/// As when a vault was put back by hand that is older than the entries.
#[test]
fn an_entry_whose_number_was_given_again_takes_nobody_s_key_with_it() {
    let ground = Ground::new();
    let folder = ground.open();
    for owner in [b"anna", b"beat"] {
        let soon = folder.put(owner, id(1), Revision::NONE, NOW, b"text");
        block_on(soon).unwrap();
    }
    drop(folder);
    // The same vault, in which other keys have these numbers now.
    let entropy = Arc::new(FixedEntropy::new(7));
    let vault = Arc::new(MemoryKeyVault::new(Arc::clone(&entropy) as _).unwrap());
    entropy.fill(&mut [0; 1]).unwrap();
    let slots = block_on(vault.mint(16)).unwrap();
    let folder = ground.open_with(vault.clone(), SealedOptions::new("drafts"));
    let swept = block_on(folder.sweep()).unwrap();
    assert_eq!((swept.expired, unreadable(&swept)), (0, ground.files()));
    assert!(remove(&folder, "anna", 1));
    assert_eq!(block_on(folder.remove_all(b"beat")).unwrap(), 1);
    assert_eq!(ground.files(), Vec::<PathBuf>::new());
    let why = Access {
        purpose: Purpose::Drawer,
        case: None,
    };
    let keys = block_on(vault.fetch(&slots, why)).unwrap();
    assert!(slots.iter().all(|slot| keys.key(*slot).is_some()));
}

#[test]
fn a_key_that_is_damaged_stops_neither_a_sweep_nor_a_list() {
    let ground = Ground::new();
    let keys = tempfile::tempdir().unwrap();
    let (path, key) = (keys.path().join("vault"), keys.path().join("key"));
    let key = InstallationKey::create_file(key, ground.entropy.as_ref()).unwrap();
    drop(FileKeyVault::create(&path, &key, ground.entropy.clone()).unwrap());
    let vault = || Arc::new(FileKeyVault::open(&path, &key, ground.entropy.clone()).unwrap());
    let options = || SealedOptions::new("drafts");
    let folder = ground.open_with(vault(), options());
    for (owner, number, expires) in [
        ("anna", 1, NOW),
        ("anna", 2, LATER),
        ("anna", 3, NOW),
        ("anna", 4, LATER),
        ("beat", 5, NOW),
    ] {
        let put = folder.put(
            owner.as_bytes(),
            id(number),
            Revision::NONE,
            expires,
            b"text",
        );
        block_on(put).unwrap();
    }
    drop(folder);
    let file_of = |number: u8| {
        let files = ground.files().into_iter();
        let is = |path: &PathBuf| {
            let name = path.file_name().unwrap().to_str().unwrap();
            name.starts_with(&id(number).to_string())
        };
        files.filter(is).collect::<Vec<_>>()
    };
    let slot_of = |number| {
        let file = file_of(number).remove(0);
        let name = file.file_name().unwrap().to_str().unwrap();
        u64::from_str_radix(name.split('-').nth(1).unwrap(), 16).unwrap()
    };
    let damaged = [1, 2].map(slot_of);
    let mut bytes = std::fs::read(&path).unwrap();
    for slot in damaged {
        bytes[512 + usize::try_from(slot - 1).unwrap() * 64 + 10] ^= 1;
    }
    std::fs::write(&path, bytes).unwrap();

    let vault = vault();
    let folder = ground.open_with(vault.clone(), options());
    let listing = block_on(folder.list(b"anna")).unwrap();
    assert_eq!(listing.entries.len(), 1);
    // Nor is what expired listed, unless nobody can tell that it has.
    let said: Vec<String> = listing.unreadable.iter().map(ToString::to_string).collect();
    assert_eq!(said.len(), 2);
    assert!(said[0].contains("its key is damaged"), "{said:?}");
    let swept = block_on(folder.sweep()).unwrap();
    assert_eq!(counted(&swept), (3, 0, 0));
    assert_eq!(
        [1, 2, 3, 4, 5].map(|number| file_of(number).len()),
        [0, 1, 0, 1, 0]
    );
    // Its key is destroyed with what expired, so that a backup of the vault doesn't bring it back.
    let fetch = |slot| {
        let (slots, why) = (
            [KeySlot(slot)],
            Access {
                purpose: Purpose::Drawer,
                case: None,
            },
        );
        block_on(vault.fetch(&slots, why)).map(|keys| keys.get(slots[0]).cloned())
    };
    assert!(matches!(fetch(damaged[0]), Ok(Some(KeyState::Destroyed))));
    assert!(fetch(damaged[1]).is_err());
}

#[test]
fn a_newer_layout_is_told_from_damage() {
    let ground = Ground::new();
    let folder = ground.open();
    put(&folder, "anna", 1, 0, "text").unwrap();
    drop(folder);
    let file = ground.files().remove(0);
    let mut bytes = std::fs::read(&file).unwrap();
    bytes[8] = 2;
    std::fs::write(&file, bytes).unwrap();
    let error = block_on(ground.open().get(b"anna", id(1))).unwrap_err();
    assert!(
        matches!(
            error,
            SealedError::Newer {
                found: 2,
                known: 1,
                ..
            }
        ),
        "{error}"
    );
}
