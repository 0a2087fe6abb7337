//! Single steps of a command and of a read, timed on one core: `cargo bench -p kanzlei-benches`.

use criterion::{Criterion, criterion_group, criterion_main};
use kanzlei_benches::steps::{STEPS, Steps};

fn steps(criterion: &mut Criterion) {
    let steps = match Steps::ready() {
        Ok(steps) => steps,
        Err(error) => {
            eprintln!("nothing to time: {error}");
            return;
        }
    };
    for (name, step) in STEPS {
        criterion.bench_function(name, |bencher| bencher.iter(|| step(&steps)));
    }
}

criterion_group!(benches, steps);
criterion_main!(benches);
