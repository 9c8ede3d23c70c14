//! A feature over rows as it follows from an earlier question: only the rows that entered or left are looked at.
//!
//! Always equal to [`RowsReader::column`]; where that is not certain the answer is `None`, and the feature is computed anew.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Float64Type, Int64Type};
use arrow_array::{Array, ArrayRef, Int64Array, PrimitiveArray};
use expr::{AggregateFunction, Input};
use types::NO_NUMBER;

use super::aggregate::{Aggregate, Carry};
use super::rows::{ROWS_AT_ONCE, RowsReader, SUBJECT};
use crate::column::Column;
use crate::rows::{Run, changes};
use crate::{Fault, bitmap, values};

/// Runs of rows that entered and left, and how many rows they are.
struct Changed {
    entered: Vec<Run>,
    left: Vec<Run>,
    rows: usize,
}

impl Changed {
    fn is_none(&self) -> bool {
        self.entered.is_empty() && self.left.is_empty()
    }
}

/// From this share of a feature's rows on it is quicker to look at all of them.
const WORTH_IT: usize = 4;
/// A subject's rows looked up one by one cost as much as those of so many subjects in passing.
const LOOK_UP: usize = 16;
/// From this share of all subjects on it is quicker to add to everyone than to look for who is concerned.
const MANY: usize = 64;

impl<'a> RowsReader<'_, 'a> {
    /// This feature, as it follows from `old`, what `before` was.
    ///
    /// # Errors
    /// As [`RowsReader::column`].
    pub fn carried(&self, before: &RowsReader<'_, 'a>, old: &Column) -> Result<Option<Column>, Fault> {
        if !self.follows(before)? {
            return Ok(None);
        }
        let changed = self.changed(before);
        if changed.rows > self.rows().len() / WORTH_IT {
            return Ok(None);
        }
        let changed = self.counting(changed)?;
        let size = self.columns().scene.size(&self.feature().kind)?;
        let (values, carry) = if changed.is_none() && old.values.len() == size {
            (Arc::clone(&old.values), old.carry.clone())
        } else if let Some((values, carry)) = self.resumed(&changed, old, size)? {
            (values, carry.map(Arc::new))
        } else {
            let Some(values) = self.changed_values(&changed, &old.values, size)? else { return Ok(None) };
            (values, None)
        };
        let mut column = Column { carry, ..Column::covered(self.feature().ty, values) };
        self.uncover(&mut column)?;
        Ok(Some(column))
    }

    /// The values when rows have `changed`, made from what `old` carries.
    fn resumed(
        &self,
        changed: &Changed,
        old: &Column,
        size: usize,
    ) -> Result<Option<(ArrayRef, Option<Carry>)>, Fault> {
        let Some(carry) = &old.carry else { return Ok(None) };
        let name = &self.feature().name;
        let Some(mut aggregate) = Aggregate::resumed(self.aggregate(), &old.values, carry, size, name) else {
            return Ok(None);
        };
        let refused = self.refused()?;
        for (runs, leaving) in [(&changed.left, true), (&changed.entered, false)] {
            aggregate.set_leaving(leaving);
            for run in runs {
                self.add(&mut aggregate, run, &refused, None)?;
            }
        }
        if !aggregate.is_certain() {
            return Ok(None);
        }
        aggregate.finish_to_carry().map(Some)
    }

    /// The values when rows have `changed`; `None` where looking at all rows is certain or quicker.
    fn changed_values(&self, changed: &Changed, old: &ArrayRef, size: usize) -> Result<Option<ArrayRef>, Fault> {
        let call = self.aggregate();
        let is_sum = matches!(call.function, AggregateFunction::Count | AggregateFunction::Sum) && !call.distinct;
        if is_sum && changed.rows > size / MANY {
            return self.moved(changed, None, old, size);
        }
        let dirty = self.subjects_of(changed, size);
        let patch = if is_sum {
            self.moved(changed, Some(&dirty), old, dirty.len())?
        } else {
            let extended = match call.function {
                AggregateFunction::Min | AggregateFunction::Max if changed.left.is_empty() => {
                    self.extended(changed, &dirty, old)?
                }
                _ => None,
            };
            match extended {
                Some(extended) => Some(extended),
                None if dirty.len() > size / LOOK_UP => None,
                None => Some(self.anew(&dirty)?),
            }
        };
        let Some(patch) = patch else { return Ok(None) };
        let nothing = Aggregate::new(call, 1, "").finish()?;
        values::patched(old, size, &dirty, &patch, &nothing).map(Some)
    }

    /// Whether rows that neither entered nor left count as they did.
    fn follows(&self, before: &RowsReader<'_, 'a>) -> Result<bool, Fault> {
        let (columns, kind) = (self.columns(), &self.feature().kind);
        let is_known = self.rows().begins_with(before.rows()) && self.targets().begins_with(before.targets());
        if !is_known || self.is_rolled_up() || self.exists().next().is_some() {
            return Ok(false);
        }
        if !self.refused()?.members.is_empty() || !before.refused()?.members.is_empty() {
            return Ok(false);
        }
        let is_alike = |input: &Input| match input {
            Input::Name { prefix: None, name } => self.names_alike(before, name),
            Input::Name { prefix: Some(prefix), name } if prefix == SUBJECT => {
                columns.reads_alike(before.columns(), kind, &[&Input::Name { prefix: None, name: name.clone() }])
            }
            Input::AsOf | Input::Parameter(_) => columns.reads_alike(before.columns(), kind, &[input]),
            Input::Name { prefix: Some(_), .. } | Input::Exists(_) => Ok(false),
        };
        for input in self.inputs() {
            if !is_alike(input)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether `name`, a column or a link of the row, is read as before: a link names whoever stands for its key.
    fn names_alike(&self, before: &RowsReader<'_, 'a>, name: &str) -> Result<bool, Fault> {
        if self.rows().feed.columns.contains_key(name) {
            return Ok(true);
        }
        let [own, other] = [self, before].map(|reader| &*reader.columns().scene);
        let is_place = own.programme.level(name).is_some();
        Ok(!is_place && own.subjects(name)?.canonical.is_identity() && other.subjects(name)?.canonical.is_identity())
    }

    fn changed(&self, before: &RowsReader<'_, 'a>) -> Changed {
        let (mut entered, mut left) = (Vec::new(), Vec::new());
        for (number, part) in self.rows().parts.iter().enumerate() {
            let new = part.run(number, self.window());
            let old = before.rows().parts.get(number).and_then(|part| part.run(number, before.window()));
            left.extend(changes(old.as_ref(), new.as_ref()));
            entered.extend(changes(new.as_ref(), old.as_ref()));
        }
        let rows = entered.iter().chain(&left).map(Run::len).sum();
        Changed { entered, left, rows }
    }

    /// The subjects of what changed, sorted.
    fn subjects_of(&self, changed: &Changed, size: usize) -> Vec<u32> {
        let subjects = changed.entered.iter().chain(&changed.left).flat_map(|run| {
            let targets = self.targets().part(run.part);
            run.clone().seen().map(|row| targets[row as usize])
        });
        if changed.rows > size / MANY {
            return bitmap::of_numbers(size, subjects).set_indices_u32().collect();
        }
        let mut subjects: Vec<u32> = subjects.filter(|target| (*target as usize) < size).collect();
        subjects.sort_unstable();
        subjects.dedup();
        subjects
    }

    /// Those of the changed rows that count, where that is easily told.
    fn counting(&self, changed: Changed) -> Result<Changed, Fault> {
        let meeting = |runs: Vec<Run>| -> Result<Vec<Run>, Fault> {
            let pieces = runs.into_iter().flat_map(|run| run.pieces(ROWS_AT_ONCE));
            pieces.filter_map(|run| self.meeting(run).transpose()).collect()
        };
        let (entered, left) = (meeting(changed.entered)?, meeting(changed.left)?);
        Ok(Changed { entered, left, rows: changed.rows })
    }

    /// The aggregate of the rows in `runs` alone, of the subjects `only`, or of all `size`.
    fn of_runs(&self, runs: &[Run], only: Option<&[u32]>, size: usize) -> Result<ArrayRef, Fault> {
        let mut aggregate = Aggregate::new(self.aggregate(), size, &self.feature().name);
        let refused = self.refused()?;
        for run in runs {
            self.add(&mut aggregate, run, &refused, only)?;
        }
        aggregate.finish()
    }

    /// Sums and counts of the `size` subjects `only`, or of everyone: what was, and what entered, without what left. `None` when a
    /// sum runs over.
    fn moved(
        &self,
        changed: &Changed,
        only: Option<&[u32]>,
        old: &ArrayRef,
        size: usize,
    ) -> Result<Option<ArrayRef>, Fault> {
        let sums = |runs| self.of_runs(runs, only, size);
        let (Ok(entered), Ok(left)) = (sums(&changed.entered), sums(&changed.left)) else { return Ok(None) };
        let cells = [old, &entered, &left].map(|array| array.as_primitive_opt::<Int64Type>());
        let [Some(known), Some(entered), Some(left)] = cells else { return Ok(None) };
        let total = |index: usize| {
            let number = only.map_or(index, |only| only[index] as usize);
            let was = if number < known.len() && known.is_valid(number) { known.value(number) } else { 0 };
            was.checked_add(entered.value(index))?.checked_sub(left.value(index))
        };
        let totals: Option<Vec<i64>> = (0..size).map(total).collect();
        Ok(totals.map(|totals| Arc::new(Int64Array::from(totals)) as ArrayRef))
    }

    /// The least or greatest cells of the subjects `dirty` when rows only entered; `None` for cells that are no numbers.
    fn extended(&self, changed: &Changed, dirty: &[u32], old: &ArrayRef) -> Result<Option<ArrayRef>, Fault> {
        let entered = self.of_runs(&changed.entered, Some(dirty), dirty.len())?;
        let is_min = self.aggregate().function == AggregateFunction::Min;
        macro_rules! extreme {
            ($kind:ty) => {
                if let (Some(old), Some(entered)) =
                    (old.as_primitive_opt::<$kind>(), entered.as_primitive_opt::<$kind>())
                {
                    let cell = |(index, number): (usize, &u32)| {
                        let number = *number as usize;
                        let was = (number < old.len() && old.is_valid(number)).then(|| old.value(number));
                        let now = entered.is_valid(index).then(|| entered.value(index));
                        match (was, now) {
                            (Some(was), Some(now)) => Some(if (now < was) == is_min { now } else { was }),
                            (was, now) => was.or(now),
                        }
                    };
                    let cells: PrimitiveArray<$kind> = dirty.iter().enumerate().map(cell).collect();
                    return Ok(Some(Arc::new(cells)));
                }
            };
        }
        extreme!(Int64Type);
        extreme!(Date32Type);
        extreme!(Float64Type);
        Ok(None)
    }

    /// The aggregate of the subjects `dirty`, from all their rows.
    fn anew(&self, dirty: &[u32]) -> Result<ArrayRef, Fault> {
        let index = self.index()?;
        let mut rows: Vec<u32> = dirty.iter().flat_map(|subject| index.of(*subject)).collect();
        rows.retain(|row| self.rows().is_in(*row, self.window()));
        let mut aggregate = Aggregate::new(self.aggregate(), dirty.len(), &self.feature().name);
        self.add_listed(&mut aggregate, &rows, Some(dirty))?;
        aggregate.finish()
    }
}

/// The position of `target` in `dirty` (sorted); [`NO_NUMBER`] for none.
pub fn position(dirty: &[u32], target: u32) -> u32 {
    dirty.binary_search(&target).map_or(NO_NUMBER, |position| u32::try_from(position).unwrap_or(NO_NUMBER))
}
