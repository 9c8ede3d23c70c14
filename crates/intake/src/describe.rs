//! Which scopes a delivery replaces, and which interval of valid time it covers (semantics section 2).

use std::collections::{BTreeSet, HashSet};

use arrow_array::cast::AsArray;
use arrow_array::types::Date32Type;
use arrow_array::{Array, Date32Array, RecordBatch};
use pack::programme::{CoversFrom, CoversTo, Feed, Mode, Scope, Valid};
use types::{Day, Interval, Landed, Month, RefusedRow, Type, Value, Year, value_at};

use crate::cell::{self, CellReader};
use crate::normalise::{folded, trimmed};

/// Scopes and interval of a delivery.
///
/// Scopes, sorted: the months, years or column values in its rows, refused ones included where theirs can be read, and the declared
/// ones; one empty text for `snapshot(all)`; none for append and upsert. Interval: by `feed.covers`, `None` for an event feed
/// without rhythm and for a delivery that covers nothing (no rows and no declared scope, where scopes say what is covered).
/// `previous_end` is the last day the feed's coverage reached before this delivery.
///
/// Two limits keep a delivery from covering what it does not hold. Scopes that begin after the data date do not count, unless all
/// do (one mistyped year must not cover the years before it). Of scopes with a gap between them, only those after the last
/// gap count: an interval has no holes.
#[must_use]
pub fn describe(
    landed: &Landed,
    feed: &Feed,
    data_date: Day,
    declared_scopes: &[String],
    previous_end: Option<Day>,
) -> (Vec<String>, Option<Interval>) {
    let rows = Content { landed, feed, data_date };
    let Mode::Snapshot(scope) = &feed.mode else {
        return (Vec::new(), rows.covers(None, previous_end));
    };
    let declared =
        declared_scopes.iter().map(|text| declared_scope(feed, text).unwrap_or_else(|| trimmed(text).to_owned()));
    let mut scopes: BTreeSet<String> = declared.collect();
    match scope {
        Scope::All => scopes = BTreeSet::from([String::new()]),
        Scope::ByMonth => scopes.extend(rows.valid_days().iter().map(|day| day.month().to_string())),
        Scope::ByYear => scopes.extend(rows.valid_days().iter().map(|day| day.year().to_string())),
        Scope::ByColumn(column) => scopes.extend(rows.texts(column)),
    }
    let spans = match scope {
        Scope::All | Scope::ByColumn(_) => None,
        Scope::ByMonth => Some(scopes.iter().filter_map(|scope| month_span(scope)).collect()),
        Scope::ByYear => Some(scopes.iter().filter_map(|scope| year_span(scope)).collect()),
    };
    let covers = rows.covers(spans, previous_end);
    (scopes.into_iter().collect(), covers)
}

/// A scope as a person declares it (`2026-5`, `2026年`, a column's value) in canonical form; `None` when `feed` has no such scopes
/// or the text cannot be one.
#[must_use]
pub fn declared_scope(feed: &Feed, text: &str) -> Option<String> {
    let Mode::Snapshot(scope) = &feed.mode else { return None };
    let folded = folded(trimmed(text));
    match scope {
        Scope::All => Some(String::new()),
        Scope::ByMonth => cell::month(&folded).map(|month| month.to_string()),
        Scope::ByYear => cell::year(&folded)
            .or_else(|| cell::month(&folded).map(|month| month.first_day().year()))
            .map(|year| year.to_string()),
        Scope::ByColumn(column) => match CellReader::new(feed.columns.get(column)?, true).read(text) {
            Ok(Value::Null) | Err(_) => None,
            Ok(value) => Some(value.to_string()),
        },
    }
}

fn month_span(scope: &str) -> Option<Interval> {
    Month::parse(scope).map(|month| Interval { from: month.first_day(), to: month.last_day() })
}

fn year_span(scope: &str) -> Option<Interval> {
    Year::parse(scope).map(|year| Interval { from: year.first_day(), to: year.last_day() })
}

/// A delivery's rows, seen by their dates.
struct Content<'a> {
    landed: &'a Landed,
    feed: &'a Feed,
    data_date: Day,
}

impl Content<'_> {
    /// The interval; `spans` are the days of its scopes, in order, where scopes are months or years.
    fn covers(&self, spans: Option<Vec<Interval>>, previous_end: Option<Day>) -> Option<Interval> {
        // Silence of an event feed is not zero; a list says what it says, however often it comes.
        if self.feed.rhythm.is_none() && !matches!(self.feed.mode, Mode::Snapshot(_)) {
            return None;
        }
        let spanned = match &spans {
            Some(spans) => Some(last_run(spans, self.data_date)?),
            None => None,
        };
        let to = match self.feed.covers.to {
            CoversTo::ScopeEnd => spanned.map_or(self.data_date, |spanned| spanned.to),
            CoversTo::MonthEnd => self.data_date.month().last_day(),
            CoversTo::YearEnd => self.data_date.year().last_day(),
            CoversTo::DataDate => self.data_date,
        };
        let to = match self.valid_type() {
            Some(Type::Month) => to.month().last_day(),
            Some(Type::Year) => to.year().last_day(),
            _ => to,
        };
        // What lies beyond its scopes it does not hold.
        let to = spanned.map_or(to, |spanned| to.min(spanned.to));
        let earliest = || self.valid_days().first().copied().unwrap_or(self.data_date);
        let from = match self.feed.covers.from {
            CoversFrom::ScopeStart => spanned.map_or_else(earliest, |spanned| spanned.from),
            CoversFrom::MonthStart => self.data_date.month().first_day(),
            CoversFrom::YearStart => self.data_date.year().first_day(),
            CoversFrom::DataDate => self.data_date,
            // An older file sent again, or late, reaches back to its own first row.
            CoversFrom::PreviousEnd => previous_end
                .map(|end| end.plus_days(1))
                .filter(|from| *from <= to)
                .unwrap_or_else(|| earliest().min(to)),
        };
        (from <= to).then_some(Interval { from, to })
    }

    fn valid_type(&self) -> Option<Type> {
        match &self.feed.valid {
            Valid::Column(column) => self.feed.columns.get(column).map(|column| column.ty),
            Valid::DataDate => None,
        }
    }

    /// The distinct valid dates, months and years as their first day, refused rows included where theirs can be read.
    fn valid_days(&self) -> BTreeSet<Day> {
        match &self.feed.valid {
            Valid::DataDate if self.landed.table.num_rows() + self.landed.refused.len() == 0 => BTreeSet::new(),
            Valid::DataDate => BTreeSet::from([self.data_date]),
            Valid::Column(column) => {
                let texts = self.landed.refused.iter().filter_map(|row| row.readable.get(column));
                let refused = texts.filter_map(|text| {
                    let month = || Month::parse(text).map(Month::first_day);
                    Day::parse(text).or_else(month).or_else(|| Year::parse(text).map(Year::first_day))
                });
                self.days(column).into_iter().chain(refused).collect()
            }
        }
    }

    /// The distinct days of the accepted rows.
    fn days(&self, column: &str) -> Vec<Day> {
        let days = self.landed.table.column_by_name(column).and_then(|array| array.as_primitive_opt::<Date32Type>());
        days.map(distinct_days).unwrap_or_default()
    }

    /// The distinct texts of `column`, refused rows included where theirs can be read.
    fn texts(&self, column: &str) -> BTreeSet<String> {
        let refused =
            self.landed.refused.iter().filter_map(|row: &RefusedRow| row.readable.get(column).map(str::to_owned));
        let table: &RecordBatch = &self.landed.table;
        let accepted: HashSet<String> = match (table.column_by_name(column), self.feed.columns.get(column)) {
            (Some(array), Some(column)) => match array.as_string_opt::<i32>() {
                // Few texts on many rows: each is copied once.
                Some(texts) => {
                    texts.iter().flatten().collect::<HashSet<&str>>().into_iter().map(str::to_owned).collect()
                }
                None => {
                    let values = (0..array.len()).map(|index| value_at(array, column.ty, index));
                    values.filter(|value| !value.is_null()).map(|value| value.to_string()).collect()
                }
            },
            _ => HashSet::new(),
        };
        accepted.into_iter().chain(refused).collect()
    }
}

/// Millions of rows have a few hundred days: a bit per day between the first and the last, unless they are centuries apart.
fn distinct_days(days: &Date32Array) -> Vec<Day> {
    const CENTURIES: i64 = 1_000_000;
    let present = || days.iter().flatten();
    let (Some(first), Some(last)) = (present().min(), present().max()) else { return Vec::new() };
    let span = i64::from(last) - i64::from(first);
    if span > CENTURIES {
        return present().collect::<HashSet<i32>>().into_iter().map(Day).collect();
    }
    let mut seen = vec![false; usize::try_from(span).unwrap_or(0) + 1];
    for day in present() {
        if let Some(seen) = usize::try_from(i64::from(day) - i64::from(first)).ok().and_then(|at| seen.get_mut(at)) {
            *seen = true;
        }
    }
    (first..=last).zip(seen).filter(|(_, seen)| *seen).map(|(day, _)| Day(day)).collect()
}

/// The last run of `spans` (in order) without a gap, of those that begin by `data_date` if any does; `None` without spans.
fn last_run(spans: &[Interval], data_date: Day) -> Option<Interval> {
    let begun = spans.iter().filter(|span| span.from <= data_date).count();
    let counted = if begun == 0 { spans } else { &spans[..begun] };
    let (last, before) = counted.split_last()?;
    let mut run = *last;
    for span in before.iter().rev() {
        if span.to.plus_days(1) < run.from {
            break;
        }
        run.from = span.from;
    }
    Some(run)
}
