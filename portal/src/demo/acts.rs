//! What people do in a case: one function an act, each adding to the script.

use kanzlei::core::domain::event::{DocumentDetails, PartyDetails};
use kanzlei::core::record::Hash;
use kanzlei::services::register::{BUILDING, SCHOOLS, VETERINARY};
use kanzlei::{Actor, AuthorityId, Code, Command, PartyId, RequestId, TaskId};

use super::Failure;
use super::people::{clerk, name, official};
use super::script::Script;
use super::world::{BUILD, MOVE};

/// Questions that an office has.
const QUESTIONS: &[&str] = &[
    "Bitte reichen Sie die fehlende Beilage nach.",
    "Ab welchem Datum gilt Ihre Angabe?",
    "Bitte bestätigen Sie Ihre Adresse.",
];
const ANSWERS: &[&str] = &[
    "Anbei.",
    "Seit dem Ersten des Monats.",
    "Ja, das stimmt so.",
];
const MESSAGES: &[&str] = &[
    "Wie lange dauert es noch?",
    "Besten Dank für die rasche Bearbeitung.",
    "Ich bin nächste Woche abwesend.",
];
const NOTES: &[&str] = &[
    "Telefonisch nachgefragt.",
    "Akten vollständig.",
    "Wiedervorlage.",
];
const GROUNDS: &str = "Die Voraussetzungen wurden geprüft.";

impl Script<'_> {
    fn clerk(&mut self) -> Result<Actor, Failure> {
        clerk(self.office, &mut self.random)
    }

    /// The office does something, in its hours.
    fn office(&mut self, days: i64, command: Command) -> Result<(), Failure> {
        let actor = self.clerk()?;
        let at = self.diary.in_office(days, &mut self.random);
        self.step(actor, at, command);
        Ok(())
    }

    fn said(&mut self, texts: &[&str]) -> String {
        self.random.one_of(texts).unwrap_or_default().to_owned()
    }

    /// The required documents come with the form; at the counter the clerk adds them.
    pub(super) fn documents(&mut self) -> Result<(), Failure> {
        let required = self.service.documents.iter().filter(|kind| kind.required);
        for kind in required.map(|kind| kind.code.clone()).collect::<Vec<_>>() {
            let details = DocumentDetails {
                name: format!("{kind}.pdf"),
                media_type: "application/pdf".to_owned(),
                length: self.random.below(2_000_000) + 10_000,
            };
            let digest = Hash::from_bytes(self.random.bytes());
            let actor = if self.online {
                self.person.actor()
            } else {
                self.clerk()?
            };
            let at = self.diary.minutes(5, &mut self.random);
            let command = Command::ReferenceDocument {
                kind,
                digest,
                details,
                sealed_under: None,
            };
            self.step(actor, at, command);
        }
        Ok(())
    }

    /// Who plans the building acts for who builds.
    pub(super) fn represent(&mut self) -> Result<(), Failure> {
        let Some(planner) = self.representative.take() else {
            return Ok(());
        };
        let details = PartyDetails {
            person: Some(planner.id),
            name: planner.name,
        };
        let role = Code::new("representative")?;
        self.office(1, Command::AddParty { role, details })
    }

    pub(super) fn withdraw(&mut self) {
        let at = self.diary.at_home(9, &mut self.random);
        let reason = "Es hat sich erledigt.".to_owned();
        self.step(self.person.actor(), at, Command::Withdraw { reason });
    }

    /// The next phase begins. Gives the first of its tasks.
    pub(super) fn enter(&mut self, phase: &Code) -> Result<u16, Failure> {
        let first = self.tasks.saturating_add(1);
        let tasks = self.service.tasks_of_phase(phase.as_str()).count();
        self.tasks = self.tasks.saturating_add(u16::try_from(tasks).unwrap_or(0));
        let phase = phase.clone();
        self.office(3, Command::EnterPhase { phase })?;
        Ok(first)
    }

    /// A task from open to completed.
    pub(super) fn work_on(&mut self, task: TaskId) -> Result<(), Failure> {
        if !self.shown && self.random.percent(4) {
            // Whoever has nothing to do with the case is told that there is none.
            let stranger = official(AuthorityId(1001), 99, "clerk")?;
            if self.office != AuthorityId(1001) && self.to != AuthorityId(1001) {
                let at = self.diary.in_office(2, &mut self.random);
                self.step(stranger, at, Command::ClaimTask { task });
            }
        }
        let mut worker = self.clerk()?;
        if let (true, Some(to)) = (self.random.percent(30), worker.official_id()) {
            self.office(3, Command::AssignTask { task, to })?;
        }
        let at = self.diary.in_office(4, &mut self.random);
        self.step(worker.clone(), at, Command::ClaimTask { task });
        if self.random.percent(6) {
            let at = self.diary.in_office(3, &mut self.random);
            self.step(worker, at, Command::ReleaseTask { task });
            worker = self.clerk()?;
            let at = self.diary.in_office(3, &mut self.random);
            self.step(worker.clone(), at, Command::ClaimTask { task });
        }
        let at = self.diary.minutes(120, &mut self.random);
        self.step(worker, at, Command::CompleteTask { task });
        Ok(())
    }

    /// What must be done before a phase begins: a move is passed on to where it leads.
    pub(super) fn before(&mut self, phase: &str) -> Result<(), Failure> {
        if self.service.name != *MOVE || phase != "arrival" || self.to == self.office {
            return Ok(());
        }
        let (from, to) = (self.office, self.to);
        let reason = "Wegzug eingetragen.".to_owned();
        self.office(3, Command::HandOver { to, reason })?;
        if !self.world.takes_part(MOVE, to) {
            return Ok(()); // Refused: that municipality is told on paper.
        }
        let answer = if self.shown {
            50
        } else {
            self.random.below(100)
        };
        if answer < 6 {
            let reason = "Die Person ist hier nicht angemeldet.".to_owned();
            self.office = to;
            self.office(4, Command::RefuseHandover { reason })?;
            self.office = from;
            return Ok(());
        }
        self.office = to;
        self.office(4, Command::AcceptHandover)?;
        if answer >= 96 {
            // And returned: the move doesn't take place.
            let reason = "Der Umzug findet nicht statt.".to_owned();
            self.office(4, Command::HandOver { to: from, reason })?;
            self.office = from;
            self.office(4, Command::AcceptHandover)?;
        }
        Ok(())
    }

    /// What happens beside the work in a phase.
    pub(super) fn beside(&mut self, phase: &str, first: bool) -> Result<(), Failure> {
        if first {
            self.ask()?;
            self.talk()?;
        }
        let (shown, chance) = (self.shown, self.random.below(100));
        match (self.service.name.as_str(), phase) {
            (BUILD, "publication") if chance < 30 => self.object(),
            (BUILD, "assessment") => self.consult(BUILDING, "site-visit", true, chance < 70),
            ("school-enrolment", "review") if chance < 20 => {
                self.consult(SCHOOLS, "clarify-support", false, true)
            }
            ("dog-registration", "assessment") if chance < 15 => {
                self.consult(VETERINARY, "visit-keeper", true, chance < 8)
            }
            _ if !shown && chance >= 97 => {
                // A slip of the pen, refused.
                let outcome = Code::new("maybe")?;
                let grounds = GROUNDS.to_owned();
                self.office(2, Command::IssueDecision { outcome, grounds })
            }
            _ => Ok(()),
        }
    }

    /// The office asks, and the person answers, or nobody does.
    fn ask(&mut self) -> Result<(), Failure> {
        if !self.shown && !self.waiting && !self.random.percent(25) {
            return Ok(());
        }
        let text = self.said(QUESTIONS);
        let of = PartyId(1);
        self.office(4, Command::RequestInformation { of, text })?;
        if self.online && (self.shown || self.random.percent(90)) {
            let text = self.said(ANSWERS);
            let at = self.diary.at_home(8, &mut self.random);
            let request = RequestId(1);
            let command = Command::ProvideInformation { request, text };
            self.step(self.person.actor(), at, command);
        }
        Ok(())
    }

    fn talk(&mut self) -> Result<(), Failure> {
        if self.shown || self.random.percent(25) {
            let (internal, text) = (true, self.said(NOTES));
            self.office(2, Command::SendMessage { internal, text })?;
        }
        if self.online && self.random.percent(20) {
            let (internal, text) = (false, self.said(MESSAGES));
            let at = self.diary.at_home(5, &mut self.random);
            let command = Command::SendMessage { internal, text };
            self.step(self.person.actor(), at, command);
        }
        Ok(())
    }

    /// A neighbour objects.
    fn object(&mut self) -> Result<(), Failure> {
        let details = PartyDetails {
            person: None,
            name: name(&mut self.random),
        };
        let role = Code::new("objector")?;
        self.office(20, Command::AddParty { role, details })
    }

    /// Another authority is asked for something, does it, and perhaps isn't needed any more.
    fn consult(
        &mut self,
        other: AuthorityId,
        kind: &str,
        involved: bool,
        ends: bool,
    ) -> Result<(), Failure> {
        if !involved {
            self.office(3, Command::InvolveAuthority { authority: other })?;
        }
        let (kind, authority) = (Code::new(kind)?, Some(other));
        self.office(3, Command::AddTask { kind, authority })?;
        self.tasks = self.tasks.saturating_add(1);
        let (task, responsible) = (TaskId(self.tasks), self.office);
        self.office = other;
        self.work_on(task)?;
        self.office = responsible;
        if ends {
            self.office(5, Command::EndInvolvement { authority: other })?;
        }
        Ok(())
    }

    pub(super) fn decide(&mut self) -> Result<(), Failure> {
        let outcomes: Vec<&Code> = self.service.outcomes.iter().map(|one| &one.code).collect();
        let usual = outcomes
            .first()
            .filter(|_| self.shown || self.random.percent(84));
        let outcome = match usual {
            Some(usual) => (*usual).clone(),
            None => self
                .random
                .one_of(&outcomes)
                .cloned()
                .ok_or_else(|| Failure::broken("a service of the demo without outcomes"))?,
        };
        let grounds = GROUNDS.to_owned();
        self.office(6, Command::IssueDecision { outcome, grounds })?;
        self.office(2, Command::Close)
    }

    pub(super) fn take_up_again(&mut self) -> Result<(), Failure> {
        let reason = "Neue Tatsachen wurden gemeldet.".to_owned();
        self.office(30, Command::Reopen { reason })
    }
}
