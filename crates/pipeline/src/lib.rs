//! The one place where stages meet: land -> link -> screen -> raise -> replay, each a job that may run twice.
//!
//! - [`DataFolder`]: an open data folder with its checked packs.
//! - [`job`]: what changes it: [`job::init`], [`job::land`], [`job::screen`], [`job::decide_link`], [`job::destroy`].
//! - [`Inquiry`]: what only reads it: explanations, near misses, replays.
//! - [`unlinked`]: rows about subjects that no register lists.
//! - [`proof`]: the tests a pack carries.
//!
//! Nothing here reads the clock or the system's randomness: the binary passes both.

mod error;
mod folder;
mod inquiry;
pub mod job;
mod kept;
pub mod proof;
mod tables;
mod unlinked;

pub use error::Error;
pub use folder::{Caller, DataFolder};
pub use inquiry::{Inquiry, Replayed};
pub use tables::Tables;
pub use unlinked::{Unlinked, unlinked};
