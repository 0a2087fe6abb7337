//! Core has no clock, no input or output and no threads of its own: they come through ports.

use super::Finding;
use super::source::{Source, code};

/// How a path that core mustn't name begins.
const BEGINNINGS: &[&[&str]] = &[
    &["std", "env"],
    &["std", "fs"],
    &["std", "net"],
    &["std", "process"],
    &["std", "thread"],
    &["std", "time", "Instant"],
    &["std", "time", "SystemTime"],
];

/// How it ends, whatever it was imported from.
const ENDINGS: &[&[&str]] = &[
    &["Instant", "now"],
    &["SystemTime", "now"],
    &["OffsetDateTime", "now_local"],
    &["OffsetDateTime", "now_utc"],
];

/// A thread-local value starts no thread; it is how a value finds the commit that it is sealed into.
const ALLOWED: &[&str] = &["std", "thread", "LocalKey"];

pub fn check(core: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in code(core) {
        for path in &file.paths {
            let segments = &path.segments;
            let outside = BEGINNINGS.iter().any(|with| segments.starts_with(with))
                || ENDINGS.iter().any(|with| segments.ends_with(with));
            if outside && segments != ALLOWED {
                findings.push(file.finding(path, "in core this comes through a port"));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        let sources = [Source {
            path: "core/src/engine/mod.rs".to_owned(),
            text: text.to_owned(),
        }];
        check(&sources).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_clock_is_found_with_its_line() {
        assert_eq!(
            found("fn f() {\n    let now = std::time::SystemTime::now();\n}"),
            [
                "core/src/engine/mod.rs:2: `std::time::SystemTime::now`: in core this comes \
                 through a port"
            ]
        );
    }

    #[test]
    fn so_is_whatever_else_reaches_outside() {
        for text in [
            "use std::{fmt, fs};",
            "use std::{fmt, net::TcpStream};",
            "use std::thread as t;",
            "fn f() { Instant::now(); }",
            "use std::time::{Duration, Instant as Clock};",
            "fn f() { time::OffsetDateTime::now_utc(); }",
            "fn f() { ::std::env::var(\"A\"); }",
        ] {
            assert_eq!(found(text).len(), 1, "{text}");
        }
    }

    #[test]
    fn tests_and_what_only_looks_alike_pass() {
        for text in [
            "#[cfg(test)]\nmod tests { use std::fs; }",
            "#[cfg(all(test, unix))]\nuse std::fs;",
            "use std::time::Duration; use std::io::Read; use std::thread::LocalKey;",
            "// std::fs\nfn fs(now: Timestamp) -> Option<Timestamp> { self.clock.now() }",
        ] {
            assert_eq!(found(text), [""; 0], "{text}");
        }
    }
}
