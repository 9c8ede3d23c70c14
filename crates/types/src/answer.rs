//! What a model says of one subject.

use serde::{Deserialize, Serialize};

/// The four answers of a model (semantics section 5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// `population` and `when` are both true.
    Hit,
    /// `population` is true, `when` is false.
    Clear,
    /// `population`, or `when`, is unknown.
    Undetermined,
    /// `population` is false: the model is not about this subject.
    Outside,
}

impl Answer {
    /// All answers, in the order in which tables show them.
    pub const ALL: [Self; 4] = [Self::Hit, Self::Clear, Self::Undetermined, Self::Outside];

    /// The word used in packs, tables and JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Hit => "hit",
            Self::Clear => "clear",
            Self::Undetermined => "undetermined",
            Self::Outside => "outside",
        }
    }

    /// The answer written `word`, if there is one.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|answer| answer.word() == word)
    }
}
