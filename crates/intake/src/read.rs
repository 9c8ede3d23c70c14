//! One file of a known feed -> its accepted and its refused rows.

use std::sync::Arc;

use pack::programme::Feed;
use types::{Landed, Spool};

use crate::batches::read_columns;
use crate::header::{Header, header_missing};
use crate::reader::{Book, Content, Row, Sheet, Source};
use crate::row::{RowReader, is_closing};
use crate::table::TableBuilder;
use crate::{FileError, ReadError};

/// How many closing totals and notes may wait; more are rows like others.
const MAX_TOTALS: usize = 32;

/// Reads `bytes` as a file of `feed`: every row is accepted or refused, blank rows, closing totals and closing notes excepted. Of a workbook, the
/// first visible sheet with the feed's header is read. The content decides what kind of file it is; `_file_name` is not
/// believed.
///
/// # Errors
/// When nothing of it can be read: see [`crate::FileErrorCode`].
pub fn read(bytes: &[u8], _file_name: &str, feed: &Feed) -> Result<Landed, FileError> {
    read_source(Source::Bytes(bytes), feed, None).map_err(|error| match error {
        ReadError::File(error) => error,
        // Cannot be: nothing is put anywhere.
        ReadError::Spool(_) => FileError::damaged_file(),
    })
}

/// The same of a file that need not be in memory. With a `spool`, its rows need not be either: of a file that is longer than a piece,
/// the table lies there.
///
/// # Errors
/// As [`read`], and those of the `spool`.
pub fn read_source(source: Source<'_>, feed: &Feed, spool: Option<&Arc<dyn Spool>>) -> Result<Landed, ReadError> {
    let mut book = Book::open(source)?;
    let (index, header) = find_sheet(&mut book, feed)?;
    let table = TableBuilder::new(feed, spool);
    match book.content(index)? {
        Content::Sheet(sheet) => read_rows(sheet, feed, &header, table),
        Content::Columns(file) => read_columns(file, feed, &header, table),
    }
}

/// The first sheet with a complete header; else the error of the nearest.
fn find_sheet<'f>(book: &mut Book<'_>, feed: &'f Feed) -> Result<(usize, Header<'f>), FileError> {
    let mut nearest: Option<Header<'f>> = None;
    // Of the ways of cutting a text file, the one under which the rows below have as many cells as the header.
    let mut fitting: Option<(usize, usize, Header<'f>)> = None;
    let mut fault = None;
    let is_text = book.is_text();
    for index in 0..book.len() {
        let (header, misfits) = match book.top(index) {
            Ok(top) => {
                let header = Header::find(feed, &top);
                let misfits = header.as_ref().filter(|_| is_text).map_or(0, |header| top.misfits(header));
                (header, misfits)
            }
            Err(error) => {
                // Under a wrong separator, a whole line may be one cell too long.
                fault.get_or_insert(error);
                continue;
            }
        };
        match header {
            Some(header) if header.is_complete() && misfits == 0 => {
                return header.accepted(feed).map(|header| (index, header));
            }
            Some(header) if header.is_complete() => {
                if fitting.as_ref().is_none_or(|(_, fewest, _)| misfits < *fewest) {
                    fitting = Some((index, misfits, header));
                }
            }
            Some(header) if nearest.as_ref().is_none_or(|nearest| nearest.columns.len() < header.columns.len()) => {
                nearest = Some(header);
            }
            _ => {}
        }
    }
    if let Some((index, _, header)) = fitting {
        return header.accepted(feed).map(|header| (index, header));
    }
    match (nearest, fault) {
        (_, Some(fault)) => Err(fault),
        (Some(nearest), None) => nearest.accepted(feed).map(|header| (0, header)),
        (None, None) => Err(header_missing(feed)),
    }
}

fn read_rows(
    mut sheet: Sheet<'_>,
    feed: &Feed,
    header: &Header<'_>,
    mut table: TableBuilder,
) -> Result<Landed, ReadError> {
    let mut reader = RowReader::new(feed, header, sheet.name.clone(), sheet.ragged, sheet.replaced);
    let mut refused = Vec::new();
    let mut take = |row: &Row| match reader.read(row) {
        Ok(values) => table.push(row.number, values),
        Err(row) => {
            refused.push(*row);
            Ok(())
        }
    };
    // Totals and notes are skipped only where no other row follows; until then they wait here.
    let mut totals: Vec<Row> = Vec::new();
    let mut row = Row::default();
    let mut below_header = false;
    while sheet.rows.next(&mut row)? {
        if !below_header {
            below_header = row.number == header.number;
        } else if is_closing(&row) && totals.len() < MAX_TOTALS {
            totals.push(std::mem::take(&mut row));
        } else if !row.is_blank() {
            totals.drain(..).try_for_each(|row| take(&row))?;
            take(&row)?;
        }
    }
    Ok(table.finish(refused)?)
}
