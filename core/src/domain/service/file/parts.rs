//! The parts of a service file, each read into its part of the service.

use toml::de::DeTable;

use super::about::about;
use super::labels::{UNREADABLE, labels_of};
use super::reader::{Node, Reader, Table};
use crate::domain::code::Code;
use crate::domain::service::check::{
    CHOICES_MAX, DOCUMENTS_MAX, FIELDS_MAX, INVOLVED_MAX, OUTCOMES_MAX, OVERSIGHT_MAX, PHASES_MAX,
    TASKS_MAX,
};
use crate::domain::service::{
    Choice, Competence, Disclosure, DocumentKind, Field, FieldKind, Fields, Grant, NeededAssurance,
    Opening, Outcome, Oversight, Phase, Privacy, Service, TaskKind,
};
use crate::ids::AuthorityId;
use crate::record::Assurance;
use crate::time::Timestamp;

pub(super) fn service<'a>(reader: &mut Reader, document: &'a DeTable<'a>) -> Service {
    const KEYS: &[&str] = &[
        "name",
        "labels",
        "about",
        "valid-from",
        "valid-until",
        "competence",
        "involved",
        "phases",
        "tasks",
        "documents",
        "fields",
        "outcomes",
        "disclosure",
        "assurance",
        "oversight",
    ];
    let file = &reader.root(document, KEYS);
    let name = reader.required(file, "name", Reader::code);
    let valid_from = reader.required(file, "valid-from", Reader::date);
    let valid_until = reader.optional(file, "valid-until", Reader::date);
    let some_day = valid_until.unwrap_or(Timestamp::from_micros(0).date_utc());
    let competence_given = reader.required(file, "competence", competence);
    let disclosure_given = reader.required(file, "disclosure", disclosure);
    Service {
        name: name.unwrap_or_else(Code::placeholder),
        labels: labels_of(reader, file),
        about: reader.optional(file, "about", about),
        valid_from: valid_from.unwrap_or(some_day),
        valid_until,
        competence: competence_given.unwrap_or(Competence::Fixed(AuthorityId::INSTALLATION)),
        involved: reader.list(file, ("involved", INVOLVED_MAX), competence),
        phases: reader.list(file, ("phases", PHASES_MAX), phase),
        tasks: reader.list(file, ("tasks", TASKS_MAX), task),
        documents: reader.list(file, ("documents", DOCUMENTS_MAX), document_kind),
        fields: reader.list(file, ("fields", FIELDS_MAX), field),
        outcomes: reader.list(file, ("outcomes", OUTCOMES_MAX), outcome),
        disclosure: disclosure_given.unwrap_or_else(|| Disclosure::narrow(UNREADABLE)),
        assurance: reader
            .optional(file, "assurance", needed_assurance)
            .unwrap_or_default(),
        oversight: reader.list(file, ("oversight", OVERSIGHT_MAX), oversight),
        activities: Vec::new(),
    }
}

fn competence<'a>(reader: &mut Reader, path: &str, node: &'a Node<'a>) -> Option<Competence> {
    const AUTHORITY: &str = "authority";
    const MUNICIPALITY_OF: &str = "municipality-of";
    let table = reader.table(path, node, &[AUTHORITY, MUNICIPALITY_OF])?;
    match (table.has(AUTHORITY), table.has(MUNICIPALITY_OF)) {
        (true, false) => {
            let number = reader.required(&table, AUTHORITY, Reader::number);
            number.map(|number| Competence::Fixed(AuthorityId(number)))
        }
        (false, true) => {
            let field = reader.required(&table, MUNICIPALITY_OF, Reader::code);
            field.map(Competence::MunicipalityOf)
        }
        _ => {
            let wanted = "{ authority = NUMBER } or { municipality-of = \"FIELD\" }";
            reader.problem(node.span(), format!("this must be {wanted}"));
            None
        }
    }
}

fn phase<'a>(reader: &mut Reader, path: &str, node: &'a Node<'a>) -> Option<Phase> {
    let table = reader.table(path, node, &["code", "labels"])?;
    let code = reader.required(&table, "code", Reader::code);
    let labels = labels_of(reader, &table);
    Some(Phase {
        code: code?,
        labels,
    })
}

fn outcome<'a>(reader: &mut Reader, path: &str, node: &'a Node<'a>) -> Option<Outcome> {
    let Phase { code, labels } = phase(reader, path, node)?;
    Some(Outcome { code, labels })
}

fn choice<'a>(reader: &mut Reader, path: &str, node: &'a Node<'a>) -> Option<Choice> {
    let Phase { code, labels } = phase(reader, path, node)?;
    Some(Choice { code, labels })
}

fn task<'a>(reader: &mut Reader, path: &str, node: &'a Node<'a>) -> Option<TaskKind> {
    let table = reader.table(path, node, &["code", "labels", "phase"])?;
    let code = reader.required(&table, "code", Reader::code);
    let labels = labels_of(reader, &table);
    let phase = reader.optional(&table, "phase", Reader::code);
    Some(TaskKind {
        code: code?,
        labels,
        phase,
    })
}

fn document_kind<'a>(reader: &mut Reader, path: &str, node: &'a Node<'a>) -> Option<DocumentKind> {
    let table = reader.table(path, node, &["code", "labels", "required"])?;
    let code = reader.required(&table, "code", Reader::code);
    let labels = labels_of(reader, &table);
    let required = reader.optional(&table, "required", Reader::boolean);
    Some(DocumentKind {
        code: code?,
        labels,
        required: required.unwrap_or(false),
    })
}

fn oversight<'a>(reader: &mut Reader, path: &str, node: &'a Node<'a>) -> Option<Oversight> {
    let table = reader.table(path, node, &["level", "role"])?;
    let level = reader.required(&table, "level", Reader::code);
    let role = reader.required(&table, "role", Reader::code);
    Some(Oversight {
        level: level?,
        role: role?,
    })
}

fn field<'a>(reader: &mut Reader, path: &str, node: &'a Node<'a>) -> Option<Field> {
    const COMMON: [&str; 5] = ["code", "labels", "type", "required", "plain"];
    const TYPES: [(&str, &[&str]); 6] = [
        ("text", &["max-length"]),
        ("integer", &["min", "max"]),
        ("date", &[]),
        ("boolean", &[]),
        ("choice", &["choices"]),
        ("municipality", &[]),
    ];
    let named = node
        .get_ref()
        .get("type")
        .and_then(|name| name.get_ref().as_str());
    // Which keys there are depends on the type; of an unknown one all are let pass.
    let is_named = TYPES.iter().any(|(name, _)| Some(*name) == named);
    let own = TYPES
        .iter()
        .filter(|(name, _)| !is_named || Some(*name) == named);
    let mut keys = COMMON.to_vec();
    keys.extend(own.flat_map(|(_, keys)| keys.iter()));
    let table = reader.table(path, node, &keys)?;
    let kind = reader.required(&table, "type", |reader, path, node| {
        let name = reader.text(path, node)?;
        let kind = field_kind(reader, &table, &name);
        kind.or_else(|| reader.unknown(node, &name, &TYPES.map(|(name, _)| name)))
    });
    let code = reader.required(&table, "code", Reader::code);
    let labels = labels_of(reader, &table);
    let required = reader.optional(&table, "required", Reader::boolean);
    let reason = reader.optional(&table, "plain", Reader::text);
    let Some(kind) = kind else {
        // No rule says anything against a municipality that must be named.
        let (kind, privacy) = (FieldKind::Municipality, Privacy::Personal);
        return Some(Field {
            code: code?,
            labels,
            kind,
            required: true,
            privacy,
        });
    };
    Some(Field {
        code: code?,
        labels,
        kind,
        // What can't be read is taken as true: a competence may rest on it.
        required: required.unwrap_or(table.has("required")),
        privacy: reason.map_or(Privacy::Personal, |reason| Privacy::Plain { reason }),
    })
}

/// The kind of this name; none if there is no such kind.
fn field_kind(reader: &mut Reader, table: &Table<'_>, name: &str) -> Option<FieldKind> {
    Some(match name {
        "text" => FieldKind::Text {
            max_length: reader
                .required(table, "max-length", Reader::number)
                .unwrap_or(1),
        },
        "integer" => FieldKind::Integer {
            min: reader
                .required(table, "min", Reader::integer)
                .unwrap_or(i64::MIN),
            max: reader
                .required(table, "max", Reader::integer)
                .unwrap_or(i64::MAX),
        },
        "date" => FieldKind::Date,
        "boolean" => FieldKind::Boolean,
        "choice" => FieldKind::Choice {
            choices: reader.list(table, ("choices", CHOICES_MAX), choice),
        },
        "municipality" => FieldKind::Municipality,
        _ => return None,
    })
}

fn disclosure<'a>(reader: &mut Reader, path: &str, node: &'a Node<'a>) -> Option<Disclosure> {
    let table = reader.table(path, node, &["own", "file", "shared", "outline", "public"])?;
    let nothing = || Grant::nothing(UNREADABLE);
    Some(Disclosure {
        own: reader
            .required(&table, "own", grant)
            .unwrap_or_else(nothing),
        file: reader
            .required(&table, "file", grant)
            .unwrap_or_else(nothing),
        shared: reader
            .required(&table, "shared", grant)
            .unwrap_or_else(nothing),
        outline: reader
            .optional(&table, "outline", opening)
            .unwrap_or_else(Opening::closed),
        public: reader
            .optional(&table, "public", opening)
            .unwrap_or_else(Opening::closed),
    })
}

fn needed_assurance<'a>(
    reader: &mut Reader,
    path: &str,
    node: &'a Node<'a>,
) -> Option<NeededAssurance> {
    let table = reader.table(path, node, &["submit", "read"])?;
    let mut level = |key| reader.optional(&table, key, assurance).unwrap_or_default();
    Some(NeededAssurance {
        submit: level("submit"),
        read: level("read"),
    })
}

fn assurance<'a>(reader: &mut Reader, path: &str, node: &'a Node<'a>) -> Option<Assurance> {
    let name = reader.text(path, node)?;
    if !Assurance::NAMES.contains(&name.as_str()) {
        return reader.unknown(node, &name, &Assurance::NAMES);
    }
    name.parse().ok()
}

fn grant<'a>(reader: &mut Reader, path: &str, node: &'a Node<'a>) -> Option<Grant> {
    const KEYS: [&str; 6] = [
        "fields",
        "messages",
        "grounds",
        "documents",
        "parties",
        "basis",
    ];
    let table = reader.table(path, node, &KEYS)?;
    let is_all = node
        .get_ref()
        .get("fields")
        .is_some_and(|fields| fields.get_ref().as_str() == Some("all"));
    let fields = if is_all {
        Fields::All
    } else {
        Fields::Only(reader.list(&table, ("fields", FIELDS_MAX), Reader::code))
    };
    let mut is_disclosed = |key| {
        reader
            .optional(&table, key, Reader::boolean)
            .unwrap_or(false)
    };
    let messages = is_disclosed("messages");
    let grounds = is_disclosed("grounds");
    let documents = is_disclosed("documents");
    let parties = is_disclosed("parties");
    let basis = reader.required(&table, "basis", Reader::text);
    let basis = basis.unwrap_or_else(|| UNREADABLE.to_owned());
    Some(Grant {
        fields,
        messages,
        grounds,
        documents,
        parties,
        basis,
    })
}

fn opening<'a>(reader: &mut Reader, path: &str, node: &'a Node<'a>) -> Option<Opening> {
    let table = reader.table(path, node, &["open", "basis"])?;
    let open = reader
        .optional(&table, "open", Reader::boolean)
        .unwrap_or(false);
    let basis = reader
        .optional(&table, "basis", Reader::text)
        .unwrap_or_default();
    Some(Opening { open, basis })
}
