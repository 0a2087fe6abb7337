//! Uploads under way: how many of one person, for how long, and what is read of one that is refused.

use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use futures::StreamExt;
use futures::future::join;
use kanzlei_adapters::http::Options;
use tokio::time::timeout;

use crate::documents::{PDF, form};
use crate::hall::{Answer, Hall};

/// Longer than any answer takes that doesn't wait.
const LONG: Duration = Duration::from_secs(10);

fn request(who: &str, path: &str, body: Body) -> Request<Body> {
    let request = Request::post(format!("/api{path}"))
        .header("content-type", "multipart/form-data; boundary=edge");
    let request = match who {
        "" => request,
        who => request.header("x-test-as", who),
    };
    request.body(body).unwrap()
}

/// A form of which the second half comes after a time.
fn slow(after: Duration) -> Body {
    let mut form = form("a.pdf", "application/pdf", PDF);
    let rest = form.split_off(form.len() / 2);
    let rest = futures::stream::once(async move {
        tokio::time::sleep(after).await;
        rest
    });
    let whole = futures::stream::iter([form]).chain(rest);
    Body::from_stream(whole.map(Ok::<_, std::io::Error>))
}

async fn upload(hall: &Hall, who: &str, body: Body) -> Answer {
    let answer = timeout(LONG, hall.send(request(who, "/uploads", body)));
    answer.await.expect("an answer")
}

#[tokio::test]
async fn one_person_has_so_many_uploads_under_way_and_others_have_theirs() {
    let mut options = Options::default();
    options.limits.uploads_per_person = 2;
    let hall = Hall::with(options);
    let whole = || Body::from(form("a.pdf", "application/pdf", PDF));
    let mut first = std::pin::pin!(upload(&hall, "anna", slow(LONG)));
    let mut second = Box::pin(upload(&hall, "anna", slow(LONG)));
    let both = join(&mut first, &mut second);
    assert!(timeout(Duration::from_millis(50), both).await.is_err());
    let third = upload(&hall, "anna", whole()).await;
    assert_eq!(third.header("retry-after"), "5");
    let problem = third.problem(429, "uploads-of-yours");
    assert_eq!(problem["arguments"]["limit"], "2");
    upload(&hall, "beat", whole()).await.expect(201);
    // Whatever else she does goes on, and one that ends makes room.
    hall.get("anna", "/me").await.expect(200);
    drop(second);
    upload(&hall, "anna", whole()).await.expect(201);
}

#[tokio::test]
async fn the_time_of_an_upload_is_for_uploads_whatever_a_request_calls_itself() {
    let mut options = Options::default();
    options.limits.request_time = Duration::from_millis(100);
    let hall = Hall::with(options);
    let longer = Duration::from_millis(300);
    upload(&hall, "anna", slow(longer)).await.expect(201);
    for (who, path) in [("anna", "/cases"), ("anna", "/me/drafts"), ("", "/uploads")] {
        let answer = hall.send(request(who, path, slow(LONG)));
        let answer = timeout(LONG / 2, answer).await.expect("an answer");
        assert!(matches!(answer.status.as_u16(), 401 | 503), "{path}");
    }
}
