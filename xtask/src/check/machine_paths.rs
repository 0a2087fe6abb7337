//! No file of the repository names a path that exists on one machine only.

use super::Finding;

/// Written in two pieces, so that this file passes its own check.
const FOLDERS: &[&str] = &[
    concat!("/", "root/"),
    concat!("/", "work/"),
    concat!("/", "home/"),
    concat!("/", "Users/"),
];

pub fn check(file: &str, content: &[u8]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (index, line) in content.split(|byte| *byte == b'\n').enumerate() {
        for folder in FOLDERS {
            if names(line, folder.as_bytes()) {
                findings.push(Finding {
                    place: format!("{file}:{}", index + 1),
                    what: format!("a path below {folder} exists on one machine only"),
                });
            }
        }
    }
    findings
}

/// Whether an absolute path below `folder` stands in the line. Where a name, a dot or a closing
/// brace stands before it, it is the middle of a longer path or of an address.
fn names(line: &[u8], folder: &[u8]) -> bool {
    line.windows(folder.len()).enumerate().any(|(at, window)| {
        let before = at.checked_sub(1).and_then(|before| line.get(before));
        let inside =
            before.is_some_and(|byte| byte.is_ascii_alphanumeric() || b"._-~}".contains(byte));
        window == folder && !inside
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        // `@` stands for the slash that begins an absolute path.
        let text = text.replace('@', "/");
        check("docs/a.md", text.as_bytes())
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn a_machine_path_is_found_with_its_line() {
        assert_eq!(
            found("one\nsee @root/notes"),
            [format!(
                "docs/a.md:2: a path below {} exists on one machine only",
                FOLDERS[0]
            )]
        );
    }

    #[test]
    fn wherever_it_stands() {
        for text in [
            "@work/x",
            "\"@work/x\"",
            "path=@work/x",
            "file://@root/.cargo",
            "(@home/anna/x)",
            "a:@Users/anna/x",
        ] {
            assert_eq!(found(text).len(), 1, "{text}");
        }
    }

    #[test]
    fn a_folder_of_that_name_inside_another_passes() {
        for text in [
            "target@work/x",
            "..@work/x",
            "https://example.org@home/x",
            "{dir}@work/x",
            "$HOME@work/x",
            "@workshop/x",
            "@work",
        ] {
            assert_eq!(found(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn bytes_that_are_no_text_are_looked_at_too() {
        let mut content = vec![0xff, 0x00];
        content.extend(FOLDERS[0].as_bytes());
        assert_eq!(check("a.bin", &content).len(), 1);
    }
}
