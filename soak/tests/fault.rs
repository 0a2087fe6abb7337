//! Some of the faults of which `cargo xtask soak` makes hundreds.
#![allow(clippy::unwrap_used)]

use kanzlei_soak::{Failing, Tracer};

#[test]
fn a_failing_disk_is_named_and_nothing_is_acknowledged_that_is_not_durable() {
    let Some(tracer) = Tracer::compiled().unwrap() else {
        return;
    };
    let failing = Failing {
        tracer: &tracer,
        program: env!("CARGO_BIN_EXE_kanzlei-soak").into(),
        seed: 4,
    };
    let failed = failing.run(32, &mut |_| {}).unwrap();
    assert_eq!(failed.faults, 32);
    // A view that stops for an error which doesn't last says so to nobody but who asks for it.
    assert!(failed.refused > 16, "{failed}");
    assert!(failed.recovering > 4, "{failed}");
}
