//! A dozen of the rounds of which `cargo xtask soak` runs hundreds.
#![allow(clippy::unwrap_used)]

use kanzlei_soak::Killing;

#[test]
fn what_was_acknowledged_outlives_a_kill() {
    let killing = Killing {
        program: env!("CARGO_BIN_EXE_kanzlei-soak").into(),
        seed: 5,
    };
    let killed = killing.run(12, &mut |_| {}).unwrap();
    assert_eq!(killed.rounds, 12);
    assert!(killed.acknowledged > 200, "{killed:?}");
}
