//! What serde writes is what its description for interfaces says, to the letter.

use std::collections::BTreeMap;

use kanzlei_core::domain::event::{DocumentDetails, ParticipationState};
use kanzlei_core::domain::{
    Answer, By, CaseFile, Contents, Disclosed, DocumentId, DocumentShown, Entry, FieldProblem,
    FieldRules, FieldShown, FormCheck, Outline, PartyId, PartyShown, Standing, Status, TaskId,
    TaskShown, WithheldCase,
};
use kanzlei_core::engine::Receipt;
use kanzlei_core::record::{Assurance, Hash};
use kanzlei_core::{
    Authority, AuthorityId, CaseId, CommandId, Date, Form, KeySlot, Labels, Language, OfficialId,
    Position, Service, Timestamp, Value, Version,
};
use serde::Serialize;
use serde_json::Value as Json;
use utoipa::ToSchema;

use super::shed::{LUZERN, code, service};

/// What is wrong with a value, by a schema of its description; members that no schema names are wrong.
struct Checker {
    schemas: BTreeMap<String, Json>,
}

impl Checker {
    fn of<T: ToSchema>() -> Self {
        let mut all = vec![(T::name().into_owned(), T::schema())];
        T::schemas(&mut all);
        let json = |(name, schema)| (name, serde_json::to_value(schema).unwrap());
        Self {
            schemas: all.into_iter().map(json).collect(),
        }
    }

    fn fits(&self, schema: &Json, value: &Json) -> Result<(), String> {
        if let Some(name) = schema["$ref"].as_str() {
            let name = name.rsplit('/').next().unwrap();
            let found = self.schemas.get(name).ok_or(format!("{name} is missing"))?;
            return self
                .fits(found, value)
                .map_err(|why| format!("{name}: {why}"));
        }
        if let Some(choices) = schema["oneOf"].as_array() {
            let tried: Vec<_> = choices.iter().map(|one| self.fits(one, value)).collect();
            let right = tried.iter().filter(|one| one.is_ok()).count();
            return (right == 1)
                .then_some(())
                .ok_or(format!("{right} fit: {tried:?}"));
        }
        if let Some(pieces) = schema["allOf"].as_array() {
            let merged = self.merged(pieces);
            return self.fits(&merged, value);
        }
        if let Some(words) = schema["enum"]
            .as_array()
            .filter(|words| !words.contains(value))
        {
            return Err(format!("{value} is none of {words:?}"));
        }
        Self::has_type(&schema["type"], value)?;
        match value {
            Json::Object(members) => members.iter().try_for_each(|(name, value)| {
                let known = schema["properties"].get(name);
                let known = known.or_else(|| schema.get("additionalProperties"));
                let known = known.ok_or(format!("{name} isn't described"))?;
                self.fits(known, value)
                    .map_err(|why| format!("{name}: {why}"))
            })?,
            Json::Array(items) => items.iter().enumerate().try_for_each(|(at, value)| {
                let item = schema["prefixItems"].get(at).unwrap_or(&schema["items"]);
                self.fits(item, value)
                    .map_err(|why| format!("[{at}]: {why}"))
            })?,
            _ => {}
        }
        let required = schema["required"].as_array();
        let missing = required
            .into_iter()
            .flatten()
            .find(|name| value.get(name.as_str().unwrap()).is_none());
        missing.map_or(Ok(()), |name| Err(format!("{name} is missing")))
    }

    /// One object with the members of all, as the answers are described.
    fn merged(&self, pieces: &[Json]) -> Json {
        let mut merged = serde_json::json!({"type": "object", "properties": {}, "required": []});
        for piece in pieces {
            let name = piece["$ref"]
                .as_str()
                .map(|name| name.rsplit('/').next().unwrap());
            let piece = name.map_or(piece, |name| &self.schemas[name]);
            for (name, schema) in piece["properties"].as_object().unwrap() {
                merged["properties"][name] = schema.clone();
            }
            let required = piece["required"].as_array().unwrap().clone();
            merged["required"].as_array_mut().unwrap().extend(required);
        }
        merged
    }

    fn has_type(wanted: &Json, value: &Json) -> Result<(), String> {
        let own = match value {
            Json::Null => "null",
            Json::Bool(_) => "boolean",
            Json::Number(number) if number.is_f64() => "number",
            Json::Number(_) => "integer",
            Json::String(_) => "string",
            Json::Array(_) => "array",
            Json::Object(_) => "object",
        };
        let one = |wanted: &Json| wanted == own || (wanted == "number" && own == "integer");
        let right = wanted
            .as_array()
            .map_or_else(|| one(wanted), |many| many.iter().any(one));
        right
            .then_some(())
            .ok_or(format!("{own} instead of {wanted}"))
    }
}

/// The value is as described, and a value with one member less or another type is not.
fn is_described<T: ToSchema + Serialize>(sample: &T) {
    let checker = Checker::of::<T>();
    let name = T::name().into_owned();
    let value = serde_json::to_value(sample).unwrap();
    let found = checker.fits(&checker.schemas[&name].clone(), &value);
    assert_eq!(found, Ok(()), "{name}: {value:#}");
    let wrong = checker.fits(&checker.schemas[&name].clone(), &Json::Bool(true));
    assert!(wrong.is_err(), "{name} takes anything");
}

const AT: Timestamp = Timestamp::from_micros(1_700_000_000_000_001);

fn outline() -> Outline {
    let case = CaseId::from_bytes([1; 16]);
    Outline {
        case,
        reference: case.reference(),
        version: Version(7),
        service: code("garden-shed"),
        edition: 1,
        status: Status::Open,
        phase: None,
        responsible: LUZERN,
        outcome: Some(code("granted")),
        opened: AT,
        changed: AT,
    }
}

fn contents() -> Contents {
    let form = [
        Value::from("Grüezi"),
        Value::from(7),
        Value::from(Date::new(2026, 1, 5).unwrap()),
        Value::from(true),
        Value::from(code("own-use")),
        Value::from(LUZERN),
    ];
    let official = By::Official(OfficialId::from_bytes([7; 16]), LUZERN);
    let who = [
        By::Party(PartyId(1)),
        By::Authority(LUZERN),
        official,
        By::Installation,
        By::Other,
    ];
    let name = || Disclosed::Shown("Anna".to_owned());
    let documents = [
        Disclosed::Erased,
        Disclosed::Shown(DocumentDetails {
            name: "plan.pdf".into(),
            media_type: "application/pdf".into(),
            length: 9,
        }),
    ];
    let field = |value| FieldShown {
        field: code("field"),
        value,
    };
    let document = |details| DocumentShown {
        document: DocumentId(1),
        kind: code("plan"),
        digest: Hash::of(&[b"x"]),
        slot: KeySlot(9),
        details,
    };
    let entry = |by| Entry {
        version: Version(1),
        at: AT,
        by,
        event: "PhaseEntered",
        code: Some(code("review")),
        authority: None,
        number: Some(1),
        text: Some(name()),
    };
    Contents {
        parties: vec![PartyShown {
            party: PartyId(1),
            role: code("applicant"),
            name: name(),
        }],
        fields: form.into_iter().map(field).collect(),
        erased_fields: false,
        documents: documents.into_iter().map(document).collect(),
        timeline: who.into_iter().map(entry).collect(),
    }
}

#[test]
fn what_is_written_is_what_is_described() {
    let task = TaskShown {
        task: TaskId(1),
        kind: code("check-plans"),
        authority: LUZERN,
        state: "open",
        official: None,
    };
    is_described(&Answer::File(CaseFile {
        outline: outline(),
        involved: vec![AuthorityId(1)],
        handover: None,
        tasks: vec![task],
        contents: contents(),
    }));
    let case = outline().case;
    is_described(&Receipt {
        command: CommandId::from_bytes([3; 16]),
        case,
        reference: case.reference(),
        version: Version(2),
        cases: vec![(case, Version(2))],
        position: Position(5),
        recorded: AT,
        content: Hash::ZERO,
    });
    is_described(&ParticipationState::Live);
    is_described(&Standing::Party(PartyId(1)));
    is_described(&Authority {
        id: LUZERN,
        name: "Luzern".into(),
        level: code("municipality"),
        part_of: Some(AuthorityId(10_003)),
        from: None,
        until: Date::new(2026, 1, 1).ok(),
        district: None,
        residents: Some(80_000),
        succeeded_by: None,
    });
    let service: Service = service().build().unwrap();
    is_described(&service);
    let labels = Labels::de;
    let service = super::shed::service()
        .about(labels("Ein Gartenhaus"), "building", labels("Bauen"))
        .keywords(Language::De, &["Schopf"])
        .cost(labels("CHF 50"))
        .duration_days(30)
        .assurance_to_submit(Assurance::HIGH);
    let service: Service = service.build().unwrap();
    is_described(&service);
    is_described(&Answer::Withheld(WithheldCase {
        title: outline().title(),
        standing: Standing::Responsible,
        needs: Assurance::LOW,
    }));
    let problems: Vec<FieldProblem> = FieldRules.check(&service, &Form::new());
    problems.iter().for_each(is_described);
    let form: Form = contents()
        .fields
        .into_iter()
        .enumerate()
        .map(|(at, shown)| (code(&format!("field-{at}")), shown.value))
        .collect();
    is_described(&form);
}
