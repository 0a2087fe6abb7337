//! A town hall for tests: an installation with the real register, five services, and people.

use std::sync::Arc;

use futures::executor::block_on;
use kanzlei_core::domain::{Answer, publish_edition, publish_register};
use kanzlei_core::engine::{Engine, EngineError, Options, Ports, Receipt, Session};
use kanzlei_core::ports::{Clock, EventStore, KeyVault};
use kanzlei_core::testing::ManualClock;
use kanzlei_core::{
    Actor, AuthorityId, CaseId, Code, Command, Form, OfficialId, PersonId, Timestamp,
};
use kanzlei_store::{MemoryEventStore, MemoryKeyVault, SystemEntropy};

pub const LUZERN: AuthorityId = AuthorityId(1061);
pub const KRIENS: AuthorityId = AuthorityId(1059);
pub const HORW: AuthorityId = AuthorityId(1058);

pub struct Hall {
    pub engine: Engine,
    pub store: Arc<dyn EventStore>,
    pub vault: Arc<MemoryKeyVault>,
    pub clock: Arc<ManualClock>,
}

pub fn monday() -> Timestamp {
    "2026-01-05T09:30:00Z".parse().unwrap()
}

impl Hall {
    pub fn new() -> Self {
        let clock = Arc::new(ManualClock::at(monday()));
        let store = Arc::new(MemoryEventStore::new(clock.clone() as Arc<dyn Clock>));
        Self::on(store, clock)
    }

    pub fn on(store: Arc<dyn EventStore>, clock: Arc<ManualClock>) -> Self {
        let vault = Arc::new(MemoryKeyVault::new(Arc::new(SystemEntropy)).unwrap());
        let engine = open(&store, &vault, &clock);
        let operator = engine.act_as(Actor::installation());
        let register = kanzlei_services::register::lucerne().unwrap();
        let services = [
            kanzlei_services::certificate_of_residence().unwrap(),
            kanzlei_services::move_of_residence().unwrap(),
            kanzlei_services::dog_registration().unwrap(),
        ];
        let commands = publish_register(&register).into_iter();
        for command in commands.chain(services.iter().flat_map(publish_edition)) {
            block_on(operator.administer(command)).unwrap();
        }
        Self {
            engine,
            store,
            vault,
            clock,
        }
    }

    /// Another process on the same log and vault.
    pub fn elsewhere(&self) -> Engine {
        open(&self.store, &self.vault, &self.clock)
    }

    /// Another process on another way to the same log.
    pub fn on_store(&self, store: &Arc<dyn EventStore>) -> Engine {
        open(store, &self.vault, &self.clock)
    }

    pub fn resident(&self, number: u8) -> Session {
        self.engine.act_as(resident(number))
    }

    pub fn clerk(&self, authority: AuthorityId, number: u8) -> Session {
        self.engine.act_as(clerk(authority, number))
    }
}

fn open(
    store: &Arc<dyn EventStore>,
    vault: &Arc<MemoryKeyVault>,
    clock: &Arc<ManualClock>,
) -> Engine {
    let ports = Ports {
        store: Arc::clone(store),
        vault: vault.clone() as Arc<dyn KeyVault>,
        clock: clock.clone() as Arc<dyn Clock>,
        entropy: Arc::new(SystemEntropy),
    };
    block_on(Engine::open(ports, Options::default())).unwrap()
}

pub fn resident(number: u8) -> Actor {
    Actor::resident(
        PersonId::from_bytes([number; 16]),
        format!("Resident {number}"),
    )
}

pub fn clerk(authority: AuthorityId, number: u8) -> Actor {
    Actor::official(
        OfficialId::from_bytes([number; 16]),
        authority,
        code("clerk"),
    )
}

pub fn code(text: &str) -> Code {
    Code::new(text).unwrap()
}

/// A request for a certificate of residence of Lucerne.
pub fn certificate() -> Form {
    Form::new()
        .with("municipality", LUZERN)
        .unwrap()
        .with("purpose", "to rent a dwelling on Pilatusstrasse")
        .unwrap()
        .with("copies", 2)
        .unwrap()
}

pub fn submit(session: &Session) -> Receipt {
    block_on(session.submit("certificate-of-residence", certificate())).unwrap()
}

pub fn act(session: &Session, case: CaseId, command: Command) -> Receipt {
    block_on(session.act(case, command)).unwrap()
}

/// The code of the refusal that a command gets.
pub fn refused(session: &Session, case: CaseId, command: Command) -> &'static str {
    match block_on(session.act(case, command)) {
        Err(EngineError::Refused(refusal)) => refusal.code,
        other => panic!("{other:?}"),
    }
}

pub fn see(session: &Session, case: CaseId) -> Answer {
    block_on(session.case(case)).unwrap().remove(0)
}
