//! Papers: uploaded with a form in the making or to a case, and read by whoever may see them.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use futures::StreamExt;
use kanzlei::store::DocumentsOptions;
use kanzlei::{AuthorityId, Code, Command, Date, DraftId, Form, Order};
use kanzlei_adapters::http::Limits;

use crate::house::{Answer, House, actor};

pub const PDF: &[u8] =
    b"%PDF-1.4\n1 0 obj <</Type /Catalog>> endobj\ntrailer <</Root 1 0 R>>\n%%EOF\n";

/// What a receipt says above papers that aren't in the case, and what one of them is called.
const MISSING: &str = "Beilagen fehlen";
const INSURANCE: &str = "<li>Nachweis der Krankenversicherung</li>";

/// Sends a form with a file, as a browser does.
pub async fn upload(
    house: &House,
    who: &str,
    path: &str,
    pairs: &[(&str, &str)],
    (name, kind, bytes): (&str, &str, &[u8]),
) -> Answer {
    let mut body = Vec::new();
    for (field, value) in pairs {
        let part =
            format!("--cut\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n");
        body.extend(part.as_bytes());
    }
    let part = format!(
        "--cut\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
         Content-Type: {kind}\r\n\r\n"
    );
    body.extend(part.as_bytes());
    body.extend(bytes);
    body.extend(b"\r\n--cut--\r\n");
    let request =
        Request::post(path).header(header::CONTENT_TYPE, "multipart/form-data; boundary=cut");
    house.ask(who, request, body.into()).await
}

/// A draft of a move with everything filled in but its papers: its address.
pub async fn draft(house: &House) -> String {
    let begun = house.get("anna", "/services/move-of-residence/form").await;
    let address = begun
        .location()
        .split('/')
        .take(3)
        .collect::<Vec<_>>()
        .join("/");
    let first = [
        ("service", "move-of-residence"),
        ("revision", "0"),
        ("from-municipality", "1061"),
        ("to-municipality", "1024"),
    ];
    // As where the page saved itself and is sent then: nothing differs.
    for _ in 0..2 {
        let next = house.post("anna", &format!("{address}/1"), &first).await;
        assert_eq!(next.location(), format!("{address}/2"));
    }
    let second = [
        ("revision", "1"),
        ("move-date_day", "3"),
        ("move-date_month", "12"),
        ("move-date_year", "2026"),
        ("new-address", "Dorfstrasse 3"),
        ("persons", "2"),
    ];
    let next = house.post("anna", &format!("{address}/2"), &second).await;
    assert_eq!(next.location(), format!("{address}/papers"));
    address
}

#[tokio::test]
async fn papers_of_a_form_come_with_it_into_the_case_and_nobody_else_reads_them() {
    let house = House::new();
    let draft = draft(&house).await;
    let papers = format!("{draft}/papers");
    let pairs = [
        ("service", "move-of-residence"),
        ("revision", "2"),
        ("kind", "health-insurance"),
    ];
    let wrong = upload(&house, "anna", &papers, &pairs, ("a.exe", "", b"MZ")).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        wrong
            .text
            .contains("href=\"#health-insurance\">Wählen Sie eine Datei dieser Arten")
    );
    let file = ("Police 2026.pdf", "application/pdf", b"no PDF".as_slice());
    let wrong = upload(&house, "anna", &papers, &pairs, file).await;
    assert!(
        wrong.text.contains("Der Inhalt passt nicht zur Endung"),
        "{}",
        wrong.text
    );
    let file = ("Police 2026.pdf", "application/pdf", PDF);
    let done = upload(&house, "anna", &papers, &pairs, file).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    let page = house.get("anna", &papers).await;
    assert!(page.text.contains("Police 2026.pdf"));
    let check = house.get("anna", &format!("{draft}/check")).await;
    assert!(check.text.contains("Police 2026.pdf"));
    assert!(!check.text.contains("fehlen noch"));
    let submit = format!("{draft}/submit");
    let fields = check.fields(&submit);
    let receipt = house.send("anna", &submit, &fields).await;
    let receipt = house.get("anna", receipt.location()).await;
    let case = receipt.text.split("href=\"/cases/").nth(1).unwrap();
    let case = case.split('"').next().unwrap();
    let page = house.get("anna", &format!("/cases/{case}")).await;
    let paper = format!("/documents/{case}/1");
    assert!(
        page.text
            .contains(&format!("<a href=\"{paper}\">Police 2026.pdf</a>"))
    );
    let sheet = house.get("anna", &paper).await;
    assert_eq!(sheet.text.as_bytes(), PDF);
    assert_eq!(sheet.headers[header::CONTENT_TYPE], "application/pdf");
    let saved = sheet.headers[header::CONTENT_DISPOSITION].to_str().unwrap();
    assert_eq!(saved, "attachment; filename*=UTF-8''Police%202026.pdf");
    // Both municipalities read it, another person and another municipality don't.
    for (who, status) in [
        ("clerk-1061", StatusCode::OK),
        ("clerk-1024", StatusCode::OK),
        ("clerk-1059", StatusCode::NOT_FOUND),
        ("beat", StatusCode::NOT_FOUND),
        ("overseer", StatusCode::NOT_FOUND),
    ] {
        assert_eq!(house.get(who, &paper).await.status, status, "{who}");
    }
}

#[tokio::test]
async fn a_paper_that_is_missing_is_named_and_can_be_added_to_the_case() {
    let house = House::new();
    let draft = draft(&house).await;
    let check = house.get("anna", &format!("{draft}/check")).await;
    assert!(check.text.contains("Diese Unterlagen fehlen noch"));
    let submit = format!("{draft}/submit");
    let fields = check.fields(&submit);
    let receipt = house.send("anna", &submit, &fields).await;
    let address = receipt.location().to_owned();
    let receipt = house.get("anna", &address).await;
    assert!(receipt.text.contains(MISSING) && receipt.text.contains(INSURANCE));
    let case = receipt.text.split("href=\"/cases/").nth(1).unwrap();
    let case = format!("/cases/{}", case.split('/').next().unwrap());
    let papers = format!("{case}/papers");
    assert!(receipt.text.contains(&format!("href=\"{papers}\"")));
    let page = house.get("anna", &papers).await;
    let key = page.fields(&papers)["key"].clone();
    let pairs = [("key", key.as_str()), ("kind", "")];
    let file = ("p.pdf", "application/pdf", PDF);
    let wrong = upload(&house, "anna", &papers, &pairs, file).await;
    assert!(
        wrong
            .text
            .contains("<a href=\"#kind\">Wählen Sie die Art der Beilage</a>")
    );
    let pairs = [("key", key.as_str()), ("kind", "tenancy")];
    for _ in 0..2 {
        let done = upload(&house, "anna", &papers, &pairs, file).await;
        assert!(done.status.is_redirection() || done.status.is_client_error());
    }
    let page = house.get("anna", &case).await;
    assert_eq!(page.text.matches("p.pdf</a>").count(), 1);
    let key = house.get("anna", &papers).await.fields(&papers)["key"].clone();
    let pairs = [("key", key.as_str()), ("kind", "health-insurance")];
    upload(&house, "anna", &papers, &pairs, file).await;
    assert!(!house.get("anna", &address).await.text.contains(MISSING));
    let others = upload(&house, "beat", &papers, &pairs, file).await;
    assert_eq!(others.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_paper_that_is_gone_when_its_form_is_handed_in_is_named_on_the_receipt() {
    let house = House::new();
    let draft = draft(&house).await;
    let papers = format!("{draft}/papers");
    for (revision, kind) in [("2", "health-insurance"), ("3", "tenancy")] {
        let pairs = [
            ("service", "move-of-residence"),
            ("revision", revision),
            ("kind", kind),
        ];
        let file = ("p.pdf", "application/pdf", PDF);
        let sent = upload(&house, "anna", &papers, &pairs, file).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
    }
    let check = house.get("anna", &format!("{draft}/check")).await;
    // The one that nobody must hand in is lost.
    let page = house.get("anna", &papers).await.text;
    let digest = page.split("name=\"digest\" value=\"").last().unwrap();
    let digest = digest.split('"').next().unwrap().parse().unwrap();
    let uploaded = house.kanzlei.act_as(actor("anna")).uploaded(digest).await;
    let slot = uploaded.unwrap().slot;
    house.kanzlei.documents().erase(digest, slot).await.unwrap();

    let submit = format!("{draft}/submit");
    let fields = check.fields(&submit);
    let handed_in = house.send("anna", &submit, &fields).await;
    let address = handed_in.location().to_owned();
    for _ in 0..2 {
        let receipt = house.get("anna", &address).await.text;
        assert!(receipt.contains(MISSING), "{receipt}");
        assert!(receipt.contains("<li>Mietvertrag"), "{receipt}");
        assert!(!receipt.contains(INSURANCE), "{receipt}");
    }
}

#[tokio::test]
async fn a_paper_sent_twice_or_beside_another_is_kept_whatever_was_saved_meanwhile() {
    let house = House::new();
    let draft = draft(&house).await;
    let papers = format!("{draft}/papers");
    let file = ("p.pdf", "application/pdf", PDF);
    for kind in ["health-insurance", "tenancy", "tenancy"] {
        // As the page was shown before the first of them.
        let pairs = [
            ("service", "move-of-residence"),
            ("revision", "2"),
            ("kind", kind),
        ];
        let sent = upload(&house, "anna", &papers, &pairs, file).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
    }
    let page = house.get("anna", &papers).await.text;
    assert_eq!(page.matches("name=\"digest\"").count(), 3, "{page}");
}

/// As where the process ended between the case and its papers.
#[tokio::test]
async fn papers_of_a_form_that_was_handed_in_come_into_its_case_when_it_is_sent_again() {
    let house = House::new();
    let draft = draft(&house).await;
    let papers = format!("{draft}/papers");
    let pairs = [
        ("service", "move-of-residence"),
        ("revision", "2"),
        ("kind", "health-insurance"),
    ];
    let file = ("Police 2026.pdf", "application/pdf", PDF);
    upload(&house, "anna", &papers, &pairs, file).await;
    let submit = format!("{draft}/submit");
    let fields = house
        .get("anna", &format!("{draft}/check"))
        .await
        .fields(&submit);

    let (anna, drafts) = (actor("anna"), house.kanzlei.drafts());
    let id = DraftId::parse(draft.rsplit('/').next().unwrap()).unwrap();
    let command = drafts.command_id(&anna, id).await.unwrap();
    let form = Form::new()
        .with("from-municipality", AuthorityId(1061))
        .and_then(|form| form.with("to-municipality", AuthorityId(1024)))
        .and_then(|form| form.with("move-date", Date::new(2026, 12, 3).unwrap()))
        .and_then(|form| form.with("new-address", "Dorfstrasse 3"))
        .and_then(|form| form.with("persons", 2));
    let service = Code::new("move-of-residence").unwrap();
    let handed_in = Command::Submit {
        service,
        form: form.unwrap(),
        applicant: None,
    };
    let order = Order::new(command, None, handed_in);
    let case = house
        .kanzlei
        .act_as(anna.clone())
        .send(order)
        .await
        .unwrap()
        .case;

    for _ in 0..2 {
        let again = house.send("anna", &submit, &fields).await;
        assert_eq!(again.location(), format!("/receipts/{command}"));
        let receipt = house.get("anna", again.location()).await.text;
        assert!(!receipt.contains(MISSING), "{receipt}");
        let page = house.get("anna", &format!("/cases/{case}")).await.text;
        assert_eq!(page.matches("Police 2026.pdf</a>").count(), 1, "{page}");
    }
    assert_eq!(drafts.left_behind(&anna, id).await.unwrap(), None);
}

#[tokio::test]
async fn a_file_that_is_too_large_is_read_to_its_end_so_that_its_sender_hears_so() {
    let bytes_max = 2_000_000;
    let house = House::limited(Limits::default(), |opening| {
        opening.documents(DocumentsOptions {
            bytes_max,
            ..DocumentsOptions::default()
        })
    });
    let papers = format!("{}/papers", draft(&house).await);
    for (more, told) in [(1_000, false), (1_000_000, false), (1_000_000, true)] {
        let head = "--cut\r\nContent-Disposition: form-data; name=\"kind\"\r\n\r\nhealth-insurance\r\n\
                    --cut\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\n\
                    Content-Type: application/pdf\r\n\r\n";
        let whole = head.len() + usize::try_from(bytes_max).unwrap() + more;
        let mut bytes = [head.as_bytes(), PDF].concat();
        bytes.resize(whole, 0);
        let read = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&read);
        let pieces: Vec<Vec<u8>> = bytes.chunks(64 * 1024).map(<[u8]>::to_vec).collect();
        let pieces = futures::stream::iter(pieces).map(move |piece| {
            count.fetch_add(piece.len(), Ordering::SeqCst);
            Ok::<_, std::io::Error>(piece)
        });
        let kind = "multipart/form-data; boundary=cut";
        let mut request = Request::post(&papers).header(header::CONTENT_TYPE, kind);
        if told {
            request = request.header(header::CONTENT_LENGTH, whole);
        }
        let answer = house.ask("anna", request, Body::from_stream(pieces)).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.text.contains("Datei zu gross"), "{}", answer.text);
        assert_eq!(read.load(Ordering::SeqCst), whole, "{more}");
    }
}
