//! One check for each known way in which systems give away what they don't show: lists, counts,
//! searches, expansions, exports, and the texts of errors.

use axum::http::StatusCode;

use super::world::{SECRETS, World};

/// Whose business a case of Anna's isn't.
const STRANGERS: [&str; 3] = ["beat", "elsewhere", "cantonal"];

/// What some answers say, without what changes by itself.
async fn answers(world: &World, who: &str, paths: &[&str]) -> Vec<String> {
    let mut said = Vec::new();
    for path in paths {
        let answer = world.ask(who, "GET", path, "").await;
        let lines = answer.text.lines().filter(|line| !line.contains("printed"));
        said.push(format!(
            "{path}: {} {}",
            answer.status,
            lines.collect::<String>()
        ));
    }
    said
}

/// Asks before and after there is another case of Anna's.
async fn unmoved(paths: &[&str]) {
    let world = World::new().await;
    world.given("open").await;
    for who in STRANGERS {
        let before = answers(&world, who, paths).await;
        world.given("claimed").await;
        assert_eq!(answers(&world, who, paths).await, before, "{who}");
    }
}

#[tokio::test]
async fn no_list_of_a_stranger_moves_when_somebody_else_has_a_case() {
    unmoved(&[
        "/api/me/cases",
        "/cases",
        "/api/cases",
        "/api/inbox",
        "/api/me/drafts",
    ])
    .await;
}

#[tokio::test]
async fn no_count_of_a_stranger_moves_when_somebody_else_has_a_case() {
    unmoved(&[
        "/api/inbox/counts",
        "/api/workload",
        "/api/statistics",
        "/api/overview",
        "/api/trend",
        "/api/services/permit/process",
    ])
    .await;
}

#[tokio::test]
async fn an_overseer_counts_no_single_case() {
    let world = World::new().await;
    let paths = [
        "/api/overview",
        "/api/trend?service=permit",
        "/api/services/permit/process",
        "/canton/services.csv",
        "/canton/municipalities.csv?service=permit",
        "/canton/trend.csv?service=permit",
        "/canton/process/ways.csv?service=permit",
        "/canton/register/1061",
    ];
    world.given("open").await;
    let one = answers(&world, "overseer", &paths).await;
    world.given("closed").await;
    assert_eq!(answers(&world, "overseer", &paths).await, one);
}

#[tokio::test]
async fn a_search_finds_by_number_alone_and_only_ones_own() {
    let world = World::new().await;
    let given = world.given("open").await;
    let (id, reference) = (given.case.to_string(), given.case.reference().to_string());
    for (who, finds) in [
        ("here", true),
        ("involved", true),
        ("elsewhere", false),
        ("cantonal", false),
    ] {
        for number in [&id, &reference] {
            let found = world
                .ask(who, "GET", &format!("/api/find?q={number}"), "")
                .await;
            assert_eq!(found.text.contains(&id), finds, "{who}: {}", found.text);
        }
    }
    for word in ["Annageheim", "Zweckgeheim", "Notizgeheim"] {
        for who in ["here", "elsewhere", "overseer"] {
            let found = world
                .ask(who, "GET", &format!("/api/find?q={word}"), "")
                .await;
            assert!(!found.text.contains(&id), "{who} finds by {word}");
        }
        let found = world.ask("beat", "GET", &format!("/?q={word}"), "").await;
        assert!(!found.text.contains(&id));
    }
}

#[tokio::test]
async fn no_parameter_shows_more_of_a_case() {
    let world = World::new().await;
    let given = world.given("open").await;
    for who in [
        "weak",
        "involved",
        "overseer",
        "beat",
        "elsewhere",
        "operator",
    ] {
        for more in [
            "expand=parties",
            "include=messages",
            "fields=all",
            "embed=*",
            "as=responsible",
            "standing=party",
            "view=file",
            "internal=true",
        ] {
            for path in ["", "/timeline"] {
                let path = format!("/api/cases/{}{path}?{more}", given.case);
                let answer = world.ask(who, "GET", &path, "").await;
                for (secret, for_whom) in SECRETS {
                    let may = for_whom.contains(&who);
                    assert!(
                        may || !answer.text.contains(secret),
                        "{who} {path}: {secret}"
                    );
                }
            }
        }
    }
}

#[tokio::test]
async fn a_file_names_no_case_and_nobody() {
    let world = World::new().await;
    let mut cases = Vec::new();
    for _ in 0..4 {
        cases.push(world.given("closed").await.case);
    }
    for path in [
        "/canton/services.csv",
        "/canton/municipalities.csv?service=permit",
        "/canton/trend.csv",
        "/canton/process/steps.csv?service=permit",
        "/canton/process/ways.csv?service=permit",
        "/canton/participation/permit/file.csv",
        "/canton/register.csv",
    ] {
        let file = world.ask("overseer", "GET", path, "").await;
        assert_eq!(file.status, StatusCode::OK, "{path}");
        for case in &cases {
            let reference = case.reference().to_string();
            assert!(!file.text.contains(&case.to_string()) && !file.text.contains(&reference));
        }
        for (secret, _) in SECRETS {
            assert!(!file.text.contains(secret), "{path}: {secret}");
        }
    }
}

#[tokio::test]
async fn no_error_repeats_what_somebody_typed_about_a_person() {
    let world = World::new().await;
    let given = world.given("open").await;
    let case = given.case;
    for (who, path, body) in [
        (
            "anna",
            "/api/cases".to_owned(),
            r#"{"service":"permit","form":{"municipality":{"text":"Getippt"},"purpose":{"integer":1}}}"#,
        ),
        (
            "anna",
            "/api/cases".to_owned(),
            r#"{"service":"permit","form":{"purpose":"Getippt"}}"#,
        ),
        (
            "here",
            format!("/api/cases/{case}/requests"),
            r#"{"of":"Getippt","text":"x"}"#,
        ),
        (
            "here",
            format!("/api/cases/{case}/parties"),
            r#"{"role":"friend","party":{"name":"Getippt"}}"#,
        ),
        (
            "here",
            format!("/api/cases/{case}/messages"),
            r#"{"internal":"Getippt","text":"Getippt"}"#,
        ),
        (
            "elsewhere",
            format!("/api/cases/{case}/messages"),
            r#"{"internal":false,"text":"Getippt"}"#,
        ),
        (
            "here",
            format!("/api/cases/{case}/decision"),
            r#"{"outcome":"none","grounds":"Getippt"}"#,
        ),
    ] {
        let answer = world.ask(who, "POST", &path, body).await;
        assert!(answer.status.is_client_error(), "{path}: {}", answer.status);
        assert!(!answer.text.contains("Getippt"), "{path}: {}", answer.text);
    }
}
