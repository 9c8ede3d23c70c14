//! Every cell of a file, as a person sees it, whatever the file is about.

use crate::FileError;
use crate::reader::{Book, Content, Row, Sheet, Source};

/// One cell.
#[derive(Clone, Copy, Debug)]
pub struct Cell<'c> {
    /// Its sheet, in a workbook.
    pub sheet: Option<&'c str>,
    /// The sheet is not shown when the workbook is opened.
    pub is_hidden: bool,
    /// Row in the file, or in its sheet; the first is 1.
    pub row: u32,
    /// Column, from 0.
    pub column: usize,
    /// What stands in it.
    pub text: &'c str,
}

/// Shows `see` every cell of the file that is not empty, sheet by sheet and row by row; hidden sheets of an XLSX workbook too.
///
/// # Errors
/// When the file cannot be read: see [`crate::FileErrorCode`]. A file of typed columns (Parquet) has no cells.
pub fn each_cell(bytes: &[u8], see: &mut dyn FnMut(Cell<'_>)) -> Result<(), FileError> {
    let mut book = Book::open(Source::Bytes(bytes))?;
    let shown = book.show_hidden();
    let sheets = if book.is_text() { vec![widest(&mut book)?] } else { (0..book.len()).collect() };
    for index in sheets {
        if let Content::Sheet(sheet) = book.content(index)? {
            walk(sheet, index >= shown, see)?;
        } else {
            return Err(FileError::damaged_file());
        }
    }
    Ok(())
}

/// Of the ways of cutting a text, the one under which its first lines have most cells.
fn widest(book: &mut Book<'_>) -> Result<usize, FileError> {
    let (mut best, mut most) = (0, 0);
    for index in 0..book.len() {
        let Content::Sheet(mut sheet) = book.content(index)? else { continue };
        let (mut row, mut cells) = (Row::default(), 0);
        for _ in 0..20 {
            // Under a wrong separator, a whole line may be one cell too long.
            if !sheet.rows.next(&mut row).unwrap_or(false) {
                break;
            }
            cells += row.len();
        }
        if cells > most {
            (best, most) = (index, cells);
        }
    }
    Ok(best)
}

fn walk(mut sheet: Sheet<'_>, is_hidden: bool, see: &mut dyn FnMut(Cell<'_>)) -> Result<(), FileError> {
    let mut row = Row::default();
    while sheet.rows.next(&mut row)? {
        for (column, text) in row.cells().enumerate().filter(|(_, text)| !text.trim().is_empty()) {
            see(Cell { sheet: sheet.name.as_deref(), is_hidden, row: row.number, column, text });
        }
    }
    Ok(())
}
