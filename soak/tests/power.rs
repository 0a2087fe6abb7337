//! Some hundred of the images of which `cargo xtask soak` opens thousands.
#![allow(clippy::unwrap_used)]

use kanzlei_soak::{Cutting, Tracer};

#[test]
fn what_was_acknowledged_outlives_a_power_loss() {
    let Some(tracer) = Tracer::compiled().unwrap() else {
        return;
    };
    let cutting = Cutting {
        tracer: &tracer,
        program: env!("CARGO_BIN_EXE_kanzlei-soak").into(),
        seed: 2,
    };
    let cut = cutting.run(160, &mut |_| {}).unwrap();
    assert_eq!(cut.images, 160);
    assert!(cut.traces > 1, "both kinds of disk");
    assert!(cut.compacting > 20, "{cut:?}");
    assert!(cut.again == 20 && cut.acknowledged > 200, "{cut:?}");
}
