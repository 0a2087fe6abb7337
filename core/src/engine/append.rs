//! The last step of a command: its commit goes to the store, until the store has answered.

use super::execute::{Attempt, yield_now};
use super::prepare::Ready;
use super::{EngineError, Inner, Order, Receipt};
use crate::domain::{Actor, Command, Refusal};
use crate::ids::{CaseId, Version};
use crate::ports::{AppendError, Appended};
use crate::record::Hash;

/// How often a commit is sent again when the store is busy or doesn't know.
const SENT_MAX: usize = 64;

impl Inner {
    /// Hands a commit to the store, these same bytes until it has answered.
    pub(super) async fn append(
        &self,
        actor: &Actor,
        order: &Order,
        ready: Ready,
    ) -> Result<Attempt, EngineError> {
        let mut unknown = None;
        for _ in 0..SENT_MAX {
            match self.ports.store.append(&ready.prepared).await {
                Ok(appended) => {
                    let content = ready.prepared.record.content_hash();
                    return self
                        .appended(order, ready, appended, content)
                        .await
                        .map(Attempt::Done);
                }
                Err(AppendError::Duplicate(first)) => {
                    let receipt = self.compare(first, actor, order).await?;
                    return Ok(Attempt::Done(receipt));
                }
                Err(AppendError::Conflict { case, actual }) => {
                    return self.conflict(order, case, actual).await;
                }
                Err(AppendError::Busy) => {}
                Err(AppendError::Unknown(why)) => unknown = Some(why),
                // Once it was not known, it stays unknown: the store may have taken it before.
                Err(why) if unknown.is_some() => {
                    unknown = Some(why.to_string());
                    break;
                }
                Err(AppendError::Damaged { case }) => return Err(EngineError::Damaged(case)),
                Err(AppendError::TooLarge { size }) => return Err(too_large(size)),
                Err(AppendError::Closed(why)) => return Err(EngineError::Closed(why)),
            }
            yield_now().await;
        }
        let command = order.id;
        Err(
            unknown.map_or(EngineError::Busy, |why| EngineError::Unknown {
                command,
                why,
            }),
        )
    }

    async fn appended(
        &self,
        order: &Order,
        ready: Ready,
        appended: Appended,
        content: Hash,
    ) -> Result<Receipt, EngineError> {
        let administrative = matches!(
            order.command,
            Command::StageDefinition { .. }
                | Command::PublishEdition { .. }
                | Command::PublishRegister { .. }
                | Command::SetParticipation { .. }
        );
        if administrative {
            self.look_again(order).await?;
        } else {
            ready
                .cases
                .into_iter()
                .for_each(|case| self.cases.put(case));
        }
        Ok(Receipt::new(appended, order.id, content))
    }

    /// Another commit came first: of a case, or of what the decision rested on.
    async fn conflict(
        &self,
        order: &Order,
        case: CaseId,
        actual: Version,
    ) -> Result<Attempt, EngineError> {
        let seen = order
            .if_version
            .filter(|seen| order.case == Some(case) && *seen != actual);
        if let Some(expected) = seen {
            return Err(EngineError::Conflict {
                case,
                expected,
                actual,
            });
        }
        self.look_again(order).await?;
        Ok(Attempt::Again)
    }

    /// Reads what the installation has said since, also of a service that has no name yet.
    async fn look_again(&self, order: &Order) -> Result<(), EngineError> {
        let store = self.ports.store.as_ref();
        self.knowledge.refresh_all(store).await?;
        if let Command::StageDefinition {
            service: Some(service),
            ..
        }
        | Command::PublishEdition { service, .. } = &order.command
        {
            self.knowledge.refresh_editions(store, service).await?;
        }
        Ok(())
    }
}

fn too_large(size: usize) -> EngineError {
    let said = format!("this is too much at once ({size} bytes); send it in several pieces");
    Refusal::new("commit-too-large", said)
        .with("size", size)
        .into()
}
