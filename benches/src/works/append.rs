//! Appending: everybody does each shift, one after the other, in another order each time.

use kanzlei_bench_harness::disk;

use super::Bench;
use super::contenders::Contender;
use super::material::Material;
use crate::Outcome;
use crate::callers::Figures;
use crate::chance::Chance;
use crate::measure::median;

/// The orders in which they come are the same in every run.
const ORDERS: u64 = 0x006f_7264_6572;

/// What everybody came to, lap by lap.
#[derive(Debug, Default)]
pub struct Laps(Vec<(usize, String, Figures)>);

impl Laps {
    /// One figure of all laps of one contender with so many callers.
    pub fn of(&self, callers: usize, name: &str, figure: fn(&Figures) -> f64) -> Vec<f64> {
        let laps = self.0.iter();
        laps.filter(|(of, by, _)| *of == callers && by == name)
            .map(|(_, _, figures)| figure(figures))
            .collect()
    }

    /// Everybody's names, in the order of the contenders.
    pub fn names(&self, callers: usize) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for (of, name, _) in &self.0 {
            if *of == callers && !names.contains(&name.as_str()) {
                names.push(name);
            }
        }
        names
    }

    /// How long single calls took, a line each.
    pub fn latencies(&self, callers: usize) -> Vec<String> {
        let line = |name| {
            let typical = |figure| median(self.of(callers, name, figure));
            format!(
                "{callers:>3} callers, {name:<34}  p50 {:6.2} ms, p99 {:6.2} ms, p99.9 {:6.2} ms; \
                 computed {:5.1} µs",
                typical(|lap| lap.half_ms),
                typical(|lap| lap.most_ms),
                typical(|lap| lap.nearly_all_ms),
                typical(|lap| lap.computed_micros),
            )
        };
        self.names(callers).into_iter().map(line).collect()
    }
}

/// Lets all do all shifts, each when nothing that was written before waits for the disk any more.
///
/// # Errors
/// If a store fails.
pub async fn run(
    bench: &Bench<'_>,
    contenders: &mut [Box<dyn Contender>],
    material: &mut Material,
) -> Outcome<Laps> {
    let mut laps = Vec::new();
    let mut made = std::mem::take(&mut material.shifts).into_iter();
    // Whoever always came after the same one would do part of its work.
    let mut chance = Chance(ORDERS);
    for shift in (0..bench.size.repeats).flat_map(|_| &bench.size.shifts) {
        let shares = made.next().unwrap_or_default();
        for index in chance.order(contenders.len()) {
            let contender = contenders.get_mut(index);
            let Some(contender) = contender.filter(|one| one.takes_part(shift.callers)) else {
                continue;
            };
            disk::synced(bench.directory)?;
            let figures = contender.lap(*shift, &shares).await?;
            let name = contender.name().to_owned();
            laps.push((index, (shift.callers, name, figures)));
        }
    }
    laps.sort_by_key(|(index, _)| *index);
    Ok(Laps(laps.into_iter().map(|(_, lap)| lap).collect()))
}
