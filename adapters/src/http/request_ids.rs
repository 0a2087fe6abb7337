//! Ids of requests.

use std::sync::atomic::{AtomicU64, Ordering};

use axum::http::HeaderValue;
use kanzlei::core::ports::Entropy;

/// Gives ids to requests: no two have the same, here or in another process. They needn't be
/// hard to guess, so chance is asked for once.
pub(super) struct RequestIds {
    process: u64,
    next: AtomicU64,
}

impl RequestIds {
    pub fn new(entropy: &dyn Entropy) -> Self {
        let mut process = [0; 8];
        // Without random bytes ids of two processes can be the same, and requests still work.
        let _ = entropy.fill(&mut process);
        Self {
            process: u64::from_be_bytes(process),
            next: AtomicU64::new(1),
        }
    }

    pub fn next(&self) -> HeaderValue {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let text = format!("{:016x}{number:016x}", self.process);
        HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static("none"))
    }
}
