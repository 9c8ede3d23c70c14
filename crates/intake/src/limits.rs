//! How much of a file is read before it is refused as a whole: bounds on memory, not on honest use.

/// Greatest size of a delivered file that is not text, in bytes.
pub const MAX_BYTES: usize = 512 << 20;

/// Greatest size of a text file, in bytes: it is read piece by piece.
pub const MAX_TEXT_FILE_BYTES: u64 = 8 << 30;

/// Greatest number of cells of one sheet, empty ones between others included.
pub const MAX_CELLS: u64 = 400_000_000;

/// Greatest length of one cell, in characters: what a spreadsheet can hold. A longer one is nearly always a quotation mark
/// that is not closed.
pub const MAX_CELL_CHARS: usize = 32_767;

/// Greatest size of all text cells of one sheet together, in bytes (an Arrow text array holds less than 2 GiB).
pub const MAX_TEXT_BYTES: u64 = 1 << 30;

/// Greatest size of a workbook's parts once unpacked, in bytes.
pub const MAX_UNPACKED_BYTES: u64 = 2 << 30;

/// Greatest size of a workbook's table of shared strings once unpacked, in bytes.
pub const MAX_SHARED_STRING_BYTES: u64 = 256 << 20;

/// How many bytes may come out of one packed byte, beyond the first 64 MiB.
pub const MAX_RATIO: u64 = 250;

/// Greatest size of a workbook of a format that is held in memory (XLS, ODS), in bytes.
pub const MAX_WHOLE_BYTES: usize = 32 << 20;

/// Greatest size of an ODS spreadsheet's content once unpacked, in bytes.
pub const MAX_WHOLE_UNPACKED_BYTES: u64 = 256 << 20;

/// Greatest number of cells of one sheet of an ODS spreadsheet, repeated ones each counted.
pub const MAX_WHOLE_CELLS: u64 = 20_000_000;

/// Greatest number of entries of a ZIP container.
pub const MAX_ENTRIES: usize = 10_000;

/// Rows, blank ones not counted, among which the header is looked for.
pub(crate) const HEADER_ROWS: usize = 20;

/// Greatest size of one row of a text file, in bytes.
pub(crate) const MAX_ROW_BYTES: usize = 16 << 20;

/// Greatest size of a compiled file name pattern, in bytes.
pub(crate) const MAX_PATTERN_BYTES: usize = 1 << 20;
