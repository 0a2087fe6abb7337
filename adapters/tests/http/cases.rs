//! From a form that is handed in to a case that is closed.

use kanzlei::core::domain::Status;
use serde_json::json;

use crate::hall::{Hall, LUZERN, certificate, text};

#[tokio::test]
async fn a_form_handed_in_is_a_case_that_its_parties_and_its_authority_see_each_from_their_side() {
    let hall = Hall::new();
    let answer = hall.post("anna", "/cases", certificate()).await.expect(201);
    let receipt = answer.json();
    let case = text(&receipt["case"]);
    assert_eq!(answer.header("location"), format!("/api/cases/{case}"));
    let version = &receipt["version"];
    assert_eq!(answer.header("etag"), format!("\"{version}\""));
    let path = format!("/cases/{case}");

    let own = hall.get("anna", &path).await.expect(200).json();
    assert_eq!(own["answers"][0]["seen_as"], "own");
    assert_eq!(own["version"], *version);
    let file = hall.get("luzern", &path).await.expect(200).json();
    assert_eq!(file["answers"][0]["seen_as"], "file");
    assert_eq!(
        file["answers"][0]["contents"]["parties"][0]["name"]["shown"],
        "Anna Muster"
    );
    let outline = hall.get("canton", &path).await.expect(200).json();
    assert_eq!(outline["answers"][0]["seen_as"], "outline");
    assert!(!outline.to_string().contains("Anna"));

    for stranger in ["beat", "emmen", "operator"] {
        let hidden = hall.get(stranger, &path).await;
        hidden.problem(404, "case-not-found");
    }
    hall.get("", &path).await.problem(401, "sign-in-first");
}

#[tokio::test]
async fn a_reference_leads_to_the_case_for_whom_its_id_does() {
    let hall = Hall::new();
    let receipt = hall.certificate().await;
    let path = format!("/cases/{}", text(&receipt["reference"]));
    for who in ["anna", "luzern", "canton"] {
        let seen = hall.get(who, &path);
        assert_eq!(
            seen.await.expect(200).json()["case"],
            receipt["case"],
            "{who}"
        );
    }
    for stranger in ["beat", "emmen"] {
        hall.get(stranger, &path)
            .await
            .problem(404, "case-not-found");
    }
    hall.get("", &path).await.problem(401, "sign-in-first");
    let never = "/cases/0000000000-0";
    hall.get("anna", never).await.problem(404, "case-not-found");
    hall.get("anna", "/cases/me")
        .await
        .problem(404, "case-not-found");
}

#[tokio::test]
async fn an_authority_works_through_its_inbox_until_the_case_is_closed() {
    let hall = Hall::new();
    let receipt = hall.certificate().await;
    let case = text(&receipt["case"]);
    let inbox = hall.get("luzern", "/inbox?whose=unassigned");
    let inbox = inbox.await.expect(200).json();
    assert_eq!(inbox["items"][0]["case"], case);
    let task = inbox["items"][0]["task"].as_u64().unwrap();

    let path = format!("/cases/{case}");
    let tasks = format!("{path}/tasks/{task}");
    let act = async |who: &str, path: String, body| {
        let answer = hall.post(who, &path, body).await.expect(200);
        answer.json()["version"].as_u64().unwrap()
    };
    act("luzern", format!("{tasks}/claim"), json!(null)).await;
    hall.post("luzern-2", &format!("{tasks}/claim"), json!(null))
        .await
        .problem(409, "task-taken");
    act(
        "luzern",
        format!("{path}/requests"),
        json!({"of": 1, "text": "Since when?"}),
    )
    .await;
    let own = hall.get("anna", "/me/cases").await.expect(200).json();
    assert_eq!(own["items"][0]["open_requests"], 1);
    act(
        "anna",
        format!("{path}/requests/1/answer"),
        json!({"text": "Since May."}),
    )
    .await;
    act(
        "anna",
        format!("{path}/messages"),
        json!({"text": "Thank you."}),
    )
    .await;
    act(
        "luzern",
        format!("{path}/messages"),
        json!({"internal": true, "text": "Fine."}),
    )
    .await;
    act(
        "luzern",
        format!("{path}/decision"),
        json!({"outcome": "issued", "grounds": "She lives here."}),
    )
    .await;
    act("luzern", format!("{tasks}/complete"), json!(null)).await;
    let last = act("luzern", format!("{path}/close"), json!(null)).await;

    let line = hall
        .get("anna", &format!("{path}/timeline?limit=3"))
        .await
        .expect(200)
        .json();
    assert_eq!(line["items"].as_array().unwrap().len(), 3);
    let next = line["next"].as_u64().unwrap();
    let rest = format!("{path}/timeline?limit=1000&after={next}");
    let rest = hall.get("anna", &rest).await.expect(200).json();
    assert_eq!(
        rest["items"].as_array().unwrap().last().unwrap()["version"],
        last
    );
    assert!(
        !rest.to_string().contains("Fine."),
        "a note among authorities"
    );
    let steps = hall
        .get("canton", &format!("{path}/timeline"))
        .await
        .expect(200)
        .json();
    assert_eq!(steps["items"][0]["version"], 1);
    assert_eq!(steps["items"][0]["event"], "CaseOpened");
    let path = "/cases?status=closed&newest_first=true";
    let closed = hall.get("luzern", path).await;
    let closed = closed.expect(200).json();
    let status = serde_json::to_value(Status::Closed).unwrap();
    assert_eq!(closed["items"][0]["status"], status);
    assert_eq!(closed["items"][0]["responsible"], LUZERN.0);
}

#[tokio::test]
async fn of_many_claims_each_has_a_result_of_its_own() {
    let hall = Hall::new();
    let (one, other) = (hall.certificate().await, hall.certificate().await);
    let claim = |receipt: &serde_json::Value| json!({"case": receipt["case"], "task": 1});
    let mut missing = claim(&one);
    missing["task"] = json!(9);
    let stranger = json!({"case": "01890a5d-ac96-774b-bcce-b302099a8057", "task": 1});
    let body = json!({"tasks": [claim(&one), missing, claim(&other), stranger]});
    let answer = hall
        .post("luzern", "/inbox/claims", body.clone())
        .await
        .expect(200);
    assert!(answer.headers.contains_key("kanzlei-position"));
    let results = answer.json();
    let results = results["results"].as_array().unwrap();
    assert_eq!(results[0]["receipt"]["case"], one["case"]);
    assert_eq!(results[1]["problem"]["code"], "task-unknown");
    assert_eq!(results[2]["receipt"]["case"], other["case"]);
    assert_eq!(results[3]["problem"]["code"], "case-not-found");
    let many = json!({"tasks": vec![claim(&one); 101]});
    let refused = hall.post("luzern", "/inbox/claims", many).await;
    assert_eq!(refused.problem(422, "claims-too-many")["field"], "tasks");
    hall.post("anna", "/inbox/claims", body)
        .await
        .problem(403, "officials-only");
}

#[tokio::test]
async fn lists_come_in_pages_that_lead_on_to_their_end() {
    let hall = Hall::new();
    let mut submitted = Vec::new();
    for _ in 0..5 {
        submitted.push(text(&hall.certificate().await["case"]).to_owned());
    }
    for (who, list) in [
        ("anna", "/me/cases?limit=2"),
        ("luzern", "/cases?limit=2"),
        ("luzern", "/inbox?limit=2"),
    ] {
        let (mut found, mut after) = (Vec::new(), String::new());
        loop {
            let path = format!("{list}{after}");
            let page = hall.get(who, &path);
            let page = page.await.expect(200).json();
            for item in page["items"].as_array().unwrap() {
                let case = item["case"].as_str().or(item["outline"]["case"].as_str());
                found.push(case.unwrap().to_owned());
            }
            let Some(next) = page["next"].as_str() else {
                break;
            };
            after = format!("&after={next}");
        }
        found.sort();
        let mut all = submitted.clone();
        all.sort();
        assert_eq!(found, all, "{list}");
        let wrong = hall.get(who, &format!("{list}&after=nonsense")).await;
        assert_eq!(wrong.problem(400, "cursor-invalid")["field"], "after");
    }
}

#[tokio::test]
async fn who_handed_a_form_in_fetches_its_receipt_again_and_nobody_else_does() {
    let hall = Hall::new();
    let receipt = hall.certificate().await;
    let path = |command: &str| format!("/receipts/{command}");
    let of_form = path(text(&receipt["command"]));
    let again = hall.get("anna", &of_form).await.expect(200);
    assert_eq!(again.json(), receipt);
    assert_eq!(again.header("cache-control"), "private, no-store");
    // What was never sent, and what is no form, has none either.
    let case = text(&receipt["case"]);
    let message = json!({"text": "Grüezi", "internal": false});
    let messages = format!("/cases/{case}/messages");
    let sent = hall.post("anna", &messages, message).await;
    let sent = sent.expect(200).json();
    for (who, path) in [
        ("beat", of_form.clone()),
        ("anna", path(text(&sent["command"]))),
        ("anna", path("01890a5d-ac96-774b-bcce-b302099a8058")),
        ("anna", path("nonsense")),
    ] {
        hall.get(who, &path).await.problem(404, "case-not-found");
    }
    hall.get("luzern", &of_form)
        .await
        .problem(403, "persons-only");
}
