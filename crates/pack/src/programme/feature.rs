//! Features: one named value per subject at a date.

use expr::{AggregateCall, Compiled};
use types::{Class, Decimal, Period, Text, Type};

use super::Window;

/// One feature (semantics section 4).
#[derive(Clone, Debug, PartialEq)]
pub struct Feature {
    /// Name, unique per kind.
    pub name: String,
    /// Number of the pack that declares it.
    pub pack: usize,
    /// Subject kind: a register name or a place level.
    pub kind: String,
    /// Title.
    pub title: Text,
    /// Type.
    pub ty: Type,
    /// Unit word for screens: `yuan`, `人次` …
    pub unit: Option<String>,
    /// Highest class of what it reads.
    pub class: Class,
    /// It may be NULL although it is covered.
    pub may_be_absent: bool,
    /// How it is computed.
    pub shape: FeatureShape,
}

/// How a feature is computed.
#[derive(Clone, Debug, PartialEq)]
pub enum FeatureShape {
    /// From the rows of a feed.
    Rows(Rows),
    /// From the members of the subject at A.
    Members(Members),
    /// From attributes and features of the subject and of the kinds above it.
    Formula(Compiled),
}

/// An aggregate over feed rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Rows {
    /// The feed.
    pub feed: String,
    /// The link (a subject kind) by which rows reach the subject: the subject's own kind, or one below it.
    pub via: String,
    /// The aggregate; names are columns, links, `subject.x` and `<link>.attribute`.
    pub aggregate: AggregateCall,
    /// `where`.
    pub filter: Option<Compiled>,
    /// Which valid dates.
    pub window: Window,
    /// How far A is moved back before the window is taken.
    pub offset: Option<Period>,
    /// Greatest share of uncovered members that a place's value bears; 0 for others.
    pub tolerate: Decimal,
}

/// An aggregate over members at A.
#[derive(Clone, Debug, PartialEq)]
pub struct Members {
    /// The members' kind.
    pub kind: String,
    /// The aggregate; names are attributes and features of the member and of the kinds above it.
    pub aggregate: AggregateCall,
    /// `where`.
    pub filter: Option<Compiled>,
    /// Greatest share of uncovered members that the value bears.
    pub tolerate: Decimal,
}
