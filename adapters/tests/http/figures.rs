//! What operators see of requests: figures by route, and nothing of whom they were about.

use serde_json::json;

use crate::hall::{Hall, text};

#[tokio::test]
async fn figures_name_routes_and_commands_and_never_a_case_or_a_person() {
    let hall = Hall::on_disk();
    let receipt = hall.certificate().await;
    let case = text(&receipt["case"]);
    hall.get("anna", &format!("/cases/{case}?secret=Anna"))
        .await;
    hall.get("anna", "/nothing/Anna").await;
    let path = format!("/cases/{case}/messages");
    hall.post("anna", &path, json!({"text": ""})).await;
    hall.kanzlei.up_to_date().await.unwrap();
    let figures = hall.http.metrics();
    for line in [
        r#"kanzlei_http_requests_total{method="POST",route="/api/cases",status="201"} 1"#,
        r#"kanzlei_http_requests_total{method="GET",route="(none)",status="404"} 1"#,
        r#"kanzlei_command_seconds_count{command="submit",outcome="done"} 1"#,
        r#"kanzlei_command_seconds_count{command="send-message",outcome="refused"} 1"#,
        r#"kanzlei_view_lag{view="worklist"} 0"#,
        r#"kanzlei_view_stopped{view="worklist"} 0"#,
        "kanzlei_streams 0",
        r#"kanzlei_append_seconds_bucket{le="+Inf"} "#,
        "kanzlei_group_commits_count ",
        "kanzlei_store_commits_total ",
        r#"kanzlei_http_request_seconds_bucket{method="POST",route="/api/cases",le="+Inf"} 1"#,
    ] {
        assert!(figures.contains(line), "{line}\n{figures}");
    }
    assert!(
        !figures.contains(case) && !figures.contains("Anna"),
        "{figures}"
    );
}

#[tokio::test]
async fn how_many_cases_are_open_is_told_only_where_they_are_no_few() {
    let hall = Hall::new();
    let line =
        |count: u8| format!(r#"kanzlei_open_cases{{service="certificate-of-residence"}} {count}"#);
    for count in 1..=3 {
        hall.certificate().await;
        hall.kanzlei.up_to_date().await.unwrap();
        let figures = hall.http.metrics();
        assert_eq!(figures.contains(&line(count)), count == 3, "{figures}");
    }
}
