//! Clue episodes (semantics section 8).

mod decide;
mod episode;
mod event;
mod verdict;

#[cfg(test)]
mod tests;

pub use decide::{ModelRules, Observed, RunFacts, SubjectAnswer, decide};
pub use episode::{ClueState, Ended, Episode, Given, HeldUntil, Misfit, Snooze, fold};
pub use event::{Change, ClueEvent, ClueId, End, Level, Said, Verdict};
pub use verdict::{Refusal, give_verdict, judge, snooze};
