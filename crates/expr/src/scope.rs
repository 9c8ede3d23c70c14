//! What names mean where an expression stands; the crate `pack` provides it.

use types::Type;

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Binding {
    /// Its type.
    pub ty: Type,
    /// It may be NULL although it is covered (an optional column, an attribute, `min` without rows).
    pub may_be_absent: bool,
}

/// The names visible to one expression.
pub trait Scope {
    /// `name`, or `prefix.name`.
    fn name(&self, prefix: Option<&str>, name: &str) -> Option<Binding>;
    /// The type of `:name`.
    fn parameter(&self, name: &str) -> Option<Type>;
    /// The scope inside `exists_row(feed, …)`: the outer names, and the columns of `feed` as `other.x`. `None` when there is no
    /// such feed, or no rows of feeds are in sight here.
    fn other(&self, feed: &str) -> Option<Box<dyn Scope + '_>>;
    /// Every name in sight, as written, for did-you-mean.
    fn names(&self) -> Vec<String>;
    /// Every parameter, without its colon, for did-you-mean.
    fn parameters(&self) -> Vec<String>;
    /// Every feed that `exists_row` may name, for did-you-mean.
    fn feeds(&self) -> Vec<String>;
}
