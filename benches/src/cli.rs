//! The program: what is run, and how it is shown.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use kanzlei_core::ports::EventStore;
use tokio::runtime::Runtime;

use crate::report::{self, Row};
use crate::works::field::Field;
use crate::works::material::Material;
use crate::works::rivals::Rivals;
use crate::works::{Bench, Size, alone, append, compare, read};
use crate::{Outcome, http, instructions, machine};

const HELP: &str = "\
Benches of Kanzlei's hot paths beside the same work on peers: ratios of medians of interleaved
repeats. Nothing else should run meanwhile.

Usage: cargo xtask bench [--quick | --large] [--rivals] [--json]
       cargo xtask bench --http [--quick] [--json]
       cargo xtask bench --instructions [--json]

  --quick          Less of everything, 200,000 events there before: shows that it works
  --large          Ten million events there before, instead of one, and as a row of its own what
                   that costs; takes memory for a million and some 15 GB of disk
  --rivals         Event stores from the package registry too, as they are released, each a
                   program of its own that is built first; benches/rivals/README.md says which
  --json           Only the comparisons, as a list of
                   {work, ours, unit, peer, theirs, ratio, goal, at_most}
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
    if let [alone, work @ ..] = arguments
        && alone == alone::ALONE
    {
        return alone::run(work);
    }
    let mut options = Options::default();
    for argument in arguments {
        match argument.as_str() {
            "--quick" => options.scale = Scale::Quick,
            "--large" => options.scale = Scale::Large,
            "--rivals" => options.rivals = true,
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
    scale: Scale,
    rivals: bool,
    json: bool,
    work: Work,
}

#[derive(Default, Clone, Copy, PartialEq)]
enum Scale {
    Quick,
    #[default]
    Full,
    Large,
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
    let bench = Bench {
        directory: directory.path(),
        size: match options.scale {
            Scale::Quick => Size::quick(),
            Scale::Full => Size::full(),
            Scale::Large => Size::large(),
        },
    };
    let rivals = if options.rivals {
        Rivals::started(directory.path())?
    } else {
        Rivals::default()
    };
    let (rows, latencies) = measured(&bench, rivals, &runtime)?;
    show(options, &rows, &latencies)
}

/// All rows, and how long calls took.
fn measured(
    bench: &Bench<'_>,
    rivals: Rivals,
    runtime: &Runtime,
) -> Outcome<(Vec<Row>, Vec<String>)> {
    let mut field = Field::made(bench, rivals.any())?;
    let mut material = runtime.block_on(Material::made(bench, &mut field))?;
    let ready = runtime.block_on(field.ready(bench, rivals))?;
    let mut contenders = ready.contenders();
    let laps = runtime.block_on(append::run(bench, &mut contenders, &mut material))?;
    drop(contenders);
    let (mut rows, mut latencies) = (Vec::new(), Vec::new());
    for callers in bench.size.shifts.iter().map(|shift| shift.callers) {
        rows.extend(compare::appended(&laps, callers));
        rows.extend(ready.rivals.appended(&laps, callers));
        latencies.extend(laps.latencies(callers));
    }
    rows.extend(compare::waited(&laps, &ready));
    let taken = compare::taken(&ready);
    let store: Arc<dyn EventStore> = Arc::clone(&ready.ours) as Arc<dyn EventStore>;
    let ours = ready.folder().join("ours");
    let peers = ready.peers()?;
    rows.extend(read::replay(bench, store.as_ref(), &peers)?);
    rows.extend(read::load(bench, store.as_ref(), &peers, &material.ended)?);
    rows.extend(read::cold(&ours, store.as_ref(), &material.ended)?);
    rows.push(read::rebuild(bench, &store)?);
    rows.push(read::shared(bench, &store)?);
    rows.extend(taken);
    Ok((rows, latencies))
}

fn over_http(options: Options, folder: &Path, runtime: &Runtime) -> Outcome {
    let size = if options.scale == Scale::Quick {
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
