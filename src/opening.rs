//! How an installation is opened: what it offers, and what it stands on.

use std::any::Any;
use std::path::PathBuf;
use std::sync::Arc;

use futures::executor::block_on;
use kanzlei_core::domain::{publish_edition, publish_register};
use kanzlei_core::engine::{Engine, EngineError, Options, Ports};
use kanzlei_core::ports::{Clock, Entropy, EventStore, KeyVault, ViewStore};
use kanzlei_core::record::Hash;
use kanzlei_core::{Actor, Command, Register, Service, ServiceKey};
use kanzlei_projections::Projection;
use kanzlei_store::{
    DiskFaults, DocumentsOptions, FileKeyVault, FjallEventStore, FjallViewStore, InstallationKey,
    Progress, SoundDisk, SyncPolicy, SystemClock, SystemEntropy, make_folder,
};

use crate::directory::Directory;
use crate::position::Places;
use crate::{Error, Kanzlei, Rules};

/// An installation about to be opened; begun by [`Kanzlei::open`].
#[must_use = "nothing is opened before `start`"]
pub struct Opening {
    directory: Directory,
    register: Option<Register>,
    services: Vec<Service>,
    engine: Options,
    key: Option<InstallationKey>,
    sync: SyncPolicy,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    store: Option<Arc<dyn EventStore>>,
    vault: Option<Arc<dyn KeyVault>>,
    views: Option<Arc<dyn ViewStore>>,
    projections: Vec<Arc<dyn Projection>>,
    documents: DocumentsOptions,
    faults: Arc<dyn DiskFaults>,
    progress: Option<Arc<dyn Progress>>,
}

impl Opening {
    pub(crate) fn at(directory: PathBuf) -> Self {
        Self {
            directory: Directory(directory),
            register: None,
            services: Vec::new(),
            engine: Options::default(),
            key: None,
            sync: SyncPolicy::EachGroup,
            clock: Arc::new(SystemClock),
            entropy: Arc::new(SystemEntropy),
            store: None,
            vault: None,
            views: None,
            projections: Vec::new(),
            documents: DocumentsOptions::default(),
            faults: Arc::new(SoundDisk),
            progress: None,
        }
    }

    /// The register of authorities. It is published if it isn't the one in force.
    pub fn register(mut self, register: Register) -> Self {
        self.register = Some(register);
        self
    }

    /// A service that is offered. It is published as a new edition if it isn't the newest one. Several editions of one
    /// service are given in their order, the newest last; those that stand at the end of what was published aren't
    /// published again.
    pub fn service(mut self, service: Service) -> Self {
        self.services.push(service);
        self
    }

    /// The rules of a service that has some of its own, by the service's name.
    pub fn rules(mut self, service: impl Into<String>, rules: impl Rules) -> Self {
        self.engine.rules.push((service.into(), Arc::new(rules)));
        self
    }

    /// A view of your own beside the standard ones.
    pub fn projection(mut self, projection: impl Projection + 'static) -> Self {
        self.projections.push(Arc::new(projection));
        self
    }

    /// What opens the vault; without it the file `installation.key`, made at the first opening. It opens the vault in the
    /// directory, and nothing if there is [another](Self::vault).
    pub fn key(mut self, key: InstallationKey) -> Self {
        self.key = Some(key);
        self
    }

    /// When commits are synced to the disk: each group of them before it is answered, unless this
    /// says otherwise. [Another event store](Self::store) has its own way.
    pub fn sync(mut self, sync: SyncPolicy) -> Self {
        self.sync = sync;
        self
    }

    /// Is told how far it is where opening takes long: when an older release's log is moved, or the
    /// log's index made anew. [Another event store](Self::store) tells it nothing.
    pub fn progress(mut self, progress: impl Progress + 'static) -> Self {
        self.progress = Some(Arc::new(progress));
        self
    }

    /// Another clock.
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Other random bytes.
    pub fn entropy(mut self, entropy: impl Entropy + 'static) -> Self {
        self.entropy = Arc::new(entropy);
        self
    }

    /// Another event store.
    pub fn store(mut self, store: impl EventStore + 'static) -> Self {
        self.store = Some(Arc::new(store));
        self
    }

    /// Another vault.
    pub fn vault(mut self, vault: impl KeyVault + 'static) -> Self {
        self.vault = Some(Arc::new(vault));
        self
    }

    /// Another view store.
    pub fn views(mut self, views: impl ViewStore + 'static) -> Self {
        self.views = Some(Arc::new(views));
        self
    }

    /// Which documents are taken, how large and how many; the usual ones unless this says
    /// otherwise.
    pub fn documents(mut self, options: DocumentsOptions) -> Self {
        self.documents = options;
        self
    }

    /// Lets the disk fail where drafts and documents are written, as a full one does: for tests of
    /// how a program takes it.
    pub fn disk_faults(mut self, faults: impl DiskFaults + 'static) -> Self {
        self.faults = Arc::new(faults);
        self
    }

    /// Opens the installation, publishes what is new, and starts the threads that keep the views.
    /// Blocks until that is done: inside an executor, where it may block. Stores and vaults of your own are polled on
    /// threads of this crate's, which belong to no runtime.
    ///
    /// # Errors
    /// If something is open elsewhere, damaged, of a newer release, or can't be reached; if the
    /// key is another's; or a refusal that says why something can't be published.
    pub fn start(mut self) -> Result<Kanzlei, Error> {
        let ground = self.lay()?;
        let (ports, options) = (ground.ports.clone(), self.engine);
        let (register, services) = (self.register, self.services);
        let begin = async move {
            let engine = Engine::open(ports, options).await?;
            publish(&engine, register.as_ref(), &services).await?;
            let places = Places::of(engine.log_id(), engine.ports().vault.as_ref()).await?;
            Ok::<_, EngineError>((engine, places))
        };
        // On a thread of its own: whoever calls this may be inside an executor already.
        let thread = std::thread::spawn(move || block_on(begin));
        let (engine, places) = thread
            .join()
            .map_err(|panic| Error::Panicked(said(&*panic)))??;
        Kanzlei::on(ground, engine, places, self.projections)
    }

    /// Opens what the installation stands on and nothing more: for whoever looks for damage.
    ///
    /// # Errors
    /// If something is open elsewhere, of a newer release, or can't be reached, or the key is
    /// another's. A damaged log opens, unless it is shorter than it was.
    pub fn ground(mut self) -> Result<Ground, Error> {
        self.lay()
    }

    fn lay(&mut self) -> Result<Ground, Error> {
        let path = self.directory.0.clone();
        make_folder(&path).map_err(|source| Error::Directory { path, source })?;
        let (mut embedded, mut own_vault, mut own_views) = (None, None, None);
        let entropy = Arc::clone(&self.entropy);
        let store = if let Some(store) = self.store.take() {
            store
        } else {
            let mut options = kanzlei_store::Options::new(self.sync, Arc::clone(&self.clock));
            if let Some(progress) = self.progress.take() {
                options.progress = progress;
            }
            let log = self.directory.log(options)?;
            Arc::clone(embedded.insert(log)) as Arc<dyn EventStore>
        };
        let vault = if let Some(vault) = self.vault.take() {
            vault
        } else {
            let key = self.key.take();
            let vault = self.directory.vault(key, store.as_ref(), entropy)?;
            Arc::clone(own_vault.insert(vault)) as Arc<dyn KeyVault>
        };
        let views = if let Some(views) = self.views.take() {
            views
        } else {
            let views = self.directory.views()?;
            Arc::clone(own_views.insert(views)) as Arc<dyn ViewStore>
        };
        let ports = Ports {
            store,
            vault,
            clock: Arc::clone(&self.clock),
            entropy: Arc::clone(&self.entropy),
        };
        Ok(Ground {
            ports,
            views,
            embedded,
            vault: own_vault,
            own_views,
            directory: self.directory.clone(),
            documents: self.documents.clone(),
            faults: Arc::clone(&self.faults),
        })
    }
}

/// What an installation stands on.
pub struct Ground {
    /// The engine's ports.
    pub ports: Ports,
    /// Where the views are kept.
    pub views: Arc<dyn ViewStore>,
    /// The embedded store, to be closed and asked whether that worked.
    pub(crate) embedded: Option<Arc<FjallEventStore>>,
    /// The vault in the directory, if it is the one that is used.
    pub(crate) vault: Option<Arc<FileKeyVault>>,
    /// The views in the directory, if they are those that are used.
    pub(crate) own_views: Option<Arc<FjallViewStore>>,
    /// Where everything else is kept.
    pub(crate) directory: Directory,
    /// Which documents are taken.
    pub(crate) documents: DocumentsOptions,
    /// How that disk fails, in tests.
    pub(crate) faults: Arc<dyn DiskFaults>,
}

impl std::fmt::Debug for Ground {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ground").finish_non_exhaustive()
    }
}

/// What a panic says.
fn said(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("it says nothing").to_owned()
}

/// Publishes what isn't published yet, so that the same opening adds nothing.
async fn publish(
    engine: &Engine,
    register: Option<&Register>,
    services: &[Service],
) -> Result<(), EngineError> {
    let catalogue = engine.catalogue();
    let mut commands: Vec<Command> = Vec::new();
    if let Some(register) = register.filter(|new| catalogue.register() != Some(new)) {
        commands.extend(publish_register(register));
    }
    for (key, editions) in by_key(services) {
        let there = catalogue.editions(key).iter();
        let there: Vec<Hash> = there.map(|edition| edition.definition).collect();
        let given: Vec<Hash> = editions.iter().map(|(hash, _)| *hash).collect();
        let agree = |count: &usize| there.ends_with(given.get(..*count).unwrap_or_default());
        let known = (1..=given.len()).rev().find(agree).unwrap_or(0);
        let new = editions.iter().skip(known);
        commands.extend(new.flat_map(|(_, service)| publish_edition(service)));
    }
    let operator = engine.act_as(Actor::installation());
    for command in commands {
        operator.administer(command).await?;
    }
    Ok(())
}

/// The editions of each service in the order in which they were given, each with the hash of its definition.
fn by_key(services: &[Service]) -> Vec<(ServiceKey, Vec<(Hash, &Service)>)> {
    let mut all: Vec<(ServiceKey, Vec<_>)> = Vec::new();
    for service in services {
        let (key, one) = (service.key(), (Hash::of(&[&service.definition()]), service));
        match all.iter_mut().find(|(other, _)| *other == key) {
            Some((_, editions)) if editions.last() == Some(&one) => {}
            Some((_, editions)) => editions.push(one),
            None => all.push((key, vec![one])),
        }
    }
    all
}

impl std::fmt::Debug for Opening {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Opening({})", self.directory.0.display())
    }
}
