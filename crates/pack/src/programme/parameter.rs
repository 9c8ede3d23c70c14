//! Parameters: dated, place-keyed values, or tables of them, with their legal basis.

use expr::TableType;
use types::{Day, Text, Type, Value};

/// A threshold and its values in time and place (semantics section 6).
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// Name, without the colon.
    pub name: String,
    /// Number of the pack that declares it.
    pub pack: usize,
    /// Title.
    pub title: Text,
    /// Type; of a table, that of its value column.
    pub ty: Type,
    /// The keys, where it is a table: every value is then a [`Value::Table`].
    pub table: Option<TableType>,
    /// Values; no two of one place overlap in both clocks.
    pub values: Vec<ParameterValue>,
}

/// One value of a parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct ParameterValue {
    /// Place code (canonical): in force there and below.
    pub place: String,
    /// First day in force.
    pub from: Day,
    /// Last day in force; `None` for until further notice.
    pub to: Option<Day>,
    /// Day from which it was known; `None` for as long as it is in force.
    pub known_from: Option<Day>,
    /// The value, of the parameter's type; of a table, one version of the whole table.
    pub value: Value,
    /// Legal basis or source.
    pub basis: String,
    /// Marked as an example: no source gives it.
    pub example: bool,
}

impl ParameterValue {
    /// Whether it is in force on `as_of` and was known on `known_by`.
    #[must_use]
    pub fn in_force(&self, as_of: Day, known_by: Day) -> bool {
        self.from <= as_of
            && self.to.is_none_or(|to| as_of <= to)
            && self.known_from.is_none_or(|known_from| known_from <= known_by)
    }
}

impl Parameter {
    /// The value in force on `as_of` at `place` (a canonical place code) by what the code itself says of the places above it:
    /// that of the nearest one. Retired codes are not followed here; the engine follows them in the tree of places.
    #[must_use]
    pub fn at(&self, place: &str, as_of: Day, known_by: Day) -> Option<&ParameterValue> {
        self.values
            .iter()
            .filter(|value| value.in_force(as_of, known_by) && codes::place::contains(&value.place, place))
            .max_by_key(|value| value.place.len())
    }
}
