//! The domain, the record codec, the ports and the engine of Kanzlei.
//!
//! Ground floor: no I/O, no clock, no randomness, no runtime. Whatever comes from outside comes in
//! through a port.
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing
    )
)]

pub mod domain;
pub mod engine;
mod ids;
#[cfg(feature = "openapi")]
mod openapi;
pub mod ports;
pub mod record;
#[cfg(feature = "testing")]
pub mod testing;
mod time;

pub use domain::{
    Actor, Authority, Choice, Code, CodeError, Command, Competence, DefinitionError, Disclosure,
    DocumentKind, Field, FieldKind, FieldProblem, FieldRules, Fields, Form, FormCheck, Grant,
    Labels, Language, Level, Opening, Outcome, Oversight, Phase, Privacy, Refusal, Register,
    RegisterError, RegisterFault, RegisterProblem, Service, ServiceBuilder, ServiceFileError,
    ServiceFileErrors, ServiceProblem, ServiceProblems, Succession, TaskKind, Value,
};
pub use ids::{
    AuthorityId, CaseId, CommandId, IdError, KeySlot, LogId, OfficialId, PersonId, Position,
    Reference, ServiceKey, Version,
};
pub use time::{Date, TimeError, Timestamp};
