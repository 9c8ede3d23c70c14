//! Which row of a feed was in force for a subject on a day: what registers and attributes are read from.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow_buffer::BooleanBuffer;
use pack::programme::{Feed, Mode, Scope, Valid};
use types::{Canonical, Day, Linked, Month, NO_NUMBER, Year};

use crate::bitmap;
use crate::coverage::is_lapsed;
use crate::rows::{FeedRows, count, link_of, refused_link_of, refused_scope_of, scope_of};

/// One row in force for one subject.
#[derive(Clone, Copy, Debug)]
pub struct Span {
    /// First day.
    pub from: Day,
    /// First day on which it no longer is, also where that lies after A; [`Day::MAX`] while nothing known by K replaced it.
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
    /// Whether it is in force on `day`.
    pub fn contains(&self, day: Day) -> bool {
        self.from <= day && day < self.to
    }

    /// Later received wins; within a delivery the later row.
    fn rank(&self) -> (u32, u32) {
        (self.part, self.row)
    }
}

/// All spans of one feed, by subject.
pub struct Timeline {
    spans: Spans,
    /// Rows are events that stay (append, upsert), not a list that is replaced.
    pub is_event: bool,
    /// The day up to which the oldest of the lists that hold rows and that nothing replaced describes its scope.
    oldest: Option<Day>,
    /// (subject, first day, first day no longer) of each refused row that could have said something on these days, in order.
    refused: Vec<(u32, Day, Day)>,
}

enum Spans {
    /// One list, in which each subject stands at most once: the row of each subject ([`NO_NUMBER`] for none), and what is the
    /// same for all.
    One(Vec<u32>, Span),
    /// The spans of each subject, by first day.
    Many { offsets: Vec<u32>, spans: Vec<Span> },
}

impl Timeline {
    /// The spans of `rows` by link `kind`, for subjects `0..size`.
    pub fn new(rows: &FeedRows<'_>, kind: &str, canonical: &Canonical, size: usize, as_of: Day) -> Self {
        let (spans, oldest, mut refused) = match &rows.feed.mode {
            Mode::Snapshot(scope) => lists(rows, kind, canonical, size, scope, as_of),
            Mode::Append | Mode::Upsert(_) => {
                let (spans, refused) = events(rows, kind, canonical, size, as_of);
                (spans, None, refused)
            }
        };
        refused.retain(|(number, ..)| *number != NO_NUMBER);
        refused.sort_unstable();
        let is_event = !matches!(rows.feed.mode, Mode::Snapshot(_));
        Self { spans, is_event, oldest, refused }
    }

    /// Whether some list of `feed` that still holds rows is too old on `day`.
    pub fn is_any_scope_lapsed(&self, feed: &Feed, day: Day) -> bool {
        self.oldest.is_some_and(|described| is_lapsed(feed, described, day))
    }

    /// Whether a refused row could have said something of `number` on `day`: of the list in force, or an event up to then.
    pub fn is_refused_on(&self, number: u32, day: Day) -> bool {
        let first = self.refused.partition_point(|(other, ..)| *other < number);
        let own = self.refused[first..].iter().take_while(|(other, ..)| *other == number);
        own.into_iter().any(|(_, from, to)| *from <= day && day < *to)
    }

    /// The subjects of whom that is so.
    pub fn refused_on(&self, day: Day) -> impl Iterator<Item = u32> {
        let on_day = self.refused.iter().filter(move |(_, from, to)| *from <= day && day < *to);
        on_day.map(|(number, ..)| *number)
    }

    /// Whether any row was refused.
    pub fn has_refused(&self) -> bool {
        !self.refused.is_empty()
    }

    /// The spans of `number`, by first day.
    pub fn of(&self, number: u32) -> impl DoubleEndedIterator<Item = Span> {
        let (one, many): (Option<Span>, &[Span]) = match &self.spans {
            Spans::One(rows, span) => {
                let row = rows.get(number as usize).copied().unwrap_or(NO_NUMBER);
                ((row != NO_NUMBER).then_some(Span { row, ..*span }), &[])
            }
            Spans::Many { offsets, spans } => {
                let number = number as usize;
                let range = offsets.get(number).zip(offsets.get(number + 1));
                (None, range.map_or(&[], |(from, to)| &spans[*from as usize..*to as usize]))
            }
        };
        one.into_iter().chain(many.iter().copied())
    }

    /// The rows of the one list that there is, by subject ([`NO_NUMBER`] for none), and the span that they share.
    pub fn single(&self) -> Option<(&[u32], Span)> {
        match &self.spans {
            Spans::One(rows, span) => Some((rows, *span)),
            Spans::Many { .. } => None,
        }
    }

    /// The subjects with a span in force on `day`, of `size`.
    pub fn all_on(&self, size: usize, day: Day) -> BooleanBuffer {
        match &self.spans {
            Spans::One(rows, span) if span.contains(day) => bitmap::pack(rows, |row| row != NO_NUMBER),
            Spans::One(..) => bitmap::filled(size, false),
            Spans::Many { .. } => {
                BooleanBuffer::collect_bool(size, |number| self.of(count(number)).any(|span| span.contains(day)))
            }
        }
    }

    /// The span in force on `day`: of several, the one received last (for events: the latest event).
    pub fn on(&self, number: u32, day: Day) -> Option<Span> {
        if let Spans::One(rows, span) = &self.spans {
            let row = rows.get(number as usize).copied().unwrap_or(NO_NUMBER);
            return (row != NO_NUMBER && span.contains(day)).then_some(Span { row, ..*span });
        }
        let containing = self.of(number).filter(|span| span.contains(day));
        if self.is_event {
            containing.max_by_key(|span| (span.from, span.rank()))
        } else {
            containing.max_by_key(Span::rank)
        }
    }

    /// Events up to `day`, the latest first.
    pub fn events(&self, number: u32, day: Day) -> impl Iterator<Item = Span> {
        self.of(number).rev().filter(move |span| span.contains(day))
    }

    /// The last span that ended on or before `day`.
    pub fn last_before(&self, number: u32, day: Day) -> Option<Span> {
        self.of(number).filter(|span| span.to <= day).max_by_key(|span| (span.to, span.rank()))
    }

    /// The span that begins first, if it stands in its scope's first snapshot and `day` lies before it: what is assumed then. Of
    /// several that begin on one day, the one received last.
    pub fn assumed(&self, number: u32, day: Day) -> Option<Span> {
        let from = self.of(number).next()?.from;
        let earliest = self.of(number).take_while(|span| span.from == from);
        earliest.filter(|span| span.first && day < span.from).max_by_key(|span| span.rank())
    }
}

/// The spans of a feed of lists, the day that the oldest of those that still hold rows describes, and whom they refuse when.
fn lists(
    rows: &FeedRows<'_>,
    kind: &str,
    canonical: &Canonical,
    size: usize,
    scope: &Scope,
    as_of: Day,
) -> (Spans, Option<Day>, Vec<(u32, Day, Day)>) {
    let versions = versions(rows, scope, as_of);
    let number_of = |linked: &Linked, index: usize| refused_link_of(linked, kind, index, canonical);
    let in_lists = refused_in_lists(rows, scope, &versions, number_of);
    if in_lists.is_empty()
        && let Some((spans, oldest)) = one_list(rows, kind, canonical, size, &versions)
    {
        return (spans, oldest, Vec::new());
    }
    let mut placed: Vec<(u32, Span)> = Vec::new();
    let mut oldest: Option<Day> = None;
    for (part, held) in (0_u32..).zip(&rows.parts) {
        let linked = &held.linked;
        let of_all = versions.get(&(String::new(), part)).filter(|_| *scope == Scope::All);
        for row in 0..count(linked.table.num_rows()) {
            let number = link_of(linked, kind, row as usize, canonical);
            if number as usize >= size {
                continue;
            }
            let version = match scope {
                Scope::All => of_all,
                _ => versions.get(&(scope_of(rows.feed, scope, linked, row), part)),
            };
            if let Some(version) = version {
                placed.push((number, version.span(part, row)));
                if version.to == Day::MAX {
                    oldest = Some(oldest.map_or(version.described, |known| known.min(version.described)));
                }
            }
        }
    }
    let still = still_listed(&placed, &in_lists);
    placed.extend(still.into_iter().filter(|(number, _)| (*number as usize) < size));
    // What the first list says is assumed of the days before it.
    let refused = in_lists.iter().map(|row| (row.number, if row.first { Day::MIN } else { row.from }, row.to));
    (by_subject(placed, size), oldest, refused.collect())
}

/// The spans of a feed's only list, and the day it describes where it holds rows that nothing replaced; `None` where a subject stands in it twice, or there are more.
fn one_list(
    rows: &FeedRows<'_>,
    kind: &str,
    canonical: &Canonical,
    size: usize,
    versions: &BTreeMap<(String, u32), Version>,
) -> Option<(Spans, Option<Day>)> {
    let mut known = versions.iter();
    let (Some(((_, part), version)), None) = (known.next(), known.next()) else { return None };
    let linked = &rows.parts[*part as usize].linked;
    if linked.delivery.scopes.len() != 1 {
        return None;
    }
    let mut by_number = vec![NO_NUMBER; size];
    let links = linked.links.get(kind)?;
    for (row, number) in (0_u32..).zip(links.iter()).filter(|(_, number)| **number != NO_NUMBER) {
        let known = by_number.get_mut(canonical.of(*number) as usize)?;
        if *known != NO_NUMBER {
            return None;
        }
        *known = row;
    }
    let oldest = (!links.is_empty() && version.to == Day::MAX).then_some(version.described);
    Some((Spans::One(by_number, version.span(*part, 0)), oldest))
}

/// The spans of a feed of events, and whom refused events up to A name from when on.
fn events(
    rows: &FeedRows<'_>,
    kind: &str,
    canonical: &Canonical,
    size: usize,
    as_of: Day,
) -> (Spans, Vec<(u32, Day, Day)>) {
    let mut placed: Vec<(u32, Span)> = Vec::new();
    for id in rows.seen() {
        let (part, row) = rows.locate(id);
        let number = link_of(&rows.parts[part].linked, kind, row as usize, canonical);
        if (number as usize) < size {
            let from = rows.parts[part].valid(row);
            let part = count(part);
            placed.push((number, Span { from, to: Day::MAX, part, row, first: false, refused: false }));
        }
    }
    let refused = rows.refused_up_to(as_of).map(|(part, index)| {
        let linked = &rows.parts[part as usize].linked;
        let number = refused_link_of(linked, kind, index as usize, canonical);
        (number, rows.refused_from(part, index), Day::MAX)
    });
    (by_subject(placed, size), refused.collect())
}

/// Spans by subject and first day. Counted into place: there are as many as rows.
fn by_subject(placed: Vec<(u32, Span)>, size: usize) -> Spans {
    let mut offsets = vec![0_u32; size + 1];
    for (number, _) in &placed {
        offsets[*number as usize + 1] += 1;
    }
    for index in 0..size {
        offsets[index + 1] += offsets[index];
    }
    let mut next = offsets.clone();
    let nothing = Span { from: Day::MIN, to: Day::MIN, part: 0, row: 0, first: false, refused: false };
    let mut spans = vec![nothing; placed.len()];
    for (number, span) in placed {
        let position = &mut next[number as usize];
        spans[*position as usize] = span;
        *position += 1;
    }
    for subject in offsets.windows(2) {
        let own = &mut spans[subject[0] as usize..subject[1] as usize];
        own.sort_unstable_by_key(|span| (span.from, span.part, span.row));
    }
    Spans::Many { offsets, spans }
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

/// The refused rows of `rows` that stand in for a subject at A, as (part, index): of the lists in force, or of what happened up to
/// then.
pub fn refused_at(rows: &FeedRows<'_>, as_of: Day) -> Vec<(u32, u32)> {
    let Mode::Snapshot(scope) = &rows.feed.mode else { return rows.refused_up_to(as_of).collect() };
    if rows.parts.iter().all(|part| part.linked.refused.is_empty()) {
        return Vec::new();
    }
    let versions = versions(rows, scope, as_of);
    let in_lists = refused_in_lists(rows, scope, &versions, |_, _| 0);
    let in_force = in_lists.iter().filter(|row| as_of < row.to).map(|row| (row.part, row.index));
    in_force.collect::<BTreeSet<_>>().into_iter().collect()
}

/// A refused row of a list.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct InList {
    /// First day of the list.
    from: Day,
    /// First day on which it no longer was in force.
    to: Day,
    number: u32,
    /// It is the first list of its scope.
    first: bool,
    part: u32,
    index: u32,
}

/// The refused rows of a list that name their subject, by the list's first day.
fn refused_in_lists(
    rows: &FeedRows<'_>,
    scope: &Scope,
    versions: &BTreeMap<(String, u32), Version>,
    number_of: impl Fn(&Linked, usize) -> u32,
) -> Vec<InList> {
    let mut refused = Vec::new();
    for (part, held) in (0_u32..).zip(&rows.parts) {
        let linked = &held.linked;
        for index in 0..linked.refused.len() {
            let number = number_of(linked, index);
            if number == NO_NUMBER {
                continue;
            }
            // Where the row does not say its scope, it may stand in any that its delivery holds.
            let scopes = match refused_scope_of(rows.feed, scope, linked, index) {
                Some(text) => vec![text],
                None => linked.delivery.scopes.clone(),
            };
            let held = scopes.into_iter().filter_map(|text| versions.get(&(text, part)));
            refused.extend(held.map(|version| {
                let Version { from, to, first, .. } = *version;
                InList { from, to, number, first, part, index: count(index) }
            }));
        }
    }
    refused.sort_unstable();
    refused
}

/// Spans of those who stood in the list before and of whom the next one holds a refused row: they did not leave.
fn still_listed(placed: &[(u32, Span)], refused: &[InList]) -> Vec<(u32, Span)> {
    let concerned: BTreeSet<u32> = refused.iter().map(|row| row.number).collect();
    let mut known: BTreeMap<(u32, Day), Span> = BTreeMap::new();
    for (number, span) in placed.iter().filter(|(number, _)| concerned.contains(number)) {
        let latest = known.entry((*number, span.to)).or_insert(*span);
        if latest.rank() < span.rank() {
            *latest = *span;
        }
    }
    let mut still = Vec::new();
    for InList { from, to, number, .. } in refused.iter().copied() {
        if let Some(before) = known.get(&(number, from)) {
            let span = Span { from, to, first: false, refused: true, ..*before };
            known.entry((number, to)).or_insert(span);
            still.push((number, span));
        }
    }
    still
}

/// The versions of every scope that begin by A, by (scope, part).
fn versions(rows: &FeedRows<'_>, scope: &Scope, as_of: Day) -> BTreeMap<(String, u32), Version> {
    // Scope -> (first day of the version, part), parts in order of receipt so that the last of a day wins.
    let mut by_scope: BTreeMap<String, BTreeMap<Day, u32>> = BTreeMap::new();
    for (part, held) in (0_u32..).zip(&rows.parts) {
        for text in &held.linked.delivery.scopes {
            let (series, from) = version_start(rows.feed, &held.linked, scope, text);
            by_scope.entry(series).or_default().insert(from, part);
        }
    }
    let mut versions = BTreeMap::new();
    for (series, starts) in by_scope {
        let days: Vec<(Day, u32)> = starts.into_iter().collect();
        // What begins after A is not seen, but it ends what came before.
        for (index, (from, part)) in days.iter().enumerate().take_while(|(_, (from, _))| *from <= as_of) {
            let to = days.get(index + 1).map_or(Day::MAX, |(next, _)| *next);
            let linked = &rows.parts[*part as usize].linked;
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
