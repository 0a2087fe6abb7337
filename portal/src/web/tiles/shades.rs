//! Shades: five classes of a figure from light to dark, and two signs for what has none.

use super::Figure;

/// How a tile is coloured.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Shade {
    /// A class, from 1, the lightest.
    Class(u8),
    /// Hatched: too few cases.
    Small,
    /// Dashed: nothing to say.
    None,
}

impl Shade {
    /// Its name in the style sheet.
    pub const fn class(self) -> &'static str {
        match self {
            Self::Class(1) => "shade-1",
            Self::Class(2) => "shade-2",
            Self::Class(3) => "shade-3",
            Self::Class(4) => "shade-4",
            Self::Class(_) => "shade-5",
            Self::Small => "shade-small",
            Self::None => "shade-none",
        }
    }
}

/// Where each class after the first begins.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Scale {
    begins: [u64; 4],
}

impl Scale {
    /// Days: 0–2, 3–5, 6–9, 10–19, 20 and more.
    pub const DAYS: Self = Self {
        begins: [3, 6, 10, 20],
    };

    /// A scale for counts up to this: numbers that one remembers, about doubling, because a city has
    /// a hundred times the cases of a village.
    pub fn of_counts(most: u64) -> Self {
        let steps = || (0..19).flat_map(|power| [1, 2, 5].map(|step| step * 10_u64.pow(power)));
        // The darkest class begins at half of the most, or before.
        let last = steps()
            .take_while(|step| step.saturating_mul(2) <= most)
            .count();
        let mut begins = [2, 5, 10, 20];
        let first = last.saturating_sub(begins.len()).max(1);
        for (begin, step) in begins.iter_mut().zip(steps().skip(first)) {
            *begin = step;
        }
        Self { begins }
    }

    /// The scale for days, unless more than half of these would lie in one class of it: then one
    /// whose classes have about as many of them each.
    pub fn of_days(values: impl IntoIterator<Item = u64>) -> Self {
        let mut values: Vec<u64> = values.into_iter().collect();
        values.sort_unstable();
        let class = |value: u64| Self::DAYS.shade(Figure::Known(value));
        let crowded = |one: &(Shade, u64, Option<u64>)| {
            let within = values
                .iter()
                .filter(|value| class(**value) == one.0)
                .count();
            within * 2 > values.len()
        };
        if !Self::DAYS.classes().iter().any(crowded) {
            return Self::DAYS;
        }
        let mut begins = [0; 4];
        let mut last = 0;
        for (at, begin) in begins.iter_mut().enumerate() {
            let fifth = values.get(values.len() * (at + 1) / 5).copied();
            // Each class begins above the one before, however often a value comes.
            *begin = fifth.unwrap_or(0).max(last + 1);
            last = *begin;
        }
        Self { begins }
    }

    /// The class of a figure.
    pub fn shade(&self, figure: Figure) -> Shade {
        match figure {
            Figure::Known(value) => {
                let below = self.begins.iter().filter(|begin| **begin <= value).count();
                Shade::Class(u8::try_from(below + 1).unwrap_or(5))
            }
            Figure::Small => Shade::Small,
            Figure::None => Shade::None,
        }
    }

    /// The classes with their bounds, the lightest first; the last has no end.
    pub fn classes(&self) -> Vec<(Shade, u64, Option<u64>)> {
        let first = std::iter::once(0).chain(self.begins);
        let ends = self.begins.iter().map(|begin| Some(begin - 1));
        let bounds = first.zip(ends.chain(std::iter::once(None)));
        let classes = (1..).zip(bounds);
        classes
            .map(|(class, (first, last))| (Shade::Class(class), first, last))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn days_fall_into_the_classes_of_the_legend() {
        let shade = |days| Scale::DAYS.shade(Figure::Known(days));
        for (days, class) in [
            (0, 1),
            (2, 1),
            (3, 2),
            (5, 2),
            (6, 3),
            (9, 3),
            (10, 4),
            (19, 4),
            (20, 5),
        ] {
            assert_eq!(shade(days), Shade::Class(class), "{days} days");
        }
        let bounds: Vec<_> = Scale::DAYS
            .classes()
            .iter()
            .map(|one| (one.1, one.2))
            .collect();
        let expected = [
            (0, Some(2)),
            (3, Some(5)),
            (6, Some(9)),
            (10, Some(19)),
            (20, None),
        ];
        assert_eq!(bounds, expected);
    }

    #[test]
    fn counts_get_bounds_that_one_remembers() {
        assert_eq!(Scale::of_counts(0).begins, [2, 5, 10, 20]);
        assert_eq!(Scale::of_counts(45).begins, [2, 5, 10, 20]);
        assert_eq!(Scale::of_counts(400).begins, [20, 50, 100, 200]);
        assert_eq!(Scale::of_counts(2_600).begins, [100, 200, 500, 1_000]);
    }

    #[test]
    fn days_that_would_all_look_alike_get_a_scale_of_their_own() {
        assert_eq!(Scale::of_days([1, 4, 7, 12, 30]), Scale::DAYS);
        assert_eq!(Scale::of_days([]), Scale::DAYS);
        let months = Scale::of_days([21, 23, 24, 25, 27, 28, 28, 29, 30, 36]);
        assert_eq!(months.begins, [24, 27, 28, 30]);
        assert_eq!(Scale::of_days([28, 28, 28]).begins, [28, 29, 30, 31]);
    }

    proptest! {
        #[test]
        fn every_value_lies_in_a_class_of_a_fitted_scale(
            values in proptest::collection::vec(0_u64..500, 0..90),
        ) {
            let scale = Scale::of_days(values);
            prop_assert!(scale.begins.is_sorted_by(|a, b| a < b));
            prop_assert!(scale.begins[0] > 0);
        }

        #[test]
        fn classes_follow_each_other_and_have_the_figures_within_their_bounds(most: u64) {
            let scale = Scale::of_counts(most);
            let mut next = 0;
            for (shade, first, last) in scale.classes() {
                prop_assert_eq!(first, next);
                prop_assert_eq!(scale.shade(Figure::Known(first)), shade);
                let last = last.unwrap_or(u64::MAX);
                prop_assert_eq!(scale.shade(Figure::Known(last)), shade);
                prop_assert!(first <= last);
                next = last.saturating_add(1);
            }
            prop_assert_eq!(next, u64::MAX);
        }
    }
}
