//! A resident's way without scripts: from the service to the receipt, the case, and what one does in it.

use axum::http::StatusCode;
use kanzlei::core::domain::event::{ParticipationState, PartyDetails};
use kanzlei::core::record::Assurance;
use kanzlei::{AuthorityId, Code, Command, Date, PartyId, PersonId, TaskId};

use crate::house::{Answer, House, actor};

/// Begins a form, and gives the draft's first page.
async fn begin(house: &House, who: &str, service: &str) -> String {
    let begun = house.get(who, &format!("/services/{service}/form")).await;
    begun.location().to_owned()
}

fn draft(page: &str) -> String {
    page.split('/').nth(2).unwrap().to_owned()
}

fn without_query(address: &str) -> &str {
    address.split('?').next().unwrap()
}

/// Fills in the certificate of residence, up to its check page.
async fn filled_in(house: &House, who: &str) -> (String, Answer) {
    let first = begin(house, who, "certificate-of-residence").await;
    let page = house.get(who, &first).await;
    assert_eq!(page.status, StatusCode::OK);
    let address = without_query(&first);
    let mut fields = page.fields(address);
    fields.insert("municipality".to_owned(), "1061".to_owned());
    fields.insert("copies".to_owned(), "2".to_owned());
    fields.insert("purpose".to_owned(), "Mietvertrag".to_owned());
    let next = house.send(who, address, &fields).await;
    let check = next.location().to_owned();
    assert!(check.ends_with("/check"), "{check}");
    let page = house.get(who, &check).await;
    (check.replace("/check", "/submit"), page)
}

/// Hands it in, and gives the address of its receipt.
async fn handed_in(house: &House, who: &str) -> String {
    let (submit, page) = filled_in(house, who).await;
    let fields = page.fields(&submit);
    let done = house.send(who, &submit, &fields).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    done.location().to_owned()
}

fn case_of(receipt: &Answer) -> String {
    let rest = receipt.text.split("href=\"/cases/").nth(1);
    let mut all = receipt.text.split("href=\"/cases/").skip(1);
    let id = all.find_map(|part| {
        let id = part.split('"').next()?;
        (id.len() == 36).then(|| id.to_owned())
    });
    id.unwrap_or_else(|| panic!("no case: {rest:?}"))
}

#[tokio::test]
async fn a_form_becomes_a_case_with_a_receipt_that_stays() {
    let house = House::new();
    let (submit, page) = filled_in(&house, "anna").await;
    assert!(page.text.contains("Noch nicht eingereicht"));
    assert!(page.text.contains("Mietvertrag"));
    let fields = page.fields(&submit);
    let once = house.send("anna", &submit, &fields).await;
    let twice = house.send("anna", &submit, &fields).await;
    assert_eq!(
        once.location(),
        twice.location(),
        "a double click makes one case"
    );
    let receipt = house.get("anna", once.location()).await;
    assert!(receipt.text.contains("Ihr Gesuch ist eingereicht"));
    assert!(receipt.text.contains("Luzern hat Ihr Gesuch erhalten."));
    house.kanzlei.up_to_date().await.unwrap();
    let session = house.kanzlei.act_as(actor("anna"));
    assert_eq!(session.my_cases().await.unwrap().len(), 1);
    // The draft is gone, and whoever comes back to it is led to the receipt.
    let list = house.kanzlei.drafts().list(&actor("anna")).await.unwrap();
    assert_eq!(list.drafts.len(), 0);
    let back = house.get("anna", &submit.replace("/submit", "/1")).await;
    assert_eq!(back.location(), once.location());
    // From the case it is found again.
    let case = case_of(&receipt);
    let again = house.get("anna", &format!("/cases/{case}/receipt")).await;
    assert_eq!(again.location(), once.location());
}

#[tokio::test]
async fn receipt_case_and_draft_are_nobody_elses() {
    let house = House::new();
    let first = begin(&house, "anna", "certificate-of-residence").await;
    let address = without_query(&first).to_owned();
    let typed = [
        ("service", "certificate-of-residence"),
        ("revision", "0"),
        ("purpose", "geheim"),
        ("later", "1"),
    ];
    house.post("anna", &address, &typed).await;
    let receipt = handed_in(&house, "anna").await;
    let case = case_of(&house.get("anna", &receipt).await);
    for path in [
        receipt,
        format!("/cases/{case}"),
        format!("/cases/{case}/receipt"),
        format!("/cases/{case}/message"),
        format!("/cases/{case}/withdraw"),
        format!("/cases/{case}/requests/1"),
    ] {
        let answer = house.get("beat", &path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert!(
            answer.text.contains("<h1>Seite nicht gefunden</h1>"),
            "{path}"
        );
    }
    // The id of another's draft is one of a draft that one hasn't begun.
    let answer = house.get("beat", &address).await;
    assert!(answer.status.is_client_error());
    assert!(!answer.text.contains("geheim"));
}

#[tokio::test]
async fn what_is_wrong_is_said_twice_in_the_same_words_and_what_was_typed_stays() {
    let house = House::new();
    let first = begin(&house, "anna", "certificate-of-residence").await;
    let address = without_query(&first);
    let typed = [
        ("service", "certificate-of-residence"),
        ("revision", "0"),
        ("copies", "zwei <b>"),
        ("purpose", "Mietvertrag"),
    ];
    let page = house.post("anna", address, &typed).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.text.contains("<title>Fehler: Wohnsitzbestätigung"));
    for (field, said) in [
        ("municipality", "Wählen Sie «Gemeinde»"),
        (
            "copies",
            "Geben Sie bei «Anzahl Exemplare» eine ganze Zahl von 1 bis 10 ein",
        ),
    ] {
        let link = format!("<a href=\"#{field}\">{said}</a>");
        assert!(page.text.contains(&link), "{link}");
        let there = format!("id=\"{field}-error\">{said}</span>");
        assert!(page.text.contains(&there), "{there}");
    }
    assert!(page.text.contains("value=\"zwei &#60;b&#62;\""));
    assert!(page.text.contains(">\nMietvertrag</textarea>"));
    // It was kept, wrong as it is: another device goes on with it.
    let elsewhere = house.get("anna", address).await;
    assert!(elsewhere.text.contains("value=\"zwei &#60;b&#62;\""));
}

#[tokio::test]
async fn two_devices_that_save_the_same_draft_are_shown_both() {
    let house = House::new();
    let first = begin(&house, "anna", "certificate-of-residence").await;
    let address = without_query(&first);
    let save = |revision: &'static str, purpose: &'static str| {
        let typed = [
            ("service", "certificate-of-residence"),
            ("revision", revision),
            ("purpose", purpose),
        ];
        let house = &house;
        async move { house.post("anna", address, &typed).await }
    };
    save("0", "Miete").await;
    save("1", "Bank").await;
    let conflict = save("1", "Schule").await;
    assert_eq!(conflict.status, StatusCode::PRECONDITION_FAILED);
    assert!(
        conflict.text.contains("<td>Schule</td><td>Bank</td>"),
        "{}",
        conflict.text
    );
    // What is here is kept, if that is what one wants.
    let fields = conflict.fields(address);
    house.send("anna", address, &fields).await;
    let page = house.get("anna", address).await;
    assert!(page.text.contains("Schule</textarea>"));
}

#[tokio::test]
async fn a_script_saves_while_one_types_and_learns_of_another_device() {
    let house = House::new();
    let first = begin(&house, "anna", "certificate-of-residence").await;
    let address = without_query(&first);
    let save = format!("/drafts/{}/save", draft(address));
    let typed = [
        ("service", "certificate-of-residence"),
        ("revision", "0"),
        ("step", address),
        ("purpose", "Miete"),
    ];
    let saved = house.post("anna", &save, &typed).await;
    assert_eq!(saved.status, StatusCode::OK);
    assert!(saved.text.contains("\"revision\":1"), "{}", saved.text);
    let again = house.post("anna", &save, &typed).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    let list = house.get("anna", "/cases").await;
    assert!(list.text.contains("Wohnsitzbestätigung"));
    assert!(list.text.contains("Löschung am"));
    house
        .post("anna", &format!("/drafts/{}/discard", draft(address)), &[])
        .await;
    let list = house.get("anna", "/cases").await;
    assert!(!list.text.contains("Löschung am"));
}

#[tokio::test]
async fn a_request_is_answered_once_and_a_case_withdrawn() {
    let house = House::new();
    let receipt = handed_in(&house, "anna").await;
    let case = case_of(&house.get("anna", &receipt).await);
    let office = house.kanzlei.act_as(actor("clerk-1061"));
    let question = "Bitte den <Mietvertrag> nachreichen";
    let ask = Command::RequestInformation {
        of: PartyId(1),
        text: question.to_owned(),
    };
    office.act(case.parse().unwrap(), ask).await.unwrap();
    house.kanzlei.up_to_date().await.unwrap();
    let list = house.get("anna", "/cases").await;
    assert!(list.text.contains("Sie sind am Zug"));
    assert!(
        list.text
            .contains("Bitte den &#60;Mietvertrag&#62; nachreichen")
    );
    let address = format!("/cases/{case}/requests/1");
    assert!(list.text.contains(&format!("href=\"{address}\"")));
    let page = house.get("anna", &address).await;
    let mut fields = page.fields(&address);
    // Nothing typed: it is said, and the same key is still good.
    let empty = house.send("anna", &address, &fields).await;
    assert!(
        empty
            .text
            .contains("<a href=\"#text\">Geben Sie einen Text ein</a>")
    );
    fields.insert("text".to_owned(), "Hier ist er".to_owned());
    for _ in 0..2 {
        let sent = house.send("anna", &address, &fields).await;
        assert_eq!(sent.location(), format!("/cases/{case}"));
    }
    let page = house.get("anna", &format!("/cases/{case}")).await;
    assert_eq!(page.text.matches("Sie haben geantwortet.").count(), 1);
    assert!(page.text.contains("In Bearbeitung"));
    let page = house.get("anna", &address).await;
    assert!(page.text.contains("Hier ist er"));
    let address = format!("/cases/{case}/withdraw");
    let page = house.get("anna", &address).await;
    let mut fields = page.fields(&address);
    fields.insert("text".to_owned(), "Umzug abgesagt".to_owned());
    house.send("anna", &address, &fields).await;
    let page = house.get("anna", &address).await;
    assert!(page.text.contains("Das Gesuch ist schon zurückgezogen."));
}

#[tokio::test]
async fn who_was_slower_keeps_what_they_wrote() {
    let house = House::new();
    let receipt = handed_in(&house, "anna").await;
    let case = case_of(&house.get("anna", &receipt).await);
    let address = format!("/cases/{case}/message");
    let page = house.get("anna", &address).await;
    let mut fields = page.fields(&address);
    let office = house.kanzlei.act_as(actor("clerk-1061"));
    let message = Command::SendMessage {
        internal: false,
        text: "Guten Tag".to_owned(),
    };
    office.act(case.parse().unwrap(), message).await.unwrap();
    fields.insert("text".to_owned(), "Meine lange Nachricht".to_owned());
    let page = house.send("anna", &address, &fields).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        page.text.contains("Luzern hat geschrieben."),
        "{}",
        page.text
    );
    let mut fields = page.fields(&address);
    assert!(page.text.contains("Meine lange Nachricht</textarea>"));
    fields.insert("text".to_owned(), "Meine lange Nachricht".to_owned());
    let sent = house.send("anna", &address, &fields).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_weak_sign_in_learns_that_there_is_a_case_and_how_to_read_it() {
    let mut strict = kanzlei::services::certificate_of_residence().unwrap();
    strict.assurance.read = Assurance::SUBSTANTIAL;
    let house = House::offering(strict);
    let receipt = handed_in(&house, "anna").await;
    let case = case_of(&house.get("anna", &receipt).await);
    // Another sign-in doesn't wait for what this one has written.
    house.kanzlei.up_to_date().await.unwrap();
    let list = house.get("weak", "/cases").await;
    assert!(list.text.contains("Nur mit stärkerer Anmeldung"));
    let page = house.get("weak", &format!("/cases/{case}")).await;
    assert!(page.text.contains("<h1>Wohnsitzbestätigung"));
    let stronger = format!("/sign-in?return=/cases/{case}&#38;assurance=substantial");
    assert!(page.text.contains(&stronger), "{}", page.text);
    assert!(!page.text.contains("Mietvertrag") && !page.text.contains("Luzern"));
    // What one could do in it leads there, and the receipt is for who may read.
    for act in ["message", "withdraw", "papers", "requests/1", "receipt"] {
        let answer = house.get("weak", &format!("/cases/{case}/{act}")).await;
        assert_eq!(answer.location(), format!("/cases/{case}"), "{act}");
    }
    let answer = house.get("weak", &receipt).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    let strong = house.get("anna", &format!("/cases/{case}")).await;
    assert!(strong.text.contains("Mietvertrag"));
}

#[tokio::test]
async fn a_form_that_needs_a_stronger_sign_in_says_so_before_it_is_filled_in() {
    let mut strict = kanzlei::services::certificate_of_residence().unwrap();
    strict.assurance.submit = Assurance::HIGH;
    let house = House::offering(strict);
    let page = house.get("", "/services/certificate-of-residence").await;
    assert!(page.text.contains("Anmeldung mit geprüftem Ausweis"));
    let page = house
        .get("weak", "/services/certificate-of-residence/form")
        .await;
    assert!(page.text.contains("assurance=high"), "{}", page.text);
    let begun = begin(&house, "anna", "certificate-of-residence").await;
    assert!(begun.starts_with("/drafts/"));
}

#[tokio::test]
async fn a_municipality_that_does_not_take_part_is_told_first_and_nothing_begins_there() {
    let house = House::new();
    let operator = house.kanzlei.act_as(actor("operator"));
    let leave = Command::SetParticipation {
        service: Code::new("certificate-of-residence").unwrap(),
        authority: AuthorityId(1061),
        state: ParticipationState::Left,
        from: Date::new(2020, 1, 1).unwrap(),
    };
    operator.administer(leave).await.unwrap();
    let path = "/services/certificate-of-residence?municipality=1061";
    let page = house.get("", path).await;
    let absent = page.text.find("Luzern bietet das hier nicht an").unwrap();
    let papers = page.text.find("Diese Unterlagen brauchen Sie").unwrap();
    assert!(absent < papers);
    assert!(!page.text.contains("Gesuch beginnen"));
    let search = house.get("", "/?q=wohnsitz&municipality=1061").await;
    assert!(search.text.contains("in dieser Gemeinde nicht online"));
    // Whoever fills it in all the same keeps what they typed, and is told why.
    let (submit, page) = filled_in(&house, "anna").await;
    let fields = page.fields(&submit);
    let refused = house.send("anna", &submit, &fields).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused
            .text
            .contains("Diese Gemeinde bietet diese Leistung hier nicht an.")
    );
    assert!(refused.text.contains("Mietvertrag"));
}

#[tokio::test]
async fn who_represents_somebody_is_offered_what_they_may_and_nobody_s_turn_outlives_a_decision() {
    let house = House::new();
    let receipt = handed_in(&house, "anna").await;
    let case = case_of(&house.get("anna", &receipt).await);
    let office = house.kanzlei.act_as(actor("clerk-1061"));
    let details = PartyDetails {
        person: Some(PersonId::from_bytes([2; 16])),
        name: "Beat Beispiel".to_owned(),
    };
    let role = Code::new("representative").unwrap();
    let id = case.parse().unwrap();
    let represented = Command::AddParty { role, details };
    office.act(id, represented).await.unwrap();
    let (of, text) = (PartyId(1), "Seit wann?".to_owned());
    office
        .act(id, Command::RequestInformation { of, text })
        .await
        .unwrap();
    house.kanzlei.up_to_date().await.unwrap();
    let (page, list) = (format!("/cases/{case}"), "/cases");
    let link = |name: &str| format!("href=\"/cases/{case}/{name}\"");
    let offered = [
        ("anna", [true, true, true, true]),
        ("beat", [true, true, false, false]),
    ];
    for (who, expected) in offered {
        let seen = house.get(who, &page).await.text;
        let found =
            ["papers", "message", "receipt", "withdraw"].map(|one| seen.contains(&link(one)));
        assert_eq!(found, expected, "{who}: {seen}");
    }
    let withdraw = house.get("beat", &format!("{page}/withdraw")).await.text;
    assert!(
        withdraw.contains("Nur wer das Gesuch gestellt hat"),
        "{withdraw}"
    );
    assert!(!withdraw.contains("<textarea"), "{withdraw}");
    let turn = "Sie sind am Zug";
    assert!(house.get("anna", list).await.text.contains(turn));
    assert!(!house.get("beat", list).await.text.contains(turn));

    for command in [
        Command::ClaimTask { task: TaskId(1) },
        Command::CompleteTask { task: TaskId(1) },
        Command::IssueDecision {
            outcome: Code::new("refused").unwrap(),
            grounds: "Nicht hier gemeldet.".to_owned(),
        },
    ] {
        office.act(id, command).await.unwrap();
    }
    for address in [list, &page] {
        let seen = house.get("anna", address).await.text;
        assert!(!seen.contains(turn), "{address}: {seen}");
    }
    let late = house.get("anna", &format!("{page}/requests/1")).await.text;
    assert!(
        late.contains("Eine Antwort ist nicht mehr nötig."),
        "{late}"
    );
}
