//! An office's pages: what is offered is never refused, what is somebody else's isn't there, and
//! nothing is done twice or blindly.

use std::collections::BTreeMap;

use axum::http::{StatusCode, header};
use kanzlei::core::domain::event::ParticipationState;
use kanzlei::{AuthorityId, CaseId, Code, Command, Date, Form, OfficialId, TaskId, Value};

use crate::house::{Answer, House, actor};
use crate::papers::{PDF, upload};

const LUZERN: &str = "clerk-1061";
const EMMEN: &str = "clerk-1024";

/// A move from Lucerne to Emmen, announced by Anna.
async fn moves(house: &House) -> CaseId {
    let anna = house.kanzlei.act_as(actor("anna"));
    let form = Form::new()
        .with("from-municipality", AuthorityId(1061))
        .unwrap()
        .with("to-municipality", AuthorityId(1024))
        .unwrap()
        .with("move-date", Value::Date(Date::new(2026, 12, 1).unwrap()))
        .unwrap()
        .with("new-address", "Sonnenweg 1")
        .unwrap()
        .with("persons", 2)
        .unwrap();
    let case = anna.submit("move-of-residence", form).await.unwrap().case;
    house.kanzlei.up_to_date().await.unwrap();
    case
}

/// A form of a page: where it is sent, its values, and what its buttons say.
#[derive(Clone, Debug)]
struct Sheet {
    action: String,
    values: BTreeMap<String, String>,
    buttons: Vec<(String, String)>,
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let rest = tag.split(&format!(" {name}=\"")).nth(1)?;
    Some(rest.split('"').next()?.replace("&#38;", "&"))
}

/// The forms that a page sends by POST. Of what can be chosen the last is taken.
fn sheets(page: &str) -> Vec<Sheet> {
    let forms = page.split("<form ").skip(1);
    let forms = forms.map(|form| &form[..form.find("</form>").unwrap()]);
    forms
        .filter(|form| form.contains("method=\"post\"") && form.contains("name=\"key\""))
        .map(|form| {
            let mut values = BTreeMap::new();
            for input in form.split("<input").skip(1) {
                let input = input.split('>').next().unwrap();
                if let (Some(name), Some(value)) =
                    (attribute(input, "name"), attribute(input, "value"))
                {
                    values.insert(name, value);
                }
            }
            for select in form.split("<select").skip(1) {
                let name = attribute(select.split('>').next().unwrap(), "name").unwrap();
                let select = &select[..select.find("</select>").unwrap()];
                let options = select.split("<option").skip(1);
                let last = options
                    .filter_map(|option| attribute(option, "value"))
                    .last();
                values.insert(name, last.unwrap_or_default());
            }
            if form.contains("<textarea") {
                values.insert("text".to_owned(), "Grüezi".to_owned());
            }
            let buttons = form.split("<button").skip(1).map(|button| {
                let button = button.split('>').next().unwrap();
                let name = attribute(button, "name").unwrap_or_default();
                (name, attribute(button, "value").unwrap_or_default())
            });
            Sheet {
                action: form
                    .split("action=\"")
                    .nth(1)
                    .unwrap()
                    .split('"')
                    .next()
                    .unwrap()
                    .to_owned(),
                values,
                buttons: buttons.collect(),
            }
        })
        .collect()
}

async fn send(house: &House, who: &str, sheet: &Sheet, button: &(String, String)) -> Answer {
    let mut values = sheet.values.clone();
    if !button.0.is_empty() {
        values.insert(button.0.clone(), button.1.clone());
    }
    let pairs: Vec<(&str, &str)> = values
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    house.post(who, &sheet.action, &pairs).await
}

/// Numbers that look random and are the same each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, count: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % count
    }
}

/// Everything that a page of a case offers, by form and by link.
async fn offered(house: &House, who: &str, case: CaseId) -> Vec<(Sheet, (String, String))> {
    let page = house.get(who, &format!("/office/{case}")).await;
    if page.status == StatusCode::NOT_FOUND {
        return Vec::new(); // The other office has ended its part.
    }
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    let mut all = Vec::new();
    for sheet in sheets(&page.text) {
        for button in sheet.buttons.clone() {
            all.push((sheet.clone(), button));
        }
    }
    let links = page.text.split("href=\"").skip(1);
    let prefix = format!("/office/{case}/");
    for link in links.map(|link| link.split('"').next().unwrap()) {
        // A file is uploaded elsewhere than in a form of texts.
        if !link.starts_with(&prefix) || link.starts_with(&format!("{prefix}papers")) {
            continue;
        }
        let page = house.get(who, link).await;
        assert_eq!(page.status, StatusCode::OK, "{link}");
        let mut sheet = sheets(&page.text).remove(0);
        if page.text.contains("type=\"radio\"") {
            let radio = page.text.split("type=\"radio\"").nth(1).unwrap();
            sheet
                .values
                .insert("choice".to_owned(), attribute(radio, "value").unwrap());
        }
        all.push((sheet, (String::new(), String::new())));
    }
    all
}

#[tokio::test]
async fn what_a_page_offers_is_never_refused() {
    let house = House::new();
    let mut dice = Dice(7);
    let mut done: BTreeMap<String, usize> = BTreeMap::new();
    for _ in 0..4 {
        let case = moves(&house).await;
        for _ in 0..30 {
            let who = [LUZERN, EMMEN][dice.below(2)];
            let mut acts = offered(&house, who, case).await;
            // Closing what is open ends the walk: it comes when little else does.
            if acts.is_empty() {
                continue;
            }
            let at = dice.below(acts.len());
            let (sheet, button) = acts.remove(at);
            let answer = send(&house, who, &sheet, &button).await;
            let here = format!("{who}: {sheet:?} {button:?}");
            // Whom it is assigned to already can't be told from an official's page before.
            let assigned_already = answer
                .text
                .contains("Die Aufgabe ist dieser Person schon zugewiesen.");
            if assigned_already {
                continue;
            }
            assert_eq!(
                answer.status,
                StatusCode::SEE_OTHER,
                "{here}: {}",
                answer.text
            );
            let name = sheet.action.rsplit('/').next().unwrap().to_owned() + " " + &button.1;
            *done.entry(name).or_default() += 1;
        }
    }
    for act in [
        "act claim",
        "act complete",
        "act release",
        "act assign",
        "act enter",
        "act add-task",
        "act involve",
        "ask ",
        "message ",
        "note ",
        "hand-over ",
        "decide ",
    ] {
        assert!(done.contains_key(act), "{act} was never tried: {done:?}");
    }
}

#[tokio::test]
async fn another_office_s_case_is_answered_like_one_that_doesn_t_exist() {
    let house = House::new();
    let case = moves(&house).await;
    let nowhere = CaseId::from_bytes([3; 16]);
    for path in ["", "/ask", "/act", "/decide"] {
        let pairs = [
            ("key", "0193a756-b42b-7253-860f-cbad92be50b3"),
            ("version", "1"),
            ("act", "close"),
            ("text", "x"),
        ];
        for get in [true, false] {
            let ask = async |case: CaseId| {
                let path = format!("/office/{case}{path}");
                if get {
                    house.get("clerk-1059", &path).await
                } else {
                    house.post("clerk-1059", &path, &pairs).await
                }
            };
            let (theirs, none) = (ask(case).await, ask(nowhere).await);
            assert_eq!(theirs.status, none.status, "{path}");
            assert!(theirs.status.is_client_error(), "{path}");
            let same = |answer: &Answer, case: CaseId| {
                let text = answer.text.replace(&case.to_string(), "");
                let number = text.split("Nummer dieser Anfrage").next().unwrap();
                number.to_owned()
            };
            assert_eq!(same(&theirs, case), same(&none, nowhere), "{path}");
        }
    }
    let found = house
        .get("clerk-1059", &format!("/find?number={}", case.reference()))
        .await;
    assert_eq!(found.status, StatusCode::OK);
    assert!(!found.text.contains("/office/"));
    let found = house
        .get(LUZERN, &format!("/find?number={}", case.reference()))
        .await;
    assert_eq!(found.location(), format!("/office/{case}"));
}

#[tokio::test]
async fn several_tasks_have_a_result_each_and_a_second_click_does_nothing() {
    let house = House::new();
    let (one, other) = (moves(&house).await, moves(&house).await);
    let rival = OfficialId::from_bytes([8; 16]);
    let rival = kanzlei::Actor::official(rival, AuthorityId(1061), "clerk".parse().unwrap());
    let rival = rival.with_assurance(kanzlei::core::record::Assurance::HIGH);
    let task = TaskId(1);
    let inbox = house.get(LUZERN, "/inbox").await;
    let sheet = sheets(&inbox.text)
        .into_iter()
        .find(|one| one.action == "/inbox/several");
    let sheet = sheet.unwrap();
    let rival = house.kanzlei.act_as(rival);
    rival.act(other, Command::ClaimTask { task }).await.unwrap();
    let picks = [format!("{one}.1"), format!("{other}.1")];
    let pairs = [
        ("key", sheet.values["key"].as_str()),
        ("list", "whose=open"),
        ("act", "claim"),
        ("pick", picks[0].as_str()),
        ("pick", picks[1].as_str()),
    ];
    let first = house.post(LUZERN, "/inbox/several", &pairs).await;
    assert_eq!(first.status, StatusCode::OK);
    assert!(
        first.text.contains("1 zugewiesen, 1 nicht."),
        "{}",
        first.text
    );
    let version = || async {
        let me = house.kanzlei.act_as(actor(LUZERN));
        let seen = me.case(one).await.unwrap();
        seen[0].outline().unwrap().version
    };
    let before = version().await;
    let again = house.post(LUZERN, "/inbox/several", &pairs).await;
    assert!(again.text.contains("1 zugewiesen, 1 nicht."));
    assert_eq!(version().await, before);
    let cookie = &again.headers[header::SET_COOKIE];
    assert!(cookie.to_str().unwrap().starts_with("seen="));
    house.kanzlei.up_to_date().await.unwrap();
    let mine = house.get(LUZERN, "/inbox?whose=mine").await;
    assert!(mine.text.contains(&one.reference().to_string()));
    assert!(!mine.text.contains(&other.reference().to_string()));
}

#[tokio::test]
async fn who_was_slower_is_told_what_changed_and_keeps_the_text() {
    let house = House::new();
    let case = moves(&house).await;
    let path = format!("/office/{case}/ask");
    let page = house.get(LUZERN, &path).await;
    let sheet = sheets(&page.text).remove(0);
    house
        .kanzlei
        .act_as(actor(EMMEN))
        .act(
            case,
            Command::SendMessage {
                internal: true,
                text: "Notiz".to_owned(),
            },
        )
        .await
        .unwrap();
    let button = (String::new(), String::new());
    let late = send(&house, LUZERN, &sheet, &button).await;
    assert_eq!(late.status, StatusCode::PRECONDITION_FAILED);
    assert!(
        late.text.contains("Emmen hat geschrieben."),
        "{}",
        late.text
    );
    assert!(late.text.contains(">\nGrüezi</textarea>"));
    // The page shows the new version: now it goes through.
    let sheet = sheets(&late.text).remove(0);
    let answer = send(&house, LUZERN, &sheet, &button).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    let again = send(&house, LUZERN, &sheet, &button).await;
    assert_eq!(
        again.status,
        StatusCode::SEE_OTHER,
        "a double click is the same command"
    );
    let seen = house
        .kanzlei
        .act_as(actor("anna"))
        .case(case)
        .await
        .unwrap();
    let line = &seen[0].contents().unwrap().timeline;
    let asked = line
        .iter()
        .filter(|entry| entry.event == "InformationRequested");
    assert_eq!(asked.count(), 1);
}

#[tokio::test]
async fn a_preview_shows_what_the_resident_will_read_and_does_nothing() {
    let house = House::new();
    let case = moves(&house).await;
    let page = house.get(LUZERN, &format!("/office/{case}/decide")).await;
    let mut sheet = sheets(&page.text).remove(0);
    sheet
        .values
        .insert("choice".to_owned(), "confirmed".to_owned());
    let outcome = kanzlei::services::move_of_residence().unwrap().outcomes[0].clone();
    sheet
        .values
        .insert("choice".to_owned(), outcome.code.to_string());
    let preview = ("preview".to_owned(), "1".to_owned());
    let shown = send(&house, LUZERN, &sheet, &preview).await;
    assert_eq!(shown.status, StatusCode::OK);
    let said = format!(
        "Luzern hat entschieden: {}.",
        outcome.labels.get(kanzlei::Language::De)
    );
    assert!(shown.text.contains(&said), "{}", shown.text);
    assert!(shown.text.contains("<blockquote>Grüezi</blockquote>"));
    let seen = house
        .kanzlei
        .act_as(actor("anna"))
        .case(case)
        .await
        .unwrap();
    assert_eq!(seen[0].outline().unwrap().outcome, None);
}

#[tokio::test]
async fn a_form_without_what_it_needs_says_so_at_the_field_and_keeps_the_rest() {
    let house = House::new();
    let case = moves(&house).await;
    let page = house
        .get(LUZERN, &format!("/office/{case}/hand-over"))
        .await;
    let mut sheet = sheets(&page.text).remove(0);
    sheet.values.insert("choice".to_owned(), String::new());
    let answer = send(&house, LUZERN, &sheet, &(String::new(), String::new())).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        answer
            .text
            .contains("<a href=\"#choice\">Wählen Sie eine Stelle</a>")
    );
    assert!(answer.text.contains(">\nGrüezi</textarea>"));
    assert!(answer.text.contains("<title>Fehler:"));
}

#[tokio::test]
async fn every_page_of_the_office_speaks_every_language() {
    let house = House::new();
    let case = moves(&house).await;
    for language in ["de", "fr", "it", "en"] {
        for path in [
            "/inbox".to_owned(),
            "/inbox/counts".to_owned(),
            "/work".to_owned(),
            "/statistics".to_owned(),
            "/find".to_owned(),
            format!("/office/{case}"),
            format!("/office/{case}/decide"),
        ] {
            // A text that is missing stops a test build.
            let answer = house.get(LUZERN, &format!("{path}?lang={language}")).await;
            assert_eq!(answer.status, StatusCode::OK, "{path} {language}");
        }
        let file = house
            .get(LUZERN, &format!("/statistics.csv?lang={language}"))
            .await;
        assert_eq!(file.text.lines().count(), 3, "{}", file.text);
    }
}

#[tokio::test]
async fn a_form_is_handed_in_at_the_counter_for_somebody_once() {
    let house = House::new();
    let list = house.get(LUZERN, "/counter").await;
    assert!(
        list.text
            .contains("href=\"/counter/certificate-of-residence\"")
    );
    let path = "/counter/certificate-of-residence";
    let page = house.get(LUZERN, path).await;
    // The own municipality is chosen already.
    assert!(
        page.text
            .contains("<option value=\"1061\" selected>Luzern</option>")
    );
    let key = sheets(&page.text).remove(0).values["key"].clone();
    let mut pairs = vec![
        ("key", key.as_str()),
        ("municipality", "1061"),
        ("copies", "2"),
        ("purpose", ""),
    ];
    let nameless = house.post(LUZERN, path, &pairs).await;
    assert_eq!(nameless.status, StatusCode::UNPROCESSABLE_ENTITY);
    let said = "<a href=\"#applicant\">Geben Sie Vorname und Name ein</a>";
    assert!(nameless.text.contains(said), "{}", nameless.text);
    pairs.push(("applicant", "Hans Muster"));
    let first = house.post(LUZERN, path, &pairs).await;
    assert_eq!(first.status, StatusCode::SEE_OTHER, "{}", first.text);
    let again = house.post(LUZERN, path, &pairs).await;
    assert_eq!(
        again.location(),
        first.location(),
        "a double click is one case"
    );
    let case = house.get(LUZERN, first.location()).await;
    assert!(case.text.contains("Hans Muster"));
    // Another municipality's counter takes its own.
    pairs[0].1 = "0193a756-b42b-7253-860f-cbad92be50b3";
    let elsewhere = house.post(EMMEN, path, &pairs).await;
    assert_eq!(elsewhere.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!elsewhere.text.contains("/office/"));
}

#[tokio::test]
async fn an_office_adds_a_paper_and_whoever_may_see_the_case_reads_it() {
    let house = House::new();
    let case = moves(&house).await;
    let path = format!("/office/{case}/papers");
    let page = house.get(LUZERN, &path).await;
    let key = sheets(&page.text).remove(0).values["key"].clone();
    let fields = [("key", key.as_str()), ("kind", "tenancy")];
    let none = upload(&house, LUZERN, &path, &fields, ("", "", b"")).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    let file = ("vertrag.pdf", "application/pdf", PDF);
    let elsewhere = upload(&house, "clerk-1059", &path, &fields, file).await;
    assert_eq!(elsewhere.status, StatusCode::NOT_FOUND);
    let added = upload(&house, LUZERN, &path, &fields, file).await;
    assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.text);
    let page = house.get(LUZERN, &format!("/office/{case}")).await;
    let link = format!("/documents/{case}/1");
    assert!(page.text.contains(&format!("href=\"{link}\"")));
    for who in ["anna", LUZERN, EMMEN] {
        let read = house.get(who, &link).await;
        assert_eq!(read.text.as_bytes(), PDF, "{who}");
    }
    for who in ["beat", "clerk-1059"] {
        assert_eq!(house.get(who, &link).await.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn a_weak_sign_in_is_told_of_stronger_ones_by_services_and_not_by_cases() {
    let house = House::new();
    let link = |path: &str| format!("href=\"/sign-in?return={path}&#38;assurance=low\"");
    for (path, said) in [
        ("/inbox", "/inbox"),
        ("/find?number=AAAAA-AAAAA-A", "/find"),
    ] {
        // School enrolments are read from `low` on; nobody has handed one in.
        let weak = house.get("weak-clerk-1061", path).await.text;
        assert!(weak.contains(&link(said)), "{weak}");
        let strong = house.get(LUZERN, path).await.text;
        assert!(!strong.contains("assurance="), "{strong}");
    }
    // Once it is said who takes part in it, it is told to those.
    let operator = house.kanzlei.act_as(actor("operator"));
    let live = Command::SetParticipation {
        service: Code::new("school-enrolment").unwrap(),
        authority: AuthorityId(1024),
        state: ParticipationState::Live,
        from: "2020-01-01".parse().unwrap(),
    };
    operator.administer(live).await.unwrap();
    for (who, told) in [("weak-clerk-1061", false), ("weak-clerk-1024", true)] {
        let weak = house.get(who, "/inbox").await.text;
        assert_eq!(weak.contains("assurance="), told, "{who}: {weak}");
    }
}
