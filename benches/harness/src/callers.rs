//! Callers: tasks on one runtime that begin together and are timed one by one.

use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use tokio::sync::Barrier;

use crate::measure::percentile;
use crate::{Outcome, process};

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

/// What a lap comes to.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Figures {
    /// Calls a second.
    pub rate: f64,
    /// Milliseconds within which half of the calls were answered.
    pub half_ms: f64,
    /// Milliseconds within which 99 of 100 were answered.
    pub most_ms: f64,
    /// Milliseconds within which 999 of 1000 were answered.
    pub nearly_all_ms: f64,
    /// Microseconds of a core that a call took, on whatever thread. Others on the machine disturb
    /// this less than the rate.
    pub computed_micros: f64,
}

impl Lap {
    /// What it comes to.
    #[allow(clippy::cast_precision_loss)]
    pub fn figures(&self) -> Figures {
        let calls = self.calls.len() as f64;
        let within = |share| percentile(&self.calls, share).as_secs_f64() * 1e3;
        Figures {
            rate: calls / self.elapsed.as_secs_f64(),
            half_ms: within(0.5),
            most_ms: within(0.99),
            nearly_all_ms: within(0.999),
            computed_micros: self.computed.as_secs_f64() * 1e6 / calls,
        }
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
    let computed = process::computed();
    let begun = Instant::now();
    let (mut calls, mut brought) = (Vec::new(), Vec::new());
    for task in tasks {
        let (clock, result) = task.await??;
        calls.extend(clock.0);
        brought.push(result);
    }
    let elapsed = begun.elapsed();
    let computed = process::computed().saturating_sub(computed);
    calls.sort_unstable();
    let lap = Lap {
        elapsed,
        calls,
        computed,
    };
    Ok((lap, brought))
}

/// Lets each caller make the calls of its share, one after the other.
///
/// # Errors
/// The first failure of a call.
pub async fn each_its_share<T, C, F>(shares: Vec<Vec<T>>, call: C) -> Outcome<Figures>
where
    T: Send + 'static,
    C: Fn(T) -> F + Clone + Send + 'static,
    F: Future<Output = Outcome> + Send,
{
    let callers = shares.into_iter().map(|share| {
        let call = call.clone();
        move |mut clock: Clock| async move {
            for item in share {
                clock.time(call(item)).await?;
            }
            Ok((clock, ()))
        }
    });
    let (lap, _) = together(callers).await?;
    Ok(lap.figures())
}
