//! Documents: checked when they come in, sealed, and given to whoever may see them.

use axum::body::Body;
use axum::http::{Method, Request};
use serde_json::{Value, json};

use crate::hall::{Answer, EMMEN, Hall, LUZERN, text};

pub const PDF: &[u8] = b"%PDF-1.7\nA policy of Anna Muster's.\n%%EOF\n";

pub fn form(name: &str, kind: &str, content: &[u8]) -> Vec<u8> {
    let head = format!(
        "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
         Content-Type: {kind}\r\n\r\n"
    );
    [head.as_bytes(), content, b"\r\n--edge--\r\n"].concat()
}

async fn upload(hall: &Hall, who: &str, body: Vec<u8>) -> Answer {
    let request = Request::post("/api/uploads")
        .header("x-test-as", who)
        .header("content-type", "multipart/form-data; boundary=edge");
    hall.send(request.body(Body::from(body)).unwrap()).await
}

/// Anna moves from Luzern to Emmen; gives the path of her case.
async fn a_move(hall: &Hall) -> String {
    let body = json!({
        "service": "move-of-residence",
        "form": {
            "from-municipality": {"authority": LUZERN.0},
            "to-municipality": {"authority": EMMEN.0},
            "move-date": {"date": hall.kanzlei.today().plus_days(10)},
            "new-address": {"text": "Gerliswilstrasse 1"},
            "persons": {"integer": 1},
            "housing": {"choice": "rented"},
        },
    });
    let receipt = hall.post("anna", "/cases", body).await.expect(201).json();
    format!("/cases/{}", text(&receipt["case"]))
}

fn naming(uploaded: &Value) -> Value {
    json!({"kind": "health-insurance", "digest": uploaded["digest"]})
}

#[tokio::test]
async fn a_document_is_uploaded_named_and_downloaded_as_it_was() {
    let hall = Hall::new();
    let case = a_move(&hall).await;
    let uploaded = upload(&hall, "anna", form("Police ü.pdf", "application/pdf", PDF)).await;
    let uploaded = uploaded.expect(201).json();
    assert_eq!(uploaded["length"], PDF.len());
    assert!(uploaded.get("slot").is_none());
    let path = format!("{case}/documents");
    let name = async |key| {
        let headers = [("idempotency-key", key)];
        let body = Some(naming(&uploaded));
        let answer = hall.ask(Method::POST, "anna", &path, &headers, body).await;
        answer.expect(200).json()
    };
    let first = name("policy").await;
    assert_eq!(first, name("policy").await);
    let seen = hall.get("luzern", &case).await.expect(200).json();
    let shown = &seen["answers"][0]["contents"]["documents"][0];
    assert_eq!(shown["kind"], "health-insurance");
    assert!(shown.get("slot").is_none(), "{shown}");
    let path = format!("{path}/{}", shown["document"]);
    for who in ["anna", "luzern"] {
        let file = hall.get(who, &path).await.expect(200);
        assert_eq!(file.text.as_bytes(), PDF);
        assert_eq!(file.header("content-type"), "application/pdf");
        assert_eq!(file.header("x-content-type-options"), "nosniff");
        assert!(file.header("content-security-policy").contains("sandbox"));
        assert_eq!(file.header("cache-control"), "private, no-store");
        let name = file.header("content-disposition");
        assert!(
            name.starts_with("attachment; filename*=UTF-8''Police"),
            "{name}"
        );
    }
    hall.get("beat", &path).await.problem(404, "case-not-found");
    hall.get("", &path).await.problem(401, "sign-in-first");
    let other = format!("{case}/documents/9");
    hall.get("anna", &other)
        .await
        .problem(404, "document-unknown");
}

#[tokio::test]
async fn a_document_that_isn_t_what_it_is_called_or_too_large_isn_t_taken() {
    let hall = Hall::new();
    for (name, kind, content, status, code) in [
        (
            "a.pdf",
            "application/pdf",
            &b"<html>"[..],
            422,
            "document-type-differs",
        ),
        (
            "a.html",
            "text/html",
            b"<html>",
            415,
            "document-type-not-taken",
        ),
        ("a.pdf", "", PDF, 415, "document-type-not-taken"),
    ] {
        let refused = upload(&hall, "anna", form(name, kind, content)).await;
        refused.problem(status, code);
    }
    let most = hall.get("", "/limits").await.expect(200).json();
    let most = usize::try_from(most["document_bytes"].as_u64().unwrap()).unwrap();
    let mut large = PDF.to_vec();
    large.resize(most + 1, 0);
    let refused = upload(&hall, "anna", form("a.pdf", "application/pdf", &large)).await;
    refused.problem(413, "document-too-large");
    large.resize(most + 100_000, 0);
    let refused = upload(&hall, "anna", form("a.pdf", "application/pdf", &large)).await;
    assert_eq!(refused.status.as_u16(), 413, "{}", refused.text);
    let cut = form("a.pdf", "application/pdf", PDF);
    let cut = cut[..cut.len() - 20].to_vec();
    upload(&hall, "anna", cut)
        .await
        .problem(400, "body-unreadable");
    let none = b"--edge\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\n1\r\n--edge--\r\n";
    let missing = upload(&hall, "anna", none.to_vec()).await;
    assert_eq!(missing.problem(422, "field-required")["field"], "file");
    hall.post("anna", "/uploads", json!({}))
        .await
        .problem(415, "media-type");
}

#[tokio::test]
async fn nobody_names_what_somebody_else_has_uploaded() {
    let hall = Hall::new();
    let case = a_move(&hall).await;
    let uploaded = upload(&hall, "beat", form("a.pdf", "application/pdf", PDF)).await;
    let uploaded = uploaded.expect(201).json();
    let path = format!("{case}/documents");
    let refused = hall.post("anna", &path, naming(&uploaded)).await;
    refused.problem(422, "document-not-uploaded");
    let hidden = hall.post("beat", &path, naming(&uploaded)).await;
    hidden.problem(404, "case-not-found");
    // Beat's upload still waits for a case of his own.
    let own = hall
        .post("beat", "/cases", crate::hall::certificate())
        .await;
    let own = text(&own.expect(201).json()["case"]).to_owned();
    let kind = hall
        .get("", "/services/certificate-of-residence")
        .await
        .json();
    let body = json!({"kind": kind["documents"][0]["code"], "digest": uploaded["digest"]});
    let own = format!("/cases/{own}/documents");
    let answer = hall.post("beat", &own, body).await;
    assert!(
        matches!(answer.status.as_u16(), 200 | 422),
        "{}",
        answer.text
    );
}
