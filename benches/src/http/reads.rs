//! Reads: one case by its resident, and a page of the municipality's inbox, beside an axum handler
//! that answers the same bytes from memory.

use std::fmt::Write as _;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use axum::response::IntoResponse;
use tokio::runtime::Runtime;
use tower::ServiceExt;

use super::installation::{Installation, WHO};
use super::served::Served;
use super::wrk::Sent;
use super::{Measured, Size, under_rebuild};
use crate::Outcome;
use crate::report::Row;

/// Different cases that are read, in turns.
const CASES: usize = 500;
/// The customer's goal, of a handler that does nothing.
const GOAL: f64 = 0.5;

/// A request: its path, and who sends it.
type Ask = (String, String);

/// Measures both kinds of reads.
///
/// # Errors
/// If wrk is missing, or an answer is wrong.
pub fn run(
    installation: &Installation,
    size: Size,
    runtime: &Runtime,
    measured: &mut Measured,
) -> Outcome {
    let cases = installation.cases.iter().take(CASES);
    let own = cases.map(|(case, person)| (format!("/cases/{case}"), format!("p{person}")));
    let official = format!("o{}", installation.authority);
    let inbox = vec![("/inbox?limit=20".to_owned(), official)];
    for (work, asks) in [
        ("read a case", own.collect::<Vec<Ask>>()),
        ("read an inbox of 20 rows", inbox),
    ] {
        compare(installation, size, runtime, work, &asks, measured)?;
    }
    Ok(())
}

fn compare(
    installation: &Installation,
    size: Size,
    runtime: &Runtime,
    work: &'static str,
    asks: &[Ask],
    measured: &mut Measured,
) -> Outcome {
    let folder = tempfile::tempdir()?;
    let (parts, bytes) = runtime.block_on(answer(installation, asks))?;
    let length = bytes.len();
    let ours = runtime.block_on(Served::begin(installation.router.clone()))?;
    let bare = runtime.block_on(Served::begin(bare(parts, bytes)))?;
    let script = script(asks)?;
    let send = |to: &Served| size.load().send(&to.address, &script, folder.path());
    let (mut fast, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..size.repeats {
        fast.push(send(&ours)?);
        theirs.push(send(&bare)?);
    }
    let while_rebuilt = under_rebuild(installation, || send(&ours))?;
    let theirs_while_rebuilt = under_rebuild(installation, || send(&bare))?;
    ours.end(runtime)?;
    bare.end(runtime)?;
    let rates = |sent: &[Sent]| sent.iter().map(Sent::rate).collect::<Vec<f64>>();
    measured.rows.push(Row::of(
        format!("{work} over HTTP ({length} bytes)"),
        "answers/s",
        &rates(&fast),
        "bare axum, from memory",
        &rates(&theirs),
        Some(GOAL),
    ));
    for (who, quiet, busy) in [
        (work, fast.last(), while_rebuilt),
        ("bare axum", theirs.last(), theirs_while_rebuilt),
    ] {
        measured.tell(who, quiet, busy);
    }
    Ok(())
}

/// What the first of the requests is answered.
async fn answer(installation: &Installation, asks: &[Ask]) -> Outcome<(HeaderMap, Bytes)> {
    let (path, who) = asks.first().ok_or("nothing is asked")?;
    let request = Request::get(path).header(WHO, who).body(Body::empty())?;
    let response = installation.router.clone().oneshot(request).await?;
    if response.status() != StatusCode::OK {
        return Err(format!("{path} is answered {}", response.status()).into());
    }
    let headers = response.headers().clone();
    Ok((headers, to_bytes(response.into_body(), usize::MAX).await?))
}

/// The handler that one can't be quicker than.
fn bare(headers: HeaderMap, bytes: Bytes) -> Router {
    let same = move || {
        let answer = (headers.clone(), bytes.clone());
        async move { answer.into_response() }
    };
    Router::new()
        .route("/cases/{case}", axum::routing::get(same.clone()))
        .route("/inbox", axum::routing::get(same))
}

/// Sends the requests in turns; each is written once, before the clock runs.
fn script(asks: &[Ask]) -> Outcome<String> {
    let mut script = String::from("local asks, n = {}, 0\nfunction init(args)\n");
    for (at, (path, who)) in (1..).zip(asks) {
        writeln!(
            script,
            "  asks[{at}] = wrk.format('GET', '{path}', {{['{WHO}']='{who}'}})"
        )?;
    }
    script.push_str("end\nfunction request() n = n % #asks + 1; return asks[n] end\n");
    Ok(script)
}
