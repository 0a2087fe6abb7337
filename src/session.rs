//! What one actor does and reads.

use std::fmt;
use std::ops::Deref;
use std::pin::pin;

use futures::FutureExt;
use futures::future::{BoxFuture, Either, select};
use kanzlei_core::domain::Catalogue;
use kanzlei_core::engine::{EngineError, Order, Receipt};
use kanzlei_core::{Actor, CaseId, Code, Command, Form, ServiceKey, engine};
use kanzlei_projections::{
    Asked, CaseFilter, CaseSummary, InboxCounts, InboxFilter, InboxItem, Involvement, Overview,
    Paged, Paging, Process, Statistics, Trend, Workload, directory, overview, process, worklist,
};

use crate::{DraftId, DraftsError, Error, Kanzlei};

/// One actor's dealings with an installation: everything that the engine's
/// [session](engine::Session) does, and the lists that views answer. All of it is what the actor
/// may see, and at least as new as what the session has written.
pub struct Session {
    kanzlei: Kanzlei,
    engine: engine::Session,
    patience: Option<Patience>,
}

/// Begins to run when a session begins to wait, and then ends.
type Patience = Box<dyn Fn() -> BoxFuture<'static, ()> + Send + Sync>;

impl Session {
    pub(crate) fn new(kanzlei: Kanzlei, actor: Actor) -> Self {
        let engine = kanzlei.engine().act_as(actor);
        Self {
            kanzlei,
            engine,
            patience: None,
        }
    }

    /// The same, waiting for a view only as long as this takes, such as a sleep in the embedder's
    /// runtime: after it what asks a view answers [`Error::Behind`]. Otherwise it waits until the
    /// view has read what the session has seen, however long that is.
    #[must_use]
    pub fn with_patience<F>(mut self, patience: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.patience = Some(Box::new(move || patience().boxed()));
        self
    }

    /// The installation.
    pub const fn kanzlei(&self) -> &Kanzlei {
        &self.kanzlei
    }

    /// Hands in a draft: opens a case with this form, and discards the draft. Sent again it gets the
    /// same receipt, also where a crash came between the two; the draft itself need not be there
    /// any more.
    ///
    /// # Errors
    /// [`DraftsError::HandedIn`] if it was handed in with another form; else what
    /// [`submit`](engine::Session::submit) says.
    pub async fn submit_draft(
        &self,
        draft: DraftId,
        service: Code,
        form: Form,
    ) -> Result<Receipt, Error> {
        let drafts = self.kanzlei.drafts();
        let id = drafts.command_id(self.engine.actor(), draft).await?;
        let applicant = None;
        let command = Command::Submit {
            service,
            form,
            applicant,
        };
        match self.engine.send(Order::new(id, None, command)).await {
            Ok(receipt) => {
                // The case is in the log. A draft that stays behind is known for what it is, and
                // removed by the next sweep.
                let _ = drafts.discard(self.engine.actor(), draft).await;
                Ok(receipt)
            }
            Err(EngineError::Refused(refusal)) if refusal.code == "command-id-used" => {
                let case = drafts.handed_in(self.engine.actor(), draft).await?;
                Err(case.map_or_else(|| refusal.into(), |case| handed_in(case).into()))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// The cases in which the actor is a party.
    ///
    /// # Errors
    /// If the actor is no person, or the view doesn't go on.
    pub async fn my_cases(&self) -> Result<Vec<Involvement>, Error> {
        let catalogue = self.reached(directory::NAME).await?;
        Ok(self.ask(&catalogue).own_cases().await?)
    }

    /// The cases that the official's authority works on.
    ///
    /// # Errors
    /// If the actor is no official, the cursor is wrong, or the view doesn't go on.
    pub async fn cases(
        &self,
        filter: &CaseFilter,
        paging: &Paging,
    ) -> Result<Paged<CaseSummary>, Error> {
        let catalogue = self.reached(worklist::NAME).await?;
        Ok(self.ask(&catalogue).cases(filter, paging)?)
    }

    /// What the official's authority has to do.
    ///
    /// # Errors
    /// If the actor is no official, the cursor is wrong, or the view doesn't go on.
    pub async fn inbox(
        &self,
        filter: &InboxFilter,
        paging: &Paging,
    ) -> Result<Paged<InboxItem>, Error> {
        let catalogue = self.reached(worklist::NAME).await?;
        Ok(self.ask(&catalogue).inbox(filter, paging)?)
    }

    /// Figures: an overseer gets those of the services that they oversee, small ones left out,
    /// another official the exact ones of their authority.
    ///
    /// # Errors
    /// If the actor is no official, or the view doesn't go on.
    pub async fn overview(&self) -> Result<Overview, Error> {
        let catalogue = self.reached(overview::NAME).await?;
        Ok(self.ask(&catalogue).overview()?)
    }

    /// How many tasks the official's authority has: the numbers on the tabs of its inbox.
    ///
    /// # Errors
    /// If the actor is no official, or the view doesn't go on.
    pub async fn inbox_counts(&self, filter: &InboxFilter) -> Result<InboxCounts, Error> {
        let catalogue = self.reached(worklist::NAME).await?;
        Ok(self.ask(&catalogue).inbox_counts(filter)?)
    }

    /// Who does what at the official's authority.
    ///
    /// # Errors
    /// If the actor is no official, or the view doesn't go on.
    pub async fn workload(&self) -> Result<Workload, Error> {
        let catalogue = self.reached(worklist::NAME).await?;
        Ok(self.ask(&catalogue).workload()?)
    }

    /// Which ways the cases of a service take and how long each part lasts: for an overseer those
    /// of all authorities, rare ones left out; for another official those of their authority.
    ///
    /// # Errors
    /// If the actor is no official, or the view doesn't go on.
    pub async fn process(&self, service: ServiceKey) -> Result<Process, Error> {
        let catalogue = self.reached(process::NAME).await?;
        Ok(self.ask(&catalogue).process(service)?)
    }

    /// How many cases were opened and ended in each of the last months, of one service or of all:
    /// for whom as in [`process`](Self::process).
    ///
    /// # Errors
    /// If the actor is no official, or the view doesn't go on.
    pub async fn trend(&self, service: Option<ServiceKey>, months: usize) -> Result<Trend, Error> {
        let catalogue = self.reached(process::NAME).await?;
        Ok(self.ask(&catalogue).trend(service, months)?)
    }

    /// The exact figures of the official's own authority, service by service, and how many cases
    /// took fewer days than `within_days`.
    ///
    /// # Errors
    /// If the actor is no official, or the view doesn't go on.
    pub async fn statistics(&self, within_days: u32) -> Result<Statistics, Error> {
        let catalogue = self.reached(process::NAME).await?;
        Ok(self.ask(&catalogue).statistics(within_days)?)
    }

    /// The cases with this reference or id that the actor may know of as an official.
    ///
    /// # Errors
    /// If the view doesn't go on.
    pub async fn find(&self, text: &str) -> Result<Vec<CaseId>, Error> {
        let catalogue = self.reached(worklist::NAME).await?;
        Ok(self.ask(&catalogue).find(text)?)
    }

    /// Waits until a view has read what this session has written.
    async fn reached(&self, view: &str) -> Result<std::sync::Arc<Catalogue>, Error> {
        let queries = self.kanzlei.queries();
        let caught_up = queries.caught_up(view, self.engine.position());
        match &self.patience {
            None => caught_up.await?,
            Some(patience) => match select(pin!(caught_up), patience()).await {
                Either::Left((reached, _)) => reached?,
                Either::Right(_) => return Err(Error::Behind),
            },
        }
        Ok(self.kanzlei.catalogue())
    }

    fn ask<'a>(&'a self, catalogue: &'a Catalogue) -> Asked<'a> {
        let today = self.kanzlei.today();
        self.kanzlei
            .queries()
            .ask(self.engine.actor(), catalogue, today)
    }
}

fn handed_in(case: CaseId) -> DraftsError {
    let reference = case.reference();
    DraftsError::HandedIn { case, reference }
}

impl Deref for Session {
    type Target = engine::Session;

    fn deref(&self) -> &engine::Session {
        &self.engine
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.engine.fmt(f)
    }
}
