//! The names that the tests of this crate see.

use expr::{Binding, Scope};
use types::{CodeKind, Type};

/// Names by type; those that begin with `maybe` may be absent.
pub struct Names {
    /// Inside `exists_row`.
    inside: bool,
}

/// Outside `exists_row`.
pub const NAMES: Names = Names { inside: false };

const COLUMNS: &[(&str, Type)] = &[
    ("a", Type::INTEGER),
    ("b", Type::INTEGER),
    ("c", Type::INTEGER),
    ("maybe", Type::INTEGER),
    ("maybe2", Type::INTEGER),
    ("数", Type::INTEGER),
    ("x", Type::MONEY),
    ("y", Type::MONEY),
    ("金额", Type::MONEY),
    ("area", Type::AREA),
    ("floor_area", Type::SQUARE_METRES),
    ("share", Type::RATIO),
    ("p", Type::Bool),
    ("q", Type::Bool),
    ("r", Type::Bool),
    ("maybe_p", Type::Bool),
    ("t", Type::Text),
    ("u", Type::Text),
    ("maybe_t", Type::Text),
    ("名", Type::Text),
    ("k", Type::Code(CodeKind("one"))),
    ("k2", Type::Code(CodeKind("two"))),
    ("d", Type::Day),
    ("e", Type::Day),
    ("maybe_d", Type::Day),
    ("日期", Type::Day),
    ("m", Type::Month),
    ("n", Type::Month),
    ("yr", Type::Year),
    ("up.x", Type::MONEY),
    ("up.p", Type::Bool),
];
const OTHER: &[(&str, Type)] = &[("other.d", Type::Day), ("other.t", Type::Text), ("other.p", Type::Bool)];
const PARAMETERS: &[(&str, Type)] = &[
    ("line", Type::MONEY),
    ("low", Type::MONEY),
    ("share", Type::RATIO),
    ("count", Type::INTEGER),
    ("gap", Type::Period),
    ("since", Type::Day),
    ("比例", Type::RATIO),
];

impl Names {
    fn columns(&self) -> impl Iterator<Item = &'static (&'static str, Type)> {
        COLUMNS.iter().chain(OTHER.iter().filter(|_| self.inside))
    }
}

impl Scope for Names {
    fn name(&self, prefix: Option<&str>, name: &str) -> Option<Binding> {
        let written = prefix.map_or_else(|| name.to_owned(), |prefix| format!("{prefix}.{name}"));
        let (name, ty) = self.columns().find(|(column, _)| *column == written)?;
        Some(Binding { ty: *ty, may_be_absent: name.starts_with("maybe") })
    }

    fn parameter(&self, name: &str) -> Option<Type> {
        PARAMETERS.iter().find(|parameter| parameter.0 == name).map(|parameter| parameter.1)
    }

    fn other(&self, feed: &str) -> Option<Box<dyn Scope + '_>> {
        (feed == "rows" && !self.inside).then(|| Box::new(Self { inside: true }) as Box<dyn Scope>)
    }

    fn names(&self) -> Vec<String> {
        self.columns().map(|column| column.0.to_owned()).collect()
    }

    fn parameters(&self) -> Vec<String> {
        PARAMETERS.iter().map(|parameter| parameter.0.to_owned()).collect()
    }

    fn feeds(&self) -> Vec<String> {
        if self.inside { Vec::new() } else { vec!["rows".to_owned()] }
    }
}
