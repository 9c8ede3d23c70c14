//! rows(feed, A, K): the rows of one feed that a question sees, in one fixed order (semantics section 1).

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, UInt32Type};
use arrow_array::{Array, ArrayRef};
use arrow_select::interleave::interleave;
use pack::programme::{Feed, Mode, Scope, Valid};
use types::{
    Canonical, Day, EvidenceRow, Interval, Linked, Month, NO_NUMBER, Question, ROW_COLUMN, Type, Year, value_at,
};

use crate::coverage::Coverage;
use crate::{Fault, Source};

/// The rows of a feed at (A, K).
pub struct FeedRows<'a> {
    /// The feed.
    pub feed: &'a Feed,
    /// The deliveries known by K, in order of (received, sequence).
    pub parts: Vec<Arc<Linked>>,
    /// (part, row in part) of each row, in order of (valid, received, sequence, row).
    pub origin: Vec<(u32, u32)>,
    /// Valid date of each row.
    pub valid: Vec<Day>,
    /// Refused rows that still count, as (part, index).
    pub refused: Vec<(u32, u32)>,
    /// What the feed covers.
    pub coverage: Coverage,
    columns: Mutex<HashMap<String, ArrayRef>>,
}

impl<'a> FeedRows<'a> {
    /// Reads and resolves `feed`.
    pub fn read(feed: &'a Feed, source: &dyn Source, question: Question) -> Result<Self, Fault> {
        let mut parts: Vec<Arc<Linked>> = source.deliveries(&feed.name)?;
        parts.retain(|part| part.delivery.received <= question.known_by);
        parts.sort_by_key(|part| (part.delivery.received, part.delivery.sequence));
        let coverage = Coverage::new(feed, parts.iter().map(|part| &part.delivery), question.as_of);
        let owners = Owners::new(feed, &parts, question.as_of);
        let mut keyed: HashMap<String, (u32, u32)> = HashMap::new();
        let mut origin = Vec::new();
        for (part, linked) in (0_u32..).zip(&parts) {
            if feed.valid == Valid::DataDate && linked.delivery.data_date > question.as_of {
                continue;
            }
            for row in 0..u32::try_from(linked.table.num_rows()).unwrap_or(u32::MAX) {
                match &feed.mode {
                    Mode::Append => origin.push((part, row)),
                    Mode::Upsert(key) => {
                        keyed.insert(key_of(feed, linked, key, row), (part, row));
                    }
                    Mode::Snapshot(scope) => {
                        if owners.owner(&scope_of(feed, scope, linked, row)) == Some(part) {
                            origin.push((part, row));
                        }
                    }
                }
            }
        }
        origin.extend(keyed.into_values());
        let mut dated: Vec<(Day, (u32, u32))> =
            origin.into_iter().map(|(part, row)| (valid_of(feed, &parts[part as usize], row), (part, row))).collect();
        dated.retain(|(valid, _)| *valid <= question.as_of);
        dated.sort_unstable();
        let refused = active_refusals(feed, &parts, &owners);
        Ok(Self {
            feed,
            origin: dated.iter().map(|(_, origin)| *origin).collect(),
            valid: dated.iter().map(|(valid, _)| *valid).collect(),
            parts,
            refused,
            coverage,
            columns: Mutex::default(),
        })
    }

    /// How many rows.
    pub fn len(&self) -> usize {
        self.origin.len()
    }

    /// The cells of column `name`, one per row.
    pub fn column(&self, name: &str) -> Result<ArrayRef, Fault> {
        if let Some(array) = self.columns.lock().unwrap_or_else(PoisonError::into_inner).get(name) {
            return Ok(Arc::clone(array));
        }
        let missing = || Fault::Programme { missing: format!("{}.{name}", self.feed.name) };
        let arrays: Vec<&dyn Array> = self
            .parts
            .iter()
            .map(|part| part.table.column_by_name(name).map(AsRef::as_ref).ok_or_else(missing))
            .collect::<Result<_, _>>()?;
        let array = if arrays.is_empty() {
            let kind = self.feed.columns.get(name).and_then(|column| types::physical(column.ty)).ok_or_else(missing)?;
            arrow_array::new_empty_array(&kind)
        } else {
            let indices: Vec<(usize, usize)> =
                self.origin.iter().map(|(part, row)| (*part as usize, *row as usize)).collect();
            interleave(&arrays, &indices).map_err(|error| Fault::Source { message: error.to_string() })?
        };
        self.columns.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned(), Arc::clone(&array));
        Ok(array)
    }

    /// The canonical subject number of each row by link `kind`.
    pub fn links(&self, kind: &str, canonical: &Canonical) -> Vec<u32> {
        self.origin
            .iter()
            .map(|(part, row)| link_of(&self.parts[*part as usize], kind, *row as usize, canonical))
            .collect()
    }

    /// The canonical subject number of one row by link `kind`.
    pub fn link(&self, kind: &str, canonical: &Canonical, row: u32) -> u32 {
        let (part, index) = self.origin[row as usize];
        link_of(&self.parts[part as usize], kind, index as usize, canonical)
    }

    /// The row's place in its department's file.
    pub fn evidence(&self, row: u32) -> EvidenceRow {
        let (part, index) = self.origin[row as usize];
        evidence_of(&self.parts[part as usize], index)
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
        refused_valid_of(self.feed, &self.parts[part as usize], index as usize)
    }

    /// Whether refused row `index` of `part` could lie in `window`: its valid date does, or where that cannot be read its
    /// delivery's interval meets it.
    pub fn refused_meets(&self, part: u32, index: u32, window: Interval) -> bool {
        match (self.refused_valid(part, index), self.parts[part as usize].delivery.covers) {
            (Some(day), _) => window.contains(day),
            (None, Some(covers)) => covers.meets(window),
            (None, None) => true,
        }
    }
}

/// A day, or the first day of a month or year, from its canonical text.
fn read_day(text: &str) -> Option<Day> {
    Day::parse(text)
        .or_else(|| Month::parse(text).map(Month::first_day))
        .or_else(|| Year::parse(text).map(Year::first_day))
}

fn valid_type(feed: &Feed) -> Option<Type> {
    match &feed.valid {
        Valid::DataDate => Some(Type::Day),
        Valid::Column(name) => feed.columns.get(name).map(|column| column.ty),
    }
}

/// The canonical number of one row's link.
pub fn link_of(linked: &Linked, kind: &str, row: usize, canonical: &Canonical) -> u32 {
    canonical_of(linked.links.get(kind).map_or(NO_NUMBER, |numbers| numbers[row]), canonical)
}

/// The canonical number of one refused row's link.
pub fn refused_link_of(linked: &Linked, kind: &str, index: usize, canonical: &Canonical) -> u32 {
    canonical_of(linked.refused_links.get(kind).map_or(NO_NUMBER, |numbers| numbers[index]), canonical)
}

fn canonical_of(number: u32, canonical: &Canonical) -> u32 {
    if number == NO_NUMBER { NO_NUMBER } else { canonical.of(number) }
}

/// Row `row` of `linked` as evidence.
pub fn evidence_of(linked: &Linked, row: u32) -> EvidenceRow {
    let number = linked
        .table
        .column_by_name(ROW_COLUMN)
        .and_then(|column| column.as_primitive_opt::<UInt32Type>())
        .map_or(0, |numbers| numbers.value(row as usize));
    EvidenceRow { feed: linked.delivery.feed.clone(), delivery: linked.delivery.hash, row: number }
}

/// The text of one cell as scopes and keys write it.
pub fn cell_text(feed: &Feed, linked: &Linked, column: &str, row: u32) -> Option<String> {
    let kind = feed.columns.get(column)?.ty;
    let value = value_at(linked.table.column_by_name(column)?, kind, row as usize);
    (!value.is_null()).then(|| value.to_string())
}

fn key_of(feed: &Feed, linked: &Linked, key: &[String], row: u32) -> String {
    let mut text = String::new();
    for column in key {
        text.push_str(&cell_text(feed, linked, column, row).unwrap_or_default());
        text.push('\u{1f}');
    }
    text
}

/// Valid date of row `row`.
pub fn valid_of(feed: &Feed, linked: &Linked, row: u32) -> Day {
    match &feed.valid {
        Valid::DataDate => linked.delivery.data_date,
        Valid::Column(name) => linked
            .table
            .column_by_name(name)
            .and_then(|column| column.as_primitive_opt::<Date32Type>())
            .filter(|days| days.is_valid(row as usize))
            .map_or(linked.delivery.data_date, |days| Day(days.value(row as usize))),
    }
}

/// The scope row `row` belongs to.
pub fn scope_of(feed: &Feed, scope: &Scope, linked: &Linked, row: u32) -> String {
    match scope {
        Scope::All => String::new(),
        Scope::ByMonth => valid_of(feed, linked, row).month().to_string(),
        Scope::ByYear => valid_of(feed, linked, row).year().to_string(),
        Scope::ByColumn(column) => cell_text(feed, linked, column, row).unwrap_or_default(),
    }
}

/// Which delivery a snapshot's scope was last replaced by.
struct Owners {
    /// Scope -> part. For states (dated by the delivery) the latest data date up to A wins, then the order of receipt.
    by_scope: BTreeMap<String, u32>,
}

impl Owners {
    fn new(feed: &Feed, parts: &[Arc<Linked>], as_of: Day) -> Self {
        let mut by_scope: BTreeMap<String, u32> = BTreeMap::new();
        for (part, linked) in (0_u32..).zip(parts) {
            let delivery = &linked.delivery;
            if feed.valid == Valid::DataDate && delivery.data_date > as_of {
                continue;
            }
            for scope in &delivery.scopes {
                let owner = by_scope.entry(scope.clone()).or_insert(part);
                let is_newer = match feed.valid {
                    Valid::DataDate => parts[*owner as usize].delivery.data_date <= delivery.data_date,
                    Valid::Column(_) => true,
                };
                if is_newer {
                    *owner = part;
                }
            }
        }
        Self { by_scope }
    }

    fn owner(&self, scope: &str) -> Option<u32> {
        self.by_scope.get(scope).copied()
    }

    fn owns_any(&self, part: u32) -> bool {
        self.by_scope.values().any(|owner| *owner == part)
    }
}

/// The refused rows of `feed` that still wait for the department, as (delivery sequence, row in file): their key was not accepted
/// since, nor their scope replaced.
#[must_use]
pub fn open_refusals(feed: &Feed, deliveries: &[Arc<Linked>]) -> BTreeSet<(u32, u32)> {
    let mut parts = deliveries.to_vec();
    parts.sort_by_key(|part| (part.delivery.received, part.delivery.sequence));
    let owners = Owners::new(feed, &parts, Day::MAX);
    active_refusals(feed, &parts, &owners)
        .into_iter()
        .map(|(part, index)| {
            let linked = &parts[part as usize];
            (linked.delivery.sequence, linked.refused[index as usize].row)
        })
        .collect()
}

/// The scope that refused row `index` stands in; `None` where it cannot be read.
pub fn refused_scope_of(feed: &Feed, scope: &Scope, linked: &Linked, index: usize) -> Option<String> {
    match scope {
        Scope::All => Some(String::new()),
        Scope::ByMonth => refused_valid_of(feed, linked, index).map(|day| day.month().to_string()),
        Scope::ByYear => refused_valid_of(feed, linked, index).map(|day| day.year().to_string()),
        Scope::ByColumn(column) => linked.refused[index].readable.get(column).cloned(),
    }
}

/// Valid date of refused row `index`, where it could be read.
fn refused_valid_of(feed: &Feed, linked: &Linked, index: usize) -> Option<Day> {
    match &feed.valid {
        Valid::DataDate => Some(linked.delivery.data_date),
        Valid::Column(name) => read_day(linked.refused[index].readable.get(name)?),
    }
}

/// Refused rows whose key was not accepted since and whose scope was not replaced.
fn active_refusals(feed: &Feed, parts: &[Arc<Linked>], owners: &Owners) -> Vec<(u32, u32)> {
    let mut active = Vec::new();
    let Some(oldest) = parts.iter().position(|part| !part.refused.is_empty()) else { return active };
    let mut accepted = Accepted::default();
    for (newer, linked) in parts.iter().enumerate().skip(oldest).rev() {
        let part = u32::try_from(newer).unwrap_or(u32::MAX);
        for row in 0..linked.refused.len() {
            let is_active = match &feed.mode {
                Mode::Snapshot(scope) => match refused_scope_of(feed, scope, linked, row) {
                    Some(text) => owners.owner(&text) == Some(part),
                    None => owners.owns_any(part),
                },
                Mode::Append => !accepted.has_like(feed, linked, row),
                Mode::Upsert(key) => match refused_key_of(linked, key, row) {
                    Some(key) => !accepted.keys.contains(&key),
                    None => !accepted.has_like(feed, linked, row),
                },
            };
            if is_active {
                active.push((part, u32::try_from(row).unwrap_or(u32::MAX)));
            }
        }
        if newer > oldest && !matches!(feed.mode, Mode::Snapshot(_)) {
            accepted.add(feed, linked);
        }
    }
    active.sort_unstable();
    active
}

fn refused_key_of(linked: &Linked, key: &[String], index: usize) -> Option<String> {
    let readable = &linked.refused[index].readable;
    key.iter().map(|column| Some(format!("{}\u{1f}", readable.get(column)?))).collect()
}

/// What later deliveries accepted: gathered from the newest to the oldest.
#[derive(Default)]
struct Accepted {
    /// Keys of an upsert.
    keys: HashSet<String>,
    /// (link, subject) -> valid dates, for rows without a key of their own.
    days: HashMap<(String, u32), Vec<Day>>,
}

impl Accepted {
    fn add(&mut self, feed: &Feed, linked: &Linked) {
        let rows = 0..u32::try_from(linked.table.num_rows()).unwrap_or(u32::MAX);
        if let Mode::Upsert(key) = &feed.mode {
            self.keys.extend(rows.clone().map(|row| key_of(feed, linked, key, row)));
        }
        for (kind, numbers) in &linked.links {
            for row in rows.clone().filter(|row| numbers[*row as usize] != NO_NUMBER) {
                let days = self.days.entry((kind.clone(), numbers[row as usize])).or_default();
                days.push(valid_of(feed, linked, row));
            }
        }
    }

    /// Whether a row was accepted that names the same subjects and the same day (where the refused row's day cannot be read:
    /// one that its delivery covers).
    fn has_like(&self, feed: &Feed, linked: &Linked, index: usize) -> bool {
        let valid = refused_valid_of(feed, linked, index);
        let is_day = |day: &Day| match (valid, linked.delivery.covers) {
            (Some(valid), _) => *day == valid,
            (None, Some(covers)) => covers.contains(*day),
            (None, None) => true,
        };
        let named = || linked.refused_links.iter().filter(|(_, numbers)| numbers[index] != NO_NUMBER);
        named().next().is_some()
            && named().all(|(kind, numbers)| {
                self.days.get(&(kind.clone(), numbers[index])).is_some_and(|days| days.iter().any(is_day))
            })
    }
}
