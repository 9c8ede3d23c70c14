//! Checks of a feed on single rows, in the pack's language.

use expr::{Compiled, Input};
use pack::programme::{Check, Column, Feed};
use types::{Class, RefusalCode, Value};

/// The checks of a feed, ready to be asked of one row after the other.
pub(crate) struct RowChecks<'a> {
    columns: Vec<&'a Column>,
    checks: Vec<RowCheck<'a>>,
}

/// One of them.
pub(crate) struct RowCheck<'a> {
    /// As the pack has it.
    pub(crate) check: &'a Check,
    /// The column of each input of its expression; `None` for what a row does not know.
    inputs: Vec<Option<usize>>,
}

impl<'a> RowChecks<'a> {
    /// Those of `feed`; a row's cells are asked for by the position of their column, in name order.
    pub(crate) fn of(feed: &'a Feed) -> Self {
        let columns: Vec<&Column> = feed.columns.values().collect();
        let checks =
            feed.checks.iter().map(|check| RowCheck { check, inputs: inputs_of(&check.must, &columns) }).collect();
        Self { columns, checks }
    }

    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.checks.is_empty()
    }

    /// The first check that is false for a row with these cells; a result too large for any number counts as out of range.
    /// Unknown passes.
    pub(crate) fn failed(&self, cell: impl Fn(usize) -> Value) -> Option<(&RowCheck<'a>, RefusalCode)> {
        self.checks.iter().find_map(|check| {
            let inputs: Vec<Value> = check.inputs.iter().map(|input| input.map_or(Value::Null, &cell)).collect();
            match check.check.must.root.evaluate(&inputs) {
                Ok(Value::Bool(false)) => Some((check, RefusalCode::CheckFailed)),
                Ok(_) => None,
                Err(_) => Some((check, RefusalCode::NumberOutOfRange)),
            }
        })
    }

    /// What `check` read, without what must be masked.
    pub(crate) fn shown(&self, check: &RowCheck<'_>, cell: impl Fn(usize) -> Value) -> String {
        let shown = check.inputs.iter().flatten().filter(|index| self.columns[**index].class < Class::Sensitive);
        let parts: Vec<String> =
            shown.map(|index| format!("{} = {}", self.columns[*index].name, cell(*index))).collect();
        parts.join(", ")
    }
}

fn inputs_of(must: &Compiled, columns: &[&Column]) -> Vec<Option<usize>> {
    must.inputs
        .iter()
        .map(|input| match input {
            Input::Name { prefix: None, name } => columns.iter().position(|column| column.name == *name),
            _ => None,
        })
        .collect()
}
