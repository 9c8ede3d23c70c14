//! Rows of text -> rows of values, or a refusal that keeps everything that could be read.

use std::collections::{BTreeMap, BTreeSet};

use pack::programme::{Column, Feed, Mode};
use types::{RefusalCode, RefusedRow, Type, Value};

use crate::cell::CellReader;
use crate::check::RowChecks;
use crate::header::Header;
use crate::normalise::{header_key, trimmed};
use crate::reader::Row;

/// Reads the rows under one header.
pub(crate) struct RowReader<'a> {
    sheet: Option<String>,
    ragged: bool,
    replaced: bool,
    width: usize,
    columns: Vec<Slot<'a>>,
    /// Numbers of columns, in the order of the file's cells.
    order: Vec<usize>,
    checks: RowChecks<'a>,
    /// The row's values, in name order of the feed's columns.
    values: Vec<Value>,
}

struct Slot<'a> {
    column: &'a Column,
    cell: Option<usize>,
    reader: CellReader<'a>,
}

impl<'a> RowReader<'a> {
    /// For the rows under `header` of a sheet with these properties (see [`crate::reader::Sheet`]).
    pub(crate) fn new(
        feed: &'a Feed,
        header: &Header<'_>,
        sheet: Option<String>,
        ragged: bool,
        replaced: bool,
    ) -> Self {
        let identifying = identifying_columns(feed);
        let columns: Vec<Slot<'a>> = feed
            .columns
            .values()
            .map(|column| Slot {
                column,
                cell: header.columns.get(column.name.as_str()).copied(),
                reader: CellReader::new(column, identifying.contains(column.name.as_str())),
            })
            .collect();
        let mut order: Vec<usize> = (0..columns.len()).filter(|index| columns[*index].cell.is_some()).collect();
        order.sort_by_key(|index| columns[*index].cell);
        let checks = RowChecks::of(feed);
        let values = vec![Value::Null; columns.len()];
        Self { sheet, ragged, replaced, width: header.width, columns, order, checks, values }
    }

    /// The values of `row`, in name order of the feed's columns.
    ///
    /// # Errors
    /// The refused row.
    pub(crate) fn read(&mut self, row: &Row) -> Result<&[Value], Box<RefusedRow>> {
        self.values.fill(Value::Null);
        if !self.has_right_count(row) {
            let readable = self.readable_before_fault(row);
            let value = row.len().to_string();
            return Err(self.refused(row, None, RefusalCode::CellCount, value, readable));
        }
        let mut fault: Option<(usize, RefusalCode)> = None;
        for &index in &self.order {
            match self.cell(row, index) {
                Ok(value) => self.values[index] = value,
                Err(code) => {
                    fault.get_or_insert((index, code));
                }
            }
        }
        if let Some((index, code)) = fault {
            let slot = &self.columns[index];
            let value = slot.cell.map(|cell| row.cell(cell).to_owned()).unwrap_or_default();
            return Err(self.refused(row, Some(slot.column.name.clone()), code, value, self.readable()));
        }
        let value = |index: usize| self.values[index].clone();
        if let Some((check, code)) = self.checks.failed(value) {
            let value = self.checks.shown(check, value);
            let mut refused = self.refused(row, None, code, value, self.readable());
            refused.check = Some(check.check.code.clone());
            return Err(refused);
        }
        Ok(&self.values)
    }

    /// Text cells separated by one mark too many or too few stand under the wrong headers. Blank cells beyond the header are
    /// what spreadsheets leave behind.
    fn has_right_count(&self, row: &Row) -> bool {
        self.ragged || (row.len() >= self.width && row.cells().skip(self.width).all(|cell| trimmed(cell).is_empty()))
    }

    /// Column `index` of `row`.
    fn cell(&self, row: &Row, index: usize) -> Result<Value, RefusalCode> {
        let slot = &self.columns[index];
        let cell = slot.cell.map(|cell| row.cell(cell)).unwrap_or_default();
        if self.replaced && cell.contains('\u{fffd}') {
            return Err(RefusalCode::WrongType);
        }
        match slot.reader.read(cell)? {
            Value::Null if !slot.column.optional => Err(RefusalCode::CellMissing),
            value => Ok(value),
        }
    }

    fn readable(&self) -> BTreeMap<String, String> {
        let present = self.columns.iter().zip(&self.values).filter(|(_, value)| !value.is_null());
        present.map(|(slot, value)| (slot.column.name.clone(), value.to_string())).collect()
    }

    /// Of a row with a wrong number of cells: those before the first that does not fit its header. Where the shift begins is not
    /// known, but no later than there.
    fn readable_before_fault(&self, row: &Row) -> BTreeMap<String, String> {
        let mut readable = BTreeMap::new();
        for &index in &self.order {
            match self.cell(row, index) {
                Ok(Value::Null) => {}
                Ok(value) => {
                    readable.insert(self.columns[index].column.name.clone(), value.to_string());
                }
                Err(_) => break,
            }
        }
        readable
    }

    fn refused(
        &self,
        row: &Row,
        column: Option<String>,
        code: RefusalCode,
        value: String,
        readable: BTreeMap<String, String>,
    ) -> Box<RefusedRow> {
        let sheet = self.sheet.clone();
        Box::new(RefusedRow { sheet, row: row.number, column, code, check: None, value, readable })
    }
}

/// Whether the row is a total of those above: its first cell that is not blank says so.
pub(crate) fn is_total(row: &Row) -> bool {
    let first = row.cells().map(trimmed).find(|cell| !cell.is_empty()).unwrap_or_default();
    // Long texts are not looked at twice: this is asked of every row.
    first.len() <= 30
        && matches!(
            header_key(first).as_str(),
            "合计" | "总计" | "小计" | "合计(元)" | "总计(元)" | "total" | "subtotal"
        )
}

/// Columns by which rows are tied to subjects or to each other.
pub(crate) fn identifying_columns(feed: &Feed) -> BTreeSet<&str> {
    let keys: &[String] = match &feed.mode {
        Mode::Upsert(keys) => keys,
        _ => &[],
    };
    let names = feed.links.values().chain(keys).map(String::as_str);
    names.filter(|name| feed.columns.get(*name).is_some_and(|column| column.ty == Type::Text)).collect()
}
