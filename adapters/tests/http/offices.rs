//! What offices see: figures, the register, who takes part, the log and its views.

use axum::http::Method;
use serde_json::json;

use crate::hall::{Hall, text};

#[tokio::test]
async fn the_register_is_read_as_of_a_day() {
    let hall = Hall::new();
    let page = hall
        .get("", "/register?level=municipality&limit=3")
        .await
        .expect(200)
        .json();
    assert_eq!(page["items"].as_array().unwrap().len(), 3);
    let next = page["next"].as_u64().unwrap();
    assert_eq!(page["items"][2]["id"], next);
    let path = format!("/register?level=municipality&limit=3&after={next}");
    let page = hall.get("", &path).await.expect(200).json();
    assert!(page["items"][0]["id"].as_u64().unwrap() > next);
    let named = hall.get("", "/register?q=luzern").await.expect(200).json();
    assert_eq!(named["items"][0]["id"], 1061);
    let merged = hall
        .get("", "/register/1057?on=2026-01-01")
        .await
        .expect(200)
        .json();
    assert_eq!(merged["current"], 1065, "{merged}");
    assert!(merged["authority"].is_null());
    let before = hall
        .get("", "/register/1057?on=2024-12-31")
        .await
        .expect(200)
        .json();
    assert_eq!(before["authority"]["name"], "Honau");
    hall.get("", "/register/99999")
        .await
        .problem(404, "authority-not-found");
}

#[tokio::test]
async fn who_operates_the_installation_says_who_takes_part_and_others_do_not() {
    let hall = Hall::new();
    let path = "/services/certificate-of-residence/participation";
    let takes_part = async || {
        let path = format!("{path}?limit=1000");
        let page = hall.get("", &path).await.expect(200).json();
        let items = page["items"].as_array().unwrap();
        let emmen = items.iter().find(|one| one["authority"] == 1024).unwrap();
        (
            emmen["takes_part"].as_bool().unwrap(),
            emmen["states"].clone(),
        )
    };
    assert_eq!(takes_part().await, (true, json!([])));
    let set = async |who: &str, key: &str| {
        let body = Some(json!({"state": "suspended", "from": "2026-01-01"}));
        let headers = [("idempotency-key", key)];
        hall.ask(Method::PUT, who, &format!("{path}/1024"), &headers, body)
            .await
    };
    for (who, code) in [("anna", "stewards-only"), ("emmen", "stewards-only")] {
        set(who, "1").await.problem(403, code);
    }
    let first = set("operator", "1").await.expect(200).json();
    assert_eq!(set("operator", "1").await.expect(200).json(), first);
    let (now, states) = takes_part().await;
    assert!(!now);
    assert_eq!(
        states,
        json!([{"from": "2026-01-01", "state": "suspended"}])
    );
    let offered = hall
        .get("", "/services?municipality=1024")
        .await
        .expect(200)
        .json();
    assert_eq!(offered["items"].as_array().unwrap().len(), 1, "{offered}");
}

#[tokio::test]
async fn an_edition_is_published_by_who_operates_and_compared_by_everybody() {
    let hall = Hall::new();
    let path = "/services/certificate-of-residence/editions";
    let first = hall.get("", &format!("{path}/1")).await.expect(200).json();
    let mut service = first["service"].clone();
    service["labels"]["en"] = json!("Proof of residence");
    let refused = hall.post("luzern", path, service.clone()).await;
    refused.problem(403, "operators-only");
    let published = hall
        .post("operator", path, service.clone())
        .await
        .expect(201);
    assert!(published.headers.contains_key("kanzlei-position"));
    let again = hall.post("operator", path, service.clone()).await;
    again.problem(409, "edition-published");
    let all = hall.get("", path).await.expect(200).json();
    assert_eq!(all["items"].as_array().unwrap().len(), 2);
    assert_eq!(all["items"][1]["in_force"], true);
    let change = hall
        .get("", &format!("{path}/2/difference"))
        .await
        .expect(200)
        .json();
    assert_eq!(
        change["changes"][0]["after"], "Proof of residence",
        "{change}"
    );
    hall.get("", &format!("{path}/1/difference"))
        .await
        .problem(404, "edition-not-found");
    hall.get("", &format!("{path}/9"))
        .await
        .problem(404, "edition-not-found");
    service["name"] = json!("another");
    hall.post("operator", path, service.clone())
        .await
        .problem(422, "service-differs");
    service["name"] = json!("certificate-of-residence");
    service["phases"] = json!([]);
    hall.post("operator", path, service)
        .await
        .problem(422, "definition-invalid");
    for (kind, code, status) in [
        ("application/toml", "definition-invalid", 422),
        ("text/plain", "media-type", 415),
    ] {
        let request = axum::http::Request::post(format!("/api{path}"))
            .header("x-test-as", "operator")
            .header("content-type", kind)
            .body("nonsense".into());
        hall.send(request.unwrap()).await.problem(status, code);
    }
}

#[tokio::test]
async fn the_log_is_read_with_its_values_sealed_and_views_are_rebuilt() {
    let hall = Hall::new();
    let receipt = hall.certificate().await;
    let (mut after, mut commits) = (0, Vec::new());
    loop {
        let path = format!("/log?limit=2&after={after}");
        let page = hall.get("operator", &path).await.expect(200).json();
        commits.extend(page["items"].as_array().unwrap().iter().cloned());
        let Some(next) = page["next"].as_u64() else {
            break;
        };
        after = next;
    }
    let last = commits.last().unwrap();
    assert_eq!(last["parts"][0]["case"], receipt["case"]);
    assert_eq!(last["by"], "party");
    assert_eq!(last["parts"][0]["events"][0], "CaseOpened");
    assert!(!json!(commits).to_string().contains("Anna"));
    for beyond in ["-1", "9223372036854775808"] {
        let path = format!("/log?after={beyond}");
        hall.get("operator", &path).await.expect(400);
    }
    let views = hall.get("operator", "/views").await.expect(200).json();
    let name = text(&views["items"][0]["name"]).to_owned();
    hall.post("operator", &format!("/views/{name}/rebuild"), json!(null))
        .await
        .expect(202);
    hall.post("operator", &format!("/views/{name}/retry"), json!(null))
        .await
        .expect(202);
    let unknown = hall
        .post("operator", "/views/nothing/rebuild", json!(null))
        .await;
    unknown.problem(404, "view-unknown");
}

#[tokio::test]
async fn figures_are_told_to_officials_each_their_own() {
    let hall = Hall::new();
    hall.certificate().await;
    let counts = hall.get("luzern", "/inbox/counts").await.expect(200).json();
    assert_eq!(
        (counts["all"].as_u64(), counts["open"].as_u64()),
        (Some(1), Some(1))
    );
    let none = hall.get("emmen", "/inbox/counts").await.expect(200).json();
    assert_eq!(none["all"], 0);
    for path in ["/workload", "/statistics", "/overview", "/trend?months=3"] {
        hall.get("luzern", path).await.expect(200);
        hall.get("anna", path).await.problem(403, "officials-only");
    }
    hall.get("canton", "/services/certificate-of-residence/process")
        .await
        .expect(200);
    hall.get("luzern", "/trend?months=99")
        .await
        .problem(400, "months-invalid");
}

#[tokio::test]
async fn a_case_is_found_by_its_reference_by_those_who_may_know_of_it() {
    let hall = Hall::new();
    let receipt = hall.certificate().await;
    let path = format!("/find?q={}", text(&receipt["reference"]));
    let found = hall.get("luzern", &path).await.expect(200).json();
    assert_eq!(found["items"][0]["case"], receipt["case"]);
    let none = hall.get("emmen", &path).await.expect(200).json();
    assert!(none["items"].as_array().unwrap().is_empty());
}
