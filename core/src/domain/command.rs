//! Commands: what somebody wants to happen.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::code::Code;
use super::event::{DocumentDetails, ParticipationState, PartyDetails};
use super::form::Form;
use super::number::{PartyId, RequestId, TaskId};
use crate::ids::{AuthorityId, KeySlot, OfficialId};
use crate::record::Hash;
use crate::time::{Date, Timestamp};

/// What somebody wants to happen. [`Submit`](Command::Submit) opens a case; all others are for one
/// that exists.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Command {
    /// Hand in a form, and so open a case.
    Submit {
        /// The service.
        service: Code,
        /// The form.
        form: Form,
        /// For whom, if an official hands it in at the counter; a person hands in for themselves.
        applicant: Option<PartyDetails>,
    },
    /// Give somebody a role in the case.
    AddParty {
        /// The role.
        role: Code,
        /// Who.
        details: PartyDetails,
    },
    /// Let the case enter a phase.
    EnterPhase {
        /// The phase.
        phase: Code,
    },
    /// Add a task.
    AddTask {
        /// What kind.
        kind: Code,
        /// Whose; the authority responsible if it is left out.
        authority: Option<AuthorityId>,
    },
    /// Say who is to do a task.
    AssignTask {
        /// The task.
        task: TaskId,
        /// Who.
        to: OfficialId,
    },
    /// Take a task.
    ClaimTask {
        /// The task.
        task: TaskId,
    },
    /// Give a task back.
    ReleaseTask {
        /// The task.
        task: TaskId,
    },
    /// Say that a task is done.
    CompleteTask {
        /// The task.
        task: TaskId,
    },
    /// Ask a party for something.
    RequestInformation {
        /// Who.
        of: PartyId,
        /// What.
        text: String,
    },
    /// Answer a request for information.
    ProvideInformation {
        /// The request.
        request: RequestId,
        /// The answer.
        text: String,
    },
    /// Write to the others in the case.
    SendMessage {
        /// Whether only authorities see it.
        internal: bool,
        /// What.
        text: String,
    },
    /// Add a document that is kept outside the log.
    ReferenceDocument {
        /// What kind.
        kind: Code,
        /// SHA-256 of the sealed document.
        digest: Hash,
        /// What it is called.
        details: DocumentDetails,
        /// The slot under which the embedder's document store has sealed it, freshly minted for
        /// this document, so that destroying it erases document and details together. Left out, a
        /// fresh slot is taken for the details.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sealed_under: Option<KeySlot>,
    },
    /// Let another authority work on the case.
    InvolveAuthority {
        /// Which.
        authority: AuthorityId,
    },
    /// An involved authority is no longer needed.
    EndInvolvement {
        /// Which.
        authority: AuthorityId,
    },
    /// Pass the case on.
    HandOver {
        /// To whom.
        to: AuthorityId,
        /// Why.
        reason: String,
    },
    /// Take the case that another authority passes on.
    AcceptHandover,
    /// Leave it with the other authority.
    RefuseHandover {
        /// Why.
        reason: String,
    },
    /// Issue the decision.
    IssueDecision {
        /// How it comes out.
        outcome: Code,
        /// On which grounds.
        grounds: String,
    },
    /// Close the case.
    Close,
    /// Take the request back.
    Withdraw {
        /// Why.
        reason: String,
    },
    /// Take a closed case up again.
    Reopen {
        /// Why.
        reason: String,
    },
    /// Take over a case from another system, with what it recorded.
    TakeOver {
        /// The service.
        service: Code,
        /// What that system says of the case, as JSON.
        details: String,
        /// What it recorded, in the order of time.
        history: Vec<Recorded>,
    },
    /// Add to a case that was taken over: what the other system recorded further.
    AddHistory {
        /// What it recorded, in the order of time.
        history: Vec<Recorded>,
    },
    /// A command of the service's own rules, as JSON.
    Own {
        /// The command.
        json: String,
    },
    /// Lay down a piece of a definition that is too long for one commit. Made by
    /// [`publish_edition`](super::publish_edition) and [`publish_register`](super::publish_register).
    StageDefinition {
        /// Of which service; none for the register.
        service: Option<Code>,
        /// The piece.
        piece: Piece,
    },
    /// Publish an edition of a service: the pieces laid down before, and this last one.
    PublishEdition {
        /// The service.
        service: Code,
        /// The last piece.
        piece: Piece,
    },
    /// Publish the register: the pieces laid down before, and this last one.
    PublishRegister {
        /// The last piece.
        piece: Piece,
    },
    /// Say whether an authority takes part in a service: for a [steward](super::Actor::STEWARD) of
    /// that authority, and for who operates the installation.
    SetParticipation {
        /// The service.
        service: Code,
        /// The authority.
        authority: AuthorityId,
        /// What it does.
        state: ParticipationState,
        /// From which day on.
        from: Date,
    },
}

/// What another system recorded.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recorded {
    /// When it happened.
    pub at: Timestamp,
    /// What was done: an index into the activities of the service's edition.
    pub activity: u16,
    /// What that system says of it, as JSON.
    pub details: String,
}

/// A piece of a packed definition.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Piece {
    /// Whether it is the first.
    pub first: bool,
    /// The bytes.
    pub bytes: Vec<u8>,
}

impl Command {
    /// Whether it is for a case that exists; else it opens one, or administers the installation.
    pub const fn is_for_a_case(&self) -> bool {
        !matches!(
            self,
            Self::Submit { .. }
                | Self::TakeOver { .. }
                | Self::StageDefinition { .. }
                | Self::PublishEdition { .. }
                | Self::PublishRegister { .. }
                | Self::SetParticipation { .. }
        )
    }

    /// What it is called, as adapters spell it.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Submit { .. } => "submit",
            Self::AddParty { .. } => "add-party",
            Self::EnterPhase { .. } => "enter-phase",
            Self::AddTask { .. } => "add-task",
            Self::AssignTask { .. } => "assign-task",
            Self::ClaimTask { .. } => "claim-task",
            Self::ReleaseTask { .. } => "release-task",
            Self::CompleteTask { .. } => "complete-task",
            Self::RequestInformation { .. } => "request-information",
            Self::ProvideInformation { .. } => "provide-information",
            Self::SendMessage { .. } => "send-message",
            Self::ReferenceDocument { .. } => "reference-document",
            Self::InvolveAuthority { .. } => "involve-authority",
            Self::EndInvolvement { .. } => "end-involvement",
            Self::HandOver { .. } => "hand-over",
            Self::AcceptHandover => "accept-handover",
            Self::RefuseHandover { .. } => "refuse-handover",
            Self::IssueDecision { .. } => "issue-decision",
            Self::Close => "close",
            Self::Withdraw { .. } => "withdraw",
            Self::Reopen { .. } => "reopen",
            Self::TakeOver { .. } => "take-over",
            Self::AddHistory { .. } => "add-history",
            Self::Own { .. } => "own",
            Self::StageDefinition { .. } => "stage-definition",
            Self::PublishEdition { .. } => "publish-edition",
            Self::PublishRegister { .. } => "publish-register",
            Self::SetParticipation { .. } => "set-participation",
        }
    }
}

/// The name alone: a command holds what people typed.
impl fmt::Debug for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Command({})", self.name())
    }
}
