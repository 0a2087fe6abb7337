//! How the description of an interface says what serde writes by hand: each type as the text or
//! number that it is in JSON. What is derived for serde is derived for the description too.

use std::borrow::Cow;

use utoipa::openapi::schema::{
    ArrayBuilder, ArrayItems, KnownFormat, ObjectBuilder, OneOfBuilder, SchemaFormat, Type,
};
use utoipa::openapi::{Ref, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::domain::{By, Code, DocumentId, Form, PartyId, RequestId, TaskId, Value};
use crate::ids::{
    AuthorityId, CaseId, CommandId, LogId, OfficialId, PersonId, Position, Reference, ServiceKey,
    Version,
};
use crate::record::{Assurance, Hash};
use crate::time::{Date, Timestamp};

/// [`Value`] by a name that utoipa doesn't take for JSON's own.
pub(crate) type FieldValue = Value;

/// A type and its schema, named as in Rust.
macro_rules! described {
    ($($type:ident => $schema:expr;)+) => {$(
        impl PartialSchema for $type {
            fn schema() -> RefOr<Schema> {
                $schema.into()
            }
        }

        impl ToSchema for $type {
            fn name() -> Cow<'static, str> {
                Cow::Borrowed(stringify!($type))
            }
        }
    )+};
}

described! {
    CaseId => uuid("A case.");
    CommandId => uuid("A command. Sent again with the same id it gets the same receipt.");
    PersonId => uuid("A person as the embedding portal knows them.");
    OfficialId => uuid("An official as the embedding portal knows them.");
    LogId => uuid("A log.");
    Reference => text("The short number of a case, as people say it on the telephone.")
        .pattern(Some(
            "^[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z*~$=U]$",
        ))
        .examples(["4K2QX-7M3TZ-8"]);
    Code => text("The short name of a service or of a part of it.")
        .pattern(Some("^[a-z0-9][a-z0-9-]{0,63}$"))
        .max_length(Some(Code::BYTES_MAX))
        .examples(["move-of-residence"]);
    Date => text("A day.").format(Some(SchemaFormat::KnownFormat(KnownFormat::Date)));
    Timestamp => text("A moment, in UTC.")
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)));
    Assurance => text("How surely it is known who signed in.")
        .pattern(Some("^(none|low|substantial|high|level-[0-9]{1,3})$"));
    Hash => text("SHA-256.").pattern(Some("^[0-9a-f]{64}$"));
    Version => number("An event's number in its case, from 1; 0 stands before the first.", 0)
        .maximum(Some(u32::MAX));
    Position => number("A commit's place in the log, from 1; 0 stands before the first.", 0)
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int64)));
    AuthorityId => number("An authority: a municipality by its BFS number, or one that the \
                           register numbers.", 0)
        .maximum(Some(u32::MAX));
    ServiceKey => number("A service in the bytes of the log.", 0)
        .format(Some(SchemaFormat::Custom("uint64".to_owned())));
    PartyId => number("A party's number in its case.", 1).maximum(Some(u16::MAX));
    TaskId => number("A task's number in its case.", 1).maximum(Some(u16::MAX));
    RequestId => number("A request's number in its case.", 1).maximum(Some(u16::MAX));
    DocumentId => number("A document's number in its case.", 1).maximum(Some(u16::MAX));
}

fn text(description: &str) -> ObjectBuilder {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some(description))
}

fn uuid(description: &str) -> ObjectBuilder {
    text(description).format(Some(SchemaFormat::Custom("uuid".to_owned())))
}

fn number(description: &str, least: u32) -> ObjectBuilder {
    ObjectBuilder::new()
        .schema_type(Type::Integer)
        .description(Some(description))
        .minimum(Some(least))
}

impl PartialSchema for Form {
    fn schema() -> RefOr<Schema> {
        let names = text("A field of the service.").pattern(Some("^[a-z0-9][a-z0-9-]{0,63}$"));
        ObjectBuilder::new()
            .schema_type(Type::Object)
            .description(Some("A filled-in form: values by field."))
            .property_names(Some(names.build()))
            .additional_properties(Some(Ref::from_schema_name(Value::name())))
            .into()
    }
}

impl ToSchema for Form {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Form")
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((Value::name().into_owned(), Value::schema()));
        Value::schemas(schemas);
    }
}

/// What is derived can't say that an official comes with their authority.
impl PartialSchema for By {
    fn schema() -> RefOr<Schema> {
        let tagged = |tag: &str, schema: RefOr<Schema>| {
            let object = ObjectBuilder::new().schema_type(Type::Object);
            object.property(tag, schema).required(tag)
        };
        let official = ArrayBuilder::new()
            .prefix_items([
                unreferenced(OfficialId::schema()),
                unreferenced(AuthorityId::schema()),
            ])
            .items(ArrayItems::False)
            .min_items(Some(2))
            .max_items(Some(2));
        let word = |word: &str| {
            text("")
                .description(None::<String>)
                .enum_values(Some([word]))
        };
        OneOfBuilder::new()
            .description(Some("Who did something, as far as the viewer learns it."))
            .item(tagged("party", PartyId::schema()))
            .item(tagged("authority", AuthorityId::schema()))
            .item(tagged("official", official.into()))
            .item(word("installation"))
            .item(word("other"))
            .into()
    }
}

fn unreferenced(schema: RefOr<Schema>) -> Schema {
    match schema {
        RefOr::T(schema) => schema,
        RefOr::Ref(_) => Schema::default(),
    }
}

impl ToSchema for By {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("By")
    }
}
