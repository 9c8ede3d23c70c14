//! How far a field may be seen.

use serde::{Deserialize, Serialize};

/// The class of a field; a feature has the highest class of any column it reads (semantics section 10).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// May be published.
    Open,
    /// For those who work with it; the default.
    #[default]
    Internal,
    /// Masked at the edge; each reveal is logged.
    Sensitive,
    /// Never shown, only compared.
    Secret,
}

impl Class {
    /// The class written `word`, if there is one.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "open" => Some(Self::Open),
            "internal" => Some(Self::Internal),
            "sensitive" => Some(Self::Sensitive),
            "secret" => Some(Self::Secret),
            _ => None,
        }
    }

    /// Whether a viewer without a stated purpose sees a mask instead of the value.
    #[must_use]
    pub fn is_masked(self) -> bool {
        self >= Self::Sensitive
    }
}
