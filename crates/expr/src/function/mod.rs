//! The functions of the language, one a file.
//!
//! To add one: a file with its `DEFINITION`, a variant here, its line in [`Function::definition`] and [`ALL`], and its cases in
//! `tests/cases/`.

mod abs;
mod coalesce;
mod days_between;
mod greatest;
mod least;
mod left;
mod length;
mod month;
mod mu;
mod nullif;
mod round;
mod substring;
mod year;
mod years_between;

use types::{Text, Type, Value};

use crate::check::typing::Mismatch;
use crate::{Node, Overflow};

/// A function of the language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Function {
    /// `abs(number)`
    Abs,
    /// `coalesce(a, b, …)`
    Coalesce,
    /// `days_between(from, to)`
    DaysBetween,
    /// `greatest(a, b, …)`
    Greatest,
    /// `least(a, b, …)`
    Least,
    /// `left(text, n)`
    Left,
    /// `length(text)`
    Length,
    /// `month(day)`
    Month,
    /// `mu(square_metres)`
    Mu,
    /// `nullif(a, b)`
    Nullif,
    /// `round(number, n)`
    Round,
    /// `substring(text, from, n)`
    Substring,
    /// `year(day or month)`
    Year,
    /// `years_between(from, to)`
    YearsBetween,
}

/// All functions, in order of name.
pub(crate) const ALL: [Function; 14] = [
    Function::Abs,
    Function::Coalesce,
    Function::DaysBetween,
    Function::Greatest,
    Function::Least,
    Function::Left,
    Function::Length,
    Function::Month,
    Function::Mu,
    Function::Nullif,
    Function::Round,
    Function::Substring,
    Function::Year,
    Function::YearsBetween,
];

/// What one file says of its function.
struct Definition {
    /// As packs write it.
    word: &'static str,
    /// What it gives, for the generated reference.
    summary: fn() -> Text,
    /// Fewest arguments.
    least: usize,
    /// Most arguments, where there is a most.
    most: Option<usize>,
    /// Types the arguments (literals may adapt) and gives the result's type.
    ty: fn(&mut [Node]) -> Result<Type, Mismatch>,
    /// The value, from as many values as there are arguments.
    evaluate: fn(&[Value]) -> Result<Value, Overflow>,
}

impl Function {
    /// All functions, in order of name.
    pub const ALL: [Self; 14] = ALL;

    fn definition(self) -> &'static Definition {
        match self {
            Self::Abs => &abs::DEFINITION,
            Self::Coalesce => &coalesce::DEFINITION,
            Self::DaysBetween => &days_between::DEFINITION,
            Self::Greatest => &greatest::DEFINITION,
            Self::Least => &least::DEFINITION,
            Self::Left => &left::DEFINITION,
            Self::Length => &length::DEFINITION,
            Self::Month => &month::DEFINITION,
            Self::Mu => &mu::DEFINITION,
            Self::Nullif => &nullif::DEFINITION,
            Self::Round => &round::DEFINITION,
            Self::Substring => &substring::DEFINITION,
            Self::Year => &year::DEFINITION,
            Self::YearsBetween => &years_between::DEFINITION,
        }
    }

    /// The word packs write.
    #[must_use]
    pub fn word(self) -> &'static str {
        self.definition().word
    }

    /// The function written `word`, if there is one.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        ALL.into_iter().find(|function| function.word() == word)
    }

    /// One sentence on what it gives.
    #[must_use]
    pub fn summary(self) -> Text {
        (self.definition().summary)()
    }

    /// (fewest, most) arguments; no most: as many as one likes.
    #[must_use]
    pub fn arity(self) -> (usize, Option<usize>) {
        (self.definition().least, self.definition().most)
    }

    /// The value for these arguments.
    ///
    /// # Errors
    /// [`Overflow`].
    pub fn evaluate(self, arguments: &[Value]) -> Result<Value, Overflow> {
        (self.definition().evaluate)(arguments)
    }

    pub(crate) fn ty(self, arguments: &mut [Node]) -> Result<Type, Mismatch> {
        (self.definition().ty)(arguments)
    }

    /// Whether the order of the arguments means nothing.
    pub(crate) fn is_symmetric(self) -> bool {
        matches!(self, Self::Least | Self::Greatest)
    }
}

#[cfg(test)]
mod tests {
    use super::{ALL, Function};

    #[test]
    fn names_are_sorted_and_found() {
        assert!(ALL.is_sorted_by_key(|function| function.word()));
        for function in ALL {
            assert_eq!(Function::parse(function.word()), Some(function));
        }
    }
}
