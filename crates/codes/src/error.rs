//! What is wrong with a code: a closed list, and a sentence for the department that wrote it.

use std::fmt;

use types::Text;

/// The kinds of error a code can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CodeErrorKind {
    /// Not one of the lengths this code has.
    Length,
    /// A character that cannot stand there.
    Characters,
    /// The check digit is not the one the other digits give.
    CheckDigit,
    /// The date inside is no date, or no date a bearer can have.
    Date,
    /// The region part cannot be a region.
    Region,
    /// An old 15-digit number whose century cannot be told.
    Century,
    /// A spreadsheet rounded the number; the lost digits cannot be had back.
    Destroyed,
    /// A length at which the place hierarchy has no level.
    Level,
    /// A part that says of what kind it is, and is none of the kinds there are.
    Kind,
    /// A serial number that is never given.
    Serial,
}

impl CodeErrorKind {
    /// All kinds, in order.
    pub const ALL: [Self; 10] = [
        Self::Length,
        Self::Characters,
        Self::CheckDigit,
        Self::Date,
        Self::Region,
        Self::Century,
        Self::Destroyed,
        Self::Level,
        Self::Kind,
        Self::Serial,
    ];

    /// The word used in tables and JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Length => "length",
            Self::Characters => "characters",
            Self::CheckDigit => "check_digit",
            Self::Date => "date",
            Self::Region => "region",
            Self::Century => "century",
            Self::Destroyed => "destroyed",
            Self::Level => "level",
            Self::Kind => "kind",
            Self::Serial => "serial",
        }
    }
}

/// Why a text is not a code of the kind it should be. The message never repeats the text: it may be a person's number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeError {
    /// Which kind of error.
    pub kind: CodeErrorKind,
    /// What is wrong, for people: lower case, no full stop.
    pub message: Text,
}

impl CodeError {
    pub(crate) fn new(kind: CodeErrorKind, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { kind, message: Text::new(zh, en) }
    }

    /// The error every kind of code gives for a number that a spreadsheet rounded.
    pub(crate) fn destroyed() -> Self {
        Self::new(
            CodeErrorKind::Destroyed,
            "号码已被电子表格破坏（如 `1.10105E+17` 或末尾变成 000），请从原系统重新导出为文本",
            "the number was destroyed by a spreadsheet (like `1.10105E+17`, or last digits 000): export it again as text",
        )
    }
}

impl fmt::Display for CodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message.en)
    }
}

impl std::error::Error for CodeError {}
