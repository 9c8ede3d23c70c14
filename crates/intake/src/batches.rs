//! Typed columns of a file -> its accepted and its refused rows: column by column, a few thousand rows at a time.

use std::collections::{BTreeMap, BTreeSet};

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, BooleanArray, RecordBatch};
use arrow_select::filter::FilterBuilder;
use pack::programme::Feed;
use types::{Landed, Readable, RefusalCode, RefusedRow, Value, value_at};

use crate::check::RowChecks;
use crate::column::{ColumnReader, Piece, cell_text};
use crate::header::Header;
use crate::reader::ParquetFile;
use crate::row::identifying_columns;
use crate::table::TableBuilder;
use crate::{FileError, FileErrorCode, MAX_CELL_CHARS, MAX_TEXT_BYTES, ReadError};

/// Reads the columns that `header` names. Rows are numbered from 1.
pub(crate) fn read_columns(
    file: &ParquetFile<'_>,
    feed: &Feed,
    header: &Header<'_>,
    mut table: TableBuilder,
) -> Result<Landed, ReadError> {
    let roots: BTreeSet<usize> = header.columns.values().copied().collect();
    for (name, root) in &header.columns {
        file.expect_readable(*root).map_err(|what| unreadable(name, what))?;
    }
    let identifying = identifying_columns(feed);
    let slots: Vec<Slot<'_>> = feed
        .columns
        .values()
        .map(|column| Slot {
            reader: ColumnReader::new(column, identifying.contains(column.name.as_str())),
            source: header.columns.get(column.name.as_str()).map(|root| roots.range(..root).count()),
        })
        .collect();
    let mut order: Vec<usize> = (0..slots.len()).filter(|index| slots[*index].source.is_some()).collect();
    order.sort_by_key(|index| slots[*index].source);
    let mut reader =
        BatchReader { slots, order, checks: RowChecks::of(feed), refused: Vec::new(), before: 0, text_bytes: 0 };
    let mut batches = file.batches(&roots)?;
    while let Some(batch) = batches.next()? {
        reader.read(&batch, &mut table)?;
    }
    if reader.before as usize != batches.rows {
        return Err(FileError::damaged_columns().into());
    }
    Ok(table.finish(reader.refused)?)
}

/// One column of the feed, and where it stands in a batch.
struct Slot<'a> {
    reader: ColumnReader<'a>,
    source: Option<usize>,
}

struct BatchReader<'a> {
    slots: Vec<Slot<'a>>,
    /// Numbers of slots, in the order of the file's columns.
    order: Vec<usize>,
    checks: RowChecks<'a>,
    refused: Vec<RefusedRow>,
    /// Rows read so far.
    before: u32,
    text_bytes: u64,
}

impl BatchReader<'_> {
    /// Accepts or refuses each row of `batch`.
    fn read(&mut self, batch: &RecordBatch, table: &mut TableBuilder) -> Result<(), ReadError> {
        let rows = batch.num_rows();
        self.expect_room(batch)?;
        // Per row at fault, the first column of the file that is, and why.
        let mut faults: BTreeMap<usize, (usize, RefusalCode)> = BTreeMap::new();
        let mut arrays: Vec<Option<ArrayRef>> = vec![None; self.slots.len()];
        for &index in &self.order {
            let slot = &self.slots[index];
            let Some(source) = slot.source.map(|source| batch.column(source)) else { continue };
            let Piece { array, faults: unreadable } = slot.reader.read(source);
            let missing = if slot.reader.column().optional { 0 } else { array.null_count() - unreadable.len() };
            for (row, code) in unreadable {
                faults.entry(row).or_insert((index, code));
            }
            if missing > 0 {
                for row in (0..rows).filter(|row| array.is_null(*row)) {
                    faults.entry(row).or_insert((index, RefusalCode::CellMissing));
                }
            }
            arrays[index] = Some(array);
        }
        let failed = self.refuse(batch, &arrays, &faults);
        let numbers = self.before + 1..=self.before + u32::try_from(rows).unwrap_or(u32::MAX);
        self.before = *numbers.end();
        if failed.is_empty() {
            return Ok(table.append(numbers, &arrays)?);
        }
        let is_accepted: BooleanArray = (0..rows).map(|row| Some(!failed.contains(&row))).collect();
        let accepted = FilterBuilder::new(&is_accepted).optimize().build();
        for array in arrays.iter_mut().flatten() {
            *array = accepted.filter(array).map_err(|_| FileError::damaged_columns())?;
        }
        let numbers =
            numbers.zip(is_accepted.values()).filter_map(|(number, is_accepted)| is_accepted.then_some(number));
        Ok(table.append(numbers, &arrays)?)
    }

    /// Keeps the rows at fault and those that fail a check, in order; returns which they are.
    fn refuse(
        &mut self,
        batch: &RecordBatch,
        arrays: &[Option<ArrayRef>],
        faults: &BTreeMap<usize, (usize, RefusalCode)>,
    ) -> BTreeSet<usize> {
        let mut failed = BTreeSet::new();
        let mut buffer = String::new();
        let every = if self.checks.is_empty() { 0 } else { batch.num_rows() };
        for row in (0..every).chain(faults.keys().copied().filter(|row| *row >= every)) {
            let cell = |index: usize| self.cell(arrays, index, row);
            let number = self.before + u32::try_from(row).unwrap_or(u32::MAX) + 1;
            let refused = RefusedRow {
                sheet: None,
                row: number,
                column: None,
                code: RefusalCode::CheckFailed,
                check: None,
                value: String::new(),
                readable: Readable::default(),
            };
            let refused = if let Some((index, code)) = faults.get(&row) {
                let slot = &self.slots[*index];
                let source = slot.source.map(|source| batch.column(source));
                let value = source.and_then(|source| cell_text(source, row, &mut buffer)).unwrap_or_default();
                RefusedRow {
                    column: Some(slot.reader.column().name.clone()),
                    code: *code,
                    value: value.to_owned(),
                    ..refused
                }
            } else if let Some((check, code)) = self.checks.failed(cell) {
                let value = self.checks.shown(check, cell);
                RefusedRow { code, check: Some(check.check.code.clone()), value, ..refused }
            } else {
                continue;
            };
            let cells = self.slots.iter().enumerate().map(|(index, slot)| (&slot.reader.column().name, cell(index)));
            let readable = cells.filter(|(_, value)| !value.is_null());
            let readable = readable.map(|(name, value)| (name, value.to_string())).collect();
            self.refused.push(RefusedRow { readable, ..refused });
            failed.insert(row);
        }
        failed
    }

    fn cell(&self, arrays: &[Option<ArrayRef>], index: usize, row: usize) -> Value {
        arrays[index].as_ref().map_or(Value::Null, |array| value_at(array, self.slots[index].reader.column().ty, row))
    }

    /// Texts within the limits.
    fn expect_room(&mut self, batch: &RecordBatch) -> Result<(), FileError> {
        for array in batch.columns() {
            let offsets = match array.as_string_opt::<i32>() {
                Some(texts) => texts.offsets(),
                None => match array.as_binary_opt::<i32>() {
                    Some(texts) => texts.offsets(),
                    None => continue,
                },
            };
            let total = offsets.last().zip(offsets.first()).map_or(0, |(last, first)| last - first);
            self.text_bytes += u64::try_from(total).unwrap_or(0);
            if self.text_bytes > MAX_TEXT_BYTES {
                return Err(FileError::too_large("文字字节数", "bytes of text", MAX_TEXT_BYTES));
            }
            let Some(texts) = array.as_string_opt::<i32>() else { continue };
            let long = (0..texts.len()).find(|row| {
                texts.value_length(*row) as usize > MAX_CELL_CHARS
                    && texts.value(*row).chars().nth(MAX_CELL_CHARS).is_some()
            });
            if let Some(row) = long {
                return Err(FileError::text_too_long(u64::from(self.before) + row as u64 + 1));
            }
        }
        Ok(())
    }
}

fn unreadable(name: &str, (zh, en): (&str, &str)) -> FileError {
    FileError::new(
        FileErrorCode::FormatUnsupported,
        format!("列 `{name}` 是{zh}；请导出为文字、数字、日期或是否"),
        format!("column `{name}` is {en}: export it as text, number, date or truth value"),
    )
}
