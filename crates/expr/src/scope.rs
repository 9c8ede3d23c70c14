//! What names mean where an expression stands; the crate `pack` provides it.

use types::{TableKey, Type};

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Binding {
    /// Its type.
    pub ty: Type,
    /// It may be NULL although it is covered (an optional column, an attribute, `min` without rows).
    pub may_be_absent: bool,
}

/// What a parameter is that has keys.
#[derive(Clone, Debug, PartialEq)]
pub struct TableType {
    /// Its keys, in the order in which `lookup` takes them.
    pub keys: Vec<TableKey>,
    /// Type of its value column.
    pub value: Type,
    /// Every version of it has an entry for whatever the keys may be.
    pub is_complete: bool,
}

/// The names visible to one expression.
pub trait Scope {
    /// `name`, or `prefix.name`.
    fn name(&self, prefix: Option<&str>, name: &str) -> Option<Binding>;
    /// The type of `:name`, a parameter without keys.
    fn parameter(&self, name: &str) -> Option<Type>;
    /// What `:name` is, where it is a parameter with keys.
    fn table(&self, _name: &str) -> Option<TableType> {
        None
    }
    /// The scope inside `exists_row(feed, …)`: the outer names, and the columns of `feed` as `other.x`. `None` when there is no
    /// such feed, or no rows of feeds are in sight here.
    fn other(&self, feed: &str) -> Option<Box<dyn Scope + '_>>;
    /// Every name in sight, as written, for did-you-mean.
    fn names(&self) -> Vec<String>;
    /// Every parameter, with keys or without, without its colon, for did-you-mean.
    fn parameters(&self) -> Vec<String>;
    /// Every feed that `exists_row` may name, for did-you-mean.
    fn feeds(&self) -> Vec<String>;
}
