//! A portal with one of everything that is somebody's, and those who ask for it.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::request::Parts;
use axum::http::{Request, StatusCode, header};
use kanzlei::core::domain::event::PartyDetails;
use kanzlei::core::record::Assurance;
use kanzlei::store::{MemoryKeyVault, SystemEntropy};
use kanzlei::{
    Actor, AuthorityId, CaseId, Code, Command, CommandId, Disclosure, FieldKind, Form, Kanzlei,
    Labels, OfficialId, PartyId, PersonId, Position, Service, SyncPolicy, TaskId, services,
};
use kanzlei_adapters::http::{NotSignedIn, SignIn, Viewer};
use kanzlei_portal::mark::Mark;
use kanzlei_portal::web::{self, Group, Issuer, Portal, Who};
use tempfile::TempDir;
use tower::ServiceExt;

/// Who asks, in the order of the table's columns.
pub const VIEWERS: [&str; 15] = [
    "nobody",
    "anna",
    "beat",
    "rita",
    "here",
    "elsewhere",
    "involved",
    "overseer",
    "cantonal",
    "weak",
    "revoked",
    "expired",
    "forged",
    "operator",
    "steward",
];

/// What nobody sees whom it isn't for: the word, and who sees it.
pub const SECRETS: [(&str, &[&str]); 10] = [
    // The applicant's name: who has the file, and the parties. Her own name stands on her pages.
    (
        "Annageheim",
        &["anna", "weak", "rita", "here", "steward", "cantonal"],
    ),
    ("Ritageheim", &["anna", "rita", "here", "steward"]),
    ("Zweckgeheim", &["anna", "rita", "here", "steward"]),
    ("Fragegeheim", &["anna", "rita", "here", "steward"]),
    ("Botschaftgeheim", &["anna", "rita", "here", "steward"]),
    // What her document says, and what it is called.
    ("Plangeheim", &["anna", "rita", "here", "steward"]),
    ("Namegeheim", &["anna", "rita", "here", "steward"]),
    // Between authorities alone.
    ("Notizgeheim", &["here", "steward"]),
    ("Entwurfgeheim", &["anna", "weak"]),
    // In the case of which the canton's own office is responsible.
    ("Kantonsgeheim", &["anna", "cantonal"]),
];

pub const HERE: AuthorityId = AuthorityId(1061);
pub const ELSEWHERE: AuthorityId = AuthorityId(1024);
const INVOLVED: AuthorityId = services::register::BUILDING;
const CANTONAL: AuthorityId = services::register::VETERINARY;

/// Says who somebody is by the word in a header. Rates are counted by identity and address: here each
/// request has its own, because a table is read faster than people ask.
struct ByWord;

#[async_trait]
impl SignIn for ByWord {
    async fn viewer(&self, request: &Parts) -> Result<Option<Viewer>, NotSignedIn> {
        let Some(who) = request.headers.get("x-who") else {
            return Ok(None);
        };
        match who.to_str().unwrap() {
            "revoked" => Err(NotSignedIn::Revoked),
            "expired" => Err(NotSignedIn::Expired),
            "forged" => Err(NotSignedIn::Forged("its signature isn't right")),
            who => Ok(Some(Viewer {
                actor: actor(who),
                identity: format!("{who} {}", request.headers["x-number"].to_str().unwrap()),
                name: if who == "anna" || who == "weak" {
                    "Annageheim".to_owned()
                } else {
                    who.to_owned()
                },
                until: None,
            })),
        }
    }
}

/// How the portal is reached: the demonstration's issuer is on this machine alone.
const ADDRESS: &str = "http://localhost:8080";

/// The demonstration's issuer, of one person.
fn issuer(kanzlei: &Kanzlei) -> Issuer {
    let marked = tempfile::tempdir().unwrap();
    Mark::new_store(marked.path(), 1).unwrap();
    let mark = Mark::of(marked.path()).unwrap().unwrap();
    let somebody = web::Person {
        key: "somebody".to_owned(),
        name: "Somebody".to_owned(),
        group: Group::Operation,
        who: Who::Operator,
        cases: 0,
        represents: false,
        turn: false,
    };
    let ports = kanzlei.engine().ports();
    let ports = (Arc::clone(&ports.clock), Arc::clone(&ports.entropy));
    let here = SocketAddr::from((Ipv4Addr::LOCALHOST, 8080));
    Issuer::new(mark, here, ADDRESS, vec![somebody], ports).unwrap()
}

/// The actor of that word.
pub fn actor(who: &str) -> Actor {
    let official = |number, authority, role| {
        let id = OfficialId::from_bytes([number; 16]);
        Actor::official(id, authority, Code::new(role).unwrap())
    };
    let person = |number, name| Actor::resident(PersonId::from_bytes([number; 16]), name);
    let actor = match who {
        "anna" | "weak" => person(1, "Annageheim"),
        "beat" => person(2, "Beat Beispiel"),
        "rita" => person(3, "Ritageheim"),
        "here" => official(11, HERE, "clerk"),
        "elsewhere" => official(12, ELSEWHERE, "clerk"),
        "involved" => official(13, INVOLVED, "clerk"),
        "overseer" => official(14, services::register::CANTON, "overseer"),
        "cantonal" => official(15, CANTONAL, "clerk"),
        "steward" => official(16, HERE, Actor::STEWARD),
        "operator" => Actor::installation(),
        other => panic!("nobody is called {other}"),
    };
    let sure = if who == "weak" {
        Assurance::LOW
    } else {
        Assurance::HIGH
    };
    actor.with_assurance(sure)
}

/// A service whose cases municipalities handle, or the canton's own office.
fn service(name: &str, cantonal: bool) -> Service {
    let builder = Service::builder(name, Labels::de("Bewilligung"))
        .valid_from(2020, 1, 1)
        .required(
            "municipality",
            Labels::de("Gemeinde"),
            FieldKind::Municipality,
        )
        .plain("municipality", "Bezeichnet eine Behörde, keine Person")
        .required(
            "purpose",
            Labels::de("Zweck"),
            FieldKind::Text { max_length: 200 },
        )
        .phase("review", Labels::de("Prüfung"))
        .phase("enquiry", Labels::de("Abklärung"))
        .task("review", "check", Labels::de("Prüfen"))
        .task_by_hand("visit", Labels::de("Besuchen"))
        .document("plan", Labels::de("Plan"), false)
        .outcome("granted", Labels::de("Bewilligt"))
        .outcome("refused", Labels::de("Abgelehnt"))
        .disclosure(Disclosure::narrow("Gesetz"))
        .assurance_to_submit(Assurance::SUBSTANTIAL)
        .assurance_to_read(Assurance::SUBSTANTIAL)
        .oversight("canton", "overseer");
    let builder = if cantonal {
        builder.authority(CANTONAL)
    } else {
        builder.municipality_of("municipality").involve(INVOLVED)
    };
    builder.build().unwrap()
}

pub struct World {
    pub kanzlei: Kanzlei,
    router: Router,
    asked: AtomicU32,
    _directory: TempDir,
}

/// What the names in braces of a row's path and body stand for.
#[derive(Clone)]
pub struct Given {
    pub case: CaseId,
    pub command: CommandId,
    pub draft: String,
    pub version: u64,
    /// A document that the viewer has uploaded.
    pub digest: String,
}

/// An answer, as far as the table is interested in it.
pub struct Answer {
    pub status: StatusCode,
    pub location: String,
    pub text: String,
}

impl World {
    pub async fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        // No power is lost here, and the table asks for hundreds of cases.
        let every = Duration::from_mins(1);
        let kanzlei = Kanzlei::open(directory.path())
            .sync(SyncPolicy::Buffered { every })
            .vault(MemoryKeyVault::new(Arc::new(SystemEntropy)).unwrap())
            .register(services::register::lucerne().unwrap())
            .service(service("permit", false))
            .service(service("cantonal-permit", true))
            .start()
            .unwrap();
        while kanzlei.up_to_date().await.is_err() {
            tokio::task::yield_now().await;
        }
        let portal = Portal::new(kanzlei.clone(), ADDRESS).issuer(issuer(&kanzlei));
        Self {
            router: portal.sign_in(Arc::new(ByWord)).router(),
            kanzlei,
            asked: AtomicU32::new(0),
            _directory: directory,
        }
    }

    /// Where the log ends.
    pub fn end(&self) -> Position {
        self.kanzlei.engine().ports().store.watermark().now()
    }

    /// A case of Anna's with everything in it, and what was done with it further; and a draft.
    pub async fn given(&self, what: &str) -> Given {
        let anna = self.kanzlei.act_as(actor("anna"));
        let cantonal = what == "cantonal";
        let (service, purpose) = if cantonal {
            ("cantonal-permit", "Kantonsgeheim")
        } else {
            ("permit", "Zweckgeheim")
        };
        let form = Form::new()
            .with("municipality", HERE)
            .unwrap()
            .with("purpose", purpose)
            .unwrap();
        let receipt = anna.submit(service, form).await.unwrap();
        let case = receipt.case;
        let office = self
            .kanzlei
            .act_as(actor(if cantonal { "cantonal" } else { "here" }));
        if !cantonal {
            let plan = self.uploaded("anna", "@!").await;
            let named = serde_json::json!({"kind": "plan", "digest": plan}).to_string();
            let path = format!("/api/cases/{case}/documents");
            let added = self.ask("anna", "POST", &path, &named).await;
            assert!(added.status.is_success(), "{}", added.text);
            for command in everything().into_iter().chain(further(what)) {
                office.act(case, command).await.unwrap();
            }
        }
        self.kanzlei.up_to_date().await.unwrap();
        let version = office.case(case).await.unwrap()[0]
            .outline()
            .unwrap()
            .version
            .0;
        Given {
            case,
            command: receipt.command,
            draft: self.draft().await,
            version: version.into(),
            digest: "0".repeat(64),
        }
    }

    /// Uploads a document, and gives what a case names it by.
    pub async fn uploaded(&self, who: &str, file: &str) -> String {
        let answer = self.ask(who, "POST", "/api/uploads", file).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
        let answer: serde_json::Value = serde_json::from_str(&answer.text).unwrap();
        answer["digest"].as_str().unwrap().to_owned()
    }

    /// Takes away what was given of which one can't have many.
    pub async fn taken(&self, given: &Given) {
        let path = format!("/api/me/drafts/{}", given.draft);
        self.ask("anna", "DELETE", &path, "").await;
    }

    /// A draft of Anna's.
    async fn draft(&self) -> String {
        let content = serde_json::json!({
            "service": "permit", "edition": 1, "step": 1,
            "fields": {"municipality": "1061", "purpose": "Entwurfgeheim"},
        });
        let made = self
            .ask("anna", "POST", "/api/me/drafts", &content.to_string())
            .await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
        let made: serde_json::Value = serde_json::from_str(&made.text).unwrap();
        made["draft"].as_str().unwrap().to_owned()
    }

    /// Somebody sends a request: JSON where the body begins so, a form with a file where it begins
    /// with an `@`, else a form.
    pub async fn ask(&self, who: &str, method: &str, path: &str, body: &str) -> Answer {
        let body = &with_file(body);
        let kind = if body.starts_with("--x") {
            "multipart/form-data; boundary=x"
        } else if body.starts_with(['{', '[']) {
            "application/json"
        } else {
            "application/x-www-form-urlencoded"
        };
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, ADDRESS.trim_start_matches("http://"))
            .header(header::CONTENT_TYPE, kind)
            .header(header::ACCEPT_LANGUAGE, "de")
            .header("if-match", "\"1\"")
            .header("sec-fetch-site", "same-origin");
        if method != "PUT" || !path.contains("/drafts/") {
            request.headers_mut().unwrap().remove("if-match");
        }
        if who != "nobody" {
            request = request.header("x-who", who);
        }
        let number = self.asked.fetch_add(1, Ordering::Relaxed);
        let address = SocketAddr::from((Ipv4Addr::from(0x0a00_0000 + number), 80));
        let request = request
            .header("x-number", number)
            .extension(ConnectInfo(address))
            .body(Body::from(body.to_owned()))
            .unwrap();
        let answer = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = answer.into_parts();
        let header = |name: &str| {
            let value = parts.headers.get(name);
            value.map_or_else(String::new, |value| value.to_str().unwrap().to_owned())
        };
        // A stream has no end: that it has begun is the answer.
        let text = if header("content-type").starts_with("text/event-stream") {
            String::new()
        } else {
            let bytes = to_bytes(body, usize::MAX).await.unwrap();
            String::from_utf8_lossy(&bytes).replace(&header("x-request-id"), "REQUEST")
        };
        Answer {
            status: parts.status,
            location: header("location"),
            text,
        }
    }
}

/// The pairs after an `@` as a form with a file, as browsers send it; after `@!` a file that is one of
/// Anna's secrets.
fn with_file(body: &str) -> String {
    let Some(pairs) = body.strip_prefix('@') else {
        return body.to_owned();
    };
    let part = |pair: &str| {
        let (name, value) = pair.split_once('=').unwrap();
        format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let (pairs, name, text) = match pairs.strip_prefix('!') {
        Some(pairs) => (pairs, "Namegeheim", "Plangeheim"),
        None => (pairs, "Plan", "Plan"),
    };
    let pairs = pairs.split('&').filter(|pair| !pair.is_empty());
    let file = format!(
        "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}.pdf\"\r\n\
                Content-Type: application/pdf\r\n\r\n%PDF-1.4\n{text}\n%%EOF\n\r\n--x--\r\n"
    );
    format!("{}{file}", pairs.map(part).collect::<String>())
}

/// What the office does with every case before anybody asks for it.
fn everything() -> Vec<Command> {
    let details = PartyDetails {
        person: Some(PersonId::from_bytes([3; 16])),
        name: "Ritageheim".to_owned(),
    };
    vec![
        Command::AddParty {
            role: Code::new("representative").unwrap(),
            details,
        },
        Command::SendMessage {
            internal: false,
            text: "Botschaftgeheim".to_owned(),
        },
        Command::SendMessage {
            internal: true,
            text: "Notizgeheim".to_owned(),
        },
        Command::RequestInformation {
            of: PartyId(1),
            text: "Fragegeheim".to_owned(),
        },
    ]
}

/// What it does further, by the word in the table.
fn further(what: &str) -> Vec<Command> {
    let task = TaskId(1);
    let decision = Command::IssueDecision {
        outcome: Code::new("granted").unwrap(),
        grounds: "Gut".to_owned(),
    };
    match what {
        "claimed" => vec![Command::ClaimTask { task }],
        "handed" => vec![Command::HandOver {
            to: ELSEWHERE,
            reason: "Umzug".to_owned(),
        }],
        "done" => vec![
            Command::ClaimTask { task },
            Command::CompleteTask { task },
            decision,
        ],
        "closed" => vec![
            Command::ClaimTask { task },
            Command::CompleteTask { task },
            decision,
            Command::Close,
        ],
        _ => Vec::new(),
    }
}
