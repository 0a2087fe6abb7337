//! The domain: pure, and without a word about engine or ports.

mod actor;
mod case;
mod catalogue;
mod code;
mod command;
mod context;
mod decide;
mod disclosure;
pub mod event;
mod evolve;
mod form;
mod form_check;
mod label;
mod named;
mod number;
mod own_state;
mod publication;
mod refusal;
mod register;
mod rules;
mod search;
mod service;
mod spelling;
mod standing;
mod stop;

pub use actor::{Actor, Who};
pub use case::{Case, Party, Request, Status, Task, TaskState, Unreadable};
pub use catalogue::{
    Catalogue, CatalogueError, EDITIONS, Edition, INSTALLATION, PARTICIPATION, REGISTER,
    editions_case, is_administrative, participation_case, register_case,
};
pub use code::{Code, CodeError};
pub use command::{Command, Piece, Recorded};
pub use context::{CaseChanges, Changes, Context, Supplies};
pub use decide::{Offers, TEXT_MAX, decide, publish_genesis};
pub use disclosure::{
    Answer, By, CaseFile, CaseOutline, Contents, Disclosed, DocumentShown, Entry, FieldShown,
    Outline, OutlineStep, OwnCase, PartyShown, PublicCase, SharedCase, TaskShown, Title,
    WithheldCase, disclose,
};
pub use event::TypedEvent;
pub use evolve::FoldError;
pub use form::{Form, Value};
pub use form_check::{FieldProblem, FieldRules, FormCheck};
pub use label::{Labels, Language};
pub use named::named_slots;
pub use number::{DocumentId, PartyId, RequestId, TaskId};
pub use own_state::OwnState;
pub use publication::{DEFINITION_MAX, publish_edition, publish_register};
pub use refusal::Refusal;
pub use register::{
    Authority, Level, Register, RegisterError, RegisterFault, RegisterProblem, Succession,
};
pub use rules::{AnyRules, Rules};
pub use search::Found;
pub use service::{
    About, Category, Change, ChangeKind, Choice, Competence, DefinitionError, Difference,
    Disclosure, DocumentKind, Field, FieldKind, Fields, Grant, NeededAssurance, Opening, Outcome,
    Oversight, Phase, Privacy, Service, ServiceBuilder, ServiceFileError, ServiceFileErrors,
    ServiceProblem, ServiceProblems, TaskKind,
};
pub use standing::{
    Standing, answers_for, not_there, of_official, oversees, parties_of, party_slots, standings,
};
pub use stop::{Need, Stop};
