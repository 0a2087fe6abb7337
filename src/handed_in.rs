//! The receipt of a form, fetched again by who handed it in.

use kanzlei_core::domain::event::Event;
use kanzlei_core::domain::{Answer, OwnCase, TypedEvent};
use kanzlei_core::engine::Receipt;
use kanzlei_core::{CaseId, CommandId, Refusal};

use crate::{Error, Session};

impl Session {
    /// The receipt of a form that this actor handed in by this command, and the case as they see it
    /// now.
    ///
    /// # Errors
    /// The refusal `case-not-found`, whether there was no such command, it was another, or somebody
    /// else's; or what doesn't work.
    pub async fn handed_in(&self, command: CommandId) -> Result<(Receipt, OwnCase), Error> {
        let store = &self.kanzlei().engine().ports().store;
        let appended = store.answered(command).await?;
        let first = appended
            .as_ref()
            .and_then(|appended| appended.cases.first());
        // What was never sent is looked for like what is somebody else's.
        let nowhere = || CaseId::from_bytes(*command.as_bytes());
        let case = first.map_or_else(nowhere, |(case, _)| *case);
        let answers = self.case(case).await?;
        let own = answers.into_iter().find_map(|answer| match answer {
            Answer::Own(own) if own.handed_in() => Some(own),
            _ => None,
        });
        let (Some(appended), Some(own)) = (appended, own) else {
            return Err(Refusal::not_found().into());
        };
        let page = store.at(appended.position).await?;
        let commit = page.as_ref().and_then(|page| page.commits().next());
        let commit = commit.ok_or_else(Refusal::not_found)?;
        let content = commit.record.hashes().content;
        let opened = commit.record.parts().any(|part| {
            let mut events = part.events().map(|event| Event::decode(&event));
            part.case == case && events.any(|event| matches!(event, Ok(Some(Event::Submitted(_)))))
        });
        if !opened {
            return Err(Refusal::not_found().into());
        }
        Ok((Receipt::new(appended, command, content), own))
    }
}
