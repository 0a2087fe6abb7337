//! The suites: what each needs, and how it is run and counted.

use std::path::{Path, PathBuf};

use super::tally::Tally;
use crate::need::{CHROMIUM, NODE, Need, NpmFolder, POPPLER, Venv};
use crate::{Result, cargo, process};

/// Tests that are run by one program.
pub struct Suite {
    pub name: &'static str,
    pub needs: &'static [&'static dyn Need],
    /// Runs it on the program `kanzlei`: how its tests ended, and whether the runner did well.
    pub run: fn(&Path, thorough: bool) -> Result<(Tally, bool)>,
}

pub const SUITES: &[Suite] = &[
    Suite {
        name: "rust",
        needs: &[],
        run: rust,
    },
    Suite {
        name: "browser",
        needs: &[NODE, &NpmFolder(BROWSER), CHROMIUM, POPPLER],
        run: |program, _| node(BROWSER, program),
    },
    Suite {
        name: "contract",
        needs: &[NODE, &SCHEMATHESIS],
        run: contract,
    },
    Suite {
        name: "second-issuer",
        needs: &[NODE, &NpmFolder(SECOND_ISSUER)],
        run: |program, _| node(SECOND_ISSUER, program),
    },
];

const BROWSER: &str = "portal/tests/browser";
const CONTRACT: &str = "portal/tests/contract";
const SECOND_ISSUER: &str = "portal/tests/second_issuer";

/// Library, program, integration and documentation tests; examples are built. Benches are not.
const RUST: &[&str] = &["test", "--workspace", "--locked", "--no-fail-fast"];

fn rust(_: &Path, _: bool) -> Result<(Tally, bool)> {
    let mut tally = Tally::default();
    let well = process::watched(&mut cargo::command(RUST), |line| tally.read_cargo(line))?;
    Ok((tally, well))
}

/// Sends an API what its description allows, and what it doesn't.
const SCHEMATHESIS: Venv = Venv {
    name: "schemathesis",
    requirements: "portal/tests/contract/requirements.txt",
    program: "schemathesis",
};

fn contract(program: &Path, thorough: bool) -> Result<(Tally, bool)> {
    let schemathesis = SCHEMATHESIS.bin()?.join(SCHEMATHESIS.program);
    let mut more = vec![("SCHEMATHESIS", schemathesis)];
    more.extend(thorough.then(|| ("KANZLEI_THOROUGH", PathBuf::from("1"))));
    node_with(CONTRACT, program, &more)
}

fn node(folder: &str, program: &Path) -> Result<(Tally, bool)> {
    node_with(folder, program, &[])
}

/// Runs the tests of a folder by node's own runner. A file at a time: each has a portal and a
/// browser of its own, and two would only wait for each other's processor.
fn node_with(folder: &str, program: &Path, more: &[(&str, PathBuf)]) -> Result<(Tally, bool)> {
    let mut command = NODE.command("node")?;
    command
        .args(["--test", "--test-concurrency=1", "--test-reporter=spec"])
        .args(test_files(folder)?)
        .env("KANZLEI_PROGRAM", program)
        .env("KANZLEI_ARTEFACTS", artefacts()?)
        .envs(more.iter().map(|(name, file)| (name, file)));
    let mut tally = Tally::default();
    let well = process::watched(&mut command, |line| tally.read_node(line))?;
    Ok((tally, well))
}

/// Given one by one: which patterns node understands depends on its version.
fn test_files(folder: &str) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.to_string_lossy().ends_with(".test.mjs") {
            files.push(path);
        }
    }
    files.sort();
    if files.is_empty() {
        return Err(format!("there are no tests in {folder}").into());
    }
    Ok(files)
}

/// Where screenshots and reports go.
fn artefacts() -> Result<PathBuf> {
    let folder = cargo::target()?.join("browser");
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// The program `kanzlei`, built. Where all of the workspace is tested, it is built as those tests
/// need it: built alone, half of the workspace would be compiled a second time.
pub fn program(with_workspace: bool) -> Result<PathBuf> {
    let build: &[&str] = if with_workspace {
        &["test", "--workspace", "--locked", "--no-run", "--quiet"]
    } else {
        &[
            "build",
            "--package",
            "kanzlei-portal",
            "--bin",
            "kanzlei",
            "--locked",
        ]
    };
    cargo::run(build)?;
    let program = cargo::target()?
        .join("debug")
        .join(format!("kanzlei{}", std::env::consts::EXE_SUFFIX));
    if program.is_file() {
        Ok(program)
    } else {
        Err(format!("cargo has built no {}", program.display()).into())
    }
}
