//! Inside core, dependencies point down: the domain knows neither the engine nor the ports, and
//! what stands below the domain knows none of the three.

use super::Finding;
use super::source::{Code, NamedPath, Source, code};

/// Modules directly below the crate's root, and which others they must not know.
const RULES: &[(&[&str], &[&str])] = &[
    (&["domain"], &["engine", "ports"]),
    (&["ids", "time", "record"], &["domain", "engine", "ports"]),
];

pub fn check(core: &[Source]) -> Vec<Finding> {
    let files = code(core);
    let exports = exports(&files);
    let mut findings = Vec::new();
    for file in &files {
        let Some(own) = file.module.first() else {
            continue;
        };
        for (_, forbidden) in RULES.iter().filter(|(inside, _)| inside.contains(own)) {
            for path in &file.paths {
                if let Some(known) = leads_to(path, &exports)
                    && forbidden.contains(&known)
                {
                    let why = format!("{own} must not know {known}");
                    findings.push(file.finding(path, &why));
                } else if path.segments == ["crate", "*"] {
                    findings.push(file.finding(path, "name what is used: this knows everything"));
                }
            }
        }
    }
    findings
}

/// What the root re-exports: the name, and the module that it comes from.
fn exports<'a>(files: &[Code<'a>]) -> Vec<(&'a str, &'a str)> {
    files
        .iter()
        .filter(|file| file.module.is_empty())
        .flat_map(|file| &file.paths)
        .filter_map(|path| match path.segments.as_slice() {
            ["crate", module, ..] | [module, ..] => Some((path.name, *module)),
            [] => None,
        })
        .collect()
}

/// The module below the root that a path leads to.
fn leads_to<'a>(path: &NamedPath<'a>, exports: &[(&'a str, &'a str)]) -> Option<&'a str> {
    let ["crate", first, ..] = path.segments.as_slice() else {
        return None;
    };
    let exported = exports.iter().find(|(name, _)| name == first);
    Some(exported.map_or(*first, |(_, module)| *module))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, text: &str) -> Vec<String> {
        let root = "mod domain; mod engine; pub use engine::{Engine, Session as Sitting};";
        let sources = [("core/src/lib.rs", root), (path, text)].map(|(path, text)| Source {
            path: path.to_owned(),
            text: text.to_owned(),
        });
        check(&sources).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_points_up_is_found_with_its_line() {
        assert_eq!(
            found("core/src/domain/case.rs", "\nuse crate::engine::Load;"),
            ["core/src/domain/case.rs:2: `crate::engine::Load`: domain must not know engine"]
        );
    }

    #[test]
    fn however_it_is_written() {
        for text in [
            "use crate::{ids::CaseId, engine::{self, Load}};",
            "use crate::{\n    ports as p,\n};",
            "use super::super::ports::Clock;",
            "fn f(c: &crate::ports::Clock) {}",
            "use crate::Engine;",
            "use crate::Sitting;",
            "mod inner { use super::super::super::engine::Load; }",
            "mod inner {} use super::super::engine::Load;",
            "#[cfg(any(test, feature = \"kit\"))] use crate::engine::Load;",
            "use crate::*;",
        ] {
            assert!(!found("core/src/domain/case.rs", text).is_empty(), "{text}");
        }
        for path in [
            "core/src/record.rs",
            "core/src/record/head.rs",
            "core/src/ids.rs",
        ] {
            assert_eq!(found(path, "use crate::domain::Event;").len(), 1, "{path}");
        }
    }

    #[test]
    fn what_points_down_or_is_no_code_passes() {
        for text in [
            "use crate::ids::CaseId; use crate::record::Part; use super::state::State;",
            "// use crate::engine::Load;\n/// [crate::engine]\nfn f() {}",
            "const A: &str = \"crate::engine\";",
            "#[cfg(test)]\n#[allow(x)]\nmod tests { use crate::engine::Load; fn f() {} }",
            "use other::engine::Load;",
            "mod engine { pub struct A; } use self::engine::A;",
        ] {
            assert_eq!(found("core/src/domain/case.rs", text), [""; 0], "{text}");
        }
        assert_eq!(
            found("core/src/engine/load.rs", "use crate::ports::Clock;"),
            [""; 0]
        );
    }

    #[test]
    fn a_test_module_in_a_file_of_its_own_may_know_all() {
        let sources = [
            (
                "core/src/domain/mod.rs",
                "#[cfg(test)]\nmod tests;\nmod rest;",
            ),
            ("core/src/domain/tests.rs", "use crate::engine::Load;"),
            ("core/src/domain/rest.rs", "use crate::engine::Load;"),
        ]
        .map(|(path, text)| Source {
            path: path.to_owned(),
            text: text.to_owned(),
        });
        let findings = check(&sources);
        assert_eq!(findings.len(), 1);
        assert!(findings[0].place.starts_with("core/src/domain/rest.rs"));
    }
}
