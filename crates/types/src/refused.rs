//! intake -> linkage: what one file became. Also the worklist's rows.

use std::sync::Arc;

use arrow_array::RecordBatch;
use serde::{Deserialize, Serialize};

use crate::{Readable, Spool, Text};

/// Why a row was refused: a closed list; `check_failed` carries the feed's own code beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefusalCode {
    /// A required cell is empty.
    CellMissing,
    /// The cell is not of the column's type.
    WrongType,
    /// A code fails its check.
    CodeInvalid,
    /// A long number was rounded by a spreadsheet (`1.10105E+17`, last digits 000); never repaired.
    IdentifierDestroyed,
    /// The cell is not one of the column's listed words.
    WordUnknown,
    /// A number too large, or with more decimals than the type holds.
    NumberOutOfRange,
    /// The row has more or fewer cells than the header.
    CellCount,
    /// A check of the feed is false.
    CheckFailed,
}

impl RefusalCode {
    /// All codes, in order.
    pub const ALL: [Self; 8] = [
        Self::CellMissing,
        Self::WrongType,
        Self::CodeInvalid,
        Self::IdentifierDestroyed,
        Self::WordUnknown,
        Self::NumberOutOfRange,
        Self::CellCount,
        Self::CheckFailed,
    ];

    /// The word used in tables and JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::CellMissing => "cell_missing",
            Self::WrongType => "wrong_type",
            Self::CodeInvalid => "code_invalid",
            Self::IdentifierDestroyed => "identifier_destroyed",
            Self::WordUnknown => "word_unknown",
            Self::NumberOutOfRange => "number_out_of_range",
            Self::CellCount => "cell_count",
            Self::CheckFailed => "check_failed",
        }
    }

    /// What the department reads.
    #[must_use]
    pub fn text(self) -> Text {
        let (zh, en) = match self {
            Self::CellMissing => ("必填单元格为空", "a required cell is empty"),
            Self::WrongType => ("单元格类型不对", "the cell has the wrong type"),
            Self::CodeInvalid => ("编码校验不通过", "the code fails its check"),
            Self::IdentifierDestroyed => ("号码被电子表格破坏", "the identifier was destroyed by a spreadsheet"),
            Self::WordUnknown => ("不是约定的取值", "not one of the agreed words"),
            Self::NumberOutOfRange => {
                ("数字超出范围或小数位过多", "the number is out of range or has too many decimals")
            }
            Self::CellCount => ("单元格个数与表头不符", "the row has not as many cells as the header"),
            Self::CheckFailed => ("行内校验不通过", "a check of the row fails"),
        };
        Text::new(zh, en)
    }
}

/// One row that was not accepted. Kept with its reason until its key is accepted or its scope replaced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedRow {
    /// Sheet of a workbook.
    pub sheet: Option<String>,
    /// Row number in the file (or sheet), the first line being 1.
    pub row: u32,
    /// The feed's column at fault, where one is.
    pub column: Option<String>,
    /// Why.
    pub code: RefusalCode,
    /// The feed's own code of the failed check.
    pub check: Option<String>,
    /// The cell as it stood, unmasked; mask before showing.
    pub value: String,
    /// Canonical texts of those cells that could be read, by column (links, keys, scope and valid date among them).
    pub readable: Readable,
}

/// One file, read: its accepted rows and its refused ones.
#[derive(Clone, Debug)]
pub struct Landed {
    /// Accepted rows: the feed's columns in name order, physical types of [`crate::physical`], then [`crate::ROW_COLUMN`].
    pub table: RecordBatch,
    /// Refused rows, by row number.
    pub refused: Vec<RefusedRow>,
    /// Where the table lies, if not in memory.
    pub spool: Option<Arc<dyn Spool>>,
}
