//! A crate's sources as the checks see them: the paths that its code names, tests left out.

mod lexer;

use super::Finding;
use lexer::{Token, tokens};

/// A Rust file.
pub struct Source {
    /// From the root of the checkout, such as `core/src/domain/case.rs`.
    pub path: String,
    pub text: String,
}

/// A file's code, test code left out.
pub struct Code<'a> {
    pub file: &'a str,
    /// The module that the file is, such as `["domain", "case"]`.
    pub module: Vec<&'a str>,
    pub paths: Vec<NamedPath<'a>>,
}

/// A path of two segments or more that the code names, in a `use` or elsewhere. One that leads
/// into this crate through `crate`, `self` or `super` begins with `crate`.
#[derive(Debug, PartialEq)]
pub struct NamedPath<'a> {
    pub segments: Vec<&'a str>,
    /// What a `use` calls it: its last segment, or what stands behind `as`.
    pub name: &'a str,
    pub line: usize,
}

impl Code<'_> {
    pub fn finding(&self, path: &NamedPath<'_>, why: &str) -> Finding {
        Finding {
            place: format!("{}:{}", self.file, path.line),
            what: format!("`{}`: {why}", path.segments.join("::")),
        }
    }
}

/// The code of a crate's files, without test modules.
pub fn code(sources: &[Source]) -> Vec<Code<'_>> {
    let mut test_modules: Vec<Vec<&str>> = Vec::new();
    let mut all = Vec::new();
    for source in sources {
        let module = module(&source.path);
        let (tokens, modules) = without_tests(&tokens(&source.text));
        test_modules.extend(modules.iter().map(|name| {
            let mut inner = module.clone();
            inner.push(name);
            inner
        }));
        all.push(Code {
            file: &source.path,
            paths: paths(&tokens, &module),
            module,
        });
    }
    all.retain(|code| {
        !test_modules
            .iter()
            .any(|tests| code.module.starts_with(tests))
    });
    all
}

/// Which module a file is, from where it stands.
fn module(path: &str) -> Vec<&str> {
    let inner = path.split_once("src/").map_or(path, |(_, inner)| inner);
    let mut module: Vec<&str> = inner.trim_end_matches(".rs").split('/').collect();
    if let Some("lib" | "main" | "mod") = module.last().copied() {
        module.pop();
    }
    module
}

/// Leaves out each item behind `#[cfg(test)]`; of test modules in files of their own, the names.
fn without_tests<'a>(tokens: &[Token<'a>]) -> (Vec<Token<'a>>, Vec<&'a str>) {
    let mut kept = Vec::new();
    let mut modules = Vec::new();
    let mut rest = tokens;
    while let Some((token, after)) = rest.split_first() {
        if is_test_attribute(rest) {
            let (item, behind) = item(after);
            if let [.., keyword, name, semicolon] = item
                && (keyword.text, semicolon.text) == ("mod", ";")
            {
                modules.push(name.text);
            }
            rest = behind;
        } else {
            kept.push(*token);
            rest = after;
        }
    }
    (kept, modules)
}

/// Only what is nothing but a test: `any(test, …)` is compiled for others too.
fn is_test_attribute(tokens: &[Token<'_>]) -> bool {
    let begins = |with: &[&str]| {
        tokens.len() >= with.len()
            && tokens
                .iter()
                .zip(with)
                .all(|(token, text)| token.text == *text)
    };
    begins(&["#", "[", "cfg", "(", "test", ")", "]"])
        || begins(&["#", "[", "cfg", "(", "all", "(", "test", ","])
}

/// Splits behind the item that these tokens begin with: its `;`, or its closing brace. An
/// attribute's brackets are no end of it.
fn item<'t, 'a>(tokens: &'t [Token<'a>]) -> (&'t [Token<'a>], &'t [Token<'a>]) {
    let mut depth = 0_usize;
    for (index, token) in tokens.iter().enumerate() {
        match token.text {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" => depth = depth.saturating_sub(1),
            "}" => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return tokens.split_at(index + 1);
                }
            }
            ";" if depth == 0 => return tokens.split_at(index + 1),
            _ => {}
        }
    }
    (tokens, &[])
}

/// Every path that the tokens name.
fn paths<'a>(tokens: &[Token<'a>], file_module: &[&'a str]) -> Vec<NamedPath<'a>> {
    let mut found = Vec::new();
    let mut module = file_module.to_vec();
    // How deep in braces each module inside the file was opened.
    let mut opened: Vec<usize> = Vec::new();
    let mut depth = 0_usize;
    let mut rest = tokens;
    while let Some((token, after)) = rest.split_first() {
        rest = after;
        match (token.text, after) {
            ("mod", [name, brace, ..]) if brace.text == "{" => {
                module.push(name.text);
                opened.push(depth);
            }
            ("{", _) => depth += 1,
            ("}", _) => {
                depth = depth.saturating_sub(1);
                if opened.last() == Some(&depth) {
                    opened.pop();
                    module.pop();
                }
            }
            // `use<'a>` behind an `impl Trait` names no path.
            ("use", [next, ..]) if next.text != "<" => {
                let end = after.iter().position(|token| token.text == ";");
                let (tree, behind) = after.split_at(end.unwrap_or(after.len()));
                found.extend(use_tree(tree, &module));
                rest = behind;
            }
            (_, [next, ..]) if token.is_word() && next.text == "::" => {
                let (path, behind) = plain_path(*token, after, &module);
                found.extend(path);
                rest = behind;
            }
            _ => {}
        }
    }
    found
}

/// The path that begins with `first`, and the tokens behind it.
fn plain_path<'t, 'a>(
    first: Token<'a>,
    mut rest: &'t [Token<'a>],
    module: &[&'a str],
) -> (Option<NamedPath<'a>>, &'t [Token<'a>]) {
    let mut segments = vec![first.text];
    while let [separator, next, behind @ ..] = rest
        && separator.text == "::"
        && next.is_word()
    {
        segments.push(next.text);
        rest = behind;
    }
    (named(&segments, None, first.line, module), rest)
}

/// The paths of a `use`, its groups multiplied out.
fn use_tree<'a>(tokens: &[Token<'a>], module: &[&'a str]) -> Vec<NamedPath<'a>> {
    let mut found = Vec::new();
    let mut groups: Vec<Vec<&str>> = Vec::new();
    let mut current: Vec<&str> = Vec::new();
    let mut alias = None;
    let mut after_as = false;
    let line = tokens.last().map_or(0, |token| token.line);
    // A comma at the end closes the last path as it does the others.
    for token in tokens.iter().chain([&Token { text: ",", line }]) {
        match token.text {
            "::" => {}
            "{" => groups.push(current.clone()),
            "," | "}" => {
                let prefix = groups.last().map_or(0, Vec::len);
                if current.len() > prefix {
                    found.extend(named(&current, alias.take(), token.line, module));
                }
                if token.text == "}" {
                    groups.pop();
                }
                current = groups.last().cloned().unwrap_or_default();
            }
            "as" => after_as = true,
            name if after_as => {
                alias = Some(name);
                after_as = false;
            }
            name => current.push(name),
        }
    }
    found
}

/// A path as seen from the crate's root; none if it is a single name.
fn named<'a>(
    segments: &[&'a str],
    alias: Option<&'a str>,
    line: usize,
    module: &[&'a str],
) -> Option<NamedPath<'a>> {
    let mut given = segments;
    // `{self}` in a group is the group's own module.
    if let [before @ .., "self"] = given
        && !before.is_empty()
    {
        given = before;
    }
    let mut whole = Vec::new();
    if let ["self" | "super", ..] = given {
        whole.push("crate");
        let ups = given.iter().filter(|segment| **segment == "super").count();
        whole.extend(module.iter().take(module.len().saturating_sub(ups)));
    }
    whole.extend(given.iter().filter(|s| !matches!(**s, "self" | "super")));
    let last = *whole.last()?;
    (whole.len() > 1).then_some(NamedPath {
        segments: whole,
        name: alias.unwrap_or(last),
        line,
    })
}
