//! The texts, read from the locale files that are part of the program.

use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::types::FluentNumber;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use kanzlei::Language;
use unic_langid::LanguageIdentifier;

use super::figures;

type Bundle = FluentBundle<FluentResource>;

/// The files of one language.
macro_rules! files {
    ($language:literal) => {
        &files!(
            $language, "shell", "start", "service", "form", "cases", "case", "line", "problems",
            "refusals", "office", "canton", "operator",
            "issuer"
        )
    };
    ($language:literal, $($file:literal),+) => {
        [$((
            concat!($language, "/", $file, ".ftl"),
            include_str!(concat!("../../../locales/", $language, "/", $file, ".ftl")),
        )),+]
    };
}

type Files = &'static [(&'static str, &'static str)];

static GERMAN: LazyLock<Bundle> = LazyLock::new(|| bundle("de-CH", files!("de")));
static FRENCH: LazyLock<Bundle> = LazyLock::new(|| bundle("fr-CH", files!("fr")));
static ITALIAN: LazyLock<Bundle> = LazyLock::new(|| bundle("it-CH", files!("it")));
static ENGLISH: LazyLock<Bundle> = LazyLock::new(|| bundle("en", files!("en")));

fn bundle(language: &str, files: Files) -> Bundle {
    let language: LanguageIdentifier = language.parse().unwrap_or_default();
    let mut bundle = Bundle::new_concurrent(vec![language]);
    // Marks of direction around what is inserted would be in the way of whoever copies a number.
    bundle.set_use_isolating(false);
    bundle.set_formatter(Some(|value, _| match value {
        FluentValue::Number(number) => Some(number_in_words(number)),
        _ => None,
    }));
    for (name, text) in files {
        let resource = FluentResource::try_new((*text).to_owned()).unwrap_or_else(
            // What could be read of it is kept: a mistake costs one text, and a test finds it.
            |(resource, errors)| {
                tracing::error!(file = name, ?errors, "a locale file has mistakes");
                resource
            },
        );
        if let Err(errors) = bundle.add_resource(resource) {
            tracing::error!(file = name, ?errors, "a text is there twice");
        }
    }
    bundle
}

/// Whole numbers in groups; figures with decimals are written before they come here.
fn number_in_words(number: &FluentNumber) -> String {
    #[allow(clippy::cast_possible_truncation)]
    let whole = number.value.round() as i64;
    figures::grouped(whole)
}

fn of(language: Language) -> &'static Bundle {
    match language {
        Language::De => &GERMAN,
        Language::Fr => &FRENCH,
        Language::It => &ITALIAN,
        Language::En => &ENGLISH,
    }
}

pub(super) fn has(language: Language, key: &str) -> bool {
    of(language).has_message(key)
}

/// A text. One that doesn't exist is its key, which a test would have found.
pub(super) fn say(language: Language, key: &str, arguments: &[(&str, FluentValue<'_>)]) -> String {
    let bundle = of(language);
    let pattern = bundle.get_message(key).and_then(|text| text.value());
    debug_assert!(pattern.is_some(), "there is no text “{key}”");
    let Some(pattern) = pattern else {
        return key.to_owned();
    };
    let given: FluentArgs<'_> = arguments.iter().cloned().collect();
    let mut errors = Vec::new();
    let said = bundle.format_pattern(pattern, Some(&given), &mut errors);
    debug_assert!(errors.is_empty(), "“{key}”: {errors:?}");
    said.into_owned()
}
