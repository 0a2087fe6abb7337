//! How fast a log is imported into an embedded store, each group of commits synced, beside
//! quick-xml alone reading the same file twice.
//!
//!     cargo run --release -p kanzlei-adapters --example import_speed [FILE.xes | EVENTS]
//!
//! Without an argument it writes a log of 7,000 events to show that it works; what counts is measured
//! with half a million.
#![allow(clippy::unwrap_used, clippy::cast_precision_loss)]

use std::fs::{self, File};
use std::io::{BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::executor::block_on;
use kanzlei_adapters::xes::{Import, Mapping, Pass, Progress};
use kanzlei_core::engine::{Engine, Options, Ports};
use kanzlei_store::{
    FileKeyVault, FjallEventStore, InstallationKey, Options as StoreOptions, SyncPolicy,
    SystemClock, SystemEntropy,
};

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let wanted = std::env::args().nth(1).unwrap_or("7000".to_owned());
    let file = match wanted.parse() {
        Ok(events) => written(folder.path(), events),
        Err(_) => PathBuf::from(wanted),
    };
    let bytes = fs::metadata(&file).unwrap().len();
    println!("{} MB", bytes / 1_000_000);
    for _ in 0..3 {
        let alone = timed(|| (0..2).for_each(|_| quick_xml_alone(&file)));
        let store = tempfile::tempdir().unwrap();
        let engine = opened(store.path());
        let mut events = 0;
        let (start, mut checked) = (Instant::now(), Duration::ZERO);
        let ours = timed(|| {
            let import = Import::new(&engine, Mapping::default());
            let mut told = |progress: Progress| {
                if progress.pass == Pass::Check {
                    checked = start.elapsed();
                }
            };
            events = import.file(&file, &mut told).unwrap().new_events;
        });
        println!(
            "import {ours:.2?}, {checked:.2?} of it checking, {:.0} events/s; quick-xml twice {alone:.2?}; ratio {:.2}",
            events as f64 / ours.as_secs_f64(),
            alone.as_secs_f64() / ours.as_secs_f64(),
        );
    }
}

fn timed(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

/// Every event of the file, unpacked names and values included.
fn quick_xml_alone(file: &Path) {
    use quick_xml::events::Event;
    let mut reader = quick_xml::Reader::from_reader(BufReader::new(File::open(file).unwrap()));
    let mut buffer = Vec::new();
    loop {
        match reader.read_event_into(&mut buffer).unwrap() {
            Event::Eof => return,
            Event::Start(tag) | Event::Empty(tag) => {
                for attribute in tag.attributes() {
                    std::hint::black_box(attribute.unwrap().value);
                }
            }
            _ => {}
        }
        buffer.clear();
    }
}

/// Cases of seven events like those of a municipality's log.
fn written(folder: &Path, events: usize) -> PathBuf {
    let path = folder.join("log.xes");
    let mut to = BufWriter::new(File::create(&path).unwrap());
    writeln!(to, "<log><string key=\"concept:name\" value=\"speed\"/>").unwrap();
    for case in 0..events / 7 {
        writeln!(
            to,
            "<trace><string key=\"concept:name\" value=\"case-{case}\"/>"
        )
        .unwrap();
        writeln!(
            to,
            "<string key=\"responsible\" value=\"Resource{}\"/>",
            case % 50
        )
        .unwrap();
        for step in 0..7 {
            let (day, minute) = (1 + case % 20 + step, case % 60);
            writeln!(
                to,
                "<event>\n<string key=\"org:group\" value=\"Group {}\"/>\n\
                 <string key=\"concept:instance\" value=\"task-{}\"/>\n\
                 <string key=\"org:resource\" value=\"Resource{}\"/>\n\
                 <date key=\"time:timestamp\" value=\"2026-01-{day:02}T10:{minute:02}:00.000+01:00\"/>\n\
                 <string key=\"concept:name\" value=\"T{step:02} Check what was handed in\"/>\n\
                 <string key=\"lifecycle:transition\" value=\"complete\"/>\n</event>",
                step % 4,
                case * 7 + step,
                (case + step) % 50,
            )
            .unwrap();
        }
        writeln!(to, "</trace>").unwrap();
    }
    writeln!(to, "</log>").unwrap();
    to.flush().unwrap();
    path
}

fn opened(folder: &Path) -> Engine {
    let clock = Arc::new(SystemClock);
    let store = StoreOptions::new(SyncPolicy::EachGroup, clock.clone());
    let key = InstallationKey::create_file(folder.join("key"), &SystemEntropy).unwrap();
    let vault = FileKeyVault::create(folder.join("vault"), &key, Arc::new(SystemEntropy)).unwrap();
    let ports = Ports {
        store: Arc::new(FjallEventStore::open(folder.join("log"), store).unwrap()),
        vault: Arc::new(vault),
        clock,
        entropy: Arc::new(SystemEntropy),
    };
    block_on(Engine::open(ports, Options::default())).unwrap()
}
