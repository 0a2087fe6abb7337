//! What the commands need beside cargo: each need says how to see it and how to bring it.

mod cargo_tool;
mod debian;
mod node;
mod python;

use crate::Result;

pub use cargo_tool::CargoTool;
pub use debian::Package;
pub use node::{Node, NpmFolder};
pub use python::Venv;

/// Something that must be there before a command can run.
pub trait Need: Sync {
    /// What a person calls it.
    fn name(&self) -> String;

    /// Whether it is there, in a version that will do.
    ///
    /// # Errors
    /// If that can't be found out.
    fn is_there(&self) -> Result<bool>;

    /// Brings it.
    ///
    /// # Errors
    /// If it can't be brought.
    fn install(&self) -> Result;

    /// What a person does where [`install`](Need::install) can't.
    fn by_hand(&self) -> String;
}

pub const CARGO_DENY: &CargoTool = &CargoTool {
    name: "cargo-deny",
    command: "deny",
    version: "0.20.2",
};

pub const CARGO_FUZZ: &CargoTool = &CargoTool {
    name: "cargo-fuzz",
    command: "fuzz",
    version: "0.13.2",
};

/// The browser that journeys are tested in: playwright's own download isn't needed.
pub const CHROMIUM: &Package = &Package {
    name: "chromium",
    program: "chromium",
};

/// Sends the load of the benches over HTTP.
pub const WRK: &Package = &Package {
    name: "wrk",
    program: "wrk",
};

/// Reads what stands in a printed page.
pub const POPPLER: &Package = &Package {
    name: "poppler-utils",
    program: "pdftotext",
};

/// Runs the browser tests; 20 is the oldest that playwright-core takes.
pub const NODE: &Node = &Node { major_min: 20 };

/// Brings what isn't there, in the order given, and says so.
///
/// # Errors
/// If something can't be installed: which, and what to do by hand.
pub fn ensure(needs: &[&dyn Need]) -> Result {
    for need in needs {
        if need.is_there()? {
            continue;
        }
        println!("{} is missing: installing it", need.name());
        let why = match need.install() {
            Ok(()) if need.is_there()? => continue,
            Ok(()) => "it is still missing after that".to_owned(),
            Err(error) => error.to_string(),
        };
        return Err(format!(
            "{} can't be installed: {why}\nBy hand: {}",
            need.name(),
            need.by_hand()
        )
        .into());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

    use super::*;

    /// A need that is met, or not, by being installed.
    #[derive(Default)]
    struct Made {
        there: AtomicBool,
        installed: AtomicU32,
        refuses: bool,
        in_vain: bool,
    }

    impl Need for Made {
        fn name(&self) -> String {
            "a loom".to_owned()
        }

        fn is_there(&self) -> Result<bool> {
            Ok(self.there.load(Ordering::Relaxed))
        }

        fn install(&self) -> Result {
            self.installed.fetch_add(1, Ordering::Relaxed);
            if self.refuses {
                return Err("no wood".into());
            }
            self.there.store(!self.in_vain, Ordering::Relaxed);
            Ok(())
        }

        fn by_hand(&self) -> String {
            "ask a carpenter".to_owned()
        }
    }

    #[test]
    fn what_is_missing_is_installed_once_and_what_is_there_is_left_alone() {
        let loom = Made::default();
        for _ in 0..2 {
            ensure(&[&loom]).unwrap();
            assert_eq!(loom.installed.load(Ordering::Relaxed), 1);
        }
    }

    #[test]
    fn what_cannot_be_installed_is_named_with_the_reason_and_the_way_by_hand() {
        for (loom, why) in [
            (
                Made {
                    refuses: true,
                    ..Made::default()
                },
                "no wood",
            ),
            (
                Made {
                    in_vain: true,
                    ..Made::default()
                },
                "it is still missing after that",
            ),
        ] {
            let error = ensure(&[&loom]).unwrap_err().to_string();
            assert_eq!(
                error,
                format!("a loom can't be installed: {why}\nBy hand: ask a carpenter")
            );
        }
    }
}
