//! Says once of each thing that stops that it did, and why, on standard error: nobody may ask for a while.

use std::collections::BTreeMap;
use std::time::Duration;

use kanzlei::Kanzlei;

/// How often it looks.
const LOOK_EACH: Duration = Duration::from_secs(1);

/// What has stopped, and why.
type Stopped = BTreeMap<String, String>;

/// Looks as long as it is let.
pub async fn watch(kanzlei: Kanzlei) {
    let mut each = tokio::time::interval(LOOK_EACH);
    let mut known = Stopped::new();
    loop {
        each.tick().await;
        let now = stopped(&kanzlei);
        for (what, why) in news(&known, &now) {
            tracing::error!(
                why,
                "{what}; make good what is wrong, and start the program anew"
            );
        }
        known = now;
    }
}

fn stopped(kanzlei: &Kanzlei) -> Stopped {
    let closed = kanzlei.engine().ports().store.closed();
    let closed = closed.map(|why| {
        (
            "the log takes nothing in any more".to_owned(),
            why.to_string(),
        )
    });
    let views = kanzlei.runner().status().into_iter();
    let views = views.filter(|view| view.stopped).map(|view| {
        let why = view.failure.map(|failure| failure.to_string());
        let what = format!("the view {} has stopped", view.name);
        (what, why.unwrap_or_default())
    });
    closed.into_iter().chain(views).collect()
}

/// What has stopped since.
fn news<'a>(known: &Stopped, now: &'a Stopped) -> impl Iterator<Item = (&'a String, &'a String)> {
    now.iter().filter(|(what, _)| !known.contains_key(*what))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stopped_is_said_once_and_again_after_it_went_on() {
        let view = ("the view inbox has stopped".to_owned(), "full".to_owned());
        let (none, stopped) = (Stopped::new(), Stopped::from([view]));
        assert_eq!(news(&none, &stopped).count(), 1);
        assert_eq!(news(&stopped, &stopped).count(), 0);
        assert_eq!(news(&stopped, &none).count(), 0);
    }
}
