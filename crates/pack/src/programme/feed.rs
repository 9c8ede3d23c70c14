//! Feeds: what a department sends, how often, and how its rows are read.

use std::collections::BTreeMap;

use expr::Compiled;
use types::{Class, Day, Hash, Month, Text, Type, Year};

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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rhythm {
    /// Once per …
    pub every: Period,
    /// Due: for months, this day of the following month; for years, `month * 100 + day` (`11-30` = 1130), one, or several in order;
    /// for days, none (the next day).
    pub by: Vec<i32>,
}

impl Rhythm {
    /// The last day by which the data that follow `end` are due (semantics section 2).
    #[must_use]
    pub fn due(&self, end: Day) -> Day {
        let next = end.plus_days(1);
        match (self.every, self.by.as_slice()) {
            (Period::Day, _) => next.plus_days(1),
            (Period::Month, by) => {
                let month = Month(next.month().0 + 1);
                let by = by.first().copied().unwrap_or(31);
                month.first_day().plus_days(by - 1).min(month.last_day())
            }
            (Period::Year, []) => next.year().last_day(),
            (Period::Year, [by]) => due_in(next.year(), *by),
            (Period::Year, several) => {
                // The data that end here were due on the nearest of the days, the earlier of two; what follows is due on the next.
                let answered = answered(several, end);
                let after = due_days(several, end.year()).into_iter().find(|day| Some(*day) > answered);
                after.unwrap_or_else(|| next.year().last_day())
            }
        }
    }

    /// Whether data from the day after `since` to `to` in one piece hold more than one turn, so that a delivery in between may never have
    /// come: a turn is over by more than `grace_days`; of several due days in a year one was passed over.
    #[must_use]
    pub fn is_passed_over(&self, since: Day, to: Day, grace_days: i32) -> bool {
        let longest = match (self.every, self.by.as_slice()) {
            (Period::Year, several @ [_, _, ..]) => return answered(several, to) > Some(self.due(since)),
            (Period::Day, _) => 1,
            (Period::Month, _) => 31,
            (Period::Year, _) => 366,
        };
        to.0 - since.0 > longest + grace_days
    }

    /// The last due day on or before `day`, where several in a year are named.
    #[must_use]
    pub fn last_due(&self, day: Day) -> Option<Day> {
        match self.by.as_slice() {
            several @ [_, _, ..] => due_days(several, day.year()).into_iter().rfind(|due| *due <= day),
            _ => None,
        }
    }
}

/// The due day that data to `end` answer: the nearest, the earlier of two.
fn answered(by: &[i32], end: Day) -> Option<Day> {
    due_days(by, end.year()).into_iter().min_by_key(|day| ((day.0 - end.0).abs(), day.0))
}

/// The due days of the years around `year`, in order.
fn due_days(by: &[i32], year: Year) -> Vec<Day> {
    (year.0 - 1..=year.0 + 2).flat_map(|year| by.iter().map(move |by| due_in(Year(year), *by))).collect()
}

/// `month * 100 + day` of `year`; 29 February is the 28th in a common year.
fn due_in(year: Year, by: i32) -> Day {
    let last = || Month::new(year.0, by / 100).map_or(year.last_day(), Month::last_day);
    Day::new(year.0, by / 100, by % 100).unwrap_or_else(last)
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

#[cfg(test)]
mod tests {
    use types::Day;

    use super::{Period, Rhythm};

    #[test]
    fn what_follows_is_due_on_the_next_due_day() {
        let terms = Rhythm { every: Period::Year, by: vec![410, 1010] };
        let once = Rhythm { every: Period::Year, by: vec![1130] };
        let leap = Rhythm { every: Period::Year, by: vec![229] };
        let month = Rhythm { every: Period::Month, by: vec![31] };
        for (rhythm, end, due) in [
            (&terms, "2025-03-31", "2025-10-10"),
            (&terms, "2025-04-10", "2025-10-10"),
            (&terms, "2025-05-20", "2025-10-10"),
            (&terms, "2025-09-30", "2026-04-10"),
            (&terms, "2025-10-12", "2026-04-10"),
            (&terms, "2025-12-31", "2026-04-10"),
            (&terms, "2026-01-15", "2026-10-10"),
            // As far from 10 April as from 10 October 2025 (91 days): the earlier one.
            (&terms, "2026-01-09", "2026-04-10"),
            (&once, "2025-11-30", "2025-11-30"),
            (&once, "2025-12-31", "2026-11-30"),
            (&leap, "2024-12-31", "2025-02-28"),
            (&leap, "2023-12-31", "2024-02-29"),
            (&month, "2026-01-31", "2026-03-31"),
            (&month, "2026-05-31", "2026-07-31"),
            (&month, "2026-03-31", "2026-05-31"),
        ] {
            let end = Day::parse(end).expect(end);
            assert_eq!(rhythm.due(end).to_string(), due, "{rhythm:?} after {end}");
        }
        let day = |text| Day::parse(text).expect(text);
        assert_eq!(terms.last_due(day("2026-04-09")), Some(day("2025-10-10")));
        assert_eq!(terms.last_due(day("2026-04-10")), Some(day("2026-04-10")));
        assert_eq!(once.last_due(day("2026-04-10")), None);
    }

    #[test]
    fn a_turn_that_nobody_delivered_is_noticed() {
        let rhythm = |every, by: &[i32]| Rhythm { every, by: by.to_vec() };
        let (terms, year) = (rhythm(Period::Year, &[410, 1010]), rhythm(Period::Year, &[1130]));
        let (month, daily) = (rhythm(Period::Month, &[5]), rhythm(Period::Day, &[]));
        for (rhythm, since, to, grace, is_passed_over) in [
            (&terms, "2025-03-31", "2025-09-30", 0, false),
            (&terms, "2025-03-31", "2025-10-31", 0, false),
            (&terms, "2025-03-31", "2026-03-31", 0, true),
            (&terms, "2025-09-30", "2026-03-31", 0, false),
            (&terms, "2025-10-31", "2026-10-01", 0, true),
            (&year, "2024-12-31", "2025-12-31", 0, false),
            (&year, "2024-06-30", "2025-12-31", 30, true),
            (&month, "2026-03-31", "2026-04-30", 0, false),
            (&month, "2026-03-31", "2026-05-31", 29, true),
            (&month, "2026-03-31", "2026-05-31", 30, false),
            (&daily, "2026-03-31", "2026-04-01", 0, false),
            (&daily, "2026-03-31", "2026-04-03", 0, true),
        ] {
            let [since, to] = [since, to].map(|text| Day::parse(text).expect(text));
            assert_eq!(rhythm.is_passed_over(since, to, grace), is_passed_over, "{rhythm:?} {since} {to} {grace}");
        }
    }
}
