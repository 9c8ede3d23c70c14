//! Two folders of the same truth, one without defects: every difference between what was found, tied to a defect.

use std::collections::{BTreeMap, BTreeSet};

use pipeline::found::{Found, FoundByModel};
use types::{Day, Month};

use super::files::Defect;
use super::measure::changes;

/// A late file has come by then, in days, and what it lifted or dropped has been asked about once more.
const LATEST: i32 = 75;
/// And a correction.
const CORRECTED_WITHIN: i32 = 110;

/// A difference: a subject that a model hits in one folder on dates on which it does not in the other.
#[derive(Clone, Debug)]
pub struct Difference {
    /// The model.
    pub model: String,
    /// Key of the subject.
    pub key: String,
    /// Kind of the subject.
    pub kind: String,
    /// Only with defects, or only without; both where it was found at other times.
    pub side: Side,
    /// The first date that differs.
    pub first: Day,
    /// What it is tied to.
    pub tie: Tie,
}

/// Where a subject was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// In the clean folder only.
    Lost,
    /// In the folder with defects only.
    Added,
    /// In both, from another date or to another one.
    Moved,
}

impl Side {
    /// The word in files.
    pub fn word(self) -> &'static str {
        match self {
            Self::Lost => "lost",
            Self::Added => "added",
            Self::Moved => "other dates",
        }
    }
}

/// What a difference comes from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tie {
    /// A cell or row of a file, by key: what was done, the file, the line.
    Row(String, String, u64),
    /// A whole file, by feed, what it is about, and what happened to it.
    File(String, String, String),
    /// Nothing that was put in.
    Nothing,
}

/// A subject found by a model: kind, owner, place, and the times it was a hit.
struct Met<'f> {
    model: &'f FoundByModel,
    owner: &'f str,
    place: &'f str,
    spells: BTreeSet<(Day, Day)>,
}

/// Every difference between two folders.
pub fn differences(clean: &Found, messy: &Found, defects: &[Defect]) -> Vec<Difference> {
    let (clean, messy) = (met(clean), met(messy));
    let by = Defects::new(defects);
    let subjects: BTreeSet<&(&str, &str)> = clean.keys().chain(messy.keys()).collect();
    let mut differences = Vec::new();
    for subject in subjects {
        let (was, is) = (clean.get(subject), messy.get(subject));
        let (side, one) = match (was, is) {
            (Some(was), Some(is)) if was.spells == is.spells => continue,
            (Some(_), Some(is)) => (Side::Moved, is),
            (Some(was), None) => (Side::Lost, was),
            (None, Some(is)) => (Side::Added, is),
            (None, None) => continue,
        };
        let spells = |met: Option<&Met<'_>>| met.map(|met| met.spells.clone()).unwrap_or_default();
        let differ = spells(was).symmetric_difference(&spells(is)).copied().collect::<Vec<_>>();
        let first = differ.iter().map(|(first, _)| *first).min().unwrap_or(Day::MIN);
        let last = differ.iter().map(|(_, last)| *last).max().unwrap_or(Day::MIN);
        differences.push(Difference {
            model: one.model.model.clone(),
            key: subject.1.to_owned(),
            kind: one.model.kind.clone(),
            side,
            first,
            tie: by.tie(subject.1, one, (first, last)),
        });
    }
    differences
}

fn met(found: &Found) -> BTreeMap<(&str, &str), Met<'_>> {
    let mut subjects: BTreeMap<(&str, &str), Met<'_>> = BTreeMap::new();
    for model in &found.models {
        for spell in &model.spells {
            let new = || Met { model, owner: &spell.owner, place: &spell.place, spells: BTreeSet::new() };
            let met = subjects.entry((&model.model, &spell.key)).or_insert_with(new);
            met.spells.insert((spell.first, spell.last));
        }
    }
    subjects
}

/// The defects, by what they are looked up with.
struct Defects<'d> {
    rows: BTreeMap<&'d str, Vec<&'d Defect>>,
    places: BTreeMap<&'d str, Vec<&'d Defect>>,
    files: Vec<&'d Defect>,
}

impl<'d> Defects<'d> {
    fn new(defects: &'d [Defect]) -> Self {
        let mut all = Self { rows: BTreeMap::new(), places: BTreeMap::new(), files: Vec::new() };
        for defect in defects {
            if defect.row.is_none() {
                all.files.push(defect);
            } else if changes(&defect.what) {
                for key in BTreeSet::from([defect.key.as_str(), defect.household.as_str()]) {
                    all.rows.entry(key).or_default().push(defect);
                }
                all.places.entry(&defect.place).or_default().push(defect);
            }
        }
        all
    }

    /// By its own key or its owner's; by the defects in its place, for what counts over a place or over rows of many; by a whole file.
    fn tie(&self, key: &str, met: &Met<'_>, dates: (Day, Day)) -> Tie {
        let read = |defect: &&&Defect| met.model.feeds.contains(&defect.feed);
        let row = |defect: &&Defect| Tie::Row(defect.what.clone(), defect.file.clone(), defect.row.unwrap_or(0));
        for key in [key, met.owner] {
            let own = self.rows.get(key).map(Vec::as_slice).unwrap_or_default();
            if let Some(defect) = own.iter().find(read) {
                return row(defect);
            }
        }
        let files = self.files.iter().filter(|defect| met.model.feeds.contains(&defect.feed));
        // The files whose trouble falls on these dates, the gravest first; a file sent twice changes nothing.
        let fits = files.filter_map(|defect| Some((trouble(defect, dates)?, *defect)));
        let file = fits.min_by_key(|(rank, _)| *rank).map(|(_, defect)| defect);
        if let Some(defect) = file {
            return Tie::File(defect.feed.clone(), defect.scope.clone(), defect.what.clone());
        }
        // What counts over many rows, by the rows of its place; anything, by the rows about its place.
        let here = if met.model.counts_many && codes::place::level(key).is_some() { key } else { met.place };
        if !here.is_empty() {
            let near = self.places.range(here..).take_while(|(place, _)| place.starts_with(here));
            let near = near.flat_map(|(_, defects)| defects);
            let about = |defect: &&&Defect| met.model.counts_many || defect.household.is_empty();
            if let Some(defect) = near.filter(about).find(read) {
                return row(defect);
            }
        }
        Tie::Nothing
    }
}

/// How likely a file's trouble is behind a difference on some dates: never sent before late before corrected, and among the same the latest
/// that was due by then; `None` where it cannot be.
fn trouble(defect: &Defect, (first, last): (Day, Day)) -> Option<(u8, i32)> {
    // A file that never came or came late says when it was due; a correction is about a month and comes within three.
    let due = Day::parse(&defect.was).or_else(|| Month::parse(&defect.scope).map(Month::last_day));
    let due = due.or_else(|| Day::parse(&defect.scope))?;
    let rank = match defect.what.as_str() {
        "never_sent" if due <= last => 0,
        "late" if due <= last && first.0 <= due.0 + LATEST => 1,
        "correction" if due <= last && first.0 <= due.0 + CORRECTED_WITHIN => 2,
        _ => return None,
    };
    Some((rank, (last.0 - due.0).abs()))
}
