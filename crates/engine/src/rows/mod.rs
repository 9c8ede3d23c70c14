//! rows(feed, A, K): the rows of one feed that a question sees (semantics section 1).
//!
//! Deliveries stay as they are: a row is a number in them, counted through all deliveries in order of (received, sequence), and what
//! a question sees is a run of neighbours or a bitmap. Nothing is copied.

mod cells;
mod owners;
mod part;
mod refusals;

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use arrow_array::{Array, ArrayRef};
use arrow_schema::ArrowError;
use arrow_select::interleave::interleave;
use arrow_select::take::take;
use pack::programme::{Feed, Mode, Scope, Valid};
use types::{Canonical, Day, Interval, Linked, Month, Question, Type, Year};

pub use cells::{cell_text, file_row, link_of, refused_link_of, scope_of};
pub use part::{Part, Run, changes, count};
pub use refusals::{open_refusals, refused_scope_of};

use crate::coverage::Coverage;
use crate::{Fault, Resting, Source};
use cells::{key_of, valid_type};
use owners::Owners;
use refusals::{active_refusals, refused_valid_of};

/// The rows of a feed at (A, K).
pub struct FeedRows<'a> {
    /// The feed.
    pub feed: &'a Feed,
    /// The deliveries known by K, in order of (received, sequence).
    pub parts: Vec<Part>,
    /// Refused rows that still count, as (part, index).
    pub refused: Vec<(u32, u32)>,
    /// What the feed covers.
    pub coverage: Coverage,
    resting: Option<Resting>,
}

impl<'a> FeedRows<'a> {
    /// Reads and resolves `feed`.
    pub fn read(feed: &'a Feed, source: &dyn Source, question: Question) -> Result<Self, Fault> {
        let mut linked: Vec<Arc<Linked>> = source.deliveries(&feed.name)?;
        linked.retain(|part| part.delivery.received <= question.known_by);
        linked.sort_by_key(|part| (part.delivery.received, part.delivery.sequence));
        let coverage = Coverage::new(feed, linked.iter().map(|part| &part.delivery), question.as_of);
        let owners = Owners::new(feed, &linked, question.as_of);
        let refused = active_refusals(feed, &linked, &owners);
        let mut parts: Vec<Part> = Vec::new();
        let mut base = 0_usize;
        for linked in linked {
            let rows = linked.table.num_rows();
            parts.push(Part::new(feed, linked, count(base), question.as_of));
            base += rows;
        }
        if u32::try_from(base).is_err() {
            return Err(Fault::Overflow { at: feed.name.clone() });
        }
        match &feed.mode {
            Mode::Append => {}
            Mode::Upsert(key) => keep_latest(feed, key, &mut parts, question.as_of),
            Mode::Snapshot(scope) => keep_owned(feed, scope, &owners, &mut parts),
        }
        let resting = source.resting(&feed.name);
        Ok(Self { feed, parts, refused, coverage, resting })
    }

    /// Nobody reads the rows for a while: frees memory that can be had back.
    pub fn rest(&self) {
        if let Some(rest) = &self.resting {
            rest();
        }
    }

    /// How many rows the deliveries have, seen or not: row numbers are below it.
    pub fn len(&self) -> usize {
        self.parts.last().map_or(0, |part| part.base as usize + part.linked.table.num_rows())
    }

    /// The rows seen with a valid date in `window`.
    pub fn runs(&self, window: Interval) -> impl Iterator<Item = Run> {
        self.parts.iter().enumerate().filter_map(move |(number, part)| part.run(number, window))
    }

    /// Whether the deliveries of `before` are the first ones here.
    pub fn begins_with(&self, before: &FeedRows<'_>) -> bool {
        let pairs = before.parts.iter().zip(&self.parts);
        before.parts.len() <= self.parts.len()
            && pairs.into_iter().all(|(before, own)| Arc::ptr_eq(&before.linked, &own.linked))
    }

    /// The numbers of all rows seen, part by part.
    pub fn seen(&self) -> impl Iterator<Item = u32> {
        let all = Interval { from: Day::MIN, to: Day::MAX };
        self.runs(all).flat_map(|run| {
            let base = self.parts[run.part].base;
            run.seen().map(move |row| base + row)
        })
    }

    /// (part, row in part) of the row `row`.
    pub fn locate(&self, row: u32) -> (usize, u32) {
        let part = self.parts.partition_point(|part| part.base <= row) - 1;
        (part, row - self.parts[part].base)
    }

    /// Valid date of the row `row`.
    pub fn valid(&self, row: u32) -> Day {
        let (part, row) = self.locate(row);
        self.parts[part].valid(row)
    }

    /// Whether the question sees the row `row`.
    pub fn sees(&self, row: u32) -> bool {
        let (part, row) = self.locate(row);
        self.parts[part].sees(row)
    }

    /// Whether the question sees the row `row`, and its valid date lies in `window`.
    pub fn is_in(&self, row: u32, window: Interval) -> bool {
        let (part, row) = self.locate(row);
        self.parts[part].sees(row) && window.contains(self.parts[part].valid(row))
    }

    /// The cells of column `name` in rows `rows` of part `part`: no copy.
    pub fn slice(&self, name: &str, part: usize, rows: &Range<u32>) -> Result<ArrayRef, Fault> {
        Ok(self.array(name, part)?.slice(rows.start as usize, rows.len()))
    }

    fn array(&self, name: &str, part: usize) -> Result<&ArrayRef, Fault> {
        self.parts[part]
            .linked
            .table
            .column_by_name(name)
            .ok_or_else(|| Fault::Programme { missing: format!("{}.{name}", self.feed.name) })
    }

    /// The cells of column `name` in the rows numbered `rows`.
    pub fn gather(&self, name: &str, rows: &[u32]) -> Result<ArrayRef, Fault> {
        let fault = |error: ArrowError| Fault::Source { message: error.to_string() };
        match self.parts.as_slice() {
            [] => {
                let kind = self.feed.columns.get(name).and_then(|column| types::physical(column.ty));
                let kind = kind.ok_or_else(|| Fault::Programme { missing: format!("{}.{name}", self.feed.name) })?;
                Ok(arrow_array::new_empty_array(&kind))
            }
            [_] => {
                let rows = arrow_array::UInt32Array::from(rows.to_vec());
                take(self.array(name, 0)?, &rows, None).map_err(fault)
            }
            parts => {
                let arrays: Vec<&dyn Array> =
                    (0..parts.len()).map(|part| self.array(name, part).map(AsRef::as_ref)).collect::<Result<_, _>>()?;
                let places: Vec<(usize, usize)> = rows
                    .iter()
                    .map(|row| {
                        let (part, row) = self.locate(*row);
                        (part, row as usize)
                    })
                    .collect();
                interleave(&arrays, &places).map_err(fault)
            }
        }
    }

    /// The canonical subject number of one row by link `kind`.
    pub fn link(&self, kind: &str, canonical: &Canonical, row: u32) -> u32 {
        let (part, index) = self.locate(row);
        link_of(&self.parts[part].linked, kind, index as usize, canonical)
    }

    /// Whether rows are dated by month or year, which a window of months counts whole.
    pub fn has_whole_months(&self) -> bool {
        matches!(valid_type(self.feed), Some(Type::Month | Type::Year))
    }

    /// The day on which the membership of what happened on `valid` is looked up: a month's or year's last day, or A if that is
    /// earlier.
    pub fn membership_day(&self, valid: Day, as_of: Day) -> Day {
        match valid_type(self.feed) {
            Some(Type::Month) => valid.month().last_day().min(as_of),
            Some(Type::Year) => valid.year().last_day().min(as_of),
            _ => valid.min(as_of),
        }
    }

    /// Valid date of refused row `index` of `part`, where it could be read.
    pub fn refused_valid(&self, part: u32, index: u32) -> Option<Day> {
        refused_valid_of(self.feed, &self.parts[part as usize].linked, index as usize)
    }

    /// The refused rows that could lie on a day up to `as_of`, as (part, index).
    pub fn refused_up_to(&self, as_of: Day) -> impl Iterator<Item = (u32, u32)> {
        let up_to = Interval { from: Day::MIN, to: as_of };
        self.refused.iter().copied().filter(move |(part, index)| self.refused_meets(*part, *index, up_to))
    }

    /// The first day on which refused row `index` of `part` could lie.
    pub fn refused_from(&self, part: u32, index: u32) -> Day {
        let covers = self.parts[part as usize].linked.delivery.covers;
        self.refused_valid(part, index).or(covers.map(|covers| covers.from)).unwrap_or(Day::MIN)
    }

    /// Whether refused row `index` of `part` could lie in `window`: its valid date does, or where that cannot be read its
    /// delivery's interval meets it.
    pub fn refused_meets(&self, part: u32, index: u32, window: Interval) -> bool {
        match (self.refused_valid(part, index), self.parts[part as usize].linked.delivery.covers) {
            (Some(day), _) => window.contains(day),
            (None, Some(covers)) => covers.meets(window),
            (None, None) => true,
        }
    }
}

/// Of each key only the row that came last, if it is dated up to A.
fn keep_latest(feed: &Feed, key: &[String], parts: &mut [Part], as_of: Day) {
    let mut latest: HashMap<String, (usize, u32)> = HashMap::new();
    for (number, part) in parts.iter().enumerate() {
        if feed.valid == Valid::DataDate && part.linked.delivery.data_date > as_of {
            continue;
        }
        for row in 0..count(part.linked.table.num_rows()) {
            latest.insert(key_of(feed, &part.linked, key, row), (number, row));
        }
    }
    let mut kept: Vec<Vec<u32>> = vec![Vec::new(); parts.len()];
    for (part, row) in latest.into_values() {
        kept[part].push(row);
    }
    for (part, rows) in parts.iter_mut().zip(&mut kept) {
        rows.sort_unstable();
        part.keep(|row| rows.binary_search(&row).is_ok());
    }
}

/// Only the rows of scopes that no later delivery replaced.
fn keep_owned(feed: &Feed, scope: &Scope, owners: &Owners, parts: &mut [Part]) {
    for (number, part) in parts.iter_mut().enumerate() {
        let owns = |scope: &str| owners.owner(scope) == u32::try_from(number).ok();
        let scopes = &part.linked.delivery.scopes;
        if *scope == Scope::All {
            if !owns("") {
                part.keep_none();
            }
        } else if !scopes.iter().any(|scope| owns(scope)) {
            part.keep_none();
        } else {
            let linked = Arc::clone(&part.linked);
            // Neighbours mostly share a scope: asked once for each of them.
            let mut owned = Vec::with_capacity(linked.table.num_rows());
            let mut last: Option<(Period, bool)> = None;
            for row in 0..count(linked.table.num_rows()) {
                let period = match scope {
                    Scope::ByMonth => Some(Period::Month(part.valid(row).month())),
                    Scope::ByYear => Some(Period::Year(part.valid(row).year())),
                    Scope::All | Scope::ByColumn(_) => None,
                };
                let is_owned = match (period, last) {
                    (Some(period), Some((known, is_owned))) if period == known => is_owned,
                    _ => owns(&scope_of(feed, scope, &linked, row)),
                };
                last = period.map(|period| (period, is_owned));
                owned.push(is_owned);
            }
            if owned.iter().any(|is_owned| !is_owned) {
                part.keep(|row| owned[row as usize]);
            }
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Period {
    Month(Month),
    Year(Year),
}
