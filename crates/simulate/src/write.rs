//! Sheets as bytes: CSV in the encodings departments use, and XLSX.

use std::path::{Path, PathBuf};
use std::{fs, io};

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format as CellFormat, Workbook, XlsxError};
use types::Day;

use crate::SimulateError;

/// What a column holds: how it is written, and which mess can befall it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Holds {
    /// A citizen number.
    CitizenNumber,
    /// A person's name.
    Name,
    /// A place code or a department's own number.
    Code,
    /// Yuan with two decimals.
    Money,
    /// A whole number.
    Number,
    /// A day, `2026-05-31`.
    Date,
    /// A month or a year.
    Period,
    /// One of a few agreed words.
    Word,
    /// Free text that nobody reads.
    Text,
}

/// A column of a department's file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Column {
    /// The header the department writes.
    pub header: &'static str,
    /// What its cells hold.
    pub holds: Holds,
    /// An empty cell is a defect.
    pub required: bool,
}

/// A required column.
pub(crate) const fn required(header: &'static str, holds: Holds) -> Column {
    Column { header, holds, required: true }
}

/// A column that may be empty.
pub(crate) const fn optional(header: &'static str, holds: Holds) -> Column {
    Column { header, holds, required: false }
}

/// How a department saves its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// CSV in UTF-8.
    Utf8,
    /// CSV in UTF-8 with a byte order mark, as spreadsheets save it.
    Utf8Marked,
    /// CSV in GB18030.
    Gb18030,
    /// A workbook with one sheet.
    Xlsx,
}

impl Format {
    /// The file name's ending.
    pub(crate) fn ending(self) -> &'static str {
        if self == Self::Xlsx { "xlsx" } else { "csv" }
    }
}

/// The cells of one file, header excluded.
pub(crate) type Rows = Vec<Vec<String>>;

/// Text as a department encodes it; a file's first text carries the mark, where it has one. Rows of workbooks wait as plain text.
pub(crate) fn encoded(format: Format, text: Vec<u8>, is_first: bool) -> Vec<u8> {
    match format {
        Format::Utf8Marked if is_first => [b"\xEF\xBB\xBF".as_slice(), &text].concat(),
        Format::Utf8 | Format::Utf8Marked | Format::Xlsx => text,
        Format::Gb18030 => {
            let text = String::from_utf8(text).unwrap_or_default();
            encoding_rs::GB18030.encode(&text).0.into_owned()
        }
    }
}

/// The header line.
///
/// # Errors
/// What the CSV writer says.
pub(crate) fn header_text(columns: &[Column]) -> Result<Vec<u8>, WriteError> {
    line_text(&columns.iter().map(|column| column.header).collect::<Vec<_>>())
}

/// One line of CSV in UTF-8 with a Windows line end.
///
/// # Errors
/// What the CSV writer says.
pub(crate) fn line_text(cells: &[&str]) -> Result<Vec<u8>, WriteError> {
    rows_text(&vec![cells.iter().map(|cell| (*cell).to_owned()).collect()])
}

/// Lines of CSV in UTF-8 with Windows line ends.
///
/// # Errors
/// What the CSV writer says.
pub(crate) fn rows_text(rows: &Rows) -> Result<Vec<u8>, WriteError> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    for row in rows {
        writer.write_record(row)?;
    }
    writer.into_inner().map_err(|error| WriteError::Io(io::Error::other(error.to_string())))
}

/// A workbook: money and days as real cells, everything else as text, as a careful clerk keeps it.
///
/// # Errors
/// What the workbook's writer says.
pub(crate) fn workbook(columns: &[Column], rows: &Rows) -> Result<Vec<u8>, WriteError> {
    let mut workbook = Workbook::new();
    // The library would write today's date.
    let created = ExcelDateTime::from_ymd(2026, 1, 1)?;
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&created));
    let day_format = CellFormat::new().set_num_format("yyyy-mm-dd");
    let money_format = CellFormat::new().set_num_format("0.00");
    let sheet = workbook.add_worksheet();
    for (at, column) in (0_u16..).zip(columns) {
        sheet.write_string(0, at, column.header)?;
    }
    for (line, row) in (1_u32..).zip(rows) {
        for ((at, column), cell) in (0_u16..).zip(columns).zip(row) {
            let day = Day::parse(cell).filter(|_| column.holds == Holds::Date);
            let number = cell.parse::<f64>().ok().filter(|_| matches!(column.holds, Holds::Money | Holds::Number));
            if let Some(day) = day {
                let (year, month, date) = day.civil();
                let part = |value: i32| u8::try_from(value).unwrap_or(1);
                let moment = ExcelDateTime::from_ymd(u16::try_from(year).unwrap_or(1900), part(month), part(date))?;
                sheet.write_datetime_with_format(line, at, &moment, &day_format)?;
            } else if let Some(number) = number {
                if column.holds == Holds::Money {
                    sheet.write_number_with_format(line, at, number, &money_format)?;
                } else {
                    sheet.write_number(line, at, number)?;
                }
            } else if !cell.is_empty() {
                sheet.write_string(line, at, cell)?;
            }
        }
    }
    Ok(workbook.save_to_buffer()?)
}

/// Writes a file.
///
/// # Errors
/// [`SimulateError::Write`] with its path.
pub(crate) fn save(path: &Path, bytes: &[u8]) -> Result<(), SimulateError> {
    fs::write(path, bytes).map_err(|error| SimulateError::Write { path: path.to_owned(), message: error.to_string() })
}

/// Makes a folder that must not hold anything yet.
///
/// # Errors
/// [`SimulateError::NotEmpty`], [`SimulateError::Write`].
pub(crate) fn fresh_folder(path: &Path) -> Result<(), SimulateError> {
    let failed = |error: io::Error| SimulateError::Write { path: path.to_owned(), message: error.to_string() };
    if path.exists() && fs::read_dir(path).map_err(failed)?.next().is_some() {
        return Err(SimulateError::NotEmpty { path: PathBuf::from(path) });
    }
    fs::create_dir_all(path).map_err(failed)
}

/// A file that could not be written.
pub(crate) fn failed(path: &Path, error: &WriteError) -> SimulateError {
    SimulateError::Write { path: path.to_owned(), message: error.to_string() }
}

/// Fen as yuan with two decimals.
pub(crate) fn money(fen: i64) -> String {
    let sign = if fen < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", fen.abs() / 100, fen.abs() % 100)
}

/// Why bytes could not be made.
#[derive(Debug)]
pub(crate) enum WriteError {
    /// The CSV writer.
    Csv(csv::Error),
    /// The workbook writer.
    Xlsx(XlsxError),
    /// The buffer.
    Io(io::Error),
}

impl From<csv::Error> for WriteError {
    fn from(error: csv::Error) -> Self {
        Self::Csv(error)
    }
}

impl From<XlsxError> for WriteError {
    fn from(error: XlsxError) -> Self {
        Self::Xlsx(error)
    }
}

impl std::fmt::Display for WriteError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Csv(error) => error.fmt(f),
            Self::Xlsx(error) => error.fmt(f),
            Self::Io(error) => error.fmt(f),
        }
    }
}
