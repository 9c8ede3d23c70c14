//! Sums and averages: exact, whatever the order of rows.

use std::collections::HashMap;

use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use arrow_array::{ArrayRef, Float64Array, Int64Array};
use arrow_buffer::NullBuffer;
use types::Decimal;

use super::Rows;
use crate::bitmap;
use crate::vector::quotients;

/// A sum per subject, 128 bits wide: the low half in an array, and how often it ran over in a map, for hardly any does.
pub struct Sums {
    low: Vec<i64>,
    overruns: HashMap<usize, i64>,
    /// How many cells; empty where nobody asks.
    counts: Vec<i64>,
    /// Whether cells are taken off again.
    pub leaving: bool,
}

impl Sums {
    /// Zero for `size` subjects.
    pub fn new(size: usize, counts: bool) -> Self {
        Self {
            low: vec![0; size],
            overruns: HashMap::new(),
            counts: vec![0; if counts { size } else { 0 }],
            leaving: false,
        }
    }

    /// What [`Sums::into_parts`] gave, for `size` subjects.
    pub fn resumed(parts: &(Vec<i64>, Vec<i64>), size: usize) -> Self {
        let long = |cells: &Vec<i64>| {
            let mut cells = cells.clone();
            cells.resize(size, 0);
            cells
        };
        Self { low: long(&parts.0), overruns: HashMap::new(), counts: long(&parts.1), leaving: false }
    }

    /// The sums and how many cells each is of; `None` when one ran over.
    pub fn into_parts(self) -> Option<(Vec<i64>, Vec<i64>)> {
        self.overruns.is_empty().then_some((self.low, self.counts))
    }

    /// Adds the cells of one batch, or takes them off.
    pub fn add(&mut self, rows: &Rows<'_>, argument: &ArrayRef) {
        if self.leaving {
            self.scatter::<true>(rows, argument);
        } else {
            self.scatter::<false>(rows, argument);
        }
    }

    /// One pass per array: what the loop does for a row must be little, so that the processor waits for many rows' memory at once.
    fn scatter<const LEAVING: bool>(&mut self, rows: &Rows<'_>, argument: &ArrayRef) {
        let Some(cells) = argument.as_primitive_opt::<Int64Type>() else { return };
        let present = rows.present(argument);
        let step = if LEAVING { -1 } else { 1 };
        let Self { low, overruns, counts, .. } = self;
        rows.each_of(present.as_ref(), cells.values(), |cell, target| {
            let Some(sum) = low.get_mut(target) else { return };
            let (total, is_over) = if LEAVING { sum.overflowing_sub(cell) } else { sum.overflowing_add(cell) };
            *sum = total;
            if is_over {
                run_over(overruns, target, step * cell.signum());
            }
        });
        if !counts.is_empty() {
            rows.each(present.as_ref(), |_, target| {
                if let Some(count) = counts.get_mut(target) {
                    *count += step;
                }
            });
        }
    }

    fn total(&self, subject: usize) -> i128 {
        let overruns = if self.overruns.is_empty() { None } else { self.overruns.get(&subject) };
        i128::from(self.low[subject]) + overruns.map_or(0, |times| i128::from(*times) << 64)
    }

    /// The sums; `None` when one does not fit its cell.
    pub fn totals(self) -> Option<Int64Array> {
        if self.overruns.values().any(|times| *times != 0) {
            return None;
        }
        Some(Int64Array::from(self.low))
    }

    /// One f64 division of two integers each; absent without cells.
    pub fn averages(&self, scale: u8) -> Float64Array {
        let factor = 10_i64.checked_pow(scale.into());
        let divisors: Option<Vec<i64>> =
            factor.and_then(|factor| self.counts.iter().map(|count| count.checked_mul(factor)).collect());
        if let (true, Some(divisors)) = (self.overruns.is_empty(), divisors) {
            let present = NullBuffer::new(bitmap::pack(&divisors, |divisor| divisor != 0));
            return Float64Array::new(quotients(&self.low, &divisors), Some(present));
        }
        let average =
            |(subject, count): (usize, &i64)| Decimal::new(self.total(subject), scale).divide(Decimal::integer(*count));
        self.counts.iter().enumerate().map(average).collect()
    }
}

/// Notes that the sum of `target` ran over; apart, so that the loop around it stays small.
#[cold]
#[inline(never)]
fn run_over(overruns: &mut HashMap<usize, i64>, target: usize, by: i64) {
    *overruns.entry(target).or_default() += by;
}
