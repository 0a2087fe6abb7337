//! Which crate may know which, and where network code may be.

use serde_json::Value;

use super::Finding;
use crate::cargo::{list, text};

const CORE: &str = "kanzlei-core";
const STORE: &str = "kanzlei-store";
const PROJECTIONS: &str = "kanzlei-projections";
const SERVICES: &str = "kanzlei-services";
const FACADE: &str = "kanzlei";
const ADAPTERS: &str = "kanzlei-adapters";
const HARNESS: &str = "kanzlei-bench-harness";

/// Each crate of the workspace, and which of the others it may know. Nobody is allowed to know
/// portal, benches, soak or xtask.
const MAY_KNOW: &[(&str, &[&str])] = &[
    (CORE, &[]),
    (STORE, &[CORE]),
    (PROJECTIONS, &[CORE]),
    (SERVICES, &[CORE]),
    (FACADE, &[CORE, STORE, PROJECTIONS, SERVICES]),
    (ADAPTERS, &[CORE, FACADE]),
    (
        "kanzlei-portal",
        &[CORE, STORE, PROJECTIONS, SERVICES, FACADE, ADAPTERS],
    ),
    (
        "kanzlei-benches",
        &[
            CORE,
            STORE,
            PROJECTIONS,
            SERVICES,
            FACADE,
            ADAPTERS,
            HARNESS,
        ],
    ),
    (HARNESS, &[]),
    (
        "kanzlei-soak",
        &[CORE, STORE, PROJECTIONS, SERVICES, FACADE],
    ),
    ("xtask", &[]),
];

/// Crates that know no runtime and no HTTP unless a feature asks for it.
const WITHOUT_NETWORK: &[&str] = &[CORE, STORE, PROJECTIONS, SERVICES];
const NETWORK: &[&str] = &["tokio", "axum", "hyper", "reqwest", "tower", "tower-http"];

pub fn check(metadata: &Value) -> Vec<Finding> {
    let ours: Vec<&str> = list(metadata, "packages")
        .map(|p| text(p, "name"))
        .collect();
    list(metadata, "packages")
        .flat_map(|package| {
            let mut findings = unknown_or_upward(package, &ours);
            findings.extend(network(package));
            findings
        })
        .collect()
}

fn unknown_or_upward(package: &Value, ours: &[&str]) -> Vec<Finding> {
    let name = text(package, "name");
    let Some((_, allowed)) = MAY_KNOW.iter().find(|(crate_name, _)| *crate_name == name) else {
        let what = "say in xtask/src/check/crates.rs which crates it may know";
        return vec![finding(name, what.to_owned())];
    };
    dependencies(package)
        .map(|dependency| text(dependency, "name"))
        .filter(|known| ours.contains(known) && !allowed.contains(known))
        .map(|known| finding(name, format!("must not know {known}")))
        .collect()
}

fn network(package: &Value) -> Vec<Finding> {
    let name = text(package, "name");
    if !WITHOUT_NETWORK.contains(&name) {
        return Vec::new();
    }
    let default = default_features(package);
    dependencies(package)
        .filter(|dependency| {
            let optional = dependency.get("optional") == Some(&Value::Bool(true));
            !optional || default.contains(&text(dependency, "name"))
        })
        .map(|dependency| text(dependency, "name"))
        .filter(|known| NETWORK.contains(known))
        .map(|known| {
            finding(
                name,
                format!("must not know {known} unless a feature asks for it"),
            )
        })
        .collect()
}

/// What tests need doesn't count.
fn dependencies(package: &Value) -> impl Iterator<Item = &Value> {
    list(package, "dependencies").filter(|dependency| text(dependency, "kind") != "dev")
}

/// All features that `default` turns on, and the optional dependencies among them by their names.
fn default_features(package: &Value) -> Vec<&str> {
    let mut on = vec!["default"];
    let mut next = 0;
    while let Some(feature) = on.get(next).copied() {
        next += 1;
        for more in package
            .get("features")
            .into_iter()
            .flat_map(|all| list(all, feature))
        {
            let more = more.as_str().unwrap_or_default();
            let more = more.strip_prefix("dep:").unwrap_or(more);
            // `tokio/net` turns tokio on, `tokio?/net` doesn't.
            let more = more.split_once('/').map_or(more, |(of, _)| of);
            if !on.contains(&more) {
                on.push(more);
            }
        }
    }
    on
}

fn finding(name: &str, what: String) -> Finding {
    Finding {
        place: name.to_owned(),
        what,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// A workspace of core, facade and the given package.
    fn found(name: &str, dependencies: &Value, features: &Value) -> Vec<String> {
        let none = json!([]);
        let metadata = json!({"packages": [
            {"name": CORE, "dependencies": none, "features": {}},
            {"name": FACADE, "dependencies": none, "features": {}},
            {"name": name, "dependencies": dependencies, "features": features},
        ]});
        check(&metadata).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_crate_that_knows_one_above_it_is_found() {
        let facade = json!([{"name": FACADE, "kind": null}, {"name": CORE, "kind": null}]);
        assert_eq!(
            found(STORE, &facade, &json!({})),
            ["kanzlei-store: must not know kanzlei"]
        );
        assert_eq!(found(ADAPTERS, &facade, &json!({})), [""; 0]);
    }

    #[test]
    fn tests_may_know_more() {
        let facade = json!([{"name": FACADE, "kind": "dev"}, {"name": "tokio", "kind": "dev"}]);
        assert_eq!(found(STORE, &facade, &json!({})), [""; 0]);
    }

    #[test]
    fn nobody_knows_the_program() {
        let metadata = json!({"packages": [
            {"name": "kanzlei-portal", "dependencies": []},
            {"name": ADAPTERS, "dependencies": [{"name": "kanzlei-portal", "kind": "build"}]},
        ]});
        assert_eq!(check(&metadata).len(), 1);
    }

    #[test]
    fn a_crate_that_is_not_in_the_table_is_found() {
        assert_eq!(
            found("kanzlei-search", &json!([]), &json!({})),
            ["kanzlei-search: say in xtask/src/check/crates.rs which crates it may know"]
        );
    }

    #[test]
    fn a_runtime_is_found_unless_a_feature_asks_for_it() {
        let tokio = |optional: bool| json!([{"name": "tokio", "kind": null, "optional": optional}]);
        let one = ["kanzlei-store: must not know tokio unless a feature asks for it"];
        assert_eq!(found(STORE, &tokio(false), &json!({})), one);
        let by_default = json!({"default": ["net"], "net": ["dep:tokio"]});
        assert_eq!(found(STORE, &tokio(true), &by_default), one);
        let indirectly = json!({"default": ["tokio/net"]});
        assert_eq!(found(STORE, &tokio(true), &indirectly), one);
        let on_demand = json!({"default": [], "net": ["dep:tokio"]});
        assert_eq!(found(STORE, &tokio(true), &on_demand), [""; 0]);
        assert_eq!(found(ADAPTERS, &tokio(false), &json!({})), [""; 0]);
    }
}
