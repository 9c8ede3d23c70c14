//! Tables as files that spreadsheets open: nothing in them is ever a formula.
//!
//! In a workbook every cell is text, control characters as `_xHHHH_` (which spreadsheets and `intake` read back as they were); a column
//! of counts is numbers. Comma-separated text has no types: there a cell that a spreadsheet would take for a formula gets the
//! apostrophe by which people mark text.

use std::borrow::Cow;

use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};

use super::Table;
use crate::failure::Failure;

/// Rows of one sheet; what is more goes on in the next.
const ROWS: usize = 1_000_000;
/// What a cell of a workbook can hold, in units of UTF-16.
const CELL_UNITS: usize = 32_767;
/// What the name of a sheet can hold, in units of UTF-16.
const NAME_UNITS: usize = 31;
/// Digits that a spreadsheet keeps of a number.
const DIGITS: usize = 15;

/// The table as comma-separated text, with the mark by which spreadsheets know UTF-8.
pub fn csv(table: &Table) -> Result<Vec<u8>, Failure> {
    let (headers, _, rows) = table.parts();
    let fault = |error: &dyn std::fmt::Display| Failure::fault(format!("csv: {error}"));
    let mut writer = csv::WriterBuilder::new().from_writer("\u{feff}".as_bytes().to_vec());
    writer.write_record(headers).map_err(|error| fault(&error))?;
    for row in rows {
        writer.write_record(row.iter().map(|cell| guarded(cell).into_owned())).map_err(|error| fault(&error))?;
    }
    writer.into_inner().map_err(|error| fault(&error))
}

/// `cell`, or what a spreadsheet takes for text and no formula.
fn guarded(cell: &str) -> Cow<'_, str> {
    let is_number = || cell.parse::<f64>().is_ok_and(f64::is_finite);
    match cell.chars().next() {
        Some('=' | '+' | '-' | '@' | '\t' | '\r') if !is_number() => Cow::Owned(format!("'{cell}")),
        _ => Cow::Borrowed(cell),
    }
}

/// The table as a workbook; its sheets are called `name`, `name 2` and so on.
pub(super) fn xlsx(table: &Table, name: &str) -> Result<Vec<u8>, Failure> {
    let (headers, right, rows) = table.parts();
    let mut workbook = Workbook::new();
    let mut pieces: Vec<&[Vec<String>]> = rows.chunks(ROWS).collect();
    if pieces.is_empty() {
        pieces.push(&[]);
    }
    for (index, piece) in pieces.into_iter().enumerate() {
        let sheet = workbook.add_worksheet();
        let name = if index == 0 { name.to_owned() } else { format!("{name} {}", index + 1) };
        fill(sheet, &name, headers, right, piece).map_err(|error| Failure::fault(format!("xlsx: {error}")))?;
    }
    workbook.save_to_buffer().map_err(|error| Failure::fault(format!("xlsx: {error}")))
}

fn fill(
    sheet: &mut Worksheet,
    name: &str,
    headers: &[String],
    right: &[bool],
    rows: &[Vec<String>],
) -> Result<(), XlsxError> {
    sheet.set_name(name)?;
    let bold = Format::new().set_bold();
    for (column, header) in (0_u16..).zip(headers) {
        sheet.write_string_with_format(0, column, cut(header), &bold)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    for (number, row) in (1_u32..).zip(rows) {
        for ((column, cell), right) in (0_u16..).zip(row).zip(right) {
            match count(cell).filter(|_| *right) {
                Some(count) => sheet.write_number(number, column, count)?,
                None => write_text(sheet, number, column, cell)?,
            };
        }
    }
    Ok(())
}

/// Writes a cell of text, as text.
pub fn write_text<'s>(
    sheet: &'s mut Worksheet,
    row: u32,
    column: u16,
    text: &str,
) -> Result<&'s mut Worksheet, XlsxError> {
    if text.is_empty() { Ok(sheet) } else { sheet.write_string(row, column, cut(text)) }
}

/// `text` as far as a cell holds it.
pub fn cut(text: &str) -> &str {
    let mut units = 0;
    for (at, c) in text.char_indices() {
        units += c.len_utf16();
        if units > CELL_UNITS {
            return &text[..at];
        }
    }
    text
}

/// `text` as the name of a sheet: without what may not stand in one, and not too long.
pub fn sheet_name(text: &str) -> String {
    let mut units = 0;
    let plain = text.chars().map(|c| if c.is_control() || "[]:*?/\\'".contains(c) { ' ' } else { c });
    let fits = plain.take_while(|c| {
        units += c.len_utf16();
        units <= NAME_UNITS
    });
    fits.collect::<String>().trim().to_owned()
}

/// A number that a spreadsheet keeps as it is.
fn count(cell: &str) -> Option<f64> {
    let digits = cell.bytes().filter(u8::is_ascii_digit).count();
    let is_plain = cell.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'.'));
    let leads_with_zero = cell.len() > 1 && cell.starts_with('0') && !cell.starts_with("0.");
    (is_plain && digits <= DIGITS && !leads_with_zero).then(|| cell.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::super::Table;
    use super::{count, csv, cut, guarded, sheet_name, xlsx};

    #[test]
    fn nothing_is_a_formula() {
        for (cell, expected) in [
            ("=1+1", "'=1+1"),
            ("+86 138", "'+86 138"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("-cmd", "'-cmd"),
            ("\t=1", "'\t=1"),
            ("-5.00", "-5.00"),
            ("+7", "+7"),
            ("a=1", "a=1"),
            ("", ""),
        ] {
            assert_eq!(guarded(cell), expected, "{cell:?}");
        }
        let mut table = Table::new(["a", ">b"]);
        table.row(["=1+1", "7"]);
        table.row(["x,\"y\"\n", "0042"]);
        let text = String::from_utf8(csv(&table).expect("csv")).expect("text");
        assert_eq!(text, "\u{feff}a,b\n'=1+1,7\n\"x,\"\"y\"\"\n\",0042\n");
        assert!(xlsx(&table, "list").expect("xlsx").starts_with(b"PK"));
    }

    #[test]
    fn counts_are_numbers_and_identifiers_are_not() {
        for (cell, expected) in [("120", Some(120.0)), ("-5.50", Some(-5.5)), ("0", Some(0.0)), ("0.5", Some(0.5))] {
            assert_eq!(count(cell), expected, "{cell}");
        }
        for cell in ["", "-", "0042", "990101199001010019", "1e3", "2026-05", "甲"] {
            assert_eq!(count(cell), None, "{cell}");
        }
    }

    #[test]
    fn cells_and_names_keep_their_limits() {
        assert_eq!(cut(&"甲".repeat(40_000)).chars().count(), 32_767);
        assert_eq!(cut(&"𠮷".repeat(40_000)).chars().count(), 16_383);
        assert_eq!(sheet_name("a/b[c]:*?'\\"), "a b c");
        assert_eq!(sheet_name(&"甲".repeat(40)).chars().count(), 31);
    }
}
