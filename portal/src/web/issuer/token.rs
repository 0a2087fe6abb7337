//! `POST /issuer/token`: what a code is worth; and, since this is a demonstration, a token for
//! anybody whom one names, so that programs can try the interface.

use std::collections::HashMap;

use axum::Json;
use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::http::header::CACHE_CONTROL;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::grants::Grant;
use super::{AUDIENCE, CLIENT, Inner, Issuer, Person};

/// How long an identity token is good, in seconds: the portal reads it at once.
const IDENTITY_SECONDS: i64 = 300;
/// How long an access token is good, in seconds.
const ACCESS_SECONDS: i64 = 3_600;

/// How surely somebody is known, if they say nothing of it.
pub(super) const USUAL_ASSURANCE: &str = "substantial";

/// What a program is told that names nobody who is known, or an assurance that isn't.
const NO_PERSON: &str = "invalid_request";

/// The words for how surely somebody is known.
pub(super) fn assurance(word: &str) -> Option<&'static str> {
    ["low", "substantial"]
        .into_iter()
        .find(|known| *known == word)
}

pub(super) async fn token(
    State(issuer): State<Issuer>,
    Form(sent): Form<HashMap<String, String>>,
) -> Response {
    let text = |name: &str| sent.get(name).map_or("", String::as_str);
    let given = match text("grant_type") {
        "authorization_code" => issuer.0.by_code(text),
        "client_credentials" => issuer.0.for_person(text),
        _ => Err("unsupported_grant_type"),
    };
    let (status, said) = match given {
        Ok(given) => (StatusCode::OK, given),
        Err(error) if error == NO_PERSON => {
            let said = json!({ "error": error, "error_description": issuer.0.whom_to_name() });
            (StatusCode::BAD_REQUEST, said)
        }
        Err(error) => (StatusCode::BAD_REQUEST, json!({ "error": error })),
    };
    (status, [(CACHE_CONTROL, "no-store")], Json(said)).into_response()
}

impl Inner {
    fn by_code<'a>(&self, text: impl Fn(&str) -> &'a str) -> Result<Value, &'static str> {
        if text("client_id") != CLIENT || text("redirect_uri") != self.redirect_uri() {
            return Err("invalid_client");
        }
        let grant = self
            .grants
            .take(text("code"), text("code_verifier"), self.now());
        let grant = grant.ok_or("invalid_grant")?;
        let person = self.person(&grant.person).ok_or("invalid_grant")?;
        self.tokens(person, &grant).ok_or("server_error")
    }

    fn for_person<'a>(&self, text: impl Fn(&str) -> &'a str) -> Result<Value, &'static str> {
        let person = self.person(text("person")).ok_or(NO_PERSON)?;
        let wanted = match text("assurance") {
            "" => USUAL_ASSURANCE,
            other => assurance(other).ok_or(NO_PERSON)?,
        };
        let session = self.secret().map_err(|_| "server_error")?;
        let token = self
            .access_token(person, wanted, &session)
            .ok_or("server_error")?;
        Ok(json!({
            "access_token": token, "token_type": "Bearer", "expires_in": ACCESS_SECONDS,
        }))
    }

    fn whom_to_name(&self) -> String {
        let people: Vec<_> = self.people.iter().map(|one| one.key.as_str()).collect();
        let people = people.join(", ");
        format!("person is one of {people}; assurance, if it is there, is low or substantial")
    }

    fn tokens(&self, person: &Person, grant: &Grant) -> Option<Value> {
        let session = self.secret().ok()?;
        let mut claims = self.claims(person, grant.assurance, &session, IDENTITY_SECONDS);
        claims.extend([
            ("aud".to_owned(), json!(CLIENT)),
            ("auth_time".to_owned(), json!(self.now())),
        ]);
        let nonce = grant
            .nonce
            .as_ref()
            .map(|nonce| ("nonce".to_owned(), json!(nonce)));
        claims.extend(nonce);
        Some(json!({
            "id_token": self.key.sign("JWT", &Value::Object(claims)).ok()?,
            "access_token": self.access_token(person, grant.assurance, &session)?,
            "token_type": "Bearer",
            "expires_in": ACCESS_SECONDS,
        }))
    }

    fn access_token(&self, person: &Person, assurance: &str, session: &str) -> Option<String> {
        let mut claims = self.claims(person, assurance, session, ACCESS_SECONDS);
        claims.extend([
            ("aud".to_owned(), json!(AUDIENCE)),
            ("client_id".to_owned(), json!(CLIENT)),
            ("jti".to_owned(), json!(self.secret().ok()?)),
        ]);
        self.key.sign("at+jwt", &Value::Object(claims)).ok()
    }

    fn claims(
        &self,
        person: &Person,
        assurance: &str,
        session: &str,
        seconds: i64,
    ) -> serde_json::Map<String, Value> {
        let (mut claims, now) = (person.claims(), self.now());
        claims.extend([
            ("iss".to_owned(), json!(self.name())),
            ("iat".to_owned(), json!(now)),
            ("exp".to_owned(), json!(now + seconds)),
            ("acr".to_owned(), json!(assurance)),
            ("sid".to_owned(), json!(session)),
        ]);
        claims
    }
}
