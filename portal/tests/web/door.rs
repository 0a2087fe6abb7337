//! The door before pages and interface: how often, how many at once, and how long one waits.

use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use kanzlei::core::ports::{
    Checkpoint, RowChange, ViewId, ViewSnapshot, ViewStore, ViewStoreError,
};
use kanzlei::store::MemoryViewStore;
use kanzlei::{AuthorityId, Form};
use kanzlei_adapters::http::{Limits, Rate};
use kanzlei_portal::web::Portal;
use tower::ServiceExt;

use crate::house::{Answer, ByWord, House, actor};
use crate::papers::{PDF, draft, upload};

/// Twice, and then once in a minute.
const TWICE: Rate = Rate {
    per_minute: 1,
    burst: 2,
};

async fn ask(portal: &Router, who: &str, path: &str) -> (StatusCode, HeaderMap, String) {
    let request = Request::get(path).header("x-who", who);
    let request = request.body(Body::empty()).unwrap();
    let answer = portal.clone().oneshot(request).await.unwrap();
    let (head, body) = answer.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.unwrap();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    (head.status, head.headers, text)
}

#[tokio::test]
async fn who_comes_too_often_is_told_in_their_language_how_long_to_wait() {
    let limits = Limits {
        reads: TWICE,
        ..Limits::default()
    };
    let house = House::limited(limits, |opening| opening);
    for left in ["1", "0"] {
        let answer = house.get("anna", "/cases?lang=fr").await;
        assert_eq!(answer.status, StatusCode::OK);
        let told = answer.headers["ratelimit"].to_str().unwrap();
        assert!(told.contains(&format!("r={left};")), "{told}");
    }
    for path in ["/cases?lang=fr", "/nowhere?lang=fr", "/inbox?lang=fr"] {
        let answer = house.get("anna", path).await;
        assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS, "{path}");
        let wait = answer.headers[header::RETRY_AFTER].to_str().unwrap();
        assert!((1..=60).contains(&wait.parse::<u64>().unwrap()), "{wait}");
        let said = format!("Réessayez dans {wait} seconde");
        assert!(answer.text.contains(&said), "{said}: {}", answer.text);
    }
    // Others may, and what one does is counted apart.
    assert_eq!(house.get("beat", "/cases").await.status, StatusCode::OK);
    let written = house.post("anna", "/cases/1/message", &[]).await;
    assert_ne!(written.status, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn what_somebody_asks_of_pages_and_of_the_interface_counts_together() {
    let limits = Limits {
        reads: TWICE,
        ..Limits::default()
    };
    let house = House::new();
    let portal = Portal::new(house.kanzlei.clone(), "http://portal.example")
        .sign_in(Arc::new(ByWord))
        .limits(limits)
        .router();
    for path in ["/cases", "/api/me"] {
        assert_eq!(ask(&portal, "anna", path).await.0, StatusCode::OK);
    }
    let (page, ..) = ask(&portal, "anna", "/cases").await;
    let (status, headers, text) = ask(&portal, "anna", "/api/me").await;
    assert_eq!((page, status), (StatusCode::TOO_MANY_REQUESTS, page));
    assert!(text.contains("too-often") && headers.contains_key(header::RETRY_AFTER));
    // What every page needs comes out of memory, and isn't counted.
    let start = house.get("", "/").await.text;
    let asset = start.split('"').find(|word| word.starts_with("/assets/"));
    let (status, ..) = ask(&portal, "anna", asset.unwrap()).await;
    assert_eq!(status, StatusCode::OK);
}

#[tokio::test]
async fn where_every_place_is_taken_a_page_says_so() {
    let limits = Limits {
        concurrent_requests: 0,
        ..Limits::default()
    };
    let house = House::limited(limits, |opening| opening);
    let answer = house.get("anna", "/cases").await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(answer.headers[header::RETRY_AFTER], "1");
    assert!(
        answer.text.contains("Gerade ist viel los"),
        "{}",
        answer.text
    );
    let again = |page: &str| {
        (
            page.contains("class=\"button\" href=\"\""),
            page.contains("Laden Sie diese Seite neu"),
        )
    };
    assert_eq!(again(&answer.text), (true, false));
    // A link would lead to an empty form.
    let sent = house.post("anna", "/drafts/0/1", &[("text", "long")]).await;
    assert_eq!(sent.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(again(&sent.text), (false, true), "{}", sent.text);
}

#[tokio::test]
async fn who_sends_more_papers_at_once_than_they_may_is_told_when_to_come_again() {
    let limits = Limits {
        uploads_per_person: 0,
        ..Limits::default()
    };
    let house = House::limited(limits, |opening| opening);
    let papers = format!("{}/papers", draft(&house).await);
    let file = ("a.pdf", "application/pdf", PDF);
    let answer = upload(&house, "anna", &papers, &[], file).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(answer.headers[header::RETRY_AFTER], "5");
    assert!(answer.text.contains("Zu viele Anfragen"), "{}", answer.text);
}

/// Views that aren't written while they are held.
struct Held(MemoryViewStore, Arc<Hold>);

#[derive(Default)]
struct Hold {
    held: Mutex<bool>,
    let_go: Condvar,
}

impl Hold {
    fn set(&self, held: bool) {
        *self.held.lock().unwrap() = held;
        self.let_go.notify_all();
    }

    fn wait(&self) {
        let held = self.held.lock().unwrap();
        drop(self.let_go.wait_while(held, |held| *held).unwrap());
    }
}

impl ViewStore for Held {
    fn serving(&self, name: &str) -> Result<Option<u32>, ViewStoreError> {
        self.0.serving(name)
    }

    fn snapshot(&self, view: ViewId) -> Result<Box<dyn ViewSnapshot>, ViewStoreError> {
        self.0.snapshot(view)
    }

    fn write(
        &self,
        view: ViewId,
        rows: &[RowChange],
        checkpoint: Checkpoint,
    ) -> Result<(), ViewStoreError> {
        self.1.wait();
        self.0.write(view, rows, checkpoint)
    }

    fn revisions(&self, name: &str) -> Result<Vec<u32>, ViewStoreError> {
        self.0.revisions(name)
    }

    fn serve(&self, view: ViewId) -> Result<(), ViewStoreError> {
        self.0.serve(view)
    }

    fn sync(&self) -> Result<(), ViewStoreError> {
        self.0.sync()
    }

    fn discard(&self, view: ViewId) -> Result<(), ViewStoreError> {
        self.0.discard(view)
    }
}

/// Anna opens a case while the views are held; reads a page with what her browser knows of it, while
/// they are held and afterwards.
async fn reading_while_views_are_held(limits: Limits, path: &str) -> [Answer; 2] {
    let hold = Arc::new(Hold::default());
    let views = Held(MemoryViewStore::new(), Arc::clone(&hold));
    let house = House::limited(limits, |opening| opening.views(views));
    let form = Form::new().with("municipality", AuthorityId(1061)).unwrap();
    let form = form.with("copies", 1_i64).unwrap();
    let anna = house.kanzlei.act_as(actor("anna"));
    hold.set(true);
    let submitted = anna.submit("certificate-of-residence", form).await;
    let seen = format!("seen={}", submitted.unwrap().position.0);
    let read = async || {
        let request = Request::get(path).header(header::COOKIE, &seen);
        house.ask("anna", request, Body::empty()).await
    };
    let early = read().await;
    hold.set(false);
    house.kanzlei.up_to_date().await.unwrap();
    [early, read().await]
}

#[tokio::test]
async fn a_page_waits_for_what_its_reader_has_done_and_not_for_ever() {
    let limits = Limits {
        read_wait: Duration::ZERO,
        ..Limits::default()
    };
    let [early, later] = reading_while_views_are_held(limits, "/cases?lang=en").await;
    assert_eq!(early.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(early.headers[header::RETRY_AFTER], "1");
    let said = "What you did is saved, but this page doesn’t show it yet";
    assert!(early.text.contains(said), "{}", early.text);
    assert_eq!(later.status, StatusCode::OK);
}

#[tokio::test]
async fn a_page_that_takes_too_long_says_that_what_was_sent_may_be_saved() {
    let limits = Limits {
        request_time: Duration::ZERO,
        read_wait: Duration::from_hours(1),
        ..Limits::default()
    };
    let [early, _] = reading_while_views_are_held(limits, "/cases?lang=en").await;
    assert_eq!(early.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(early.headers[header::RETRY_AFTER], "5");
    assert!(early.text.contains("may have been saved"), "{}", early.text);
}
