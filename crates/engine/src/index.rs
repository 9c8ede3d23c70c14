//! Rows by subject: which rows of a feed reach a subject, without looking at the others.

use std::sync::Arc;

/// For each subject the rows whose target it is, in row order.
pub struct Index {
    offsets: Vec<u32>,
    rows: Vec<u32>,
}

impl Index {
    /// From pairs (row, target), asked for twice; [`types::NO_NUMBER`], like any number from `size` on, reaches nobody.
    pub fn new<I: Iterator<Item = (u32, u32)>>(size: usize, pairs: impl Fn() -> I) -> Self {
        let mut offsets = vec![0_u32; size + 1];
        for (_, target) in pairs().filter(|(_, target)| (*target as usize) < size) {
            offsets[target as usize + 1] += 1;
        }
        for subject in 0..size {
            offsets[subject + 1] += offsets[subject];
        }
        let mut next = offsets.clone();
        let mut rows = vec![0_u32; offsets[size] as usize];
        for (row, target) in pairs() {
            if (target as usize) < size {
                rows[next[target as usize] as usize] = row;
                next[target as usize] += 1;
            }
        }
        Self { offsets, rows }
    }

    /// The rows of `subject`.
    pub fn of(&self, subject: u32) -> &[u32] {
        let subject = subject as usize;
        if subject + 1 >= self.offsets.len() {
            return &[];
        }
        &self.rows[self.offsets[subject] as usize..self.offsets[subject + 1] as usize]
    }
}

/// An index that grows with its feed: that of the first deliveries, and the few rows that came since.
#[derive(Clone)]
pub struct GrowingIndex {
    first: Arc<Index>,
    /// (subject, row), sorted.
    since: Vec<(u32, u32)>,
    /// How many deliveries it knows.
    pub parts: usize,
}

impl GrowingIndex {
    /// Of the rows in `pairs`, which are all of the first `parts` deliveries; as [`Index::new`].
    pub fn new<I: Iterator<Item = (u32, u32)>>(size: usize, parts: usize, pairs: impl Fn() -> I) -> Self {
        Self { first: Arc::new(Index::new(size, pairs)), since: Vec::new(), parts }
    }

    /// The same with the rows in `pairs`, those of later deliveries up to the first `parts`; `None` when they are so many that it is
    /// better made anew.
    pub fn grown(&self, parts: usize, pairs: impl Iterator<Item = (u32, u32)>) -> Option<Self> {
        let mut since = self.since.clone();
        since.extend(pairs.map(|(row, target)| (target, row)));
        if since.len() > self.first.rows.len() / 4 {
            return None;
        }
        since.sort_unstable();
        Some(Self { first: Arc::clone(&self.first), since, parts })
    }

    /// The rows of `subject`, in row order.
    pub fn of(&self, subject: u32) -> impl Iterator<Item = u32> {
        let from = self.since.partition_point(|(target, _)| *target < subject);
        let since = self.since[from..].iter().take_while(move |(target, _)| *target == subject);
        self.first.of(subject).iter().copied().chain(since.map(|(_, row)| *row))
    }
}
