//! Reads pack folders: as written (with places) -> checked, or every finding at once.
//!
//! - [`load`]: folders -> [`Loaded`], the checked [`Programme`] or [`Finding`]s with file, line and column.
//! - `raw`: the files as written; `meaning`: names resolved and expressions typed; `check`: one rule a file.
//! - [`codes`]: every code a finding can have, with its page.
//! - [`test_table`]: the table tests of packs.
//! - [`lineage`]: what features and models read, back to the feeds.
//! - [`condition`], [`parse_value`]: a condition or a value that is tried, checked as if a pack said it.
//!
//! To add a check: its code in `code.rs`, its page `docs/reference/codes/JWnnnn.md`, its rule in `check/`, its case in
//! `tests/findings/`.

mod check;
mod code;
mod condition;
mod finding;
mod folder;
pub mod lineage;
mod load;
mod meaning;
mod plain;
pub mod programme;
mod raw;
mod render;
pub mod test_table;
mod value;

pub use code::{FindingCode, codes};
pub use condition::{CheckedCondition, condition};
pub use finding::{Finding, Severity, Sources, nearest};
pub use folder::{PackFiles, hash, read_folder};
pub use load::{Loaded, load, load_files};
pub use plain::plain;
pub use programme::Programme;
pub use value::parse_value;
