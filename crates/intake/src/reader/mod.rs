//! Bytes -> sheets -> rows of text cells, or columns with a type each. What the bytes are is decided by their content, never by the
//! file's name.

mod archive;
mod compound;
mod csv;
mod encoding;
mod number;
mod ods;
mod pages;
mod parquet;
mod source;
mod xls;
mod xls_strings;
mod xlsx;

pub use self::archive::Archive;
use self::archive::Container;
pub use self::source::Source;

use self::csv::TextFile;
pub(crate) use self::number::number_text;
use self::ods::OpenDocument;
pub(crate) use self::parquet::ParquetFile;
use self::xls::OldWorkbook;
use self::xlsx::Workbook;
use crate::header::Top;
use crate::{FileError, MAX_BYTES, MAX_TEXT_FILE_BYTES};

/// One row of a sheet. Reused from row to row: cells lie one after the other in one buffer.
#[derive(Debug, Default)]
pub(crate) struct Row {
    /// Number in the file, or in its sheet; the first line is 1.
    pub(crate) number: u32,
    /// Where a reader that cuts bytes leaves them.
    bytes: Vec<u8>,
    text: String,
    ends: Vec<usize>,
    len: usize,
}

impl Row {
    /// How many cells it has.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Cell `index`, from 0; empty where there is none.
    pub(crate) fn cell(&self, index: usize) -> &str {
        if index >= self.len {
            return "";
        }
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        self.text.get(start..self.ends[index]).unwrap_or_default()
    }

    /// All cells.
    pub(crate) fn cells(&self) -> impl Iterator<Item = &str> {
        (0..self.len).map(|index| self.cell(index))
    }

    /// Whether every cell is blank.
    pub(crate) fn is_blank(&self) -> bool {
        self.cells().all(|cell| crate::normalise::trimmed(cell).is_empty())
    }

    fn clear(&mut self) {
        self.len = 0;
    }

    /// Takes over `len` cells, which lie in the first `written` bytes and end at `ends`.
    fn take_over(&mut self, len: usize, written: usize) {
        self.len = len;
        self.text.clear();
        let bytes = self.bytes.get(..written).unwrap_or_default();
        match std::str::from_utf8(bytes) {
            Ok(text) => self.text.push_str(text),
            // Cannot be: what is cut was text, and it is cut at ASCII. The cells keep their places.
            Err(_) => self.text.extend(bytes.iter().map(|byte| if byte.is_ascii() { char::from(*byte) } else { '?' })),
        }
    }

    /// Adds a cell after those pushed since `clear`.
    fn push(&mut self, cell: &str) {
        let start = if self.len == 0 { 0 } else { self.ends[self.len - 1] };
        self.text.truncate(start);
        self.text.push_str(cell);
        self.ends.truncate(self.len);
        self.ends.push(self.text.len());
        self.len += 1;
    }
}

/// The rows of a sheet, one after the other.
pub(crate) trait Rows {
    /// Reads the next row into `row`; `false` after the last.
    fn next(&mut self, row: &mut Row) -> Result<bool, FileError>;
}

/// One sheet, from its first row.
pub(crate) struct Sheet<'a> {
    /// Its name, in a workbook.
    pub(crate) name: Option<String>,
    /// Rows may be shorter than the header without anything being wrong.
    pub(crate) ragged: bool,
    /// U+FFFD in a cell stands for bytes that could not be decoded.
    pub(crate) replaced: bool,
    /// Its rows.
    pub(crate) rows: Box<dyn Rows + 'a>,
}

/// A file, opened: it can be read as each of several sheets, and each as often as needed. A text file is a sheet once for each
/// separator; the header, and the rows below it, decide which one is meant.
pub(crate) enum Book<'a> {
    /// Comma, tab, semicolon or bar between cells.
    Text(TextFile<'a>),
    /// An XLSX workbook: its visible sheets.
    Workbook(Box<Workbook<'a>>),
    /// The same of the old format.
    OldWorkbook(Box<OldWorkbook>),
    /// The same in an ODS spreadsheet.
    OpenDocument(OpenDocument),
    /// A Parquet file: one sheet, whose columns have names and types.
    Parquet(ParquetFile<'a>),
}

/// Whether a file that begins with `head` is read as text: it is none of the others.
#[must_use]
pub fn is_text(head: &[u8]) -> bool {
    let is_columns = head.starts_with(parquet::MAGIC) || head.starts_with(parquet::MAGIC_ENCRYPTED);
    !archive::is_container(head) && !head.starts_with(compound::MAGIC) && !is_columns
}

/// What a sheet holds.
pub(crate) enum Content<'b, 'a> {
    /// Rows of texts.
    Sheet(Sheet<'b>),
    /// Columns.
    Columns(&'b ParquetFile<'a>),
}

impl<'a> Book<'a> {
    /// Decides what the bytes of `source` are. All but text files are held in memory.
    pub(crate) fn open(source: Source<'a>) -> Result<Self, FileError> {
        let unreadable = |_| FileError::damaged_file();
        let (length, head) = (source.len().map_err(unreadable)?, source.head(8).map_err(unreadable)?);
        if is_text(&head) {
            if length > MAX_TEXT_FILE_BYTES {
                return Err(FileError::too_large("字节数", "bytes", MAX_TEXT_FILE_BYTES));
            }
            return TextFile::open(source).map(Self::Text);
        }
        let bytes = match source {
            Source::Bytes(bytes) if length <= MAX_BYTES as u64 => bytes,
            _ => return Err(FileError::too_large("字节数", "bytes", MAX_BYTES as u64)),
        };
        if archive::is_container(bytes) {
            return match archive::kind(bytes)? {
                Container::Files => Err(archive::archive_inside()),
                Container::Workbook => {
                    archive::inspect(bytes)?;
                    Workbook::open(bytes).map(|workbook| Self::Workbook(Box::new(workbook)))
                }
                Container::OpenDocument => {
                    archive::inspect(bytes)?;
                    OpenDocument::open(bytes).map(Self::OpenDocument)
                }
            };
        }
        if bytes.starts_with(compound::MAGIC) {
            return OldWorkbook::open(bytes).map(|workbook| Self::OldWorkbook(Box::new(workbook)));
        }
        if bytes.starts_with(parquet::MAGIC) || bytes.starts_with(parquet::MAGIC_ENCRYPTED) {
            return ParquetFile::open(bytes).map(Self::Parquet);
        }
        Err(FileError::damaged_file())
    }

    /// Whether its sheets are one text cut in several ways.
    pub(crate) fn is_text(&self) -> bool {
        matches!(self, Self::Text(_))
    }

    /// How many sheets there are to try.
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Text(file) => file.len(),
            Self::Workbook(workbook) => workbook.len(),
            Self::OldWorkbook(workbook) => workbook.len(),
            Self::OpenDocument(document) => document.len(),
            Self::Parquet(_) => 1,
        }
    }

    /// Adds the hidden sheets of an XLSX workbook after those that are shown; returns how many are shown.
    pub(crate) fn show_hidden(&mut self) -> usize {
        let shown = self.len();
        if let Self::Workbook(workbook) = self {
            workbook.show_hidden();
        }
        shown
    }

    /// Where the header of sheet `index` is.
    pub(crate) fn top(&mut self, index: usize) -> Result<Top, FileError> {
        match self.content(index)? {
            Content::Sheet(mut sheet) => Top::read(&mut sheet),
            Content::Columns(file) => Ok(Top::of_names(file.names())),
        }
    }

    /// Sheet `index`, from its first row.
    pub(crate) fn content(&mut self, index: usize) -> Result<Content<'_, 'a>, FileError> {
        match self {
            Self::Text(file) => Ok(Content::Sheet(file.sheet(index))),
            Self::Workbook(workbook) => workbook.sheet(index).map(Content::Sheet),
            Self::OldWorkbook(workbook) => workbook.sheet(index).map(Content::Sheet),
            Self::OpenDocument(document) => Ok(Content::Sheet(document.sheet(index))),
            Self::Parquet(file) => Ok(Content::Columns(file)),
        }
    }
}
