//! The description: whole, consistent, and as the code is.

use std::collections::BTreeSet;

use kanzlei_adapters::http::{Access, Http};
use serde_json::Value;

use crate::hall::{Hall, text};

async fn described() -> Value {
    Hall::new()
        .get("", "/openapi.json")
        .await
        .expect(200)
        .json()
}

/// All operations, with their path and method.
fn operations(description: &Value) -> Vec<(String, String, &Value)> {
    let paths = description["paths"].as_object().unwrap();
    let mut all = Vec::new();
    for (path, item) in paths {
        for (method, operation) in item.as_object().unwrap() {
            all.push((path.clone(), method.to_uppercase(), operation));
        }
    }
    all
}

#[tokio::test]
async fn every_endpoint_is_described_once_and_by_a_name_of_its_own() {
    let description = described().await;
    assert_eq!(description["openapi"], "3.1.0");
    let operations = operations(&description);
    let names: BTreeSet<&str> = operations
        .iter()
        .map(|(_, _, operation)| text(&operation["operationId"]))
        .collect();
    assert_eq!(names.len(), operations.len());
    let endpoints = Http::endpoints();
    assert_eq!(endpoints.len(), operations.len());
    for endpoint in endpoints {
        let found = operations
            .iter()
            .find(|(path, method, _)| *path == endpoint.path && *method == endpoint.method);
        let (_, _, operation) = found.unwrap_or_else(|| panic!("{endpoint:?}"));
        assert_eq!(operation["operationId"], endpoint.operation);
    }
}

#[tokio::test]
async fn every_operation_says_what_it_does_who_may_and_what_can_go_wrong() {
    let description = described().await;
    for (path, method, operation) in operations(&description) {
        let what = format!("{method} {path}");
        assert!(!text(&operation["summary"]).is_empty(), "{what}");
        assert!(!text(&operation["description"]).is_empty(), "{what}");
        assert!(
            !operation["security"].as_array().unwrap().is_empty(),
            "{what}"
        );
        assert_eq!(operation["tags"].as_array().unwrap().len(), 1, "{what}");
        let named: Vec<&str> = path.split(['{', '}']).skip(1).step_by(2).collect();
        let parameters = operation["parameters"].as_array().unwrap();
        for name in named {
            let there = parameters
                .iter()
                .any(|one| one["name"] == name && one["in"] == "path");
            assert!(there, "{what} doesn't describe {name}");
        }
        let responses = operation["responses"].as_object().unwrap();
        assert!(
            responses
                .keys()
                .any(|status| status.starts_with(['2', '3'])),
            "{what}"
        );
        let mut expected = vec!["400", "401", "404", "429", "500", "503"];
        if method != "GET" {
            expected.extend(["403", "409", "412", "413", "415", "422"]);
        }
        for status in expected {
            let response = &responses[status];
            let schema = &response["content"]["application/problem+json"]["schema"];
            assert_eq!(
                schema["$ref"], "#/components/schemas/Problem",
                "{what}: {status}"
            );
        }
        for status in ["429", "503"] {
            assert!(
                responses[status]["headers"]["Retry-After"].is_object(),
                "{what}"
            );
        }
    }
}

#[tokio::test]
async fn whatever_the_description_refers_to_is_in_it() {
    let description = described().await;
    let schemas = description["components"]["schemas"].as_object().unwrap();
    let mut open = vec![&description];
    let mut referred = BTreeSet::new();
    while let Some(value) = open.pop() {
        match value {
            Value::Object(members) => {
                if let Some(Value::String(to)) = members.get("$ref") {
                    referred.insert(to.strip_prefix("#/components/schemas/").unwrap().to_owned());
                }
                open.extend(members.values());
            }
            Value::Array(items) => open.extend(items),
            _ => {}
        }
    }
    for name in &referred {
        assert!(schemas.contains_key(name), "{name}");
    }
    assert!(referred.contains("Receipt") && referred.contains("Answer"));
}

#[test]
fn nothing_is_open_but_what_is_meant_to_be() {
    let open: Vec<String> = Http::endpoints()
        .into_iter()
        .filter(|endpoint| endpoint.access == Access::Public)
        .map(|endpoint| format!("{} {}", endpoint.method, endpoint.path))
        .collect();
    assert_eq!(
        open,
        [
            "GET /services",
            "GET /services/{service}",
            "GET /services/{service}/editions",
            "GET /services/{service}/editions/{edition}",
            "GET /services/{service}/editions/{edition}/difference",
            "GET /services/{service}/participation",
            "GET /register",
            "GET /register/{authority}",
            "GET /limits",
            "GET /position",
            "GET /problems/{code}",
            "GET /openapi.json",
            "GET /docs",
            "GET /docs/{file}",
        ]
    );
}

#[tokio::test]
async fn the_page_to_try_it_is_in_the_program_and_asks_nobody_else() {
    let hall = Hall::new();
    let answer = hall.get("", "/docs").await.expect(303);
    assert_eq!(answer.header("location"), "/api/docs/index.html");
    let page = hall.get("", "/docs/index.html").await.expect(200);
    assert!(page.header("content-type").starts_with("text/html"));
    assert!(!page.text.contains("https://"), "{}", page.text);
    let set_up = hall
        .get("", "/docs/swagger-initializer.js")
        .await
        .expect(200);
    assert!(set_up.text.contains("../openapi.json"), "{}", set_up.text);
    for part in ["swagger-ui.css", "swagger-ui-bundle.js"] {
        assert!(
            !hall
                .get("", &format!("/docs/{part}"))
                .await
                .expect(200)
                .text
                .is_empty()
        );
    }
    hall.get("", "/docs/nothing.js")
        .await
        .problem(404, "not-found");
}

#[tokio::test]
async fn programs_find_their_way_from_a_form_handed_in_to_what_can_be_done_in_its_case() {
    let description = described().await;
    let links = &description["paths"]["/cases"]["post"]["responses"]["201"]["links"];
    for target in [
        "get-case",
        "claim-task",
        "send-message",
        "withdraw",
        "get-timeline",
    ] {
        let link = &links[target];
        if target == "claim-task" {
            assert!(link.is_null(), "its path needs a task too");
            continue;
        }
        assert_eq!(link["operationId"], target);
        assert_eq!(link["parameters"]["case"], "$response.body#/case");
    }
}
