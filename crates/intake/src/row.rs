//! Rows of text -> rows of values, or a refusal that keeps everything that could be read.

use std::collections::BTreeSet;

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
    /// In name order of the feed's columns.
    slots: Vec<Slot<'a>>,
    /// Numbers of slots, in the order of the file's cells.
    order: Vec<usize>,
    checks: RowChecks<'a>,
}

/// One column of the feed, and its cell in the row read last.
pub(crate) struct Slot<'a> {
    column: &'a Column,
    cell: Option<usize>,
    reader: CellReader<'a>,
    /// Text or a code, without words of its own.
    is_plain: bool,
    /// What it holds, unless that is text.
    value: Value,
    /// The text of a plain column: copied to one place over and over, where a value would be an allocation a cell.
    text: String,
    is_text: bool,
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
        let slots: Vec<Slot<'a>> = feed
            .columns
            .values()
            .map(|column| Slot {
                column,
                cell: header.columns.get(column.name.as_str()).copied(),
                reader: CellReader::new(column, identifying.contains(column.name.as_str())),
                is_plain: column.words.is_empty() && matches!(column.ty, Type::Text | Type::Code(_)),
                value: Value::Null,
                text: String::new(),
                is_text: false,
            })
            .collect();
        let mut order: Vec<usize> = (0..slots.len()).filter(|index| slots[*index].cell.is_some()).collect();
        order.sort_by_key(|index| slots[*index].cell);
        Self { sheet, ragged, replaced, width: header.width, slots, order, checks: RowChecks::of(feed) }
    }

    /// The cells of `row`, in name order of the feed's columns.
    ///
    /// # Errors
    /// The refused row.
    pub(crate) fn read(&mut self, row: &Row) -> Result<&[Slot<'a>], Box<RefusedRow>> {
        self.slots.iter_mut().for_each(Slot::clear);
        if !self.has_right_count(row) {
            // Those cells before the first that does not fit its header: where the shift begins is not known, but no later.
            for &index in &self.order {
                if self.slots[index].read(row, self.replaced).is_err() {
                    break;
                }
            }
            let value = row.len().to_string();
            return Err(self.refused(row, None, RefusalCode::CellCount, value));
        }
        let mut fault: Option<(usize, RefusalCode)> = None;
        for &index in &self.order {
            if let Err(code) = self.slots[index].read(row, self.replaced) {
                fault.get_or_insert((index, code));
            }
        }
        if let Some((index, code)) = fault {
            let slot = &self.slots[index];
            let value = slot.cell.map(|cell| row.cell(cell).to_owned()).unwrap_or_default();
            return Err(self.refused(row, Some(slot.column.name.clone()), code, value));
        }
        let value = |index: usize| self.slots[index].value();
        if let Some((check, code)) = self.checks.failed(value) {
            let value = self.checks.shown(check, value);
            let mut refused = self.refused(row, None, code, value);
            refused.check = Some(check.check.code.clone());
            return Err(refused);
        }
        Ok(&self.slots)
    }

    /// Text cells separated by one mark too many or too few stand under the wrong headers. Blank cells beyond the header are
    /// what spreadsheets leave behind.
    fn has_right_count(&self, row: &Row) -> bool {
        self.ragged
            || (row.len() >= self.width && (self.width..row.len()).all(|cell| trimmed(row.cell(cell)).is_empty()))
    }

    /// The row with everything that could be read of it.
    fn refused(&self, row: &Row, column: Option<String>, code: RefusalCode, value: String) -> Box<RefusedRow> {
        let present = self.slots.iter().map(|slot| (slot, slot.value())).filter(|(_, value)| !value.is_null());
        let readable = present.map(|(slot, value)| (&slot.column.name, value.to_string())).collect();
        let sheet = self.sheet.clone();
        Box::new(RefusedRow { sheet, row: row.number, column, code, check: None, value, readable })
    }
}

impl Slot<'_> {
    fn clear(&mut self) {
        self.value = Value::Null;
        self.is_text = false;
    }

    /// Reads its cell of `row`.
    fn read(&mut self, row: &Row, replaced: bool) -> Result<(), RefusalCode> {
        let cell = self.cell.map(|cell| row.cell(cell)).unwrap_or_default();
        if replaced && cell.contains('\u{fffd}') {
            return Err(RefusalCode::WrongType);
        }
        if self.is_plain {
            if let Some(text) = self.reader.read_canonical(cell)? {
                self.text.clear();
                self.text.push_str(&text);
                self.is_text = true;
            }
        } else {
            self.value = self.reader.read(cell)?;
        }
        if !self.is_text && self.value.is_null() && !self.column.optional {
            return Err(RefusalCode::CellMissing);
        }
        Ok(())
    }

    /// The text of a plain column's cell.
    pub(crate) fn text(&self) -> Option<&str> {
        self.is_text.then_some(self.text.as_str())
    }

    /// What it holds, text excepted.
    pub(crate) fn value_beside_text(&self) -> &Value {
        &self.value
    }

    fn value(&self) -> Value {
        self.text().map_or_else(|| self.value.clone(), Value::text)
    }
}

/// Whether the row closes a table: a total of the rows above, or a note of who made it.
pub(crate) fn is_closing(row: &Row) -> bool {
    let first = row.cells().map(trimmed).find(|cell| !cell.is_empty()).unwrap_or_default();
    // This is asked of every row: most begin with a digit, or a letter.
    if first.starts_with(|c: char| c.is_ascii_digit()) || first.is_empty() {
        return false;
    }
    let is_total = first.len() <= 30
        && matches!(
            header_key(first).as_str(),
            "合计" | "总计" | "小计" | "本页合计" | "本页小计" | "合计(元)" | "总计(元)" | "total" | "subtotal"
        );
    is_total || is_note(first, row)
}

/// `制表人：…`, `审核：…`, `注：…`: such a word and a colon, and few cells beside it.
fn is_note(first: &str, row: &Row) -> bool {
    const WORDS: [&str; 13] = [
        "注",
        "备注",
        "说明",
        "制表人",
        "制表",
        "填表人",
        "填报人",
        "审核人",
        "审核",
        "经办人",
        "负责人",
        "联系人",
        "打印时间",
    ];
    let Some((word, _)) = first.split_once(['：', ':']) else { return false };
    let word: String = word.chars().filter(|c| !c.is_whitespace()).collect();
    WORDS.contains(&word.as_str()) && row.cells().filter(|cell| !trimmed(cell).is_empty()).count() <= 4
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
