//! Writing a service in Rust.

use super::check::{ServiceProblem, ServiceProblems};
use super::{
    About, Category, Competence, Disclosure, DocumentKind, Field, FieldKind, NeededAssurance,
    Outcome, Oversight, Phase, Privacy, Service, TaskKind,
};
use crate::domain::code::Code;
use crate::domain::label::{Labels, Language};
use crate::ids::AuthorityId;
use crate::record::Assurance;
use crate::time::{Date, Timestamp};

/// Writes a service step by step; what is wrong is said at the end, all at once.
///
/// ```
/// use kanzlei_core::{Disclosure, FieldKind, Labels, Service};
///
/// let service = Service::builder("lost-property", Labels::de("Fundsache melden"))
///     .valid_from(2026, 1, 1)
///     .required("municipality", Labels::de("Gemeinde"), FieldKind::Municipality)
///     .required("item", Labels::de("Gegenstand"), FieldKind::Text { max_length: 500 })
///     .plain("municipality", "names an authority")
///     .municipality_of("municipality")
///     .phase("search", Labels::de("Suche"))
///     .task("search", "look-up", Labels::de("Fundbüro prüfen"))
///     .disclosure(Disclosure::narrow("KDSG, SRL 38"))
///     .build()?;
/// assert_eq!(service.phases[0].code, "search");
/// # Ok::<(), kanzlei_core::ServiceProblems>(())
/// ```
#[derive(Debug)]
#[must_use = "a service is made by `build`"]
pub struct ServiceBuilder {
    name: Option<Code>,
    labels: Labels,
    about: Option<About>,
    valid_from: Option<Date>,
    valid_until: Option<Date>,
    competence: Option<Competence>,
    involved: Vec<Competence>,
    phases: Vec<Phase>,
    tasks: Vec<TaskKind>,
    documents: Vec<DocumentKind>,
    fields: Vec<Field>,
    outcomes: Vec<Outcome>,
    disclosure: Option<Disclosure>,
    assurance: NeededAssurance,
    oversight: Vec<Oversight>,
    problems: Vec<ServiceProblem>,
}

impl Service {
    /// Begins a service with its name and what people call it.
    pub fn builder(name: &str, labels: Labels) -> ServiceBuilder {
        let mut builder = ServiceBuilder {
            name: None,
            labels,
            about: None,
            valid_from: None,
            valid_until: None,
            competence: None,
            involved: Vec::new(),
            phases: Vec::new(),
            tasks: Vec::new(),
            documents: Vec::new(),
            fields: Vec::new(),
            outcomes: Vec::new(),
            disclosure: None,
            assurance: NeededAssurance::default(),
            oversight: Vec::new(),
            problems: Vec::new(),
        };
        builder.name = builder.code("name", name);
        builder
    }
}

impl ServiceBuilder {
    fn problem(&mut self, path: &str, message: impl Into<String>) {
        self.problems.push(ServiceProblem {
            path: path.to_owned(),
            message: message.into(),
        });
    }

    fn code(&mut self, path: &str, text: &str) -> Option<Code> {
        Code::new(text)
            .map_err(|error| self.problem(path, error.to_string()))
            .ok()
    }

    /// What it is for, in a sentence or two, and under what it stands in a catalogue: the
    /// category's code and name.
    pub fn about(mut self, summary: Labels, category: &str, labels: Labels) -> Self {
        let code = self.code("about.category.code", category);
        let category = code.map(|code| Category { code, labels });
        self.about = category.map(|category| About::new(summary, category));
        self
    }

    /// Words that people use for it in a language. Like all that follows, after `about`.
    pub fn keywords(self, language: Language, words: &[&str]) -> Self {
        let words = words.iter().map(|word| (*word).to_owned()).collect();
        self.say("keywords", |about| {
            about.keywords.insert(language, words);
        })
    }

    /// What it costs.
    pub fn cost(self, cost: Labels) -> Self {
        self.say("cost", |about| about.cost = Some(cost))
    }

    /// How many days it usually takes.
    pub fn duration_days(self, days: u32) -> Self {
        self.say("duration-days", |about| about.duration_days = Some(days))
    }

    /// What one should have at hand.
    pub fn needs(self, needs: Labels) -> Self {
        self.say("needs", |about| about.needs = Some(needs))
    }

    fn say(mut self, what: &str, say: impl FnOnce(&mut About)) -> Self {
        match &mut self.about {
            Some(about) => say(about),
            None => self.problem(&format!("about.{what}"), "say first what it is about"),
        }
        self
    }

    /// The first day on which cases can be opened: year, month, day.
    pub fn valid_from(mut self, year: i32, month: u8, day: u8) -> Self {
        match Date::new(year, month, day) {
            Ok(date) => self.valid_from = Some(date),
            Err(error) => self.problem("valid-from", error.to_string()),
        }
        self
    }

    /// The last such day: year, month, day.
    pub fn valid_until(mut self, year: i32, month: u8, day: u8) -> Self {
        match Date::new(year, month, day) {
            Ok(date) => self.valid_until = Some(date),
            Err(error) => self.problem("valid-until", error.to_string()),
        }
        self
    }

    /// Always this authority is responsible.
    pub fn authority(mut self, authority: AuthorityId) -> Self {
        self.competence = Some(Competence::Fixed(authority));
        self
    }

    /// The municipality that this field names is responsible.
    pub fn municipality_of(mut self, field: &str) -> Self {
        self.competence = self
            .code("competence", field)
            .map(Competence::MunicipalityOf);
        self
    }

    /// This authority is involved from the submission on.
    pub fn involve(mut self, authority: AuthorityId) -> Self {
        self.involved.push(Competence::Fixed(authority));
        self
    }

    /// The municipality that this field names is involved from the submission on.
    pub fn involve_municipality_of(mut self, field: &str) -> Self {
        let code = self.code("involved", field);
        self.involved.extend(code.map(Competence::MunicipalityOf));
        self
    }

    /// A phase, after those before.
    pub fn phase(mut self, code: &str, labels: Labels) -> Self {
        let code = self.code("phases", code);
        self.phases.extend(code.map(|code| Phase { code, labels }));
        self
    }

    /// A kind of task that is added by itself when this phase is entered.
    pub fn task(mut self, phase: &str, code: &str, labels: Labels) -> Self {
        if let (Some(phase), Some(code)) = (self.code("tasks", phase), self.code("tasks", code)) {
            self.tasks.push(TaskKind {
                code,
                labels,
                phase: Some(phase),
            });
        }
        self
    }

    /// A kind of task that is only added by hand.
    pub fn task_by_hand(mut self, code: &str, labels: Labels) -> Self {
        let code = self.code("tasks", code);
        self.tasks.extend(code.map(|code| TaskKind {
            code,
            labels,
            phase: None,
        }));
        self
    }

    /// A kind of document.
    pub fn document(mut self, code: &str, labels: Labels, required: bool) -> Self {
        let code = self.code("documents", code);
        self.documents.extend(code.map(|code| DocumentKind {
            code,
            labels,
            required,
        }));
        self
    }

    /// A personal field that must be filled in.
    pub fn required(self, code: &str, labels: Labels, kind: FieldKind) -> Self {
        self.field(code, labels, kind, true)
    }

    /// A personal field that may be left empty.
    pub fn optional(self, code: &str, labels: Labels, kind: FieldKind) -> Self {
        self.field(code, labels, kind, false)
    }

    fn field(mut self, code: &str, labels: Labels, kind: FieldKind, required: bool) -> Self {
        let code = self.code("fields", code);
        let privacy = Privacy::Personal;
        self.fields.extend(code.map(|code| Field {
            code,
            labels,
            kind,
            required,
            privacy,
        }));
        self
    }

    /// Declares that a field written before isn't personal, and why.
    pub fn plain(mut self, field: &str, reason: &str) -> Self {
        match self.fields.iter_mut().find(|known| known.code == field) {
            Some(known) => {
                known.privacy = Privacy::Plain {
                    reason: reason.to_owned(),
                }
            }
            None => self.problem("fields", format!("there is no field “{field}” to be plain")),
        }
        self
    }

    /// How a decision can come out.
    pub fn outcome(mut self, code: &str, labels: Labels) -> Self {
        let code = self.code("outcomes", code);
        self.outcomes
            .extend(code.map(|code| Outcome { code, labels }));
        self
    }

    /// What each standing may see.
    pub fn disclosure(mut self, disclosure: Disclosure) -> Self {
        self.disclosure = Some(disclosure);
        self
    }

    /// How surely it must be known who hands in a form.
    pub fn assurance_to_submit(mut self, needed: Assurance) -> Self {
        self.assurance.submit = needed;
        self
    }

    /// How surely it must be known who reads a case or acts in it.
    pub fn assurance_to_read(mut self, needed: Assurance) -> Self {
        self.assurance.read = needed;
        self
    }

    /// Officials with this role at authorities of this level oversee the service.
    pub fn oversight(mut self, level: &str, role: &str) -> Self {
        if let (Some(level), Some(role)) =
            (self.code("oversight", level), self.code("oversight", role))
        {
            self.oversight.push(Oversight { level, role });
        }
        self
    }

    /// The service.
    ///
    /// # Errors
    /// All that is missing or wrong.
    pub fn build(mut self) -> Result<Service, ServiceProblems> {
        let missing = [
            ("valid-from", self.valid_from.is_none()),
            ("competence", self.competence.is_none()),
            ("disclosure", self.disclosure.is_none()),
        ];
        for (path, is_missing) in missing {
            if is_missing && !self.problems.iter().any(|problem| problem.path == path) {
                self.problem(path, "is missing");
            }
        }
        let mut problems = self.problems;
        let some_day = self
            .valid_until
            .unwrap_or(Timestamp::from_micros(0).date_utc());
        // What is missing has been said; the rest is checked all the same.
        let service = Service {
            name: self.name.unwrap_or_else(Code::placeholder),
            labels: self.labels,
            about: self.about,
            valid_from: self.valid_from.unwrap_or(some_day),
            valid_until: self.valid_until,
            competence: self
                .competence
                .unwrap_or(Competence::Fixed(AuthorityId::INSTALLATION)),
            involved: self.involved,
            phases: self.phases,
            tasks: self.tasks,
            documents: self.documents,
            fields: self.fields,
            outcomes: self.outcomes,
            disclosure: self
                .disclosure
                .unwrap_or_else(|| Disclosure::narrow("missing")),
            assurance: self.assurance,
            oversight: self.oversight,
            activities: Vec::new(),
        };
        if let Err(more) = service.check() {
            problems.extend(more.0);
        }
        ServiceProblems::none_or(problems).map(|()| service)
    }
}
