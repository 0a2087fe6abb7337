//! Load by wrk, a program of its own: what sends the load must not be part of what is measured.

use std::path::Path;
use std::process::Command;

use serde::Deserialize;

use crate::Outcome;

/// What one run of wrk brought.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
pub struct Sent {
    /// Answers.
    pub answers: u64,
    /// Answers whose status says that it didn't go well, and connections that failed.
    pub wrong: u64,
    /// How long it took.
    pub micros: u64,
    /// Half of the answers were quicker.
    pub p50_micros: u64,
    /// 99 of 100 were quicker.
    pub p99_micros: u64,
}

impl Sent {
    /// Answers a second.
    #[allow(clippy::cast_precision_loss)]
    pub fn rate(&self) -> f64 {
        self.answers as f64 * 1e6 / self.micros as f64
    }
}

/// How much wrk sends.
#[derive(Debug, Clone, Copy)]
pub struct Load {
    /// Connections at a time, each of which waits for its answer.
    pub connections: usize,
    /// For how long.
    pub seconds: u32,
}

/// Prints the figures for a program, instead of a table for people.
const DONE: &str = r#"
function done(summary, latency, requests)
  local e = summary.errors
  io.write(string.format(
    '\n{"answers":%d,"wrong":%d,"micros":%d,"p50_micros":%d,"p99_micros":%d}\n',
    summary.requests, e.connect + e.read + e.write + e.status + e.timeout, summary.duration,
    latency:percentile(50), latency:percentile(99)))
end
"#;

/// Says what the first wrong answer was. Not while it is measured: looking at answers takes wrk time.
const EXPLAIN: &str = r"
function response(status, headers, body)
  if status >= 400 and not told then
    told = true
    io.write('\nwrong: ', status, ' ', body:gsub('%s+', ' '), '\n')
  end
end
";

impl Load {
    /// Sends what a script in Lua makes; see wrk's SCRIPTING. The script is kept in `folder`.
    ///
    /// # Errors
    /// If there is no wrk, or an answer isn't a good one.
    pub fn send(self, address: &str, script: &str, folder: &Path) -> Outcome<Sent> {
        let printed = self.run(address, &format!("{script}{DONE}"), folder)?;
        let figures = line(&printed, "{").ok_or("wrk printed no figures")?;
        let sent: Sent = serde_json::from_str(figures)?;
        if sent.wrong == 0 && sent.answers > 0 {
            return Ok(sent);
        }
        let printed = self.run(address, &format!("{script}{EXPLAIN}"), folder)?;
        let why = line(&printed, "wrong:").unwrap_or("no answer");
        Err(format!(
            "{} of {} answers were wrong: {why}",
            sent.wrong, sent.answers
        )
        .into())
    }

    fn run(self, address: &str, script: &str, folder: &Path) -> Outcome<String> {
        let file = folder.join("load.lua");
        std::fs::write(&file, script)?;
        let output = Command::new("wrk")
            .arg("--threads=1")
            .arg(format!("--connections={}", self.connections))
            .arg(format!("--duration={}s", self.seconds))
            .arg("--timeout=20s")
            .arg("--script")
            .arg(&file)
            .arg(address)
            .output()
            .map_err(|error| format!("wrk can't be started: {error}; it is a Debian package"))?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        let why = String::from_utf8_lossy(&output.stderr).into_owned();
        Err(format!("wrk failed: {why}").into())
    }
}

fn line<'a>(printed: &'a str, beginning: &str) -> Option<&'a str> {
    printed.lines().find(|line| line.starts_with(beginning))
}
