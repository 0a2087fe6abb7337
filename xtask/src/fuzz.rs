//! `cargo xtask fuzz`: each target for a short while, from its seeds and regressions.

use std::path::Path;

use crate::{Result, cargo, need};

pub const SECONDS_DEFAULT: u32 = 15;

pub fn run(seconds: u32) -> Result {
    let targets = targets(Path::new("fuzz/fuzz_targets"))?;
    need::ensure(&[need::CARGO_FUZZ])?;
    let limit = format!("-max_total_time={seconds}");
    for target in &targets {
        let folders = ["corpus", "seeds", "regressions"].map(|of| format!("fuzz/{of}/{target}"));
        for folder in &folders {
            std::fs::create_dir_all(folder)?;
        }
        // libFuzzer writes to the first folder only, so seeds and regressions stay as they are.
        let [corpus, seeds, regressions] = &folders;
        cargo::run(&[
            "fuzz",
            "run",
            "-s",
            "none",
            target,
            corpus,
            seeds,
            regressions,
            "--",
            &limit,
            "-max_len=65536",
            "-timeout=10",
            "-rss_limit_mb=2048",
            "-verbosity=0",
            "-print_final_stats=1",
        ])?;
    }
    println!("fuzz targets run: {}, {seconds} s each", targets.len());
    Ok(())
}

/// The names of the targets, one a file.
fn targets(folder: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "rs")
            && let Some(name) = path.file_stem()
        {
            names.push(name.to_string_lossy().into_owned());
        }
    }
    names.sort();
    Ok(names)
}
