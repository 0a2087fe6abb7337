//! Events of tasks.

use serde::{Deserialize, Serialize};

use crate::domain::code::Code;
use crate::domain::number::TaskId;
use crate::ids::{AuthorityId, OfficialId};

/// There is something to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskAdded {
    /// The task's number in the case, from 1.
    pub task: TaskId,
    /// What kind of task.
    pub kind: Code,
    /// Whose officials are to do it.
    pub authority: AuthorityId,
}

/// Somebody is to do it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskAssigned {
    /// The task.
    pub task: TaskId,
    /// Who.
    pub to: OfficialId,
}

/// Somebody does it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskClaimed {
    /// The task.
    pub task: TaskId,
    /// Who.
    pub by: OfficialId,
}

/// Nobody does it any more; it is open again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskReleased {
    /// The task.
    pub task: TaskId,
}

/// It is done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskCompleted {
    /// The task.
    pub task: TaskId,
}
