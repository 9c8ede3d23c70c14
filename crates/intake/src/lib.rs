//! Department files -> typed deliveries and a worklist of refused rows. No database, no clock: bytes in, records out.
//!
//! - [`recognise`]: which feed a file is of, by its name, then by its header.
//! - [`data_date`]: the day a file's content describes, by its name.
//! - [`Archive`]: the files of an archive, each a delivery by itself.
//! - [`read`]: the rows, each either typed and accepted or refused with its reason; or one [`FileError`] for the whole file.
//! - [`describe`]: the scopes a delivery replaces and the interval of valid time it covers.
//!
//! The way of one file: `reader` (bytes -> sheets -> rows of text cells), `header` (which cell is which column), `cell` (text ->
//! value), `row` (value -> accepted or refused), `table` (values -> Arrow). A wrong extension does not matter anywhere:
//! the content decides. Files that hold columns with types go through `column` and `batches` instead of `cell` and `row`: the same
//! meaning, whole arrays at a time.
//!
//! To add a file format: 1. a file in `reader/` that yields `Row`s (or columns, as a Parquet file does), 2. its magic bytes in
//! `reader::Book::open`, 3. cases in `tests/`.

mod batches;
mod cell;
mod cells;
mod check;
mod column;
mod describe;
mod file_error;
mod file_name;
mod header;
mod limits;
mod normalise;
mod read;
mod reader;
mod recognise;
mod row;
mod table;

pub use cells::{Cell, each_cell};
pub use describe::{declared_scope, describe};
pub use file_error::{FileError, FileErrorCode, ReadError};
pub use file_name::data_date;
pub use limits::{
    MAX_BYTES, MAX_CELL_CHARS, MAX_CELLS, MAX_ENTRIES, MAX_RATIO, MAX_SHARED_STRING_BYTES, MAX_TEXT_BYTES,
    MAX_TEXT_FILE_BYTES, MAX_UNPACKED_BYTES, MAX_WHOLE_BYTES, MAX_WHOLE_CELLS, MAX_WHOLE_UNPACKED_BYTES,
};
pub use read::{read, read_source};
pub use reader::{Archive, Source, is_text};
pub use recognise::{recognise, recognise_source};
