//! The description of the interface, `OpenAPI` 3.1: what the code says, and what all endpoints have
//! in common.

use kanzlei::{AuthorityId, Code, Language, Status, Timestamp, Version};
use serde_json::json;
use utoipa::ToSchema;
use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::header::{Header, HeaderBuilder};
use utoipa::openapi::info::InfoBuilder;
use utoipa::openapi::path::{Operation, ParameterBuilder, ParameterIn, PathItem, Paths};
use utoipa::openapi::response::ResponseBuilder;
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::server::Server;
use utoipa::openapi::{
    Components, ObjectBuilder, OpenApi, OpenApiBuilder, Ref, RefOr, Required, Response, Type,
};

use super::ProblemBody;
use super::access::Access;
use super::api::Options;

const ABOUT: &str = "\
Requests for public services, as cases: handed in once, seen by everybody concerned from their own \
side.\n\n\
- **Versions.** An answer about a case has its version as `ETag`. Send it as `If-Match` with a \
command, and the command is refused with 412 if the case has moved on.\n\
- **Retries.** Send an `Idempotency-Key` of your own with a command. The same key again gets the \
same receipt, whatever has happened since; it is yours alone.\n\
- **Reading your own writes.** Every write answers with `Kanzlei-Position`. Send it with a read, \
and the read is at least as new, through whichever process.\n\
- **Problems** are RFC 9457 problem details with a code that never changes. Somebody else's case is \
answered like one that doesn't exist.\n\
- **Lists** come in pages; `next` is what to send as `after`.";

/// The statuses that an answer of every endpoint can have, and when.
const ALWAYS: &[(&str, &str)] = &[
    ("400", "The request can't be understood."),
    (
        "401",
        "The sign-in doesn't hold, or there is none and one is needed.",
    ),
    (
        "404",
        "There is no such thing, or it is none of the viewer's business.",
    ),
    ("406", "What was asked for can't be given in this form."),
    ("429", "More often than is allowed."),
    ("500", "Something is broken here."),
    ("503", "Not now; come again."),
];
const GATED: &[(&str, &str)] = &[("403", "The viewer may not do this.")];
/// Of those that take something.
const WRITES: &[(&str, &str)] = &[
    ("403", "The viewer may not do this."),
    (
        "409",
        "The case isn't at a point at which this can be done.",
    ),
    ("412", "The case has moved on from the version in If-Match."),
    ("413", "The body is too large."),
    ("415", "The body isn't of a type that is read here."),
    (
        "422",
        "What the body says can't be; with the fields at fault.",
    ),
];

/// The description of endpoints with these paths, whose bodies have these schemas.
pub(super) fn description(paths: Paths, mut components: Components, options: &Options) -> OpenApi {
    add::<ProblemBody<'_>>(&mut components);
    // Those of queries: the macros gather the schemas of bodies alone.
    add::<AuthorityId>(&mut components);
    add::<Code>(&mut components);
    add::<Language>(&mut components);
    add::<Status>(&mut components);
    add::<Timestamp>(&mut components);
    add::<Version>(&mut components);
    components.add_security_scheme("bearer", bearer());
    components.add_security_scheme("cookie", cookie());
    let path = &options.path;
    let server = if path.is_empty() { "/" } else { path };
    OpenApiBuilder::new()
        .info(
            InfoBuilder::new()
                .title(&options.title)
                .description(Some(ABOUT))
                .version(env!("CARGO_PKG_VERSION"))
                .build(),
        )
        .servers(Some([Server::new(server)]))
        .paths(paths)
        .components(Some(components))
        .build()
}

fn add<T: ToSchema>(components: &mut Components) {
    let mut schemas = vec![(T::name().into_owned(), T::schema())];
    T::schemas(&mut schemas);
    components.schemas.extend(schemas);
}

fn bearer() -> SecurityScheme {
    let scheme = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some("An access token of an issuer that the portal trusts."));
    SecurityScheme::Http(scheme.build())
}

fn cookie() -> SecurityScheme {
    let said = "The portal's own session, for pages of the same origin.";
    SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::with_description(
        "__Host-kanzlei-session",
        said,
    )))
}

/// The operations of a path, by their methods.
pub(super) fn operations(
    item: &mut PathItem,
) -> impl Iterator<Item = (&'static str, &mut Operation)> {
    let all = [
        ("GET", item.get.as_mut()),
        ("PUT", item.put.as_mut()),
        ("POST", item.post.as_mut()),
        ("DELETE", item.delete.as_mut()),
        ("PATCH", item.patch.as_mut()),
    ];
    all.into_iter()
        .filter_map(|(method, operation)| Some((method, operation?)))
}

/// Adds to an operation what all of its kind have in common.
pub(super) fn complete(path: &str, method: &str, operation: &mut Operation, access: Access) {
    let safe = method == "GET";
    parameters(path, safe, operation, access);
    if access == Access::Acting && operation.responses.responses.is_empty() {
        let done = receipt();
        operation
            .responses
            .responses
            .insert("200".to_owned(), RefOr::T(done));
    }
    let who = access.sentence();
    operation.description = Some(match operation.description.take() {
        Some(said) if !said.is_empty() => format!("{said}\n\n{who}"),
        _ => who.to_owned(),
    });
    let mut security = vec![
        SecurityRequirement::new("bearer", [] as [&str; 0]),
        SecurityRequirement::new("cookie", [] as [&str; 0]),
    ];
    if access.is_open() {
        security.insert(0, SecurityRequirement::default());
    }
    operation.security = Some(security);
    let gated: &[_] = match (safe, access.is_open()) {
        (false, _) => WRITES,
        (true, false) => GATED,
        (true, true) => &[],
    };
    for (status, said) in ALWAYS.iter().chain(gated) {
        let known = &mut operation.responses.responses;
        if !known.contains_key(*status) {
            known.insert((*status).to_owned(), RefOr::T(problem(status, said)));
        }
    }
    for (status, response) in &mut operation.responses.responses {
        if let RefOr::T(response) = response {
            headers(status, response);
        }
    }
}

/// What the names in paths are.
const NAMED: &[(&str, Type, &str)] = &[
    ("authority", Type::Integer, "The authority's number."),
    ("case", Type::String, "The case's id or reference."),
    ("code", Type::String, "The problem's code."),
    (
        "document",
        Type::Integer,
        "The document's number in the case.",
    ),
    (
        "command",
        Type::String,
        "The command's id, as its receipt names it.",
    ),
    ("draft", Type::String, "The draft's id."),
    ("edition", Type::Integer, "The edition's number."),
    ("file", Type::String, "The file's name."),
    (
        "request",
        Type::Integer,
        "The request's number in the case.",
    ),
    ("service", Type::String, "The service's name."),
    ("task", Type::Integer, "The task's number in the case."),
    ("view", Type::String, "The view's name."),
];

/// Says what the path names and which headers are read.
fn parameters(path: &str, safe: bool, operation: &mut Operation, access: Access) {
    let known = operation.parameters.get_or_insert_default();
    let mut add = |name: &str, place: ParameterIn, kind: Type, said: &str| {
        let there = known
            .iter()
            .any(|one| matches!(one, RefOr::T(one) if one.name == name));
        if there {
            return;
        }
        let required = matches!(place, ParameterIn::Path);
        let schema = ObjectBuilder::new().schema_type(kind).build();
        let parameter = ParameterBuilder::new()
            .name(name)
            .parameter_in(place)
            .required(if required {
                Required::True
            } else {
                Required::False
            })
            .description(Some(said))
            .schema(Some(schema))
            .build();
        known.push(RefOr::T(parameter));
    };
    for name in path.split(['{', '}']).skip(1).step_by(2) {
        if let Some((name, kind, said)) = NAMED.iter().find(|(known, _, _)| *known == name) {
            add(name, ParameterIn::Path, kind.clone(), said);
        }
    }
    let mut header = |name, said| add(name, ParameterIn::Header, Type::String, said);
    if safe {
        header("Kanzlei-Position", "Read at least up to there.");
    } else {
        header("Idempotency-Key", "A key of your own, at most 255 bytes.");
    }
    if access == Access::Acting {
        header("If-Match", "The version for which this is meant.");
    }
}

/// The answer to a command.
fn receipt() -> Response {
    let schema = RefOr::Ref(Ref::from_schema_name("Receipt"));
    let content = ContentBuilder::new().schema(Some(schema)).build();
    let mut done = ResponseBuilder::new()
        .description("It is done.")
        .content("application/json", content)
        .build();
    for (name, said) in [
        ("ETag", "The case's version."),
        ("Kanzlei-Position", "Where the log is now."),
        ("Location", "Where the case is."),
    ] {
        done.headers
            .insert(name.to_owned(), RefOr::T(header(Type::String, said)));
    }
    done
}

fn header(kind: Type, said: &str) -> Header {
    let schema = ObjectBuilder::new().schema_type(kind).build();
    HeaderBuilder::new()
        .schema(Some(schema))
        .description(Some(said))
        .build()
}

fn problem(status: &str, said: &str) -> Response {
    let schema = RefOr::Ref(Ref::from_schema_name("Problem"));
    let content = ContentBuilder::new().schema(Some(schema));
    let content = content.example(Some(json!({
        "type": "/api/problems/problem-code",
        "title": "Problem code",
        "status": status.parse::<u16>().unwrap_or_default(),
        "detail": said,
        "code": "problem-code",
        "arguments": {},
        "request_id": "3f9c1f0b7a"
    })));
    ResponseBuilder::new()
        .description(said)
        .content("application/problem+json", content.build())
        .build()
}

fn headers(status: &str, response: &mut Response) {
    let mut tell = |name: &str, kind: Type, said: &str| {
        response
            .headers
            .entry(name.to_owned())
            .or_insert(RefOr::T(header(kind, said)));
    };
    tell("X-Request-Id", Type::String, "The request in the log.");
    match status {
        "401" => tell("WWW-Authenticate", Type::String, "How to sign in."),
        "412" => tell("ETag", Type::String, "The version that the case has."),
        "429" | "503" => tell(
            "Retry-After",
            Type::Integer,
            "Seconds after which to come again.",
        ),
        _ => {}
    }
}
