//! A service as a value: what an authority offers, written down so that the kernel can run it.

use serde::{Deserialize, Serialize};

use super::code::Code;
use super::label::Labels;
use crate::ids::{AuthorityId, ServiceKey};
use crate::time::Date;

mod about;
mod assurance;
mod build;
mod check;
mod definition;
mod difference;
mod disclosure;
mod file;

pub use about::{About, Category};
pub use assurance::NeededAssurance;
pub(super) use assurance::known_surely;
pub use build::ServiceBuilder;
pub use check::{ServiceProblem, ServiceProblems};
pub use definition::DefinitionError;
pub use difference::{Change, ChangeKind, Difference};
pub use disclosure::{Disclosure, Fields, Grant, Opening, Oversight};
pub use file::{ServiceFileError, ServiceFileErrors};

/// One edition of a service. Write it with [`Service::builder`] or load it from a file; a value
/// made otherwise is worth as much as [`Service::check`] says.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Service {
    /// Its name, the same in every edition.
    pub name: Code,
    /// Its name for people.
    pub labels: Labels,
    /// What people want to know before they begin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<About>,
    /// The first day on which a case can be opened under this edition.
    pub valid_from: Date,
    /// The last such day, if there is one.
    #[serde(default)]
    pub valid_until: Option<Date>,
    /// Who is responsible for a case.
    pub competence: Competence,
    /// Who else is involved from the submission on. A field that names nobody involves nobody.
    #[serde(default)]
    pub involved: Vec<Competence>,
    /// The phases in their order; the first is entered at submission.
    pub phases: Vec<Phase>,
    /// The kinds of task.
    #[serde(default)]
    pub tasks: Vec<TaskKind>,
    /// The kinds of document.
    #[serde(default)]
    pub documents: Vec<DocumentKind>,
    /// The form.
    #[serde(default)]
    pub fields: Vec<Field>,
    /// How a decision can come out; none if the service has no decision.
    #[serde(default)]
    pub outcomes: Vec<Outcome>,
    /// What each standing may see.
    pub disclosure: Disclosure,
    /// How surely it must be known who signed in.
    #[serde(default, skip_serializing_if = "NeededAssurance::is_nothing")]
    pub assurance: NeededAssurance,
    /// Who has the standing of oversight.
    #[serde(default)]
    pub oversight: Vec<Oversight>,
    /// What another system calls what it recorded, for cases that are taken over from it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub activities: Vec<String>,
}

/// Which authority is responsible.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Competence {
    /// Always this one.
    #[serde(rename = "authority")]
    Fixed(AuthorityId),
    /// The municipality that this field of the form names.
    MunicipalityOf(Code),
}

/// A step in a service's order.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Phase {
    /// Its code in events.
    pub code: Code,
    /// Its name for people.
    pub labels: Labels,
}

/// A kind of human work.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TaskKind {
    /// Its code in events.
    pub code: Code,
    /// Its name for people.
    pub labels: Labels,
    /// The phase at whose beginning such a task is added by itself; none if it is only added by
    /// hand.
    #[serde(default)]
    pub phase: Option<Code>,
}

/// A kind of document.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DocumentKind {
    /// Its code in events.
    pub code: Code,
    /// Its name for people.
    pub labels: Labels,
    /// Whether a request isn't complete without it.
    pub required: bool,
}

/// How a decision can come out.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Outcome {
    /// Its code in events.
    pub code: Code,
    /// Its name for people.
    pub labels: Labels,
}

/// A field of the form.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Field {
    /// Its code in forms.
    pub code: Code,
    /// Its name for people.
    pub labels: Labels,
    /// What it holds.
    pub kind: FieldKind,
    /// Whether it must be filled in.
    pub required: bool,
    /// Whether its values are about a person.
    pub privacy: Privacy,
}

/// What a field holds.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", rename_all_fields = "kebab-case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum FieldKind {
    /// Text that somebody types.
    #[cfg_attr(feature = "openapi", schema(rename_all = "kebab-case"))]
    Text {
        /// The longest text, in characters.
        max_length: u32,
    },
    /// A whole number.
    Integer {
        /// The smallest.
        min: i64,
        /// The largest.
        max: i64,
    },
    /// A day.
    Date,
    /// Yes or no.
    Boolean,
    /// One of a list.
    Choice {
        /// The list, in the order in which it is shown.
        choices: Vec<Choice>,
    },
    /// A municipality, by its BFS number.
    Municipality,
}

/// What can be chosen in a field.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Choice {
    /// Its code in forms.
    pub code: Code,
    /// Its name for people.
    pub labels: Labels,
}

/// Whether a field's values are about a person. Personal values are sealed and can be erased;
/// plain ones stay readable in the log for ever.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Privacy {
    /// About a person, as everything is unless somebody says why not.
    Personal,
    /// About nobody; never a text, number or date that somebody typed.
    Plain {
        /// Why.
        reason: String,
    },
}

impl Service {
    /// The service in the bytes.
    pub fn key(&self) -> ServiceKey {
        ServiceKey::of(self.name.as_str())
    }

    /// Whether a case can be opened under this edition on that day.
    pub fn is_valid_on(&self, day: Date) -> bool {
        self.valid_from <= day && self.valid_until.is_none_or(|last| day <= last)
    }

    /// The phase with this code.
    pub fn phase(&self, code: &str) -> Option<&Phase> {
        self.phases.iter().find(|phase| phase.code == code)
    }

    /// The kind of task with this code.
    pub fn task(&self, code: &str) -> Option<&TaskKind> {
        self.tasks.iter().find(|task| task.code == code)
    }

    /// The kinds of task that are added by themselves when this phase is entered.
    pub fn tasks_of_phase<'a>(&'a self, code: &'a str) -> impl Iterator<Item = &'a TaskKind> {
        self.tasks
            .iter()
            .filter(move |task| task.phase.as_ref().is_some_and(|phase| *phase == code))
    }

    /// The kind of document with this code.
    pub fn document(&self, code: &str) -> Option<&DocumentKind> {
        self.documents.iter().find(|kind| kind.code == code)
    }

    /// The field with this code.
    pub fn field(&self, code: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.code == code)
    }

    /// The outcome with this code.
    pub fn outcome(&self, code: &str) -> Option<&Outcome> {
        self.outcomes.iter().find(|outcome| outcome.code == code)
    }
}

impl Field {
    /// Whether its values must be sealed.
    pub fn is_personal(&self) -> bool {
        self.privacy == Privacy::Personal
    }
}
