//! Aggregates: rows scattered into one entry per subject, batch after batch (semantics section 4).

mod chosen;
mod distinct;
mod sums;

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use arrow_array::{Array, ArrayRef, BooleanArray, Int64Array};
use arrow_buffer::BooleanBuffer;
use expr::{AggregateCall, AggregateFunction};
use types::Type;

use crate::{Fault, values};
use chosen::Chosen;
use distinct::{Distinct, Named};
use sums::Sums;

/// Rows of one batch. Rows are numbered in the order in which ties are broken after the valid date.
pub struct Rows<'b> {
    /// The subject of each; numbers that no subject has reach nobody.
    pub targets: &'b [u32],
    /// Which of them count; `None` for all.
    pub counted: Option<&'b BooleanBuffer>,
    /// Number of the first row, where the rows are neighbours.
    pub first: u32,
    /// Number of each row, where they are not.
    pub numbers: Option<&'b [u32]>,
}

impl Rows<'_> {
    /// Calls `take` with (row in the batch, its subject) for each row that counts.
    fn each(&self, counted: Option<&BooleanBuffer>, mut take: impl FnMut(usize, usize)) {
        match counted {
            None => {
                for (row, target) in self.targets.iter().enumerate() {
                    take(row, *target as usize);
                }
            }
            Some(counted) => {
                for row in counted.set_indices() {
                    take(row, self.targets[row] as usize);
                }
            }
        }
    }

    /// Calls `take` with (cell, the row's subject) for each row that counts; `cells`: one for each row.
    fn each_of<T: Copy>(&self, counted: Option<&BooleanBuffer>, cells: &[T], mut take: impl FnMut(T, usize)) {
        match counted {
            None => {
                for (cell, target) in cells.iter().zip(self.targets) {
                    take(*cell, *target as usize);
                }
            }
            Some(counted) => {
                for row in counted.set_indices() {
                    take(cells[row], self.targets[row] as usize);
                }
            }
        }
    }

    /// The rows that count and whose cell in `argument` is not NULL.
    fn present(&self, argument: &dyn Array) -> Option<BooleanBuffer> {
        let cells = argument.nulls().filter(|nulls| nulls.null_count() > 0).map(|nulls| nulls.inner());
        match (self.counted, cells) {
            (None, None) => None,
            (Some(bits), None) | (None, Some(bits)) => Some(bits.clone()),
            (Some(counted), Some(cells)) => Some(counted & cells),
        }
    }

    fn number(&self, row: usize) -> u32 {
        match self.numbers {
            Some(numbers) => numbers[row],
            None => self.first + u32::try_from(row).unwrap_or(u32::MAX),
        }
    }
}

/// What an aggregate leaves for the next question, beside its values.
#[derive(Clone, Debug)]
pub enum Carry {
    /// Of averages: the sums, and how many cells each is of.
    Average((Vec<i64>, Vec<i64>)),
    /// Of different subjects named: whom each counts for.
    Named(Named),
}

/// One aggregate of every subject, under way.
pub struct Aggregate<'a> {
    call: &'a AggregateCall,
    at: String,
    state: State,
}

enum State {
    Count(Vec<i64>),
    Distinct(Distinct),
    Sum(Sums),
    /// Whether each is still undecided.
    AnyAll(Vec<bool>),
    Chosen(Chosen),
}

impl<'a> Aggregate<'a> {
    /// Nothing counted yet, for `size` subjects; `at` names the place of an overflow.
    pub fn new(call: &'a AggregateCall, size: usize, at: &str) -> Self {
        let state = match call.function {
            AggregateFunction::Count if call.distinct => State::Distinct(Distinct::new(size)),
            AggregateFunction::Count => State::Count(vec![0; size]),
            AggregateFunction::Sum => State::Sum(Sums::new(size, false)),
            AggregateFunction::Avg => State::Sum(Sums::new(size, true)),
            AggregateFunction::Any | AggregateFunction::All => State::AnyAll(vec![true; size]),
            function => State::Chosen(Chosen::new(function, size)),
        };
        Self { call, at: at.to_owned(), state }
    }

    /// Where `values` and `carry` were left off, for `size` subjects; `None` where that does not fit the call.
    pub fn resumed(call: &'a AggregateCall, values: &ArrayRef, carry: &Carry, size: usize, at: &str) -> Option<Self> {
        let state = match carry {
            Carry::Average(parts) => State::Sum(Sums::resumed(parts, size)),
            Carry::Named(named) => {
                State::Distinct(Distinct::resumed(values.as_primitive_opt::<Int64Type>()?.values(), named, size))
            }
        };
        Some(Self { call, at: at.to_owned(), state })
    }

    /// Whether the rows added from now on leave instead, for what was resumed.
    pub fn set_leaving(&mut self, leaving: bool) {
        match &mut self.state {
            State::Sum(sums) => sums.leaving = leaving,
            State::Distinct(distinct) => distinct.leaving = leaving,
            State::Count(_) | State::AnyAll(_) | State::Chosen(_) => {}
        }
    }

    /// Whether what left had been there before.
    pub fn is_certain(&self) -> bool {
        match &self.state {
            State::Distinct(distinct) => distinct.is_certain(),
            _ => true,
        }
    }

    /// Whether a column that holds the keys of a link can be counted by the link's numbers ([`Aggregate::add_numbers`]).
    pub fn takes_numbers(&self) -> bool {
        matches!(self.state, State::Distinct(_))
    }

    /// Counts different subjects that rows name: `named` is the number of each row, [`types::NO_NUMBER`] for none.
    pub fn add_numbers(&mut self, rows: &Rows<'_>, named: &[u32]) {
        if let State::Distinct(distinct) = &mut self.state {
            distinct.add_numbers(rows, named);
        }
    }

    /// Adds the rows of one batch. `argument`: the cell of each (absent for `count(*)`); `valid`: its valid date, for ties.
    ///
    /// # Errors
    /// When the call lacks its argument.
    pub fn add(
        &mut self,
        rows: &Rows<'_>,
        argument: Option<&ArrayRef>,
        valid: impl Fn(usize) -> i32,
    ) -> Result<(), Fault> {
        match (&mut self.state, argument) {
            (State::Count(counts), argument) => {
                let present = match argument {
                    Some(argument) => rows.present(argument),
                    None => rows.counted.cloned(),
                };
                rows.each(present.as_ref(), |_, target| {
                    if let Some(count) = counts.get_mut(target) {
                        *count += 1;
                    }
                });
            }
            (State::Distinct(distinct), Some(argument)) => distinct.add(rows, argument),
            (State::Sum(sums), Some(argument)) => sums.add(rows, argument),
            (State::AnyAll(undecided), Some(argument)) => {
                let decisive = self.call.function == AggregateFunction::Any;
                let Some(cells) = argument.as_boolean_opt() else { return Ok(()) };
                let present = rows.present(argument);
                rows.each(present.as_ref(), |row, target| {
                    if cells.value(row) == decisive
                        && let Some(undecided) = undecided.get_mut(target)
                    {
                        *undecided = false;
                    }
                });
            }
            (State::Chosen(chosen), Some(argument)) => chosen.add(rows, argument, valid),
            (_, None) => return Err(Fault::Programme { missing: format!("the argument of `{}`", self.call.text) }),
        }
        Ok(())
    }

    /// The aggregate of every subject, and what the next question can go on from.
    ///
    /// # Errors
    /// When a sum overflows.
    pub fn finish_to_carry(self) -> Result<(ArrayRef, Option<Carry>), Fault> {
        let scale = self.scale();
        let cells: ArrayRef = match self.state {
            State::Count(counts) => Arc::new(Int64Array::from(counts)),
            State::Distinct(distinct) => {
                let (counts, named) = distinct.finish();
                return Ok((Arc::new(Int64Array::from(counts)), named.map(Carry::Named)));
            }
            State::Sum(sums) if self.call.function == AggregateFunction::Avg => {
                let averages = Arc::new(sums.averages(scale));
                return Ok((averages, sums.into_parts().map(Carry::Average)));
            }
            State::Sum(sums) => Arc::new(sums.totals().ok_or(Fault::Overflow { at: self.at })?),
            State::AnyAll(undecided) => {
                let is_any = self.call.function == AggregateFunction::Any;
                let bits = BooleanBuffer::collect_bool(undecided.len(), |subject| undecided[subject] != is_any);
                Arc::new(BooleanArray::new(bits, None))
            }
            State::Chosen(chosen) => {
                let kind = self.call.argument.as_ref().map_or(Type::INTEGER, |argument| argument.root.ty);
                chosen.finish(values::data_type(kind)?)
            }
        };
        Ok((cells, None))
    }

    /// Decimals of the cells.
    fn scale(&self) -> u8 {
        match self.call.argument.as_ref().map(|argument| argument.root.ty) {
            Some(Type::Number { scale, .. }) => scale,
            _ => 0,
        }
    }

    /// The aggregate of every subject.
    ///
    /// # Errors
    /// When a sum overflows.
    pub fn finish(self) -> Result<ArrayRef, Fault> {
        Ok(self.finish_to_carry()?.0)
    }
}
