//! `rebuild`: views anew from the log.

use std::path::Path;
use std::time::Duration;

use clap::Args;
use kanzlei::Kanzlei;
use kanzlei::projections::ViewStatus;
use serde::Serialize;

use crate::failure::Failure;
use crate::installation;
use crate::output::Output;

/// How often is looked whether a view is ready.
const LOOK: Duration = Duration::from_millis(20);

/// Rebuild views from the log, each beside the one that serves, and swap them.
#[derive(Debug, Args)]
pub struct Rebuild {
    /// Only this view.
    view: Option<String>,
}

#[derive(Serialize)]
struct Rebuilt<'a> {
    view: &'a str,
    position: u64,
}

pub fn run(store: &Path, out: &mut Output, rebuild: &Rebuild) -> Result<(), Failure> {
    let kanzlei = installation::open(store)?;
    let end = kanzlei.engine().ports().store.watermark().now();
    let known: Vec<&str> = kanzlei
        .runner()
        .status()
        .iter()
        .map(|view| view.name)
        .collect();
    let mut wanted = known.clone();
    if let Some(name) = rebuild.view.as_deref() {
        wanted.retain(|known| *known == name);
        if wanted.is_empty() {
            let known = known.join(", ");
            return Err(Failure::refused(format!(
                "there is no view {name}; there are: {known}"
            )));
        }
    }
    let mut done = Vec::new();
    for view in wanted {
        // One that has stopped is what somebody rebuilds.
        let before = wait(&kanzlei, view, |now| {
            now.generation.is_some() || now.stopped
        })?;
        kanzlei.runner().rebuild(view)?;
        let after = wait(&kanzlei, view, |now| {
            now.stopped || now.generation != before.generation && now.position >= end
        })?;
        if let (true, Some(failure)) = (after.stopped, after.failure) {
            return Err(Failure::store(format!(
                "the view {view} has stopped {failure}"
            )));
        }
        let position = after.position.0;
        done.push(Rebuilt { view, position });
    }
    if out.json {
        return out.list(done.into_iter().map(Ok));
    }
    for one in done {
        out.line(format_args!(
            "{}: read up to position {}",
            one.view, one.position
        ))?;
    }
    Ok(())
}

/// Waits until a view is so.
fn wait(
    kanzlei: &Kanzlei,
    view: &str,
    ready: impl Fn(&ViewStatus) -> bool,
) -> Result<ViewStatus, Failure> {
    loop {
        let mut all = kanzlei.runner().status().into_iter();
        match all.find(|one| one.name == view) {
            None => return Err(Failure::broken(format!("the view {view} is gone"))),
            Some(now) if ready(&now) => return Ok(now),
            Some(_) => std::thread::sleep(LOOK),
        }
    }
}
