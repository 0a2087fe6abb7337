//! Uploads under way: how many of one person, for how long, and what is read of one that is refused.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, header};
use futures::StreamExt;
use futures::future::join;
use kanzlei::store::DocumentsOptions;
use kanzlei_adapters::http::Options;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
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

/// A form with a file of so many bytes and of this type, in pieces, and how many bytes of it were read.
fn counted(kind: &str, bytes: usize) -> (Body, Arc<AtomicUsize>, usize) {
    let mut content = PDF.to_vec();
    content.resize(bytes, 0);
    let form = form("a.pdf", kind, &content);
    let (read, whole) = (Arc::new(AtomicUsize::new(0)), form.len());
    let count = Arc::clone(&read);
    let pieces: Vec<Vec<u8>> = form.chunks(64 * 1024).map(<[u8]>::to_vec).collect();
    let pieces = futures::stream::iter(pieces).map(move |piece| {
        count.fetch_add(piece.len(), Ordering::SeqCst);
        Ok::<_, std::io::Error>(piece)
    });
    (Body::from_stream(pieces), read, whole)
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

/// The largest document in the halls below, in bytes.
const MOST: usize = 2_000_000;

fn hall() -> Hall {
    Hall::opened(Options::default(), |opening| {
        opening.documents(DocumentsOptions {
            bytes_max: MOST as u64,
            ..DocumentsOptions::default()
        })
    })
}

#[tokio::test]
async fn what_is_left_of_an_upload_that_is_refused_is_read_as_far_as_that_has_an_end() {
    let hall = hall();
    let pdf = "application/pdf";
    for (kind, bytes, status) in [
        ("text/html", 1_000_000, 415),
        (pdf, MOST + 1_000, 413),
        (pdf, MOST + 1_000_000, 413),
    ] {
        for told in [false, true] {
            let (body, read, whole) = counted(kind, bytes);
            let mut request = request("anna", "/uploads", body);
            if told {
                let headers = request.headers_mut();
                headers.insert(header::CONTENT_LENGTH, whole.into());
            }
            hall.send(request).await.expect(status);
            assert_eq!(read.load(Ordering::SeqCst), whole, "{kind} {bytes}");
        }
    }
    let (body, read, whole) = counted("text/html", 5 * MOST);
    upload(&hall, "anna", body).await.expect(415);
    assert!(read.load(Ordering::SeqCst) < whole / 2);
}

#[tokio::test]
async fn nothing_is_read_of_an_upload_that_is_far_too_large_or_waits_to_be_asked_for() {
    let hall = hall();
    for (bytes, expects) in [(3 * MOST, false), (MOST + 1_000_000, true)] {
        let (body, read, whole) = counted("application/pdf", bytes);
        let mut request = request("anna", "/uploads", body);
        let headers = request.headers_mut();
        headers.insert(header::CONTENT_LENGTH, whole.into());
        if expects {
            headers.insert(header::EXPECT, "100-continue".parse().unwrap());
        }
        hall.send(request).await.problem(413, "body-too-large");
        assert_eq!(read.load(Ordering::SeqCst), 0);
    }
}

#[tokio::test]
async fn who_has_sent_a_document_that_is_too_large_hears_so() {
    let hall = Hall::new();
    // More than any system keeps between the two.
    let most = usize::try_from(hall.kanzlei.documents().options().bytes_max).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new().nest("/api", hall.http.router());
    tokio::spawn(async { axum::serve(listener, router).await });
    for more in [1_000, 1_000_000] {
        let form = form("a.pdf", "text/html", &vec![0; most + more]);
        let head = format!(
            "POST /api/uploads HTTP/1.1\r\nhost: here\r\nx-test-as: anna\r\ncontent-length: {}\r\n\
             content-type: multipart/form-data; boundary=edge\r\nconnection: close\r\n\r\n",
            form.len()
        );
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(head.as_bytes()).await.unwrap();
        stream.write_all(&form).await.unwrap();
        let mut said = String::new();
        stream.read_to_string(&mut said).await.unwrap();
        assert!(said.starts_with("HTTP/1.1 4"), "{said}");
    }
}
