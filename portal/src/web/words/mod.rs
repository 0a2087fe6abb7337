//! What the pages say: texts in four languages (Fluent), dates and figures as people write them.

mod dates;
mod figures;
mod languages;
mod line;
mod texts;

pub use dates::Zurich;
pub use fluent_bundle::FluentValue;
pub use languages::preferred;
pub use line::Telling;

use kanzlei::{Labels, Language};

/// Speaks one language. Cheap to copy.
///
/// ```
/// use kanzlei::Language;
/// use kanzlei_portal::web::words::Words;
///
/// let words = Words::of(Language::Fr);
/// assert_eq!(words.t("sign-in"), "Se connecter");
/// assert_eq!(words.number(12_345), "12\u{202f}345");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Words {
    language: Language,
    stretched: bool,
}

impl Words {
    /// Words in this language.
    pub const fn of(language: Language) -> Self {
        Self {
            language,
            stretched: false,
        }
    }

    /// The same, each text 40 percent longer: to see whether a page has room for it.
    #[must_use]
    pub const fn stretched(mut self) -> Self {
        self.stretched = true;
        self
    }

    /// The language.
    pub const fn language(self) -> Language {
        self.language
    }

    /// Its code, for `lang` attributes.
    pub const fn code(self) -> &'static str {
        self.language.code()
    }

    /// The text with this key.
    pub fn t(self, key: &str) -> String {
        self.text(key, &[])
    }

    /// The text with this key and one argument.
    pub fn t1<'a>(self, key: &str, name: &'a str, value: impl Into<FluentValue<'a>>) -> String {
        self.text(key, &[(name, value.into())])
    }

    /// The text with this key and two arguments.
    pub fn t2<'a>(
        self,
        key: &str,
        (name, value): (&'a str, impl Into<FluentValue<'a>>),
        (other, second): (&'a str, impl Into<FluentValue<'a>>),
    ) -> String {
        self.text(key, &[(name, value.into()), (other, second.into())])
    }

    /// The text with this key and any arguments.
    pub fn text(self, key: &str, arguments: &[(&str, FluentValue<'_>)]) -> String {
        let said = texts::say(self.language, key, arguments);
        if self.stretched {
            languages::stretched(&said)
        } else {
            said
        }
    }

    /// Whether there is a text with this key.
    pub fn has(self, key: &str) -> bool {
        texts::has(self.language, key)
    }

    /// A label in this language, and the language in which it is if nobody has translated it:
    /// that belongs into a `lang` attribute.
    pub fn label(self, labels: &Labels) -> Label {
        Label {
            text: labels.get(self.language).to_owned(),
            lang: labels.own(self.language).is_none().then_some("de"),
        }
    }
}

/// A text that may be in another language than the page.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Label {
    /// The text.
    pub text: String,
    /// Its language, where that isn't the page's.
    pub lang: Option<&'static str>,
}

impl Label {
    /// A text in the page's language, or in none, such as a name.
    pub fn plain(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            lang: None,
        }
    }
}

/// The text; where it is in another language, marked so. It is escaped here.
impl std::fmt::Display for Label {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = askama::filters::escape(&self.text, askama::filters::Html);
        let Ok(text) = text;
        match self.lang {
            None => write!(f, "{text}"),
            Some(lang) => write!(f, "<span lang=\"{lang}\">{text}</span>"),
        }
    }
}

impl askama::filters::HtmlSafe for Label {}
