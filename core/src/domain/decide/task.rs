//! Phases and tasks.

use super::super::case::{Task, TaskState, next_number};
use super::super::code::Code;
use super::super::command::Command;
use super::super::context::{Changes, Context};
use super::super::event::{
    PhaseEntered, TaskAdded, TaskAssigned, TaskClaimed, TaskCompleted, TaskReleased,
};
use super::super::number::TaskId;
use super::super::refusal::Refusal;
use super::super::service::Service;
use super::super::standing::answers_for;
use super::super::stop::Stop;
use super::permit::Permit;
use super::{Matter, list, too_many};
use crate::ids::{AuthorityId, OfficialId};

pub(super) fn decide(
    matter: &Matter<'_>,
    permit: &Permit,
    command: &Command,
    context: &mut Context<'_>,
) -> Result<Changes, Stop> {
    match command {
        Command::EnterPhase { phase } => enter(matter, permit, phase, context),
        Command::AddTask { kind, authority } => add(matter, permit, kind, *authority, context),
        Command::AssignTask { task, to } => {
            // Also from who has it: they may have left.
            let worker = Worker::of(matter, permit, *task, context)?;
            worker.is_not_assigned(*to)?;
            let (task, to) = (*task, *to);
            Changes::of(matter.case).event(TaskAssigned { task, to })
        }
        Command::ClaimTask { task } => {
            let worker = Worker::of(matter, permit, *task, context)?;
            worker.free()?;
            let (task, by) = (*task, worker.official);
            Changes::of(matter.case).event(TaskClaimed { task, by })
        }
        Command::ReleaseTask { task } => {
            let worker = Worker::of(matter, permit, *task, context)?;
            worker.taken()?;
            Changes::of(matter.case).event(TaskReleased { task: *task })
        }
        Command::CompleteTask { task } => {
            let worker = Worker::of(matter, permit, *task, context)?;
            worker.claimed()?;
            Changes::of(matter.case).event(TaskCompleted { task: *task })
        }
        _ => Err(Refusal::not_found().into()),
    }
}

/// The case enters a phase, and the tasks of that phase are added.
pub(super) fn enter_phase(
    changes: Changes,
    service: &Service,
    phase: &Code,
    responsible: AuthorityId,
    first_task: u16,
) -> Result<Changes, Stop> {
    let mut changes = changes.event(PhaseEntered {
        phase: phase.clone(),
    })?;
    let mut number = first_task;
    for kind in service.tasks_of_phase(phase.as_str()) {
        changes = changes.event(TaskAdded {
            task: TaskId(number),
            kind: kind.code.clone(),
            authority: responsible,
        })?;
        number = number.checked_add(1).ok_or_else(|| too_many("task"))?;
    }
    Ok(changes)
}

fn enter(
    matter: &Matter<'_>,
    permit: &Permit,
    phase: &Code,
    context: &Context<'_>,
) -> Result<Changes, Stop> {
    let (case, service) = (matter.case, matter.service);
    permit.responsible(case, context)?;
    if service.phase(phase.as_str()).is_none() {
        let known = list(service.phases.iter().map(|phase| &phase.code));
        let said = format!(
            "the service {} has no phase {phase}; it has: {known}",
            service.name
        );
        let refusal = Refusal::new("phase-unknown", said);
        return Err(refusal.with("phase", phase).with("allowed", known).into());
    }
    if case.phase.as_ref() == Some(phase) {
        let said = format!("the case is in the phase {phase} already; choose another");
        return Err(Refusal::new("phase-entered", said)
            .with("phase", phase)
            .into());
    }
    let first = next_number(&case.tasks, |task| task.0).ok_or_else(|| too_many("task"))?;
    enter_phase(Changes::of(case), service, phase, case.responsible, first)
}

fn add(
    matter: &Matter<'_>,
    permit: &Permit,
    kind: &Code,
    authority: Option<AuthorityId>,
    context: &Context<'_>,
) -> Result<Changes, Stop> {
    let (case, service) = (matter.case, matter.service);
    permit.responsible(case, context)?;
    if service.task(kind.as_str()).is_none() {
        let known = list(service.tasks.iter().map(|task| &task.code));
        let said = format!(
            "the service {} has no task {kind}; it has: {known}",
            service.name
        );
        let refusal = Refusal::new("task-kind-unknown", said);
        return Err(refusal.with("kind", kind).with("allowed", known).into());
    }
    let authority = authority.unwrap_or(case.responsible);
    let today = context.today();
    let works = |one: &AuthorityId| answers_for(context.catalogue, authority, *one, today);
    let mut concerned = case.involved.iter().copied().chain([case.responsible]);
    // By the name that the case knows it by: whatever becomes of that one there, becomes of its tasks.
    let Some(known) = concerned.find(works) else {
        let name = context.catalogue.authority_name(authority, context.today());
        let said = format!("{name} doesn't work on this case; involve it first");
        let refusal = Refusal::new("authority-not-involved", said);
        return Err(refusal
            .with("authority", authority)
            .with("name", name)
            .into());
    };
    let task = next_number(&case.tasks, |task| task.0).ok_or_else(|| too_many("task"))?;
    Changes::of(case).event(TaskAdded {
        task: TaskId(task),
        kind: kind.clone(),
        authority: known,
    })
}

/// An official and the task of their authority that they want to do something with.
struct Worker<'a> {
    official: OfficialId,
    id: TaskId,
    task: &'a Task,
}

impl<'a> Worker<'a> {
    fn of(
        matter: &Matter<'a>,
        permit: &Permit,
        id: TaskId,
        context: &Context<'_>,
    ) -> Result<Self, Stop> {
        let (official, authority) = permit.official()?;
        let case = matter.case;
        let Some(task) = case.tasks.get(&id) else {
            let open: Vec<String> = case.open_tasks().map(|(id, _)| id.to_string()).collect();
            let open = open.join(", ");
            let said = format!("the case has no task {id}; its open tasks are: {open}");
            let refusal = Refusal::new("task-unknown", said);
            return Err(refusal.with("task", id).with("allowed", open).into());
        };
        let today = context.acting_on();
        let is_theirs = answers_for(context.catalogue, authority, task.authority, today);
        // Of an authority that is no more and has no successor: else the case would never end.
        let is_nobody_s = || {
            let register = context.catalogue.register();
            register.is_some_and(|register| register.current(task.authority, today).is_none())
        };
        let is_responsible = || permit.responsible(case, context).is_ok();
        if !is_theirs && (!is_nobody_s() || !is_responsible()) {
            let name = context.catalogue.authority_name(task.authority, today);
            let said = format!("task {id} is for {name} to do");
            let refusal = Refusal::new("task-of-another-authority", said);
            return Err(refusal.with("task", id).with("name", name).into());
        }
        if task.state == TaskState::Completed {
            let said = format!("task {id} is completed; there is nothing left to do");
            return Err(Refusal::new("task-completed", said).with("task", id).into());
        }
        Ok(Self { official, id, task })
    }

    /// Nobody does it yet.
    fn free(&self) -> Result<(), Stop> {
        let id = self.id;
        let refusal = match self.task.state {
            TaskState::Claimed(by) if by == self.official => {
                let said = format!("you have task {id} already; complete it or give it back");
                Refusal::new("task-yours", said)
            }
            TaskState::Claimed(_) => {
                let said = format!(
                    "another official has task {id}; they can give it back, or it can be assigned \
                     to you"
                );
                Refusal::new("task-taken", said)
            }
            _ => return Ok(()),
        };
        Err(refusal.with("task", id).into())
    }

    fn is_not_assigned(&self, to: OfficialId) -> Result<(), Stop> {
        if self.task.state != TaskState::Assigned(to) {
            return Ok(());
        }
        let said = format!("task {} is assigned to this official already", self.id);
        Err(Refusal::new("task-assigned", said)
            .with("task", self.id)
            .into())
    }

    /// Somebody has it who may give it back: who claimed it, or anybody if it is assigned only.
    fn taken(&self) -> Result<(), Stop> {
        match self.task.state {
            TaskState::Claimed(by) if by == self.official => Ok(()),
            TaskState::Claimed(_) => self.free(),
            TaskState::Assigned(_) => Ok(()),
            TaskState::Open | TaskState::Completed => {
                let said = format!("nobody has task {}; there is nothing to give back", self.id);
                Err(Refusal::new("task-open", said).with("task", self.id).into())
            }
        }
    }

    /// The official does it.
    fn claimed(&self) -> Result<(), Stop> {
        match self.task.state {
            TaskState::Claimed(by) if by == self.official => Ok(()),
            TaskState::Claimed(_) => self.free(),
            _ => {
                let said = format!("take task {} before you complete it", self.id);
                Err(Refusal::new("task-not-claimed", said)
                    .with("task", self.id)
                    .into())
            }
        }
    }
}
