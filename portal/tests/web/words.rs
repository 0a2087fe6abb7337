//! The texts: the same in all languages, none missing and none left over.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

const LANGUAGES: [&str; 4] = ["de", "fr", "it", "en"];

/// Keys with the arguments that their texts take.
type Texts = BTreeMap<String, BTreeSet<String>>;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn files(folder: &Path, ending: &str, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, ending, found);
        } else if path.to_string_lossy().ends_with(ending) {
            found.push(path);
        }
    }
}

/// The texts of one file.
fn texts(path: &Path) -> Texts {
    let mut texts = Texts::new();
    let mut last = String::new();
    for line in fs::read_to_string(path).unwrap().lines() {
        if line.starts_with('#') || line.trim().is_empty() {
            continue;
        }
        if !line.starts_with(' ') && !line.starts_with('}') {
            let (key, _) = line
                .split_once('=')
                .unwrap_or_else(|| panic!("{}: {line}", path.display()));
            key.trim().clone_into(&mut last);
            let before = texts.insert(last.clone(), BTreeSet::new());
            assert_eq!(before, None, "{last} is there twice in {}", path.display());
        }
        for argument in line.split('$').skip(1) {
            let name: String = argument
                .chars()
                .take_while(|letter| letter.is_ascii_alphanumeric() || "-_".contains(*letter))
                .collect();
            texts.get_mut(&last).unwrap().insert(name);
        }
    }
    texts
}

fn texts_of(language: &str) -> Texts {
    let mut paths = Vec::new();
    files(&root().join("locales").join(language), ".ftl", &mut paths);
    assert!(!paths.is_empty());
    let mut all = Texts::new();
    for path in paths {
        for (key, arguments) in texts(&path) {
            assert_eq!(
                all.insert(key.clone(), arguments),
                None,
                "{key} is there twice"
            );
        }
    }
    all
}

/// Everything that can name a key.
fn sources() -> String {
    let mut paths = Vec::new();
    files(&root().join("src"), ".rs", &mut paths);
    files(&root().join("templates"), ".html", &mut paths);
    let mut all = String::new();
    for path in paths {
        let text = fs::read_to_string(path).unwrap();
        let code = text
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"));
        all.extend(code.flat_map(|line| [line, "\n"]));
    }
    all
}

#[test]
fn every_language_has_the_same_texts_with_the_same_arguments() {
    let german = texts_of("de");
    for language in LANGUAGES {
        let texts = texts_of(language);
        let missing: Vec<_> = german
            .keys()
            .filter(|key| !texts.contains_key(*key))
            .collect();
        let more: Vec<_> = texts
            .keys()
            .filter(|key| !german.contains_key(*key))
            .collect();
        assert!(missing.is_empty(), "{language} has no {missing:?}");
        assert!(more.is_empty(), "only {language} has {more:?}");
        for (key, arguments) in &german {
            assert_eq!(&texts[key], arguments, "{key} in {language}");
        }
    }
}

#[test]
fn every_language_has_the_same_files() {
    let names = |language: &str| {
        let mut paths = Vec::new();
        files(&root().join("locales").join(language), ".ftl", &mut paths);
        let names = paths
            .iter()
            .map(|path| path.file_name().unwrap().to_owned());
        names.collect::<BTreeSet<_>>()
    };
    for language in LANGUAGES {
        assert_eq!(names(language), names("de"), "{language}");
    }
}

/// Refusals are the engine's: their texts are named by its codes.
#[test]
fn every_text_is_used() {
    let pages = sources();
    let mut engine = Vec::new();
    files(&root().join("../core/src"), ".rs", &mut engine);
    files(&root().join("../store/src"), ".rs", &mut engine);
    let engine: String = engine
        .iter()
        .map(|path| fs::read_to_string(path).unwrap())
        .collect();
    let mut unused = Vec::new();
    for key in texts_of("de").into_keys() {
        let used = match key.strip_prefix("refusal-") {
            Some(code) => engine.contains(&format!("\"{code}\"")),
            None => pages.contains(&format!("\"{key}\"")) || is_made(&pages, &key),
        };
        if !used {
            unused.push(key);
        }
    }
    assert!(unused.is_empty(), "nothing says {unused:?}");
}

/// Whether a key is put together from what stands before a brace: `"issuer-role-{role}"`.
fn is_made(pages: &str, key: &str) -> bool {
    let ends = key.match_indices('-').map(|(at, _)| at + 1);
    ends.into_iter()
        .any(|end| pages.contains(&format!("\"{}{{", &key[..end])))
}

/// What `t("key")` and its relatives name in pages and templates.
#[test]
fn every_text_that_is_asked_for_exists() {
    let texts = texts_of("de");
    let pages = sources();
    let mut asked = BTreeSet::new();
    for call in [".t(\"", ".t1(\"", ".t2(\"", ".text(\""] {
        for rest in pages.split(call).skip(1) {
            asked.insert(rest.split('"').next().unwrap().to_owned());
        }
    }
    assert!(asked.len() > 10, "{asked:?}");
    let missing: Vec<_> = asked
        .iter()
        .filter(|key| !texts.contains_key(*key))
        .collect();
    assert!(missing.is_empty(), "no language has {missing:?}");
}

#[test]
fn german_has_no_sharp_s_and_swiss_quotes() {
    let mut paths = Vec::new();
    files(&root().join("locales/de"), ".ftl", &mut paths);
    for path in paths {
        let text = fs::read_to_string(&path).unwrap();
        for wrong in ['ß', '„', '“'] {
            assert!(!text.contains(wrong), "{wrong} in {}", path.display());
        }
    }
}

/// A narrow space that doesn't break, as French sets it.
#[test]
fn french_has_a_narrow_space_before_double_signs() {
    let mut paths = Vec::new();
    files(&root().join("locales/fr"), ".ftl", &mut paths);
    for path in paths {
        for line in fs::read_to_string(&path).unwrap().lines() {
            let said = line.split_once('=').map_or(line, |(_, said)| said);
            for (at, sign) in said.char_indices().filter(|(_, one)| ":;!?".contains(*one)) {
                let before = said[..at].chars().next_back();
                let after = said[at + 1..].chars().next();
                // A time of day, an address, or a sign of the file itself.
                if after.is_some_and(|one| !one.is_whitespace() && one != '»') {
                    continue;
                }
                assert_eq!(
                    before,
                    Some('\u{202f}'),
                    "“{sign}” in {}: {line}",
                    path.display()
                );
            }
        }
    }
}
