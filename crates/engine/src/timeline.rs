//! Which row of a feed was in force for a subject on a day: what registers and attributes are read from.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use pack::programme::{Feed, Mode, Scope, Valid};
use types::{Canonical, Day, Interval, Linked, Month, NO_NUMBER, Year};

use crate::coverage::is_lapsed;
use crate::rows::{FeedRows, link_of, refused_link_of, refused_scope_of, scope_of};

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
    /// The list of these days holds a refused row of the subject instead: still listed, with what was last known.
    pub refused: bool,
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
    /// Subjects of refused rows that could have said something at A: of a list in force, or an event up to A.
    pub refused: HashSet<u32>,
}

impl Timeline {
    /// The spans of `rows` by link `kind`, for subjects `0..size`.
    pub fn new(rows: &FeedRows<'_>, kind: &str, canonical: &Canonical, size: usize, as_of: Day) -> Self {
        let mut placed: Vec<(u32, Span)> = Vec::new();
        let mut is_any_scope_lapsed = false;
        let mut refused = HashSet::new();
        let is_event = !matches!(rows.feed.mode, Mode::Snapshot(_));
        match &rows.feed.mode {
            Mode::Snapshot(scope) => {
                let versions = versions(rows, scope, as_of);
                for (part, linked) in (0_u32..).zip(&rows.parts) {
                    for row in 0..u32::try_from(linked.table.num_rows()).unwrap_or(u32::MAX) {
                        let number = link_of(linked, kind, row as usize, canonical);
                        let text = scope_of(rows.feed, scope, linked, row);
                        if number == NO_NUMBER {
                            continue;
                        }
                        if let Some(version) = versions.get(&(text, part)) {
                            placed.push((number, version.span(part, row)));
                            is_any_scope_lapsed |=
                                version.to == Day::MAX && is_lapsed(rows.feed, version.described, as_of);
                        }
                    }
                }
                let in_lists = refused_in_lists(rows, kind, canonical, scope, &versions);
                refused.extend(in_lists.iter().filter(|(_, to, _)| *to == Day::MAX).map(|(.., number)| *number));
                let still = still_listed(&placed, &in_lists);
                placed.extend(still);
            }
            Mode::Append | Mode::Upsert(_) => {
                let numbers = rows.links(kind, canonical);
                for (index, number) in numbers.into_iter().enumerate() {
                    let (part, row) = rows.origin[index];
                    if number != NO_NUMBER {
                        let (from, to) = (rows.valid[index], Day::MAX);
                        placed.push((number, Span { from, to, part, row, first: false, refused: false }));
                    }
                }
                let up_to_a = Interval { from: Day::MIN, to: as_of };
                let meet = rows.refused.iter().filter(|(part, index)| rows.refused_meets(*part, *index, up_to_a));
                refused.extend(meet.map(|(part, index)| {
                    refused_link_of(&rows.parts[*part as usize], kind, *index as usize, canonical)
                }));
            }
        }
        refused.remove(&NO_NUMBER);
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
        Self { offsets, spans, is_event, is_any_scope_lapsed, refused }
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

    /// Events up to `day`, the latest first.
    pub fn events(&self, number: u32, day: Day) -> impl Iterator<Item = Span> {
        self.of(number).iter().rev().filter(move |span| span.contains(day)).copied()
    }

    /// The last span that ended on or before `day`.
    pub fn last_before(&self, number: u32, day: Day) -> Option<Span> {
        self.of(number).iter().filter(|span| span.to <= day).max_by_key(|span| (span.to, span.rank())).copied()
    }

    /// The span that begins first, if it stands in its scope's first snapshot and `day` lies before it: what is assumed then.
    pub fn assumed(&self, number: u32, day: Day) -> Option<Span> {
        self.of(number).first().filter(|span| span.first && day < span.from).copied()
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

impl Version {
    fn span(&self, part: u32, row: u32) -> Span {
        Span { from: self.from, to: self.to, part, row, first: self.first, refused: false }
    }
}

/// (first day, end, subject) of each refused row of a list that names its subject, by first day.
fn refused_in_lists(
    rows: &FeedRows<'_>,
    kind: &str,
    canonical: &Canonical,
    scope: &Scope,
    versions: &BTreeMap<(String, u32), Version>,
) -> Vec<(Day, Day, u32)> {
    let mut refused = Vec::new();
    for (part, linked) in (0_u32..).zip(&rows.parts) {
        for index in 0..linked.refused.len() {
            let number = refused_link_of(linked, kind, index, canonical);
            if number == NO_NUMBER {
                continue;
            }
            // Where the row does not say its scope, it may stand in any that its delivery holds.
            let scopes = match refused_scope_of(rows.feed, scope, linked, index) {
                Some(text) => vec![text],
                None => linked.delivery.scopes.clone(),
            };
            let held = scopes.into_iter().filter_map(|text| versions.get(&(text, part)));
            refused.extend(held.map(|version| (version.from, version.to, number)));
        }
    }
    refused.sort_unstable();
    refused
}

/// Spans of those who stood in the list before and of whom the next one holds a refused row: they did not leave.
fn still_listed(placed: &[(u32, Span)], refused: &[(Day, Day, u32)]) -> Vec<(u32, Span)> {
    let concerned: BTreeSet<u32> = refused.iter().map(|(.., number)| *number).collect();
    let mut known: BTreeMap<(u32, Day), Span> = BTreeMap::new();
    for (number, span) in placed.iter().filter(|(number, _)| concerned.contains(number)) {
        let latest = known.entry((*number, span.to)).or_insert(*span);
        if latest.rank() < span.rank() {
            *latest = *span;
        }
    }
    let mut still = Vec::new();
    for (from, to, number) in refused {
        if let Some(before) = known.get(&(*number, *from)) {
            let span = Span { from: *from, to: *to, first: false, refused: true, ..*before };
            known.entry((*number, *to)).or_insert(span);
            still.push((*number, span));
        }
    }
    still
}

/// The versions of every scope, by (scope, part).
fn versions(rows: &FeedRows<'_>, scope: &Scope, as_of: Day) -> BTreeMap<(String, u32), Version> {
    // Scope -> (first day of the version, part), parts in order of receipt so that the last of a day wins.
    let mut by_scope: BTreeMap<String, BTreeMap<Day, u32>> = BTreeMap::new();
    for (part, linked) in (0_u32..).zip(&rows.parts) {
        for text in &linked.delivery.scopes {
            let (series, from) = version_start(rows.feed, linked, scope, text);
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
            let described = match &rows.feed.valid {
                Valid::DataDate => linked.delivery.data_date,
                Valid::Column(_) => linked.delivery.covers.map_or(linked.delivery.data_date, |interval| interval.to),
            };
            let text = match scope {
                Scope::ByMonth => from.month().to_string(),
                Scope::ByYear => from.year().to_string(),
                Scope::All | Scope::ByColumn(_) => series.clone(),
            };
            versions.insert((text, *part), Version { from: *from, to, first: index == 0, described });
        }
    }
    versions
}

/// The series of versions that scope `text` belongs to, and the first day of this version. Months and years follow each other in
/// one series, each column value is a series. The list of a state begins with its data date.
fn version_start(feed: &Feed, linked: &Arc<Linked>, scope: &Scope, text: &str) -> (String, Day) {
    let data_date = linked.delivery.data_date;
    let begins = |first: Option<Day>, last: Option<Day>| match first.zip(last) {
        Some((first, last)) if feed.valid == Valid::DataDate => data_date.clamp(first, last),
        Some((first, _)) => first,
        None => data_date,
    };
    match scope {
        Scope::ByMonth => {
            let month = Month::parse(text);
            (String::new(), begins(month.map(Month::first_day), month.map(Month::last_day)))
        }
        Scope::ByYear => {
            let year = Year::parse(text);
            (String::new(), begins(year.map(Year::first_day), year.map(Year::last_day)))
        }
        Scope::All | Scope::ByColumn(_) => (text.to_owned(), data_date),
    }
}
