//! From what an address names to the case: by its id, or by the reference that people say.

use kanzlei::core::domain::Who;
use kanzlei::{CaseId, Reference};

use super::Problem;
use super::sign_in_layer::{Caller, sign_in_first};
use axum::http::StatusCode;

/// The case with this id or reference. Whether it is any of the viewer's business is found when it
/// is read: an id that nobody has leads on, to the same answer by the same way.
pub(super) async fn case(caller: &Caller, named: &str) -> Result<CaseId, Problem> {
    if let Ok(id) = named.parse::<CaseId>() {
        return Ok(id);
    }
    let Ok(reference) = named.parse::<Reference>() else {
        return Err(hidden(caller));
    };
    let found = match caller.session.actor().who {
        Who::Person { .. } => {
            let own = caller.session.my_cases().await?;
            let mut own: Vec<CaseId> = own.into_iter().map(|one| one.case).collect();
            own.retain(|case| case.reference() == reference);
            own.dedup();
            own
        }
        _ => caller.session.find(named).await?,
    };
    match found.as_slice() {
        [only] => Ok(*only),
        [] => Err(hidden(caller)),
        several => {
            let ids: Vec<String> = several.iter().map(CaseId::to_string).collect();
            let said = "several of your cases have this reference; name one by its id";
            Err(
                Problem::new(StatusCode::CONFLICT, "reference-ambiguous", said)
                    .with("cases", ids.join(" ")),
            )
        }
    }
}

/// The answer for a case that isn't there for this viewer. Nobody in particular is told to sign in,
/// whether there is one or not.
pub(super) fn hidden(caller: &Caller) -> Problem {
    if caller.viewer.is_none() {
        return sign_in_first();
    }
    Problem::case_not_found()
}

/// What a read of a case came to, where nobody in particular is told to sign in.
pub(super) fn shown<T>(
    caller: &Caller,
    answer: Result<T, kanzlei::EngineError>,
) -> Result<T, Problem> {
    answer.map_err(|error| match error.refusal() {
        Some(refusal) if refusal.hides_case() => hidden(caller),
        _ => error.into(),
    })
}
