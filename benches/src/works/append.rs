//! Appending: everybody does each shift, in turns.

use super::Bench;
use super::contenders::Contender;
use super::material::Material;
use crate::Outcome;
use crate::callers::Figures;
use crate::measure::median;

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

    /// Everybody's names, in the order of their turns.
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

/// Lets all do all shifts.
///
/// # Errors
/// If a store fails.
pub async fn run(
    bench: &Bench<'_>,
    contenders: &mut [Box<dyn Contender>],
    material: &mut Material,
) -> Outcome<Laps> {
    let mut laps = Laps::default();
    let mut made = std::mem::take(&mut material.shifts).into_iter();
    for shift in (0..bench.size.repeats).flat_map(|_| &bench.size.shifts) {
        let shares = made.next().unwrap_or_default();
        for contender in contenders.iter_mut() {
            if contender.takes_part(shift.callers) {
                let figures = contender.lap(*shift, &shares).await?;
                laps.0
                    .push((shift.callers, contender.name().to_owned(), figures));
            }
        }
    }
    Ok(laps)
}
