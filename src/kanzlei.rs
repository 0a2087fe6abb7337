//! An open installation.

use std::path::Path;
use std::sync::Arc;

use kanzlei_core::domain::Catalogue;
use kanzlei_core::engine::Engine;
use kanzlei_core::{Actor, AuthorityId, Date, Position, Refusal};
use kanzlei_projections::{Directory, Projection, Queries, Runner, RunnerBuilder};
use kanzlei_store::AppendFigures;

use crate::directory;
use crate::keeping::Keeping;
use crate::position::Places;
use crate::{Drafts, Error, Ground, Opening, Session};

/// An open installation: services, authorities, cases. Cheap to clone; all clones are one.
#[derive(Clone)]
pub struct Kanzlei(Arc<Inner>);

struct Inner {
    engine: Engine,
    queries: Queries,
    runner: Runner,
    ground: Ground,
    keeping: Keeping,
}

impl Kanzlei {
    /// Opens the installation in this directory, which is made if there is none. Say what it
    /// offers, and [`start`](Opening::start).
    pub fn open(directory: impl AsRef<Path>) -> Opening {
        Opening::at(directory.as_ref().to_owned())
    }

    pub(crate) fn on(
        ground: Ground,
        engine: Engine,
        places: Places,
        projections: Vec<Arc<dyn Projection>>,
    ) -> Result<Self, Error> {
        let (vault, entropy) = (ground.ports.vault.clone(), ground.ports.entropy.clone());
        let runner = Runner::builder(ground.ports.store.clone(), ground.views.clone())
            .standard()
            .directory(Directory::new(vault, entropy));
        let runner = projections.into_iter().fold(runner, RunnerBuilder::project);
        let keeping = Keeping::open(&ground, places)?;
        let runner = runner.start()?;
        Ok(Self(Arc::new(Inner {
            engine,
            queries: Queries::new(runner.reader()),
            runner,
            ground,
            keeping,
        })))
    }

    /// A session of this actor: what they do is authorised, what they read is disclosed
    /// accordingly, and they read their own writes.
    pub fn act_as(&self, actor: Actor) -> Session {
        Session::new(self.clone(), actor)
    }

    /// The engine below.
    pub fn engine(&self) -> &Engine {
        &self.0.engine
    }

    /// Services, register and participation as they are.
    pub fn catalogue(&self) -> Arc<Catalogue> {
        self.engine().catalogue()
    }

    /// Today, as the installation's clock has it.
    pub fn today(&self) -> Date {
        self.engine().ports().clock.now().date_utc()
    }

    /// Questions to the views: those of an actor are better asked in a [`Session`], which waits for
    /// what it has written.
    pub fn queries(&self) -> &Queries {
        &self.0.queries
    }

    /// Keeps the views, and rebuilds them.
    pub fn runner(&self) -> &Runner {
        &self.0.runner
    }

    /// Forms in the making, which aren't in the log.
    pub fn drafts(&self) -> &Drafts {
        &self.0.keeping.drafts
    }

    /// What is kept beside log and views.
    pub(crate) fn keeping(&self) -> &Keeping {
        &self.0.keeping
    }

    /// What it stands on.
    pub(crate) fn ground(&self) -> &Ground {
        &self.0.ground
    }

    /// Where it lies.
    pub(crate) fn directory(&self) -> &directory::Directory {
        &self.0.ground.directory
    }

    /// What the embedded store has written since it was opened, and how long that took; `None` on
    /// another store.
    pub fn append_figures(&self) -> Option<AppendFigures> {
        let embedded = self.0.ground.embedded.as_ref();
        embedded.map(|store| store.figures())
    }

    /// Waits until all views have read what is in the log now.
    ///
    /// # Errors
    /// If one of them doesn't go on.
    pub async fn up_to_date(&self) -> Result<Position, Error> {
        let end = self.engine().ports().store.watermark().now();
        for view in self.runner().status() {
            self.queries().caught_up(view.name, end).await?;
        }
        Ok(end)
    }

    /// The authority that has this name or number today.
    ///
    /// # Errors
    /// A refusal if there is none, or several have it.
    pub fn authority(&self, name_or_number: &str) -> Result<AuthorityId, Error> {
        let today = self.today();
        let catalogue = self.catalogue();
        let register = catalogue.register();
        let found = register.map_or_else(Vec::new, |known| known.find(name_or_number, today));
        match found.as_slice() {
            [only] => Ok(only.id),
            [] => {
                let said = format!("the register has no authority “{name_or_number}” on {today}");
                Err(Refusal::new("authority-unknown", said).into())
            }
            several => {
                let list = several.iter().map(|one| format!("{} {}", one.id, one.name));
                let list: Vec<String> = list.collect();
                let said = format!(
                    "several authorities have the name “{name_or_number}”; give one of the \
                     numbers: {}",
                    list.join(", ")
                );
                Err(Refusal::new("authority-ambiguous", said).into())
            }
        }
    }

    /// Ends the threads and closes the store. Drop sessions and clones before: where one is still alive this does
    /// nothing, and the store closes with the last of them, which can't say whether it worked.
    ///
    /// # Errors
    /// If the disk failed, now or before.
    pub fn close(self) -> Result<(), Error> {
        let Some(inner) = Arc::into_inner(self.0) else {
            return Ok(());
        };
        let embedded = inner.ground.embedded;
        drop((
            inner.engine,
            inner.queries,
            inner.runner,
            inner.ground.ports,
            inner.keeping,
        ));
        match embedded.and_then(Arc::into_inner) {
            Some(store) => Ok(store.close()?),
            None => Ok(()),
        }
    }
}

impl std::fmt::Debug for Kanzlei {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Kanzlei({:?})", self.0.engine)
    }
}
