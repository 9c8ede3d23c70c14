//! Indicators: features of a place that are reported upward, with what they should be.

use expr::Compiled;
use types::{Period, Text};

/// One indicator: features of a place and a parameter, no language of its own.
#[derive(Clone, Debug, PartialEq)]
pub struct Indicator {
    /// Id, unique over all packs.
    pub id: String,
    /// Number of the pack that declares it.
    pub pack: usize,
    /// Title.
    pub title: Text,
    /// Place levels it is told of, as written.
    pub levels: Vec<String>,
    /// The feature, of each of the levels, that is the number.
    pub actual: String,
    /// The parameter that is the target; `None` where there is none, or must not be one.
    pub target: Option<String>,
    /// Which way is good; `None` where neither is.
    pub better: Option<Better>,
    /// `actual` compared with the target, over subjects of the levels; together with `target`.
    pub met: Option<Compiled>,
    /// The earlier days on which it is asked again.
    pub trend: Option<Trend>,
    /// The feature whose rows or members are the list behind the number; `None` for a formula that names none.
    pub list: Option<String>,
    /// Unit word; `%` shows a share times 100.
    pub unit: Option<String>,
    /// Source, or why there is no target.
    pub basis: Option<String>,
}

/// Which way a number is good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Better {
    /// The more the better: the target is a floor.
    Higher,
    /// The less the better: the target is a ceiling.
    Lower,
}

/// The earlier days of a trend: A minus 1, 2 … `points` steps (clamped as windows are).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trend {
    /// From one day to the next.
    pub step: Period,
    /// How many days before A.
    pub points: u32,
}
