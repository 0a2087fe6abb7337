//! `compact` as whoever operates an installation meets it.

use std::fs;

use kanzlei::Kanzlei;

use crate::hand::{copy, done, figures, run};

#[test]
fn compacting_says_what_it_gives_back_of_each_part_and_changes_nothing() {
    let store = copy();
    let (root, figured) = (
        done(store.path(), &["verify", "--json"]).json(),
        figures(store.path()),
    );
    done(store.path(), &["rebuild"]);
    let ran = done(store.path(), &["compact", "--json"]);
    assert!(ran.err.contains("views, bytes: "), "{ran:?}");
    let said = ran.json();
    let parts = said["parts"].as_array().unwrap();
    let names: Vec<_> = parts
        .iter()
        .map(|part| part["part"].as_str().unwrap())
        .collect();
    assert!(
        names.contains(&"index") && names.contains(&"journals"),
        "{said}"
    );
    assert!(
        names.iter().any(|name| name.ends_with(".worklist")),
        "{said}"
    );
    for when in ["before", "after"] {
        let bytes = |part: &serde_json::Value| part[when].as_u64().unwrap();
        assert_eq!(parts.iter().map(bytes).sum::<u64>(), bytes(&said));
    }
    assert_eq!(said["evidence"], serde_json::json!([]));
    assert_eq!(done(store.path(), &["verify", "--json"]).json(), root);
    assert_eq!(figures(store.path()), figured);
    let table = done(store.path(), &["compact"]).out;
    assert!(
        table.contains("Bytes before") && table.contains("index"),
        "{table}"
    );
}

#[test]
fn what_was_put_aside_is_named_with_its_bytes_and_stays() {
    let store = copy();
    let kept = [
        "vault.replaced",
        "log/damaged-3/segments/1.seg",
        "log/segments/1.seg.torn-at-70",
        "views/views/0.jnl.torn-at-9",
    ];
    for (name, bytes) in kept.iter().zip([10, 2_000, 300, 40]) {
        let path = store.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, vec![1; bytes]).unwrap();
    }
    let said = done(store.path(), &["compact", "--json"]).json();
    let named = said["evidence"].as_array().unwrap().iter().map(|one| {
        let path = one["path"].as_str().unwrap();
        let path = path.strip_prefix(store.path().to_str().unwrap()).unwrap();
        (path, one["bytes"].as_u64().unwrap())
    });
    let expected = [
        ("/log/damaged-3", 2_000),
        ("/log/segments/1.seg.torn-at-70", 300),
        ("/vault.replaced", 10),
        ("/views/views/0.jnl.torn-at-9", 40),
    ];
    assert_eq!(named.collect::<Vec<_>>(), expected);
    let told = done(store.path(), &["compact"]).out;
    assert!(
        told.contains("damaged-3 is kept, with 2000 bytes"),
        "{told}"
    );
    assert!(kept.iter().all(|name| store.path().join(name).exists()));
}

#[test]
fn a_store_that_a_portal_has_open_is_left_alone_and_the_program_itself_compacts_it() {
    let store = copy();
    let kanzlei = Kanzlei::open(store.path()).start().unwrap();
    let ran = run(store.path(), &["compact"]);
    assert!(ran.code == 3 && ran.out.is_empty(), "{ran:?}");
    for said in ["open already", "end the portal", "Kanzlei::compact"] {
        assert!(ran.err.contains(said), "{}", ran.err);
    }
    let room = kanzlei.compact(&|_, _, _| {}).unwrap();
    assert!(room.parts.len() > 2, "{room:?}");
    futures::executor::block_on(kanzlei.up_to_date()).unwrap();
    kanzlei.close().unwrap();
    done(store.path(), &["verify"]);
}
