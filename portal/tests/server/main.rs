//! The server against clients that are slow, many, silent, or still there at the end.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;
use futures::StreamExt;
use kanzlei_portal::web::{Ended, Limits, Server};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::{Notify, oneshot};
use tokio::task::JoinHandle;

/// So short that a test waits for it, so long that nothing else in a test takes it.
const SHORT: Duration = Duration::from_millis(300);
const GET: &[u8] = b"GET / HTTP/1.1\r\nhost: here\r\n\r\n";

struct Served {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    ended: JoinHandle<Ended>,
}

async fn serve(router: Router, limits: Limits) -> Served {
    let server = Server::bind(([127, 0, 0, 1], 0).into(), limits)
        .await
        .unwrap();
    let address = server.address().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let stopped = async { drop(stopped.await) };
    let ended = tokio::spawn(server.serve(router, stopped));
    Served {
        address,
        stop,
        ended,
    }
}

impl Served {
    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    async fn stopped(self) -> Ended {
        self.stop.send(()).unwrap();
        self.ended.await.unwrap()
    }
}

fn hello() -> Router {
    Router::new().route("/", get(|| async { "hello" }))
}

/// Events for ever, the first at once.
fn events() -> Router {
    let stream = || {
        let first = futures::stream::iter([Ok::<_, Infallible>(Bytes::from("data: 1\n\n"))]);
        Body::from_stream(first.chain(futures::stream::pending()))
    };
    Router::new().route(
        "/",
        get(move || async move { ([(CONTENT_TYPE, "text/event-stream")], stream()) }),
    )
}

/// Events, and a sign of life at each beat.
fn beating(beat: &Arc<Notify>) -> Router {
    let beat = Arc::clone(beat);
    let stream = move || {
        let first = futures::stream::iter([Ok::<_, Infallible>(Bytes::from("data: 1\n\n"))]);
        let beats = futures::stream::unfold(Arc::clone(&beat), |beat| async move {
            beat.notified().await;
            Some((Ok(Bytes::from(":\n\n")), beat))
        });
        Body::from_stream(first.chain(beats))
    };
    Router::new().route(
        "/",
        get(move || async move { ([(CONTENT_TYPE, "text/event-stream")], stream()) }),
    )
}

async fn all(mut stream: TcpStream) -> String {
    let mut answer = Vec::new();
    // A connection that is cut off has said what it has.
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

async fn until(stream: &mut TcpStream, end: &str) -> String {
    let mut answer = Vec::new();
    while !String::from_utf8_lossy(&answer).ends_with(end) {
        answer.push(stream.read_u8().await.unwrap());
    }
    String::from_utf8(answer).unwrap()
}

#[tokio::test]
async fn a_client_that_says_nothing_or_half_a_head_is_let_go() {
    let limits = Limits {
        head_within: SHORT,
        ..Limits::default()
    };
    let served = serve(hello(), limits).await;
    let (silent, mut half) = (served.connect().await, served.connect().await);
    half.write_all(b"GET / HTTP/1.1\r\nho").await.unwrap();
    let mut kept = served.connect().await;
    kept.write_all(GET).await.unwrap();
    assert!(
        until(&mut kept, "hello")
            .await
            .starts_with("HTTP/1.1 200 OK")
    );
    // Each of them ends, without the test's doing.
    assert!(!all(silent).await.contains("200"));
    assert!(!all(half).await.contains("200"));
    assert_eq!(all(kept).await, "");
}

#[tokio::test]
async fn who_comes_when_there_are_too_many_is_told_to_come_back() {
    let limits = Limits {
        connections_max: 2,
        ..Limits::default()
    };
    let beat = Arc::new(Notify::new());
    let served = serve(beating(&beat), limits).await;
    let mut first = served.connect().await;
    let mut second = served.connect().await;
    for stream in [&mut first, &mut second] {
        stream.write_all(GET).await.unwrap();
        until(stream, "data: 1\n\n\r\n").await;
    }
    let told = all(served.connect().await).await;
    assert!(told.starts_with("HTTP/1.1 503 "), "{told}");
    assert!(told.contains("retry-after: "), "{told}");
    drop(first);
    // Its place is free as soon as the server has seen that, which it does when it writes.
    loop {
        beat.notify_waiters();
        let mut third = served.connect().await;
        let _ = third.write_all(GET).await;
        let mut answer = [0; 12];
        if third.read_exact(&mut answer).await.is_ok() && answer.ends_with(b"200") {
            break;
        }
    }
}

#[tokio::test]
async fn at_the_end_streams_end_and_a_request_under_way_is_answered() {
    let (begun, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (begins, waits) = (Arc::clone(&begun), Arc::clone(&go_on));
    let slow = move || async move {
        begins.notify_one();
        waits.notified().await;
        "at last"
    };
    let served = serve(events().route("/slow", get(slow)), Limits::default()).await;
    let mut stream = served.connect().await;
    stream.write_all(GET).await.unwrap();
    until(&mut stream, "data: 1\n\n\r\n").await;
    let mut under_way = served.connect().await;
    let request = b"GET /slow HTTP/1.1\r\nhost: here\r\n\r\n";
    under_way.write_all(request).await.unwrap();
    begun.notified().await;

    let stopped = tokio::spawn(served.stopped());
    // The stream ends as streams end, not cut off.
    assert_eq!(all(stream).await, "0\r\n\r\n");
    go_on.notify_one();
    assert!(all(under_way).await.ends_with("at last"));
    assert_eq!(stopped.await.unwrap(), Ended::Whole);
}

#[tokio::test]
async fn at_the_end_nobody_is_waited_for_for_ever() {
    let begun = Arc::new(Notify::new());
    let begins = Arc::clone(&begun);
    let never = move || async move {
        begins.notify_one();
        std::future::pending::<&str>().await
    };
    let limits = Limits {
        end_within: SHORT,
        ..Limits::default()
    };
    let served = serve(Router::new().route("/", get(never)), limits).await;
    let mut waiting = served.connect().await;
    waiting.write_all(GET).await.unwrap();
    begun.notified().await;
    assert_eq!(served.stopped().await, Ended::Cut);
}

#[tokio::test]
async fn a_head_that_is_too_large_is_refused() {
    let served = serve(hello(), Limits::default()).await;
    let mut stream = served.connect().await;
    let head = format!(
        "GET / HTTP/1.1\r\nhost: here\r\nx: {}\r\n\r\n",
        "x".repeat(200_000)
    );
    let _ = stream.write_all(head.as_bytes()).await;
    let answer = all(stream).await;
    assert!(!answer.contains("200 OK"), "{answer}");
}
