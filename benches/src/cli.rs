//! The program: what is run, and how it is shown.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use kanzlei_core::ports::EventStore;
use tokio::runtime::Runtime;

use crate::report::{self, Row};
use crate::works::material::Material;
use crate::works::{Bench, Size, append, read};
use crate::{Outcome, http, instructions, machine};

const HELP: &str = "\
Benches of Kanzlei's hot paths beside the same work on peers: ratios of medians of interleaved
repeats. Nothing else should run meanwhile.

Usage: cargo xtask bench [--quick] [--json]
       cargo xtask bench --http [--quick] [--json]
       cargo xtask bench --instructions [--json]

  --quick          Less of everything, in under a minute: shows that it works
  --json           Only the comparisons, as a list of
                   {work, ours, unit, peer, theirs, ratio, goal}
  --http           The engine over HTTP beside a handler that does nothing, and beside no HTTP;
                   the load comes from wrk
  --instructions   Instructions of decide, prepare, decode and fold, counted by valgrind";

/// Runs what the arguments say.
///
/// # Errors
/// If they say nothing known, or a bench fails.
pub fn run(arguments: &[String]) -> Outcome {
    if let [step, name, times] = arguments
        && step == instructions::STEP
    {
        return instructions::repeat(name, times.parse()?);
    }
    let mut options = Options::default();
    for argument in arguments {
        match argument.as_str() {
            "--quick" => options.quick = true,
            "--json" => options.json = true,
            "--http" => options.work = Work::Http,
            "--instructions" => options.work = Work::Instructions,
            "--help" | "-h" => {
                println!("{HELP}");
                return Ok(());
            }
            other => return Err(format!("{other} is not known\n\n{HELP}").into()),
        }
    }
    if options.work == Work::Instructions {
        return instructions::run(options.json);
    }
    ratios(options)
}

#[derive(Default, Clone, Copy)]
struct Options {
    quick: bool,
    json: bool,
    work: Work,
}

#[derive(Default, Clone, Copy, PartialEq)]
enum Work {
    #[default]
    Engine,
    Http,
    Instructions,
}

fn ratios(options: Options) -> Outcome {
    let place = place()?;
    std::fs::create_dir_all(&place)?;
    let directory = tempfile::tempdir_in(&place)?;
    let size = if options.quick {
        Size::quick()
    } else {
        Size::full()
    };
    let bench = Bench {
        directory: directory.path(),
        size,
    };
    if !options.json {
        println!("{}", machine::facts(directory.path())?);
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    if options.work == Work::Http {
        return over_http(options, directory.path(), &runtime);
    }
    let material = runtime.block_on(Material::made(&bench))?;
    let long_cases = material.long_cases.clone();
    let appended = runtime.block_on(append::run(&bench, material))?;
    let store: Arc<dyn EventStore> = appended.ours;
    let mut rows = appended.rows;
    rows.extend(read::replay(&bench, store.as_ref())?);
    rows.push(read::load(
        &bench,
        store.as_ref(),
        &appended.bare,
        &long_cases,
    )?);
    rows.push(read::rebuild(&bench, &store)?);
    show(options, &rows, &appended.latencies)
}

fn over_http(options: Options, folder: &Path, runtime: &Runtime) -> Outcome {
    let size = if options.quick {
        http::Size::quick()
    } else {
        http::Size::full()
    };
    let measured = http::run(folder, size, runtime)?;
    show(options, &measured.rows, &measured.latencies)
}

fn show(options: Options, rows: &[Row], latencies: &[String]) -> Outcome {
    if options.json {
        println!("{}", serde_json::to_string_pretty(rows)?);
        return Ok(());
    }
    println!("{}", report::table(rows));
    println!("How long a call took:");
    for line in latencies {
        println!("  {line}");
    }
    Ok(())
}

/// Beside the program, under `target`: a real disk, where a directory for temporary files may be
/// memory.
fn place() -> Outcome<PathBuf> {
    let program = std::env::current_exe()?;
    let folder = program.parent().map(Path::to_path_buf);
    Ok(folder
        .ok_or("the program stands nowhere")?
        .join("bench-stores"))
}
