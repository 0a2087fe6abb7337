//! The figures of an interface.

use metrics::with_local_recorder;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle, PrometheusRecorder};

/// Seconds at which latencies are counted.
const BUCKETS: [f64; 12] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0,
];

/// The figures of an interface, in a recorder of its own: a process may have several.
pub(super) struct Figures {
    recorder: PrometheusRecorder,
    handle: PrometheusHandle,
}

impl Figures {
    pub fn new() -> Self {
        let builder = PrometheusBuilder::new();
        // Without buckets of its own a histogram becomes a summary, which can't be added up.
        let builder = builder
            .set_buckets(&BUCKETS)
            .unwrap_or_else(|_| PrometheusBuilder::new());
        let recorder = builder.build_recorder();
        Self {
            handle: recorder.handle(),
            recorder,
        }
    }

    /// Counts something.
    pub fn record(&self, what: impl FnOnce()) {
        with_local_recorder(&self.recorder, what);
    }

    /// All figures in Prometheus' text format.
    pub fn render(&self) -> String {
        self.handle.run_upkeep();
        self.handle.render()
    }
}
