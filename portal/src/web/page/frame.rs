//! What stands around every page: title, languages, account, the way back, help.

use kanzlei::Language;

use crate::web::assets;
use crate::web::headers::encoded;
use crate::web::visit::{Side, Visit, in_language};
use crate::web::words::{FluentValue, Words};

/// A link with its words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Link {
    /// Where it leads.
    pub address: String,
    /// What it says.
    pub text: String,
    /// Whether that is the page one is on, or it is within.
    pub here: bool,
}

/// A language that the page can be read in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Choice {
    /// Its code.
    pub code: &'static str,
    /// Its own name.
    pub name: &'static str,
    /// Whether the page is in it.
    pub here: bool,
}

/// What stands around a page, and the words that its template asks for.
///
/// A template begins with `{% extends "layout.html" %}`, has a field `frame`, and says
/// `{{ frame.t("key") }}`.
#[derive(Clone, Debug)]
pub struct Frame {
    /// The page's title and `h1`.
    pub title: String,
    /// What tells this page from others of the same title: it follows in the window's title.
    pub detail: Option<String>,
    /// Whether something is wrong with what was filled in: the title says so first.
    pub failed: bool,
    /// The way back.
    pub back: Option<Link>,
    /// The words.
    pub words: Words,
    /// Whether the page may be as wide as a table of work needs.
    pub wide: bool,
    /// Whether the form on it is checked by a script.
    pub checks: bool,
    /// What names this request.
    pub request_id: String,
    /// When the page was made, in words.
    pub made: String,
    name: Option<String>,
    side: Side,
    path: String,
    addresses: [String; 4],
    sign_in: String,
}

const NAMES: [(Language, &str); 4] = [
    (Language::De, "Deutsch"),
    (Language::Fr, "Français"),
    (Language::It, "Italiano"),
    (Language::En, "English"),
];

/// Where the main pages of each side are, with the keys of their names.
const MAIN: &[(Side, &[(&str, &str)])] = &[
    (
        Side::Nobody,
        &[("/", "nav-services"), ("/cases", "nav-cases")],
    ),
    (
        Side::Resident,
        &[("/", "nav-services"), ("/cases", "nav-cases")],
    ),
    (
        Side::Office,
        &[
            ("/inbox", "nav-inbox"),
            ("/counter", "nav-counter"),
            ("/work", "nav-work"),
            ("/statistics", "nav-statistics"),
            ("/participation", "nav-participation"),
        ],
    ),
    (
        Side::Canton,
        &[
            ("/canton", "nav-canton"),
            ("/canton/process", "nav-process"),
            ("/canton/participation", "nav-participation"),
            ("/canton/editions", "nav-editions"),
            ("/canton/register", "nav-register"),
        ],
    ),
    (
        Side::Operator,
        &[
            ("/operator", "nav-operator"),
            ("/operator/log", "nav-log"),
            ("/operator/views", "nav-views"),
            ("/operator/adapters", "nav-adapters"),
            ("/operator/participation", "nav-participation"),
            ("/operator/editions", "nav-editions"),
            ("/operator/register", "nav-register"),
        ],
    ),
];

impl Visit {
    /// The frame around a page with this title, which is also its `h1`.
    pub fn frame(&self, title: impl Into<String>) -> Frame {
        let here = encoded(&self.path);
        Frame {
            title: title.into(),
            detail: None,
            failed: false,
            back: None,
            words: self.words,
            wide: false,
            checks: false,
            request_id: self.request_id.clone(),
            made: self.words.moment(self.now),
            name: self.viewer.as_ref().map(|viewer| viewer.name.clone()),
            side: self.side,
            path: self.path.clone(),
            addresses: Language::ALL.map(|language| in_language(self, language)),
            sign_in: format!("/sign-in?return={here}"),
        }
    }
}

impl Frame {
    /// The same, with a way back to where that key's text says.
    #[must_use]
    pub fn back(mut self, address: impl Into<String>, key: &str) -> Self {
        let text = self.words.t(key);
        self.back = Some(Link {
            address: address.into(),
            text,
            here: false,
        });
        self
    }

    /// The same, told from others of that title by this.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// The detail, for the line above the heading.
    pub fn subtitle(&self) -> &str {
        self.detail.as_deref().unwrap_or_default()
    }

    /// The same, as wide as a table of work needs.
    #[must_use]
    pub const fn wide(mut self) -> Self {
        self.wide = true;
        self
    }

    /// The same, of a form in which something is wrong.
    #[must_use]
    pub const fn failed(mut self, failed: bool) -> Self {
        self.failed = failed;
        self
    }

    /// The same, with the script that checks forms.
    #[must_use]
    pub const fn checked(mut self) -> Self {
        self.checks = true;
        self
    }

    /// The text with this key.
    pub fn t(&self, key: &str) -> String {
        self.words.t(key)
    }

    /// The text with this key and one argument.
    pub fn t1<'a>(&self, key: &str, name: &'a str, value: impl Into<FluentValue<'a>>) -> String {
        self.words.t1(key, name, value)
    }

    /// What to call who is signed in.
    pub fn account(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// Where one signs in, to come back here.
    pub fn sign_in(&self) -> &str {
        &self.sign_in
    }

    /// The main pages of this side.
    pub fn navigation(&self) -> Vec<Link> {
        let mut sides = MAIN.iter();
        let pages = sides.find(|(side, _)| *side == self.side);
        let pages = pages.map_or(&[][..], |(_, pages)| pages);
        // The longest that fits is where one is: `/canton/process` is within `/canton`, too.
        let within = |address: &str| {
            self.path == address
                || (address != "/" && self.path.starts_with(&format!("{address}/")))
        };
        let fits = pages.iter().filter(|(address, _)| within(address));
        let longest = fits
            .map(|(address, _)| *address)
            .max_by_key(|one| one.len());
        let link = |(address, key): &(&str, &str)| Link {
            address: (*address).to_owned(),
            text: self.words.t(key),
            here: longest == Some(*address),
        };
        pages.iter().map(link).collect()
    }

    /// The languages in which this page can be read, with its addresses.
    pub fn languages(&self) -> Vec<(Choice, &str)> {
        let choices = NAMES.iter().map(|(language, name)| Choice {
            code: language.code(),
            name,
            here: *language == self.words.language(),
        });
        let addresses = self.addresses.iter().map(String::as_str);
        choices.zip(addresses).collect()
    }

    /// Where a file of the program is found.
    pub fn asset(&self, name: &str, ending: &str) -> &'static str {
        assets::address(name, ending)
    }
}
