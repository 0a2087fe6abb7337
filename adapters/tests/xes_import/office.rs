//! An installation for imports, whose log can be read back and whose disk can fail.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use futures::executor::block_on;
use kanzlei_adapters::xes::{Import, ImportError, Imported, Mapping};
use kanzlei_core::domain::event::Event;
use kanzlei_core::domain::{Edition, TypedEvent, publish_edition};
use kanzlei_core::engine::{Engine, Options, Ports};
use kanzlei_core::ports::{
    Access, AppendError, Appended, Clock, Durability, EventStore, KeyVault, Prepared, Purpose,
    Read, StoreError, TreeHead, Watermark,
};
use kanzlei_core::record::{Keyring, Page, Personal};
use kanzlei_core::{
    Actor, AuthorityId, CaseId, Code, CommandId, Disclosure, KeySlot, Labels, Position, Service,
    ServiceKey, Timestamp, Version,
};
use kanzlei_store::{MemoryEventStore, MemoryKeyVault, SystemClock, SystemEntropy};

/// An event of a log.
pub fn event(activity: &str, at: &str, more: &str) -> String {
    format!(
        "<event><string key='concept:name' value='{activity}'/>\
         <date key='time:timestamp' value='{at}'/>{more}</event>"
    )
}

/// A trace of a log, each event on a line.
pub fn trace(name: &str, events: &[String]) -> String {
    let events = events.join("\n");
    format!("<trace><string key='concept:name' value='{name}'/>\n{events}\n</trace>")
}

/// A log, each trace from a line.
pub fn log(name: &str, traces: &[String]) -> String {
    let traces = traces.join("\n");
    format!("<log><string key='concept:name' value='{name}'/>\n{traces}\n</log>\n")
}

/// A case as the log has it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Case {
    pub details: String,
    /// When, what, and what was said of it.
    pub history: Vec<(Timestamp, String, String)>,
    pub responsible: AuthorityId,
}

pub struct Office {
    pub engine: Engine,
    store: Arc<Frail>,
    vault: Arc<MemoryKeyVault>,
}

impl Office {
    pub fn new() -> Self {
        let store = Arc::new(Frail {
            log: MemoryEventStore::new(Arc::new(SystemClock)),
            left: AtomicUsize::new(usize::MAX),
            appends: AtomicUsize::new(0),
        });
        let vault = Arc::new(MemoryKeyVault::new(Arc::new(SystemEntropy)).unwrap());
        let office = Self::on(store, vault);
        let dogs = Service::builder("dog-registration", Labels::de("Hund anmelden"))
            .valid_from(2020, 1, 1)
            .authority(AuthorityId(1061))
            .phase("check", Labels::de("Prüfung"))
            .disclosure(Disclosure::narrow("KDSG"))
            .build()
            .unwrap();
        let operator = office.engine.act_as(Actor::installation());
        for command in publish_edition(&dogs) {
            block_on(operator.administer(command)).unwrap();
        }
        office.store.appends.store(0, Ordering::SeqCst);
        office
    }

    fn on(store: Arc<Frail>, vault: Arc<MemoryKeyVault>) -> Self {
        let ports = Ports {
            store: store.clone() as Arc<dyn EventStore>,
            vault: vault.clone() as Arc<dyn KeyVault>,
            clock: Arc::new(SystemClock) as Arc<dyn Clock>,
            entropy: Arc::new(SystemEntropy),
        };
        let engine = block_on(Engine::open(ports, Options::default())).unwrap();
        Self {
            engine,
            store,
            vault,
        }
    }

    /// The same installation after its process was killed and started again.
    pub fn restarted(self) -> Self {
        Self::on(self.store, self.vault)
    }

    /// Lets the disk fail after so many further appends.
    pub fn fail_after(&self, appends: usize) {
        self.store.left.store(appends, Ordering::SeqCst);
    }

    /// The appends so far.
    pub fn appends(&self) -> usize {
        self.store.appends.load(Ordering::SeqCst)
    }

    pub fn importer(&self) -> Import {
        Import::new(&self.engine, Mapping::default())
    }

    pub fn import(
        &self,
        name: &str,
        file: &(impl AsRef<[u8]> + ?Sized),
    ) -> Result<Imported, ImportError> {
        self.importer().run(name, || Ok(file.as_ref()), &mut |_| {})
    }

    pub fn editions(&self, service: &str) -> Vec<Edition> {
        let catalogue = self.engine.catalogue();
        catalogue.editions(ServiceKey::of(service)).to_vec()
    }

    fn pages(&self) -> Page {
        block_on(self.store.log.log(Position::START, usize::MAX)).unwrap()
    }

    /// The whole log as it stands in the store.
    pub fn bytes(&self) -> Vec<u8> {
        let page = self.pages();
        let records = page
            .commits()
            .map(|commit| commit.record.as_bytes().to_vec());
        records.collect::<Vec<_>>().concat()
    }

    /// How many commits there are of a service's cases.
    pub fn commits_of(&self, service: &Code) -> usize {
        let key = ServiceKey::of(service.as_str());
        let page = self.pages();
        let of_service = |service| service == key;
        page.commits()
            .filter(|commit| commit.record.parts().any(|part| of_service(part.service)))
            .count()
    }

    /// The cases of a service, in the order of their traces as far as one came after the other.
    pub fn cases(&self, service: &Code) -> Vec<Case> {
        let key = ServiceKey::of(service.as_str());
        let names = self.editions(service.as_str()).pop().unwrap();
        let names = &names.service.activities;
        let page = self.pages();
        let mut order = Vec::new();
        let mut cases: BTreeMap<CaseId, Case> = BTreeMap::new();
        let parts = page
            .commits()
            .flat_map(|commit| commit.record.parts().collect::<Vec<_>>());
        for part in parts.filter(|part| part.service == key) {
            let case = cases.entry(part.case).or_insert_with(|| {
                order.push(part.case);
                Case {
                    details: String::new(),
                    history: Vec::new(),
                    responsible: part.authority,
                }
            });
            for event in part.events() {
                match Event::decode(&event).unwrap().unwrap() {
                    Event::CaseTakenOver(taken) => case.details = self.open(&taken.details),
                    Event::ActivityRecorded(done) => case.history.push((
                        event.occurred,
                        names[usize::from(done.activity)].clone(),
                        self.open(&done.details),
                    )),
                    _ => {}
                }
            }
        }
        let take = |case| cases.remove(&case).unwrap();
        order.into_iter().map(take).collect()
    }

    pub fn sorted_cases(&self, service: &Code) -> Vec<Case> {
        let mut cases = self.cases(service);
        cases.sort();
        cases
    }

    /// Destroys the slots of all cases of a service.
    pub fn erase(&self, service: &Code) {
        let key = ServiceKey::of(service.as_str());
        let page = self.pages();
        let parts = page
            .commits()
            .flat_map(|commit| commit.record.parts().collect::<Vec<_>>());
        let of_service = parts.filter(|part| part.service == key);
        let slots: Vec<KeySlot> = of_service
            .flat_map(|part| part.values().map(|value| value.slot).collect::<Vec<_>>())
            .collect();
        block_on(self.vault.destroy(&slots)).unwrap();
    }

    fn open(&self, text: &Personal<String>) -> String {
        let why = Access {
            purpose: Purpose::Disclose,
            case: None,
        };
        let keys: Keyring = block_on(self.vault.fetch(&[text.slot()], why)).unwrap();
        text.open(&keys).unwrap()
    }
}

/// A store whose disk fails after some appends.
struct Frail {
    log: MemoryEventStore,
    left: AtomicUsize,
    appends: AtomicUsize,
}

#[async_trait]
impl EventStore for Frail {
    async fn append(&self, commit: &Prepared) -> Result<Appended, AppendError> {
        let spend = |left: usize| left.checked_sub(1);
        if self
            .left
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, spend)
            .is_err()
        {
            return Err(AppendError::Closed(
                "the disk failed, as a test wanted".into(),
            ));
        }
        self.appends.fetch_add(1, Ordering::SeqCst);
        self.log.append(commit).await
    }

    async fn answered(&self, command: CommandId) -> Result<Option<Appended>, StoreError> {
        self.log.answered(command).await
    }

    async fn case(
        &self,
        case: CaseId,
        after: Version,
        limit: usize,
        read: Read,
    ) -> Result<Page, StoreError> {
        self.log.case(case, after, limit, read).await
    }

    async fn log(&self, after: Position, limit: usize) -> Result<Page, StoreError> {
        self.log.log(after, limit).await
    }

    async fn at(&self, position: Position) -> Result<Option<Page>, StoreError> {
        self.log.at(position).await
    }

    fn durability(&self) -> Durability {
        self.log.durability()
    }

    fn watermark(&self) -> &Watermark {
        self.log.watermark()
    }

    fn tree(&self) -> Result<Option<TreeHead>, StoreError> {
        self.log.tree()
    }
}
