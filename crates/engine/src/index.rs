//! Rows by subject: which rows of a feed reach a subject, without looking at the others.

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
