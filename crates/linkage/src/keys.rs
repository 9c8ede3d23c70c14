//! The canonical key of a subject in a row: one cell, or several joined by `|`.

use std::borrow::Cow;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, RecordBatch, StringArray};
use pack::programme::Feed;
use types::{RefusedRow, Type, Value, value_at};

/// Where the key of one link stands.
pub(crate) struct KeyColumns<'a> {
    /// The feed's columns, in the key's order.
    pub(crate) columns: &'a [String],
}

/// A key column of accepted rows.
enum Cells<'a> {
    /// Text and codes: the cell is the text.
    Text(&'a StringArray),
    /// Anything else.
    Other(&'a ArrayRef, Type),
}

/// The keys of the rows of one table.
pub(crate) struct TableKeys<'t> {
    cells: Option<Vec<Cells<'t>>>,
}

impl KeyColumns<'_> {
    /// The keys of the rows of `table`; none where it lacks a column.
    pub(crate) fn of_table<'t>(&self, table: &'t RecordBatch, feed: &Feed) -> TableKeys<'t> {
        let cells = self.columns.iter().map(|name| {
            let array = table.column_by_name(name)?;
            let ty = feed.columns.get(name)?.ty;
            Some(array.as_string_opt::<i32>().map_or(Cells::Other(array, ty), Cells::Text))
        });
        TableKeys { cells: cells.collect() }
    }

    /// The key of a refused row; `None` where a cell could not be read.
    pub(crate) fn of_refused<'r>(&self, row: &'r RefusedRow) -> Option<Cow<'r, str>> {
        joined(self.columns.iter().map(|name| row.readable.get(name).map(Cow::Borrowed)))
    }
}

impl<'t> TableKeys<'t> {
    /// The key of row `row`; `None` where a cell is empty.
    pub(crate) fn at(&self, row: usize) -> Option<Cow<'t, str>> {
        joined(self.cells.as_ref()?.iter().map(|cells| cells.text(row)))
    }
}

impl<'a> Cells<'a> {
    fn text(&self, row: usize) -> Option<Cow<'a, str>> {
        match self {
            Self::Text(array) => (!array.is_null(row)).then(|| Cow::Borrowed(array.value(row))),
            Self::Other(array, ty) => match value_at(array, *ty, row) {
                Value::Null => None,
                value => Some(Cow::Owned(value.to_string())),
            },
        }
    }
}

/// One part as it is; several joined by `|`. A `|` inside a part is written `\|`, so that different parts never give one key.
fn joined<'a>(mut parts: impl ExactSizeIterator<Item = Option<Cow<'a, str>>>) -> Option<Cow<'a, str>> {
    if parts.len() == 1 {
        return parts.next()?;
    }
    let mut key = String::new();
    for (index, part) in parts.enumerate() {
        if index > 0 {
            key.push('|');
        }
        for c in part?.chars() {
            if matches!(c, '|' | '\\') {
                key.push('\\');
            }
            key.push(c);
        }
    }
    Some(Cow::Owned(key))
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::joined;

    fn join(parts: &[Option<&'static str>]) -> Option<String> {
        let parts: Vec<_> = parts.iter().map(|part| part.map(Cow::Borrowed)).collect();
        joined(parts.into_iter()).map(Cow::into_owned)
    }

    #[test]
    fn different_parts_never_give_one_key() {
        assert_eq!(join(&[Some("a|b")]).as_deref(), Some("a|b"));
        assert_eq!(
            join(&[Some("5000.00"), Some("990101100"), Some("2026-05-31")]).as_deref(),
            Some("5000.00|990101100|2026-05-31")
        );
        assert_ne!(join(&[Some("a|b"), Some("c")]), join(&[Some("a"), Some("b|c")]));
        assert_ne!(join(&[Some("a\\"), Some("b")]), join(&[Some("a"), Some("\\b")]));
        assert_eq!(join(&[Some("a"), None]), None);
    }
}
