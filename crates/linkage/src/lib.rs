//! Rows -> subjects. Pure: (rows, identities) -> (numbers, new identities).
//!
//! - [`link()`]: the subject numbers of one delivery's rows, by identifier and by place (semantics section 7).
//! - [`fingerprint`]: tells whether numbers kept beside a table are still the ones that [`link()`] would give.
//! - [`Mark`]: what linking added, so that it can be stored.
//! - [`canonical`]: which number stands for which at K, after merges and splits.
//!
//! A number is given once, in order of (delivery sequence, canonical key), and never again: the order of rows in a file does not
//! matter. Names never link. To add a way of linking: 1. a file here that yields a key per row, 2. its place in
//! [`link()`], 3. a test that shuffled rows give the same numbers.

mod added;
mod aliases;
mod keys;
mod link;

pub use added::Mark;
pub use aliases::canonical;
pub use link::{fingerprint, link};
