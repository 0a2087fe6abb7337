//! What a caller does, one step after another: the same for the same seed, so that whoever checks
//! knows what should be there without having been told.

use kanzlei::{Actor, AuthorityId, Code, Command, CommandId, Form, TaskId};
use kanzlei_store::conformance::Random;

use crate::Outcome;
use crate::town::{self, HERE, OUTCOME, SERVICE, THERE};

/// Who plans.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Caller {
    /// The seed of everything.
    pub seed: u64,
    /// Which process on the same folder it is in.
    pub round: u32,
    /// Which of the process' callers it is.
    pub number: u32,
}

impl Caller {
    /// How all commands of this seed begin.
    pub const fn mark(self) -> [u8; 8] {
        Random::seeded(self.seed).number().to_be_bytes()
    }
}

/// What is done in a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deed {
    /// A case is opened; all that follows is about it, until the next one.
    Submit,
    /// The task is taken.
    Claim,
    /// Something is written about the case.
    Message,
    /// The case is passed on.
    HandOver,
    /// The other authority takes it.
    Accept,
    /// The task is done.
    Complete,
    /// The decision.
    Decide,
    /// The end.
    Close,
    /// A form in the making is saved.
    Draft,
    /// A document is added to the case.
    Document,
    /// The applicant is erased from the case.
    Erase,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Whose.
    pub caller: Caller,
    /// Its number among this caller's, from 0.
    pub number: u32,
    /// Of which of this caller's cases, from 0.
    pub case: u32,
    /// What is done.
    pub deed: Deed,
    /// At which authority the case is.
    pub at: AuthorityId,
    /// What is said, if anything; no two steps say the same.
    pub text: String,
}

impl Step {
    /// The id of its command.
    pub fn id(&self) -> CommandId {
        let mut id = [0; 16];
        id[..8].copy_from_slice(&self.caller.mark());
        let (round, caller) = (self.caller.round, self.caller.number);
        id[8..10].copy_from_slice(&low(round));
        id[10..12].copy_from_slice(&low(caller));
        id[12..].copy_from_slice(&self.number.to_be_bytes());
        CommandId::from_bytes(id)
    }

    /// Who acts.
    ///
    /// # Errors
    /// Never: roles are codes.
    pub fn actor(&self) -> Outcome<Actor> {
        match self.deed {
            Deed::Submit | Deed::Draft | Deed::Document => Ok(town::resident(self.caller.number)),
            Deed::Accept => town::clerk(THERE),
            _ => town::clerk(self.at),
        }
    }

    /// The command; none for what isn't one.
    ///
    /// # Errors
    /// Never: what it is made of is valid.
    pub fn command(&self) -> Outcome<Option<Command>> {
        let (task, text) = (TaskId(1), self.text.clone());
        Ok(Some(match self.deed {
            Deed::Submit => Command::Submit {
                service: Code::new(SERVICE)?,
                form: Form::new().with("municipality", HERE)?.with("what", text)?,
                applicant: None,
            },
            Deed::Claim => Command::ClaimTask { task },
            Deed::Message => Command::SendMessage {
                internal: true,
                text,
            },
            Deed::HandOver => Command::HandOver {
                to: THERE,
                reason: text,
            },
            Deed::Accept => Command::AcceptHandover,
            Deed::Complete => Command::CompleteTask { task },
            Deed::Decide => Command::IssueDecision {
                outcome: Code::new(OUTCOME)?,
                grounds: text,
            },
            Deed::Close => Command::Close,
            Deed::Draft | Deed::Document | Deed::Erase => return Ok(None),
        }))
    }
}

/// The last two bytes: more rounds or callers there aren't.
fn low(number: u32) -> [u8; 2] {
    let [_, _, high, low] = number.to_be_bytes();
    [high, low]
}

/// A caller's steps, without end.
#[derive(Debug, Clone)]
pub struct Plan {
    caller: Caller,
    random: Random,
    /// Bytes of the longest text.
    text_max: u64,
    steps: u32,
    cases: u32,
    at: AuthorityId,
    /// What is still to be done in the present case, the last first.
    ahead: Vec<Deed>,
}

impl Plan {
    /// What this caller does.
    pub fn of(caller: Caller, text_max: u64) -> Self {
        let spread = u64::from(caller.round) << 32 | u64::from(caller.number);
        let mut seed = Random::seeded(caller.seed ^ spread.rotate_left(17));
        Self {
            caller,
            random: Random::seeded(seed.number()),
            text_max,
            steps: 0,
            cases: 0,
            at: HERE,
            ahead: Vec::new(),
        }
    }

    /// The way of the next case, drawn.
    fn case(&mut self) -> Vec<Deed> {
        let mut way = vec![Deed::Submit];
        let mut chance = |way: &mut Vec<Deed>, deed: Deed, percent| {
            if self.random.below(100) < percent {
                way.push(deed);
            }
        };
        chance(&mut way, Deed::Draft, 15);
        for _ in 0..3 {
            chance(&mut way, Deed::Message, 60);
        }
        chance(&mut way, Deed::Document, 15);
        way.push(Deed::Claim);
        chance(&mut way, Deed::HandOver, 40);
        if way.last() == Some(&Deed::HandOver) {
            way.extend([Deed::Accept, Deed::Claim]);
        }
        chance(&mut way, Deed::Message, 50);
        way.extend([Deed::Complete, Deed::Decide, Deed::Close]);
        chance(&mut way, Deed::Erase, 25);
        way.reverse();
        way
    }
}

impl Iterator for Plan {
    type Item = Step;

    fn next(&mut self) -> Option<Step> {
        if self.ahead.is_empty() {
            self.ahead = self.case();
            self.at = HERE;
            self.cases += 1;
        }
        let deed = self.ahead.pop()?;
        let length = 1 + self.random.below(self.text_max);
        let mut text = format!("{}.{} ", self.caller.number, self.steps);
        let letters = (0..length).map(|_| char::from(b'a' + (self.random.number() % 26) as u8));
        text.extend(letters);
        let step = Step {
            caller: self.caller,
            number: self.steps,
            case: self.cases - 1,
            at: self.at,
            text,
            deed,
        };
        if step.deed == Deed::Accept {
            self.at = THERE;
        }
        self.steps += 1;
        Some(step)
    }
}
