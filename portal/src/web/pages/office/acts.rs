//! What an official can do in a case now: what a page offers. The engine decides; this says
//! beforehand what it will not refuse, so that nobody is offered what they may not do.

use std::collections::BTreeSet;

use kanzlei::core::domain::TaskShown;
use kanzlei::{AuthorityId, Code, OfficialId, Service, Status, TaskId};

/// Something that an official can do in a case.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Act {
    /// Take the case that another authority passes on.
    Accept,
    /// Leave it with that authority.
    Refuse,
    /// Complete a task of one's own.
    Complete(TaskId),
    /// Take a task.
    Claim(TaskId),
    /// Give a task back.
    Release(TaskId),
    /// Say who is to do a task.
    Assign(TaskId),
    /// Issue the decision.
    Decide,
    /// Close the case.
    Close,
    /// Let the case enter this phase.
    Enter(Code),
    /// Ask a party for something.
    Ask,
    /// Write to all in the case.
    Message,
    /// Write to the authorities alone.
    Note,
    /// Add a paper.
    AddPaper,
    /// Add a task.
    AddTask,
    /// Pass the case on.
    HandOver,
    /// Take back that one wanted to pass it on.
    TakeBack,
    /// Let another authority work on it.
    Involve,
    /// An involved authority is no longer needed.
    EndInvolvement(AuthorityId),
    /// Take a closed case up again.
    Reopen,
}

/// A case, as far as it says what can be done.
pub struct Ground<'a> {
    /// Who looks.
    pub me: OfficialId,
    /// Where it is in its life.
    pub status: Status,
    /// Its phase.
    pub phase: Option<&'a Code>,
    /// Whether it is decided.
    pub decided: bool,
    /// Whether the official's authority is responsible.
    pub responsible: bool,
    /// Who was asked to take it.
    pub handover: Option<AuthorityId>,
    /// Who else works on it.
    pub involved: &'a [AuthorityId],
    /// The work.
    pub tasks: &'a [TaskShown],
    /// Whether it has a party.
    pub has_parties: bool,
    /// The edition under which it runs.
    pub service: &'a Service,
}

impl Ground<'_> {
    /// All that can be done, the likeliest next step first. `answers` says for which authorities the
    /// official's own answers.
    pub fn acts(&self, answers: impl Fn(AuthorityId) -> bool) -> Vec<Act> {
        match self.status {
            Status::Closed if self.responsible => return vec![Act::Reopen],
            Status::Closed | Status::Withdrawn => return Vec::new(),
            Status::Open => {}
        }
        let mut acts = BTreeSet::from([Act::Message, Act::Note]);
        if !self.service.documents.is_empty() {
            acts.insert(Act::AddPaper);
        }
        if self.handover.is_some_and(&answers) {
            acts.extend([Act::Accept, Act::Refuse]);
        }
        let own = self.tasks.iter().filter(|task| answers(task.authority));
        acts.extend(own.flat_map(|task| self.with_task(task)));
        if self.responsible {
            acts.extend(self.as_responsible());
        }
        acts.into_iter().collect()
    }

    fn with_task(&self, task: &TaskShown) -> Vec<Act> {
        let (id, mine) = (task.task, task.official == Some(self.me));
        match task.state {
            "open" => vec![Act::Claim(id), Act::Assign(id)],
            "assigned" => vec![Act::Claim(id), Act::Release(id), Act::Assign(id)],
            "claimed" if mine => vec![Act::Complete(id), Act::Release(id), Act::Assign(id)],
            "claimed" => vec![Act::Assign(id)],
            _ => Vec::new(),
        }
    }

    fn as_responsible(&self) -> Vec<Act> {
        let mut acts = vec![Act::Involve];
        if self.has_parties {
            acts.push(Act::Ask);
        }
        if !self.service.tasks.is_empty() {
            acts.push(Act::AddTask);
        }
        let phases = self.service.phases.iter().map(|phase| &phase.code);
        let others = phases.filter(|phase| Some(*phase) != self.phase);
        acts.extend(others.cloned().map(Act::Enter));
        let works = |authority: &AuthorityId| {
            let mut open = self.open_tasks();
            open.any(|task| task.authority == *authority)
        };
        let idle = self.involved.iter().filter(|one| !works(one));
        acts.extend(idle.copied().map(Act::EndInvolvement));
        if self.handover.is_some() {
            acts.push(Act::TakeBack);
            return acts;
        }
        acts.push(Act::HandOver);
        let decision = !self.service.outcomes.is_empty();
        if decision && !self.decided {
            acts.push(Act::Decide);
        }
        if (self.decided || !decision) && self.open_tasks().next().is_none() {
            acts.push(Act::Close);
        }
        acts
    }

    fn open_tasks(&self) -> impl Iterator<Item = &TaskShown> {
        let tasks = self.tasks.iter();
        tasks.filter(|task| task.state != "completed")
    }

    /// The phase that comes after the present one in the service's order.
    pub fn next_phase(&self) -> Option<&Code> {
        let phases = &self.service.phases;
        let now = phases
            .iter()
            .position(|phase| Some(&phase.code) == self.phase);
        let next = now.map_or(0, |at| at + 1);
        phases.get(next).map(|phase| &phase.code)
    }

    /// What is to be done next, of what can be done: the page begins with it.
    pub fn next_step(&self, acts: &[Act]) -> Option<Act> {
        let has = |act: &Act| acts.contains(act);
        let find = |fits: fn(&Act) -> bool| acts.iter().find(|act| fits(act)).cloned();
        if has(&Act::Accept) {
            return Some(Act::Accept);
        }
        if let Some(task) = find(|act| matches!(act, Act::Complete(_))) {
            return Some(task);
        }
        let mine = |task: &&TaskShown| task.state == "assigned" && task.official == Some(self.me);
        if let Some(task) = self.open_tasks().find(mine) {
            return Some(Act::Claim(task.task)).filter(|act| has(act));
        }
        if let Some(task) = find(|act| matches!(act, Act::Claim(_))) {
            return Some(task);
        }
        if !self.responsible || self.open_tasks().next().is_some() {
            return None;
        }
        let last = self.next_phase().is_none();
        let next = self.next_phase().cloned().map(Act::Enter);
        let ends = [Act::Close, Act::Decide];
        if let Some(next) = next.filter(|act| !last && has(act)) {
            return Some(next);
        }
        ends.into_iter().find(has)
    }
}
