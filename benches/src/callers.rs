//! Callers: tasks on one runtime that begin together and are timed one by one.

use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::Barrier;

use crate::{Outcome, machine};

/// How long each call of one caller took.
#[derive(Debug, Default)]
pub struct Clock(Vec<Duration>);

impl Clock {
    /// Times one call.
    pub async fn time<T>(&mut self, call: impl Future<Output = T>) -> T {
        let begun = Instant::now();
        let answer = call.await;
        self.0.push(begun.elapsed());
        answer
    }
}

/// How long all callers took together, and each of their calls.
#[derive(Debug)]
pub struct Lap {
    /// From the moment when all were ready until the last had done.
    pub elapsed: Duration,
    /// Each call, the fastest first.
    pub calls: Vec<Duration>,
    /// What all threads of this program computed meanwhile, on every core.
    pub computed: Duration,
}

impl Lap {
    /// Calls a second.
    #[allow(clippy::cast_precision_loss)]
    pub fn rate(&self) -> f64 {
        self.calls.len() as f64 / self.elapsed.as_secs_f64()
    }

    /// Microseconds of a core that a call took, on whatever thread. Others on the machine disturb
    /// this less than the rate.
    #[allow(clippy::cast_precision_loss)]
    pub fn micros_computed(&self) -> f64 {
        self.computed.as_secs_f64() * 1e6 / self.calls.len() as f64
    }
}

/// Lets callers work at once, and gives what each brought, in order.
///
/// # Errors
/// The first failure of a caller.
pub async fn together<C, F, T>(callers: impl IntoIterator<Item = C>) -> Outcome<(Lap, Vec<T>)>
where
    C: FnOnce(Clock) -> F,
    F: Future<Output = Outcome<(Clock, T)>> + Send + 'static,
    T: Send + 'static,
{
    let futures: Vec<F> = callers
        .into_iter()
        .map(|caller| caller(Clock::default()))
        .collect();
    let barrier = Arc::new(Barrier::new(futures.len() + 1));
    let tasks: Vec<_> = futures
        .into_iter()
        .map(|work| {
            let barrier = Arc::clone(&barrier);
            tokio::spawn(async move {
                barrier.wait().await;
                work.await
            })
        })
        .collect();
    barrier.wait().await;
    let computed = machine::computed();
    let begun = Instant::now();
    let (mut calls, mut brought) = (Vec::new(), Vec::new());
    for task in tasks {
        let (clock, result) = task.await??;
        calls.extend(clock.0);
        brought.push(result);
    }
    let elapsed = begun.elapsed();
    let computed = machine::computed().saturating_sub(computed);
    calls.sort_unstable();
    let lap = Lap {
        elapsed,
        calls,
        computed,
    };
    Ok((lap, brought))
}
