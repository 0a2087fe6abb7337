//! How many tests ended how, added up over programs that each say it their own way.

use std::time::Duration;

/// How many tests ended how.
#[derive(Debug, Default, Clone, Copy, PartialEq)]
pub struct Tally {
    pub passed: u64,
    pub failed: u64,
    pub skipped: u64,
}

impl Tally {
    /// Adds what cargo's tests say at their end:
    /// `test result: ok. 3 passed; 0 failed; 1 ignored; …`.
    pub fn read_cargo(&mut self, line: &str) {
        let Some(result) = line.strip_prefix("test result: ") else {
            return;
        };
        let figures = result.split_once(". ").map_or("", |(_, figures)| figures);
        for figure in figures.split("; ") {
            match figure.split_once(' ') {
                Some((count, "passed")) => self.passed += count.parse().unwrap_or(0),
                Some((count, "failed")) => self.failed += count.parse().unwrap_or(0),
                Some((count, "ignored")) => self.skipped += count.parse().unwrap_or(0),
                _ => {}
            }
        }
    }

    /// Adds what `node --test` says at its end, a line each: `ℹ pass 3`, or `# pass 3` in TAP.
    /// A cancelled test is one that didn't pass.
    pub fn read_node(&mut self, line: &str) {
        let Some(figure) = line.strip_prefix("ℹ ").or(line.strip_prefix("# ")) else {
            return;
        };
        let Some((what, count)) = figure.split_once(' ') else {
            return;
        };
        let count = count.trim().parse().unwrap_or(0);
        match what {
            "pass" => self.passed += count,
            "fail" | "cancelled" => self.failed += count,
            "skipped" | "todo" => self.skipped += count,
            _ => {}
        }
    }

    pub fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }

    /// The count stands alone on its line, where other programs look for it.
    pub fn summary(&self, took: Duration) -> String {
        format!(
            "All tests took {} s.\ntests: {} passed, {} failed, {} skipped",
            took.as_secs(),
            self.passed,
            self.failed,
            self.skipped
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_of_several_suites_of_cargo_add_up() {
        let mut tally = Tally::default();
        for line in [
            "running 3 tests",
            "test a ... ok",
            "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s",
            "test result: FAILED. 10 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s",
        ] {
            tally.read_cargo(line);
        }
        let summary = tally.summary(Duration::from_millis(61_900));
        assert_eq!(
            summary,
            "All tests took 61 s.\ntests: 13 passed, 2 failed, 1 skipped"
        );
    }

    #[test]
    fn results_of_node_are_read_in_both_of_its_forms() {
        for sign in ["ℹ", "#"] {
            let mut tally = Tally::default();
            for line in [
                "tests 9",
                "suites 2",
                "pass 4",
                "fail 1",
                "cancelled 2",
                "skipped 1",
                "todo 1",
                "duration_ms 61.9",
            ] {
                tally.read_node(&format!("{sign} {line}"));
            }
            tally.read_node("    ✔ pass 7 (1.2ms)");
            let expected = Tally {
                passed: 4,
                failed: 3,
                skipped: 2,
            };
            assert_eq!(tally, expected);
        }
    }

    #[test]
    fn tallies_add_up() {
        let mut tally = Tally::default();
        for failed in [1, 2] {
            tally.add(Tally {
                passed: 5,
                failed,
                skipped: 0,
            });
        }
        assert_eq!((tally.passed, tally.failed), (10, 3));
    }
}
