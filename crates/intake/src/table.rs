//! Values -> Arrow columns, in the one layout that [`types::physical`] says.

use std::io;
use std::sync::Arc;

use arrow_array::builder::{ArrayBuilder, BooleanBuilder, Date32Builder, Int64Builder, StringBuilder, UInt32Builder};
use arrow_array::cast::AsArray;
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{DataType, Field, Schema};
use pack::programme::Feed;
use types::{Landed, ROW_COLUMN, RefusedRow, Spool, SpoolColumn, Type, Value, physical};

use crate::row::Slot;

/// Collects accepted rows: in memory, or, with a spool, a piece of them.
pub(crate) struct TableBuilder {
    fields: Vec<Field>,
    columns: Vec<ColumnBuilder>,
    rows: UInt32Builder,
    spool: Option<Arc<dyn Spool>>,
    /// The pieces before, by field; none yet before the first is full.
    kept: Vec<Box<dyn SpoolColumn>>,
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
    pub(crate) fn new(feed: &Feed, spool: Option<&Arc<dyn Spool>>) -> Self {
        let (mut fields, mut columns) = (Vec::new(), Vec::new());
        for column in feed.columns.values() {
            columns.push(ColumnBuilder::new(column.ty));
            fields.push(Field::new(&column.name, physical(column.ty).unwrap_or(DataType::Utf8), true));
        }
        fields.push(Field::new(ROW_COLUMN, DataType::UInt32, false));
        Self { fields, columns, rows: UInt32Builder::new(), spool: spool.cloned(), kept: Vec::new() }
    }

    /// Adds the rows `numbers`: an array per column of the column's physical type, `None` for one that is empty throughout.
    ///
    /// # Errors
    /// Those of the spool.
    pub(crate) fn append(&mut self, numbers: impl Iterator<Item = u32>, arrays: &[Option<ArrayRef>]) -> io::Result<()> {
        let before = self.rows.len();
        numbers.for_each(|number| self.rows.append_value(number));
        let added = self.rows.len() - before;
        for (column, array) in self.columns.iter_mut().zip(arrays) {
            match array {
                Some(array) => column.append(array),
                None => column.append_nulls(added),
            }
        }
        self.keep_full()
    }

    /// Adds row `number` with its cells, one per column.
    ///
    /// # Errors
    /// Those of the spool.
    pub(crate) fn push(&mut self, number: u32, cells: &[Slot<'_>]) -> io::Result<()> {
        for (column, cell) in self.columns.iter_mut().zip(cells) {
            match (column, cell.text()) {
                (ColumnBuilder::Text(cells), Some(text)) => cells.append_value(text),
                (column, _) => column.push(cell.value_beside_text()),
            }
        }
        self.rows.append_value(number);
        self.keep_full()
    }

    /// The table, with the refused rows beside it.
    ///
    /// # Errors
    /// Those of the spool.
    pub(crate) fn finish(mut self, refused: Vec<RefusedRow>) -> io::Result<Landed> {
        let (arrays, spool) = match &self.spool {
            Some(spool) if !self.kept.is_empty() => {
                let spool = Arc::clone(spool);
                self.keep(&spool)?;
                let mut arrays = Vec::new();
                for column in self.kept {
                    arrays.push(column.finish()?);
                    spool.rest();
                }
                (arrays, Some(spool))
            }
            _ => (self.pieces(), None),
        };
        let schema = Arc::new(Schema::new(self.fields));
        // Cannot fail: every row was pushed to every column, with the column's own type.
        let table =
            RecordBatch::try_new(Arc::clone(&schema), arrays).unwrap_or_else(|_| RecordBatch::new_empty(schema));
        Ok(Landed { table, refused, spool })
    }

    /// Puts the rows into the spool, if they are a piece.
    fn keep_full(&mut self) -> io::Result<()> {
        match &self.spool {
            Some(spool) if self.rows.len() >= spool.piece() => {
                let spool = Arc::clone(spool);
                self.keep(&spool)
            }
            _ => Ok(()),
        }
    }

    fn keep(&mut self, spool: &Arc<dyn Spool>) -> io::Result<()> {
        if self.kept.is_empty() {
            self.kept = self.fields.iter().map(|field| spool.column(field.data_type())).collect::<Result<_, _>>()?;
        }
        let pieces = self.pieces();
        self.kept.iter_mut().zip(&pieces).try_for_each(|(column, piece)| column.push(piece))
    }

    /// The rows, by field; none are left here.
    fn pieces(&mut self) -> Vec<ArrayRef> {
        let mut arrays: Vec<ArrayRef> = self.columns.iter_mut().map(ColumnBuilder::finish).collect();
        arrays.push(Arc::new(self.rows.finish()));
        arrays
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

    /// The array of the cells added; none are left here.
    pub(crate) fn finish(&mut self) -> ArrayRef {
        match self {
            Self::Bool(cells) => Arc::new(cells.finish()),
            Self::Number(cells) => Arc::new(cells.finish()),
            Self::Text(cells) => Arc::new(cells.finish()),
            Self::Date(cells) => Arc::new(cells.finish()),
        }
    }
}
