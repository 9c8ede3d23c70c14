//! The evaluation, in SQL for SQLite, section by section of docs/semantics.md.
//!
//! `store` writes a case into tables -> `rows` gives rows(feed, A, K), `coverage` what is covered, `refused` what is not -> `place`,
//! `member` say who belongs where -> `attribute`, `parameter`, `feature` fill the table `val` -> `model`, `near` answer.
//!
//! Days are ISO texts, months `2024-05`, years integers, numbers integers at their type's scale, periods `months * 100000 + days`.
//! Temporary results live in one transaction per question, which is rolled back.

mod aggregate;
mod ask;
mod attribute;
mod coverage;
mod exists;
mod expression;
mod feature;
mod formula;
mod inputs;
mod lookup;
mod member;
mod members;
mod model;
mod near;
mod parameter;
mod place;
mod refused;
mod rows;
mod store;

pub use ask::{Answers, NearMiss, Oracle, Said, Valued};

/// A failure of SQLite: a fault of the oracle.
pub type Error = rusqlite::Error;
