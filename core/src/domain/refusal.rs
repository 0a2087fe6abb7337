//! Refusals: the domain says no, and says what is allowed instead.

use std::fmt;

use super::code::Code;
use super::form_check::FieldProblem;
use crate::record::Assurance;

const NOT_FOUND: &str = "case-not-found";
const ASSURANCE_TOO_LOW: &str = "assurance-too-low";

/// Why a command is refused. Nothing broke: the sentence is for a person, the code and the
/// arguments for a program and for translations. It names codes and numbers, and
/// never contains a value of a form or a text that somebody wrote.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refusal {
    /// What is wrong, as a code that never changes, such as `task-completed`.
    pub code: &'static str,
    /// What a translation of the sentence needs, by name.
    pub arguments: Vec<(&'static str, String)>,
    /// The field that is at fault, if it is one.
    pub field: Option<Code>,
    /// All that is wrong with a form.
    pub problems: Vec<FieldProblem>,
    /// The English sentence.
    pub message: String,
}

impl Refusal {
    /// A refusal with this code and sentence.
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            code,
            arguments: Vec::new(),
            field: None,
            problems: Vec::new(),
            message: message.into(),
        }
    }

    /// The same with an argument for translations.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl fmt::Display) -> Self {
        self.arguments.push((name, value.to_string()));
        self
    }

    /// The same, laid to a field.
    #[must_use]
    pub fn at(mut self, field: Code) -> Self {
        self.field = Some(field);
        self
    }

    /// A form with problems.
    pub fn form(problems: Vec<FieldProblem>) -> Self {
        let mut sentences: Vec<&str> = Vec::with_capacity(problems.len());
        sentences.extend(problems.iter().map(|problem| problem.message.as_str()));
        Self {
            code: "form-invalid",
            arguments: Vec::new(),
            field: problems.first().map(|problem| problem.field.clone()),
            message: format!("the form can't be taken: {}", sentences.join("; ")),
            problems,
        }
    }

    /// The answer for a case that doesn't exist and for one that is none of the actor's business:
    /// the same, so that nobody learns which it is.
    pub fn not_found() -> Self {
        let message = "there is no such case, or it is not one that you take part in";
        Self::new(NOT_FOUND, message)
    }

    /// Whether it leaves open if there is such a case.
    pub fn hides_case(&self) -> bool {
        self.code == NOT_FOUND
    }

    /// The answer to who isn't known surely enough.
    pub(super) fn assurance_too_low(needed: Assurance, given: Assurance) -> Self {
        let said = format!(
            "you have signed in with the assurance {given}, and {needed} is needed here; sign in \
             with a stronger means"
        );
        let refusal = Self::new(ASSURANCE_TOO_LOW, said);
        refusal.with("needed", needed).with("given", given)
    }

    /// Whether it leaves open how a case goes, its version too.
    pub fn hides_contents(&self) -> bool {
        self.hides_case() || self.code == ASSURANCE_TOO_LOW
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Refusal {}
