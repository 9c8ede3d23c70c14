//! Which row of a feed was in force for a subject on a day: what registers and attributes are read from.

use std::collections::BTreeMap;
use std::sync::Arc;

use pack::programme::{Mode, Scope, Valid};
use types::{Day, Linked, Month, NO_NUMBER, Year};

use crate::coverage::is_lapsed;
use crate::rows::{FeedRows, link_of, scope_of};

/// One row in force for one subject.
#[derive(Clone, Copy, Debug)]
pub struct Span {
    /// First day.
    pub from: Day,
    /// First day on which it no longer is; [`Day::MAX`] while nothing replaced it.
    pub to: Day,
    /// Delivery, as a number in [`FeedRows::parts`]; parts are in order of receipt.
    pub part: u32,
    /// Row in it.
    pub row: u32,
    /// It stands in the first snapshot of its scope: assumed backwards.
    pub first: bool,
}

impl Span {
    fn contains(&self, day: Day) -> bool {
        self.from <= day && day < self.to
    }

    /// Later received wins; within a delivery the later row.
    fn rank(&self) -> (u32, u32) {
        (self.part, self.row)
    }
}

/// All spans of one feed, by subject.
pub struct Timeline {
    offsets: Vec<u32>,
    spans: Vec<Span>,
    /// Rows are events that stay (append, upsert), not a list that is replaced.
    pub is_event: bool,
    /// Some scope that still holds rows is lapsed at A.
    pub is_any_scope_lapsed: bool,
}

impl Timeline {
    /// The spans of `rows` by link `kind`, for subjects `0..size`.
    pub fn new(rows: &FeedRows<'_>, kind: &str, canonical: &[u32], size: usize, as_of: Day) -> Self {
        let mut placed: Vec<(u32, Span)> = Vec::new();
        let mut is_any_scope_lapsed = false;
        let is_event = !matches!(rows.feed.mode, Mode::Snapshot(_));
        match (&rows.feed.mode, &rows.feed.valid) {
            (Mode::Snapshot(scope), valid) => {
                let versions = versions(rows, scope, valid, as_of);
                for (part, linked) in (0_u32..).zip(&rows.parts) {
                    for row in 0..u32::try_from(linked.table.num_rows()).unwrap_or(u32::MAX) {
                        let number = link_of(linked, kind, row as usize, canonical);
                        let text = scope_of(rows.feed, scope, linked, row);
                        if number == NO_NUMBER {
                            continue;
                        }
                        if let Some(version) = versions.get(&(text, part)) {
                            placed.push((
                                number,
                                Span { from: version.from, to: version.to, part, row, first: version.first },
                            ));
                            is_any_scope_lapsed |=
                                version.to == Day::MAX && is_lapsed(rows.feed, version.described, as_of);
                        }
                    }
                }
            }
            (Mode::Append | Mode::Upsert(_), _) => {
                let numbers = rows.links(kind, canonical);
                for (index, number) in numbers.into_iter().enumerate() {
                    let (part, row) = rows.origin[index];
                    if number != NO_NUMBER {
                        placed.push((number, Span { from: rows.valid[index], to: Day::MAX, part, row, first: false }));
                    }
                }
            }
        }
        placed.retain(|(number, _)| (*number as usize) < size);
        placed.sort_unstable_by_key(|(number, span)| (*number, span.from, span.part, span.row));
        let mut offsets = vec![0_u32; size + 1];
        for (number, _) in &placed {
            offsets[*number as usize + 1] += 1;
        }
        for index in 0..size {
            offsets[index + 1] += offsets[index];
        }
        let spans = placed.into_iter().map(|(_, span)| span).collect();
        Self { offsets, spans, is_event, is_any_scope_lapsed }
    }

    /// The spans of `number`, by first day.
    pub fn of(&self, number: u32) -> &[Span] {
        let number = number as usize;
        if number + 1 >= self.offsets.len() {
            return &[];
        }
        &self.spans[self.offsets[number] as usize..self.offsets[number + 1] as usize]
    }

    /// The span in force on `day`: of several, the one received last (for events: the latest event).
    pub fn on(&self, number: u32, day: Day) -> Option<Span> {
        let containing = self.of(number).iter().filter(|span| span.contains(day));
        if self.is_event {
            containing.max_by_key(|span| (span.from, span.rank())).copied()
        } else {
            containing.max_by_key(|span| span.rank()).copied()
        }
    }

    /// The last span that ended on or before `day`.
    pub fn last_before(&self, number: u32, day: Day) -> Option<Span> {
        self.of(number).iter().filter(|span| span.to <= day).max_by_key(|span| (span.to, span.rank())).copied()
    }

    /// The span that begins first, if it stands in its scope's first snapshot: what is assumed before it.
    pub fn assumed(&self, number: u32) -> Option<Span> {
        self.of(number).first().filter(|span| span.first).copied()
    }
}

/// One version of a scope: the days on which it was the latest.
struct Version {
    from: Day,
    to: Day,
    first: bool,
    /// The day up to which it describes its scope.
    described: Day,
}

/// The versions of every scope, by (scope, part).
fn versions(rows: &FeedRows<'_>, scope: &Scope, valid: &Valid, as_of: Day) -> BTreeMap<(String, u32), Version> {
    // Scope -> (first day of the version, part), parts in order of receipt so that the last of a day wins.
    let mut by_scope: BTreeMap<String, BTreeMap<Day, u32>> = BTreeMap::new();
    for (part, linked) in (0_u32..).zip(&rows.parts) {
        for text in &linked.delivery.scopes {
            let (series, from) = version_start(linked, scope, valid, text);
            if from <= as_of {
                by_scope.entry(series).or_default().insert(from, part);
            }
        }
    }
    let mut versions = BTreeMap::new();
    for (series, starts) in by_scope {
        let days: Vec<(Day, u32)> = starts.into_iter().collect();
        for (index, (from, part)) in days.iter().enumerate() {
            let to = days.get(index + 1).map_or(Day::MAX, |(next, _)| *next);
            let linked = &rows.parts[*part as usize];
            let described = match valid {
                Valid::DataDate => linked.delivery.data_date,
                Valid::Column(_) => linked.delivery.covers.map_or(linked.delivery.data_date, |interval| interval.to),
            };
            let text = match (valid, scope) {
                (Valid::Column(_), Scope::ByMonth) => from.month().to_string(),
                (Valid::Column(_), Scope::ByYear) => from.year().to_string(),
                _ => series.clone(),
            };
            versions.insert((text, *part), Version { from: *from, to, first: index == 0, described });
        }
    }
    versions
}

/// The series of versions that scope `text` belongs to, and the first day of this version. Months and years of a dated list
/// follow each other in one series; the snapshots of a state are dated by their data date, each column value a series.
fn version_start(linked: &Arc<Linked>, scope: &Scope, valid: &Valid, text: &str) -> (String, Day) {
    let data_date = linked.delivery.data_date;
    match (valid, scope) {
        (Valid::DataDate, _) => (text.to_owned(), data_date),
        (Valid::Column(_), Scope::ByMonth) => (String::new(), Month::parse(text).map_or(data_date, Month::first_day)),
        (Valid::Column(_), Scope::ByYear) => (String::new(), Year::parse(text).map_or(data_date, Year::first_day)),
        (Valid::Column(_), Scope::All | Scope::ByColumn(_)) => (text.to_owned(), data_date),
    }
}
