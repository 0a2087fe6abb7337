//! Chance that can be had again: the same seed gives the same numbers, on every machine.

/// `SplitMix64` (Steele, Lea and Flood 2014): small, fast, and good enough to draw cases from.
pub struct Random(u64);

impl Random {
    /// Numbers for one thing of a seed: another stream for each.
    pub fn of(seed: u64, what: u64, number: u64) -> Self {
        let mut random = Self(seed);
        let mixed = random.next() ^ what.rotate_left(32);
        random.0 = mixed;
        random.0 = random.next() ^ number;
        random
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`; 0 if there is none.
    pub fn below(&mut self, end: u64) -> u64 {
        self.next().checked_rem(end).unwrap_or(0)
    }

    /// A number from `first` to `last`.
    pub fn between(&mut self, first: i64, last: i64) -> i64 {
        let span = u64::try_from(last.saturating_sub(first).saturating_add(1)).unwrap_or(0);
        first.saturating_add(i64::try_from(self.below(span)).unwrap_or(0))
    }

    /// Whether something happens that happens so many times in a hundred.
    pub fn percent(&mut self, chance: u64) -> bool {
        self.below(100) < chance
    }

    /// One of several.
    pub fn one_of<'a, T: ?Sized>(&mut self, all: &[&'a T]) -> Option<&'a T> {
        let at = self.below(u64::try_from(all.len()).unwrap_or(0));
        all.get(usize::try_from(at).ok()?).copied()
    }

    /// One of several, by weight.
    pub fn weighted<'a, T>(&mut self, all: &'a [(u64, T)]) -> Option<&'a T> {
        let total = all.iter().map(|(weight, _)| weight).sum();
        let mut at = self.below(total);
        for (weight, one) in all {
            match at.checked_sub(*weight) {
                Some(rest) => at = rest,
                None => return Some(one),
            }
        }
        None
    }

    pub fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        for chunk in bytes.chunks_mut(8) {
            let drawn = self.next().to_le_bytes();
            chunk
                .iter_mut()
                .zip(drawn)
                .for_each(|(to, from)| *to = from);
        }
        bytes
    }
}
