//! No package-lock.json says from which registry its packages come: npm writes down the one of the
//! machine that it ran on, which elsewhere doesn't answer. Without it npm asks its own registry.

use super::Finding;

const FILE: &str = "package-lock.json";

const REPAIR: &str = "says where packages were downloaded from; run \
    `npm install --package-lock-only --omit-lockfile-registry-resolved` in its folder";

pub fn check(file: &str, content: &[u8]) -> Vec<Finding> {
    if file.rsplit('/').next() != Some(FILE) {
        return Vec::new();
    }
    let text = String::from_utf8_lossy(content);
    let lines = text.lines().enumerate();
    lines
        .filter(|(_, line)| line.trim_start().starts_with("\"resolved\""))
        .map(|(index, _)| Finding {
            place: format!("{file}:{}", index + 1),
            what: REPAIR.to_owned(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = "{\n  \"a\": {\n    \"resolved\": \"https://example.org/a.tgz\"\n  }\n}";

    #[test]
    fn a_download_address_is_found_with_its_line() {
        let findings = check("a/package-lock.json", LOCK.as_bytes());
        let places: Vec<&str> = findings.iter().map(|one| one.place.as_str()).collect();
        assert_eq!(places, ["a/package-lock.json:3"]);
    }

    #[test]
    fn a_lock_file_without_one_and_other_files_pass() {
        assert_eq!(
            check("package-lock.json", b"{\"integrity\": \"sha512-\"}"),
            []
        );
        assert_eq!(check("a/notes.json", LOCK.as_bytes()), []);
    }
}
