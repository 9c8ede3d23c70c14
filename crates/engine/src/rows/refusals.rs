//! Refused rows that still wait for the department.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use arrow_buffer::ScalarBuffer;
use pack::programme::{Feed, Mode, Scope, Valid};
use types::{CodeKind, Day, Linked, Month, NO_NUMBER, Type, Year};

use super::cells::{file_row, key_of, valid_of};
use super::owners::Owners;

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
        Scope::ByColumn(column) => linked.refused[index].readable.get(column).map(str::to_owned),
    }
}

/// Valid date of refused row `index`, where it could be read.
pub fn refused_valid_of(feed: &Feed, linked: &Linked, index: usize) -> Option<Day> {
    match &feed.valid {
        Valid::DataDate => Some(linked.delivery.data_date),
        Valid::Column(name) => read_day(linked.refused[index].readable.get(name)?),
    }
}

/// Refused rows whose key was not accepted since and whose scope was not replaced.
pub fn active_refusals(feed: &Feed, parts: &[Arc<Linked>], owners: &Owners) -> Vec<(u32, u32)> {
    let mut active = Vec::new();
    let Some(oldest) = parts.iter().position(|part| !part.refused.is_empty()) else { return active };
    let mut accepted = Accepted::default();
    for (newer, linked) in parts.iter().enumerate().skip(oldest).rev() {
        let part = u32::try_from(newer).unwrap_or(u32::MAX);
        let below = match &feed.mode {
            Mode::Upsert(key) if !linked.refused.is_empty() => last_of_keys(feed, linked, key),
            _ => HashMap::new(),
        };
        for row in 0..linked.refused.len() {
            let is_active = match &feed.mode {
                Mode::Snapshot(scope) => match refused_scope_of(feed, scope, linked, row) {
                    Some(text) => owners.owner(&text) == Some(part),
                    None => owners.owns_any(part),
                },
                Mode::Append => !accepted.has_like(feed, parts, linked, row),
                Mode::Upsert(key) => match refused_key_of(linked, key, row) {
                    Some(key) => {
                        let is_below = below.get(&key).is_some_and(|last| *last > linked.refused[row].row);
                        !is_below && !accepted.keys.contains(&key)
                    }
                    None => !accepted.has_like(feed, parts, linked, row),
                },
            };
            if is_active {
                active.push((part, u32::try_from(row).unwrap_or(u32::MAX)));
            }
        }
        if newer > oldest && !matches!(feed.mode, Mode::Snapshot(_)) {
            accepted.add(feed, part, linked);
        }
    }
    active.sort_unstable();
    active
}

fn refused_key_of(linked: &Linked, key: &[String], index: usize) -> Option<String> {
    let readable = &linked.refused[index].readable;
    key.iter().map(|column| Some(format!("{}\u{1f}", readable.get(column)?))).collect()
}

/// The number of the last accepted row of each key in one file.
fn last_of_keys(feed: &Feed, linked: &Linked, key: &[String]) -> HashMap<String, u32> {
    let mut last = HashMap::new();
    for row in 0..u32::try_from(linked.table.num_rows()).unwrap_or(u32::MAX) {
        let number: &mut u32 = last.entry(key_of(feed, linked, key, row)).or_default();
        *number = file_row(linked, row).max(*number);
    }
    last
}

/// What later deliveries accepted: gathered from the newest to the oldest.
#[derive(Default)]
struct Accepted {
    /// Keys of an upsert.
    keys: HashSet<String>,
    /// (link, subject) -> (part, row), for rows without a key of their own.
    rows: HashMap<(String, u32), Vec<(u32, u32)>>,
}

impl Accepted {
    fn add(&mut self, feed: &Feed, part: u32, linked: &Linked) {
        let rows = 0..u32::try_from(linked.table.num_rows()).unwrap_or(u32::MAX);
        if let Mode::Upsert(key) = &feed.mode {
            self.keys.extend(rows.clone().map(|row| key_of(feed, linked, key, row)));
        }
        for (kind, numbers) in linked.links.iter().filter(|(kind, _)| !kind.contains(':')) {
            for row in rows.clone().filter(|row| numbers[*row as usize] != NO_NUMBER) {
                self.rows.entry((kind.clone(), numbers[row as usize])).or_default().push((part, row));
            }
        }
    }

    /// Whether one row was accepted that names every subject that could be read of the refused row, on its day (where that cannot
    /// be read: on one that its delivery covers). A row of which a place, and nobody, could be read is like none.
    fn has_like(&self, feed: &Feed, parts: &[Arc<Linked>], linked: &Linked, index: usize) -> bool {
        let valid = refused_valid_of(feed, linked, index);
        let is_day = |day: Day| match (valid, linked.delivery.covers) {
            (Some(valid), _) => day == valid,
            (None, Some(covers)) => covers.contains(day),
            (None, None) => true,
        };
        // Own links and the groups made of the feed; not the columns in which a register finds what its members belong to.
        let links = || linked.refused_links.iter().filter(|(kind, _)| !kind.contains(':'));
        let named = || links().filter(|(_, numbers)| numbers[index] != NO_NUMBER);
        let is_place = |kind: &String| matches!(type_of_link(feed, kind), Some(Type::Code(CodeKind("place"))));
        let only_places = feed.links.keys().all(is_place);
        let says_who = |kind: &String| only_places || (feed.links.contains_key(kind) && !is_place(kind));
        let Some((kind, numbers)) = named().find(|(kind, _)| says_who(kind)) else { return false };
        let Some(rows) = self.rows.get(&(kind.clone(), numbers[index])) else { return false };
        rows.iter().any(|(part, row)| {
            let other = &parts[*part as usize];
            let same = |(kind, numbers): (&String, &ScalarBuffer<u32>)| {
                other.links.get(kind).is_some_and(|others| others[*row as usize] == numbers[index])
            };
            is_day(valid_of(feed, other, *row)) && named().all(same)
        })
    }
}

/// Type of the column that a link names.
fn type_of_link(feed: &Feed, kind: &str) -> Option<Type> {
    feed.columns.get(feed.links.get(kind)?).map(|column| column.ty)
}

/// A day, or the first day of a month or year, from its canonical text.
fn read_day(text: &str) -> Option<Day> {
    Day::parse(text)
        .or_else(|| Month::parse(text).map(Month::first_day))
        .or_else(|| Year::parse(text).map(Year::first_day))
}
