//! XLSX workbooks: visible sheets, cell after cell, as the texts a person sees.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{DataRef, Reader, SheetType, SheetVisible, Xlsx, XlsxCellReader, XlsxError};

use super::number::{date_text, number_text};
use super::{Row, Rows, Sheet};
use crate::{FileError, MAX_CELL_CHARS, MAX_CELLS, MAX_TEXT_BYTES};

/// Columns of a sheet in the format.
const MAX_COLUMNS: u32 = 16_384;

/// An opened workbook.
pub(crate) struct Workbook<'a> {
    xlsx: Xlsx<Cursor<&'a [u8]>>,
    visible: Vec<String>,
}

impl<'a> Workbook<'a> {
    /// Opens it: its container is within the limits.
    pub(crate) fn open(bytes: &'a [u8]) -> Result<Self, FileError> {
        let xlsx: Xlsx<_> = guarded(|| Xlsx::new(Cursor::new(bytes)))?;
        let visible = sheets(&xlsx, true);
        if visible.is_empty() {
            return Err(FileError::no_visible_sheet());
        }
        Ok(Self { xlsx, visible })
    }

    /// Adds the hidden sheets after the visible ones.
    pub(crate) fn show_hidden(&mut self) {
        self.visible.extend(sheets(&self.xlsx, false));
    }

    /// How many visible sheets it has.
    pub(crate) fn len(&self) -> usize {
        self.visible.len()
    }

    /// Visible sheet `index`.
    pub(crate) fn sheet(&mut self, index: usize) -> Result<Sheet<'_>, FileError> {
        let name = self.visible.get(index).cloned().unwrap_or_default();
        let xlsx = &mut self.xlsx;
        let reader = guarded(|| xlsx.worksheet_cells_reader(&name))?;
        let rows =
            WorkbookRows { reader, pending: None, ended: false, cells: Vec::new(), cell_count: 0, text_bytes: 0 };
        Ok(Sheet { name: Some(name), ragged: true, replaced: false, rows: Box::new(rows) })
    }
}

fn sheets(xlsx: &Xlsx<Cursor<&[u8]>>, visible: bool) -> Vec<String> {
    let sheets = xlsx.sheets_metadata().iter();
    sheets
        .filter(|sheet| sheet.typ == SheetType::WorkSheet && (sheet.visible == SheetVisible::Visible) == visible)
        .map(|sheet| sheet.name.clone())
        .collect()
}

/// What a damaged or hostile workbook makes the library say, or do: some of its arithmetic on cell addresses panics.
fn guarded<T>(read: impl FnOnce() -> Result<T, XlsxError>) -> Result<T, FileError> {
    match catch_unwind(AssertUnwindSafe(read)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(XlsxError::Password)) => Err(FileError::encrypted()),
        Ok(Err(_)) | Err(_) => Err(FileError::damaged()),
    }
}

/// `'w`: the workbook is borrowed; `'b`: so are its bytes.
struct WorkbookRows<'w, 'b> {
    reader: XlsxCellReader<'w, Cursor<&'b [u8]>>,
    /// The first cell of the next row: row and column from 0, text.
    pending: Option<(u32, u32, String)>,
    /// The library takes a second look behind the last cell for a damaged file.
    ended: bool,
    cells: Vec<String>,
    cell_count: u64,
    text_bytes: u64,
}

impl Rows for WorkbookRows<'_, '_> {
    fn next(&mut self, row: &mut Row) -> Result<bool, FileError> {
        row.clear();
        let mut used = 0_usize;
        let mut number = None;
        loop {
            let (at, column, text) = match self.pending.take() {
                Some(cell) => cell,
                None => match self.next_cell()? {
                    Some(cell) => cell,
                    None => break,
                },
            };
            if *number.get_or_insert(at) != at {
                self.pending = Some((at, column, text));
                break;
            }
            let column = column as usize;
            if self.cells.len() <= column {
                self.cells.resize(column + 1, String::new());
            }
            for cell in self.cells.iter_mut().take(column).skip(used) {
                cell.clear();
            }
            self.cells[column] = text;
            used = used.max(column + 1);
        }
        let Some(number) = number else { return Ok(false) };
        self.cell_count += used as u64;
        if self.cell_count > MAX_CELLS {
            return Err(FileError::too_large("单元格数", "cells", MAX_CELLS));
        }
        row.number = number.saturating_add(1);
        for cell in &self.cells[..used] {
            row.push(cell);
        }
        Ok(true)
    }
}

impl WorkbookRows<'_, '_> {
    /// The next cell that is not empty.
    fn next_cell(&mut self) -> Result<Option<(u32, u32, String)>, FileError> {
        loop {
            if self.ended {
                return Ok(None);
            }
            let reader = &mut self.reader;
            let Some(cell) = guarded(|| reader.next_cell())? else {
                self.ended = true;
                return Ok(None);
            };
            let (row, column) = cell.get_position();
            let text = cell_text(cell.get_value());
            if text.is_empty() {
                continue;
            }
            self.text_bytes += text.len() as u64;
            if text.len() > MAX_CELL_CHARS && text.chars().nth(MAX_CELL_CHARS).is_some() {
                return Err(FileError::cell_too_long(u64::from(row) + 1));
            }
            if self.text_bytes > MAX_TEXT_BYTES {
                return Err(FileError::too_large("文字字节数", "bytes of text", MAX_TEXT_BYTES));
            }
            // A column beyond the format's last would make one row as long as memory.
            if column >= MAX_COLUMNS {
                return Err(FileError::damaged());
            }
            return Ok(Some((row, column, text)));
        }
    }
}

fn cell_text(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Int(value) => value.to_string(),
        DataRef::Float(value) => number_text(*value),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(true) => "TRUE".into(),
        DataRef::Bool(false) => "FALSE".into(),
        DataRef::DateTime(value) => date_text(value),
        DataRef::Error(error) => error.to_string(),
        DataRef::Empty => String::new(),
    }
}
