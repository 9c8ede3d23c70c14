//! engine -> everyone: an indicator of a place, and the list behind its number.

use serde::{Deserialize, Serialize};

use crate::{Class, EvidenceRow, SubjectRef, ValueLine};

/// What an indicator says of one place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// The place.
    pub place: SubjectRef,
    /// The number, without the rows behind it.
    pub actual: ValueLine,
    /// What it should be, where a target is set.
    pub target: Option<ValueLine>,
    /// Whether the target is reached; `None` without a target, and where either side is unknown or absent.
    pub met: Option<bool>,
}

/// What makes up a number: the members or the rows that count.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Listing {
    /// Kind of the subjects listed.
    pub kind: String,
    /// One for each member, or each row, that counts; sorted by subject, then by row.
    pub lines: Vec<ListingLine>,
    /// Members that could not be seen: they may belong to the list.
    pub not_covered: u64,
}

/// One member or row of a [`Listing`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ListingLine {
    /// Who it is; `None` for a row that names nobody of the kind.
    pub subject: Option<SubjectRef>,
    /// Where it is at A, as a place code.
    pub place: Option<String>,
    /// What it contributes, as text (money in fen); `None` for a count, and where there is nothing.
    pub value: Option<String>,
    /// Type word of the value.
    pub ty: Option<String>,
    /// How far the value may be seen.
    pub class: Class,
    /// The row, where rows are listed.
    pub row: Option<EvidenceRow>,
}
