//! The median and the other ranks of values that come in order.

/// Finds the median of so many values, given in order; of an even number it is the mean of the two
/// in the middle.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Median {
    of: u64,
    seen: u64,
    lower: Option<i64>,
    upper: Option<i64>,
}

impl Median {
    pub const fn of(count: u64) -> Self {
        Self {
            of: count,
            seen: 0,
            lower: None,
            upper: None,
        }
    }

    /// Takes in the next value, which comes `count` times and is no smaller than the one before.
    pub fn take(&mut self, value: i64, count: u64) {
        self.seen = self.seen.saturating_add(count);
        if self.lower.is_none() && self.seen > self.of.saturating_sub(1) / 2 {
            self.lower = Some(value);
        }
        if self.upper.is_none() && self.seen > self.of / 2 {
            self.upper = Some(value);
        }
    }

    #[allow(clippy::cast_precision_loss)] // Durations are far below 2^53.
    pub fn found(self) -> Option<f64> {
        let (lower, upper) = self.lower.zip(self.upper)?;
        Some(f64::midpoint(lower as f64, upper as f64))
    }
}

/// How often values come.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Spread(std::collections::BTreeMap<i64, u64>);

impl Spread {
    pub fn add(&mut self, value: i64) {
        self.add_times(value, 1);
    }

    pub fn add_times(&mut self, value: i64, count: u64) {
        *self.0.entry(value).or_default() += count;
    }

    pub fn add_all(&mut self, other: &Self) {
        for (value, count) in &other.0 {
            self.add_times(*value, *count);
        }
    }

    /// How many values.
    pub fn count(&self) -> u64 {
        self.0.values().sum()
    }

    /// How many are less than this.
    pub fn below(&self, value: i64) -> u64 {
        self.0.range(..value).map(|(_, count)| count).sum()
    }

    pub fn median(&self) -> Option<f64> {
        let mut median = Median::of(self.count());
        for (value, count) in &self.0 {
            median.take(*value, *count);
        }
        median.found()
    }

    /// The least value that is no smaller than nine tenths of all.
    pub fn ninth_decile(&self) -> Option<i64> {
        let rank = self.count().saturating_mul(9).div_ceil(10);
        let mut seen = 0;
        self.0.iter().find_map(|(value, count)| {
            seen += count;
            (seen >= rank).then_some(*value)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_in_the_middle() {
        let median = |values: &[(i64, u64)]| {
            let mut median = Median::of(values.iter().map(|(_, count)| count).sum());
            for (value, count) in values {
                median.take(*value, *count);
            }
            median.found()
        };
        assert_eq!(median(&[]), None);
        assert_eq!(median(&[(7, 1)]), Some(7.0));
        assert_eq!(median(&[(7, 1), (9, 1)]), Some(8.0));
        assert_eq!(median(&[(7, 2), (9, 1)]), Some(7.0));
        assert_eq!(median(&[(1, 1), (7, 2), (9, 1)]), Some(7.0));
        assert_eq!(median(&[(1, 2), (8, 1), (9, 3)]), Some(8.5));
    }

    #[test]
    fn nine_tenths_are_no_greater_than_the_ninth_decile() {
        let decile = |values: std::ops::RangeInclusive<i64>| {
            let mut spread = Spread::default();
            values.for_each(|value| spread.add(value));
            spread.ninth_decile()
        };
        assert_eq!(Spread::default().ninth_decile(), None);
        assert_eq!(decile(5..=5), Some(5));
        assert_eq!(decile(1..=9), Some(9));
        assert_eq!(decile(1..=10), Some(9));
        assert_eq!(decile(1..=11), Some(10));
        assert_eq!(decile(1..=100), Some(90));
    }
}
