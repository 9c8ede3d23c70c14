//! engine -> everyone: one answer with its reasons, its values and the rows behind them.
//!
//! Kept as parts; a viewer's edge renders and masks them. The canonical JSON of this record is what replay compares, so it
//! holds no wall clock, run id, operator or dense number.

use serde::{Deserialize, Serialize};

use crate::{Answer, Class, Day, DeliveryName, Reason, Text};

/// A subject by kind and key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SubjectRef {
    /// The name of a register, a place level, or a derived register.
    pub kind: String,
    /// Its canonical key.
    pub key: String,
}

/// One model's answer for one subject, explained.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Explanation {
    /// Model id.
    pub model: String,
    /// Model title.
    pub title: Text,
    /// Content hash of the pack the model came from.
    pub pack: String,
    /// Whom it is about.
    pub subject: SubjectRef,
    /// A.
    pub as_of: Day,
    /// K.
    pub known_by: Day,
    /// The answer.
    pub answer: Answer,
    /// Level of a hit, from the model's `severity`.
    pub severity: Option<String>,
    /// The level stands on an uncovered feature.
    pub severity_unsure: bool,
    /// Conditions of `population`, in order of writing.
    pub population: Vec<ConditionLine>,
    /// Conditions of `when`, in order of writing.
    pub conditions: Vec<ConditionLine>,
    /// Why it is undetermined; empty for other answers.
    pub reasons: Vec<ReasonLine>,
    /// Every feature and attribute the model reads, by name.
    pub values: Vec<ValueLine>,
    /// The model's `explain`, with `{name}` places still in it.
    pub explain: Text,
    /// What a hit opens.
    pub opens: Option<OpensLine>,
    /// Place of the subject at A, as a place code.
    pub place: Option<String>,
}

/// One condition as it came out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ConditionLine {
    /// The condition as the pack writes it.
    pub text: String,
    /// `true`, `false`, or `null` for unknown.
    pub truth: Option<bool>,
    /// Type word of both sides, where the condition is a comparison; see [`ValueLine::ty`].
    pub ty: Option<String>,
    /// Left side, where the condition is a comparison and both sides have values.
    pub left: Option<String>,
    /// Right side.
    pub right: Option<String>,
    /// |left - right| in the unit of the left side (money in fen); days for dates.
    pub distance: Option<String>,
    /// Distance as a share of |right|; none when that is 0.
    pub relative: Option<String>,
}

/// One reason for *undetermined*.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ReasonLine {
    /// Why.
    pub reason: Reason,
    /// Feed, parameter or link it is about; the name of the feature for a missing value.
    pub about: String,
}

impl ReasonLine {
    /// Why, and about what.
    #[must_use]
    pub fn text(&self) -> Text {
        let word = self.reason.text();
        Text::new(format!("{}（{}）", word.zh, self.about), format!("{} ({})", word.en, self.about))
    }
}

/// One value a model reads.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ValueLine {
    /// Name as the model writes it, prefix included: `group.attribute`, `:line`; of a table the call: `lookup(:table, key)`.
    pub name: String,
    /// Title from the pack.
    pub title: Text,
    /// Type word: `money`, `date`, `integer` …
    pub ty: String,
    /// The value as text, money in fen; `None` when absent or not covered.
    pub value: Option<String>,
    /// Unit word, where the pack names one.
    pub unit: Option<String>,
    /// Whether it is covered.
    pub covered: bool,
    /// Why it is not.
    pub reasons: Vec<ReasonLine>,
    /// How far it may be seen.
    pub class: Class,
    /// What is to be known about it.
    pub stamps: Vec<Stamp>,
    /// The rows behind it.
    pub evidence: Evidence,
}

/// A remark on a value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "stamp")]
pub enum Stamp {
    /// The feed is late; its data end on this day.
    DataTo {
        /// Last covered day.
        day: Day,
    },
    /// The window `ever` begins on this day.
    Since {
        /// First covered day.
        day: Day,
    },
    /// Null cells skipped by the aggregate.
    NullCells {
        /// How many.
        count: u64,
    },
    /// Rows whose `where` was unknown.
    WhereUnknown {
        /// How many.
        count: u64,
    },
    /// Refused rows of the same deliveries whose subject could not be read.
    Unreadable {
        /// How many.
        count: u64,
    },
    /// Members a roll-up could not see.
    MembersNotCovered {
        /// How many of them.
        count: u64,
        /// Of how many.
        of: u64,
    },
    /// Membership assumed from the first snapshot backwards.
    Assumed,
    /// Another source had another value.
    Outvoted {
        /// `feed.column`.
        source: String,
        /// Its value.
        value: String,
    },
    /// The feed this value came from.
    Source {
        /// `feed.column`.
        source: String,
    },
    /// The parameter table in which something was looked up.
    Table {
        /// Its name.
        table: String,
        /// The row that applied, as the pack writes its keys; `None` where rows of feeds or members were looked up one by one.
        row: Option<String>,
        /// Legal basis of the row, or of the table.
        basis: String,
    },
}

/// One row of a department's file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct EvidenceRow {
    /// Feed.
    pub feed: String,
    /// Hash of the delivered bytes.
    pub delivery: DeliveryName,
    /// Row number in the file, the first line being 1.
    pub row: u32,
}

/// The rows behind a value: listed for single subjects; counted, with a digest, for places and groups.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// How many rows.
    pub count: u64,
    /// The rows, sorted; empty for places and groups.
    pub rows: Vec<EvidenceRow>,
    /// SHA-256 over the sorted rows, where they are not listed.
    pub digest: Option<String>,
}

/// What a hit opens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpensLine {
    /// Workflow id.
    pub workflow: String,
    /// Whom the case is about, where it could be found.
    #[serde(rename = "for")]
    pub subject: Option<SubjectRef>,
}

/// One near miss: the one condition that stands between a subject and a hit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NearLine {
    /// Whom it is about.
    pub subject: SubjectRef,
    /// `clear` (the condition is false) or `undetermined` (it is unknown).
    pub answer: Answer,
    /// The condition.
    pub condition: ConditionLine,
    /// Why it is unknown.
    pub reasons: Vec<ReasonLine>,
}
