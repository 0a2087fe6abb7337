//! Which status a refusal has: by its code, in one table that a test compares with the sources.

use axum::http::StatusCode;
use kanzlei::Refusal;

/// Each code that the engine refuses with, and the status of its answer.
pub(super) const STATUSES: &[(&str, StatusCode)] = &[
    // Who asks must be somebody first.
    ("sign-in-first", StatusCode::UNAUTHORIZED),
    ("sign-in-needed", StatusCode::UNAUTHORIZED),
    // They may not, whatever they say.
    ("applicants-only", StatusCode::FORBIDDEN),
    ("assurance-too-low", StatusCode::FORBIDDEN),
    ("handover-to-another", StatusCode::FORBIDDEN),
    ("may-not-act", StatusCode::FORBIDDEN),
    ("not-for-operators", StatusCode::FORBIDDEN),
    ("not-for-others", StatusCode::FORBIDDEN),
    ("not-responsible", StatusCode::FORBIDDEN),
    ("officials-only", StatusCode::FORBIDDEN),
    ("operators-only", StatusCode::FORBIDDEN),
    ("parties-only", StatusCode::FORBIDDEN),
    ("participation-of-all", StatusCode::FORBIDDEN),
    ("stewards-only", StatusCode::FORBIDDEN),
    ("task-of-another-authority", StatusCode::FORBIDDEN),
    // What the path names isn't there, or isn't theirs.
    ("case-not-found", StatusCode::NOT_FOUND),
    ("document-unknown", StatusCode::NOT_FOUND),
    ("request-unknown", StatusCode::NOT_FOUND),
    ("task-unknown", StatusCode::NOT_FOUND),
    // The case, or what is published, isn't at a point at which this can be.
    ("authority-involved", StatusCode::CONFLICT),
    ("authority-not-involved", StatusCode::CONFLICT),
    ("case-closed", StatusCode::CONFLICT),
    ("case-full", StatusCode::CONFLICT),
    ("case-open", StatusCode::CONFLICT),
    ("case-withdrawn", StatusCode::CONFLICT),
    ("decided-already", StatusCode::CONFLICT),
    ("edition-published", StatusCode::CONFLICT),
    ("edition-unknown", StatusCode::CONFLICT),
    ("erased", StatusCode::CONFLICT),
    ("handover-none", StatusCode::CONFLICT),
    ("handover-waiting", StatusCode::CONFLICT),
    ("not-decided", StatusCode::CONFLICT),
    ("not-taking-part", StatusCode::CONFLICT),
    ("nothing-to-do", StatusCode::CONFLICT),
    ("phase-entered", StatusCode::CONFLICT),
    ("register-published", StatusCode::CONFLICT),
    ("release-too-old", StatusCode::CONFLICT),
    ("request-answered", StatusCode::CONFLICT),
    ("responsible-already", StatusCode::CONFLICT),
    ("service-key-taken", StatusCode::CONFLICT),
    ("service-not-valid", StatusCode::CONFLICT),
    ("task-assigned", StatusCode::CONFLICT),
    ("task-completed", StatusCode::CONFLICT),
    ("task-not-claimed", StatusCode::CONFLICT),
    ("task-open", StatusCode::CONFLICT),
    ("task-taken", StatusCode::CONFLICT),
    ("task-yours", StatusCode::CONFLICT),
    ("tasks-open", StatusCode::CONFLICT),
    // More than fits.
    ("commit-too-large", StatusCode::PAYLOAD_TOO_LARGE),
    // What the body says can't be, wherever the case is.
    ("activity-unknown", StatusCode::UNPROCESSABLE_ENTITY),
    ("applicant-missing", StatusCode::UNPROCESSABLE_ENTITY),
    ("arrived-in-the-future", StatusCode::UNPROCESSABLE_ENTITY),
    ("authority-ambiguous", StatusCode::UNPROCESSABLE_ENTITY),
    ("authority-missing", StatusCode::UNPROCESSABLE_ENTITY),
    ("authority-unknown", StatusCode::UNPROCESSABLE_ENTITY),
    ("code", StatusCode::UNPROCESSABLE_ENTITY),
    ("command-id-used", StatusCode::UNPROCESSABLE_ENTITY),
    ("command-unknown", StatusCode::UNPROCESSABLE_ENTITY),
    ("command-unreadable", StatusCode::UNPROCESSABLE_ENTITY),
    ("definition-invalid", StatusCode::UNPROCESSABLE_ENTITY),
    ("definition-too-long", StatusCode::UNPROCESSABLE_ENTITY),
    ("document-kind-unknown", StatusCode::UNPROCESSABLE_ENTITY),
    ("document-media-type", StatusCode::UNPROCESSABLE_ENTITY),
    ("document-name", StatusCode::UNPROCESSABLE_ENTITY),
    ("document-slot", StatusCode::UNPROCESSABLE_ENTITY),
    ("form-invalid", StatusCode::UNPROCESSABLE_ENTITY),
    ("not-for-a-case", StatusCode::UNPROCESSABLE_ENTITY),
    ("outcome-unknown", StatusCode::UNPROCESSABLE_ENTITY),
    ("party-unknown", StatusCode::UNPROCESSABLE_ENTITY),
    ("phase-unknown", StatusCode::UNPROCESSABLE_ENTITY),
    ("register-invalid", StatusCode::UNPROCESSABLE_ENTITY),
    ("role-unknown", StatusCode::UNPROCESSABLE_ENTITY),
    ("service-unknown", StatusCode::UNPROCESSABLE_ENTITY),
    ("task-kind-unknown", StatusCode::UNPROCESSABLE_ENTITY),
    ("text-empty", StatusCode::UNPROCESSABLE_ENTITY),
    ("text-too-long", StatusCode::UNPROCESSABLE_ENTITY),
];

/// The status of a refusal. One that isn't in the table comes from a service's own rules: laid to
/// a field it is about what was typed, else about where the case is.
pub(super) fn status(refusal: &Refusal) -> StatusCode {
    let known = STATUSES.iter().find(|(code, _)| *code == refusal.code);
    match known {
        Some((_, status)) => *status,
        None if refusal.field.is_some() || !refusal.problems.is_empty() => {
            StatusCode::UNPROCESSABLE_ENTITY
        }
        None => StatusCode::CONFLICT,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    /// The codes that the sources of core and facade refuse with.
    fn codes() -> BTreeSet<String> {
        let house = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let mut folders = vec![house.join("core/src"), house.join("src")];
        let mut codes = BTreeSet::new();
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|kind| kind == "rs") {
                    codes.extend(codes_in(&std::fs::read_to_string(path).unwrap()));
                }
            }
        }
        codes
    }

    /// The codes of one source, but for those of its comments and tests.
    fn codes_in(source: &str) -> Vec<String> {
        let tests = source.find("#[cfg(test)]").unwrap_or(source.len());
        let lines = source[..tests].lines();
        let lines: Vec<&str> = lines
            .filter(|line| !line.trim().starts_with("//"))
            .collect();
        let joined = lines.join(" ");
        let said = joined.split("Refusal::new(").skip(1);
        let quoted = said.filter_map(|said| said.trim_start().strip_prefix('"'));
        quoted
            .filter_map(|code| code.split('"').next())
            .map(String::from)
            .collect()
    }

    #[test]
    fn every_code_that_the_engine_refuses_with_has_its_status() {
        let known: BTreeSet<&str> = STATUSES.iter().map(|(code, _)| *code).collect();
        assert_eq!(known.len(), STATUSES.len(), "a code has two rows");
        let codes = codes();
        assert!(codes.len() > 50, "{codes:?}");
        for code in &codes {
            assert!(known.contains(code.as_str()), "{code} has no row");
        }
    }

    #[test]
    fn a_service_s_own_refusal_is_about_what_was_typed_or_about_the_case() {
        let refusal = Refusal::new("dog-has-number", "the dog has a number already");
        assert_eq!(status(&refusal), StatusCode::CONFLICT);
        let field = kanzlei::Code::new("number").unwrap();
        assert_eq!(status(&refusal.at(field)), StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(status(&Refusal::not_found()), StatusCode::NOT_FOUND);
    }
}
