//! Runs the program on stores that tests may break.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use serde_json::Value;
use tempfile::TempDir;

/// How many cases a store for tests has.
pub const CASES: &str = "60";

/// What a run of the program left.
#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Ran {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

pub fn command(store: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kanzlei"));
    command.arg("--store").arg(store).args(arguments);
    for variable in ["KANZLEI_STORE", "KANZLEI_PASSPHRASE"] {
        command.env_remove(variable);
    }
    command.stdin(Stdio::null());
    command
}

/// Runs the program to its end.
pub fn run(store: &Path, arguments: &[&str]) -> Ran {
    let output = command(store, arguments).output().unwrap();
    Ran {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Runs the program, which must succeed.
pub fn done(store: &Path, arguments: &[&str]) -> Ran {
    let ran = run(store, arguments);
    assert_eq!(ran.code, 0, "{arguments:?}: {}{}", ran.out, ran.err);
    ran
}

/// A store with the demo's first cases that nobody opens: tests run side by side, and a store is
/// open once.
fn base() -> &'static Path {
    static BASE: OnceLock<PathBuf> = OnceLock::new();
    BASE.get_or_init(|| {
        let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join("program-base");
        let _ = fs::remove_dir_all(&place);
        done(&place, &["demo", "--cases", CASES]);
        place
    })
}

/// A copy of a store with the demo's first cases.
pub fn copy() -> TempDir {
    let copy = tempfile::tempdir().unwrap();
    copy_folder(base(), copy.path());
    copy
}

pub fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_folder(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}

/// It ended so, and said all of this.
pub fn says(ran: &Ran, code: i32, said: &[&str]) {
    assert_eq!(ran.code, code, "{ran:?}");
    for said in said {
        let all = format!("{}{}", ran.out, ran.err);
        assert!(all.contains(said), "“{said}” isn't in {all}");
    }
}

/// All that a store's figures say, whatever its ids.
pub fn figures(store: &Path) -> (Value, Value) {
    let stats = done(store, &["stats", "--json"]).json();
    (stats, done(store, &["overview", "--json"]).json())
}
