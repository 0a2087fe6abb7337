//! Labels: what people read, in the languages of the country.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A language in which Kanzlei speaks to people.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Language {
    /// German.
    De,
    /// French.
    Fr,
    /// Italian.
    It,
    /// English.
    En,
}

impl Language {
    /// All of them, German first.
    pub const ALL: [Self; 4] = [Self::De, Self::Fr, Self::It, Self::En];

    /// The ISO 639-1 code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::De => "de",
            Self::Fr => "fr",
            Self::It => "it",
            Self::En => "en",
        }
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

/// One text in several languages; German is always there, for the others it stands in.
///
/// ```
/// use kanzlei_core::{Labels, Language};
///
/// let labels = Labels::de("Umzug").with(Language::Fr, "Déménagement");
/// assert_eq!(labels.get(Language::Fr), "Déménagement");
/// assert_eq!(labels.get(Language::It), "Umzug");
/// ```
// Each language is written even if it is absent: postcard can't skip a field.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Labels {
    de: String,
    #[serde(default)]
    fr: Option<String>,
    #[serde(default)]
    it: Option<String>,
    #[serde(default)]
    en: Option<String>,
}

impl Labels {
    /// The longest label, in characters: one is read at a glance, or as a short paragraph of help.
    pub const CHARACTERS_MAX: usize = 1_000;

    /// A text in German alone, so far.
    pub fn de(text: impl Into<String>) -> Self {
        Self {
            de: text.into(),
            fr: None,
            it: None,
            en: None,
        }
    }

    /// The same with its text in one language set.
    #[must_use]
    pub fn with(mut self, language: Language, text: impl Into<String>) -> Self {
        let text = text.into();
        match language {
            Language::De => self.de = text,
            Language::Fr => self.fr = Some(text),
            Language::It => self.it = Some(text),
            Language::En => self.en = Some(text),
        }
        self
    }

    /// The text in this language, else in German.
    pub fn get(&self, language: Language) -> &str {
        self.own(language).unwrap_or(&self.de)
    }

    /// The text in this language, if it has been written.
    pub fn own(&self, language: Language) -> Option<&str> {
        match language {
            Language::De => Some(&self.de),
            Language::Fr => self.fr.as_deref(),
            Language::It => self.it.as_deref(),
            Language::En => self.en.as_deref(),
        }
    }
}
