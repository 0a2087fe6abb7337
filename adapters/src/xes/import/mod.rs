//! From a log's traces to cases of the engine.

mod check;
mod commits;
mod details;
mod error;
mod send;
mod service;

use std::cell::Cell;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use kanzlei_core::engine::Engine;
use kanzlei_core::{AuthorityId, Code};

use super::{Mapping, XesReader};
use check::Checked;
pub use error::ImportError;

/// Imports a log as cases of a service: a case a trace.
///
/// The file is read twice. First it is checked whole, so that a file with any mistake adds nothing.
/// Then the service's edition is published, with the log's activities as codes, and each trace
/// becomes a case that is taken over, its events in the order of their time; events of the same
/// time keep the order of the file. Everything but activity and time is sealed under the case's
/// slot, one value an event.
///
/// The commands' ids are derived from the unpacked bytes. So an import that was killed is completed
/// by running it again, and the same content adds nothing a second time, packed or not, under any
/// name and as any service. Another log can be imported as the same service: its activities are
/// added in a new edition.
///
/// It is held in memory only what is under way, and a trace whose events don't stand in the order
/// of their time, or that has attributes after its events: some 100 bytes an event and its JSON.
///
/// ```
/// # use std::sync::Arc;
/// # use futures::executor::block_on;
/// # use kanzlei_core::engine::{Engine, Options, Ports};
/// # use kanzlei_store::{MemoryEventStore, MemoryKeyVault, SystemClock, SystemEntropy};
/// use kanzlei_adapters::xes::{Import, Mapping};
///
/// # let ports = Ports {
/// #     store: Arc::new(MemoryEventStore::new(Arc::new(SystemClock))),
/// #     vault: Arc::new(MemoryKeyVault::new(Arc::new(SystemEntropy))?),
/// #     clock: Arc::new(SystemClock),
/// #     entropy: Arc::new(SystemEntropy),
/// # };
/// # let engine = block_on(Engine::open(ports, Options::default()))?;
/// let file = br#"<log><trace><event>
///     <string key="concept:name" value="register request"/>
///     <date key="time:timestamp" value="2026-01-05T10:30:00+01:00"/>
/// </event></trace></log>"#;
/// let import = Import::new(&engine, Mapping::default());
/// let imported = import.run("permits.xes", || Ok(&file[..]), &mut |_| {})?;
/// assert_eq!(imported.service.as_str(), "permits");
/// assert_eq!((imported.cases, imported.new_events), (1, 1));
///
/// let again = import.run("copy.xes", || Ok(&file[..]), &mut |_| {})?;
/// assert_eq!((again.service, again.new_events), (imported.service, 0));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Import {
    engine: Engine,
    mapping: Mapping,
    service: Option<Code>,
    authority: Option<AuthorityId>,
}

/// What was imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// The service as whose cases.
    pub service: Code,
    /// The log's traces.
    pub cases: u64,
    /// The log's events.
    pub events: u64,
    /// The log's different activities.
    pub activities: usize,
    /// Cases that weren't there before: fewer after an import that was killed, none after one that
    /// wasn't.
    pub new_cases: u64,
    /// Events that weren't there before.
    pub new_events: u64,
}

/// How far an import is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Which of the two times the file is being read.
    pub pass: Pass,
    /// Bytes read of the file as it is, in this pass.
    pub bytes: u64,
    /// Events read in this pass.
    pub events: u64,
}

/// Which of the two times the file is being read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pass {
    /// It is checked, and nothing is written.
    Check,
    /// It is imported.
    Import,
}

impl Import {
    /// Imports into this engine what this mapping says. Nothing happens yet.
    pub fn new(engine: &Engine, mapping: Mapping) -> Self {
        Self {
            engine: engine.clone(),
            mapping,
            service: None,
            authority: None,
        }
    }

    /// As this service, whatever mapping, log and file are called.
    #[must_use]
    pub fn service(mut self, service: Code) -> Self {
        self.service = Some(service);
        self
    }

    /// With this authority responsible. Without it that of the service's edition in force is, and
    /// of a new service the installation.
    #[must_use]
    pub fn authority(mut self, authority: AuthorityId) -> Self {
        self.authority = Some(authority);
        self
    }

    /// Imports a file, plain or packed with gzip.
    ///
    /// # Errors
    /// As [`run`](Import::run).
    pub fn file(
        &self,
        path: &Path,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Imported, ImportError> {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        self.run(&name, || File::open(path), progress)
    }

    /// Imports what `open` gives, which must be the same both times. `name` is the file's: the
    /// service is called after it if nothing else names one.
    ///
    /// It blocks, and starts threads while it runs: call it on a thread of its own, never inside a
    /// future.
    ///
    /// # Errors
    /// Before anything is written if the file has a mistake or doesn't go with the installation;
    /// later only what doesn't work. Then run it again: it goes on where it stopped.
    pub fn run<R: Read>(
        &self,
        name: &str,
        open: impl Fn() -> io::Result<R>,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Imported, ImportError> {
        let open = || open().map_err(ImportError::Open);
        let checked = self.check(open()?, progress)?;
        let mut imported = Imported {
            service: self.service_of(&checked, name)?,
            cases: checked.cases,
            events: checked.events,
            activities: checked.activities.len(),
            new_cases: 0,
            new_events: 0,
        };
        if checked.cases == 0 {
            return Ok(imported);
        }
        let target = self.target(&checked, imported.service)?;
        let sent = self.send_all(open()?, &checked, &target, progress)?;
        imported.new_cases = sent.cases;
        imported.new_events = sent.events;
        imported.service = target.service;
        Ok(imported)
    }

    fn service_of(&self, checked: &Checked, file_name: &str) -> Result<Code, ImportError> {
        if let Some(service) = &self.service {
            return Ok(service.clone());
        }
        let name = self
            .mapping
            .service_name(checked.log_name.as_deref(), file_name);
        Ok(Code::new(&name)?)
    }
}

/// A file that says how far it was read.
struct Counted<'a, R> {
    file: R,
    bytes: &'a Cell<u64>,
}

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(to)?;
        self.bytes.set(self.bytes.get() + count as u64);
        Ok(count)
    }
}

/// Tells how far a pass is, whenever more was read of the file.
struct Teller<'a> {
    pass: Pass,
    bytes: &'a Cell<u64>,
    told: u64,
    to: &'a mut dyn FnMut(Progress),
}

impl Teller<'_> {
    fn tell(&mut self, events: u64) {
        let (pass, bytes) = (self.pass, self.bytes.get());
        if bytes != self.told {
            self.told = bytes;
            (self.to)(Progress {
                pass,
                bytes,
                events,
            });
        }
    }
}

fn read<R: Read>(file: R, bytes: &Cell<u64>) -> Result<XesReader<Counted<'_, R>>, ImportError> {
    Ok(XesReader::new(Counted { file, bytes })?)
}
