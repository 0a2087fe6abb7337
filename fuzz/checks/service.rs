//! Service files as people write them, and definitions as a log holds them.

use kanzlei_core::{Service, ServiceFileErrors};

/// A file gives a service that makes sense and keeps its meaning in the log, or mistakes that can
/// be shown, each at a place in the file.
pub fn check(input: &[u8]) {
    if let Ok(service) = Service::from_definition(input) {
        is_kept(&service);
    }
    let Ok(text) = std::str::from_utf8(input) else {
        return;
    };
    match Service::from_toml(text) {
        Ok(service) => {
            assert!(service.check().is_ok());
            is_kept(&service);
        }
        Err(mistakes) => have_their_place(&mistakes, text),
    }
}

fn is_kept(service: &Service) {
    let definition = service.definition();
    let again = Service::from_definition(&definition);
    assert!(again.is_ok_and(|again| again == *service && again.definition() == definition));
}

/// In the order of the file, and never past the end of a line.
fn have_their_place(mistakes: &ServiceFileErrors, text: &str) {
    let columns: Vec<usize> = text
        .split('\n')
        .map(|line| line.chars().count() + 1)
        .collect();
    let mut last = (1, 1);
    assert!(!mistakes.errors().is_empty());
    for mistake in mistakes.errors() {
        let at = (mistake.line, mistake.column);
        assert!(last <= at, "{at:?} stands after {last:?}");
        last = at;
        let most = columns.get(at.0 - 1);
        assert!(
            most.is_some_and(|most| (1..=*most).contains(&at.1)),
            "{at:?}"
        );
    }
    let shown = mistakes.to_string();
    assert!(
        shown.contains(&format!(":{}:{}", last.0, last.1)),
        "{shown}"
    );
}
