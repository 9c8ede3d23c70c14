//! Text files: comma, tab, semicolon or bar between cells, quotation marks, double or single, around those that contain them.
//!
//! Works on `csv-core` rather than `csv`, for the true line on which a row begins: blank lines and CR LF make `csv` report another.

use std::io::BufRead;

use csv_core::ReadRecordResult;

use super::encoding::Encoded;
use super::source::Source;
use super::{Row, Rows, Sheet};
use crate::limits::MAX_ROW_BYTES;
use crate::{FileError, FileErrorCode, MAX_CELL_CHARS, MAX_CELLS, MAX_TEXT_BYTES};

const SEPARATORS: [u8; 4] = [b',', b'\t', b';', b'|'];

/// Separators of files that programs write without quotation marks: there one is a character like others.
const BARE_SEPARATORS: [u8; 2] = [b'\t', b'|'];

/// How much of a file is looked at for the quotation marks it uses.
const SAMPLE_BYTES: usize = 64 << 10;

/// A text file.
pub(crate) struct TextFile<'a> {
    encoded: Encoded<'a>,
    dialects: Vec<Dialect>,
}

/// A way of cutting lines into cells.
#[derive(Clone, Copy)]
struct Dialect {
    separator: u8,
    quote: Option<u8>,
}

impl<'a> TextFile<'a> {
    /// Refuses what is empty, and what is no text.
    pub(crate) fn open(source: Source<'a>) -> Result<Self, FileError> {
        let encoded = Encoded::detect(source).map_err(|_| not_a_table())?;
        let mut reader = encoded.reader();
        let mut blank = true;
        let mut single_quotes = None;
        loop {
            let piece = reader.fill_buf().map_err(|_| not_a_table())?;
            if piece.is_empty() {
                break;
            }
            if piece.contains(&0) {
                return Err(not_a_table());
            }
            // The first piece is as long as a buffer, or as the file.
            single_quotes.get_or_insert_with(|| is_single_quoted(&piece[..piece.len().min(SAMPLE_BYTES)]));
            blank = blank && piece.iter().all(u8::is_ascii_whitespace);
            let length = piece.len();
            reader.consume(length);
        }
        if blank {
            return Err(FileError::empty());
        }
        let quote = Some(if single_quotes == Some(true) { b'\'' } else { b'"' });
        let quoted = SEPARATORS.map(|separator| Dialect { separator, quote });
        let bare = BARE_SEPARATORS.map(|separator| Dialect { separator, quote: None });
        Ok(Self { encoded, dialects: quoted.into_iter().chain(bare).collect() })
    }

    /// One sheet per way of cutting it.
    pub(crate) fn len(&self) -> usize {
        self.dialects.len()
    }

    /// The file cut in way `index`.
    pub(crate) fn sheet(&self, index: usize) -> Sheet<'a> {
        let Dialect { separator, quote } =
            self.dialects.get(index).copied().unwrap_or(Dialect { separator: b',', quote: Some(b'"') });
        let mut core = csv_core::ReaderBuilder::new();
        core.delimiter(separator).quoting(quote.is_some()).quote(quote.unwrap_or(b'"'));
        let rows = TextRows {
            input: self.encoded.reader(),
            core: core.build(),
            carriage_returns: 0,
            pending_return: false,
            cells: 0,
            text_bytes: 0,
        };
        Sheet { name: None, ragged: false, replaced: self.encoded.is_replaced(), rows: Box::new(rows) }
    }
}

fn not_a_table() -> FileError {
    FileError::new(
        FileErrorCode::NotATable,
        "这不是表格：既不是工作簿，也不是文本文件",
        "this is not a table: neither a workbook nor a text file",
    )
}

/// Whether cells stand between single quotation marks: most lines begin and end with one. One before a number alone is a spreadsheet's
/// mark for text, and no quotation.
fn is_single_quoted(sample: &[u8]) -> bool {
    let lines = sample.split(|byte| matches!(byte, b'\r' | b'\n')).filter(|line| !line.trim_ascii().is_empty());
    let (mut quoted, mut others) = (0_usize, 0_usize);
    for line in lines {
        match line.trim_ascii() {
            [b'\'', .., b'\''] => quoted += 1,
            _ => others += 1,
        }
    }
    quoted >= 2 && quoted > others
}

struct TextRows<'a> {
    input: Box<dyn BufRead + 'a>,
    core: csv_core::Reader,
    /// Lines ended by a carriage return alone, which `core` does not count.
    carriage_returns: u64,
    /// The last row ended with a carriage return; a line feed may still follow.
    pending_return: bool,
    cells: u64,
    text_bytes: u64,
}

impl Rows for TextRows<'_> {
    fn next(&mut self, row: &mut Row) -> Result<bool, FileError> {
        row.clear();
        let (mut written, mut ends) = (0, 0);
        loop {
            let input = self.input.fill_buf().map_err(|_| not_a_table())?;
            if self.pending_return && !input.is_empty() {
                self.pending_return = false;
                self.carriage_returns += u64::from(input[0] != b'\n');
            }
            let (result, read, wrote, ended) =
                self.core.read_record(input, &mut row.bytes[written..], &mut row.ends[ends..]);
            let last = read.checked_sub(1).map(|index| input[index]);
            self.input.consume(read);
            written += wrote;
            ends += ended;
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull if row.bytes.len() >= MAX_ROW_BYTES => {
                    return Err(FileError::cell_too_long(self.first_line(row, written, None)));
                }
                ReadRecordResult::OutputFull => row.bytes.resize((row.bytes.len() * 2).max(1 << 10), 0),
                ReadRecordResult::OutputEndsFull if row.ends.len() >= MAX_ROW_BYTES => {
                    return Err(FileError::too_large("单元格数", "cells", MAX_CELLS));
                }
                ReadRecordResult::OutputEndsFull => row.ends.resize((row.ends.len() * 2).max(1 << 6), 0),
                ReadRecordResult::Record => {
                    row.take_over(ends, written);
                    let line = self.first_line(row, written, last);
                    row.number = u32::try_from(line).unwrap_or(u32::MAX);
                    self.pending_return = last == Some(b'\r');
                    return self.within_limits(row, written).map(|()| true);
                }
                ReadRecordResult::End => return Ok(false),
            }
        }
    }
}

impl TextRows<'_> {
    /// The line on which a row began that has just been read: the line reached, less those inside it and the one that ended it.
    fn first_line(&self, row: &Row, written: usize, last: Option<u8>) -> u64 {
        let inside = row.bytes[..written].iter().filter(|byte| **byte == b'\n').count() as u64;
        let reached = self.core.line() + self.carriage_returns;
        reached.saturating_sub(inside + u64::from(last == Some(b'\n'))).max(1)
    }

    fn within_limits(&mut self, row: &Row, written: usize) -> Result<(), FileError> {
        self.cells += row.len() as u64;
        self.text_bytes += written as u64;
        if written > MAX_CELL_CHARS && row.cells().any(|cell| cell.chars().nth(MAX_CELL_CHARS).is_some()) {
            return Err(FileError::cell_too_long(u64::from(row.number)));
        }
        if self.cells > MAX_CELLS {
            return Err(FileError::too_large("单元格数", "cells", MAX_CELLS));
        }
        if self.text_bytes > MAX_TEXT_BYTES {
            return Err(FileError::too_large("文字字节数", "bytes of text", MAX_TEXT_BYTES));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Source, TextFile};
    use crate::reader::Row;

    fn rows(text: &str) -> Vec<(u32, Vec<String>)> {
        let file = TextFile::open(Source::Bytes(text.as_bytes())).expect("text");
        let mut sheet = file.sheet(0);
        let mut row = Row::default();
        let mut rows = Vec::new();
        while sheet.rows.next(&mut row).expect("row") {
            rows.push((row.number, row.cells().map(str::to_owned).collect()));
        }
        rows
    }

    #[test]
    fn rows_know_the_line_on_which_they_begin() {
        let numbers = |text: &str| rows(text).into_iter().map(|(number, _)| number).collect::<Vec<_>>();
        for (text, expected) in [
            ("a\nb\nc", vec![1, 2, 3]),
            ("a\r\nb\r\nc\r\n", vec![1, 2, 3]),
            ("a\rb\rc", vec![1, 2, 3]),
            ("\n\na\n\n\nb\n", vec![3, 6]),
            ("\r\n\r\na\r\n\r\nb", vec![3, 5]),
            ("a,\"x\ny\",b\nc", vec![1, 3]),
            ("a,\"x\r\n\r\ny\"\r\nc\r\n\"d\n\"\r\ne", vec![1, 4, 5, 7]),
        ] {
            assert_eq!(numbers(text), expected, "{text:?}");
        }
    }

    #[test]
    fn quotes_are_read_as_spreadsheets_write_them() {
        assert_eq!(rows("\"a \"\"b\"\"\",c\"d,,\"\"\n")[0].1, ["a \"b\"", "c\"d", "", ""]);
    }
}
