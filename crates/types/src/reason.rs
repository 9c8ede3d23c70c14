//! Why something is not known: a closed list.

use serde::{Deserialize, Serialize};

use crate::Text;

/// The reasons for *undetermined* (semantics section 5). Ordered as explanations list them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// No delivery of the feed is known.
    NeverDelivered,
    /// The feed's data end too long ago.
    Lapsed,
    /// The window begins after the feed's data end.
    NotYetReported,
    /// The window begins before the feed's data do, or there is a gap in them.
    HistoryTooShort,
    /// A row of this subject was refused and not yet replaced.
    RowRefused,
    /// Covered, but a comparison met nothing to compare.
    ValueMissing,
    /// No value of a parameter is in force at the subject's place.
    ParameterMissing,
    /// The subject belongs to no group, or no place, where one is needed.
    NotLinked,
    /// The feed is bound to consent and this subject gave none.
    NotConsented,
}

impl Reason {
    /// All reasons, in order.
    pub const ALL: [Self; 9] = [
        Self::NeverDelivered,
        Self::Lapsed,
        Self::NotYetReported,
        Self::HistoryTooShort,
        Self::RowRefused,
        Self::ValueMissing,
        Self::ParameterMissing,
        Self::NotLinked,
        Self::NotConsented,
    ];

    /// The word used in JSON and in pack tests.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::NeverDelivered => "never_delivered",
            Self::Lapsed => "lapsed",
            Self::NotYetReported => "not_yet_reported",
            Self::HistoryTooShort => "history_too_short",
            Self::RowRefused => "row_refused",
            Self::ValueMissing => "value_missing",
            Self::ParameterMissing => "parameter_missing",
            Self::NotLinked => "not_linked",
            Self::NotConsented => "not_consented",
        }
    }

    /// The reason written `word` (spaces or underscores), if there is one.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        let word = word.trim().replace(' ', "_");
        Self::ALL.into_iter().find(|reason| reason.word() == word)
    }

    /// What a person reads.
    #[must_use]
    pub fn text(self) -> Text {
        let (zh, en) = match self {
            Self::NeverDelivered => ("数据从未送达", "the data were never delivered"),
            Self::Lapsed => ("数据已过期", "the data are too old"),
            Self::NotYetReported => ("本期数据尚未报送", "not yet reported for this period"),
            Self::HistoryTooShort => ("历史数据不够长", "the history is too short"),
            Self::RowRefused => ("有一行数据被退回", "one of the rows was refused"),
            Self::ValueMissing => ("缺少数值", "a value is missing"),
            Self::ParameterMissing => ("当地没有生效的参数", "no parameter is in force here"),
            Self::NotLinked => ("未关联到所属对象或地区", "not linked to what it belongs to, or to a place"),
            Self::NotConsented => ("本人未授权", "no consent was given"),
        };
        Text { zh: zh.into(), en: en.into() }
    }
}
