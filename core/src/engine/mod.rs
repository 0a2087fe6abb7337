//! The engine ties the ports together: load, decide, prepare, append. It needs no runtime: its
//! futures run wherever they are polled.

mod admit;
mod append;
mod cases;
mod error;
mod execute;
mod fingerprint;
mod knowledge;
mod order;
mod prepare;
mod session;
mod slots;
mod vault;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::domain::{AnyRules, Catalogue, FieldRules, FormCheck};
use crate::ids::{CommandId, LogId, ServiceKey};
use crate::ports::{Clock, Entropy, EventStore, KeyVault};
use cases::Cases;
pub use error::EngineError;
use knowledge::Knowledge;
pub use order::Order;
pub use session::{Receipt, Session};
use slots::Slots;

/// The ports that an engine works on.
#[derive(Clone)]
pub struct Ports {
    /// Where commits are kept.
    pub store: Arc<dyn EventStore>,
    /// Where keys are kept.
    pub vault: Arc<dyn KeyVault>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Where random bytes come from.
    pub entropy: Arc<dyn Entropy>,
}

/// What an engine is told at its start.
#[derive(Clone)]
pub struct Options {
    /// The rules of services that have some of their own, by the service's name.
    pub rules: Vec<(String, Arc<dyn AnyRules>)>,
    /// How forms are checked.
    pub forms: Arc<dyn FormCheck>,
    /// How many folded cases are kept in memory.
    pub cached_cases_max: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            rules: Vec::new(),
            forms: Arc::new(FieldRules),
            cached_cases_max: 65_536,
        }
    }
}

/// Runs cases. Cheap to clone; all clones are one engine.
///
/// An accepted command is on the store when its future answers. **Dropping the future doesn't take
/// it back**: once it has been handed to the store, the commit goes on. Send the command again with
/// the same id to learn what became of it.
#[derive(Clone)]
pub struct Engine(Arc<Inner>);

struct Inner {
    ports: Ports,
    forms: Arc<dyn FormCheck>,
    rules: BTreeMap<ServiceKey, Arc<dyn AnyRules>>,
    cases: Cases,
    knowledge: Knowledge,
    slots: Slots,
    log: LogId,
}

impl Engine {
    /// Opens an engine on a log, which begins with this if it is empty.
    ///
    /// # Errors
    /// If store or vault don't answer, a definition in the log can't be read, or the vault has
    /// never minted a slot that the last commits name: then it is another log's, was cut off or put
    /// back from before, and would give away numbers a second time.
    pub async fn open(ports: Ports, options: Options) -> Result<Self, EngineError> {
        let log = knowledge::genesis(&ports).await?;
        let knowledge = Knowledge::default();
        knowledge.refresh_all(ports.store.as_ref()).await?;
        let key = |(name, rules): (String, _)| (ServiceKey::of(&name), rules);
        let engine = Self(Arc::new(Inner {
            cases: Cases::new(options.cached_cases_max),
            forms: options.forms,
            rules: options.rules.into_iter().map(key).collect(),
            slots: Slots::default(),
            ports,
            knowledge,
            log,
        }));
        engine.0.has_the_log_s_vault().await?;
        Ok(engine)
    }

    /// The log's id.
    pub fn log_id(&self) -> LogId {
        self.0.log
    }

    /// Services, register and participation as they are.
    pub fn catalogue(&self) -> Arc<Catalogue> {
        self.0.knowledge.now()
    }

    /// The ports.
    pub fn ports(&self) -> &Ports {
        &self.0.ports
    }

    /// A new command's id.
    ///
    /// # Errors
    /// If the system has no random bytes.
    pub fn command_id(&self) -> Result<CommandId, EngineError> {
        let mut random = [0; 10];
        self.0.ports.entropy.fill(&mut random)?;
        Ok(CommandId::new(self.0.ports.clock.now(), random))
    }
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Engine({})", self.0.log)
    }
}
