//! Runs a process under the tracer, which is C: it asks the kernel, and needs a compiler.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::caller::{self, Work};
use crate::trace::{self, Op};
use crate::{Outcome, PANICKED, ensure};

const SOURCE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tracer/tracer.c");

/// Which calls fail, with what, and from which on: as the tracer takes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// `w` writes, `s` syncs, `n` names, `o` opens, and `e` for those before the installation is open, too; several may
    /// stand together.
    pub calls: String,
    /// The number of the system's error.
    pub errno: i32,
    /// How many of them succeed first.
    pub after: u64,
    /// How many fail then.
    pub times: u32,
}

/// The tracer, compiled.
#[derive(Debug)]
pub struct Tracer {
    folder: tempfile::TempDir,
}

/// What a process did and said.
#[derive(Debug)]
pub struct Traced {
    /// What it did, in order.
    pub ops: Vec<Op>,
    /// How it ended.
    pub code: Option<i32>,
    /// What it said on standard error.
    pub complaints: String,
}

impl Tracer {
    /// Compiles it; `None`, and a loud word, where that isn't possible.
    ///
    /// # Errors
    /// If there is a compiler and it doesn't compile, or with `CI` set, where nothing is skipped.
    pub fn compiled() -> Outcome<Option<Self>> {
        let missing = if cfg!(target_os = "linux") {
            let there = Command::new("cc").arg("--version").output();
            there
                .err()
                .map(|error| format!("there is no C compiler `cc`: {error}"))
        } else {
            Some("it asks the kernel of Linux".to_owned())
        };
        if let Some(why) = missing {
            ensure(std::env::var_os("CI").is_none(), || {
                format!("the tracer can't be compiled: {why}")
            })?;
            eprintln!("SKIPPED, power loss and faults: the tracer can't be compiled: {why}");
            return Ok(None);
        }
        let tracer = Self {
            folder: tempfile::tempdir()?,
        };
        let compiled = Command::new("cc")
            .args(["-O2", "-Wall", "-Wextra", "-o"])
            .arg(tracer.program())
            .arg(SOURCE)
            .output()?;
        ensure(compiled.status.success(), || {
            format!("{SOURCE}: {}", String::from_utf8_lossy(&compiled.stderr))
        })?;
        Ok(Some(tracer))
    }

    fn program(&self) -> PathBuf {
        self.folder.path().join("tracer")
    }

    /// Lets a process work in a folder on a sound disk, which it must do to its end.
    ///
    /// # Errors
    /// If it doesn't, and as [`run`](Self::run) does.
    pub fn well(&self, program: &Path, folder: &Path, work: Work) -> Outcome<Traced> {
        let traced = self.run(program, folder, work, None)?;
        let well = traced.code == Some(0) && !traced.complaints.contains(PANICKED);
        ensure(well, || traced.complaints.clone())?;
        Ok(traced)
    }

    /// Lets a process work in a folder, and says what it did.
    ///
    /// # Errors
    /// If the tracer fails, or can't follow what is done.
    pub fn run(
        &self,
        program: &Path,
        folder: &Path,
        work: Work,
        fault: Option<&Fault>,
    ) -> Outcome<Traced> {
        let file = tempfile::NamedTempFile::new()?;
        let mut command = Command::new(self.program());
        command.arg(folder).arg(file.path());
        if let Some(fault) = fault {
            let Fault {
                calls,
                errno,
                after,
                times,
            } = fault;
            command.arg(format!("{calls}:{errno}:{after}:{times}"));
        }
        let ended = command
            .arg("--")
            .arg(program)
            .args(caller::words(folder, work))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .output()?;
        let complaints = String::from_utf8_lossy(&ended.stderr).into_owned();
        let code = ended.status.code();
        ensure(!matches!(code, Some(96..=99)), || {
            format!("the tracer failed: {complaints}")
        })?;
        Ok(Traced {
            ops: trace::read(&fs::read(file.path())?)?,
            code,
            complaints,
        })
    }
}
