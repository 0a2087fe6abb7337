//! Importing from the command line; what an import makes of a file is the adapter's to test.

use crate::hand::{done, run};

const LOG: &str = r#"<log xmlns="http://www.xes-standard.org/">
  <string key="concept:name" value="Permits"/>
  <trace><string key="concept:name" value="1"/>
    <event><string key="concept:name" value="receive"/><date key="time:timestamp" value="2026-01-05T10:00:00+01:00"/></event>
    <event><string key="concept:name" value="grant"/><date key="time:timestamp" value="2026-01-07T10:00:00+01:00"/></event>
  </trace>
</log>"#;

#[test]
fn a_log_is_imported_once_and_a_bad_one_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let (store, file) = (
        folder.path().join("store"),
        folder.path().join("permits.xes"),
    );
    std::fs::write(&file, LOG).unwrap();
    let import = ["import", file.to_str().unwrap(), "--json"];
    let first = done(&store, &import).json();
    assert_eq!(
        (&first["new_cases"], &first["new_events"]),
        (&1.into(), &2.into())
    );
    assert_eq!(done(&store, &import).json()["new_events"], 0);
    let stats = done(&store, &["stats", "--json", "--service", "permits"]).json();
    assert_eq!(stats[0]["median_seconds"], 172_800.0);
    assert_eq!(stats[0]["end_activities"]["grant"], 1);
    assert_eq!(
        done(&store, &["cases", "--json"])
            .json()
            .as_array()
            .unwrap()
            .len(),
        1
    );
    done(&store, &["verify"]);

    let before = done(&store, &["verify", "--json"]).json();
    std::fs::write(&file, LOG.replace("2026-01-07", "2026-13-07")).unwrap();
    let bad = run(&store, &import);
    assert_eq!(bad.code, 1, "{bad:?}");
    assert!(bad.err.contains("line 5"), "{}", bad.err);
    assert_eq!(done(&store, &["verify", "--json"]).json(), before);
}
