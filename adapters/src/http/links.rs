//! Where answers lead: which operation takes what another one has told, for programs that find
//! their way by the description.

use serde_json::json;
use utoipa::openapi::link::LinkBuilder;
use utoipa::openapi::path::Paths;
use utoipa::openapi::{RefOr, Response};

use super::openapi::operations;

/// An operation that tells something by which paths name it: with which status, where in the body,
/// and under which name.
struct Source {
    operation: &'static str,
    status: &'static str,
    place: &'static str,
    name: &'static str,
}

const SOURCES: &[Source] = &[
    Source {
        operation: "submit",
        status: "201",
        place: "$response.body#/case",
        name: "case",
    },
    Source {
        operation: "begin-draft",
        status: "201",
        place: "$response.body#/draft",
        name: "draft",
    },
    Source {
        operation: "list-services",
        status: "200",
        place: "$response.body#/items/0/service",
        name: "service",
    },
    Source {
        operation: "list-authorities",
        status: "200",
        place: "$response.body#/items/0/id",
        name: "authority",
    },
    Source {
        operation: "list-views",
        status: "200",
        place: "$response.body#/items/0/name",
        name: "view",
    },
];

/// Adds to each source a link to every operation whose path needs nothing but what it tells.
pub(super) fn link(paths: &mut Paths) {
    for source in SOURCES {
        let needing = format!("{{{}}}", source.name);
        let mut targets = Vec::new();
        for (path, item) in &mut paths.paths {
            // What else a path names it can't be given.
            if path.contains(&needing) && path.matches('{').count() == 1 {
                let all = operations(item);
                targets.extend(all.filter_map(|(_, operation)| operation.operation_id.clone()));
            }
        }
        for item in paths.paths.values_mut() {
            for (_, operation) in operations(item) {
                if operation.operation_id.as_deref() == Some(source.operation)
                    && let Some(RefOr::T(response)) =
                        operation.responses.responses.get_mut(source.status)
                {
                    lead(response, source, &targets);
                }
            }
        }
    }
}

fn lead(response: &mut Response, source: &Source, targets: &[String]) {
    for target in targets {
        let link = LinkBuilder::new()
            .operation_id(target)
            .parameter(source.name, json!(source.place))
            .build();
        response.links.insert(target.clone(), RefOr::T(link));
    }
}
