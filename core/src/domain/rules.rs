//! A service with rules of its own: typed commands and events beside the kernel's.

use serde::de::DeserializeOwned;

use super::case::Case;
use super::context::{Changes, Context};
use super::event::TypedEvent;
use super::own_state::OwnState;
use super::refusal::Refusal;
use super::standing::Standing;
use super::stop::Stop;
use crate::record::{EventRef, PersonalError};

/// What the author of a service with rules of its own writes. Both functions are pure: what is
/// looked up comes in through the context and is written into events.
///
/// ```
/// use kanzlei_core::domain::{Case, Changes, Context, Rules, Stop};
/// use kanzlei_core::{Refusal, event_table};
/// use serde::{Deserialize, Serialize};
///
/// /// The dog got its number.
/// #[derive(Debug, Clone, Serialize, Deserialize)]
/// pub struct NumberAssigned {
///     /// The number on its tag.
///     pub number: u32,
/// }
///
/// event_table! {
///     /// What happens to dogs.
///     pub enum DogEvent { 0x8001, 1 => NumberAssigned }
/// }
///
/// #[derive(Deserialize)]
/// struct AssignNumber { number: u32 }
///
/// struct DogRules;
///
/// impl Rules for DogRules {
///     type Command = AssignNumber;
///     type Event = DogEvent;
///     type State = Option<u32>;
///
///     fn decide(&self, case: &Case, own: &Self::State, command: &AssignNumber, _: &mut Context<'_>)
///         -> Result<Changes, Stop> {
///         if let Some(number) = own {
///             let said = format!("this dog has number {number} already");
///             return Err(Refusal::new("dog-has-number", said).with("number", number).into());
///         }
///         Changes::of(case).and(&DogEvent::from(NumberAssigned { number: command.number }))
///     }
///
///     fn evolve(&self, own: &mut Self::State, event: &DogEvent) {
///         if let DogEvent::NumberAssigned(assigned) = event {
///             *own = Some(assigned.number);
///         }
///     }
/// }
/// ```
pub trait Rules: Send + Sync + 'static {
    /// The commands, as adapters send them.
    type Command: DeserializeOwned;
    /// The events, made by [`event_table!`](crate::event_table).
    type Event: TypedEvent;
    /// What deciding needs to know of the events so far.
    type State: Default + Clone + Send + Sync + 'static;

    /// Whether somebody with this standing may send this command. Unless a service says otherwise,
    /// only the authority responsible may; who oversees and the public never do.
    fn permits(&self, standing: Standing, _command: &Self::Command) -> bool {
        standing == Standing::Responsible
    }

    /// Decides a command that is permitted. It has an event for the case itself, whatever it changes in further cases;
    /// what has none is refused as `nothing-to-do`.
    ///
    /// # Errors
    /// A refusal, or what must be fetched before it can be decided.
    fn decide(
        &self,
        case: &Case,
        own: &Self::State,
        command: &Self::Command,
        context: &mut Context<'_>,
    ) -> Result<Changes, Stop>;

    /// Takes in one event.
    fn evolve(&self, own: &mut Self::State, event: &Self::Event);
}

/// Rules of whatever service; every [`Rules`] is one.
pub trait AnyRules: Send + Sync + 'static {
    /// Decides a command that is given as JSON, for somebody with this standing; none for who
    /// operates the installation.
    ///
    /// # Errors
    /// A refusal, or what must be fetched before it can be decided.
    fn decide(
        &self,
        case: &Case,
        standing: Option<Standing>,
        json: &str,
        context: &mut Context<'_>,
    ) -> Result<Changes, Stop>;

    /// Takes in one event; says whether it is known.
    ///
    /// # Errors
    /// If the body isn't what kind and schema promise.
    fn evolve(&self, own: &mut OwnState, event: &EventRef<'_>) -> Result<bool, PersonalError>;
}

impl<R: Rules> AnyRules for R {
    fn decide(
        &self,
        case: &Case,
        standing: Option<Standing>,
        json: &str,
        context: &mut Context<'_>,
    ) -> Result<Changes, Stop> {
        let command = serde_json::from_str(json).map_err(|error| {
            // The place alone: the text that serde quotes may be about a person.
            let (line, column) = (error.line(), error.column());
            let said = format!(
                "this is not a command of the case's service: see line {line}, column {column}"
            );
            Refusal::new("command-unreadable", said)
                .with("line", line)
                .with("column", column)
        })?;
        if standing.is_some_and(|standing| !self.permits(standing, &command)) {
            let said = "this command is not for you to give; the authority responsible can";
            return Err(Refusal::new("may-not-act", said).into());
        }
        let fresh = R::State::default();
        let own = case.own.get::<R::State>().unwrap_or(&fresh);
        Rules::decide(self, case, own, &command, context)
    }

    fn evolve(&self, own: &mut OwnState, event: &EventRef<'_>) -> Result<bool, PersonalError> {
        let Some(event) = R::Event::decode(event)? else {
            return Ok(false);
        };
        let state = own
            .get_or_default::<R::State>()
            .ok_or_else(PersonalError::wrong_rules)?;
        Rules::evolve(self, state, &event);
        Ok(true)
    }
}
