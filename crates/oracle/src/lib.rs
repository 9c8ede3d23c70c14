//! An independent evaluation of packs in SQLite, written from docs/semantics.md, for tests only.
//!
//! It shares no code with the engine, with the evaluation of `expr`, with intake or linkage: expression trees are translated to SQL,
//! days are ISO texts, and who is who is found again from keys. What engine and oracle say of one [`Case`] must be equal.
//!
//! - [`Case`]: deliveries with typed rows, link decisions, questions.
//! - [`oracle`]: case + question -> every answer, value, coverage and near miss.
//! - [`generate`]: seed -> a pack and a case for it.
//! - [`Situation`]: what happened how often in the generated cases.
//!
//! To add a situation: its variant in `situation.rs`, and a line where the generator or the oracle meets it.

mod case;
pub mod generate;
pub mod oracle;
mod situation;

pub use case::{Case, Cell, Delivered, RefusedRow, Row};
pub use situation::{Situation, Situations};
