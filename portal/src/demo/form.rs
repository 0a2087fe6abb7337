//! What the demo's residents fill in.

use kanzlei::{AuthorityId, CodeError, Date, Form, Value};

use super::people::{address, name};
use super::random::Random;

const DOGS: &[&str] = &["Bella", "Rex", "Luna", "Balu", "Nero", "Kira"];
const BREEDS: &[&str] = &[
    "Mischling",
    "Labrador",
    "Appenzeller",
    "Border Collie",
    "Dackel",
];
const PROJECTS: &[(&str, &str)] = &[
    ("new-building", "Neubau eines Einfamilienhauses"),
    ("conversion", "Ausbau des Dachgeschosses"),
    ("heating", "Ersatz der Heizung durch eine Wärmepumpe"),
    ("change-of-use", "Umnutzung des Erdgeschosses"),
    ("demolition", "Abbruch des Schuppens"),
];
const PURPOSES: &[&str] = &[
    "Mietvertrag",
    "Eröffnung eines Kontos",
    "Hochzeit",
    "Führerausweis",
];

/// A form of this service for this municipality, on that day. `to` is where somebody moves.
pub fn filled_in(
    service: &str,
    home: AuthorityId,
    to: AuthorityId,
    day: Date,
    random: &mut Random,
) -> Result<Form, CodeError> {
    let later = |random: &mut Random, days| day.plus_days(whole(random.between(1, days)));
    let earlier = |random: &mut Random, days| day.plus_days(-whole(random.between(30, days)));
    match service {
        super::world::MOVE => Form::new()
            .with("from-municipality", home)?
            .with("to-municipality", to)?
            .with("move-date", later(random, 40))?
            .with("new-address", address(random))?
            .with("persons", random.between(1, 5))?
            .with("housing", Value::choice("rented")?),
        "certificate-of-residence" => Form::new()
            .with("municipality", home)?
            .with("purpose", random.one_of(PURPOSES).unwrap_or_default())?
            .with("copies", random.between(1, 3)),
        "dog-registration" => Form::new()
            .with("municipality", home)?
            .with("dog", random.one_of(DOGS).unwrap_or_default())?
            // No chip has a number that begins so.
            .with("chip", format!("000{:012}", random.below(1_000_000)))?
            .with("breed", random.one_of(BREEDS).unwrap_or_default())?
            .with("birth-date", earlier(random, 3_000))?
            .with(
                "sex",
                Value::choice(random.one_of(&["female", "male"]).unwrap_or("male"))?,
            )?
            .with("kept-since", day)?
            .with("from-abroad", random.percent(10)),
        "school-enrolment" => Form::new()
            .with("municipality", home)?
            .with("child", name(random))?
            .with("birth-date", earlier(random, 4_000))?
            .with("level", Value::choice("primary")?)?
            .with("first-day", later(random, 200)),
        _ => {
            let at = usize::try_from(random.below(5)).unwrap_or(0);
            let (project, description) = PROJECTS.get(at).copied().unwrap_or_default();
            Form::new()
                .with("site-municipality", home)?
                .with("project", Value::choice(project)?)?
                .with("parcel", format!("{}", 900_000 + random.below(99_999)))?
                .with("site-address", address(random))?
                .with("description", description)?
                .with("costs", random.between(10, 2_000) * 1_000)?
                .with("outside-building-zone", random.percent(8))
        }
    }
}

fn whole(days: i64) -> i32 {
    i32::try_from(days).unwrap_or(0)
}
