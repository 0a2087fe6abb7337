//! Publishing an edition from a file: checked first, with what would change, then done.

use askama::Template;
use axum::extract::Multipart;
use axum::extract::multipart::MultipartRejection;
use axum::response::Response;
use kanzlei::core::domain::{ServiceFileErrors, publish_edition};
use kanzlei::{AuthorityId, Order, Service};

use super::named;
use crate::web::editions::{Group, Part, Reader, difference_in_words, in_words};
use crate::web::page::{Frame, May, Pages};
use crate::web::parts::Problems;
use crate::web::posted::Posted;
use crate::web::trouble::Trouble;
use crate::web::visit::Visit;
use crate::web::words::Label;

pub(super) fn pages() -> Pages {
    Pages::new()
        .get("/operator/publish", May::Operator, ask)
        .post("/operator/publish/check", May::Operator, check)
        .post("/operator/publish", May::Operator, publish)
}

/// The largest service file: what a form of a page can send back.
const BYTES_MAX: usize = 384 * 1024;

#[derive(Template)]
#[template(path = "operator/publish.html")]
struct Ask {
    frame: Frame,
    problems: Problems,
    text: String,
    /// What is wrong in the file, as it is shown on a terminal.
    mistakes: Option<String>,
}

#[derive(Template)]
#[template(path = "operator/publish-check.html")]
struct Checked {
    frame: Frame,
    lead: String,
    /// What would change; of a new service there is nothing to compare with.
    groups: Vec<Group>,
    parts: Vec<Part>,
    text: String,
    key: String,
}

async fn ask(visit: Visit) -> Result<Response, Trouble> {
    asked(&visit, Problems::none(visit.words), String::new(), None)
}

fn asked(
    visit: &Visit,
    problems: Problems,
    text: String,
    mistakes: Option<String>,
) -> Result<Response, Trouble> {
    visit.show(&Ask {
        frame: visit
            .frame(visit.words.t("publish-title"))
            .back("/operator/editions", "editions-title")
            .failed(!problems.is_empty()),
        problems,
        text,
        mistakes,
    })
}

/// The text of a file that was chosen, else the one that was typed.
async fn text_of(form: &mut Multipart) -> Result<String, Trouble> {
    let mut typed = String::new();
    while let Some(mut field) = form.next_field().await.map_err(|_| Trouble::Unreadable)? {
        let mut bytes = Vec::new();
        while let Some(chunk) = field.chunk().await.map_err(|_| Trouble::Unreadable)? {
            bytes.extend_from_slice(&chunk);
            if bytes.len() > BYTES_MAX {
                return Err(Trouble::TooLarge);
            }
        }
        let text = String::from_utf8(bytes).map_err(|_| Trouble::Unreadable)?;
        if !text.trim().is_empty() {
            typed = text;
        }
    }
    Ok(typed)
}

async fn check(
    visit: Visit,
    form: Result<Multipart, MultipartRejection>,
) -> Result<Response, Trouble> {
    let mut form = form.map_err(|_| Trouble::Unreadable)?;
    let text = text_of(&mut form).await?;
    let words = visit.words;
    if text.trim().is_empty() {
        let mut problems = Problems::none(words);
        problems.add("file", Label::plain(words.t("publish-no-file")));
        return asked(&visit, problems, text, None);
    }
    match Service::from_toml(&text) {
        Ok(service) => checked(&visit, &service, text),
        Err(errors) => mistaken(&visit, &errors, text),
    }
}

fn mistaken(visit: &Visit, errors: &ServiceFileErrors, text: String) -> Result<Response, Trouble> {
    let words = visit.words;
    let count = i64::try_from(errors.errors().len()).unwrap_or(i64::MAX);
    let mut problems = Problems::none(words);
    problems.add(
        "text",
        Label::plain(words.t1("publish-mistakes", "count", count)),
    );
    asked(visit, problems, text, Some(errors.to_string()))
}

fn checked(visit: &Visit, service: &Service, text: String) -> Result<Response, Trouble> {
    let words = visit.words;
    let catalogue = visit.site.kanzlei.catalogue();
    let names = |id: AuthorityId| named::authority(visit, id);
    let reader = Reader {
        words,
        authority: &names,
    };
    let last = catalogue.editions(service.key()).last();
    let number = last.map_or(1, |edition| edition.number + 1);
    let groups = last.map_or_else(Vec::new, |edition| {
        difference_in_words(reader, &edition.service, service)
    });
    if last.is_some() && groups.is_empty() {
        let mut problems = Problems::none(words);
        problems.add("file", Label::plain(words.t("publish-same")));
        return asked(visit, problems, text, None);
    }
    let parts = if last.is_some() {
        Vec::new()
    } else {
        in_words(reader, service)
    };
    visit.show(&Checked {
        frame: visit
            .frame(words.label(&service.labels).text)
            .back("/operator/publish", "publish-title"),
        lead: words.t1("publish-lead", "number", i64::from(number)),
        groups,
        parts,
        text,
        key: visit.new_key()?.to_string(),
    })
}

async fn publish(visit: Visit, posted: Posted) -> Result<Response, Trouble> {
    let text = posted.raw("text").to_owned();
    let service = match Service::from_toml(&text) {
        Ok(service) => service,
        Err(errors) => return mistaken(&visit, &errors, text),
    };
    let key = posted.key()?;
    let commands = publish_edition(&service);
    let count = commands.len();
    for (at, command) in commands.into_iter().enumerate() {
        // The last one publishes: under the form's key, so that a second click does nothing more.
        let sent = if at + 1 == count {
            visit.session.send(Order::new(key, None, command)).await
        } else {
            visit.session.administer(command).await
        };
        if let Err(error) = sent {
            return match Trouble::from(error) {
                Trouble::Refused(refusal) => {
                    let problems = Problems::refused(visit.words, &refusal);
                    asked(&visit, problems, text, None)
                }
                trouble => Err(trouble),
            };
        }
    }
    Ok(visit.to(&format!("/operator/editions/{}", service.name)))
}
