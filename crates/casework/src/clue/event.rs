//! What can happen to a clue, and the words for it.

use std::fmt;

use serde::{Deserialize, Serialize};
use types::{Day, Hash, OpensLine, Question, SubjectRef};

/// Number of a clue in its folder, from 1; written `C000001`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClueId(pub u64);

/// One thing that happened to one clue. Its JSON holds references only: what was said of a person is beside it in `said`, which
/// is never written with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClueEvent {
    /// The clue it happened to.
    pub clue: ClueId,
    /// Model that raised the clue.
    pub model: String,
    /// Run that decided it; `None` for a verdict.
    pub run: Option<u32>,
    /// The two clocks it happened at; for a verdict both are its day.
    pub question: Question,
    /// What happened.
    pub change: Change,
    /// What was said, with those changes that say something. `None` there when it has been erased.
    #[serde(skip)]
    pub said: Option<Said>,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "event")]
pub enum Change {
    /// First hit: the episode opens and the clue is raised. Says something.
    ClueRaised {
        /// Level of the hit.
        level: Level,
        /// A backfill made it true since this day, though learned only now (the event's `known_by`).
        true_since: Option<Day>,
    },
    /// First hit inside the quiet time of an older clue: the episode opens, the clue is only listed. Says something.
    HeldQuiet {
        /// Day on which quiet ends: raised then, if still a hit.
        until: Day,
        /// The clue that makes it quiet.
        points_to: ClueId,
        /// Level of the hit.
        level: Level,
        /// As in `ClueRaised`.
        true_since: Option<Day>,
    },
    /// Quiet has ended and the hit is still true. Says something.
    RaisedAfterQuiet {
        /// The clue that made it quiet.
        points_to: ClueId,
        /// Level of the hit now.
        level: Level,
    },
    /// The level of an open clue changed, or became sure or unsure.
    LevelChanged {
        /// The level now.
        level: Level,
    },
    /// The model cannot tell any more; the episode goes on.
    Unconfirmed {
        /// First day on which it could not tell.
        since: Day,
    },
    /// A hit again after it could not be told.
    Confirmed,
    /// The hit is over.
    EpisodeEnded {
        /// Why.
        reason: End,
    },
    /// Two identities were merged: this clue is read at the older one from now on.
    PointedTo {
        /// The clue that continues.
        to: ClueId,
    },
    /// The hit outlived verdict and quiet: a new clue carries the episode on.
    ContinuedBy {
        /// The new clue.
        clue: ClueId,
    },
    /// An identity was split: the clue went to the one that owns its evidence. Says something (the subject).
    SubjectChanged,
    /// A person looked and decided. Ends the clue, not the episode.
    VerdictGiven {
        /// What was found.
        verdict: Verdict,
        /// Day of the verdict.
        on: Day,
        /// Who gave it.
        by: String,
        /// The pack's word for it, where it came from a closed list.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        word: Option<String>,
    },
    /// Not now: it stays what it is, and is not shown as work until a day. Carries a note.
    Snoozed {
        /// First day on which it is work again.
        until: Day,
        /// Day it was put off.
        on: Day,
        /// By whom.
        by: String,
    },
}

impl Change {
    /// Whether an event with this change carries something said.
    #[must_use]
    pub fn says(&self) -> bool {
        matches!(
            self,
            Self::ClueRaised { .. } | Self::HeldQuiet { .. } | Self::RaisedAfterQuiet { .. } | Self::SubjectChanged
        )
    }

    /// Whether an event with this change may carry what was said before once more, with a note.
    #[must_use]
    pub fn may_note(&self) -> bool {
        matches!(self, Self::VerdictGiven { .. } | Self::Snoozed { .. })
    }
}

/// What a clue said of its subject. Personal: kept apart from the event, so that it can be erased.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// Whom it is about.
    pub subject: SubjectRef,
    /// Place of the subject at A, a place code.
    pub place: Option<String>,
    /// What the hit opens, and for whom.
    pub opens: Option<OpensLine>,
    /// SHA-256 of the canonical JSON of the explanation as it was said; replay must give the same bytes.
    pub explanation: Hash,
    /// What a person wrote beside a verdict, or why a clue was put off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// Level of a hit.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Level {
    /// The model's word for it, where it has levels.
    pub severity: Option<String>,
    /// It stands on an uncovered feature.
    pub unsure: bool,
}

/// Why an episode ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum End {
    /// The model's `when` became false.
    Clear,
    /// The model's `population` became false.
    Outside,
    /// The subject left the register.
    LeftRegister,
    /// The pack was upgraded or a line was moved; does not count in the hit rate.
    RuleChanged,
}

impl End {
    /// The word used in tables and JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Clear => "clear",
            Self::Outside => "outside",
            Self::LeftRegister => "left_register",
            Self::RuleChanged => "rule_changed",
        }
    }
}

/// What a person found when looking into a clue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// What the clue asks is so.
    Founded,
    /// It is not so.
    Unfounded,
}

impl ClueId {
    /// Reads `C000001` (any number of digits, lower case accepted).
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix(['C', 'c'])?;
        let number =
            (!digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())).then(|| digits.parse().ok())??;
        (number > 0).then_some(Self(number))
    }
}

impl fmt::Display for ClueId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "C{:06}", self.0)
    }
}

impl Serialize for ClueId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ClueId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom(format!("`{text}` is not a clue id (C000001)")))
    }
}
