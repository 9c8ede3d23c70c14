//! Chance from a seed.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// A seeded stream of chance.
pub(super) struct Dice {
    stream: ChaCha8Rng,
}

impl Dice {
    /// The stream of `seed`.
    pub(super) fn new(seed: u64) -> Self {
        Self { stream: ChaCha8Rng::seed_from_u64(seed) }
    }

    /// A number from `low` to `high`, both included.
    pub(super) fn between(&mut self, low: i32, high: i32) -> i32 {
        if low >= high { low } else { self.stream.random_range(low..=high) }
    }

    /// A position below `length`.
    pub(super) fn below(&mut self, length: usize) -> usize {
        if length < 2 { 0 } else { self.stream.random_range(0..length) }
    }

    /// True this many times in a hundred.
    pub(super) fn chance(&mut self, percent: i32) -> bool {
        self.between(1, 100) <= percent
    }

    /// One of `items`, which must not be empty.
    pub(super) fn pick<T: Clone>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())].clone()
    }
}
