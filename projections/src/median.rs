//! The median of values that come in order.

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
}
