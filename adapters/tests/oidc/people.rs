//! Whom claims name.

use kanzlei_adapters::http::NotSignedIn;
use kanzlei_core::record::{Assurance, Channel};
use kanzlei_core::{Actor, AuthorityId, Code, PersonId};
use serde_json::{Value, json};

use crate::issuer::{Hall, Issuer};

/// The claims of a resident with these on top.
fn with(issuer: &Issuer, hall: &Hall, more: &Value) -> Value {
    let mut claims = issuer.claims(hall.now());
    for (name, value) in more.as_object().unwrap() {
        claims[name] = value.clone();
    }
    claims
}

#[tokio::test]
async fn a_resident_is_the_same_person_each_time_and_nobody_else() {
    let issuer = Issuer::start().await;
    let hall = Hall::trusting(&issuer).await;
    let anna = hall
        .who(&issuer.sign(&issuer.claims(hall.now())))
        .await
        .unwrap();
    assert_eq!(anna.name, "Anna Muster");
    assert_eq!(anna.actor.assurance, Assurance::SUBSTANTIAL);
    assert_eq!(anna.actor.channel, Channel::PORTAL);
    let id = anna.actor.person().unwrap();

    let later = with(
        &issuer,
        &hall,
        &json!({"jti": "token-2", "name": "Anna Meier"}),
    );
    let later = hall.who(&issuer.sign(&later)).await.unwrap();
    assert_eq!(
        (later.actor.person(), &later.identity),
        (Some(id), &anna.identity)
    );
    let beat = with(&issuer, &hall, &json!({"sub": "beat"}));
    let beat = hall.who(&issuer.sign(&beat)).await.unwrap();
    assert_ne!(beat.actor.person(), Some(id));
    // What a person is called at their issuer doesn't show.
    assert!(!format!("{anna:?}").contains("anna"));
}

#[tokio::test]
async fn a_claim_may_hold_the_person() {
    let issuer = Issuer::start().await;
    let hall = Hall::trusting(&issuer).await;
    let id = PersonId::from_bytes([7; 16]);
    let claims = with(&issuer, &hall, &json!({"person": id.to_string()}));
    let viewer = hall.who(&issuer.sign(&claims)).await.unwrap();
    assert_eq!(viewer.actor.person(), Some(id));
    // One that is wrong isn't made up for.
    let claims = with(&issuer, &hall, &json!({"person": "anna"}));
    let why = hall.who(&issuer.sign(&claims)).await.unwrap_err();
    assert!(matches!(why, NotSignedIn::Nobody(_)), "{why}");
}

#[tokio::test]
async fn roles_make_officials_of_an_authority_and_operators() {
    let issuer = Issuer::start().await;
    let hall = Hall::trusting(&issuer).await;
    let office = |number: Value, roles: Value| {
        let more = json!({"office": {"number": number, "roles": roles}});
        with(&issuer, &hall, &more)
    };
    for number in [json!(1061), json!("1061")] {
        let claims = office(number, json!(["x", "sb"]));
        let clerk = hall.who(&issuer.sign(&claims)).await.unwrap();
        let id = clerk.actor.official_id().unwrap();
        let same = Actor::official(id, AuthorityId(1061), Code::new("clerk").unwrap());
        assert!(clerk.actor.who == same.who);
    }
    // The first that the settings name counts.
    let claims = office(json!(1061), json!(["sb", "ops"]));
    let operator = hall.who(&issuer.sign(&claims)).await.unwrap();
    assert!(operator.actor.who == Actor::installation().who);
    assert_eq!(operator.actor.channel, Channel::PORTAL);

    let nobody = [
        office(Value::Null, json!("sb")),
        office(json!(0), json!("sb")),
        office(json!(-1), json!("sb")),
        office(json!("Luzern"), json!("sb")),
        // Of an authority, but without a role there: not by mistake a resident.
        office(json!(1061), json!(["unknown"])),
    ];
    for claims in nobody {
        let why = hall.who(&issuer.sign(&claims)).await.unwrap_err();
        assert!(matches!(why, NotSignedIn::Nobody(_)), "{claims}: {why}");
    }
}

#[tokio::test]
async fn who_has_no_name_or_subject_is_nobody_and_so_is_a_stranger_among_staff() {
    let issuer = Issuer::start().await;
    let hall = Hall::trusting(&issuer).await;
    for more in [
        json!({"sub": null}),
        json!({"sub": ""}),
        json!({"sub": 7}),
        json!({"name": null}),
        json!({"name": " "}),
        json!({"name": "Anna\u{1b}[2J"}),
        json!({"name": "x".repeat(300)}),
    ] {
        let why = hall
            .who(&issuer.sign(&with(&issuer, &hall, &more)))
            .await
            .unwrap_err();
        assert!(matches!(why, NotSignedIn::Nobody(_)), "{more}: {why}");
    }
    let settings = crate::issuer::settings(&issuer);
    let settings = settings.replace("[issuer.claims]", "residents = false\n[issuer.claims]");
    let staff = Hall::with(settings).await;
    let why = staff
        .who(&issuer.sign(&issuer.claims(staff.now())))
        .await
        .unwrap_err();
    assert!(matches!(why, NotSignedIn::Nobody(_)), "{why}");
}

#[tokio::test]
async fn assurance_is_the_best_of_what_is_said_and_none_if_nobody_knows_the_word() {
    let issuer = Issuer::start().await;
    let hall = Hall::trusting(&issuer).await;
    for (said, meant) in [
        (json!("one"), Assurance::LOW),
        (json!(["one", "three", "x"]), Assurance::HIGH),
        (json!("x"), Assurance::NONE),
        (json!(2), Assurance::NONE),
        (Value::Null, Assurance::NONE),
    ] {
        let claims = with(&issuer, &hall, &json!({"acr": said}));
        let viewer = hall.who(&issuer.sign(&claims)).await.unwrap();
        assert_eq!(viewer.actor.assurance, meant, "{said}");
    }
}
