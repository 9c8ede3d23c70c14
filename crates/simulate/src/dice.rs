//! Chance: a seeded stream per topic, integers only, so that every machine throws the same numbers.
//!
//! Each topic (`births`, `illness`, …) has its own stream: widening one topic leaves the others as they were, and the
//! mess of the files never changes the truth.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// One stream of chance.
pub(crate) struct Dice(ChaCha8Rng);

impl Dice {
    /// The stream of `topic` under `seed`.
    pub(crate) fn new(seed: u64, topic: &str) -> Self {
        let mut generator = ChaCha8Rng::seed_from_u64(seed);
        // FNV-1a: any fixed function of the topic's letters will do.
        let stream = topic
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
        generator.set_stream(stream);
        Self(generator)
    }

    /// A number from `low` to `high`, both included; `low` where the range is empty.
    pub(crate) fn between(&mut self, low: i64, high: i64) -> i64 {
        if low >= high { low } else { self.0.random_range(low..=high) }
    }

    /// The same for days and other small numbers.
    pub(crate) fn small(&mut self, low: i32, high: i32) -> i32 {
        if low >= high { low } else { self.0.random_range(low..=high) }
    }

    /// A position below `length`; 0 where the length is 0.
    pub(crate) fn below(&mut self, length: usize) -> usize {
        let last = i64::try_from(length).unwrap_or(i64::MAX).saturating_sub(1);
        usize::try_from(self.between(0, last)).unwrap_or(0)
    }

    /// True `per_100_000` times in a hundred thousand.
    pub(crate) fn chance(&mut self, per_100_000: u32) -> bool {
        self.0.random_range(0..100_000) < per_100_000
    }

    /// One of the items.
    pub(crate) fn pick<'a, T: ?Sized>(&mut self, items: &[&'a T]) -> Option<&'a T> {
        items.get(self.below(items.len())).copied()
    }

    /// A value of a distribution given by `(per mille of the cases below, value)` knots in rising order, straight between them.
    pub(crate) fn along(&mut self, knots: &[(i64, i64)]) -> i64 {
        // The upper part of a distribution is one too.
        let at = self.between(knots.first().map_or(0, |knot| knot.0), 999);
        for pair in knots.windows(2) {
            let [(from, low), (to, high)] = [pair[0], pair[1]];
            if at < to {
                let span = (to - from).max(1);
                let value = low + (high - low) * (at - from) / span;
                // The step between two thousandths is filled, so that sums of money do not repeat.
                return value + self.between(0, (high - low) / span);
            }
        }
        knots.last().map_or(0, |knot| knot.1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_are_stable_and_apart() {
        let throw = |seed, topic| {
            let mut dice = Dice::new(seed, topic);
            (0..6).map(|_| dice.between(0, 999)).collect::<Vec<_>>()
        };
        assert_eq!(throw(1, "a"), throw(1, "a"));
        assert_ne!(throw(1, "a"), throw(2, "a"));
        assert_ne!(throw(1, "a"), throw(1, "b"));
    }

    #[test]
    fn a_distribution_keeps_its_knots() {
        let mut dice = Dice::new(7, "along");
        let values: Vec<i64> = (0..10_000).map(|_| dice.along(&[(0, 100), (500, 200), (1_000, 1_000)])).collect();
        assert!(values.iter().all(|value| (100..=1_002).contains(value)));
        let below = values.iter().filter(|value| **value <= 200).count();
        assert!((4_600..5_400).contains(&below), "{below}");
        let upper: Vec<i64> = (0..1_000).map(|_| dice.along(&[(900, 500), (1_000, 1_000)])).collect();
        assert!(upper.iter().all(|value| (500..=1_010).contains(value)));
    }
}
