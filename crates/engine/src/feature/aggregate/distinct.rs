//! Counts of different values.

use std::collections::{HashMap, HashSet};

use arrow_array::ArrayRef;
use arrow_array::cast::AsArray;
use arrow_array::types::Float64Type;
use types::NO_NUMBER;

use super::Rows;
use crate::values;

/// How many different values each subject's rows have.
pub struct Distinct {
    counts: Vec<i64>,
    /// (subject, value) as they come; counted at the end.
    pairs: Vec<(u32, i64)>,
    /// The value that stands for each text.
    texts: HashMap<String, i64>,
    /// By number named: the first subject it was counted for, and by how many rows; other subjects are in `more`. Mostly there is
    /// one.
    first: Vec<(u32, u32)>,
    more: HashSet<(u32, u32)>,
    /// Whether rows are taken off again.
    pub leaving: bool,
    /// Whether all that left had been counted.
    is_certain: bool,
}

/// By number named: the only subject it counts for, and by how many rows.
pub type Named = Vec<(u32, u32)>;

impl Distinct {
    /// Nothing yet, for `size` subjects.
    pub fn new(size: usize) -> Self {
        Self {
            counts: vec![0; size],
            pairs: Vec::new(),
            texts: HashMap::new(),
            first: Vec::new(),
            more: HashSet::new(),
            leaving: false,
            is_certain: true,
        }
    }

    /// Where `counts` were counted of `named`, for `size` subjects.
    pub fn resumed(counts: &[i64], named: &Named, size: usize) -> Self {
        let mut counts = counts.to_vec();
        counts.resize(size, 0);
        Self { counts, first: named.clone(), ..Self::new(0) }
    }

    /// Whether all that left had been counted.
    pub fn is_certain(&self) -> bool {
        self.is_certain
    }

    /// Rows that name subjects by number.
    pub fn add_numbers(&mut self, rows: &Rows<'_>, named: &[u32]) {
        let Self { counts, first, more, leaving, is_certain, .. } = self;
        if *leaving {
            rows.each(rows.counted, |row, target| {
                let (number, Some(count)) = (named[row], counts.get_mut(target)) else { return };
                match first.get_mut(number as usize) {
                    _ if number == NO_NUMBER => {}
                    Some((known, times)) if *known == rows.targets[row] && *times > 0 => {
                        *times -= 1;
                        *count -= i64::from(*times == 0);
                    }
                    _ => *is_certain = false,
                }
            });
            return;
        }
        rows.each(rows.counted, |row, target| {
            let (number, Some(count)) = (named[row], counts.get_mut(target)) else { return };
            if number == NO_NUMBER {
                return;
            }
            if first.len() <= number as usize {
                first.resize((number as usize + 1).next_power_of_two(), (NO_NUMBER, 0));
            }
            let target = rows.targets[row];
            let (known, times) = &mut first[number as usize];
            if *times == 0 {
                (*known, *times) = (target, 1);
                *count += 1;
            } else if *known == target {
                *times += 1;
            } else if more.insert((number, target)) {
                *count += 1;
            }
        });
    }

    /// Rows with a cell each.
    pub fn add(&mut self, rows: &Rows<'_>, argument: &ArrayRef) {
        let present = rows.present(argument);
        let Self { counts, pairs, texts, .. } = self;
        let mut take = |row: usize, value: i64| {
            if (rows.targets[row] as usize) < counts.len() {
                pairs.push((rows.targets[row], value));
            }
        };
        if let Some(cells) = argument.as_string_opt::<i32>() {
            rows.each(present.as_ref(), |row, _| {
                let next = i64::try_from(texts.len()).unwrap_or(i64::MAX);
                let value = match texts.get(cells.value(row)) {
                    Some(value) => *value,
                    None => *texts.entry(cells.value(row).to_owned()).or_insert(next),
                };
                take(row, value);
            });
        } else if let Some(reals) = argument.as_primitive_opt::<Float64Type>() {
            // Equal reals have equal bits: there is one zero and nothing that is no number.
            rows.each(present.as_ref(), |row, _| take(row, i64::from_le_bytes(reals.value(row).to_le_bytes())));
        } else {
            rows.each(present.as_ref(), |row, _| {
                if let Some(value) = values::raw(argument, row) {
                    take(row, value);
                }
            });
        }
    }

    /// The counts, and what stands behind them; `None` where that is not the numbers named, or one counts for several.
    pub fn finish(mut self) -> (Vec<i64>, Option<Named>) {
        let is_of_numbers = self.pairs.is_empty() && self.more.is_empty();
        self.pairs.sort_unstable();
        self.pairs.dedup();
        for (target, _) in &self.pairs {
            self.counts[*target as usize] += 1;
        }
        (self.counts, is_of_numbers.then_some(self.first))
    }
}
