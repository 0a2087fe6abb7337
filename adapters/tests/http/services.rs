//! The catalogue, open to everybody.

use axum::http::Method;

use crate::hall::{Hall, text};

#[tokio::test]
async fn services_are_listed_in_the_reader_s_language_and_found_by_words() {
    let hall = Hall::new();
    let list = hall.get("", "/services").await.expect(200).json();
    assert_eq!(list["items"].as_array().unwrap().len(), 2);
    let french = [("accept-language", "fr-CH, de;q=0.5")];
    let list = hall
        .ask(Method::GET, "", "/services?q=domicile", &french, None)
        .await;
    let list = list.expect(200).json();
    for item in list["items"].as_array().unwrap() {
        assert_eq!(item["label"], item["labels"]["fr"]);
    }
    assert!(!list["items"].as_array().unwrap().is_empty());
    let none = hall
        .get("", "/services?q=nothing+at+all")
        .await
        .expect(200)
        .json();
    assert_eq!(none["is_guess"], true);
    let code = text(&list["categories"][0]["code"]).to_owned();
    let of_it = hall.get("", &format!("/services?category={code}")).await;
    for item in of_it.expect(200).json()["items"].as_array().unwrap() {
        assert_eq!(item["category"], code);
    }
    let of_none = hall.get("", "/services?category=no-such").await.expect(200);
    assert!(of_none.json()["items"].as_array().unwrap().is_empty());
    let asked = hall
        .get("", "/services?language=en")
        .await
        .expect(200)
        .json();
    assert_eq!(
        asked["items"][0]["label"],
        asked["items"][0]["labels"]["en"]
    );
}

#[tokio::test]
async fn a_service_says_what_it_asks_for_in_the_words_of_the_field() {
    let hall = Hall::new();
    let path = "/services/certificate-of-residence?language=en";
    let service = hall.get("", path).await.expect(200).json();
    assert_eq!(service["municipality_field"], "municipality");
    let fields = service["fields"].as_array().unwrap();
    let copies = fields
        .iter()
        .find(|field| field["code"] == "copies")
        .unwrap();
    assert_eq!(copies["kind"], "integer");
    assert!(copies["max"].is_i64() && copies["required"].is_boolean());
    assert!(!text(&copies["label"]).is_empty());
    for nothing in ["nothing", "kanzlei-editions", "Not%20A%20Code"] {
        let answer = hall.get("", &format!("/services/{nothing}")).await;
        answer.problem(404, "service-not-found");
    }
}

#[tokio::test]
async fn what_concerns_somebody_depends_on_who_they_are() {
    let hall = Hall::new();
    let count = async |who: &str| {
        let list = hall
            .get(who, "/services?for_me=true")
            .await
            .expect(200)
            .json();
        list["items"].as_array().unwrap().len()
    };
    assert_eq!(count("").await, 2);
    assert_eq!(count("anna").await, 2);
    assert_eq!(count("luzern").await, 2);
    assert_eq!(
        count("canton").await,
        0,
        "the canton is responsible for neither"
    );
}
