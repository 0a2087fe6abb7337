//! `show`: one case, as somebody sees it.

use std::path::Path;

use clap::Args;
use futures::executor::block_on;
use kanzlei::core::domain::{Contents, Disclosed};
use kanzlei::{Actor, Answer, CaseId, Kanzlei, Language, Standing, Value};
use owo_colors::OwoColorize;

use crate::failure::Failure;
use crate::installation;
use crate::output::Output;
use crate::viewer::{Viewer, clerk, overseer};
use crate::words::{Words, kind, moment};

/// Show a case with its time line.
#[derive(Debug, Args)]
pub struct Show {
    /// The case's reference or id, or how its id begins (at least four digits).
    case: String,
    /// Whose eyes to see it with: `party:N` (the case's party), `official:NUMBER` (an official of
    /// that authority) or `canton` (its overseer). Without it, an official of the authority
    /// responsible.
    #[arg(long = "as", value_name = "WHO")]
    viewer: Option<Viewer>,
}

pub fn run(store: &Path, out: &mut Output, show: &Show) -> Result<(), Failure> {
    let kanzlei = installation::open(store)?;
    block_on(kanzlei.up_to_date())?;
    let case = find(&kanzlei, &show.case)?;
    let answers = answers(&kanzlei, case, show.viewer)?;
    if out.json {
        return out.list(answers.into_iter().map(Ok));
    }
    for (index, answer) in answers.iter().enumerate() {
        if index > 0 {
            out.line("")?;
        }
        page(&kanzlei, out, answer, usize::MAX)?;
    }
    Ok(())
}

/// The one case that this reference or id means.
pub fn find(kanzlei: &Kanzlei, text: &str) -> Result<CaseId, Failure> {
    let catalogue = kanzlei.catalogue();
    let operator = kanzlei.queries().operate(&catalogue, kanzlei.today());
    match operator
        .find(text)
        .map_err(kanzlei::Error::from)?
        .as_slice()
    {
        [only] => Ok(*only),
        [] => Err(Failure::refused(format!(
            "there is no case {text}; `kanzlei cases` lists them"
        ))),
        several => {
            let several = several
                .iter()
                .map(|id| format!("\n  {} {id}", id.reference()));
            let several: String = several.collect();
            Err(Failure::refused(format!(
                "{text} can be each of these; give an id:{several}"
            )))
        }
    }
}

/// What a viewer sees of a case: more than one answer for who is several parties in it.
pub fn answers(
    kanzlei: &Kanzlei,
    case: CaseId,
    viewer: Option<Viewer>,
) -> Result<Vec<Answer>, Failure> {
    let operator = kanzlei.act_as(Actor::installation());
    let stand_in = |standing| block_on(operator.stand_in(case, standing)).map(|one| vec![one]);
    let answers = match viewer {
        None => stand_in(Standing::Responsible),
        Some(Viewer::Party(party)) => stand_in(Standing::Party(party)),
        Some(Viewer::Official(authority)) => block_on(kanzlei.act_as(clerk(authority)?).case(case)),
        Some(Viewer::Canton) => block_on(kanzlei.act_as(overseer(kanzlei)?).case(case)),
    };
    Ok(answers?)
}

/// A case in words, with so many of the last entries of its time line.
pub fn page(
    kanzlei: &Kanzlei,
    out: &mut Output,
    answer: &Answer,
    last: usize,
) -> Result<(), Failure> {
    let catalogue = kanzlei.catalogue();
    let title = answer.title();
    let key = kanzlei::ServiceKey::of(title.service.as_str());
    let edition = catalogue.edition(key, title.edition);
    let words = Words {
        catalogue: &catalogue,
        service: edition.map(|edition| edition.service.as_ref()),
        reader: match answer.standing() {
            Standing::Party(party) => Some(party),
            _ => None,
        },
    };
    let name = words
        .service
        .map_or(title.service.as_str(), |one| one.labels.get(Language::En));
    out.line(format_args!(
        "{}  {}  seen as {}",
        name.bold(),
        title.reference,
        answer.standing()
    ))?;
    let Some(outline) = answer.outline() else {
        return out.line("  withheld: who looks isn't known surely enough");
    };
    let mut state = format!("{:?}", outline.status).to_lowercase();
    if let Some(phase) = outline.phase.as_ref().filter(|_| state == "open") {
        state = format!("{state}, {}", words.phase(phase.as_str()));
    }
    if let Some(outcome) = &outline.outcome {
        state = format!("{state}, {}", words.outcome(outcome.as_str()));
    }
    out.line(format_args!(
        "  {state}; {}",
        words.authority(outline.responsible, outline.changed)
    ))?;
    out.line(format_args!(
        "  opened {}, last changed {}",
        moment(outline.opened),
        moment(outline.changed)
    ))?;
    let line = |at, said: String| format!("  {}  {said}", moment(at).dimmed());
    let mut lines: Vec<String> = Vec::new();
    match (answer, answer.contents()) {
        (_, Some(contents)) => {
            inside(out, &words, contents)?;
            let entries = contents.timeline.iter();
            lines.extend(entries.map(|entry| line(entry.at, words.sentence(entry))));
        }
        (Answer::Outline(outline), None) => {
            let steps = outline.steps.iter();
            lines.extend(steps.map(|step| line(step.at, kind(step.event))));
        }
        _ => {}
    }
    let earlier = lines.len().saturating_sub(last);
    if earlier > 0 {
        out.line(format_args!("  … {earlier} earlier entries"))?;
    }
    lines
        .iter()
        .skip(earlier)
        .try_for_each(|line| out.line(line))
}

fn inside(out: &mut Output, words: &Words<'_>, contents: &Contents) -> Result<(), Failure> {
    for party in &contents.parties {
        let name = shown(&party.name, Clone::clone);
        out.line(format_args!(
            "  party {}: {name}, {}",
            party.party, party.role
        ))?;
    }
    for field in &contents.fields {
        let value = match &field.value {
            Value::Text(text) => text.clone(),
            Value::Integer(number) => number.to_string(),
            Value::Date(day) => day.to_string(),
            Value::Boolean(true) => "yes".to_owned(),
            Value::Boolean(false) => "no".to_owned(),
            Value::Choice(code) => code.to_string(),
            Value::Authority(id) => {
                let first = contents.timeline.first();
                words.authority(*id, first.map_or_else(Default::default, |entry| entry.at))
            }
        };
        out.line(format_args!(
            "  {}: {value}",
            words.field(field.field.as_str())
        ))?;
    }
    if contents.erased_fields {
        out.line("  (fields of the form were erased)")?;
    }
    for document in &contents.documents {
        let name = shown(&document.details, |details| details.name.clone());
        let kind = words.document(document.kind.as_str());
        out.line(format_args!(
            "  document {}: {kind}, {name}",
            document.document
        ))?;
    }
    Ok(())
}

fn shown<T>(value: &Disclosed<T>, show: impl FnOnce(&T) -> String) -> String {
    value.shown().map_or_else(|| "(erased)".to_owned(), show)
}
