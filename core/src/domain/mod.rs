//! The domain: pure, and without a word about engine or ports.

mod code;
mod form;
mod form_check;
mod label;
mod register;
mod service;

pub use code::{Code, CodeError};
pub use form::{Form, Value};
pub use form_check::{FieldProblem, FieldRules, FormCheck};
pub use label::{Labels, Language};
pub use register::{
    Authority, Level, Register, RegisterError, RegisterFault, RegisterProblem, Succession,
};
pub use service::{
    Choice, Competence, DefinitionError, Disclosure, DocumentKind, Field, FieldKind, Fields, Grant,
    Opening, Outcome, Oversight, Phase, Privacy, Service, ServiceBuilder, ServiceFileError,
    ServiceFileErrors, ServiceProblem, ServiceProblems, TaskKind,
};
