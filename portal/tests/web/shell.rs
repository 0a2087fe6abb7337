//! What every page has: a language, a title, a way to sign in, an answer to what goes wrong.

use axum::http::{Request, StatusCode, header};
use kanzlei::core::ports::Clock;
use kanzlei::{Code, Timestamp, services};
use kanzlei_adapters::http::Limits;
use kanzlei_portal::web::page::May;
use kanzlei_portal::web::pages;

use crate::house::House;

#[tokio::test]
async fn a_page_speaks_the_language_that_was_asked_for() {
    let house = House::new();
    for (language, said) in [
        ("de", "Was möchten Sie erledigen?"),
        ("fr", "Que souhaitez-vous faire\u{202f}?"),
        ("it", "Che cosa desidera fare?"),
        ("en", "What would you like to do?"),
    ] {
        let request = Request::get("/").header(header::ACCEPT_LANGUAGE, language);
        let by_browser = house.ask("", request, axum::body::Body::empty()).await;
        let by_address = house.get("", &format!("/?lang={language}")).await;
        let request = Request::get("/").header(header::COOKIE, format!("lang={language}"));
        let by_cookie = house.ask("", request, axum::body::Body::empty()).await;
        for answer in [by_browser, by_address, by_cookie] {
            assert!(answer.text.contains(said), "{language}");
            assert!(answer.text.contains(&format!("<html lang=\"{language}\">")));
            assert_eq!(answer.headers[header::CONTENT_LANGUAGE], language);
        }
    }
}

#[tokio::test]
async fn a_language_that_was_chosen_is_kept() {
    let house = House::new();
    let answer = house.get("", "/?lang=it").await;
    let cookie = answer.headers[header::SET_COOKIE].to_str().unwrap();
    assert!(cookie.starts_with("lang=it;"), "{cookie}");
    // A language that there isn't is no choice.
    let answer = house.get("", "/?lang=ru").await;
    assert!(!answer.headers.contains_key(header::SET_COOKIE));
}

#[tokio::test]
async fn an_address_that_no_page_has_is_answered_in_words() {
    let house = House::new();
    let answer = house.get("", "/nowhere?lang=fr").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert!(answer.text.contains("<h1>Page introuvable</h1>"));
}

#[tokio::test]
async fn a_method_that_a_page_does_not_take_is_answered_in_words() {
    let house = House::new();
    let answer = house.post("", "/", &[]).await;
    assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
    assert!(answer.text.contains("<h1>Seite nicht gefunden</h1>"));
}

/// Signed in or not, allowed or not: for every page that there is.
#[tokio::test]
async fn only_who_may_gets_past_the_gate_of_any_page() {
    let house = House::new();
    let sides = [
        ("", None),
        ("expired", None),
        ("anna", Some(May::Resident)),
        ("clerk-1061", Some(May::Office)),
        ("overseer", Some(May::Canton)),
        ("operator", Some(May::Operator)),
    ];
    let pages = pages::all();
    assert!(pages.routes().count() > 1);
    for route in pages.routes() {
        for (who, side) in sides {
            let may = match route.may {
                May::Everybody => true,
                May::SignedIn => side.is_some(),
                May::Official => matches!(side, Some(May::Office | May::Canton)),
                one => side == Some(one),
            };
            let path = route.path.replace(['{', '}'], "");
            let answer = if route.method == "GET" {
                house.get(who, &path).await
            } else {
                house.post(who, &path, &[]).await
            };
            let here = format!("{} {} as “{who}”", route.method, route.path);
            let turned_away = match answer.status {
                StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => true,
                StatusCode::SEE_OTHER => answer.location().starts_with("/sign-in?return="),
                _ => false,
            };
            assert_eq!(turned_away, !may, "{here}: {}", answer.status);
            assert!(!answer.status.is_server_error(), "{here}: {}", answer.text);
        }
    }
}

/// Sends a form with this cookie after the sign-in has ended; gives the page's text.
async fn too_late(house: &House, cookie: &str) -> String {
    let request = Request::post("/cases/1/message?a=b")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::COOKIE, cookie);
    let typed = "text=Gr%C3%BCezi+%26+%22Adieu%22&key=1";
    let answer = house.ask("expired", request, typed.into()).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    answer.text
}

/// The cookie that a browser has in which somebody was signed in.
async fn tag(house: &House, who: &str) -> String {
    let page = house.get(who, "/").await;
    let cookies = page.headers.get_all(header::SET_COOKIE).iter();
    let mut cookies = cookies.map(|line| line.to_str().unwrap());
    let tag = cookies.find(|line| line.starts_with("form-of=")).unwrap();
    assert!(tag.contains("HttpOnly; SameSite=Lax"), "{tag}");
    tag.split(';').next().unwrap().to_owned()
}

#[tokio::test]
async fn what_is_sent_after_the_sign_in_has_ended_is_found_again_by_who_sent_it() {
    let house = House::new();
    let page = too_late(&house, &tag(&house, "anna").await).await;
    let link = page.split("/sign-in?return=/continue/").nth(1).unwrap();
    let back = format!("/continue/{}", link.split('"').next().unwrap());
    // Whoever signs in on that computer instead.
    for other in ["beat", "clerk-1061"] {
        let answer = house.get(other, &back).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
        assert!(!answer.text.contains("Adieu"));
    }
    let answer = house.get("anna", &back).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(answer.text.contains("action=\"/cases/1/message?a=b\""));
    assert!(
        answer
            .text
            .contains("value=\"Grüezi &#38; &#34;Adieu&#34;\""),
        "{}",
        answer.text
    );
    // Asked for again, as in another language: nothing is lost before it is sent.
    let again = house.get("anna", &format!("{back}?lang=en")).await;
    assert_eq!(again.status, StatusCode::OK);
    assert!(again.text.contains("Adieu"), "{}", again.text);
}

/// Or they would have an official press a button that does what they wrote.
#[tokio::test]
async fn nobody_prepares_a_form_for_somebody_else_to_send() {
    let house = House::new();
    let made_up = format!("form-of={}", "0".repeat(128));
    for cookie in ["", "form-of=", &made_up] {
        let page = too_late(&house, cookie).await;
        assert!(!page.contains("/continue/"), "{cookie}");
    }
}

#[tokio::test]
async fn what_a_page_fetches_by_itself_is_told_from_what_somebody_asks_for() {
    let house = House::new();
    let fetched = Request::get("/inbox/counts").header("hx-request", "true");
    let fetched = house.ask("left", fetched, axum::body::Body::empty()).await;
    assert_eq!(fetched.status, StatusCode::UNAUTHORIZED);
    assert_eq!(house.get("left", "/inbox").await.status, StatusCode::OK);
}

#[tokio::test]
async fn no_address_makes_a_page_lead_elsewhere() {
    let house = House::new();
    for path in [
        "//evil.example/a",
        "/\\evil.example/a",
        "//\\//evil.example/a",
    ] {
        let page = house.get("", path).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND);
        assert!(
            page.text.contains("href=\"/evil.example/a?lang=fr\""),
            "{}",
            page.text
        );
    }
}

#[tokio::test]
async fn files_of_the_program_are_kept_for_ever_and_known_by_their_hash() {
    let house = House::new();
    let page = house.get("", "/").await;
    let styles = page.text.split("href=\"/assets/").nth(1).unwrap();
    let name = styles.split('"').next().unwrap();
    let answer = house.get("", &format!("/assets/{name}")).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(
        answer.headers[header::CACHE_CONTROL]
            .to_str()
            .unwrap()
            .contains("immutable")
    );
    let answer = house.get("", "/assets/kanzlei.000000000000.css").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
}

/// The last night of a year: in Zurich it is the next one's first day already.
struct NewYearsEve;

impl Clock for NewYearsEve {
    fn now(&self) -> Timestamp {
        "2030-12-31T23:30:00Z".parse().unwrap()
    }
}

#[tokio::test]
async fn a_page_offers_what_the_engine_takes_also_at_midnight() {
    let mut next_year = services::certificate_of_residence().unwrap();
    next_year.name = Code::new("certificate-of-next-year").unwrap();
    next_year.valid_from = "2031-01-01".parse().unwrap();
    let house = House::limited(Limits::default(), |opening| {
        opening.service(next_year).clock(NewYearsEve)
    });
    let begun = house
        .get("anna", "/services/certificate-of-residence/form")
        .await;
    assert_eq!(begun.status, StatusCode::SEE_OTHER);
    let early = house
        .get("anna", "/services/certificate-of-next-year/form")
        .await;
    assert_eq!(early.status, StatusCode::NOT_FOUND, "{}", early.text);
}
