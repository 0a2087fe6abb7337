//! The catalogue in memory, kept up with the administrative cases in the log.

use std::sync::{Arc, PoisonError, RwLock};

use futures::lock::Mutex as AsyncMutex;

use super::cases::read_all;
use super::execute::yield_now;
use super::{EngineError, Ports};
use crate::domain::event::{Event, TypedEvent};
use crate::domain::{
    Catalogue, Code, Stop, editions_case, participation_case, publish_genesis, register_case,
};
use crate::ids::{AuthorityId, CaseId, CommandId, LogId, Version};
use crate::ports::{AppendError, EventStore, Prepared, Read};
use crate::record::{
    Acting, Assurance, Channel, EventDraft, Hash, Head, Keyring, Page, PartDraft, Record,
};

/// What the installation knows, as far as this process has read it.
#[derive(Default)]
pub(super) struct Knowledge {
    catalogue: RwLock<Arc<Catalogue>>,
    reading: AsyncMutex<()>,
}

impl Knowledge {
    pub(super) fn now(&self) -> Arc<Catalogue> {
        let catalogue = self
            .catalogue
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&catalogue)
    }

    /// Reads on in all administrative cases. Says whether there was anything new.
    pub(super) async fn refresh_all(&self, store: &dyn EventStore) -> Result<bool, EngineError> {
        let mut news = self.refresh(store, &[CaseId::INSTALLATION]).await?;
        let catalogue = self.now();
        let mut cases = vec![register_case(), participation_case()];
        cases.extend(catalogue.services().map(|(_, name)| editions_case(name)));
        news |= self.refresh(store, &cases).await?;
        Ok(news)
    }

    /// Reads on in what concerns every service. Says whether there was anything new.
    pub(super) async fn refresh_common(&self, store: &dyn EventStore) -> Result<bool, EngineError> {
        let cases = [CaseId::INSTALLATION, register_case(), participation_case()];
        self.refresh(store, &cases).await
    }

    /// Reads on in the editions of one service. Says whether there was anything new.
    pub(super) async fn refresh_editions(
        &self,
        store: &dyn EventStore,
        service: &Code,
    ) -> Result<bool, EngineError> {
        self.refresh(store, &[editions_case(service)]).await
    }

    async fn refresh(&self, store: &dyn EventStore, cases: &[CaseId]) -> Result<bool, EngineError> {
        let _one_at_a_time = self.reading.lock().await;
        let mut catalogue = self.now();
        let mut news = false;
        for case in cases {
            let after = catalogue.version(*case);
            let (pages, _) = read_all(store, *case, after, Read::Fresh).await?;
            for page in pages {
                if !page.is_empty() {
                    take_in(Arc::make_mut(&mut catalogue), *case, &page)?;
                    news = true;
                }
            }
        }
        if news {
            let mut known = self
                .catalogue
                .write()
                .unwrap_or_else(PoisonError::into_inner);
            *known = catalogue;
        }
        Ok(news)
    }
}

fn take_in(catalogue: &mut Catalogue, case: CaseId, page: &Page) -> Result<(), EngineError> {
    for commit in page.commits() {
        for part in commit.record.parts().filter(|part| part.case == case) {
            for event in part.events() {
                catalogue.apply(case, &event)?;
            }
        }
    }
    Ok(())
}

/// How often the first commit is tried.
const FIRST_MAX: usize = 1_000;

/// The log's id: from its first commit, which is written if there is none.
pub(super) async fn genesis(ports: &Ports) -> Result<LogId, EngineError> {
    let mut fresh = [0; 32];
    ports.entropy.fill(&mut fresh)?;
    for _ in 0..FIRST_MAX {
        let store = ports.store.as_ref();
        let page = store
            .case(CaseId::INSTALLATION, Version::NONE, 1, Read::Fresh)
            .await?;
        if let Some(log) = first_log(&page)? {
            return Ok(log);
        }
        match store.append(&first_commit(ports, fresh)?).await {
            // Whoever was first, the log has begun: read it.
            Ok(_)
            | Err(
                AppendError::Conflict { .. }
                | AppendError::Duplicate(_)
                | AppendError::Unknown(_)
                | AppendError::Busy,
            ) => {}
            Err(AppendError::Closed(why)) => return Err(EngineError::Closed(why)),
            Err(AppendError::Damaged { case }) => return Err(EngineError::Damaged(case)),
            Err(AppendError::TooLarge { .. }) => return Err(EngineError::Busy),
        }
        yield_now().await;
    }
    Err(EngineError::Busy)
}

fn first_log(page: &Page) -> Result<Option<LogId>, EngineError> {
    for commit in page.commits() {
        for event in commit.record.parts().flat_map(|part| part.events()) {
            if let Some(Event::LogCreated(created)) = Event::decode(&event)? {
                return Ok(Some(created.log));
            }
        }
    }
    Ok(None)
}

fn first_commit(ports: &Ports, fresh: [u8; 32]) -> Result<Prepared, EngineError> {
    let now = ports.clock.now();
    let (mut log, mut random) = ([0; 16], [0; 10]);
    for (to, from) in log.iter_mut().chain(random.iter_mut()).zip(fresh) {
        *to = from;
    }
    let head = Head {
        command: CommandId::new(now, random),
        acting: Acting::Installation,
        assurance: Assurance::NONE,
        channel: Channel::SYSTEM,
        fingerprint: [0; 16],
        cause: None,
        acting_for: None,
        mandate: None,
    };
    let changes = publish_genesis(LogId::from_bytes(log)).map_err(|stop| match stop {
        Stop::Unwritable(error) => EngineError::Event(error),
        _ => EngineError::Busy,
    })?;
    let drafts = changes.into_cases().into_iter().map(|part| PartDraft {
        case: part.case,
        service: part.service,
        authority: AuthorityId::INSTALLATION,
        first: Version(1),
        previous: Hash::ZERO,
        events: part
            .events
            .into_iter()
            .map(|event| EventDraft {
                kind: event.kind,
                schema: event.schema,
                occurred: now,
                encoded: event.encoded,
            })
            .collect(),
    });
    let drafts: Vec<PartDraft> = drafts.collect();
    let record = Record::write(&head, &drafts, &Keyring::default(), &mut || [0; 16])?;
    let guards = [].into();
    Ok(Prepared { record, guards })
}
