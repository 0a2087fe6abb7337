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
    let mut json = Json(String::with_capacity(64 * told.len()));
    json.attributes(&told);
    json.0
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
    let mut json = Json("{".to_owned());
    if let Some(name) = name {
        json.sign("\"name\":");
        json.text(name);
        json.sign(",");
    }
    json.sign("\"attributes\":");
    json.attributes(&told(attributes, elsewhere));
    json.sign("}");
    json.0
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

struct Json(String);

// It calls itself as deep as attributes stand one in another, which the reader limits.
impl Json {
    fn attributes(&mut self, attributes: &[&Attribute]) {
        let repeated = has_repeated(attributes);
        let (open, between, close): (&str, &str, &str) = if repeated {
            ("[{", "},{", "}]")
        } else {
            ("{", ",", "}")
        };
        self.sign(open);
        for (count, attribute) in attributes.iter().enumerate() {
            if count > 0 {
                self.sign(between);
            }
            self.text(&attribute.key);
            self.sign(":");
            self.attribute(attribute);
        }
        self.sign(close);
    }

    fn attribute(&mut self, attribute: &Attribute) {
        if attribute.children.is_empty() {
            return self.value(&attribute.value);
        }
        self.sign("{\"value\":");
        self.value(&attribute.value);
        self.sign(",\"children\":");
        self.all(&attribute.children);
        self.sign("}");
    }

    fn value(&mut self, value: &XesValue) {
        match value {
            XesValue::String(text) => self.text(text),
            XesValue::Int(number) => self.sign(&number.to_string()),
            XesValue::Boolean(truth) => self.sign(if *truth { "true" } else { "false" }),
            // Never without a point or an exponent: it would be read as a whole number.
            XesValue::Float(number) if number.is_finite() => self.sign(&format!("{number:?}")),
            XesValue::Float(number) => self.wrapped("float", &number.to_string()),
            XesValue::Date(at) => self.wrapped("date", &at.to_string()),
            XesValue::Id(text) => self.wrapped("id", text),
            XesValue::List(values) => {
                self.sign("{\"list\":");
                self.all(values);
                self.sign("}");
            }
        }
    }

    fn all(&mut self, attributes: &[Attribute]) {
        self.attributes(&attributes.iter().collect::<Vec<_>>());
    }

    fn wrapped(&mut self, kind: &str, text: &str) {
        self.sign("{");
        self.text(kind);
        self.sign(":");
        self.text(text);
        self.sign("}");
    }

    fn text(&mut self, text: &str) {
        self.sign("\"");
        let mut rest = text;
        while let Some(at) = rest.bytes().position(must_be_escaped) {
            let (plain, escaped) = rest.split_at(at);
            self.sign(plain);
            let (first, after) = escaped.split_at(1);
            match first {
                "\n" => self.sign("\\n"),
                "\r" => self.sign("\\r"),
                "\t" => self.sign("\\t"),
                "\"" | "\\" => {
                    self.sign("\\");
                    self.sign(first);
                }
                control => {
                    let number = control.bytes().next().unwrap_or_default();
                    self.sign(&format!("\\u{number:04x}"));
                }
            }
            rest = after;
        }
        self.sign(rest);
        self.sign("\"");
    }

    fn sign(&mut self, sign: &str) {
        self.0.push_str(sign);
    }
}

fn must_be_escaped(byte: u8) -> bool {
    byte < b' ' || byte == b'"' || byte == b'\\'
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
            attribute("s", XesValue::String("a \"b\"\\\n\t\r\u{1}ü".to_owned())),
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
                r#"{"s":"a \"b\"\\\n\t\r\u0001ü","i":-9223372036854775808,"f":5.0,"n":{"float":"-inf"},"#,
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
