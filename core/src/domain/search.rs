//! Finding a service by the words that one would use for it.
//!
//! Every word is looked for in every language, because people mix them: in names, keywords,
//! categories and summaries, folded, at the beginning and inside of words as German compounds want
//! it, and with a slip of the pen. A service is as good as the words of the question that it meets;
//! the rarer a word is among services, the more it says. What meets none is guessed at.

use std::cmp::Reverse;
use std::collections::HashSet;
use std::sync::LazyLock;

use super::catalogue::{Catalogue, Edition};
use super::label::{Labels, Language};
use super::service::Service;
use super::spelling::{distance, fold};
use crate::time::Date;

/// More words of a question aren't looked for.
const WORDS_MAX: usize = 8;
/// More letters of a question aren't read.
const LETTERS_MAX: usize = 200;
/// How many are guessed.
const GUESSES: usize = 3;
/// What is this many times worse than the best isn't shown.
const WORSE_MAX: u32 = 4;

/// Words that say nothing about what somebody wants, folded, a language a line.
const FILLERS: [&str; 4] = [
    "ich sie ihr mein meine meinen meiner wir unser unsere unseren der die das den dem des dass ein \
     eine einen einer ist sind fur wie wo was mochte will muss kann brauche beantragen machen und \
     oder mit nach von bei zum zur auf aus man online formular gesuch",
    "je mon mes notre les une pour comment vous voudrais veux dois avec chez dans sur est formulaire \
     demander faire",
    "mio mia nostro nostra gli una uno per come dove vorrei devo con nel del della che modulo \
     richiedere fare",
    "the our for how where what want need have get with and can form apply",
];

fn is_filler(word: &str) -> bool {
    // Asked of every word of every service.
    static ALL: LazyLock<HashSet<&str>> = LazyLock::new(|| {
        FILLERS
            .iter()
            .flat_map(|one| one.split_whitespace())
            .collect()
    });
    word.len() <= 2 || ALL.contains(word)
}

/// What was found.
#[derive(Debug, Clone)]
pub struct Found<'a> {
    /// The services, the best first.
    pub services: Vec<&'a Edition>,
    /// Whether none has the words that were asked for: then these are the nearest.
    pub is_guess: bool,
}

impl Catalogue {
    /// The services offered on that day that somebody may mean by these words, the best first. No
    /// words are all services, by their names in this language.
    ///
    /// A language only breaks ties: who reads the catalogue in German may ask in French.
    pub fn search(&self, text: &str, language: Language, on: Date) -> Found<'_> {
        let mut services: Vec<&Edition> = self.offered(on).collect();
        services.sort_by_key(|edition| fold(edition.service.labels.get(language)));
        let words = question(text);
        if words.is_empty() {
            let is_guess = false;
            return Found { services, is_guess };
        }
        let indexes: Vec<Vec<Term>> = services
            .iter()
            .map(|edition| terms(&edition.service, language))
            .collect();
        let met: Vec<Vec<u32>> = indexes
            .iter()
            .map(|terms| words.iter().map(|word| best(word, terms, meets)).collect())
            .collect();
        let scores = scores(&met, words.len());
        let best_score = scores.iter().copied().max().unwrap_or(0);
        if best_score > 0 {
            let ranked = ranked(&services, &scores);
            let good = ranked.filter(|(score, _)| score * WORSE_MAX >= best_score);
            return Found {
                services: good.map(|(_, edition)| edition).collect(),
                is_guess: false,
            };
        }
        let near = |terms: &Vec<Term>| words.iter().map(|word| best(word, terms, resembles)).sum();
        let scores: Vec<u32> = indexes.iter().map(near).collect();
        Found {
            services: ranked(&services, &scores)
                .take(GUESSES)
                .map(|(_, edition)| edition)
                .collect(),
            is_guess: true,
        }
    }
}

/// The words of a question that say something; all of them, if none does.
fn question(text: &str) -> Vec<String> {
    let text: String = text.chars().take(LETTERS_MAX).collect();
    let all = words(&text);
    let telling = |word: &&String| !is_filler(word);
    let said: Vec<String> = all
        .iter()
        .filter(telling)
        .take(WORDS_MAX)
        .cloned()
        .collect();
    if said.is_empty() {
        return all.into_iter().take(WORDS_MAX).collect();
    }
    said
}

fn words(text: &str) -> Vec<String> {
    let folded = fold(text);
    let words = folded.split(|letter: char| !letter.is_alphanumeric());
    words
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// A word by which a service can be found, and how much it says about it.
struct Term {
    word: String,
    weight: u32,
}

fn terms(service: &Service, language: Language) -> Vec<Term> {
    let mut terms = Vec::new();
    let mut add = |text: &str, weight: u32| {
        let telling = words(text).into_iter().filter(|word| !is_filler(word));
        terms.extend(telling.map(|word| Term { word, weight }));
    };
    // The language that is read counts a little more.
    let all = |add: &mut dyn FnMut(&str, u32), labels: &Labels, weight: u32| {
        for one in Language::ALL {
            let more = u32::from(one == language);
            labels
                .own(one)
                .into_iter()
                .for_each(|text| add(text, weight + more));
        }
    };
    all(&mut add, &service.labels, 10);
    add(service.name.as_str(), 6);
    if let Some(about) = &service.about {
        for (one, keywords) in &about.keywords {
            let more = u32::from(*one == language);
            for keyword in keywords {
                add(keyword, 9 + more);
            }
        }
        all(&mut add, &about.category.labels, 5);
        all(&mut add, &about.summary, 3);
    }
    terms
}

/// How well a word of the question is met by the best of a service's words.
fn best(word: &str, terms: &[Term], fit: fn(&str, &str) -> u32) -> u32 {
    let fits = terms.iter().map(|term| term.weight * fit(word, &term.word));
    fits.max().unwrap_or(0)
}

/// How well a word meets another, in hundredths: the better, the more of the longer one the shorter
/// one is. What is short meets too much inside of words, and too much with a slip.
fn meets(word: &str, known: &str) -> u32 {
    let (asked, length) = (word.len(), known.len());
    let share = u32::try_from(25 * asked.min(length) / asked.max(length).max(1)).unwrap_or(0);
    if word == known {
        100
    } else if asked >= 3 && known.starts_with(word) {
        70 + share
    } else if length >= 4 && word.starts_with(known) {
        55 + share
    } else if asked >= 4 && known.contains(word) {
        45 + share
    } else if length >= 4 && word.contains(known) {
        30 + share
    } else {
        let slips = match asked.min(length) {
            0..=4 => return 0,
            5..=7 => 1,
            _ => 2,
        };
        let far = asked.abs_diff(length) > slips || distance(word, known) > slips;
        if far { 0 } else { 40 }
    }
}

/// How much a word looks like another, in hundredths.
fn resembles(word: &str, known: &str) -> u32 {
    let length = word.chars().count().max(known.chars().count()).max(1);
    let same = length.saturating_sub(distance(word, known));
    u32::try_from(same * 100 / length).unwrap_or(0)
}

/// What each service is worth. A word that all services meet tells none from another.
fn scores(met: &[Vec<u32>], words: usize) -> Vec<u32> {
    let count = u32::try_from(met.len()).unwrap_or(u32::MAX);
    let rarity = |word: usize| {
        let all = met.iter().filter_map(|services| services.get(word));
        let meeting = all.filter(|score| **score > 0).count();
        1 + count.saturating_sub(u32::try_from(meeting).unwrap_or(count))
    };
    let rarities: Vec<u32> = (0..words).map(rarity).collect();
    let score = |services: &Vec<u32>| {
        let each = services.iter().zip(&rarities);
        each.fold(0_u32, |sum, (score, rarity)| {
            sum.saturating_add(score.saturating_mul(*rarity))
        })
    };
    met.iter().map(score).collect()
}

/// The services by their scores; those that are worth the same stay in their order.
fn ranked<'a>(
    services: &[&'a Edition],
    scores: &[u32],
) -> impl Iterator<Item = (u32, &'a Edition)> + use<'a> {
    let each = scores.iter().copied().zip(services.iter().copied());
    let mut ranked: Vec<(u32, &Edition)> = each.collect();
    ranked.sort_by_key(|(score, _)| Reverse(*score));
    ranked.into_iter()
}
