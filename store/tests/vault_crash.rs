//! A process that mints and destroys is killed in the middle, again and again: all that it was
//! told holds.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use futures::executor::block_on;
use kanzlei_core::KeySlot;
use kanzlei_core::ports::{Access, KeyVault, Purpose};
use kanzlei_core::record::{Hash, KeyState, Keyring};
use kanzlei_store::{FileKeyVault, InstallationKey, SystemEntropy};

/// Set for the process that will be killed: the folder it works in.
const CHILD: &str = "KANZLEI_VAULT_CRASH_FOLDER";
const ROUNDS: usize = 8;

#[test]
fn what_was_acknowledged_outlives_a_kill() {
    if let Some(folder) = env::var_os(CHILD) {
        mint_and_destroy_until_killed(Path::new(&folder));
    }
    let folder = tempfile::tempdir().unwrap();
    let key = folder.path().join("key");
    let key = InstallationKey::create_file(key, &SystemEntropy).unwrap();
    let path = folder.path().join("vault");
    drop(FileKeyVault::create(&path, &key, Arc::new(SystemEntropy)).unwrap());

    let mut told = Told::default();
    for round in 0..ROUNDS {
        told.hear(&run_and_kill(folder.path(), 5 + 17 * round));
        let vault = FileKeyVault::open(&path, &key, Arc::new(SystemEntropy)).unwrap();
        told.check(&vault);
    }
    assert!(told.keys.len() > 100 && told.destroyed.len() > 20);
}

/// What the killed processes said they had been told.
#[derive(Default)]
struct Told {
    keys: BTreeMap<u64, String>,
    /// Asked for; a kill may have come before or after it was done.
    asked: BTreeSet<u64>,
    destroyed: BTreeSet<u64>,
}

impl Told {
    fn hear(&mut self, lines: &[String]) {
        for line in lines {
            let words: Vec<_> = line.split(' ').collect();
            let slot = words[1].parse().unwrap();
            match words[0] {
                "minted" => {
                    let before = self.keys.insert(slot, words[2].to_owned());
                    assert_eq!(before, None, "slot {slot} was minted twice");
                }
                "destroying" => assert!(self.asked.insert(slot)),
                "destroyed" => assert!(self.destroyed.insert(slot)),
                other => panic!("{other}?"),
            }
        }
    }

    fn check(&self, vault: &FileKeyVault) {
        let slots: Vec<_> = self.keys.keys().copied().map(KeySlot).collect();
        let ring = fetch(vault, &slots);
        for (slot, key) in &self.keys {
            match ring.get(KeySlot(*slot)).unwrap() {
                KeyState::Alive(alive) => {
                    assert_eq!(&Hash::of(&[alive.expose()]).to_string(), key);
                    assert!(!self.destroyed.contains(slot), "slot {slot} came back");
                }
                KeyState::Destroyed => assert!(self.asked.contains(slot), "slot {slot} is lost"),
                KeyState::Lost | KeyState::Unknown => panic!("slot {slot} is unknown"),
            }
        }
    }
}

/// Whole lines that the child said before it was killed, which is after `lines` of them.
fn run_and_kill(folder: &Path, lines: usize) -> Vec<String> {
    let mut child = Command::new(env::current_exe().unwrap())
        .args([
            "--exact",
            "what_was_acknowledged_outlives_a_kill",
            "--nocapture",
        ])
        .env(CHILD, folder)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(child.stdout.take().unwrap());
    let mut heard = Vec::new();
    let mut line = String::new();
    while said.read_line(&mut line).unwrap() > 0 {
        // What the pipe still holds is heard too; a line that the kill cut off isn't.
        if let Some(told) = line
            .strip_prefix("told: ")
            .and_then(|line| line.strip_suffix('\n'))
        {
            heard.push(told.to_owned());
        }
        line.clear();
        if heard.len() == lines {
            child.kill().unwrap();
        }
    }
    assert!(!child.wait().unwrap().success());
    assert!(heard.len() >= lines, "it ended by itself");
    heard
}

fn mint_and_destroy_until_killed(folder: &Path) -> ! {
    let key = InstallationKey::from_file(folder.join("key")).unwrap();
    let vault = FileKeyVault::open(folder.join("vault"), &key, Arc::new(SystemEntropy)).unwrap();
    // The test harness has said half a line already.
    println!();
    for round in 0.. {
        let slots = block_on(vault.mint(1 + round % 40)).unwrap();
        let ring = fetch(&vault, &slots);
        for slot in &slots {
            let key = Hash::of(&[ring.key(*slot).unwrap().expose()]);
            tell(&format!("minted {} {key}", slot.0));
        }
        for slot in slots.iter().step_by(3) {
            tell(&format!("destroying {}", slot.0));
            block_on(vault.destroy(&[*slot])).unwrap();
            tell(&format!("destroyed {}", slot.0));
        }
    }
    unreachable!("the parent kills it")
}

fn fetch(vault: &FileKeyVault, slots: &[KeySlot]) -> Keyring {
    let why = Access {
        purpose: Purpose::Disclose,
        case: None,
    };
    block_on(vault.fetch(slots, why)).unwrap()
}

fn tell(what: &str) {
    let mut out = std::io::stdout().lock();
    out.write_all(format!("told: {what}\n").as_bytes()).unwrap();
    out.flush().unwrap();
}
