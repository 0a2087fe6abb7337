//! Some hundred of the harms of which `cargo xtask soak` does thousands.
#![allow(clippy::unwrap_used)]

use kanzlei_soak::Damaging;

#[test]
fn a_flipped_bit_or_a_lost_end_is_found_or_changes_nothing() {
    let damaging = Damaging {
        program: env!("CARGO_BIN_EXE_kanzlei-soak").into(),
        seed: 2,
        settled: false,
    };
    let damaged = damaging.run(250, &mut |_| {}).unwrap();
    for file in ["log/segments/00000001.seg", "vault", "installation.key"] {
        let found = damaged.found.get(file).copied().unwrap_or(0);
        assert!(found > 0, "{file}: {damaged}");
    }
}
