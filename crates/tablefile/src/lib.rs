//! Tables in files that are read where they lie: Arrow IPC, not compressed, mapped into memory.
//!
//! - [`write()`]: one table and a few named texts ("notes") beside it.
//! - [`open`]: the same, mapped. It costs the number of columns, not of rows: a page of the file is read when someone reads a cell on
//!   it, and a column nobody reads is never touched.
//! - [`read`]: the same from bytes in memory, every cell checked.
//! - [`FileSpool`]: columns that are too long to hold, in files that nobody else sees; [`resting`] writes from those.
//!
//! A table holds what [`COLUMN_TYPES`] lists. What [`open`] looks at before it trusts a file, and what it cannot see, is written in
//! `map.rs`, the only file of this program with `unsafe` in it.

mod map;
mod open;
mod shape;
mod spool;
mod write;

pub use map::Pages;
pub use open::{TableFile, open, read};
pub use shape::COLUMN_TYPES;
pub use spool::{FileSpool, resting};
pub use write::write;
