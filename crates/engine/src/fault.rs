//! What can go wrong in an evaluation that is nobody's data: a fault of ours, or a sum too large for its type.

use std::fmt;

/// A question could not be answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A number does not fit its type.
    Overflow {
        /// Feature or condition where it happened.
        at: String,
    },
    /// The tables could not be read.
    Source {
        /// What the source said.
        message: String,
    },
    /// The programme names something it does not hold: a checked pack never does.
    Programme {
        /// What is missing.
        missing: String,
    },
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Overflow { at } => write!(f, "a number in `{at}` is too large for its type"),
            Self::Source { message } => f.write_str(message),
            Self::Programme { missing } => write!(f, "the programme does not hold `{missing}`"),
        }
    }
}

impl std::error::Error for Fault {}
