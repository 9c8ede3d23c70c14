//! A feature over rows as it follows from an earlier question: only the rows that entered or left are looked at.
//!
//! Always equal to [`RowsReader::column`]; where that is not certain the answer is `None`, and the feature is computed anew.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use arrow_array::{Array, ArrayRef, Int64Array};
use expr::{AggregateFunction, Input};
use types::NO_NUMBER;

use super::aggregate::Aggregate;
use super::rows::{RowsReader, SUBJECT};
use crate::column::Column;
use crate::rows::{Run, changes};
use crate::{Fault, values};

/// Runs of rows that entered and left, and how many rows they are.
struct Changed {
    entered: Vec<Run>,
    left: Vec<Run>,
    rows: usize,
}

/// From this share of a feature's rows on it is quicker to look at all of them.
const WORTH_IT: usize = 4;

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
        let size = self.columns().scene.size(&self.feature().kind)?;
        let dirty = self.subjects_of(&changed, size);
        let values = if dirty.is_empty() && old.values.len() == size {
            Arc::clone(&old.values)
        } else {
            let call = self.aggregate();
            let patch = match call.function {
                AggregateFunction::Count | AggregateFunction::Sum if !call.distinct => {
                    self.moved(&changed, &dirty, old)?
                }
                _ => Some(self.anew(&dirty)?),
            };
            let Some(patch) = patch else { return Ok(None) };
            let nothing = Aggregate::new(call, 1, "").finish()?;
            values::patched(&old.values, size, &dirty, &patch, &nothing)?
        };
        let mut column = Column::covered(self.feature().ty, values);
        self.uncover(&mut column)?;
        Ok(Some(column))
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
            Input::Name { prefix: None, .. } => Ok(true),
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
        let mut subjects: Vec<u32> = Vec::with_capacity(changed.rows);
        for run in changed.entered.iter().chain(&changed.left) {
            let targets = self.targets().part(run.part);
            subjects
                .extend(run.clone().seen().map(|row| targets[row as usize]).filter(|target| (*target as usize) < size));
        }
        subjects.sort_unstable();
        subjects.dedup();
        subjects
    }

    /// Sums and counts of the subjects `dirty`: what was, and what entered, without what left. `None` when a sum runs over.
    fn moved(&self, changed: &Changed, dirty: &[u32], old: &Column) -> Result<Option<ArrayRef>, Fault> {
        let Some(known) = old.values.as_primitive_opt::<Int64Type>() else { return Ok(None) };
        let sums = |runs: &[Run]| -> Result<ArrayRef, Fault> {
            let mut aggregate = Aggregate::new(self.aggregate(), dirty.len(), &self.feature().name);
            for run in runs {
                self.add(&mut aggregate, run, &*self.refused()?, Some(dirty))?;
            }
            aggregate.finish()
        };
        let (Ok(entered), Ok(left)) = (sums(&changed.entered), sums(&changed.left)) else { return Ok(None) };
        let (Some(entered), Some(left)) =
            (entered.as_primitive_opt::<Int64Type>(), left.as_primitive_opt::<Int64Type>())
        else {
            return Ok(None);
        };
        let total = |(index, number): (usize, &u32)| {
            let number = *number as usize;
            let was = if number < known.len() && known.is_valid(number) { known.value(number) } else { 0 };
            was.checked_add(entered.value(index))?.checked_sub(left.value(index))
        };
        let totals: Option<Vec<i64>> = dirty.iter().enumerate().map(total).collect();
        Ok(totals.map(|totals| Arc::new(Int64Array::from(totals)) as ArrayRef))
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
