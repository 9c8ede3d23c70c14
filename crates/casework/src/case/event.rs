//! What can happen to a case, and the words for it.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use types::{Day, Hash, Question, SubjectRef};

use crate::ClueId;

/// Number of a case in its folder, from 1; written `W000001`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CaseId(pub u64);

/// One thing that happened to one case. Its JSON holds references only: what was filled in and of whom is beside it in `said`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseEvent {
    /// The case.
    pub case: CaseId,
    /// Workflow.
    pub workflow: String,
    /// Content hash of the pack it was opened with: that version of the workflow holds for it.
    pub pack: Hash,
    /// Day.
    pub on: Day,
    /// Date and time, RFC 3339.
    pub at: String,
    /// Who did it; `None` for reports from outside and for what follows by itself.
    pub by: Option<Actor>,
    /// What happened.
    pub change: CaseChange,
    /// What was filled in. `None` when it has been erased.
    #[serde(skip)]
    pub said: Option<CaseSaid>,
}

/// Who did something, and as what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// Login.
    pub name: String,
    /// Role it was done in.
    pub role: String,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "event")]
pub enum CaseChange {
    /// A case was opened.
    CaseOpened {
        /// Source, by its id.
        source: String,
        /// First state.
        state: String,
        /// Place code.
        place: String,
        /// The clue it was opened from.
        clue: Option<ClueId>,
        /// Reported by someone for someone else.
        proxy: bool,
        /// Hash of the receipt.
        receipt: Option<Hash>,
    },
    /// A further clue of the same subject is worked in it.
    ClueJoined {
        /// The clue.
        clue: ClueId,
    },
    /// An action was done.
    CaseActed {
        /// The action.
        action: String,
        /// Its kind's word.
        kind: String,
        /// State before.
        from: String,
        /// State after.
        to: String,
        /// The state after is final.
        closes: bool,
        /// Number of the measure it is about.
        item: Option<u32>,
        /// What its guards stood on.
        facts: Option<FactsPin>,
    },
}

/// What guards stood on: enough to derive the facts again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactsPin {
    /// (A, K).
    pub question: Question,
    /// Number of the last delivery seen.
    pub last_delivery: u32,
    /// SHA-256 over names and values.
    pub digest: Hash,
}

/// What was filled in. Personal: kept apart from the event, so that it can be erased.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseSaid {
    /// Whom the case is about, as far as that is known after the event.
    pub subject: Option<SubjectRef>,
    /// Fields, as canonical text.
    pub fields: BTreeMap<String, String>,
    /// The written reason.
    pub reason: Option<String>,
}

impl CaseId {
    /// Reads `W000001` (any number of digits, lower case accepted).
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix(['W', 'w'])?;
        let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        let number = is_number.then(|| digits.parse().ok())??;
        (number > 0).then_some(Self(number))
    }
}

impl fmt::Display for CaseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "W{:06}", self.0)
    }
}

impl Serialize for CaseId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for CaseId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom(format!("`{text}` is not a case id (W000001)")))
    }
}
