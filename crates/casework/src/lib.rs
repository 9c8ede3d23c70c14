//! Pure decisions on clues and cases: (what a run answered, the episodes so far) -> events, (state, command, facts) -> events.
//! No IO, no clock, no randomness.
//!
//! The events are the truth; an [`Episode`] is what they fold to. To add a new kind of event: 1. a variant of [`Change`] in
//! `clue/event.rs`, named in the past tense; 2. what it does to an episode, in `clue/episode.rs`; 3. what makes it, in
//! `clue/decide.rs` or in a command of its own such as `clue/verdict.rs`; 4. a given-when-then test beside it.
//!
//! Where semantics section 8 leaves a choice, this crate reads it so:
//!
//! - Every episode has one clue id, given when it is first seen, also when it is only held quiet.
//! - Quiet is the days from the later of end and verdict, that day included, up to but not including `quiet` days later. A hit
//!   on the day quiet ends is raised. Only clues that were raised make quiet: a hit that came and went inside it does not
//!   lengthen it.
//! - When a verdict was given while the hit goes on, the clue stays closed for `quiet` days from the verdict; if the hit is
//!   still true then, a new clue is raised that points to the old one, and the old episode is continued by it.
//! - Leaving the register is never put down to a changed rule.

pub mod case;
mod clue;

pub use clue::{
    Change, ClueEvent, ClueId, ClueState, End, Ended, Episode, Given, HeldUntil, Level, Misfit, ModelRules, Observed,
    Refusal, RunFacts, Said, Snooze, SubjectAnswer, Verdict, decide, fold, give_verdict, judge, snooze,
};
