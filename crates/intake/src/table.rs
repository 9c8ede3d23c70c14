//! Values -> Arrow columns, in the one layout that [`types::physical`] says.

use std::sync::Arc;

use crate::row::Slot;
use arrow_array::builder::{ArrayBuilder, BooleanBuilder, Date32Builder, Int64Builder, StringBuilder, UInt32Builder};
use arrow_array::cast::AsArray;
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{DataType, Field, Schema};
use pack::programme::Feed;
use types::{ROW_COLUMN, Type, Value, physical};

/// Collects accepted rows.
pub(crate) struct TableBuilder {
    fields: Vec<Field>,
    columns: Vec<ColumnBuilder>,
    rows: UInt32Builder,
}

/// Collects the cells of one column.
pub(crate) enum ColumnBuilder {
    Bool(BooleanBuilder),
    Number(Int64Builder),
    Text(StringBuilder),
    Date(Date32Builder),
}

impl TableBuilder {
    /// For the columns of `feed`, in name order.
    pub(crate) fn new(feed: &Feed) -> Self {
        let (mut fields, mut columns) = (Vec::new(), Vec::new());
        for column in feed.columns.values() {
            columns.push(ColumnBuilder::new(column.ty));
            fields.push(Field::new(&column.name, physical(column.ty).unwrap_or(DataType::Utf8), true));
        }
        Self { fields, columns, rows: UInt32Builder::new() }
    }

    /// Adds the rows `numbers`: an array per column of the column's physical type, `None` for one that is empty throughout.
    pub(crate) fn append(&mut self, numbers: impl Iterator<Item = u32>, arrays: &[Option<ArrayRef>]) {
        let before = self.rows.len();
        numbers.for_each(|number| self.rows.append_value(number));
        let added = self.rows.len() - before;
        for (column, array) in self.columns.iter_mut().zip(arrays) {
            match array {
                Some(array) => column.append(array),
                None => column.append_nulls(added),
            }
        }
    }

    /// Adds row `number` with its cells, one per column.
    pub(crate) fn push(&mut self, number: u32, cells: &[Slot<'_>]) {
        for (column, cell) in self.columns.iter_mut().zip(cells) {
            match (column, cell.text()) {
                (ColumnBuilder::Text(cells), Some(text)) => cells.append_value(text),
                (column, _) => column.push(cell.value_beside_text()),
            }
        }
        self.rows.append_value(number);
    }

    /// The table.
    pub(crate) fn finish(mut self) -> RecordBatch {
        let mut arrays: Vec<ArrayRef> = self.columns.into_iter().map(ColumnBuilder::finish).collect();
        arrays.push(Arc::new(self.rows.finish()));
        self.fields.push(Field::new(ROW_COLUMN, DataType::UInt32, false));
        let schema = Arc::new(Schema::new(self.fields));
        // Cannot fail: every row was pushed to every column, with the column's own type.
        RecordBatch::try_new(Arc::clone(&schema), arrays).unwrap_or_else(|_| RecordBatch::new_empty(schema))
    }
}

impl ColumnBuilder {
    /// For a column of type `ty`.
    pub(crate) fn new(ty: Type) -> Self {
        match physical(ty) {
            Some(DataType::Boolean) => Self::Bool(BooleanBuilder::new()),
            Some(DataType::Int64) => Self::Number(Int64Builder::new()),
            Some(DataType::Date32) => Self::Date(Date32Builder::new()),
            _ => Self::Text(StringBuilder::new()),
        }
    }

    /// Adds the cells of an array of the column's physical type; of another, as many empty ones.
    fn append(&mut self, array: &ArrayRef) {
        match self {
            Self::Bool(cells) => match array.as_boolean_opt() {
                Some(array) => cells.append_array(array),
                None => cells.append_nulls(array.len()),
            },
            Self::Number(cells) => match array.as_primitive_opt() {
                Some(array) => cells.append_array(array),
                None => cells.append_nulls(array.len()),
            },
            Self::Text(cells) => match array.as_string_opt() {
                Some(array) if cells.append_array(array).is_ok() => {}
                _ => cells.append_nulls(array.len()),
            },
            Self::Date(cells) => match array.as_primitive_opt() {
                Some(array) => cells.append_array(array),
                None => cells.append_nulls(array.len()),
            },
        }
    }

    fn append_nulls(&mut self, count: usize) {
        match self {
            Self::Bool(cells) => cells.append_nulls(count),
            Self::Number(cells) => cells.append_nulls(count),
            Self::Text(cells) => cells.append_nulls(count),
            Self::Date(cells) => cells.append_nulls(count),
        }
    }

    /// Adds one cell.
    pub(crate) fn push(&mut self, value: &Value) {
        match self {
            Self::Bool(cells) => cells.append_option(match value {
                Value::Bool(value) => Some(*value),
                _ => None,
            }),
            Self::Number(cells) => cells.append_option(match value {
                Value::Number(value) => i64::try_from(value.mantissa).ok(),
                _ => None,
            }),
            Self::Text(cells) => cells.append_option(match value {
                Value::Text(value) => Some(value),
                _ => None,
            }),
            Self::Date(cells) => cells.append_option(match value {
                Value::Day(day) => Some(day.0),
                Value::Month(month) => Some(month.first_day().0),
                Value::Year(year) => Some(year.first_day().0),
                _ => None,
            }),
        }
    }

    /// The array.
    pub(crate) fn finish(self) -> ArrayRef {
        match self {
            Self::Bool(mut cells) => Arc::new(cells.finish()),
            Self::Number(mut cells) => Arc::new(cells.finish()),
            Self::Text(mut cells) => Arc::new(cells.finish()),
            Self::Date(mut cells) => Arc::new(cells.finish()),
        }
    }
}
