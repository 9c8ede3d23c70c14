//! Feeds: what a department sends, how often, and how its rows are read.

use std::collections::BTreeMap;

use expr::Compiled;
use types::{Class, Hash, Text, Type};

/// A recurring dataset from one department (semantics section 2).
#[derive(Clone, Debug, PartialEq)]
pub struct Feed {
    /// Name.
    pub name: String,
    /// Number of the pack that declares it.
    pub pack: usize,
    /// Title.
    pub title: Text,
    /// Department that provides it.
    pub provider: Option<String>,
    /// Id of the data-sharing agreement.
    pub agreement: Option<String>,
    /// File names that begin with one of these are of this feed.
    pub files: Vec<String>,
    /// How deliveries replace each other.
    pub mode: Mode,
    /// The date on which a row happened.
    pub valid: Valid,
    /// The interval a delivery covers.
    pub covers: Covers,
    /// How often it comes; an append or upsert feed without rhythm is "on event" without zero report: never covered.
    pub rhythm: Option<Rhythm>,
    /// Days after the due day during which it is not yet late.
    pub grace_days: i32,
    /// Days without data after which it is lapsed.
    pub unknown_after_days: i32,
    /// Subject kind -> column whose cell is the subject's key.
    pub links: BTreeMap<String, String>,
    /// Columns by name.
    pub columns: BTreeMap<String, Column>,
    /// Row checks, in order.
    pub checks: Vec<Check>,
    /// Changes exactly when the same bytes may be read into another table.
    pub fingerprint: Hash,
}

/// How deliveries of a feed replace each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mode {
    /// All rows stay.
    Append,
    /// The last row of a key wins.
    Upsert(Vec<String>),
    /// A delivery replaces just the scopes it contains.
    Snapshot(Scope),
}

/// What a snapshot replaces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Everything.
    All,
    /// The months of the valid dates in it.
    ByMonth,
    /// The years of the valid dates in it.
    ByYear,
    /// The values of this column in it.
    ByColumn(String),
}

/// The date on which a row happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Valid {
    /// A column of type date, month or year.
    Column(String),
    /// The delivery's data date.
    DataDate,
}

/// The interval of valid time that a delivery covers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Covers {
    /// Its first day.
    pub from: CoversFrom,
    /// Its last day.
    pub to: CoversTo,
    /// Regular expression that finds the data date in the file name: one group, `YYYY-MM-DD`, `YYYY-MM` or `YYYY` (separators
    /// `-`, `.`, `年`, `月`, `日` or none).
    pub name: String,
}

/// First day of a delivery's interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CoversFrom {
    /// First day of the earliest scope it contains.
    ScopeStart,
    /// First day of the month of its data date.
    MonthStart,
    /// 1 January of the year of its data date.
    YearStart,
    /// Its data date.
    DataDate,
    /// The day after the feed's coverage so far ends; for the first delivery, its earliest valid date.
    PreviousEnd,
}

/// Last day of a delivery's interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CoversTo {
    /// Last day of the latest scope it contains.
    ScopeEnd,
    /// Last day of the month of its data date.
    MonthEnd,
    /// 31 December of the year of its data date.
    YearEnd,
    /// Its data date.
    DataDate,
}

/// How often a feed, or its zero report, comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rhythm {
    /// Once per …
    pub every: Period,
    /// Due: for months, this day of the following month; for years, `month * 100 + day` of the year itself when it lies in it
    /// (`11-30` = 1130); for days, unused (the next day).
    pub by: Option<i32>,
}

/// Length of one turn of a rhythm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Period {
    /// Daily.
    Day,
    /// Monthly.
    Month,
    /// Yearly.
    Year,
}

/// One column of a feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Name.
    pub name: String,
    /// Title, for screens; the first alias when none is written.
    pub title: Text,
    /// Type.
    pub ty: Type,
    /// Other headers under which it comes.
    pub aliases: Vec<String>,
    /// An empty cell is NULL instead of refusing the row.
    pub optional: bool,
    /// How far it may be seen.
    pub class: Class,
    /// The department's word -> our word; when not empty, other words refuse the row.
    pub words: BTreeMap<String, String>,
}

/// A row check: `false` refuses the row, unknown passes.
#[derive(Clone, Debug, PartialEq)]
pub struct Check {
    /// The feed's own code for it.
    pub code: String,
    /// What must hold, over the feed's columns.
    pub must: Compiled,
}
