//! Who gets past the gate of which endpoint: a table with a row for each kind of endpoint, over all
//! endpoints there are.

use std::time::Duration;

use axum::http::Method;
use kanzlei_adapters::http::{Access, Http, Options, Rate};

use crate::hall::Hall;

/// Everybody who can come to the door.
const VIEWERS: [&str; 10] = [
    "", "anna", "luzern", "emmen", "canton", "operator", "expired", "revoked", "forged", "nobody",
];

/// Whether a gate lets somebody through, else with which status and code it sends them away.
fn expected(access: Access, who: &str) -> Result<(), (u16, &'static str)> {
    let code = match who {
        "expired" => return Err((401, "sign-in-expired")),
        "revoked" => return Err((401, "sign-in-revoked")),
        "forged" => return Err((401, "sign-in-invalid")),
        "nobody" => return Err((401, "sign-in-of-nobody")),
        "" if !matches!(access, Access::Public | Access::Standing) => {
            return Err((401, "sign-in-first"));
        }
        _ => match access {
            Access::Public | Access::Standing | Access::SignedIn | Access::Acting => return Ok(()),
            Access::Person if who == "anna" => return Ok(()),
            Access::Official | Access::Overseer if matches!(who, "luzern" | "emmen" | "canton") => {
                return Ok(());
            }
            Access::Operator if who == "operator" => return Ok(()),
            Access::Person => "persons-only",
            Access::Official | Access::Overseer => "officials-only",
            Access::Operator => "operators-only",
        },
    };
    Err((403, code))
}

/// The path with names that nothing has.
fn path(template: &str) -> String {
    template
        .replace("{case}", "01890a5d-ac96-774b-bcce-b302099a8057")
        .replace("{task}", "1")
        .replace("{request}", "1")
        .replace("{authority}", "1061")
        .replace("{edition}", "1")
        .replace("{service}", "certificate-of-residence")
        .replace("{draft}", &"0".repeat(32))
        .replace("{document}", "1")
        .replace("{view}", "worklist")
        .replace("{command}", "01890a5d-ac96-774b-bcce-b302099a8058")
        .replace("{code}", "task-completed")
        .replace("{file}", "index.html")
}

#[tokio::test]
async fn each_endpoint_lets_through_whom_it_says_and_nobody_else() {
    let mut options = Options::default();
    options.limits.reads = Rate::per_minute(1_000_000);
    options.limits.writes = Rate::per_minute(1_000_000);
    // However much else goes on, nobody is sent away for having waited.
    options.limits.read_wait = Duration::from_hours(1);
    options.limits.request_time = Duration::from_hours(1);
    let hall = Hall::with(options);
    for endpoint in Http::endpoints() {
        let path = path(&endpoint.path);
        assert!(!path.contains('{'), "{path}: give its name a value");
        if endpoint.operation.ends_with("-events") {
            continue;
        }
        for who in VIEWERS {
            let method: Method = endpoint.method.parse().unwrap();
            let answer = hall.ask(method, who, &path, &[], None).await;
            let what = format!("{} {path} as {who:?}: {}", endpoint.method, answer.text);
            assert!(!answer.status.is_server_error(), "{what}");
            match expected(endpoint.access, who) {
                Err((status, code)) => {
                    assert_eq!(answer.status.as_u16(), status, "{what}");
                    if status == 401 {
                        assert!(
                            answer.header("www-authenticate").starts_with("Bearer"),
                            "{what}"
                        );
                    }
                    answer.problem(status, code);
                }
                Ok(()) if who.is_empty() && endpoint.access == Access::Standing => {
                    answer.problem(401, "sign-in-first");
                }
                Ok(()) => {
                    let gate = [
                        "persons-only",
                        "officials-only",
                        "operators-only",
                        "sign-in-first",
                    ];
                    let stopped = gate.iter().any(|code| answer.text.contains(code));
                    let by_engine = endpoint.access == Access::SignedIn;
                    assert!(!stopped || by_engine, "{what}");
                }
            }
        }
    }
}

#[tokio::test]
async fn a_sign_in_that_can_t_be_checked_is_no_sign_in_and_no_refusal() {
    let hall = Hall::new();
    for path in ["/me", "/limits", "/services"] {
        let answer = hall.get("unavailable", path).await;
        assert_eq!(answer.header("retry-after"), "5");
        answer.problem(503, "sign-in-unavailable");
    }
}

#[tokio::test]
async fn a_page_of_another_origin_can_t_write_with_a_cookie_and_a_token_needs_no_page() {
    let hall = Hall::new();
    let write = async |headers: &[(&str, &str)]| {
        let body = Some(crate::hall::certificate());
        hall.ask(Method::POST, "anna", "/cases", headers, body)
            .await
    };
    for foreign in [
        &[("sec-fetch-site", "cross-site")][..],
        &[("sec-fetch-site", "same-site")],
        &[
            ("origin", "https://elsewhere.example"),
            ("host", "portal.example"),
        ],
    ] {
        write(foreign).await.problem(403, "cross-origin");
        let mut with_token = foreign.to_vec();
        with_token.push(("authorization", "Bearer x"));
        write(&with_token).await.expect(201);
        hall.ask(Method::GET, "anna", "/me", foreign, None)
            .await
            .expect(200);
    }
    write(&[("sec-fetch-site", "same-origin")])
        .await
        .expect(201);
    write(&[
        ("origin", "https://portal.example"),
        ("host", "portal.example"),
    ])
    .await
    .expect(201);
}
