//! Values -> Arrow columns, in the one layout that [`types::physical`] says.

use std::sync::Arc;

use arrow_array::builder::{BooleanBuilder, Date32Builder, Int64Builder, StringBuilder, UInt32Builder};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{DataType, Field, Schema};
use pack::programme::Feed;
use types::{ROW_COLUMN, Value, physical};

/// Collects accepted rows.
pub(crate) struct TableBuilder {
    fields: Vec<Field>,
    columns: Vec<ColumnBuilder>,
    rows: UInt32Builder,
}

enum ColumnBuilder {
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
            let kind = physical(column.ty).unwrap_or(DataType::Utf8);
            columns.push(match kind {
                DataType::Boolean => ColumnBuilder::Bool(BooleanBuilder::new()),
                DataType::Int64 => ColumnBuilder::Number(Int64Builder::new()),
                DataType::Date32 => ColumnBuilder::Date(Date32Builder::new()),
                _ => ColumnBuilder::Text(StringBuilder::new()),
            });
            fields.push(Field::new(&column.name, kind, true));
        }
        Self { fields, columns, rows: UInt32Builder::new() }
    }

    /// Adds row `number` with its `values`, one per column.
    pub(crate) fn push(&mut self, number: u32, values: &[Value]) {
        for (column, value) in self.columns.iter_mut().zip(values) {
            column.push(value);
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
    fn push(&mut self, value: &Value) {
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

    fn finish(self) -> ArrayRef {
        match self {
            Self::Bool(mut cells) => Arc::new(cells.finish()),
            Self::Number(mut cells) => Arc::new(cells.finish()),
            Self::Text(mut cells) => Arc::new(cells.finish()),
            Self::Date(mut cells) => Arc::new(cells.finish()),
        }
    }
}
