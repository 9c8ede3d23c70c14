//! Refused rows that still wait for the department.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use pack::programme::{Feed, Mode, Scope, Valid};
use types::{Day, Linked, Month, NO_NUMBER, Year};

use super::cells::{key_of, valid_of};
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
        Scope::ByColumn(column) => linked.refused[index].readable.get(column).cloned(),
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

/// A day, or the first day of a month or year, from its canonical text.
fn read_day(text: &str) -> Option<Day> {
    Day::parse(text)
        .or_else(|| Month::parse(text).map(Month::first_day))
        .or_else(|| Year::parse(text).map(Year::first_day))
}
