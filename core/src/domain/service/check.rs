//! Whether a service makes sense: everything that is wrong with it, at once.

use std::collections::BTreeSet;
use std::fmt;

use super::{About, Competence, Field, FieldKind, Fields, Grant, Opening, Privacy, Service};
use crate::domain::code::Code;
use crate::domain::label::{Labels, Language};
use crate::record::Assurance;

/// A form that asks more than this is several forms.
pub(super) const FIELDS_MAX: usize = 500;
/// People follow a handful of phases; this many are for imported services.
pub(super) const PHASES_MAX: usize = 100;
pub(super) const TASKS_MAX: usize = 500;
/// Tasks that a phase adds: with what else a submission says they fit one commit.
pub(super) const PHASE_TASKS_MAX: usize = 150;
pub(super) const DOCUMENTS_MAX: usize = 500;
pub(super) const OUTCOMES_MAX: usize = 500;
/// Enough for a list of all municipalities.
pub(super) const CHOICES_MAX: usize = 5_000;
/// Involving is an event, and a commit has room for 256.
pub(super) const INVOLVED_MAX: usize = 50;
pub(super) const OVERSIGHT_MAX: usize = 50;
/// Words per language by which a service is looked for.
pub(super) const KEYWORDS_MAX: usize = 100;
/// In characters: a word or two.
const KEYWORD_CHARACTERS_MAX: usize = 60;
/// Ten years; what takes longer isn't said in days.
const DURATION_DAYS_MAX: u32 = 3_653;
/// An event names its activity by a number of 16 bits.
const ACTIVITIES_MAX: usize = 65_535;
/// In characters of at most four bytes, so that a text fits a plaintext of 256 KiB.
const TEXT_LENGTH_MAX: u32 = 50_000;
/// A legal basis or a reason, in characters.
const BASIS_CHARACTERS_MAX: usize = 2_000;
/// A canton's building forms are 1.5 MB.
pub(super) const DEFINITION_BYTES_MAX: usize = 16 * 1024 * 1024;

/// Something that is wrong with a service.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ServiceProblem {
    /// Where, as in `fields[2].max-length`; counted from 0.
    pub path: String,
    /// What, and what is allowed instead.
    pub message: String,
}

impl fmt::Display for ServiceProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.message)
    }
}

/// All that is wrong with a service; at least one problem.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ServiceProblems(pub(super) Vec<ServiceProblem>);

impl ServiceProblems {
    /// The problems, in the order of the service's parts.
    pub fn problems(&self) -> &[ServiceProblem] {
        &self.0
    }
}

impl fmt::Display for ServiceProblems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the service can't be used")?;
        self.0
            .iter()
            .try_for_each(|problem| write!(f, "\n  {problem}"))
    }
}

impl std::error::Error for ServiceProblems {}

impl Service {
    /// Checks that the service makes sense.
    ///
    /// # Errors
    /// All problems: codes used twice, references to what isn't there, a competence that can't be
    /// found out, personal fields called plain, missing legal bases, a validity that ends before
    /// it begins, limits.
    pub fn check(&self) -> Result<(), ServiceProblems> {
        let mut check = Check {
            service: self,
            problems: Vec::new(),
        };
        check.whole();
        check.lists();
        check.competences();
        for (at, field) in self.fields.iter().enumerate() {
            check.field(&format!("fields[{at}]"), field);
        }
        check.disclosure();
        ServiceProblems::none_or(check.problems)
    }
}

impl ServiceProblems {
    pub(super) fn none_or(problems: Vec<ServiceProblem>) -> Result<(), Self> {
        if problems.is_empty() {
            Ok(())
        } else {
            Err(Self(problems))
        }
    }
}

struct Check<'a> {
    service: &'a Service,
    problems: Vec<ServiceProblem>,
}

impl<'a> Check<'a> {
    fn problem(&mut self, path: impl Into<String>, message: impl Into<String>) {
        self.problems.push(ServiceProblem {
            path: path.into(),
            message: message.into(),
        });
    }

    fn whole(&mut self) {
        let service = self.service;
        self.labels("labels", &service.labels);
        if let Some(about) = &service.about {
            self.about(about);
        }
        if let Some(last) = service
            .valid_until
            .filter(|last| *last < service.valid_from)
        {
            let first = service.valid_from;
            let message = format!("the last day {last} is before the first, {first}");
            self.problem("valid-until", message);
        }
        if service.phases.is_empty() {
            self.problem(
                "phases",
                "a service has at least one phase, entered at submission",
            );
        }
        let needed = [
            ("submit", service.assurance.submit),
            ("read", service.assurance.read),
        ];
        for (to, _) in needed.iter().filter(|(_, level)| *level > Assurance::HIGH) {
            let most = Assurance::HIGH;
            let message = format!("nobody signs in so surely; at most {most} can be needed");
            self.problem(format!("assurance.{to}"), message);
        }
        let bytes = service.definition().len();
        if bytes > DEFINITION_BYTES_MAX {
            let most = DEFINITION_BYTES_MAX;
            self.problem(
                "name",
                format!("the whole service has {bytes} bytes; at most {most} are allowed"),
            );
        }
    }

    fn lists(&mut self) {
        let service = self.service;
        let phases = service
            .phases
            .iter()
            .map(|phase| (&phase.code, &phase.labels));
        self.list("phases", PHASES_MAX, phases);
        let tasks = service.tasks.iter().map(|task| (&task.code, &task.labels));
        self.list("tasks", TASKS_MAX, tasks);
        for (at, phase) in service.phases.iter().enumerate() {
            let added = service.tasks_of_phase(phase.code.as_str()).count();
            if added > PHASE_TASKS_MAX {
                let most = PHASE_TASKS_MAX;
                let message = format!("it adds {added} tasks; at most {most} fit one commit");
                self.problem(format!("phases[{at}]"), message);
            }
        }
        let known: BTreeSet<&Code> = service.phases.iter().map(|phase| &phase.code).collect();
        for (at, task) in service.tasks.iter().enumerate() {
            if let Some(phase) = task.phase.as_ref().filter(|phase| !known.contains(phase)) {
                let message = format!("there is no phase “{phase}”");
                self.problem(format!("tasks[{at}].phase"), message);
            }
        }
        let documents = service
            .documents
            .iter()
            .map(|kind| (&kind.code, &kind.labels));
        self.list("documents", DOCUMENTS_MAX, documents);
        let fields = service
            .fields
            .iter()
            .map(|field| (&field.code, &field.labels));
        self.list("fields", FIELDS_MAX, fields);
        let outcomes = service
            .outcomes
            .iter()
            .map(|outcome| (&outcome.code, &outcome.labels));
        self.list("outcomes", OUTCOMES_MAX, outcomes);
        self.limit("oversight", service.oversight.len(), OVERSIGHT_MAX);
        self.limit("activities", service.activities.len(), ACTIVITIES_MAX);
        let mut seen = BTreeSet::new();
        for (at, oversight) in service.oversight.iter().enumerate() {
            if !seen.insert(oversight) {
                self.problem(
                    format!("oversight[{at}]"),
                    "this level and role are there already",
                );
            }
        }
    }

    /// Codes of one list are different, labels are written, and there aren't too many.
    fn list<'l>(
        &mut self,
        path: &str,
        most: usize,
        entries: impl Iterator<Item = (&'l Code, &'l Labels)>,
    ) {
        let mut seen = BTreeSet::new();
        let mut count = 0;
        for (at, (code, labels)) in entries.enumerate() {
            count = at + 1;
            if !seen.insert(code) {
                self.problem(
                    format!("{path}[{at}].code"),
                    format!("the code “{code}” is used twice in {path}"),
                );
            }
            self.labels(&format!("{path}[{at}].labels"), labels);
        }
        self.limit(path, count, most);
    }

    fn limit(&mut self, path: &str, count: usize, most: usize) {
        if count > most {
            self.problem(
                path,
                format!("there are {count}; at most {most} are allowed"),
            );
        }
    }

    fn about(&mut self, about: &About) {
        self.labels("about.summary", &about.summary);
        self.labels("about.category.labels", &about.category.labels);
        for (language, words) in &about.keywords {
            let path = format!("about.keywords.{language}");
            self.limit(&path, words.len(), KEYWORDS_MAX);
            if words.is_empty() {
                self.problem(&path, "there are no words; leave the language out");
            }
            for (at, word) in words.iter().enumerate() {
                self.text(&format!("{path}[{at}]"), word, KEYWORD_CHARACTERS_MAX);
            }
        }
        for (path, labels) in [("about.cost", &about.cost), ("about.needs", &about.needs)] {
            if let Some(labels) = labels {
                self.labels(path, labels);
            }
        }
        if about
            .duration_days
            .is_some_and(|days| days > DURATION_DAYS_MAX)
        {
            let message = format!("at most {DURATION_DAYS_MAX} days can be said");
            self.problem("about.duration-days", message);
        }
    }

    fn labels(&mut self, path: &str, labels: &Labels) {
        for language in Language::ALL {
            if let Some(text) = labels.own(language) {
                self.text(&format!("{path}.{language}"), text, Labels::CHARACTERS_MAX);
            }
        }
    }

    fn text(&mut self, path: &str, text: &str, most: usize) {
        if text.trim().is_empty() {
            self.problem(path, "the text is missing");
        } else if text.chars().nth(most).is_some() {
            self.problem(
                path,
                format!("the text is too long; at most {most} characters are allowed"),
            );
        }
    }

    fn competences(&mut self) {
        let service = self.service;
        let field = self.competence("competence", &service.competence);
        if let Some(code) = field
            .filter(|field| !field.required)
            .map(|field| &field.code)
        {
            let message =
                format!("the field “{code}” must be required, else nobody is responsible");
            self.problem("competence", message);
        }
        let mut seen = BTreeSet::from([&service.competence]);
        for (at, involved) in service.involved.iter().enumerate() {
            let path = format!("involved[{at}]");
            self.competence(&path, involved);
            if !seen.insert(involved) {
                self.problem(path, "this authority is responsible or involved already");
            }
        }
        self.limit("involved", service.involved.len(), INVOLVED_MAX);
    }

    /// The field that names a municipality, if one does.
    fn competence(&mut self, path: &str, competence: &Competence) -> Option<&'a Field> {
        let Competence::MunicipalityOf(code) = competence else {
            return None;
        };
        let field = self.service.field(code.as_str());
        match field.map(|field| &field.kind) {
            Some(FieldKind::Municipality) => return field,
            Some(kind) => {
                let kind = kind.name();
                let message = format!(
                    "the field “{code}” is of type {kind}; it must be of type municipality"
                );
                self.problem(path, message);
            }
            None => self.problem(path, format!("there is no field “{code}”")),
        }
        None
    }

    fn field(&mut self, path: &str, field: &Field) {
        match &field.kind {
            FieldKind::Text { max_length } if !(1..=TEXT_LENGTH_MAX).contains(max_length) => {
                self.problem(
                    format!("{path}.max-length"),
                    format!("the length must be 1 to {TEXT_LENGTH_MAX} characters"),
                );
            }
            FieldKind::Integer { min, max } if min > max => {
                self.problem(
                    format!("{path}.max"),
                    format!("the largest number {max} is below the smallest, {min}"),
                );
            }
            FieldKind::Choice { choices } => {
                let path = format!("{path}.choices");
                if choices.is_empty() {
                    self.problem(&path, "there is nothing to choose from");
                }
                let choices = choices.iter().map(|choice| (&choice.code, &choice.labels));
                self.list(&path, CHOICES_MAX, choices);
            }
            _ => {}
        }
        let Privacy::Plain { reason } = &field.privacy else {
            return;
        };
        let path = format!("{path}.plain");
        self.text(&path, reason, BASIS_CHARACTERS_MAX);
        if matches!(
            field.kind,
            FieldKind::Text { .. } | FieldKind::Integer { .. } | FieldKind::Date
        ) {
            let kind = field.kind.name();
            self.problem(path, format!("a field of type {kind} is always personal: what is typed can't be known beforehand"));
        }
    }

    fn disclosure(&mut self) {
        let disclosure = &self.service.disclosure;
        self.grant("disclosure.own", &disclosure.own);
        self.grant("disclosure.file", &disclosure.file);
        self.grant("disclosure.shared", &disclosure.shared);
        self.opening("disclosure.outline", &disclosure.outline);
        self.opening("disclosure.public", &disclosure.public);
    }

    fn grant(&mut self, path: &str, grant: &Grant) {
        self.text(&format!("{path}.basis"), &grant.basis, BASIS_CHARACTERS_MAX);
        let Fields::Only(codes) = &grant.fields else {
            return;
        };
        let mut seen = BTreeSet::new();
        for (at, code) in codes.iter().enumerate() {
            let path = format!("{path}.fields[{at}]");
            if self.service.field(code.as_str()).is_none() {
                self.problem(path, format!("there is no field “{code}”"));
            } else if !seen.insert(code) {
                self.problem(path, format!("the field “{code}” is there already"));
            }
        }
    }

    fn opening(&mut self, path: &str, opening: &Opening) {
        if opening.open || !opening.basis.is_empty() {
            self.text(
                &format!("{path}.basis"),
                &opening.basis,
                BASIS_CHARACTERS_MAX,
            );
        }
    }
}
