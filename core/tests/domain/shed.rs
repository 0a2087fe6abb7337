//! A small service and its people, for the rules that are tried here.

use kanzlei_core::testing::Scenario;
use kanzlei_core::{
    Actor, AuthorityId, Code, Command, Disclosure, FieldKind, Form, Labels, OfficialId, PersonId,
    Service, ServiceBuilder,
};

pub const LUZERN: AuthorityId = AuthorityId(1061);
pub const OFFICE: AuthorityId = AuthorityId(20_001);

pub fn code(text: &str) -> Code {
    Code::new(text).unwrap()
}

/// A service with all that a rule may need.
pub fn service() -> ServiceBuilder {
    let labels = Labels::de;
    Service::builder("garden-shed", labels("Gartenhaus"))
        .valid_from(2024, 1, 1)
        .required("municipality", labels("Gemeinde"), FieldKind::Municipality)
        .plain("municipality", "an authority")
        .required("wish", labels("Wunsch"), FieldKind::Text { max_length: 99 })
        .municipality_of("municipality")
        .involve(OFFICE)
        .phase("review", labels("Prüfung"))
        .task("review", "check-plans", labels("Pläne prüfen"))
        .document("plan", labels("Plan"), true)
        .outcome("granted", labels("Bewilligt"))
        .disclosure(Disclosure::narrow("SRL 38"))
        .oversight("canton", "overseer")
}

pub fn anna() -> Actor {
    Actor::resident(PersonId::from_bytes([1; 16]), "Anna")
}

pub fn clerk() -> Actor {
    Actor::official(OfficialId::from_bytes([7; 16]), LUZERN, code("clerk"))
}

pub fn submit() -> Command {
    let form = Form::new()
        .with("municipality", LUZERN)
        .and_then(|form| form.with("wish", "a shed"));
    Command::Submit {
        service: code("garden-shed"),
        form: form.unwrap(),
        applicant: None,
    }
}

pub fn on_trial(service: ServiceBuilder) -> Scenario {
    let scenario = Scenario::of(service.build().unwrap());
    scenario.on("2026-01-05T09:30:00Z".parse().unwrap())
}
