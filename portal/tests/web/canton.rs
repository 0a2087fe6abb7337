//! Pages of the canton and of who operates the installation, on a house with a few cases.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use kanzlei::{AuthorityId, Form};

use crate::house::{House, actor};

/// A house in which so many residents of each municipality have asked for a certificate.
async fn with_cases(cases: &[(u32, u64)]) -> House {
    let house = House::new();
    let anna = house.kanzlei.act_as(actor("anna"));
    for (municipality, count) in cases {
        for _ in 0..*count {
            let form = Form::new()
                .with("municipality", AuthorityId(*municipality))
                .unwrap()
                .with("purpose", "Wohnungssuche")
                .unwrap()
                .with("copies", 1)
                .unwrap();
            anna.submit("certificate-of-residence", form).await.unwrap();
        }
    }
    house.kanzlei.up_to_date().await.unwrap();
    house
}

const MAP: &str = "/canton?service=certificate-of-residence&figure=cases";

/// The link of a municipality's tile.
fn tile(page: &str, municipality: u32) -> &str {
    let link = format!("href=\"/canton/register/{municipality}\">");
    let (before, after) = page.split_once(&link).expect("a tile");
    let start = before.rfind("<a ").unwrap();
    let end = before.len() + link.len() + after.find("</a>").unwrap();
    &page[start..end]
}

#[tokio::test]
async fn the_map_says_figures_and_hides_small_ones() {
    let house = with_cases(&[(1061, 30), (1024, 12), (1059, 2)]).await;
    let page = house.get("overseer", MAP).await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(page.text.matches("class=\"tile shade-").count(), 79 + 7);
    let luzern = tile(&page.text, 1061);
    assert!(
        luzern.contains("Luzern") && luzern.contains("<b>30</b>"),
        "{luzern}"
    );
    // Two cases of Kriens would follow from the sum, if Emmen's twelve were said beside it.
    for hidden in [1059, 1024] {
        let tile = tile(&page.text, hidden);
        assert!(
            tile.contains("shade-small") && tile.contains("ausgelassen"),
            "{tile}"
        );
        assert!(!tile.contains(|one: char| one.is_ascii_digit() && !tile.contains("register")));
    }
}

#[tokio::test]
async fn a_file_has_the_figures_of_its_page_and_no_others() {
    let house = with_cases(&[(1061, 30), (1024, 12), (1059, 2)]).await;
    let page = house.get("overseer", &format!("{MAP}&view=table")).await;
    let file = house
        .get(
            "overseer",
            "/canton/municipalities.csv?service=certificate-of-residence&figure=cases",
        )
        .await;
    assert_eq!(
        file.headers[header::CONTENT_TYPE],
        "text/csv; charset=utf-8"
    );
    for line in file.text.lines().skip(1) {
        for cell in line.split(',') {
            assert!(page.text.contains(cell), "{cell} isn't on the page");
        }
    }
    assert!(
        file.text.contains("Luzern,30,") && !file.text.contains("Kriens"),
        "{}",
        file.text
    );
}

#[tokio::test]
async fn a_steward_records_participation_once_and_for_their_own_authority() {
    let house = House::new();
    let path = "/participation/certificate-of-residence";
    let page = house.get("steward", path).await;
    let key = &page.fields(path)["key"];
    let day = [("day", "1"), ("month", "12"), ("year", "2026")];
    let send = |authority: &'static str, key: String| {
        let house = &house;
        async move {
            let rest = [
                ("authority", authority),
                ("state", "suspended"),
                ("key", key.as_str()),
            ];
            house
                .post("steward", path, &[&day[..], &rest[..]].concat())
                .await
        }
    };
    let first = send("1061", key.clone()).await;
    assert_eq!(first.status, StatusCode::SEE_OTHER);
    let again = send("1061", key.clone()).await;
    assert_eq!(again.location(), first.location());
    let page = house.get("steward", first.location()).await;
    assert!(page.text.contains("Die Zeitlinie von Luzern ist ergänzt"));
    assert_eq!(page.text.matches("ausgesetzt ab 01.12.2026").count(), 1);

    let other = house.get("steward", path).await.fields(path)["key"].clone();
    let refused = send("1024", other).await;
    let said = "wer für die Beteiligung der Stelle zuständig ist";
    assert!(refused.text.contains(said), "{}", refused.text);
    assert!(
        !house
            .get("clerk-1061", path)
            .await
            .text
            .contains("<form method=\"post\" action=\"/participation")
    );
    let clerk = house
        .post(
            "clerk-1061",
            path,
            &[
                ("authority", "1061"),
                ("state", "left"),
                ("day", "1"),
                ("month", "12"),
                ("year", "2026"),
                ("key", key),
            ],
        )
        .await;
    assert_ne!(clerk.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn what_is_missing_in_the_form_is_said_on_top_and_at_the_field() {
    let house = House::new();
    let path = "/operator/participation/move-of-residence";
    let key = house.get("operator", path).await.fields(path)["key"].clone();
    let sent = [
        ("authority", "1061"),
        ("state", "live"),
        ("day", "31"),
        ("month", "2"),
        ("year", "2026"),
        ("key", &key),
    ];
    let page = house.post("operator", path, &sent).await;
    assert_eq!(
        page.text
            .matches("Geben Sie einen Tag an, den es gibt")
            .count(),
        2
    );
    assert!(page.text.contains("<title>Fehler: "));
    assert!(
        page.text
            .contains("name=\"day\" inputmode=\"numeric\" value=\"31\"")
    );
}

/// A form with a file, as a browser sends it.
async fn check(house: &House, file: &str) -> crate::house::Answer {
    let body = format!(
        "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"s.toml\"\r\n\r\n{file}\r\n--x--\r\n"
    );
    let request = Request::post("/operator/publish/check")
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=x");
    house.ask("operator", request, Body::from(body)).await
}

const FILE: &str = include_str!("../../../services/services/dog-registration.toml");

#[tokio::test]
async fn an_edition_is_published_from_a_file_after_its_difference_was_shown() {
    let house = House::new();
    let same = check(&house, FILE).await;
    assert!(same.text.contains("schon veröffentlicht"), "{}", same.text);
    let wrong = check(&house, &FILE.replace("[[phases]]", "[[phase]]")).await;
    assert!(wrong.text.contains("<pre lang=\"en\">"));

    let (before, papers) = FILE.split_once("[[documents]]").unwrap();
    let papers = papers.replacen("required = true", "required = false", 1);
    let changed = format!("{before}[[documents]]{papers}");
    let shown = check(&house, &changed).await;
    assert!(shown.text.contains("Das wird Ausgabe 2."), "{}", shown.text);
    assert!(
        shown
            .text
            .contains("<td>geändert</td><td>ja</td><td>nein</td>")
    );
    let before = house
        .get("operator", "/operator/editions/dog-registration/2")
        .await;
    assert_eq!(before.status, StatusCode::NOT_FOUND);

    let key = shown.fields("/operator/publish")["key"].clone();
    let sent = [("key", key.as_str()), ("text", &changed)];
    let done = house.post("operator", "/operator/publish", &sent).await;
    assert_eq!(done.location(), "/operator/editions/dog-registration");
    let twice = house.post("operator", "/operator/publish", &sent).await;
    assert_eq!(twice.location(), done.location());
    let difference = house
        .get("overseer", "/canton/editions/dog-registration/1/2")
        .await;
    assert!(
        difference
            .text
            .contains("<td>geändert</td><td>ja</td><td>nein</td>")
    );
    let third = house
        .get("operator", "/operator/editions/dog-registration/3")
        .await;
    assert_eq!(third.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_log_counts_what_is_sealed_and_says_none_of_it() {
    let house = with_cases(&[(1061, 1)]).await;
    let page = house.get("operator", "/operator/log").await;
    assert!(page.text.contains("Gesuch eingereicht"), "{}", page.text);
    assert!(page.text.contains("versiegelt</span>"));
    for secret in ["Anna", "Muster", "Wohnungssuche"] {
        assert!(!page.text.contains(secret), "{secret}");
    }
    let part = Request::get("/operator/log").header("hx-request", "true");
    let part = house.ask("operator", part, Body::empty()).await;
    assert!(part.text.starts_with("<div id=\"rows\""), "{}", part.text);
}

#[tokio::test]
async fn a_view_is_rebuilt_after_a_question_and_goes_on() {
    let house = House::new();
    let ask = house
        .get("operator", "/operator/views/worklist/rebuild")
        .await;
    assert!(
        ask.text
            .contains("action=\"/operator/views/worklist/rebuild\"")
    );
    let done = house
        .post("operator", "/operator/views/worklist/rebuild", &[])
        .await;
    assert_eq!(done.location(), "/operator/views?done=worklist");
    let page = house.get("operator", done.location()).await;
    assert!(page.text.contains("Angestossen: Arbeitslisten"));
    let unknown = house
        .post("operator", "/operator/views/nothing/rebuild", &[])
        .await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    house.kanzlei.up_to_date().await.unwrap();
}

#[tokio::test]
async fn the_register_is_that_of_the_day_asked_for() {
    let house = House::new();
    let before = house
        .get(
            "overseer",
            "/canton/register?day=31&month=12&year=2024&q=honau",
        )
        .await;
    assert!(before.text.contains("/canton/register/1057"));
    let after = house
        .get(
            "overseer",
            "/canton/register?day=1&month=1&year=2025&q=honau",
        )
        .await;
    assert!(!after.text.contains("/canton/register/1057"));
    let root = house.get("overseer", "/canton/register/1065").await;
    assert!(
        root.text.contains("auch für Honau zuständig"),
        "{}",
        root.text
    );
    let wrong = house
        .get("overseer", "/canton/register?day=31&month=2&year=2024")
        .await;
    assert!(wrong.text.contains("<title>Fehler: "));
}
