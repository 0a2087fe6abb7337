//! Who do you want to be? The page of the demonstration's issuer.

use std::fmt::Write as _;

use askama::Template;
use axum::Extension;
use axum::extract::{Form, Query};
use axum::response::{IntoResponse, Redirect, Response};

use super::grants::Grant;
use super::person::{Group, Person, Who};
use super::token::{USUAL_ASSURANCE, assurance};
use super::{CLIENT, Issuer};
use crate::web::headers::encoded;
use crate::web::page::{Frame, May, Pages};
use crate::web::trouble::Trouble;
use crate::web::visit::Visit;

pub(super) fn pages() -> Pages {
    Pages::new()
        .get("/issuer/authorize", May::Everybody, show)
        .post("/issuer/authorize", May::Everybody, grant)
}

/// What the portal asks for (`OpenID` Connect Core, section 3.1.2.1).
struct Asked(Vec<(String, String)>);

impl Asked {
    fn get(&self, name: &str) -> Option<&str> {
        let mut pairs = self.0.iter();
        pairs
            .find(|(one, _)| one == name)
            .map(|(_, value)| value.as_str())
    }

    /// A request that this portal has sent; to anybody else nothing is said.
    fn of(issuer: &Issuer, pairs: Vec<(String, String)>) -> Result<Self, Trouble> {
        let asked = Self(pairs);
        let redirect = issuer.0.redirect_uri();
        let known = asked.get("client_id") == Some(CLIENT)
            && asked.get("redirect_uri") == Some(redirect.as_str());
        if known {
            Ok(asked)
        } else {
            Err(Trouble::Unreadable)
        }
    }

    /// What it lacks, in the standard's words.
    fn mistake(&self) -> Option<&'static str> {
        if self.get("response_type") != Some("code") {
            return Some("unsupported_response_type");
        }
        let scopes = self.get("scope").unwrap_or_default();
        if !scopes.split(' ').any(|scope| scope == "openid") {
            return Some("invalid_scope");
        }
        let challenge = self.get("code_challenge").unwrap_or_default();
        if self.get("code_challenge_method") != Some("S256") || challenge.len() != 43 {
            return Some("invalid_request");
        }
        // Nobody is signed in here: one chooses each time.
        (self.get("prompt") == Some("none")).then_some("login_required")
    }

    /// Back to the portal, with the answer.
    fn back(&self, issuer: &Issuer, answer: &str, value: &str) -> Response {
        let mut place = format!("{}?{answer}={}", issuer.0.redirect_uri(), encoded(value));
        let pairs = [
            ("state", self.get("state").unwrap_or_default()),
            ("iss", &issuer.0.name()),
        ];
        for (name, value) in pairs {
            // A string takes everything that is written to it.
            let _ = write!(place, "&{name}={}", encoded(value));
        }
        Redirect::to(&place).into_response()
    }

    /// The assurance that is asked for.
    fn assurance(&self) -> &'static str {
        let values = self.get("acr_values").unwrap_or_default();
        let mut known = values.split(' ').filter_map(assurance);
        known.next().unwrap_or(USUAL_ASSURANCE)
    }

    fn grant(&self, issuer: &Issuer, person: &Person, assurance: &'static str) -> Response {
        let Ok(code) = issuer.0.secret() else {
            return self.back(issuer, "error", "server_error");
        };
        let grant = Grant {
            person: person.key.clone(),
            assurance,
            nonce: self.get("nonce").map(str::to_owned),
            challenge: self.get("code_challenge").unwrap_or_default().to_owned(),
        };
        issuer.0.grants.keep(code.clone(), grant, issuer.0.now());
        self.back(issuer, "code", &code)
    }
}

#[derive(Template)]
#[template(path = "issuer/authorize.html")]
struct Page {
    frame: Frame,
    asked: Vec<(String, String)>,
    weak: bool,
    groups: Vec<(String, Vec<Row>)>,
}

struct Row {
    key: String,
    name: String,
    about: String,
}

async fn show(
    visit: Visit,
    Extension(issuer): Extension<Issuer>,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Response, Trouble> {
    let asked = Asked::of(&issuer, pairs)?;
    if let Some(mistake) = asked.mistake() {
        return Ok(asked.back(&issuer, "error", mistake));
    }
    let hinted = asked.get("login_hint").and_then(|key| issuer.0.person(key));
    if let Some(person) = hinted {
        return Ok(asked.grant(&issuer, person, asked.assurance()));
    }
    let group = |group: Group, key: &str| {
        let people = issuer
            .people()
            .iter()
            .filter(|person| person.group == group);
        (
            visit.words.t(key),
            people.map(|person| row(&visit, person)).collect(),
        )
    };
    visit.show(&Page {
        frame: visit.frame(visit.words.t("issuer-title")),
        weak: asked.assurance() == "low",
        groups: vec![
            group(Group::Residents, "issuer-residents"),
            group(Group::Offices, "issuer-offices"),
            group(Group::Canton, "issuer-canton"),
            group(Group::Operation, "issuer-operation"),
        ],
        asked: asked.0,
    })
}

fn row(visit: &Visit, person: &Person) -> Row {
    let words = visit.words;
    let about = match &person.who {
        Who::Resident(_) => {
            let count = i64::try_from(person.cases).unwrap_or(i64::MAX);
            let cases = words.t1("issuer-cases", "count", count);
            let more = [
                (person.represents, "issuer-represents"),
                (person.turn, "issuer-turn"),
            ];
            let more = more.into_iter().filter(|(is_so, _)| *is_so);
            more.fold(cases, |said, (_, key)| format!("{said}; {}", words.t(key)))
        }
        Who::Official(_, authority, role) => {
            let authority = visit.authority_name(*authority, visit.today());
            let role = words.t(&format!("issuer-role-{role}"));
            format!("{role}, {authority}")
        }
        Who::Operator => words.t("issuer-operator"),
    };
    Row {
        key: person.key.clone(),
        name: person.name.clone(),
        about,
    }
}

/// Somebody has chosen.
async fn grant(
    Extension(issuer): Extension<Issuer>,
    Form(mut pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Trouble> {
    let mut chosen = |name: &str| {
        let at = pairs.iter().position(|(one, _)| one == name)?;
        Some(pairs.remove(at).1)
    };
    let (person, level) = (chosen("person"), chosen("assurance"));
    let asked = Asked::of(&issuer, pairs)?;
    if let Some(mistake) = asked.mistake() {
        return Ok(asked.back(&issuer, "error", mistake));
    }
    let Some(person) = person.and_then(|key| issuer.0.person(&key)) else {
        return Ok(asked.back(&issuer, "error", "access_denied"));
    };
    let level = level
        .and_then(|word| assurance(&word))
        .unwrap_or(asked.assurance());
    Ok(asked.grant(&issuer, person, level))
}
