//! Each rule of the XES reader, by a small file.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::io::{Read, Write};

use flate2::Compression;
use flate2::write::GzEncoder;
use kanzlei_adapters::xes::{
    Attribute, Event, Item, MAX_ATTRIBUTE_BYTES, MAX_ATTRIBUTE_DEPTH, MAX_ELEMENT_DEPTH,
    MAX_TOKEN_BYTES, Mapping, XesError, XesReader, XesValue,
};
use sha2::{Digest, Sha256};

fn items(file: &[u8]) -> Result<Vec<Item>, XesError> {
    XesReader::new(file)?.collect()
}

fn error(file: &[u8]) -> XesError {
    items(file).expect_err("an error was expected")
}

/// The attributes of the one event of a log.
fn event(inside: &str) -> Result<Event, XesError> {
    let file = format!("<log><trace><event>{inside}</event></trace></log>");
    let mut events = items(file.as_bytes())?
        .into_iter()
        .filter_map(|item| match item {
            Item::Event(event) => Some(event),
            _ => None,
        });
    Ok(events.next().unwrap())
}

fn values(inside: &str) -> Vec<(String, XesValue)> {
    let attributes = event(inside).unwrap().attributes;
    attributes
        .into_iter()
        .map(|one| (one.key, one.value))
        .collect()
}

fn text(key: &str, value: &str) -> Attribute {
    Attribute {
        key: key.to_owned(),
        value: XesValue::String(value.to_owned()),
        children: Vec::new(),
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

#[track_caller]
fn at(error: &XesError, line: u64, column: u64) {
    let at = error.at();
    assert_eq!((at.line, at.column), (line, column), "{error}");
    let place = format!("line {line}, column {column}: ");
    assert!(error.to_string().starts_with(&place), "{error}");
}

const SMALL: &str = "<?xml version='1.0' encoding='UTF-8'?>\n<log><trace>\
    <string key=\"concept:name\" value=\"Jürg &amp; Söhne\"/>\
    <event><date key='time:timestamp' value='2026-01-05T10:00:00Z'/></event></trace></log>";

#[test]
fn traces_and_events_come_in_their_order_with_late_attributes_at_the_end() {
    let file = b"<log><string key='concept:name' value='L'/><extension name='x'/>
<global scope='event'><int key='n' value='UNKNOWN'/></global>
<trace><string key='a' value='1'/><event/><string key='b' value='2'/><event></event></trace>
<trace/>
<trace><string key='a' value='3'/></trace></log>";
    let mut log = XesReader::new(&file[..]).unwrap();
    let mut shown = Vec::new();
    for item in &mut log {
        shown.push(match item.unwrap() {
            Item::TraceStart(trace) => format!("start {} {:?}", trace.at, trace.attributes),
            Item::Event(event) => format!("event {} {:?}", event.at, event.attributes),
            Item::TraceEnd(late) => format!("end {late:?}"),
        });
    }
    let (a, b, c) = (text("a", "1"), text("b", "2"), text("a", "3"));
    let wanted = [
        format!("start line 3, column 1 [{a:?}]"),
        "event line 3, column 35 []".to_owned(),
        "event line 3, column 70 []".to_owned(),
        format!("end [{b:?}]"),
        "start line 4, column 1 []".to_owned(),
        "end []".to_owned(),
        format!("start line 5, column 1 [{c:?}]"),
        "end []".to_owned(),
    ];
    assert_eq!(shown, wanted);
    assert_eq!(log.log_name(), Some("L"));
}

#[test]
fn every_type_is_read_and_spaces_around_what_is_no_text_do_not_count() {
    let read = values(
        "<string key='s' value=' a '/><id key='i' value='7-x'/><string key='none'/>\
         <int key='n' value=' -5 '/><int key='m' value='+9223372036854775807'/>\
         <float key='f' value='1.94818911E8'/><float key='inf' value='-INF'/>\
         <boolean key='t' value='true'/><boolean key='z' value='0'/><boolean key='p' value='False'/>\
         <date key='d' value=' 1970-01-01T00:00:01 '/><duration key='later' value='P1D'/>",
    );
    let wanted = [
        ("s", XesValue::String(" a ".into())),
        ("i", XesValue::Id("7-x".into())),
        ("none", XesValue::String(String::new())),
        ("n", XesValue::Int(-5)),
        ("m", XesValue::Int(i64::MAX)),
        ("f", XesValue::Float(194_818_911.0)),
        ("inf", XesValue::Float(f64::NEG_INFINITY)),
        ("t", XesValue::Boolean(true)),
        ("z", XesValue::Boolean(false)),
        ("p", XesValue::Boolean(false)),
        (
            "d",
            XesValue::Date(kanzlei_core::Timestamp::from_micros(1_000_000)),
        ),
        ("later", XesValue::String("P1D".into())),
    ];
    assert_eq!(read, wanted.map(|(key, value)| (key.to_owned(), value)));
}

#[test]
fn a_value_that_does_not_fit_its_type_is_an_error_with_its_place() {
    for (element, value) in [
        ("int", ""),
        ("int", "5.0"),
        ("int", "9223372036854775808"),
        ("float", "much"),
        ("boolean", "yes"),
        ("date", "2026-13-01T00:00:00Z"),
        ("date", "0000-01-01T00:00:00Z"),
        ("date", "UNKNOWN"),
    ] {
        let error = event(&format!(
            "\n  é<x/>\n ü <{element} key='k' value='{value}'/>"
        ));
        assert!(
            matches!(error, Err(XesError::NotXes { .. })),
            "text is refused"
        );
        let error = event(&format!(
            "<!-- é\n --><!--ü--> <{element} key='k' value='{value}'/>"
        ));
        let error = error.unwrap_err();
        assert!(
            matches!(&error, XesError::Value { key, value: given, .. } if key == "k" && given == value),
            "{error}"
        );
        at(&error, 2, 14);
    }
    at(&event("<int key='k'/>").unwrap_err(), 1, 20);
}

#[test]
fn attributes_stand_in_each_other_in_lists_and_containers() {
    let attributes = event(
        "<string key='o' value='1'><int key='in' value='2'><id key='most' value='3'/></int></string>\
         <list key='l'><string key='meta' value='m'/><values><string key='e' value='1'/>\
         <list key='e'><values><string key='e' value='2'/></values></list></values></list>\
         <container key='c'><string key='x' value='y'/></container>",
    )
    .unwrap()
    .attributes;
    let list = |key: &str, items, children| Attribute {
        key: key.to_owned(),
        value: XesValue::List(items),
        children,
    };
    let most = Attribute {
        key: "most".into(),
        value: XesValue::Id("3".into()),
        children: Vec::new(),
    };
    let inner = Attribute {
        key: "in".into(),
        value: XesValue::Int(2),
        children: vec![most],
    };
    let mut outer = text("o", "1");
    outer.children.push(inner);
    let nested = list("e", vec![text("e", "2")], Vec::new());
    let items = vec![text("e", "1"), nested];
    let wanted = [
        outer,
        list("l", items, vec![text("meta", "m")]),
        list("c", Vec::new(), vec![text("x", "y")]),
    ];
    assert_eq!(attributes, wanted);
}

#[test]
fn a_namespace_may_be_declared_or_prefixed_or_left_out() {
    for file in [
        "<log xmlns='http://www.xes-standard.org/'><trace><event/></trace></log>",
        "<x:log xmlns:x='urn:y'><x:trace><x:event/></x:trace></x:log>",
        "<!-- c --><?pi?>\n<log><trace><event/></trace></log>\n<!-- c -->\n",
    ] {
        assert_eq!(items(file.as_bytes()).unwrap().len(), 3, "{file}");
    }
}

#[test]
fn references_are_resolved_and_line_ends_in_values_are_spaces() {
    let value = |raw: &str| match values(&format!("<string key='k' value='{raw}'/>"))
        .remove(0)
        .1
    {
        XesValue::String(text) => text,
        other => panic!("{other:?}"),
    };
    assert_eq!(
        value("&lt;&gt;&amp;&quot;&apos;&#228;&#xE4;&#x1F600;"),
        "<>&\"'ää😀"
    );
    assert_eq!(value("a\nb\tc\r\nd\re&#10;f"), "a b c d e\nf");
    for raw in [
        "&nbsp;",
        "&;",
        "&#;",
        "&#x;",
        "&#0;",
        "&#x1F;",
        "&#xD800;",
        "&#xFFFE;",
        "&#+65;",
        "&lt",
        "&#99999999999;",
        "&#x110000;",
        "<",
    ] {
        let error = event(&format!("<string key='k' value='{raw}'/>")).unwrap_err();
        assert!(matches!(error, XesError::Xml { .. }), "{raw}: {error}");
    }
}

#[test]
fn what_is_not_well_formed_is_an_error_with_its_place() {
    for (file, line, column) in [
        ("<log>\n<trace></log>", 2, 8),
        ("<log>\n<trace>", 2, 8),
        ("<log>\n<trace", 2, 1),
        ("<log/>\n<log/>", 2, 1),
        ("<log/>\nx", 1, 7),
        ("x<log/>", 1, 1),
        ("<log/></log>", 1, 7),
        ("<log>&unknown;</log>", 1, 6),
        ("<log>&#0;</log>", 1, 6),
        ("<log>& </log>", 1, 6),
        ("<log a='1' a='2'/>", 1, 1),
        ("<log a='1'b='2'/>", 1, 1),
        ("<log a=1/>", 1, 1),
        ("<log a/>", 1, 1),
        ("<log a='/>", 1, 1),
        ("<log 1a='1'/>", 1, 1),
        ("<log><1/></log>", 1, 6),
        ("<log>< x/></log>", 1, 6),
        ("<log>\n<!-- a -- b --></log>", 2, 1),
        ("<log><!-- </log>", 1, 6),
        ("<log><![CDATA[ </log>", 1, 6),
        ("<log><!ELEMENT x></log>", 1, 6),
        (" <?xml version='1.0'?><log/>", 1, 2),
        ("<log><?xml version='1.0'?></log>", 1, 6),
        ("<log>\n<!--ü-->\u{0}</log>", 2, 9),
        ("<log>\u{1b}</log>", 1, 6),
        ("<log><event key='a\u{8}'/></log>", 1, 19),
    ] {
        let error = error(file.as_bytes());
        assert!(
            matches!(error, XesError::Xml { .. } | XesError::Encoding { .. }),
            "{file}: {error:?}"
        );
        at(&error, line, column);
    }
}

#[test]
fn what_is_no_event_log_is_an_error_with_its_place() {
    for (file, line, column) in [
        ("", 1, 1),
        ("  \n ", 2, 2),
        ("\n<html/>", 2, 1),
        ("<log>\n <event/></log>", 2, 2),
        ("<log>text</log>", 1, 6),
        ("<log><trace>&amp;</trace></log>", 1, 13),
        ("<log><trace><![CDATA[x]]></trace></log>", 1, 13),
        ("<log><trace><trace/></trace></log>", 1, 13),
        ("<log><trace><event><event/></event></trace></log>", 1, 20),
        (
            "<log><trace><string key='a'><event/></string></trace></log>",
            1,
            29,
        ),
        ("<log><trace><string value='a'/></trace></log>", 1, 13),
        ("<log><trace><values/></trace></log>", 1, 13),
        ("<log><trace><unknown/></trace></log>", 1, 13),
    ] {
        let error = error(file.as_bytes());
        assert!(
            matches!(error, XesError::NotXes { .. }),
            "{file}: {error:?}"
        );
        at(&error, line, column);
    }
}

#[test]
fn a_document_type_is_refused_whatever_it_holds() {
    let laughs = "<!DOCTYPE log [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;\">\
                  <!ENTITY c SYSTEM \"file:///etc/passwd\">]>";
    for doctype in [laughs, "<!DOCTYPE log>", "<!doctype log SYSTEM 'x'>"] {
        let error = error(format!("<?xml version='1.0'?>\n{doctype}<log>&b;</log>").as_bytes());
        at(&error, 2, 1);
        assert!(error.to_string().contains("document type"), "{error}");
    }
}

#[test]
fn an_error_ends_the_reading() {
    let mut log = XesReader::new(&b"<log><trace/>&x;</log>"[..]).unwrap();
    assert!(matches!(log.next(), Some(Ok(Item::TraceStart(_)))));
    assert!(matches!(log.next(), Some(Ok(Item::TraceEnd(_)))));
    assert!(matches!(log.next(), Some(Err(XesError::Xml { .. }))));
    assert!(log.next().is_none());
    assert_eq!(log.content_digest(), None);
}

#[test]
fn the_same_content_packed_or_not_has_one_digest() {
    let wanted: [u8; 32] = Sha256::digest(SMALL.as_bytes()).into();
    let (first, second) = SMALL.as_bytes().split_at(70);
    let members = [gzip(first), gzip(b""), gzip(second)].concat();
    for file in [SMALL.as_bytes().to_vec(), gzip(SMALL.as_bytes()), members] {
        let mut log = XesReader::new(&file[..]).unwrap();
        assert_eq!(log.content_digest(), None);
        assert_eq!(log.by_ref().map(Result::unwrap).count(), 3);
        assert_eq!(log.content_digest(), Some(wanted));
    }
}

#[test]
fn damaged_gzip_is_told_apart_and_gives_what_was_read() {
    let events = "<event/>\n".repeat(20_000);
    let file = gzip(format!("<log>\n<trace>\n{events}</trace></log>").as_bytes());
    let mut read = 0;
    let mut log = XesReader::new(&file[..file.len() / 2]).unwrap();
    let error = loop {
        match log.next().unwrap() {
            Ok(_) => read += 1,
            Err(error) => break error,
        }
    };
    assert!(matches!(error, XesError::Gzip { .. }), "{error:?}");
    assert!(read > 1_000 && error.at().line > 1_000, "{read} {error}");

    let mut flipped = file.clone();
    let crc = flipped.len() - 8;
    flipped[crc] ^= 1;
    assert!(matches!(super_error(&flipped), XesError::Gzip { .. }));
    let garbage = [file, b"garbage".to_vec()].concat();
    assert!(matches!(super_error(&garbage), XesError::Gzip { .. }));
    assert!(matches!(super_error(&[0x1f, 0x8b]), XesError::Gzip { .. }));
}

fn super_error(file: &[u8]) -> XesError {
    match XesReader::new(file) {
        Ok(log) => log
            .map(|item| item.map(drop))
            .find_map(Result::err)
            .unwrap(),
        Err(error) => error,
    }
}

#[test]
fn a_file_that_fails_or_is_read_byte_by_byte() {
    struct Slow<'a>(&'a [u8], bool);
    impl Read for Slow<'_> {
        fn read(&mut self, to: &mut [u8]) -> std::io::Result<usize> {
            self.1 = !self.1;
            if self.1 {
                return Err(std::io::ErrorKind::Interrupted.into());
            }
            if self.0.is_empty() {
                return Err(std::io::Error::other("the cable is out"));
            }
            let many = to.len().min(1);
            self.0.read(&mut to[..many])
        }
    }
    let mut utf16 = vec![0xff, 0xfe];
    utf16.extend(SMALL.encode_utf16().flat_map(u16::to_le_bytes));
    for file in [SMALL.as_bytes(), &gzip(SMALL.as_bytes()), &utf16] {
        let mut read: Vec<_> = XesReader::new(Slow(file, false)).unwrap().collect();
        let error = read.pop().unwrap().unwrap_err();
        assert!(matches!(error, XesError::Io { .. }), "{error:?}");
        let read: Vec<Item> = read.into_iter().map(Result::unwrap).collect();
        assert_eq!(read, items(SMALL.as_bytes()).unwrap());
    }
}

#[test]
fn encodings_are_known_by_mark_by_looks_and_by_declaration() {
    let name = "Zürich – Ærø";
    let file = |encoding: &str, name: &str| {
        format!(
            "<?xml version=\"1.0\" encoding = \"{encoding}\" ?>\n<log><trace>\
             <string key='concept:name' value='{name}'/></trace></log>"
        )
    };
    let utf16 = |mark: &str, big: bool| -> Vec<u8> {
        let units = format!("{mark}{}", file("UTF-16", name));
        let bytes = |unit: u16| {
            if big {
                unit.to_be_bytes()
            } else {
                unit.to_le_bytes()
            }
        };
        units.encode_utf16().flat_map(bytes).collect()
    };
    let utf32 = |mark: &str, big: bool| -> Vec<u8> {
        let units = format!("{mark}{}", file("UTF-32", name));
        let bytes = |c: char| {
            let unit = u32::from(c);
            if big {
                unit.to_be_bytes()
            } else {
                unit.to_le_bytes()
            }
        };
        units.chars().flat_map(bytes).collect()
    };
    let windows = encoding_rs::WINDOWS_1252.encode(name).0.into_owned();
    let windows = [
        file("windows-1252", "|")
            .split('|')
            .next()
            .unwrap()
            .as_bytes(),
        &windows,
        file("", "|").split('|').nth(1).unwrap().as_bytes(),
    ]
    .concat();
    let mut latin: Vec<u8> = file("ISO-8859-1", "Zürich - Ærø")
        .chars()
        .map(|c| c as u8)
        .collect();
    let cyrillic = encoding_rs::KOI8_R
        .encode(&file("koi8-r", "Цюрих"))
        .0
        .into_owned();
    let japanese = encoding_rs::SHIFT_JIS
        .encode(&file("Shift_JIS", "チューリッヒ"))
        .0
        .into_owned();
    for (bytes, wanted) in [
        (file("utf-8", name).into_bytes(), name),
        (
            format!("\u{feff}{}", file("UTF-8", name)).into_bytes(),
            name,
        ),
        (utf16("\u{feff}", false), name),
        (utf16("\u{feff}", true), name),
        (utf16("", false), name),
        (utf16("", true), name),
        (utf32("\u{feff}", false), name),
        (utf32("\u{feff}", true), name),
        (utf32("", false), name),
        (utf32("", true), name),
        (windows, name),
        (latin.clone(), "Zürich - Ærø"),
        (cyrillic, "Цюрих"),
        (japanese, "チューリッヒ"),
    ] {
        for packed in [bytes.clone(), gzip(&bytes)] {
            let mut log = XesReader::new(&packed[..]).unwrap();
            let Some(Ok(Item::TraceStart(trace))) = log.next() else {
                panic!("{wanted}");
            };
            assert_eq!(trace.attributes, [text("concept:name", wanted)]);
            assert_eq!(trace.at.column, 6);
            assert!(matches!(log.next(), Some(Ok(Item::TraceEnd(_)))));
            assert!(log.next().is_none());
            let digest: [u8; 32] = Sha256::digest(&bytes).into();
            assert_eq!(log.content_digest(), Some(digest));
        }
    }
    // Not UTF-8, but says so.
    let label = latin.windows(10).position(|w| w == b"ISO-8859-1").unwrap();
    latin.splice(label..label + 10, *b"utf-8");
    let error = error(&latin);
    assert!(matches!(error, XesError::Encoding { .. }), "{error:?}");
    at(&error, 2, 48);
}

#[test]
fn unknown_and_wrong_encodings_are_refused() {
    for (file, word) in [
        (
            &b"<?xml version='1.0' encoding='utf-7'?><log/>"[..],
            "utf-7",
        ),
        (
            b"<?xml version='1.0' encoding='iso-2022-kr'?><log/>",
            "iso-2022-kr",
        ),
        (b"<?xml version='1.0' encoding='UTF-16'?><log/>", "UTF-16"),
        (b"\x4c\x6f\xa7\x94\x93", "EBCDIC"),
        (b"\xff\xfe<\0l\0o\0g\0/\0>", "no text"),
        (b"\xff\xfe\0\0<\0\0\0\0\0\x11\0", "no text"),
        (b"<log>\xc3", "no text"),
        (b"<log>\xed\xa0\x80</log>", "no text"),
    ] {
        let error = super_error(file);
        assert!(matches!(error, XesError::Encoding { .. }), "{error:?}");
        assert!(error.to_string().contains(word), "{error}");
    }
}

#[test]
fn what_grows_is_limited() {
    let is_limit = |file: String| match error(file.as_bytes()) {
        XesError::Limit { limit, .. } => limit,
        other => panic!("{other:?}"),
    };
    let nested = |many| {
        let (open, close) = (
            "<string key='k' value=''>".repeat(many),
            "</string>".repeat(many),
        );
        format!("<log><trace><event>{open}{close}</event></trace></log>")
    };
    assert!(items(nested(MAX_ATTRIBUTE_DEPTH).as_bytes()).is_ok());
    assert_eq!(
        is_limit(nested(MAX_ATTRIBUTE_DEPTH + 1)),
        MAX_ATTRIBUTE_DEPTH
    );

    let deep = |many| format!("<log>{}{}</log>", "<x>".repeat(many), "</x>".repeat(many));
    assert!(items(deep(MAX_ELEMENT_DEPTH - 1).as_bytes()).is_ok());
    assert_eq!(is_limit(deep(MAX_ELEMENT_DEPTH)), MAX_ELEMENT_DEPTH);

    let large = |bytes: usize| event(&format!("<string key='k' value='{}'/>", "x".repeat(bytes)));
    assert!(large(MAX_ATTRIBUTE_BYTES - 17).is_ok());
    let error = large(MAX_ATTRIBUTE_BYTES - 16).unwrap_err();
    assert!(matches!(
        error,
        XesError::Limit {
            limit: MAX_ATTRIBUTE_BYTES,
            ..
        }
    ));
    at(&error, 1, 20);
    let many = "<string key='' value=''/>".repeat(MAX_ATTRIBUTE_BYTES / 16 + 1);
    assert_eq!(is_limit(format!("<log><trace>{many}")), MAX_ATTRIBUTE_BYTES);
    // A trace's attributes count together, an event's for each event.
    let half = format!(
        "<string key='' value='{}'/>",
        "x".repeat(MAX_ATTRIBUTE_BYTES / 2)
    );
    let whole =
        format!("<log><trace>{half}<event>{half}</event><event>{half}</event></trace></log>");
    assert!(items(whole.as_bytes()).is_ok());
    assert_eq!(
        is_limit(format!("<log><trace>{half}<event/>{half}")),
        MAX_ATTRIBUTE_BYTES
    );

    for (before, endless) in [("<log ", "a"), ("<log a='", "x"), ("<log><!--", "x")] {
        let file = before
            .as_bytes()
            .chain(std::io::repeat(endless.as_bytes()[0]));
        let error = XesReader::new(file).unwrap().find_map(Result::err).unwrap();
        assert!(
            matches!(
                error,
                XesError::Limit {
                    limit: MAX_TOKEN_BYTES,
                    ..
                }
            ),
            "{before}: {error:?}"
        );
    }
    let many: String = (1..70)
        .map(|n| " ".to_owned() + &"a".repeat(n) + "=''")
        .collect();
    assert_eq!(is_limit(format!("<log{many}/>")), 64);
}

#[test]
fn the_mapping_finds_activity_time_and_name() {
    let event_of = |inside: &str| event(inside).unwrap();
    let both = event_of(
        "<string key='concept:name' value='first'/><string key='concept:name' value='last'/>\
         <string key='lifecycle:transition' value='start'/>\
         <string key='time:timestamp' value='2026-01-05'/><int key='n' value='7'/>",
    );
    let mapping = Mapping::default();
    assert_eq!(mapping.activity(&both).unwrap(), "last");
    assert_eq!(
        mapping.time(&both).unwrap().to_string(),
        "2026-01-05T00:00:00Z"
    );
    assert_eq!(mapping.case_name(&both.attributes).as_deref(), Some("last"));
    let other = Mapping::from_toml(
        "activity = ['concept:name', 'lifecycle:transition', 'n']\ntime = 'n'\ncase = 'missing'",
    )
    .unwrap();
    assert_eq!(other.activity(&both).unwrap(), "last+start+7");
    assert!(matches!(other.time(&both), Err(XesError::Value { .. })));
    assert_eq!(other.case_name(&both.attributes), None);

    let neither = event_of("<list key='concept:name'/>");
    let error = mapping.activity(&neither).unwrap_err();
    assert!(matches!(error, XesError::Value { .. }), "{error:?}");
    let error = mapping.time(&neither).unwrap_err();
    assert!(
        error.to_string().contains("no attribute `time:timestamp`"),
        "{error}"
    );
    at(&error, 1, 13);
    let error = mapping.activity(&event_of("")).unwrap_err();
    assert!(
        matches!(
            error,
            XesError::Missing {
                purpose: "activity",
                ..
            }
        ),
        "{error:?}"
    );
}
