//! A case as an official has it before them.

use std::sync::Arc;

use kanzlei::core::domain::{Catalogue, Contents, Outline, TaskShown, WithheldCase, answers_for};
use kanzlei::{
    Answer, AuthorityId, CaseId, Date, OfficialId, Refusal, Service, ServiceKey, TaskId, Timestamp,
};

use super::acts::{Act, Ground};
use crate::web::trouble::Trouble;
use crate::web::visit::Visit;
use crate::web::words::{Label, Telling, Words, Zurich};

/// A case as an official has it before them.
pub struct Desk {
    pub case: CaseId,
    pub outline: Outline,
    pub responsible: bool,
    pub contents: Contents,
    pub involved: Vec<AuthorityId>,
    pub handover: Option<AuthorityId>,
    pub tasks: Vec<TaskShown>,
    pub service: Arc<Service>,
    pub catalogue: Arc<Catalogue>,
    pub me: OfficialId,
    pub authority: AuthorityId,
    pub words: Words,
    pub today: Date,
    /// The day that counts for what is in force.
    pub day_in_force: Date,
}

impl Desk {
    /// The case with this id, as the visitor sees it.
    pub async fn of(visit: &Visit, case: &str) -> Result<Self, Trouble> {
        let case: CaseId = case.parse().map_err(|_| Trouble::NotFound)?;
        let answers = visit.session.case(case).await?;
        let actor = visit.session.actor();
        let me = actor.official_id().ok_or(Trouble::MayNot)?;
        let authority = visit.authority()?;
        let catalogue = visit.site.kanzlei.catalogue();
        for answer in answers {
            let (responsible, outline, involved, handover, tasks, contents) = match answer {
                Answer::File(file) => (
                    true,
                    file.outline,
                    file.involved,
                    file.handover,
                    file.tasks,
                    file.contents,
                ),
                Answer::Shared(shared) => (
                    false,
                    shared.outline,
                    shared.involved,
                    shared.handover,
                    shared.tasks,
                    shared.contents,
                ),
                Answer::Withheld(withheld) => return Err(too_weak(&withheld)),
                _ => continue,
            };
            let key = ServiceKey::of(outline.service.as_str());
            let edition = catalogue.edition(key, outline.edition);
            let unknown = || Trouble::broken("the edition of a case is not known");
            let service = edition.ok_or_else(unknown)?.service.clone();
            return Ok(Self {
                case,
                outline,
                responsible,
                contents,
                involved,
                handover,
                tasks,
                service,
                catalogue,
                me,
                authority,
                words: visit.words,
                today: visit.today(),
                day_in_force: visit.day_in_force(),
            });
        }
        Err(Trouble::NotFound)
    }

    /// The address of its page.
    pub fn address(&self) -> String {
        address(self.case)
    }

    /// What decides what can be done.
    pub fn ground(&self) -> Ground<'_> {
        Ground {
            me: self.me,
            status: self.outline.status,
            phase: self.outline.phase.as_ref(),
            decided: self.outline.outcome.is_some(),
            responsible: self.responsible,
            handover: self.handover,
            involved: &self.involved,
            tasks: &self.tasks,
            has_parties: !self.contents.parties.is_empty(),
            service: &self.service,
        }
    }

    /// What the visitor can do now.
    pub fn acts(&self) -> Vec<Act> {
        self.ground().acts(|other| self.answers_for(other))
    }

    /// Whether the visitor's authority answers for another.
    pub fn answers_for(&self, other: AuthorityId) -> bool {
        answers_for(&self.catalogue, self.authority, other, self.day_in_force)
    }

    /// What the service is called.
    pub fn service_name(&self) -> Label {
        self.words.label(&self.service.labels)
    }

    /// What an authority is called today.
    pub fn name(&self, authority: AuthorityId) -> String {
        self.catalogue.authority_name(authority, self.day_in_force)
    }

    /// What a phase is called.
    pub fn phase(&self, code: &str) -> Label {
        let phase = self.service.phase(code);
        phase.map_or_else(
            || Label::plain(code),
            |phase| self.words.label(&phase.labels),
        )
    }

    /// What a task is called.
    pub fn task(&self, id: TaskId) -> Label {
        let task = self.tasks.iter().find(|task| task.task == id);
        let code = task.map_or("", |task| task.kind.as_str());
        let kind = self.service.task(code);
        kind.map_or_else(|| Label::plain(code), |kind| self.words.label(&kind.labels))
    }

    /// Tells what happened.
    pub fn telling(&self) -> Telling<'_> {
        Telling {
            words: self.words,
            catalogue: &self.catalogue,
            service: Some(&self.service),
            reader: None,
            parties: &self.contents.parties,
            tasks: &self.tasks,
        }
    }
}

/// The address of a case's page.
pub fn address(case: CaseId) -> String {
    format!("/office/{case}")
}

/// How many days ago something was, in Zurich.
pub fn days_since(at: Timestamp, today: Date) -> i64 {
    i64::from(today.days()) - i64::from(Zurich::of(at).day.days())
}

/// The refusal that whoever isn't known surely enough gets for a command, too.
fn too_weak(withheld: &WithheldCase) -> Trouble {
    let said = "sign in with a stronger means to read this case";
    let refusal = Refusal::new("assurance-too-low", said);
    Trouble::Refused(refusal.with("needed", withheld.needs))
}
