//! What is wrong with what was filled in: said on top and at the field, in the same words.

use askama::Template;

use crate::web::trouble::refusal_in_words;
use crate::web::words::{Label, Words};
use kanzlei::Refusal;

/// What is wrong with one field.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Problem {
    /// The `id` of the input; empty if it is about no field.
    pub field: String,
    /// Where it is repaired; empty if it is about no field.
    pub address: String,
    /// The sentence.
    pub text: Label,
}

/// The summary on top of a form, as a template shows it before its `h1`: `{{ problems }}` in the block
/// `before`. Without problems it is nothing.
#[derive(Clone, PartialEq, Eq, Debug, Template)]
#[template(path = "parts/problems.html")]
pub struct Problems {
    title: String,
    problems: Vec<Problem>,
}

impl askama::filters::HtmlSafe for Problems {}

impl Problems {
    /// Nothing is wrong so far.
    pub fn none(words: Words) -> Self {
        Self {
            title: words.t("problem-title"),
            problems: Vec::new(),
        }
    }

    /// The domain said no.
    pub fn refused(words: Words, refusal: &Refusal) -> Self {
        let mut problems = Self::none(words);
        problems.add("", refusal_in_words(words, refusal));
        problems
    }

    /// Adds what is wrong with the input that has this `id`; an empty one is the whole form.
    pub fn add(&mut self, field: &str, text: Label) {
        let address = if field.is_empty() {
            String::new()
        } else {
            format!("#{field}")
        };
        self.problems.push(Problem {
            field: field.to_owned(),
            address,
            text,
        });
    }

    /// Adds what is repaired on another page.
    pub fn link(&mut self, address: &str, text: Label) {
        self.problems.push(Problem {
            field: String::new(),
            address: address.to_owned(),
            text,
        });
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.problems.is_empty()
    }

    /// What is wrong with the input that has this `id`.
    pub fn at(&self, field: &str) -> Option<&Label> {
        let mut problems = self.problems.iter();
        problems
            .find(|problem| problem.field == field)
            .map(|problem| &problem.text)
    }
}
