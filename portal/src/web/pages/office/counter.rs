//! At the counter: an official fills in a service's form for somebody who stands before them, and
//! hands it in in their name.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kanzlei::core::domain::event::PartyDetails;
use kanzlei::core::domain::{Competence, Field};
use kanzlei::core::engine::Order;
use kanzlei::{Command, Form, Refusal, Service};

use super::desk::address;
use crate::web::form::{Input, Typed, Wrong, read, says};
use crate::web::offer::Offer;
use crate::web::page::{Frame, May, Pages};
use crate::web::parts::Problems;
use crate::web::posted::Posted;
use crate::web::trouble::{Trouble, refusal_in_words};
use crate::web::visit::Visit;
use crate::web::words::Label;

pub(super) fn pages() -> Pages {
    Pages::new()
        .get("/counter", May::Office, list)
        .get("/counter/{service}", May::Office, show)
        .post("/counter/{service}", May::Office, hand_in)
}

#[derive(Template)]
#[template(path = "office/counter.html")]
struct List {
    frame: Frame,
    services: Vec<(String, Label)>,
}

/// The services that the own office can take at its counter.
async fn list(visit: Visit) -> Result<Response, Trouble> {
    let offer = Offer::of(&visit);
    let own = visit.authority()?;
    let services = offer.services(&visit).into_iter();
    let taken = services.filter(|edition| {
        let service = edition.service.as_ref();
        let ours = match service.competence {
            Competence::Fixed(authority) => authority == own,
            Competence::MunicipalityOf(_) => true,
        };
        ours && offer.catalogue.takes_part(service.key(), own, offer.today)
    });
    visit.show(&List {
        frame: visit.frame(visit.words.t("counter-title")),
        services: taken
            .map(|edition| {
                let service = &edition.service;
                let address = format!("/counter/{}", service.name);
                (address, visit.words.label(&service.labels))
            })
            .collect(),
    })
}

#[derive(Template)]
#[template(path = "office/counter_form.html")]
struct Page {
    frame: Frame,
    problems: Problems,
    address: String,
    name: String,
    inputs: Vec<Input>,
    key: String,
}

async fn show(visit: Visit, Path(name): Path<String>) -> Result<Response, Trouble> {
    let offer = Offer::of(&visit);
    let edition = offer.service(&name).ok_or(Trouble::NotFound)?;
    let typed = begun(&edition.service, &visit)?;
    let posted = Posted::default();
    let problems = Problems::none(visit.words);
    let sheet = Sheet {
        visit: &visit,
        offer: &offer,
        service: &edition.service,
        typed,
        posted: &posted,
    };
    sheet.shown(problems, &[], StatusCode::OK)
}

/// The field that decides who is responsible names the own office: no other counter can take it.
fn begun(service: &Service, visit: &Visit) -> Result<Typed, Trouble> {
    let mut typed = Typed::new();
    if let Competence::MunicipalityOf(code) = &service.competence {
        typed.insert(code.to_string(), visit.authority()?.to_string());
    }
    Ok(typed)
}

async fn hand_in(
    visit: Visit,
    Path(name): Path<String>,
    posted: Posted,
) -> Result<Response, Trouble> {
    let offer = Offer::of(&visit);
    let edition = offer.service(&name).ok_or(Trouble::NotFound)?;
    let service = edition.service.as_ref();
    let key = posted.key()?;
    let typed: Typed = posted.pairs().iter().cloned().collect();
    let fields: Vec<&Field> = service.fields.iter().collect();
    let (form, wrong) = read(service, &fields, &typed);
    let words = visit.words;
    let mut problems = Problems::none(words);
    let person = posted.get("applicant");
    if person.is_none() {
        problems.add("applicant", Label::plain(words.t("counter-no-name")));
    }
    let sheet = Sheet {
        visit: &visit,
        offer: &offer,
        service,
        typed,
        posted: &posted,
    };
    let Some(person) = person.filter(|_| wrong.is_empty()) else {
        return sheet.shown(problems, &wrong, StatusCode::UNPROCESSABLE_ENTITY);
    };
    let command = submission(service, form, person);
    match visit
        .session
        .send(Order::new(key, None, command))
        .await
        .map_err(Trouble::from)
    {
        Ok(receipt) => Ok(visit.to(&format!("{}?done=1", address(receipt.case)))),
        Err(Trouble::Refused(refusal)) => {
            refused(&mut problems, &visit, &refusal);
            sheet.shown(problems, &[], StatusCode::UNPROCESSABLE_ENTITY)
        }
        Err(other) => Err(other),
    }
}

fn submission(service: &Service, form: Form, person: &str) -> Command {
    Command::Submit {
        service: service.name.clone(),
        form,
        applicant: Some(PartyDetails {
            person: None,
            name: person.to_owned(),
        }),
    }
}

fn refused(problems: &mut Problems, visit: &Visit, refusal: &Refusal) {
    let field = refusal.field.as_ref().map_or("", kanzlei::Code::as_str);
    problems.add(field, refusal_in_words(visit.words, refusal));
}

/// The form with what was typed.
struct Sheet<'a> {
    visit: &'a Visit,
    offer: &'a Offer,
    service: &'a Service,
    typed: Typed,
    posted: &'a Posted,
}

impl Sheet<'_> {
    fn shown(
        self,
        mut problems: Problems,
        wrong: &[Wrong],
        status: StatusCode,
    ) -> Result<Response, Trouble> {
        let (visit, service) = (self.visit, self.service);
        let words = visit.words;
        let municipalities = self.offer.municipalities();
        let mut inputs = Vec::with_capacity(service.fields.len());
        for field in &service.fields {
            let code = field.code.as_str();
            let found = wrong.iter().find(|one| one.field == code);
            let found = found.map(|one| one.code);
            if let Some(wrong) = found {
                problems.add(code, Label::plain(says(words, field, wrong)));
            }
            let input = Input::new(words, field, &self.typed, found, &municipalities);
            inputs.push(input);
        }
        let frame = visit
            .frame(service.labels.get(words.language()))
            .back("/counter", "counter-back")
            .failed(!problems.is_empty())
            .checked();
        // What was sent and refused is sent again under the same key: it has done nothing.
        let key = match self.posted.get("key") {
            Some(key) => key.to_owned(),
            None => visit.new_key()?.to_string(),
        };
        let page = Page {
            frame,
            problems,
            address: format!("/counter/{}", service.name),
            name: self.posted.raw("applicant").to_owned(),
            inputs,
            key,
        };
        Ok((status, visit.show(&page)?).into_response())
    }
}
