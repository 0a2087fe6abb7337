//! Submits: over HTTP, and by as many callers of the engine itself.

use std::time::{Duration, Instant};

use tokio::runtime::Runtime;

use super::installation::{Installation, WHO, resident};
use super::served::Served;
use super::{CONNECTIONS, Measured, Size, under_rebuild};
use crate::Outcome;
use crate::callers::{self, Clock};
use crate::measure::percentile;
use crate::mix::SERVICE;
use crate::report::Row;

/// The customer's goal, of the engine without HTTP.
const GOAL: f64 = 0.6;

/// Numbers of residents that are kept for each run of wrk: more than it can send.
const PEOPLE: u32 = 10_000_000;
/// The same for one caller of the engine.
const PEOPLE_OF_CALLER: u32 = 1_000_000;

/// Measures it.
///
/// # Errors
/// If wrk is missing, or an answer is wrong.
pub fn run(
    installation: &Installation,
    size: Size,
    runtime: &Runtime,
    measured: &mut Measured,
) -> Outcome {
    let folder = tempfile::tempdir()?;
    let served = runtime.block_on(Served::begin(installation.router.clone()))?;
    let body = serde_json::json!({"service": SERVICE, "form": installation.form()?}).to_string();
    let send = || {
        let script = script(&body, installation.people(PEOPLE));
        size.load().send(&served.address, &script, folder.path())
    };
    let direct = || runtime.block_on(engine(installation, size));
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..size.repeats {
        ours.push(send()?);
        theirs.push(direct()?);
    }
    let busy = under_rebuild(installation, send)?;
    let busy_direct = under_rebuild(installation, direct)?;
    served.end(runtime)?;
    let rates: Vec<f64> = ours.iter().map(super::wrk::Sent::rate).collect();
    let direct_rates: Vec<f64> = theirs.iter().map(|lap| lap.figures().rate).collect();
    measured.rows.push(Row::of(
        format!("submit over HTTP, {CONNECTIONS} connections"),
        "cases/s",
        &rates,
        "the engine without HTTP",
        &direct_rates,
        Some(GOAL),
    ));
    measured.tell("submit", ours.last(), busy);
    if let Some(quiet) = theirs.last() {
        measured.latencies.push(format!(
            "submit to the engine without HTTP: 99 of 100 within {:.1} ms, {:.1} ms while views are rebuilt",
            percentile(&quiet.calls, 0.99).as_secs_f64() * 1e3,
            percentile(&busy_direct.calls, 0.99).as_secs_f64() * 1e3,
        ));
    }
    Ok(())
}

/// Callers who each submit for themselves, one after the other, for the same time.
async fn engine(installation: &Installation, size: Size) -> Outcome<callers::Lap> {
    let until = Instant::now() + Duration::from_secs(size.seconds.into());
    let form = installation.form()?;
    let callers = (0..CONNECTIONS).map(|_| {
        let (kanzlei, form) = (installation.kanzlei.clone(), form.clone());
        let first = installation.people(PEOPLE_OF_CALLER);
        move |mut clock: Clock| async move {
            for person in first.. {
                if Instant::now() >= until {
                    break;
                }
                let session = kanzlei.act_as(resident(person));
                clock.time(session.submit(SERVICE, form.clone())).await?;
            }
            Ok((clock, ()))
        }
    });
    Ok(callers::together(callers).await?.0)
}

/// A resident more with each request.
fn script(body: &str, first: u32) -> String {
    let body = body.replace('\\', "\\\\").replace('\'', "\\'");
    format!(
        "wrk.method, wrk.path = 'POST', '/cases'\nwrk.body = '{body}'\nwrk.headers['content-type'] = 'application/json'\n\
         local n = {first}\nfunction request() n = n + 1; wrk.headers['{WHO}'] = 'p' .. n; \
         return wrk.format() end\n"
    )
}
