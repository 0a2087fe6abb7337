//! Laws of the XES reader: what an independent writer writes reads back equal, nothing that is cut
//! off passes, nothing makes it panic.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use kanzlei_adapters::xes::{Attribute, Item, XesReader, XesValue, read_all_for_check};
use kanzlei_core::Timestamp;
use proptest::collection::vec;
use proptest::prelude::*;

/// A trace: attributes before its events, its events, attributes after them.
type Trace = (Vec<Attribute>, Vec<Vec<Attribute>>, Vec<Attribute>);

fn value() -> impl Strategy<Value = XesValue> {
    prop_oneof![
        "\\PC{0,12}|[&<>\"'\t\n\r ü😀]{0,6}".prop_map(XesValue::String),
        "[-0-9a-f]{0,36}".prop_map(XesValue::Id),
        any::<i64>().prop_map(XesValue::Int),
        any::<f64>()
            .prop_filter("it has no equal", |number| !number.is_nan())
            .prop_map(XesValue::Float),
        any::<bool>().prop_map(XesValue::Boolean),
        (-62_100_000_000_000_000_i64..253_400_000_000_000_000)
            .prop_map(|micros| XesValue::Date(Timestamp::from_micros(micros))),
    ]
}

fn attribute() -> impl Strategy<Value = Attribute> {
    let key = "[a-z:]{1,8}|\\PC{0,4}";
    let leaf = (key, value()).prop_map(|(key, value)| Attribute {
        key,
        value,
        children: Vec::new(),
    });
    leaf.prop_recursive(4, 12, 3, move |inner| {
        let list = vec(inner.clone(), 0..3).prop_map(XesValue::List);
        (key, prop_oneof![value(), list], vec(inner, 0..3)).prop_map(|(key, value, children)| {
            Attribute {
                key,
                value,
                children,
            }
        })
    })
}

fn log() -> impl Strategy<Value = Vec<Trace>> {
    let some = || vec(attribute(), 0..4);
    vec((some(), vec(some(), 0..4), some()), 0..4)
}

/// Writes logs, with what XML leaves open decided by a little generator of numbers.
struct Writer {
    text: String,
    choice: u32,
}

impl Writer {
    fn choose(&mut self, of: u32) -> u32 {
        self.choice = self
            .choice
            .wrapping_mul(1_664_525)
            .wrapping_add(1_013_904_223);
        (self.choice >> 16) % of
    }

    fn blank(&mut self) {
        let blank = ["", "\n", " ", "\r\n\t", "<!-- <event> -->", "<?x y?>"];
        let chosen = self.choose(6) as usize;
        self.text.push_str(blank[chosen]);
    }

    fn quoted(&mut self, name: &str, value: &str) {
        let quote = if self.choose(2) == 0 { '"' } else { '\'' };
        write!(self.text, " {name}={quote}").unwrap();
        for c in value.chars() {
            let must = matches!(c, '&' | '<' | '\t' | '\n' | '\r') || c == quote;
            match (c, self.choose(4)) {
                ('&', 0) => self.text.push_str("&amp;"),
                ('<', 0) => self.text.push_str("&lt;"),
                ('>', 0) => self.text.push_str("&gt;"),
                ('"', 0) => self.text.push_str("&quot;"),
                ('\'', 0) => self.text.push_str("&apos;"),
                (c, 1) => write!(self.text, "&#{};", u32::from(c)).unwrap(),
                (c, 2) => write!(self.text, "&#x{:x};", u32::from(c)).unwrap(),
                (c, _) if must => write!(self.text, "&#{};", u32::from(c)).unwrap(),
                (c, _) => self.text.push(c),
            }
        }
        self.text.push(quote);
    }

    fn moment(&mut self, at: Timestamp) -> String {
        let minutes = i64::from(self.choose(28 * 60)) - 14 * 60;
        let local = at.plus_micros(minutes * 60_000_000).to_string();
        let (sign, zone) = (if minutes < 0 { '-' } else { '+' }, minutes.abs());
        let zone = format!("{sign}{:02}:{:02}", zone / 60, zone % 60);
        local.replace('Z', &zone)
    }

    fn attributes(&mut self, attributes: &[Attribute]) {
        for one in attributes {
            self.blank();
            let (element, value) = match &one.value {
                XesValue::String(text) => ("string", Some(text.clone())),
                XesValue::Id(text) => ("id", Some(text.clone())),
                XesValue::Int(number) => ("int", Some(number.to_string())),
                XesValue::Float(number) => ("float", Some(format!("{number:e}"))),
                XesValue::Boolean(truth) => ("boolean", Some(truth.to_string())),
                XesValue::Date(at) => ("date", Some(self.moment(*at))),
                XesValue::List(_) => ("list", None),
            };
            write!(self.text, "<{element}").unwrap();
            self.quoted("key", &one.key);
            if let Some(value) = value {
                self.quoted("value", &value);
            }
            if one.children.is_empty() && !matches!(one.value, XesValue::List(_)) {
                self.text.push_str("/>");
                continue;
            }
            self.text.push('>');
            self.attributes(&one.children);
            if let XesValue::List(items) = &one.value {
                self.text.push_str("<values>");
                self.attributes(items);
                self.text.push_str("</values>");
            }
            write!(self.text, "</{element} >").unwrap();
        }
        self.blank();
    }
}

fn written(log: &[Trace], choice: u32) -> String {
    let mut to = Writer {
        text: "<log>".to_owned(),
        choice,
    };
    for (early, events, late) in log {
        to.text.push_str("<trace>");
        to.attributes(early);
        for event in events {
            to.text.push_str("<event>");
            to.attributes(event);
            to.text.push_str("</event>");
        }
        // Without events, nothing tells early attributes from late ones.
        if !events.is_empty() {
            to.attributes(late);
        }
        to.text.push_str("</trace>");
    }
    to.text.push_str("</log>");
    to.text
}

fn read(file: &[u8]) -> Vec<Trace> {
    let mut log: Vec<Trace> = Vec::new();
    for item in XesReader::new(file).unwrap() {
        match item.unwrap() {
            Item::TraceStart(trace) => log.push((trace.attributes, Vec::new(), Vec::new())),
            Item::Event(event) => log.last_mut().unwrap().1.push(event.attributes),
            Item::TraceEnd(late) => log.last_mut().unwrap().2 = late,
        }
    }
    log
}

/// What our reader takes, a general parser takes too. (Not the other way round: it is laxer.)
fn agrees_with_quick_xml(file: &[u8]) -> bool {
    let Ok(mut log) = XesReader::new(file) else {
        return true;
    };
    if log.by_ref().any(|item| item.is_err()) {
        return true;
    }
    let mut xml = quick_xml::Reader::from_reader(file);
    xml.config_mut().check_comments = true;
    let mut depth = 0;
    loop {
        match xml.read_event() {
            Ok(quick_xml::events::Event::Start(tag)) if tag.attributes().all(|one| one.is_ok()) => {
                depth += 1;
            }
            Ok(quick_xml::events::Event::Empty(tag)) if tag.attributes().all(|one| one.is_ok()) => {
            }
            Ok(quick_xml::events::Event::Start(_) | quick_xml::events::Event::Empty(_))
            | Err(_) => {
                return false;
            }
            Ok(quick_xml::events::Event::End(_)) => depth -= 1,
            Ok(quick_xml::events::Event::Eof) => return depth == 0,
            Ok(_) => {}
        }
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

const SMALL: &str = "<?xml version='1.0' encoding='UTF-8'?><!-- é --><log xmlns='urn:x'>\
    <trace><string key=\"concept:name\" value=\"J&#252;rg &amp; Söhne\"/>\
    <event><date key='time:timestamp' value='2026-01-05T10:00:00Z'/>\
    <string key='concept:name' value='x'><int key='n' value='1'/></string>\
    <list key='l'><values><boolean key='b' value='true'/></values></list></event></trace></log>";

proptest! {
    // Failing seeds are printed; a found file belongs into fuzz/regressions/xes.
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_reads_back(mut log in log(), choice: u32) {
        let text = written(&log, choice);
        for (_, events, late) in &mut log {
            if events.is_empty() {
                late.clear();
            }
        }
        prop_assert_eq!(&read(text.as_bytes()), &log, "{}", text);
        let utf16: Vec<u8> = format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_be_bytes).collect();
        prop_assert_eq!(&read(&gzip(&utf16)), &log, "{}", text);
    }

    #[test]
    fn no_change_of_bytes_makes_it_panic(
        changes in vec((any::<prop::sample::Index>(), any::<u8>()), 1..6), packed: bool,
        from in any::<prop::sample::Index>(), to in any::<prop::sample::Index>(),
    ) {
        let mut file = SMALL.as_bytes().to_vec();
        if packed {
            file = gzip(&file);
        }
        for (at, byte) in changes {
            let at = at.index(file.len());
            file[at] = byte;
        }
        let _ = read_all_for_check(&file);
        prop_assert!(packed || agrees_with_quick_xml(&file));
        let (from, to) = (from.index(file.len()), to.index(file.len()));
        file.drain(from.min(to)..from.max(to));
        let _ = read_all_for_check(&file);
        prop_assert!(packed || agrees_with_quick_xml(&file));
    }

    #[test]
    fn no_soup_of_tags_makes_it_panic(
        parts in vec(prop::sample::select(vec![
            "<log>", "</log>", "<trace>", "</trace>", "<event>", "</event>", "<event/>", "<list key='l'>",
            "<values>", "</values>", "</list>", "<string key='k' value='v'>", "</string>", "<x>", "</x>",
            "<container key='c'/>", "<string key='k' value='&lt;'/>", "<!-- - -->", "<![CDATA[>]]>", "<?x ?>", "<date key='time:timestamp' value='2026-01-01'/>", "&amp;", " ", "<",
        ]), 0..24),
    ) {
        let file = parts.concat();
        let _ = read_all_for_check(file.as_bytes());
        prop_assert!(agrees_with_quick_xml(file.as_bytes()));
    }
}

#[test]
fn nothing_that_is_cut_off_passes() {
    assert_eq!(read_all_for_check(SMALL.as_bytes()).unwrap(), (1, 1));
    for file in [SMALL.as_bytes().to_vec(), gzip(SMALL.as_bytes())] {
        for end in 0..file.len() {
            assert!(
                read_all_for_check(&file[..end]).is_err(),
                "{end} of {}",
                file.len()
            );
        }
    }
}

#[test]
fn seeds_corpus_and_regressions_are_read_without_panic() {
    let fuzz = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../fuzz"));
    let (mut good, mut bad) = (0, 0);
    for folder in ["seeds/xes", "corpus/xes", "regressions/xes"] {
        let Ok(entries) = fuzz.join(folder).read_dir() else {
            continue;
        };
        for entry in entries {
            let data = std::fs::read(entry.unwrap().path()).unwrap();
            match read_all_for_check(&data) {
                Ok(_) => good += 1,
                Err(_) => bad += 1,
            }
        }
    }
    assert!(good > 0 && bad > 0, "{good} good and {bad} bad files");
}
