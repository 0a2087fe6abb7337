//! An issuer on this machine, and a hall of an installation that trusts it.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use axum::extract::{Form, State};
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::http::{Request, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use kanzlei_adapters::http::{NotSignedIn, Viewer};
use kanzlei_adapters::oidc::{MemoryShelf, Settings, Shelf, SignIns};
use kanzlei_core::engine::Ports;
use kanzlei_core::testing::{FixedEntropy, ManualClock};
use kanzlei_store::{MemoryEventStore, MemoryKeyVault};
use openidconnect::{PkceCodeChallenge, PkceCodeVerifier};
use serde_json::{Value, json};
use tokio::net::TcpListener;

pub const CLIENT: &str = "kanzlei-portal";
pub const PORTAL: &str = "http://127.0.0.1:9";

/// The key that follows from a number.
pub fn key(number: u8) -> EncodingKey {
    let der = [
        0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20,
    ];
    EncodingKey::from_ed_der(&[&der[..], &[number; 32]].concat())
}

/// An issuer.
#[derive(Clone)]
pub struct Issuer(Arc<Inner>);

pub struct Inner {
    pub address: String,
    /// The number of the key with which it signs, and of those that it shows.
    keys: Mutex<(u8, Vec<u8>)>,
    codes: Mutex<HashMap<String, Granted>>,
    pub answers: AtomicBool,
    /// How often its keys were asked for.
    pub asked: AtomicUsize,
}

/// What a code is worth.
struct Granted {
    challenge: String,
    redirect: String,
    claims: Value,
}

impl std::ops::Deref for Issuer {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl Issuer {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = Self(Arc::new(Inner {
            address: format!("http://{}", listener.local_addr().unwrap()),
            keys: Mutex::new((1, vec![1])),
            codes: Mutex::default(),
            answers: AtomicBool::new(true),
            asked: AtomicUsize::new(0),
        }));
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(description))
            .route("/keys", get(keys))
            .route("/token", post(token))
            .with_state(issuer.clone());
        tokio::spawn(async { axum::serve(listener, router).await });
        issuer
    }

    /// Signs with this key from now on, and shows these.
    pub fn rotate(&self, signs: u8, shows: &[u8]) {
        *self.keys.lock().unwrap() = (signs, shows.to_vec());
    }

    pub fn header(&self) -> Header {
        let number = self.keys.lock().unwrap().0;
        let mut header = Header::new(Algorithm::EdDSA);
        header.kid = Some(format!("key-{number}"));
        header
    }

    pub fn sign(&self, claims: &Value) -> String {
        let number = self.keys.lock().unwrap().0;
        encode(&self.header(), claims, &key(number)).unwrap()
    }

    /// Claims of a resident, whom the interface may serve for ten minutes from `now`.
    pub fn claims(&self, now: i64) -> Value {
        json!({
            "iss": self.address, "aud": "kanzlei", "sub": "anna", "name": "Anna Muster",
            "iat": now, "exp": now + 600, "jti": "token-1", "sid": "session-1",
            "acr": "two",
        })
    }

    /// A code for claims, as the page would give it on which somebody chooses who they are.
    pub fn grant(&self, asked: &HashMap<String, String>, claims: Value) -> String {
        assert_eq!(asked["code_challenge_method"], "S256");
        assert_eq!(asked["response_type"], "code");
        let mut codes = self.codes.lock().unwrap();
        let code = format!("code-{}", codes.len());
        let granted = Granted {
            challenge: asked["code_challenge"].clone(),
            redirect: asked["redirect_uri"].clone(),
            claims,
        };
        codes.insert(code.clone(), granted);
        code
    }
}

async fn description(State(issuer): State<Issuer>) -> Response {
    if !issuer.answers.load(Ordering::SeqCst) {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    let at = &issuer.address;
    Json(json!({
        "issuer": at,
        "jwks_uri": format!("{at}/keys"),
        "authorization_endpoint": format!("{at}/authorize"),
        "token_endpoint": format!("{at}/token"),
        "end_session_endpoint": format!("{at}/end"),
    }))
    .into_response()
}

async fn keys(State(issuer): State<Issuer>) -> Json<Value> {
    issuer.asked.fetch_add(1, Ordering::SeqCst);
    let shown = issuer.keys.lock().unwrap().1.clone();
    let public = |number: u8| {
        let mut jwk = Jwk::from_encoding_key(&key(number), Algorithm::EdDSA).unwrap();
        jwk.common.key_id = Some(format!("key-{number}"));
        json!(jwk)
    };
    let strange = json!({"kty": "of another time", "kid": "x"});
    let keys: Vec<Value> = shown.into_iter().map(public).chain([strange]).collect();
    Json(json!({ "keys": keys }))
}

async fn token(
    State(issuer): State<Issuer>,
    Form(sent): Form<HashMap<String, String>>,
) -> Response {
    let no = || {
        (
            StatusCode::BAD_REQUEST,
            Json(json!({"error": "invalid_grant"})),
        )
            .into_response()
    };
    // A code is taken once, whatever comes of it.
    let Some(granted) = issuer.codes.lock().unwrap().remove(&sent["code"]) else {
        return no();
    };
    let verifier = PkceCodeVerifier::new(sent["code_verifier"].clone());
    let challenge = PkceCodeChallenge::from_code_verifier_sha256(&verifier);
    if challenge.as_str() != granted.challenge || sent["redirect_uri"] != granted.redirect {
        return no();
    }
    let token = issuer.sign(&granted.claims);
    Json(json!({"access_token": "x", "token_type": "Bearer", "id_token": token})).into_response()
}

/// An installation's ways of signing in.
pub struct Hall {
    pub sign_ins: SignIns,
    pub clock: Arc<ManualClock>,
    pub shelf: Arc<dyn Shelf>,
    ports: Ports,
    settings: String,
}

/// Settings that trust an issuer.
pub fn settings(issuer: &Issuer) -> String {
    format!(
        "[[issuer]]\nname = \"test\"\nissuer = \"{}\"\naudiences = [\"kanzlei\"]\n\
         algorithms = [\"EdDSA\"]\n\
         [issuer.claims]\nauthority = \"office.number\"\nroles = \"office.roles\"\n\
         person = \"person\"\nassurance = \"acr\"\n\
         [issuer.assurance]\none = \"low\"\ntwo = \"substantial\"\nthree = \"high\"\n\
         [[issuer.roles]]\nvalue = \"ops\"\noperator = true\n\
         [[issuer.roles]]\nvalue = \"sb\"\nrole = \"clerk\"\n\
         [issuer.browser]\nclient_id = \"{CLIENT}\"\nscopes = [\"profile\"]\n",
        issuer.address
    )
}

impl Hall {
    pub async fn trusting(issuer: &Issuer) -> Self {
        Self::with(settings(issuer)).await
    }

    pub async fn with(settings: String) -> Self {
        let clock = Arc::new(ManualClock::at("2026-01-05T09:30:00Z".parse().unwrap()));
        let entropy = Arc::new(FixedEntropy::new(1));
        let ports = Ports {
            store: Arc::new(MemoryEventStore::new(clock.clone())),
            vault: Arc::new(MemoryKeyVault::new(entropy.clone()).unwrap()),
            clock: clock.clone(),
            entropy,
        };
        let shelf: Arc<dyn Shelf> = Arc::new(MemoryShelf::new(clock.clone()));
        let sign_ins = open(&settings, &ports, &shelf).await;
        Self {
            sign_ins,
            clock,
            shelf,
            ports,
            settings,
        }
    }

    /// As after the program was started anew.
    pub async fn again(&mut self) {
        self.sign_ins = open(&self.settings, &self.ports, &self.shelf).await;
    }

    /// Seconds since 1970.
    pub fn now(&self) -> i64 {
        use kanzlei_core::ports::Clock;
        self.clock.now().micros() / 1_000_000
    }

    pub fn wait(&self, seconds: i64) {
        self.clock.move_by(seconds * 1_000_000);
    }

    /// Who sends a token.
    pub async fn who(&self, token: &str) -> Result<Viewer, NotSignedIn> {
        let value = format!("Bearer {token}");
        let request = Request::builder().header(AUTHORIZATION, value);
        self.viewer(&request.body(()).unwrap().into_parts().0)
            .await
            .map(Option::unwrap)
    }

    pub async fn viewer(&self, request: &Parts) -> Result<Option<Viewer>, NotSignedIn> {
        self.sign_ins.any().viewer(request).await
    }
}

async fn open(settings: &str, ports: &Ports, shelf: &Arc<dyn Shelf>) -> SignIns {
    let settings = Settings::from_toml(settings).unwrap();
    let here = std::path::Path::new(".");
    SignIns::open(settings, ports, Arc::clone(shelf), PORTAL, here)
        .await
        .unwrap()
}
