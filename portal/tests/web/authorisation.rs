//! Who may do what: every endpoint and every page, asked by everybody there is.
//!
//! A route without a line in the table fails here, and so does a line without its route. Around each
//! answer three things are checked that hold for all: who is turned away has changed nothing; what
//! isn't theirs is answered word for word as if it weren't there; and nobody reads a word that isn't
//! for them, whatever they ask.

use std::collections::BTreeSet;

use kanzlei::CommandId;
use kanzlei_adapters::http::Http;
use kanzlei_portal::web;

mod leaks;
mod table;
mod world;

use table::{Row, filled, rows, sign};
use world::{Answer, Given, SECRETS, VIEWERS, World};

/// Routes beside the registries: of the program, and about nobody.
const BESIDE: [&str; 3] = ["GET /healthz", "GET /readyz", "GET /metrics"];

/// Every route there is.
fn routes() -> BTreeSet<String> {
    let pages = web::recorded();
    let pages = pages
        .routes()
        .map(|route| format!("{} {}", route.method, route.path));
    let endpoints = Http::endpoints().into_iter();
    let endpoints = endpoints.map(|one| format!("{} /api{}", one.method, one.path));
    pages
        .chain(endpoints)
        .chain(BESIDE.map(str::to_owned))
        .collect()
}

#[test]
fn every_route_has_its_line_and_every_line_its_route() {
    let routes = routes();
    let rows: BTreeSet<String> = rows().iter().map(Row::route).collect();
    let missing: Vec<_> = routes.difference(&rows).collect();
    let left_over: Vec<_> = rows.difference(&routes).collect();
    assert!(
        missing.is_empty() && left_over.is_empty(),
        "without a line: {missing:#?}\nwithout a route: {left_over:#?}"
    );
}

/// Ids that nobody has, in place of those that are given.
fn nothing(world: &World, given: &Given) -> Given {
    let engine = world.kanzlei.engine();
    let command: CommandId = engine.command_id().unwrap();
    Given {
        case: command.to_string().parse().unwrap(),
        command: engine.command_id().unwrap(),
        draft: world.kanzlei.drafts().new_id().unwrap().to_string(),
        ..given.clone()
    }
}

/// What somebody reads, without the ids of what they asked for and the time of day.
fn read(answer: &Answer, given: &Given, key: &str) -> String {
    let printed = |line: &&str| !line.contains("printed");
    let text: String = answer.text.lines().filter(printed).collect();
    let mut text = format!("{} {} {text}", answer.status, answer.location);
    // What was sent is kept under a token until somebody has signed in.
    if let Some((before, after)) = text.split_once("continue/") {
        let after = after.trim_start_matches(|one: char| one.is_ascii_hexdigit());
        text = format!("{before}continue/{after}");
    }
    let reference = given.case.reference().to_string();
    for id in [
        given.case.to_string(),
        reference,
        given.command.to_string(),
        given.draft.clone(),
        key.to_owned(),
    ] {
        text = text.replace(&id, "ID");
    }
    text
}

/// Whether what is given is none of a viewer's business: then it isn't there for them.
fn is_stranger(row: &Row, who: &str) -> bool {
    let asks = format!("{} {}", row.path, row.body);
    let knows: &[&str] = if asks.contains("{case}") {
        match row.given.as_str() {
            "cantonal" => &["anna", "weak", "cantonal", "overseer", "operator"],
            "handed" => &[
                "anna",
                "rita",
                "weak",
                "here",
                "steward",
                "involved",
                "elsewhere",
                "overseer",
                "operator",
            ],
            _ => &[
                "anna", "rita", "weak", "here", "steward", "involved", "overseer", "operator",
            ],
        }
    } else if asks.contains("{draft}") || asks.contains("{command}") {
        &["anna", "weak"]
    } else {
        return false;
    };
    !knows.contains(&who)
}

/// Whether a viewer can't change anything by what a row asks, whatever the answer is.
fn only_looks(row: &Row, who: &str, sign: char) -> bool {
    let nobody = ["nobody", "revoked", "expired", "forged"].contains(&who);
    let of_a_case = row.path.contains("/{case}");
    nobody
        || !row.changes()
        || "ix0b".contains(sign)
        || of_a_case && (["weak", "overseer", "operator"].contains(&who) || is_stranger(row, who))
}

/// A document of the viewer's, if they can have one.
async fn uploaded(world: &World, who: &str) -> String {
    let nobody = ["nobody", "revoked", "expired", "forged"].contains(&who);
    if nobody {
        return "0".repeat(64);
    }
    world.uploaded(who, "@").await
}

/// One viewer asks what a row says: the sign of the answer, and what is wrong with it.
async fn cell(world: &World, row: &Row, who: &str, given: &Given) -> (char, Vec<String>) {
    let mut faults = Vec::new();
    let mut given = given.clone();
    if row.body.contains("{digest}") {
        given.digest = uploaded(world, who).await;
    }
    let given = &given;
    let key = world.kanzlei.engine().command_id().unwrap().to_string();
    let path = filled(&row.path, given, &key);
    let body = filled(&row.body, given, &key);
    let before = world.end();
    let answer = world.ask(who, &row.method, &path, &body).await;
    let sign = sign(&answer);
    let here = format!("{} as {who}", row.route());
    if sign == '!' {
        faults.push(format!("{here}: {} {}", answer.status, answer.text));
    }
    if only_looks(row, who, sign) && world.end() != before {
        faults.push(format!("{here}: {sign}, and something was written"));
    }
    if is_stranger(row, who) {
        let none = nothing(world, given);
        let path = filled(&row.path, &none, &key);
        let body = filled(&row.body, &none, &key);
        let other = world.ask(who, &row.method, &path, &body).await;
        let (seen, other) = if "+>".contains(sign) && row.changes() {
            // It was done to something of their own, which has the same name.
            (answer.status.to_string(), other.status.to_string())
        } else {
            (read(&answer, given, &key), read(&other, &none, &key))
        };
        if seen != other {
            faults.push(format!(
                "{here}: not as if it weren't there:\n{seen}\n{other}"
            ));
        }
    }
    for (secret, for_whom) in SECRETS {
        if !for_whom.contains(&who) && answer.text.contains(secret) {
            faults.push(format!("{here}: reads {secret}"));
        }
    }
    (sign, faults)
}

#[tokio::test]
async fn everybody_gets_the_answer_of_the_table_and_nothing_that_is_not_for_them() {
    let world = World::new().await;
    let mut faults = Vec::new();
    let mut cells = 0;
    let shared = (world.given("open").await, world.given("cantonal").await);
    for row in rows() {
        let mut found = String::new();
        for who in VIEWERS {
            // What may be changed is given anew; what is only looked at is looked at by all.
            let fresh = match row.given.as_str() {
                "none" => None,
                "open" | "cantonal" if !row.changes() => None,
                given => Some(world.given(given).await),
            };
            let given = fresh.as_ref().unwrap_or(match row.given.as_str() {
                "cantonal" => &shared.1,
                _ => &shared.0,
            });
            let (sign, wrong) = cell(&world, &row, who, given).await;
            found.push(sign);
            faults.extend(wrong);
            cells += 1;
            if let Some(given) = fresh {
                world.taken(&given).await;
            }
        }
        if found != row.answers {
            faults.push(format!(
                "expected {}\n   found {}",
                row.with(&row.answers),
                row.with(&found)
            ));
        }
    }
    assert!(cells > 1_500, "{cells} cells");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
