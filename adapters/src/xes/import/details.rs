//! What is written of a case and an event besides what they say themselves.

use super::super::attribute::last;
use super::super::item::Event;
use super::super::{Attribute, Mapping, XesValue, json};

/// What is said of an event: its attributes, without those of which the event itself says all.
pub(super) fn event_json(mapping: &Mapping, event: &Event) -> String {
    let time = last(&event.attributes, mapping.time_key());
    let time = time.filter(|one| matches!(one.value, XesValue::Date(_)));
    let activity = match mapping.activity_keys() {
        [key] => last(&event.attributes, key),
        _ => None,
    };
    let activity = activity.filter(|one| matches!(one.value, XesValue::String(_)));
    let said = [time, activity];
    json::of(&event.attributes, |one| {
        one.children.is_empty() && said.iter().flatten().any(|said| std::ptr::eq(*said, one))
    })
}

/// What is said of a case: its name, and its attributes without that.
pub(super) fn case_json(mapping: &Mapping, attributes: &[Attribute]) -> String {
    let name = last(attributes, mapping.case_key());
    let said = name.filter(|one| matches!(one.value, XesValue::String(_)));
    json::named(
        mapping.case_name(attributes).as_deref(),
        attributes,
        |one| one.children.is_empty() && said.is_some_and(|said| std::ptr::eq(said, one)),
    )
}
