//! Why a whole file is refused: nothing of it is imported.

use std::{fmt, io};

use types::Text;

/// The kinds of refusal of a whole file: a closed list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FileErrorCode {
    /// There is nothing in it.
    EmptyFile,
    /// It is not a table at all.
    NotATable,
    /// It is a table in a format that is not read.
    FormatUnsupported,
    /// A workbook with a password.
    WorkbookEncrypted,
    /// A workbook that cannot be read to its end.
    WorkbookDamaged,
    /// A file of columns, or an archive, that is encrypted.
    FileEncrypted,
    /// A file of columns, or an archive, that cannot be read to its end.
    FileDamaged,
    /// Larger than a limit of this crate.
    TooLarge,
    /// Larger than a file of a format that is held in memory may be.
    TooLargeForFormat,
    /// One cell is longer than a cell may be.
    CellTooLong,
    /// None of the feed's columns were found near the top.
    HeaderMissing,
    /// Some required columns were not found.
    ColumnsMissing,
    /// A column was found twice.
    ColumnDuplicated,
    /// No feed fits.
    FeedUnknown,
    /// Several feeds fit equally well.
    FeedUnclear,
}

impl FileErrorCode {
    /// All codes, in order.
    pub const ALL: [Self; 15] = [
        Self::EmptyFile,
        Self::NotATable,
        Self::FormatUnsupported,
        Self::WorkbookEncrypted,
        Self::WorkbookDamaged,
        Self::FileEncrypted,
        Self::FileDamaged,
        Self::TooLarge,
        Self::TooLargeForFormat,
        Self::CellTooLong,
        Self::HeaderMissing,
        Self::ColumnsMissing,
        Self::ColumnDuplicated,
        Self::FeedUnknown,
        Self::FeedUnclear,
    ];

    /// The stable word used in tables and JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::EmptyFile => "empty_file",
            Self::NotATable => "not_a_table",
            Self::FormatUnsupported => "format_unsupported",
            Self::WorkbookEncrypted => "workbook_encrypted",
            Self::WorkbookDamaged => "workbook_damaged",
            Self::FileEncrypted => "file_encrypted",
            Self::FileDamaged => "file_damaged",
            Self::TooLarge => "too_large",
            Self::TooLargeForFormat => "too_large_for_format",
            Self::CellTooLong => "cell_too_long",
            Self::HeaderMissing => "header_missing",
            Self::ColumnsMissing => "columns_missing",
            Self::ColumnDuplicated => "column_duplicated",
            Self::FeedUnknown => "feed_unknown",
            Self::FeedUnclear => "feed_unclear",
        }
    }
}

/// A file of which nothing was imported, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileError {
    /// What kind.
    pub code: FileErrorCode,
    /// What is wrong: lower case, no full stop, literals in backticks.
    pub message: Text,
}

impl FileError {
    pub(crate) fn new(code: FileErrorCode, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { code, message: Text::new(zh, en) }
    }

    pub(crate) fn empty() -> Self {
        Self::new(FileErrorCode::EmptyFile, "文件是空的", "the file is empty")
    }

    pub(crate) fn damaged() -> Self {
        Self::new(
            FileErrorCode::WorkbookDamaged,
            "工作簿已损坏，读不完整；请重新导出后再送",
            "the workbook is damaged and cannot be read to its end: export it again",
        )
    }

    pub(crate) fn encrypted() -> Self {
        Self::new(
            FileErrorCode::WorkbookEncrypted,
            "工作簿设有密码；请去掉密码后再送",
            "the workbook has a password: remove it and deliver again",
        )
    }

    pub(crate) fn damaged_columns() -> Self {
        Self::new(
            FileErrorCode::FileDamaged,
            "Parquet 文件不完整或已损坏；请重新导出后再送",
            "the Parquet file is cut short or damaged: export it again",
        )
    }

    pub(crate) fn encrypted_columns() -> Self {
        Self::new(
            FileErrorCode::FileEncrypted,
            "Parquet 文件已加密；请导出不加密的文件后再送",
            "the Parquet file is encrypted: export it without encryption",
        )
    }

    /// A file that cannot be read, or changes while it is.
    pub(crate) fn damaged_file() -> Self {
        Self::new(
            FileErrorCode::FileDamaged,
            "文件读不完整；请重新报送",
            "the file cannot be read to its end: deliver it again",
        )
    }

    pub(crate) fn damaged_archive() -> Self {
        Self::new(
            FileErrorCode::FileDamaged,
            "压缩包不完整或已损坏；请重新打包后再送",
            "the archive is cut short or damaged: pack it again",
        )
    }

    pub(crate) fn encrypted_archive() -> Self {
        Self::new(
            FileErrorCode::FileEncrypted,
            "压缩包设有密码；请去掉密码后再送",
            "the archive has a password: pack it without one",
        )
    }

    pub(crate) fn no_visible_sheet() -> Self {
        Self::new(FileErrorCode::NotATable, "工作簿里没有可见的工作表", "the workbook has no visible sheet")
    }

    /// Larger than `limit` of what `zh` and `en` name, which a file of another format may be.
    pub(crate) fn too_large_for_format(format: &str, zh: &str, en: &str, limit: u64) -> Self {
        Self::new(
            FileErrorCode::TooLargeForFormat,
            format!("{format} 文件太大：{zh}超过 {limit}；请另存为 XLSX 或 CSV 后再送"),
            format!("the {format} file is too large: more than {limit} {en}: save it as XLSX or CSV and deliver again"),
        )
    }

    /// Larger than `limit` of what `zh` and `en` name.
    pub(crate) fn too_large(zh: &str, en: &str, limit: u64) -> Self {
        Self::new(
            FileErrorCode::TooLarge,
            format!("文件太大：{zh}超过 {limit}"),
            format!("the file is too large: more than {limit} {en}"),
        )
    }

    /// A cell of a file in which no quotation mark can be the cause.
    pub(crate) fn text_too_long(row: u64) -> Self {
        let limit = crate::MAX_CELL_CHARS;
        Self::new(
            FileErrorCode::CellTooLong,
            format!("第 {row} 行有一个单元格超过 {limit} 个字符"),
            format!("a cell of row {row} is longer than {limit} characters"),
        )
    }

    pub(crate) fn cell_too_long(row: u64) -> Self {
        let limit = crate::MAX_CELL_CHARS;
        Self::new(
            FileErrorCode::CellTooLong,
            format!("第 {row} 行开始的一个单元格超过 {limit} 个字符，多半是引号没有配对"),
            format!(
                "a cell that begins in row {row} is longer than {limit} characters: a quotation mark is probably not closed"
            ),
        )
    }
}

/// Why a file was not read to its end.
#[derive(Debug)]
pub enum ReadError {
    /// The file is refused.
    File(FileError),
    /// What was read found no room in the [`types::Spool`]: not the file's fault.
    Spool(io::Error),
}

impl From<FileError> for ReadError {
    fn from(error: FileError) -> Self {
        Self::File(error)
    }
}

impl From<io::Error> for ReadError {
    fn from(error: io::Error) -> Self {
        Self::Spool(error)
    }
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}] {}", self.code.word(), self.message.en)
    }
}

impl std::error::Error for FileError {}
