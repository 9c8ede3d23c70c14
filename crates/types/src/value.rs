//! Types and values of the expression language and of table cells.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use crate::{Day, Decimal, KeyedTable, Month, Period, Year};

/// What a number counts, where mixing units would be a mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unit {
    /// A plain number: a count, a ratio, an index.
    None,
    /// Money. Stored as fen.
    Yuan,
    /// Land. Stored as thousandths of a mu.
    Mu,
    /// Floor space and surveyed land. Stored as hundredths of a square metre; becomes mu only through `mu()`.
    SquareMetre,
}

/// A kind of code with a check digit or a structure; the crate `codes` knows what it means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CodeKind(pub &'static str);

/// The type of an expression or a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Type {
    /// True or false.
    Bool,
    /// An exact number with `scale` digits after the point.
    Number {
        /// What it counts.
        unit: Unit,
        /// Digits after the point.
        scale: u8,
    },
    /// The result of `/` and `avg`: one f64 division of two integers. Never a column.
    Real {
        /// What it counts.
        unit: Unit,
    },
    /// Any text.
    Text,
    /// Text in the canonical form of a code.
    Code(CodeKind),
    /// A day.
    Day,
    /// A month; stands for its first day.
    Month,
    /// A year; stands for its 1 January.
    Year,
    /// A length of calendar time.
    Period,
}

impl Type {
    /// A whole number.
    pub const INTEGER: Self = Self::Number { unit: Unit::None, scale: 0 };
    /// Yuan with two decimals.
    pub const MONEY: Self = Self::Number { unit: Unit::Yuan, scale: 2 };
    /// Mu with three decimals.
    pub const AREA: Self = Self::Number { unit: Unit::Mu, scale: 3 };
    /// Square metres with two decimals.
    pub const SQUARE_METRES: Self = Self::Number { unit: Unit::SquareMetre, scale: 2 };
    /// A share, in millionths.
    pub const RATIO: Self = Self::Number { unit: Unit::None, scale: 6 };

    /// A plain number with `scale` decimals, 1 to 5: what is no money, no area and no share, and may carry any unit word.
    #[must_use]
    pub const fn number(scale: u8) -> Self {
        Self::Number { unit: Unit::None, scale }
    }

    /// As a pack writes it where it is the type of a column, a parameter or an attribute: [`Type::word`], and `number(2)` with its decimals.
    #[must_use]
    pub fn written(self) -> String {
        match self {
            Self::INTEGER | Self::RATIO => self.word(),
            Self::Number { unit: Unit::None, scale } => format!("number({scale})"),
            other => other.word(),
        }
    }

    /// Whether sums and order of magnitude make sense.
    #[must_use]
    pub fn is_numeric(self) -> bool {
        matches!(self, Self::Number { .. } | Self::Real { .. })
    }

    /// The word a pack writes for this type, as far as it has one.
    #[must_use]
    pub fn word(self) -> String {
        match self {
            Self::Bool => "bool".into(),
            Self::INTEGER => "integer".into(),
            Self::MONEY => "money".into(),
            Self::AREA => "area".into(),
            Self::SQUARE_METRES => "square_metres".into(),
            Self::RATIO => "ratio".into(),
            Self::Number { unit: Unit::None, .. } | Self::Real { unit: Unit::None } => "number".into(),
            Self::Number { unit, .. } | Self::Real { unit } => format!("number of {}", unit.word()),
            Self::Text => "text".into(),
            Self::Code(kind) => format!("code({})", kind.0),
            Self::Day => "date".into(),
            Self::Month => "month".into(),
            Self::Year => "year".into(),
            Self::Period => "period".into(),
        }
    }
}

impl Unit {
    /// The word a pack writes in `unit:`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::None => "1",
            Self::Yuan => "yuan",
            Self::Mu => "mu",
            Self::SquareMetre => "m2",
        }
    }
}

/// One cell or one result. Not covered is not a value: it is kept beside, as a bitmap or a [`crate::Reason`].
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Covered, but there is nothing.
    Null,
    /// True or false.
    Bool(bool),
    /// An exact number.
    Number(Decimal),
    /// A quotient or an average.
    Real(f64),
    /// Text or a code.
    Text(Arc<str>),
    /// A day.
    Day(Day),
    /// A month.
    Month(Month),
    /// A year.
    Year(Year),
    /// A length of calendar time.
    Period(Period),
    /// A keyed table: what a parameter is that `lookup` reads. Never a column, never a result.
    Table(Arc<KeyedTable>),
}

impl Value {
    /// A whole number.
    #[must_use]
    pub fn integer(value: i64) -> Self {
        Self::Number(Decimal::integer(value))
    }

    /// Text.
    #[must_use]
    pub fn text(value: &str) -> Self {
        Self::Text(value.into())
    }

    /// Whether there is nothing.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// The order of two values of one family; none where a side is NULL, or the two have no order (periods that are not both
    /// whole months or both days).
    #[must_use]
    pub fn order(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Number(left), Self::Number(right)) => Some(left.cmp(right)),
            (Self::Number(left), Self::Real(right)) => left.to_f64().partial_cmp(right),
            (Self::Real(left), Self::Number(right)) => left.partial_cmp(&right.to_f64()),
            (Self::Real(left), Self::Real(right)) => left.partial_cmp(right),
            (Self::Text(left), Self::Text(right)) => Some(left.cmp(right)),
            (Self::Bool(left), Self::Bool(right)) => Some(left.cmp(right)),
            (Self::Day(left), Self::Day(right)) => Some(left.cmp(right)),
            (Self::Month(left), Self::Month(right)) => Some(left.cmp(right)),
            (Self::Year(left), Self::Year(right)) => Some(left.cmp(right)),
            (Self::Period(left), Self::Period(right)) => match (left.months, left.days, right.months, right.days) {
                (0, left, 0, right) | (left, 0, right, 0) => Some(left.cmp(&right)),
                _ => None,
            },
            _ => None,
        }
    }
}

/// Numbers in full, dates as ISO text, text as it is; `null` for nothing.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(value) => write!(f, "{value}"),
            Self::Number(value) => write!(f, "{value}"),
            Self::Real(value) => write!(f, "{value}"),
            Self::Text(value) => f.write_str(value),
            Self::Day(value) => write!(f, "{value}"),
            Self::Month(value) => write!(f, "{value}"),
            Self::Year(value) => write!(f, "{value}"),
            Self::Period(value) => write!(f, "{value}"),
            Self::Table(table) => write!(f, "{table}"),
        }
    }
}
