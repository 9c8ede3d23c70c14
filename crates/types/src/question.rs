//! The two clocks of a question.

use serde::{Deserialize, Serialize};

use crate::Day;

/// Changes when the same data, pack and question may give another answer; pinned by every run.
pub const SEMANTICS_NUMBER: u32 = 4;

/// What was true at `as_of` (A), from what was known by `known_by` (K); semantics section 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Question {
    /// A: the day the answer is about.
    pub as_of: Day,
    /// K: deliveries received later are not seen.
    pub known_by: Day,
}
