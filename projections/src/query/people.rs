//! A person's own cases.

use kanzlei_core::PersonId;
use kanzlei_core::domain::Who;

use super::{Asked, Queries, QueryError};
use crate::directory::{self, Directory};
use crate::involvement::Involvement;
use crate::runner::{ViewError, ViewReader};

/// How often a list is read anew because a case was taken out of it meanwhile.
const READINGS: usize = 4;

impl Asked<'_> {
    /// The cases in which the actor is a party, and which party. Whether they still are is found in
    /// the case itself, when it is shown.
    ///
    /// # Errors
    /// If the actor is no person, the vault doesn't answer, or the view can't be read.
    pub async fn own_cases(&self) -> Result<Vec<Involvement>, QueryError> {
        match &self.actor.who {
            Who::Person { id, .. } => cases_of(self.setting.views, *id).await,
            _ => Err(QueryError::NotAllowed(
                "only a person has cases of their own",
            )),
        }
    }
}

impl Queries {
    /// The cases in which a person is a party: for erasure, the access report, and whoever operates
    /// the installation. Never for another person's eyes.
    ///
    /// # Errors
    /// If the vault doesn't answer or the view can't be read.
    pub async fn cases_of(&self, person: PersonId) -> Result<Vec<Involvement>, QueryError> {
        cases_of(&self.views, person).await
    }
}

async fn cases_of(views: &ViewReader, person: PersonId) -> Result<Vec<Involvement>, QueryError> {
    let unknown = || ViewError::Unknown(directory::NAME.to_owned());
    let directory = views.directory().ok_or_else(unknown)?;
    let token = directory.token(person).await?;
    for _ in 0..READINGS {
        // The rows are read before the key is fetched: a snapshot doesn't cross an await.
        let listed = {
            let snapshot = views.open(directory::NAME, Directory::oldest())?;
            directory::listed(&*snapshot, token)?
        };
        let Some(listed) = listed else {
            return Ok(Vec::new());
        };
        if let Some(cases) = directory.opened(&listed).await? {
            return Ok(cases);
        }
    }
    Ok(Vec::new())
}
