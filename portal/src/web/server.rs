//! Serves a router to clients of any kind: slow ones, many, and those that are there when it ends.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Response;
use axum::http::header::CONTENT_TYPE;
use futures::StreamExt;
use futures::future::{Either, select};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tower::ServiceExt;

use super::stalls::Stalls;

/// What one client among many may take.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Connections at a time; whoever comes after them is told to come back later.
    pub connections_max: usize,
    /// The time for a request's head, and for which a connection may say nothing between requests.
    pub head_within: Duration,
    /// The time in which a client must take some of what it is sent.
    pub write_within: Duration,
    /// The bytes of a request's head.
    pub head_bytes_max: usize,
    /// The time that requests under way have when the server ends.
    pub end_within: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections_max: 4_096,
            head_within: Duration::from_secs(30),
            write_within: Duration::from_secs(30),
            head_bytes_max: 64 * 1024,
            end_within: Duration::from_secs(10),
        }
    }
}

/// How a server ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// Every request was answered.
    Whole,
    /// Some requests took longer than the time that there was.
    Cut,
}

/// What whoever comes when there are too many connections gets.
const FULL: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 5\r\ncontent-length: 0\r\n\
    connection: close\r\n\r\n";
/// How long the server waits when the system gives it no connection, for want of files for example.
const BREATHER: Duration = Duration::from_millis(100);

/// A server that has its address.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    limits: Limits,
}

impl Server {
    /// Takes this address; port 0 takes a free one.
    ///
    /// # Errors
    /// If somebody has it, or it isn't this machine's.
    pub async fn bind(address: SocketAddr, limits: Limits) -> io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        Ok(Self { listener, limits })
    }

    /// The address that it has.
    ///
    /// # Errors
    /// If the system doesn't say.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Serves until `stop`; then takes no more connections, ends event streams, and gives what is
    /// under way its time.
    pub async fn serve(self, router: Router, stop: impl Future<Output = ()>) -> Ended {
        let graceful = GracefulShutdown::new();
        let room = Arc::new(Semaphore::new(self.limits.connections_max));
        let (ending, ends) = watch::channel(false);
        let mut stop = pin!(stop);
        loop {
            let coming = pin!(self.listener.accept());
            let (stream, peer) = match select(&mut stop, coming).await {
                Either::Left(_) => break,
                Either::Right((Ok(come), _)) => come,
                Either::Right((Err(error), _)) => {
                    tracing::warn!(%error, "no connection could be taken");
                    tokio::time::sleep(BREATHER).await;
                    continue;
                }
            };
            let Ok(place) = Arc::clone(&room).try_acquire_owned() else {
                // As much as fits without waiting: who waits here makes everybody wait.
                let _ = stream.try_write(FULL);
                continue;
            };
            let one = Connection {
                limits: self.limits,
                router: router.clone(),
                ends: ends.clone(),
                peer,
                place,
            };
            tokio::spawn(one.serve(stream, graceful.watcher()));
        }
        drop(self.listener);
        let _ = ending.send(true);
        match tokio::time::timeout(self.limits.end_within, graceful.shutdown()).await {
            Ok(()) => Ended::Whole,
            Err(_) => Ended::Cut,
        }
    }
}

struct Connection {
    limits: Limits,
    router: Router,
    /// Turns true when the server ends.
    ends: watch::Receiver<bool>,
    peer: SocketAddr,
    place: OwnedSemaphorePermit,
}

impl Connection {
    async fn serve(self, stream: TcpStream, watcher: Watcher) {
        // An event is a small packet that somebody waits for.
        let _ = stream.set_nodelay(true);
        let (router, ends, peer) = (self.router, self.ends, self.peer);
        let service = hyper::service::service_fn(move |mut request: hyper::Request<_>| {
            request.extensions_mut().insert(ConnectInfo(peer));
            let answer = router.clone().oneshot(request.map(Body::new));
            let ends = ends.clone();
            async move { answer.await.map(|answer| until(answer, ends)) }
        });
        let mut http = http1::Builder::new();
        http.timer(TokioTimer::new())
            // Some clients say that they have said all, and then listen: that is no hanging up.
            .half_close(true)
            .header_read_timeout(self.limits.head_within)
            .max_buf_size(self.limits.head_bytes_max);
        let io = TokioIo::new(Stalls::after(stream, self.limits.write_within));
        let connection = watcher.watch(http.serve_connection(io, service));
        if let Err(error) = connection.await {
            tracing::debug!(%error, "a connection ended early");
        }
        drop(self.place);
    }
}

/// An event stream goes on until the server ends; any other answer ends by itself.
fn until(answer: Response<Body>, mut ends: watch::Receiver<bool>) -> Response<Body> {
    let kind = answer.headers().get(CONTENT_TYPE);
    if !kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/event-stream")) {
        return answer;
    }
    answer.map(|body| {
        let ended = async move {
            let _ = ends.wait_for(|ends| *ends).await;
        };
        Body::from_stream(body.into_data_stream().take_until(Box::pin(ended)))
    })
}
