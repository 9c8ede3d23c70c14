//! Workbooks of the old format (XLS, BIFF8): visible sheets, cell after cell, as the texts a person sees.
//!
//! Read here rather than by `calamine`, which makes room for what a sheet claims to span and copies a shared text into every cell that
//! names it: a few kilobytes then ask for gigabytes. Here a cell is its address and a number until its row is read.
//!
//! Source of the record layouts: \[MS-XLS\].

use std::collections::HashMap;

use calamine::{ExcelDateTime, ExcelDateTimeType};

use super::compound::{Compound, u16_at, u32_at};
use super::number::{date_text, number_text};
use super::xls_strings::{Strings, characters};
use super::{Row, Rows, Sheet};
use crate::{FileError, FileErrorCode, MAX_CELL_CHARS, MAX_TEXT_BYTES, MAX_WHOLE_BYTES};

/// An opened workbook.
pub(crate) struct OldWorkbook {
    stream: Vec<u8>,
    visible: Vec<(String, usize)>,
    strings: Vec<String>,
    /// How the numbers of each cell format are meant.
    meanings: Vec<Meaning>,
    is_1904: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meaning {
    Number,
    Date,
    Duration,
}

/// What a cell holds, as far as it is read before its row is.
enum Held {
    Shared(u32),
    Text(Box<str>),
    Number(f64, u16),
    Word(&'static str),
}

impl OldWorkbook {
    /// Reads everything but cells.
    pub(crate) fn open(bytes: &[u8]) -> Result<Self, FileError> {
        if bytes.len() > MAX_WHOLE_BYTES {
            return Err(FileError::too_large_for_format("XLS", "字节数", "bytes", MAX_WHOLE_BYTES as u64));
        }
        let file = Compound::open(bytes)?;
        if file.holds("EncryptedPackage") {
            return Err(FileError::encrypted());
        }
        let stream = match file.stream("Workbook")? {
            Some(stream) => stream,
            None if file.holds("Book") => return Err(too_old()),
            None => return Err(not_a_workbook()),
        };
        let mut book =
            Self { stream: Vec::new(), visible: Vec::new(), strings: Vec::new(), meanings: Vec::new(), is_1904: false };
        book.read_globals(&stream)?;
        book.stream = stream;
        if book.visible.is_empty() {
            return Err(FileError::no_visible_sheet());
        }
        Ok(book)
    }

    fn read_globals(&mut self, stream: &[u8]) -> Result<(), FileError> {
        let mut records = Records { stream, at: 0 };
        let mut formats: HashMap<u16, Meaning> = HashMap::new();
        let mut of_cells: Vec<u16> = Vec::new();
        while let Some((kind, data)) = records.next()? {
            match kind {
                0x0809 if u16_at(data, 0) != Some(0x0600) => return Err(too_old()),
                0x002f => return Err(FileError::encrypted()),
                0x0022 => self.is_1904 = u16_at(data, 0) == Some(1),
                0x041e => {
                    if let (Some(number), Some(text)) = (u16_at(data, 0), text_of(data, 2)) {
                        formats.insert(number, meaning_of(&text));
                    }
                }
                0x00e0 => of_cells.push(u16_at(data, 2).unwrap_or(0)),
                0x0085 => {
                    let position = u32_at(data, 0).ok_or_else(FileError::damaged)? as usize;
                    let (hidden, is_sheet) = (data.get(4).copied(), data.get(5) == Some(&0));
                    let name = data.get(6).zip(data.get(7)).and_then(|(length, flags)| {
                        characters(data.get(8..)?, usize::from(*length), flags & 1 == 1).map(|(text, _)| text)
                    });
                    if is_sheet && hidden.is_some_and(|hidden| hidden & 3 == 0) {
                        self.visible.push((name.unwrap_or_default(), position));
                    }
                }
                0x00fc => self.strings = Strings::read(data, records.continued()?).ok_or_else(FileError::damaged)?,
                0x000a => break,
                _ => {}
            }
        }
        let meaning = |format: &u16| formats.get(format).copied().unwrap_or_else(|| built_in(*format));
        self.meanings = of_cells.iter().map(meaning).collect();
        Ok(())
    }

    /// How many visible sheets it has.
    pub(crate) fn len(&self) -> usize {
        self.visible.len()
    }

    /// Visible sheet `index`.
    pub(crate) fn sheet(&self, index: usize) -> Result<Sheet<'_>, FileError> {
        let (name, position) = self.visible.get(index).cloned().unwrap_or_default();
        let mut cells = self.cells(position)?;
        // Stable: of two cells at one address the later wins, as in a spreadsheet.
        cells.sort_by_key(|(at, _)| *at);
        let rows = OldRows { book: self, cells, at: 0, text_bytes: 0 };
        Ok(Sheet { name: Some(name), ragged: true, replaced: false, rows: Box::new(rows) })
    }

    /// The cells of the sheet that begins at `position`, by (row, column) from 0.
    fn cells(&self, position: usize) -> Result<Vec<((u16, u16), Held)>, FileError> {
        let mut records = Records { stream: &self.stream, at: position };
        let mut cells = Vec::new();
        // Charts and the like are whole files inside the sheet.
        let mut depth = 0_u32;
        let mut formula = None;
        while let Some((kind, data)) = records.next()? {
            match kind {
                0x0809 => depth += 1,
                0x000a if depth <= 1 => break,
                0x000a => depth -= 1,
                _ if depth > 1 => {}
                0x00bd => many_numbers(data, &mut cells).ok_or_else(FileError::damaged)?,
                0x0207 => {
                    if let (Some(at), Some(text)) = (formula.take(), text_of(data, 0)) {
                        cells.push((at, Held::Text(text.into())));
                    }
                }
                0x0203 | 0x0204 | 0x0205 | 0x0006 | 0x00d6 | 0x00fd | 0x027e => {
                    let (at, held) = cell(kind, data).ok_or_else(FileError::damaged)?;
                    match held {
                        Some(held) => cells.push((at, held)),
                        None => formula = Some(at),
                    }
                }
                _ => {}
            }
        }
        Ok(cells)
    }

    fn text(&self, held: &Held) -> String {
        match held {
            Held::Shared(index) => self.strings.get(*index as usize).cloned().unwrap_or_default(),
            Held::Text(text) => text.to_string(),
            Held::Word(word) => (*word).to_owned(),
            Held::Number(value, format) => {
                let ty = match self.meanings.get(usize::from(*format)) {
                    Some(Meaning::Date) => ExcelDateTimeType::DateTime,
                    Some(Meaning::Duration) => ExcelDateTimeType::TimeDelta,
                    _ => return number_text(*value),
                };
                date_text(&ExcelDateTime::new(*value, ty, self.is_1904))
            }
        }
    }
}

/// The records of a stream: a kind, a length, as many bytes.
struct Records<'a> {
    stream: &'a [u8],
    at: usize,
}

impl<'a> Records<'a> {
    fn next(&mut self) -> Result<Option<(u16, &'a [u8])>, FileError> {
        let Some((kind, length)) = u16_at(self.stream, self.at).zip(u16_at(self.stream, self.at + 2)) else {
            return Ok(None);
        };
        let start = self.at + 4;
        let data = self.stream.get(start..start + usize::from(length)).ok_or_else(FileError::damaged)?;
        self.at = start + usize::from(length);
        Ok(Some((kind, data)))
    }

    /// The records that go on with the last one.
    fn continued(&mut self) -> Result<Vec<&'a [u8]>, FileError> {
        let mut pieces = Vec::new();
        while u16_at(self.stream, self.at) == Some(0x003c) {
            pieces.extend(self.next()?.map(|(_, data)| data));
        }
        Ok(pieces)
    }
}

type Address = (u16, u16);

/// One cell; `None` for what it holds when a text follows in a record of its own.
fn cell(kind: u16, data: &[u8]) -> Option<(Address, Option<Held>)> {
    let at = (u16_at(data, 0)?, u16_at(data, 2)?);
    let format = u16_at(data, 4)?;
    let held = match kind {
        0x0203 => Held::Number(f64_at(data, 6)?, format),
        0x027e => Held::Number(packed(u32_at(data, 6)?), format),
        0x00fd => Held::Shared(u32_at(data, 6)?),
        0x0205 => word(data.get(7) == Some(&1), *data.get(6)?),
        0x0006 if u16_at(data, 12)? == 0xffff => match data.get(6)? {
            0 => return Some((at, None)),
            1 => word(false, *data.get(8)?),
            2 => word(true, *data.get(8)?),
            _ => Held::Word(""),
        },
        0x0006 => Held::Number(f64_at(data, 6)?, format),
        _ => Held::Text(text_of(data, 6)?.into()),
    };
    Some((at, Some(held)))
}

/// Numbers side by side: row, first column, (format, number) each, last column.
fn many_numbers(data: &[u8], cells: &mut Vec<(Address, Held)>) -> Option<()> {
    let (row, first) = (u16_at(data, 0)?, u16_at(data, 2)?);
    let numbers = data.get(4..data.len().checked_sub(2)?)?;
    for (column, number) in (first..=u16::MAX).zip(numbers.chunks_exact(6)) {
        cells.push(((row, column), Held::Number(packed(u32_at(number, 2)?), u16_at(number, 0)?)));
    }
    Some(())
}

/// A number in 30 bits: the upper part of a float, or an integer; perhaps to be divided by a hundred.
fn packed(bits: u32) -> f64 {
    let value = if bits & 2 == 0 {
        f64::from_bits(u64::from(bits & !3) << 32)
    } else {
        f64::from(i32::from_le_bytes(bits.to_le_bytes()) >> 2)
    };
    if bits & 1 == 1 { value / 100.0 } else { value }
}

fn word(is_error: bool, value: u8) -> Held {
    Held::Word(match (is_error, value) {
        (false, 0) => "FALSE",
        (false, _) => "TRUE",
        (true, 0x00) => "#NULL!",
        (true, 0x07) => "#DIV/0!",
        (true, 0x0f) => "#VALUE!",
        (true, 0x17) => "#REF!",
        (true, 0x1d) => "#NAME?",
        (true, 0x24) => "#NUM!",
        (true, _) => "#N/A",
    })
}

/// A text with its length (two bytes) and its flags before it.
fn text_of(data: &[u8], at: usize) -> Option<String> {
    let length = usize::from(u16_at(data, at)?);
    let flags = *data.get(at + 2)?;
    characters(data.get(at + 3..)?, length, flags & 1 == 1).map(|(text, _)| text)
}

fn f64_at(data: &[u8], at: usize) -> Option<f64> {
    data.get(at..at + 8)?.try_into().ok().map(f64::from_le_bytes)
}

/// Formats every spreadsheet knows, those of East Asia among them.
fn built_in(format: u16) -> Meaning {
    match format {
        14..=22 | 27..=36 | 45 | 47 | 50..=58 => Meaning::Date,
        46 => Meaning::Duration,
        _ => Meaning::Number,
    }
}

/// What a written format means: letters of dates outside quotation marks and brackets make a date.
fn meaning_of(format: &str) -> Meaning {
    let mut characters = format.chars().peekable();
    let mut is_date = false;
    while let Some(c) = characters.next() {
        match c {
            '"' => while characters.next().is_some_and(|c| c != '"') {},
            '\\' | '_' | '*' => {
                characters.next();
            }
            '[' => {
                let inside: String = characters.by_ref().take_while(|c| *c != ']').collect();
                let inside = inside.to_ascii_lowercase();
                if !inside.is_empty()
                    && ["h", "m", "s"]
                        .iter()
                        .any(|unit| inside.trim_matches(unit.chars().next().unwrap_or(' ')).is_empty())
                {
                    return Meaning::Duration;
                }
            }
            ';' => break,
            'y' | 'Y' | 'm' | 'M' | 'd' | 'D' | 'h' | 'H' | 's' | 'S' => is_date = true,
            // `General`, which some programs write out.
            'G' | 'g' => return Meaning::Number,
            _ => {}
        }
    }
    if is_date { Meaning::Date } else { Meaning::Number }
}

struct OldRows<'w> {
    book: &'w OldWorkbook,
    cells: Vec<(Address, Held)>,
    at: usize,
    text_bytes: u64,
}

impl Rows for OldRows<'_> {
    fn next(&mut self, row: &mut Row) -> Result<bool, FileError> {
        row.clear();
        let Some(((number, _), _)) = self.cells.get(self.at) else { return Ok(false) };
        let number = *number;
        row.number = u32::from(number) + 1;
        while let Some(((_, column), held)) = self.cells.get(self.at).filter(|((at, _), _)| *at == number) {
            self.at += 1;
            // The same address once more: the later one stands.
            if self.cells.get(self.at).is_some_and(|(next, _)| *next == (number, *column)) {
                continue;
            }
            let text = self.book.text(held);
            self.text_bytes += text.len() as u64;
            if text.len() > MAX_CELL_CHARS && text.chars().nth(MAX_CELL_CHARS).is_some() {
                return Err(FileError::text_too_long(u64::from(row.number)));
            }
            if self.text_bytes > MAX_TEXT_BYTES {
                return Err(FileError::too_large("文字字节数", "bytes of text", MAX_TEXT_BYTES));
            }
            while row.len() < usize::from(*column) {
                row.push("");
            }
            row.push(&text);
        }
        Ok(true)
    }
}

fn too_old() -> FileError {
    FileError::new(
        FileErrorCode::FormatUnsupported,
        "这是 Excel 97 之前的旧格式工作簿；请另存为 XLSX 或 CSV 后再送",
        "this is a workbook of a format older than Excel 97: save it as XLSX or CSV and deliver again",
    )
}

fn not_a_workbook() -> FileError {
    FileError::new(
        FileErrorCode::FormatUnsupported,
        "这是旧格式的文档，不是工作簿；请送 XLSX、XLS 或 CSV",
        "this is a document of an old format, not a workbook: deliver XLSX, XLS or CSV",
    )
}

#[cfg(test)]
mod tests {
    use super::{Meaning, meaning_of, packed};

    #[test]
    fn formats_say_what_a_number_is() {
        for (format, meaning) in [
            ("yyyy\"年\"m\"月\"d\"日\"", Meaning::Date),
            ("[$-804]yyyy-mm-dd;@", Meaning::Date),
            ("yyyy/m/d h:mm", Meaning::Date),
            ("[h]:mm:ss", Meaning::Duration),
            ("0.00", Meaning::Number),
            ("#,##0.00\"mu\"", Meaning::Number),
            ("[Red]0.00", Meaning::Number),
            ("0\\d", Meaning::Number),
            ("General", Meaning::Number),
            ("@", Meaning::Number),
        ] {
            assert_eq!(meaning_of(format), meaning, "{format}");
        }
    }

    #[test]
    fn packed_numbers() {
        // An integer, one in hundredths, a float's upper half, a negative integer.
        for (bits, value) in
            [(12 << 2 | 2, 12.0), (123_456 << 2 | 3, 1234.56), (0x3ff0_0000, 1.0), (u32::MAX - 1, -1.0)]
        {
            assert!((packed(bits) - value).abs() < 1e-9, "{bits:x}");
        }
    }
}
