//! What happens to one case, drawn from the seed and the case's number alone: so the same seed gives
//! the same commands, whenever they are sent again.

use kanzlei::core::domain::event::PartyDetails;
use kanzlei::{Actor, AuthorityId, Code, Command, Service, TaskId, Timestamp};

use super::Failure;
use super::calendar::Diary;
use super::form::filled_in;
use super::people::{Person, clerk};
use super::random::Random;
use super::world::{BUILD, MOVE, World};

/// The case that the demo shows from all sides: a move from one municipality to another.
pub const SHOWN: u64 = 0;
pub const SHOWN_FROM: AuthorityId = AuthorityId(1061); // Luzern
pub const SHOWN_TO: AuthorityId = AuthorityId(1024); // Emmen
/// The case in which it is the person's turn: something is asked, and nothing happens after.
const WAITING: u64 = 3;
/// Who represents others: nobody's case is drawn for this number.
pub const REPRESENTATIVE: u64 = u64::MAX;
/// One of so many building applications is handed in by somebody who is represented.
const REPRESENTED: u64 = 8;
/// Of a hundred cases this many stop in the middle. Others are still open at the end of the two
/// years, which together makes a third.
const OPEN: u64 = 32;

/// Streams of chance.
const CASES: u64 = 3;
const HOMES: u64 = 4;

/// Somebody sends a command.
pub struct Step {
    pub actor: Actor,
    pub at: Timestamp,
    pub command: Command,
}

/// Writes the script of one case.
pub struct Script<'w> {
    pub(super) world: &'w World,
    pub(super) random: Random,
    pub(super) diary: Diary,
    pub(super) service: &'w Service,
    pub(super) person: Person,
    /// Whether the person has an account and acts themselves.
    pub(super) online: bool,
    /// Who is responsible.
    pub(super) office: AuthorityId,
    /// To where the person moves.
    pub(super) to: AuthorityId,
    /// The last task that was added.
    pub(super) tasks: u16,
    pub(super) shown: bool,
    /// Whether it ends with a question.
    pub(super) waiting: bool,
    /// Who represents the person, if somebody does.
    pub(super) representative: Option<Person>,
    steps: Vec<Step>,
}

/// All that happens to the case with this number.
pub fn script(world: &World, seed: u64, number: u64) -> Result<Vec<Step>, Failure> {
    let (shown, waiting) = (number == SHOWN, number == WAITING);
    let mut random = Random::of(seed, CASES, number);
    // Of three cases two are one person's.
    let person = number / 3 * 2 + (number % 3) / 2;
    let home = home(world, seed, person);
    let to = if shown || random.percent(20) {
        SHOWN_TO
    } else {
        anywhere(world, &mut random)
    };
    let service = if shown {
        world.service(MOVE)
    } else {
        random.weighted(&world.services)
    };
    let service = service.ok_or_else(|| Failure::broken("the demo's services"))?;
    let diary = Diary::beginning(world.first, world.last, &mut random);
    let represented = service.name == *BUILD && number.is_multiple_of(REPRESENTED);
    let mut script = Script {
        world,
        diary,
        service,
        person: Person::of(seed, person),
        online: shown || waiting || random.percent(85),
        office: home,
        to,
        tasks: 0,
        shown,
        waiting,
        representative: represented.then(|| Person::of(seed, REPRESENTATIVE)),
        steps: Vec::new(),
        random,
    };
    let opening = script.submit()?;
    script.live()?;
    Ok(script.cut(opening))
}

/// Where a person lives: after the first, who moves, one in each municipality, and then by
/// residents.
fn home(world: &World, seed: u64, person: u64) -> AuthorityId {
    let Some(after) = person.checked_sub(1) else {
        return SHOWN_FROM;
    };
    let one_each = usize::try_from(after).ok();
    let one_each = one_each.and_then(|at| world.municipalities.get(at));
    let mut random = Random::of(seed, HOMES, person);
    one_each.map_or_else(|| anywhere(world, &mut random), |(_, id)| *id)
}

fn anywhere(world: &World, random: &mut Random) -> AuthorityId {
    let drawn = random.weighted(&world.municipalities);
    drawn.copied().unwrap_or(SHOWN_FROM)
}

impl Script<'_> {
    pub(super) fn step(&mut self, actor: Actor, at: Timestamp, command: Command) {
        self.steps.push(Step { actor, at, command });
    }

    /// Hands in the form, perhaps after a mistake. Gives the number of steps until the case is open.
    fn submit(&mut self) -> Result<usize, Failure> {
        if !self
            .world
            .takes_part(self.service.name.as_str(), self.office)
        {
            // Refused: whoever lives there must go to the counter, and asks for a certificate.
            self.hand_in(true)?;
            let other = self.world.service("certificate-of-residence");
            self.service = other.unwrap_or(self.service);
        }
        if !self.shown && self.random.percent(6) {
            self.hand_in(false)?;
        }
        self.hand_in(true)?;
        let first = self.service.phases.first();
        self.tasks = first.map_or(0, |phase| {
            let tasks = self.service.tasks_of_phase(phase.code.as_str());
            u16::try_from(tasks.count()).unwrap_or(0)
        });
        Ok(self.steps.len())
    }

    /// Sends the form: whole, or without what is asked first, which is refused.
    fn hand_in(&mut self, whole: bool) -> Result<(), Failure> {
        let name = self.service.name.clone();
        let day = self.diary.now().date_utc();
        let mut form = filled_in(name.as_str(), self.office, self.to, day, &mut self.random)?;
        if let (false, Some(asked)) = (whole, self.service.fields.get(1)) {
            form.remove(asked.code.as_str());
            if !asked.required {
                form.remove(
                    self.service
                        .fields
                        .first()
                        .map_or("", |first| first.code.as_str()),
                );
            }
        }
        let (actor, at, applicant) = if self.online {
            (
                self.person.actor(),
                self.diary.minutes(15, &mut self.random),
                None,
            )
        } else {
            let details = PartyDetails {
                person: None,
                name: self.person.name.clone(),
            };
            let actor = clerk(self.office, &mut self.random)?;
            (
                actor,
                self.diary.in_office(1, &mut self.random),
                Some(details),
            )
        };
        let command = Command::Submit {
            service: name,
            form,
            applicant,
        };
        self.step(actor, at, command);
        Ok(())
    }

    /// From the first look at it to the end.
    fn live(&mut self) -> Result<(), Failure> {
        self.documents()?;
        self.represent()?;
        let usual = !self.shown && !self.waiting;
        if usual && self.online && self.random.percent(6) {
            self.withdraw();
            return Ok(());
        }
        let phases: Vec<Code> = self.service.phases.iter().map(|p| p.code.clone()).collect();
        for (index, phase) in phases.iter().enumerate() {
            let mut from = 1;
            if index > 0 {
                self.before(phase.as_str())?;
                from = self.enter(phase)?;
            }
            for task in from..=self.tasks {
                self.work_on(TaskId(task))?;
            }
            self.beside(phase.as_str(), index == 0)?;
        }
        self.decide()?;
        if !self.shown && self.random.percent(5) {
            self.take_up_again()?;
            self.decide()?;
        }
        Ok(())
    }

    /// Leaves out what comes after the two years, and of some cases the end.
    fn cut(mut self, opening: usize) -> Vec<Step> {
        let over = self.world.last.plus_days(1).start_utc();
        let in_time = self.steps.iter().take_while(|step| step.at < over).count();
        self.steps.truncate(in_time.max(opening));
        let asks = |step: &Step| matches!(step.command, Command::RequestInformation { .. });
        if let (true, Some(asked)) = (self.waiting, self.steps.iter().position(asks)) {
            self.steps.truncate(asked.saturating_add(1));
            return self.steps;
        }
        let ends = |step: &Step| matches!(step.command, Command::Close | Command::Withdraw { .. });
        let end = self.steps.iter().position(ends);
        if let (Some(end), false, true) = (end, self.shown, self.random.percent(OPEN)) {
            let most = u64::try_from(end.saturating_sub(opening)).unwrap_or(0);
            let kept = usize::try_from(self.random.below(most.saturating_add(1))).unwrap_or(0);
            self.steps.truncate(opening.saturating_add(kept));
        }
        self.steps
    }
}
