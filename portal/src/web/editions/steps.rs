//! What the steps on the way to a place in a definition are called.

use crate::web::words::Words;

/// Steps on the way to a place, with the keys of their names.
const STEPS: [(&str, &str); 37] = [
    ("labels", "prop-labels"),
    ("de", "prop-de"),
    ("fr", "prop-fr"),
    ("it", "prop-it"),
    ("en", "prop-en"),
    ("valid-from", "prop-valid-from"),
    ("valid-until", "prop-valid-until"),
    ("kind", "prop-kind"),
    ("required", "prop-required"),
    ("privacy", "prop-privacy"),
    ("reason", "prop-reason"),
    ("max-length", "prop-max-length"),
    ("min", "prop-min"),
    ("max", "prop-max"),
    ("choices", "prop-choice"),
    ("phase", "prop-phase"),
    ("own", "prop-own"),
    ("file", "prop-file"),
    ("shared", "prop-shared"),
    ("outline", "prop-outline"),
    ("public", "prop-public"),
    ("fields", "prop-fields"),
    ("messages", "prop-messages"),
    ("grounds", "prop-grounds"),
    ("documents", "prop-documents"),
    ("parties", "prop-parties"),
    ("basis", "prop-basis"),
    ("open", "prop-open"),
    ("submit", "prop-submit"),
    ("read", "prop-read"),
    ("code", "prop-code"),
    ("summary", "prop-summary"),
    ("category", "prop-category"),
    ("keywords", "prop-keywords"),
    ("cost", "prop-cost"),
    ("duration-days", "prop-duration-days"),
    ("needs", "prop-needs"),
];

/// A step on the way to a place; as the definition calls it, if nothing else is known.
pub(super) fn step(words: Words, name: &str) -> String {
    let key = STEPS.iter().find(|(known, _)| *known == name);
    key.map_or_else(|| name.to_owned(), |(_, key)| words.t(key))
}
