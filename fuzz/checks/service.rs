//! Service files as people write them, and definitions as a log holds them.

use kanzlei_core::Service;

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
        Err(mistakes) => {
            assert!(!mistakes.errors().is_empty());
            assert!(!mistakes.to_string().is_empty());
            let lines = text.split('\n').count();
            for mistake in mistakes.errors() {
                assert!((1..=lines).contains(&mistake.line) && mistake.column > 0);
            }
        }
    }
}

fn is_kept(service: &Service) {
    let again = Service::from_definition(&service.definition());
    assert!(again.is_ok_and(|again| again == *service));
}
