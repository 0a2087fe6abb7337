//! Attributes as JSON: what a log says of a case or an event, to be kept sealed.
//!
//! ```text
//! event        attributes
//! case         {"name": "…", "attributes": attributes}, the name where it has one
//! attributes   {"key": value, …}, or [{"key": value}, …] in their order where a key is repeated
//! value        string "text" · int 5 · float 5.0 · boolean true
//!              date {"date": "2026-01-05T09:30:00Z"} · id {"id": "…"} · list {"list": attributes}
//!              a float that JSON doesn't have {"float": "NaN"}
//!              with attributes of its own {"value": value, "children": attributes}
//! ```

use std::collections::HashSet;

use super::attribute::{Attribute, XesValue};

/// So many keys are compared one by one.
const FEW: usize = 32;

/// The attributes as compact JSON, without those that are said elsewhere.
pub(super) fn of(attributes: &[Attribute], elsewhere: impl Fn(&Attribute) -> bool) -> String {
    let told = told(attributes, elsewhere);
    let mut json = Json(Vec::with_capacity(64 * told.len()));
    json.attributes(&told);
    json.end()
}

fn told(attributes: &[Attribute], elsewhere: impl Fn(&Attribute) -> bool) -> Vec<&Attribute> {
    attributes.iter().filter(|one| !elsewhere(one)).collect()
}

/// The attributes as compact JSON beside the name of what has them.
pub(super) fn named(
    name: Option<&str>,
    attributes: &[Attribute],
    elsewhere: impl Fn(&Attribute) -> bool,
) -> String {
    let mut json = Json(b"{".to_vec());
    if let Some(name) = name {
        json.sign(b"\"name\":");
        json.text(name);
        json.sign(b",");
    }
    json.sign(b"\"attributes\":");
    json.attributes(&told(attributes, elsewhere));
    json.sign(b"}");
    json.end()
}

/// The most bytes that the attributes' JSON can have, without writing it.
pub(super) fn bytes_max(attributes: &[Attribute]) -> usize {
    /// The longest escape of a byte: `\u001f`.
    const ESCAPED: usize = 6;
    /// `[{}]` around all.
    const OUTSIDE: usize = 4;
    /// `"":{"value":{"float":""},"children":},{`, and the longest number or date.
    const AROUND: usize = 80;
    let one = |one: &Attribute| {
        let value = match &one.value {
            XesValue::String(text) | XesValue::Id(text) => text.len() * ESCAPED,
            XesValue::List(values) => bytes_max(values),
            _ => 0,
        };
        one.key.len() * ESCAPED + value + AROUND + bytes_max(&one.children)
    };
    OUTSIDE + attributes.iter().map(one).sum::<usize>()
}

struct Json(Vec<u8>);

// It calls itself as deep as attributes stand one in another, which the reader limits.
impl Json {
    fn end(self) -> String {
        // It was put together from texts and signs.
        String::from_utf8(self.0).unwrap_or_default()
    }

    fn attributes(&mut self, attributes: &[&Attribute]) {
        let repeated = has_repeated(attributes);
        let (open, between, close): (&[u8], &[u8], &[u8]) = if repeated {
            (b"[{", b"},{", b"}]")
        } else {
            (b"{", b",", b"}")
        };
        self.sign(open);
        for (count, attribute) in attributes.iter().enumerate() {
            if count > 0 {
                self.sign(between);
            }
            self.text(&attribute.key);
            self.sign(b":");
            self.attribute(attribute);
        }
        self.sign(close);
    }

    fn attribute(&mut self, attribute: &Attribute) {
        if attribute.children.is_empty() {
            return self.value(&attribute.value);
        }
        self.sign(b"{\"value\":");
        self.value(&attribute.value);
        self.sign(b",\"children\":");
        self.all(&attribute.children);
        self.sign(b"}");
    }

    fn value(&mut self, value: &XesValue) {
        match value {
            XesValue::String(text) => self.text(text),
            XesValue::Int(number) => self.sign(number.to_string().as_bytes()),
            XesValue::Boolean(truth) => self.sign(if *truth { b"true" } else { b"false" }),
            XesValue::Float(number) if number.is_finite() => self.write(number),
            XesValue::Float(number) => self.wrapped("float", &number.to_string()),
            XesValue::Date(at) => self.wrapped("date", &at.to_string()),
            XesValue::Id(text) => self.wrapped("id", text),
            XesValue::List(values) => {
                self.sign(b"{\"list\":");
                self.all(values);
                self.sign(b"}");
            }
        }
    }

    fn all(&mut self, attributes: &[Attribute]) {
        self.attributes(&attributes.iter().collect::<Vec<_>>());
    }

    fn wrapped(&mut self, kind: &str, text: &str) {
        self.sign(b"{");
        self.text(kind);
        self.sign(b":");
        self.text(text);
        self.sign(b"}");
    }

    fn text(&mut self, text: &str) {
        self.write(text);
    }

    fn write<T: serde::Serialize + ?Sized>(&mut self, value: &T) {
        // Writing a text or a finite number into memory doesn't fail.
        let _ = serde_json::to_writer(&mut self.0, value);
    }

    fn sign(&mut self, sign: &[u8]) {
        self.0.extend_from_slice(sign);
    }
}

fn has_repeated(attributes: &[&Attribute]) -> bool {
    if attributes.len() > FEW {
        let mut seen = HashSet::new();
        return !attributes.iter().all(|one| seen.insert(one.key.as_str()));
    }
    let mut keys = attributes.iter().map(|one| &one.key).enumerate();
    keys.any(|(at, key)| attributes.iter().take(at).any(|one| one.key == *key))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attribute(key: &str, value: XesValue) -> Attribute {
        Attribute {
            key: key.to_owned(),
            value,
            children: Vec::new(),
        }
    }

    fn json(attributes: &[Attribute]) -> String {
        let json = of(attributes, |_| false);
        assert!(json.len() <= bytes_max(attributes));
        serde_json::from_str::<serde_json::Value>(&json).unwrap();
        json
    }

    #[test]
    fn types_are_told_apart() {
        let all = [
            attribute("s", XesValue::String("a \"b\"\n".to_owned())),
            attribute("i", XesValue::Int(i64::MIN)),
            attribute("f", XesValue::Float(5.0)),
            attribute("n", XesValue::Float(f64::NEG_INFINITY)),
            attribute("b", XesValue::Boolean(true)),
            attribute("d", XesValue::Date("2026-01-05T09:30:00Z".parse().unwrap())),
            attribute("id", XesValue::Id("x".to_owned())),
            attribute("l", XesValue::List(vec![attribute("k", XesValue::Int(1))])),
        ];
        assert_eq!(
            json(&all),
            concat!(
                r#"{"s":"a \"b\"\n","i":-9223372036854775808,"f":5.0,"n":{"float":"-inf"},"#,
                r#""b":true,"d":{"date":"2026-01-05T09:30:00Z"},"id":{"id":"x"},"#,
                r#""l":{"list":{"k":1}}}"#
            )
        );
    }

    #[test]
    fn repeated_keys_and_children_are_kept_in_their_order() {
        let mut parent = attribute("k", XesValue::Int(1));
        parent.children = vec![attribute("c", XesValue::Int(2))];
        let twice = [parent, attribute("k", XesValue::Int(3))];
        assert_eq!(
            json(&twice),
            r#"[{"k":{"value":1,"children":{"c":2}}},{"k":3}]"#
        );
        let many: Vec<_> = (0..=FEW)
            .map(|n| attribute(&n.to_string(), XesValue::Int(1)))
            .collect();
        assert!(json(&many).starts_with('{'));
        let again = [many.as_slice(), &many[..1]].concat();
        assert!(json(&again).starts_with('['));
        assert_eq!(json(&[]), "{}");
    }
}
