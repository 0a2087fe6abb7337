//! What somebody must not learn, looked for in every answer that there is: in cases, lists, counts,
//! searches, details, files and problems.

use axum::http::Method;
use kanzlei_adapters::http::{Access, Endpoint, Http, Options, Rate};
use serde_json::{Value, json};

use crate::hall::{Answer, Hall, certificate, text};

const MISSING: &str = "01890a5d-ac96-774b-bcce-b302099a8057";
/// What nobody but parties and the authority responsible may learn.
const SECRETS: [&str; 3] = ["Anna Muster", "a secret message", "a secret purpose"];

/// A case with secrets; gives its id and reference.
async fn secret_case(hall: &Hall) -> (String, String) {
    let mut form = certificate();
    form["form"]["purpose"] = json!({"text": "a secret purpose"});
    let receipt = hall.post("anna", "/cases", form).await.expect(201).json();
    let case = text(&receipt["case"]).to_owned();
    let path = format!("/cases/{case}/messages");
    let message = json!({"text": "a secret message"});
    hall.post("anna", &path, message).await.expect(200);
    (case, text(&receipt["reference"]).to_owned())
}

fn hall() -> Hall {
    let mut options = Options::default();
    options.limits.reads = Rate::per_minute(1_000_000);
    options.limits.writes = Rate::per_minute(1_000_000);
    Hall::with(options)
}

/// A body that each endpoint can read, by its operation.
fn body(operation: &str) -> Option<Value> {
    Some(match operation {
        "add-task" => json!({"kind": "issue"}),
        "assign-task" => json!({"to": MISSING}),
        "request-information" => json!({"of": 1, "text": "Since when?"}),
        "provide-information" => json!({"text": "Since May."}),
        "send-message" => json!({"text": "Grüezi"}),
        "hand-over" => json!({"to": 1024, "reason": "Moved."}),
        "refuse-handover" | "withdraw" | "reopen" => json!({"reason": "So."}),
        "involve-authority" => json!({"authority": 1024}),
        "issue-decision" => json!({"outcome": "issued", "grounds": "So."}),
        "enter-phase" => json!({"phase": "review"}),
        "add-party" => json!({"role": "objector", "party": {"name": "Beat"}}),
        "add-document" => json!({"kind": "other", "digest": "0".repeat(64)}),
        "own" => json!({}),
        _ => return None,
    })
}

async fn ask(hall: &Hall, who: &str, endpoint: &Endpoint, case: &str) -> Answer {
    let path = endpoint
        .path
        .replace("{case}", case)
        .replace("{task}", "1")
        .replace("{request}", "1")
        .replace("{document}", "1")
        .replace("{authority}", "1061");
    let method: Method = endpoint.method.parse().unwrap();
    let body = body(&endpoint.operation);
    hall.ask(method, who, &path, &[], body).await
}

/// A problem without what differs from one request to the next.
fn told(answer: &Answer) -> (u16, Value) {
    let mut problem = answer.json();
    problem.as_object_mut().unwrap().remove("request_id");
    (answer.status.as_u16(), problem)
}

#[tokio::test]
async fn whatever_is_asked_of_somebody_else_s_case_is_answered_as_if_there_were_none() {
    let hall = hall();
    let (case, reference) = secret_case(&hall).await;
    let mut asked = 0;
    for endpoint in Http::endpoints() {
        if !endpoint.path.contains("{case}") {
            continue;
        }
        for who in ["", "beat", "emmen"] {
            let there = ask(&hall, who, &endpoint, &case).await;
            let missing = ask(&hall, who, &endpoint, MISSING).await;
            let what = format!("{} {} as {who:?}", endpoint.method, endpoint.path);
            assert_eq!(told(&there), told(&missing), "{what}");
            // A document that isn't there is refused before the case is looked at.
            let expected = match (who, endpoint.operation.as_str()) {
                ("", _) => 401,
                (_, "add-document") => 422,
                _ => 404,
            };
            assert_eq!(there.status.as_u16(), expected, "{what}: {}", there.text);
            assert!(!there.text.contains(&case), "{what}: {}", there.text);
            let by_reference = ask(&hall, who, &endpoint, &reference).await;
            let never = ask(&hall, who, &endpoint, "00000-00000-0").await;
            assert_eq!(told(&by_reference), told(&never), "{what}");
            asked += 1;
        }
    }
    assert!(asked > 60, "{asked}");
}

#[tokio::test]
async fn no_list_count_or_search_shows_a_case_to_whom_it_is_no_business_of() {
    let hall = hall();
    let (case, reference) = secret_case(&hall).await;
    let wait = hall.get("luzern", "/inbox").await.expect(200);
    assert!(wait.text.contains(&case));
    let searches = [
        format!("/find?q={case}"),
        format!("/find?q={reference}"),
        format!("/find?q={}", &case[..8]),
        "/cases?status=open&authority=1061".to_owned(),
        "/cases?service=certificate-of-residence&limit=1000".to_owned(),
        "/inbox?whose=all&limit=1000".to_owned(),
        "/inbox?service=certificate-of-residence".to_owned(),
    ];
    let lists = Http::endpoints().into_iter();
    let lists = lists.filter(|endpoint| {
        endpoint.method == "GET"
            && !endpoint.path.contains('{')
            && endpoint.access != Access::Operator
            && !endpoint.operation.ends_with("-events")
    });
    let paths = lists.map(|endpoint| endpoint.path).chain(searches);
    for path in paths {
        for who in ["", "beat", "emmen"] {
            let answer = hall.get(who, &path).await;
            let what = format!("{path} as {who:?}: {}", answer.text);
            assert!(!answer.status.is_server_error(), "{what}");
            for secret in SECRETS.iter().chain([&case.as_str(), &reference.as_str()]) {
                assert!(!answer.text.contains(secret), "{what}");
            }
        }
    }
    for (path, member) in [("/inbox/counts", "all"), ("/workload", "unassigned")] {
        let counts = hall.get("emmen", path).await.expect(200).json();
        assert_eq!(counts[member], 0, "{path}");
    }
    // One case is too few for a figure that an overseer may see.
    let overview = hall.get("canton", "/overview").await.expect(200).json();
    assert_eq!(overview["services"], json!([]));
    let own = hall.get("emmen", "/overview").await.expect(200).json();
    assert!(!own.to_string().contains("1061"), "{own}");
}

#[tokio::test]
async fn oversight_and_operation_learn_nothing_personal_wherever_they_look() {
    let hall = hall();
    let (case, _) = secret_case(&hall).await;
    for endpoint in Http::endpoints() {
        if endpoint.method != "GET" || endpoint.operation.ends_with("-events") {
            continue;
        }
        for who in ["canton", "operator"] {
            let answer = ask(&hall, who, &endpoint, &case).await;
            let what = format!("{} as {who}: {}", endpoint.path, answer.text);
            for secret in SECRETS {
                assert!(!answer.text.contains(secret), "{what}");
            }
        }
    }
}

#[tokio::test]
async fn no_problem_repeats_what_was_sent() {
    let hall = hall();
    let (case, _) = secret_case(&hall).await;
    let secret = "a secret purpose";
    let path = format!("/cases/{case}");
    for (path, body) in [
        ("/cases".to_owned(), json!({"service": secret, "form": {}})),
        (
            "/cases".to_owned(),
            json!({"service": "x", "form": {"copies": secret}}),
        ),
        ("/cases".to_owned(), {
            let mut form = certificate();
            form["form"]["copies"] = json!({"text": secret});
            form
        }),
        (
            format!("{path}/messages"),
            json!({"text": secret.repeat(10_000)}),
        ),
        (format!("{path}/messages"), json!({"text": [secret]})),
        (
            format!("{path}/withdraw"),
            json!({"reason": {"is": secret}}),
        ),
        (format!("{path}/own"), json!({"command": secret})),
        ("/me/drafts".to_owned(), json!({"service": secret})),
    ] {
        let answer = hall.post("anna", &path, body).await;
        assert!(answer.status.is_client_error(), "{path}: {}", answer.text);
        assert!(!answer.text.contains(secret), "{path}: {}", answer.text);
    }
    let encoded = secret.replace(' ', "%20");
    for path in [
        format!("/cases/{encoded}"),
        format!("/me/cases?after={encoded}"),
        format!("/me/cases?limit={encoded}"),
        format!("/services/{encoded}"),
        format!("/problems/{encoded}"),
    ] {
        let answer = hall.get("anna", &path).await;
        assert!(answer.status.is_client_error(), "{path}: {}", answer.text);
        assert!(!answer.text.contains(secret), "{path}: {}", answer.text);
    }
}
