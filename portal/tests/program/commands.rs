//! Each command: what it prints, what it refuses, and how it ends.

use std::io::Read;
use std::path::Path;
use std::process::Stdio;

use kanzlei::core::record::{Frontier, Page, RecordRef, Stamp, leaf_hash};
use kanzlei::{Kanzlei, Reference};
use serde_json::Value;

use crate::hand::{Ran, command, copy, done, run};

const COMMANDS: [&str; 16] = [
    "compact", "portal", "demo", "import", "services", "cases", "show", "inbox", "overview",
    "stats", "log", "rebuild", "erase", "backup", "restore", "verify",
];

/// A move that is over and went through two municipalities.
fn moved(store: &Path) -> (String, u64) {
    let moves = [
        "cases",
        "--service",
        "move-of-residence",
        "--status",
        "closed",
        "--json",
    ];
    let moves = done(store, &moves).json();
    let passed_on =
        |one: &&Value| one["phase"] == "arrival" && one["involved"] != serde_json::json!([]);
    let one = moves
        .as_array()
        .unwrap()
        .iter()
        .find(passed_on)
        .unwrap()
        .clone();
    let responsible = one["responsible"].as_u64().unwrap();
    (one["case"].as_str().unwrap().to_owned(), responsible)
}

#[test]
fn every_command_explains_itself() {
    let store = copy();
    let help = done(store.path(), &["--help"]).out;
    assert!(
        help.contains("Exit codes:") && help.contains("overseer"),
        "{help}"
    );
    for command in COMMANDS {
        assert!(help.contains(command), "{command}");
        let own = done(store.path(), &[command, "--help"]).out;
        assert!(
            own.contains("Usage: kanzlei") && own.contains("--json"),
            "{own}"
        );
    }
}

#[test]
fn without_a_store_each_command_says_what_makes_one() {
    let nowhere = tempfile::tempdir().unwrap();
    let nowhere = nowhere.path().join("nothing");
    for command in COMMANDS
        .into_iter()
        .filter(|name| !["demo", "import", "restore"].contains(name))
    {
        let arguments: &[&str] = match command {
            "show" | "inbox" => &[command, "1061"],
            "erase" => &[command, "1061", "--party", "1"],
            "backup" => &[command, "elsewhere"],
            _ => &[command],
        };
        let ran = run(&nowhere, arguments);
        assert_eq!(ran.code, 3, "{ran:?}");
        assert!(
            ran.err.contains("kanzlei demo") && ran.out.is_empty(),
            "{ran:?}"
        );
        assert!(!nowhere.exists());
    }
}

#[test]
fn a_wrong_command_line_ends_with_2() {
    let store = copy();
    for wrong in [
        &["nonsense"][..],
        &["cases", "--status", "lost"],
        &["show"],
        &["show", "ABCD", "--as", "mayor"],
        &["show", "ABCD", "--as", "party:x"],
        &["erase", "ABCD"],
        &["erase", "ABCD", "--party", "1", "--all"],
        &["backup"],
        &["restore"],
        &["restore", "folder", "--vault", "file"],
        &["restore", "folder", "--yes"],
        &["restore", "--vault", "file", "--until", "7"],
        &["restore", "folder", "--until", "-1"],
        &["restore", "folder", "--check", "--to", "elsewhere"],
        &["demo", "--cases", "0"],
        &["demo", "--cases", "5", "--more", "5"],
        &["overview", "--as", "party:1"],
        &["import", "x.xes", "--service", "No Code"],
    ] {
        let ran = run(store.path(), wrong);
        assert_eq!(ran.code, 2, "{wrong:?}: {ran:?}");
        assert!(ran.out.is_empty() && !ran.err.is_empty());
    }
}

#[test]
fn what_isnt_there_ends_with_1_and_a_word_on_what_is() {
    let store = copy();
    for (wrong, said) in [
        (&["show", "00000-00000-0"][..], "there is no case"),
        (
            &["erase", "00000-00000-0", "--all", "--yes"],
            "there is no case",
        ),
        (&["cases", "--service", "tax"], "move-of-residence"),
        (&["stats", "--service", "tax"], "move-of-residence"),
        (&["inbox", "Atlantis"], "Atlantis"),
        (&["cases", "--authority", "99999"], "99999"),
        (&["rebuild", "nothing"], "worklist"),
        (&["import", "no-such-file.xes"], "no-such-file.xes"),
    ] {
        let ran = run(store.path(), wrong);
        assert_eq!(ran.code, 1, "{wrong:?}: {ran:?}");
        assert!(ran.err.contains(said), "{wrong:?}: {}", ran.err);
    }
}

#[test]
fn a_store_that_is_open_elsewhere_ends_with_3() {
    let store = copy();
    let kanzlei = Kanzlei::open(store.path()).start().unwrap();
    for command in ["cases", "compact", "verify", "demo"] {
        let ran = run(store.path(), &[command]);
        assert_eq!(ran.code, 3, "{ran:?}");
        assert!(ran.err.contains("open already"), "{}", ran.err);
    }
    kanzlei.close().unwrap();
    done(store.path(), &["cases"]);
}

#[test]
fn a_position_behind_the_log_is_a_wrong_argument_and_no_damage() {
    let store = copy();
    let last = done(store.path(), &["verify", "--json"]).json()["commits"].as_u64();
    let (last, behind) = (last.unwrap(), last.unwrap() + 1);
    done(store.path(), &["log", "--after", &last.to_string()]);
    let ran = run(store.path(), &["log", "--after", &behind.to_string()]);
    assert_eq!(ran.code, 2, "{ran:?}");
    let ends = format!("the log ends at position {last}");
    assert!(ran.err.contains(&ends), "{ran:?}");
}

#[test]
fn a_wrong_or_missing_key_ends_with_3() {
    let store = copy();
    std::fs::remove_file(store.path().join("installation.key")).unwrap();
    let ran = run(store.path(), &["cases"]);
    assert!(
        ran.code == 3 && ran.err.contains("installation.key is missing: put it back"),
        "{ran:?}"
    );
    std::fs::remove_file(store.path().join("vault")).unwrap();
    let ran = run(store.path(), &["cases"]);
    assert!(
        ran.code == 3 && ran.err.contains("put the vault back"),
        "{ran:?}"
    );
}

#[test]
fn json_is_a_list_of_objects() {
    let store = copy();
    for arguments in [
        &["services"][..],
        &["cases"],
        &["inbox", "Luzern"],
        &["stats"],
        &["log"],
    ] {
        let all = done(store.path(), &[arguments, &["--json"]].concat()).json();
        let all = all.as_array().unwrap();
        assert!(
            !all.is_empty() && all.iter().all(Value::is_object),
            "{arguments:?}"
        );
    }
    let cases = done(store.path(), &["cases", "--json"]).json();
    assert!(
        cases
            .as_array()
            .unwrap()
            .iter()
            .all(|one| one["case"].is_string())
    );
    let stats = done(
        store.path(),
        &["stats", "--json", "--service", "move-of-residence"],
    )
    .json();
    let one = &stats.as_array().unwrap()[0];
    for figure in [
        "cases",
        "events",
        "activities",
        "variants",
        "median_seconds",
        "mean_seconds",
    ] {
        assert!(one[figure].is_number(), "{figure}");
    }
    for times in ["first", "last"] {
        assert!(one[times].as_str().unwrap().ends_with('Z'));
    }
    assert!(one["start_activities"].is_object() && one["end_activities"].is_object());
    assert!(done(store.path(), &["overview", "--json"]).json()["services"].is_array());
}

#[test]
fn each_sees_the_same_move_as_they_may() {
    let store = copy();
    let (case, responsible) = moved(store.path());
    let show = |who: &[&str]| {
        let ran = done(
            store.path(),
            &[&["show", case.as_str(), "--json"], who].concat(),
        )
        .json();
        ran.as_array().unwrap()[0].clone()
    };
    let file = show(&[]);
    assert_eq!(file["seen_as"], "file");
    assert_eq!(file["outline"]["responsible"], responsible);
    assert!(!file["contents"]["fields"].as_array().unwrap().is_empty());
    let own = show(&["--as", "party:1"]);
    assert_eq!(own["seen_as"], "own");
    let departure = file["involved"][0].as_u64().unwrap();
    let shared = show(&["--as", &format!("official:{departure}")]);
    assert_eq!(shared["seen_as"], "shared");
    let outline = show(&["--as", "canton"]);
    assert_eq!(outline["seen_as"], "outline");
    let name = file["contents"]["parties"][0]["name"]["shown"]
        .as_str()
        .unwrap();
    assert!(!outline.to_string().contains(name) && own.to_string().contains(name));

    for (who, code) in [("official:1", 1), ("party:9", 1)] {
        assert_eq!(run(store.path(), &["show", &case, "--as", who]).code, code);
    }
    let reference = file["outline"]["reference"].as_str().unwrap();
    assert!(reference.parse::<Reference>().is_ok());
    let text = done(store.path(), &["show", reference]).out;
    assert!(
        text.contains(name) && text.contains("took over the case"),
        "{text}"
    );
}

#[test]
fn an_erased_party_is_gone_from_every_answer_and_the_store_still_verifies() {
    let store = copy();
    let (case, _) = moved(store.path());
    let values = |ran: &Ran| -> Vec<String> {
        let json = ran.json();
        let contents = &json[0]["contents"];
        let typed = |field: &&Value| field["field"] == "new-address";
        let fields = contents["fields"].as_array().unwrap();
        let address = fields.iter().find(typed).map(|one| &one["value"]);
        let name = &contents["parties"][0]["name"]["shown"];
        let values = [name, &address.unwrap()["text"]];
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        values.into_iter().map(text).collect()
    };
    let personal = values(&done(store.path(), &["show", &case, "--json"]));

    let party = ["erase", &case, "--party", "1"];
    let asked = run(store.path(), &party);
    assert_eq!(asked.code, 1, "{asked:?}");
    assert!(asked.out.contains(&personal[0]) && asked.err.contains("--yes"));
    let before = done(store.path(), &["show", &case]).out;
    assert!(personal.iter().all(|value| before.contains(value)));

    let erased = done(store.path(), &[&party[..], &["--yes"]].concat()).out;
    assert!(erased.contains("is erased"), "{erased}");
    for viewer in ["official:1061", "party:1", "canton"] {
        let seen = run(store.path(), &["show", &case, "--as", viewer]).out;
        for value in &personal {
            assert!(!seen.contains(value), "{viewer}: {seen}");
        }
    }
    let again = done(store.path(), &[&party[..], &["--json"]].concat()).json();
    assert_eq!(again["erased"], true);
    let all = done(store.path(), &["erase", &case, "--all", "--yes", "--json"]).json();
    assert_eq!(all["party"], Value::Null);
    done(store.path(), &["verify"]);
}

#[test]
fn the_raw_log_leads_to_the_root_that_verify_has() {
    let store = copy();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("raw");
    done(store.path(), &["log", "--raw", file.to_str().unwrap()]);
    let bytes = std::fs::read(&file).unwrap();
    let (mut rest, mut tree) = (bytes.as_slice(), Frontier::default());
    while !rest.is_empty() {
        let (stamp, record) = Stamp::split(rest).unwrap();
        let length = |at: usize| u32::from_le_bytes(record[at..at + 4].try_into().unwrap());
        let length = 16 + (length(4) + length(8)) as usize;
        let parsed = RecordRef::parse(&record[..length]).unwrap();
        tree.push(leaf_hash(stamp, parsed.hashes().content));
        let mut page = Page::new();
        page.push(&rest[..Stamp::LENGTH + length]).unwrap();
        rest = &record[length..];
    }
    let verified = done(store.path(), &["verify", "--json"]).json();
    assert_eq!(verified["commits"], tree.size());
    assert_eq!(verified["root"], tree.root().to_string());
}

#[test]
fn the_raw_log_is_never_written_over_anything_unless_that_is_wanted_nor_into_the_store() {
    let store = copy();
    let folder = tempfile::tempdir().unwrap();
    let vault = store.path().join("vault");
    let before = std::fs::read(&vault).unwrap();
    for inside in [&vault, &store.path().join("log/raw")] {
        let inside = inside.to_str().unwrap();
        for overwrite in [&[][..], &["--overwrite"]] {
            let refused = run(
                store.path(),
                &[&["log", "--raw", inside], overwrite].concat(),
            );
            assert_eq!(refused.code, 1, "{refused:?}");
            assert!(refused.err.contains("is in the store"), "{refused:?}");
        }
    }
    assert_eq!(std::fs::read(&vault).unwrap(), before);
    assert!(!store.path().join("log/raw").exists());
    let file = folder.path().join("raw");
    let raw = ["log", "--raw", file.to_str().unwrap()];
    std::fs::write(&file, "mine").unwrap();
    let refused = run(store.path(), &raw);
    assert_eq!(refused.code, 1, "{refused:?}");
    assert!(refused.err.contains("--overwrite"), "{refused:?}");
    assert_eq!(std::fs::read(&file).unwrap(), b"mine");
    done(store.path(), &[&raw[..], &["--overwrite"]].concat());
    assert!(std::fs::read(&file).unwrap().len() > 1_000);
}

#[test]
fn an_error_is_said_in_json_where_answers_are() {
    let store = copy();
    let ran = run(store.path(), &["show", "nothing", "--json"]);
    let said: serde_json::Value = serde_json::from_str(ran.err.trim()).unwrap();
    assert_eq!((ran.code, &said["exit"]), (1, &1.into()), "{ran:?}");
    assert!(said["error"].is_string(), "{ran:?}");
}

#[test]
fn who_closes_the_pipe_has_read_enough() {
    let store = copy();
    let mut child = command(store.path(), &["log", "--json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = [0; 10];
    child.stdout.take().unwrap().read_exact(&mut first).unwrap();
    let mut said = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut said)
        .unwrap();
    assert_eq!((child.wait().unwrap().code(), said.as_str()), (Some(0), ""));
}

#[test]
fn a_passphrase_opens_what_it_made() {
    let store = tempfile::tempdir().unwrap();
    let with = |passphrase: Option<&str>, arguments: &[&str], store: &Path| {
        let mut command = command(store, arguments);
        if let Some(passphrase) = passphrase {
            command.env("KANZLEI_PASSPHRASE", passphrase);
        }
        command.output().unwrap().status.code()
    };
    let demo = ["demo", "--cases", "2"];
    assert_eq!(with(Some("vier Waldstätte"), &demo, store.path()), Some(0));
    assert_eq!(
        with(Some("vier Waldstätte"), &["cases"], store.path()),
        Some(0)
    );
    assert_eq!(
        with(Some("fünf Waldstätte"), &["cases"], store.path()),
        Some(3)
    );
    assert_eq!(with(None, &["cases"], store.path()), Some(3));
    assert!(!store.path().join("installation.key").exists());
}
