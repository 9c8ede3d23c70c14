//! New hits as work: how many a place has a week.

use std::collections::{BTreeMap, BTreeSet};

use arrow_buffer::BooleanBuffer;
use engine::Scene;
use pack::programme::Model;
use types::Question;

use super::track::DateCounts;
use crate::roster::counts;
use crate::{Error, level};

/// New hits after the first date: those of the first are what has piled up until then.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Workload {
    /// How many.
    pub new: u64,
    /// Weeks from the first date to the last.
    pub weeks: f64,
    /// Place level that they are counted on; `None` where subjects have no place.
    pub level: Option<String>,
    /// Places on that level at the last date.
    pub places: u64,
    /// New hits per place and week; `None` where there is no week or no place.
    pub per_place_week: Option<f64>,
    /// The place with the most new hits, and how many.
    pub busiest: Option<(String, u64)>,
}

/// Where new hits are, from date to date.
pub struct Places<'b> {
    asked: Option<&'b str>,
    /// By kind: the level it is counted on, found once.
    levels: BTreeMap<String, Option<String>>,
    /// By kind: the place of each on that level, at this date.
    place_of: BTreeMap<String, Vec<u32>>,
    is_first: bool,
    dates: usize,
    /// By model: new hits by the number of their place.
    opened: BTreeMap<String, Vec<u64>>,
}

impl<'b> Places<'b> {
    /// Counted on the level `asked`, or that on which most subjects of each kind live.
    pub fn new(asked: Option<&'b str>) -> Self {
        Self {
            asked,
            levels: BTreeMap::new(),
            place_of: BTreeMap::new(),
            is_first: true,
            dates: 0,
            opened: BTreeMap::new(),
        }
    }

    /// The next date begins.
    pub fn next(&mut self) {
        self.place_of.clear();
        self.is_first = self.dates == 0;
        self.dates += 1;
    }

    /// Adds the subjects `new` of `model`, whose episodes open at this date.
    pub fn opened(&mut self, scene: &Scene<'_>, model: &Model, new: &BooleanBuffer) -> Result<(), Error> {
        let kind = &model.subject;
        self.level(scene, kind)?;
        if self.is_first || new.count_set_bits() == 0 {
            return Ok(());
        }
        let Some(Some(level)) = self.levels.get(kind) else { return Ok(()) };
        if !self.place_of.contains_key(kind) {
            self.place_of.insert(kind.clone(), scene.above(kind, level)?);
        }
        let place_of = &self.place_of[kind];
        let opened = self.opened.entry(model.id.clone()).or_default();
        opened.resize(scene.size(level)?.max(opened.len()), 0);
        for number in new.set_indices() {
            if let Some(count) = opened.get_mut(place_of[number] as usize) {
                *count += 1;
            }
        }
        Ok(())
    }

    /// Finds the level that `kind` is counted on, the first time it is seen.
    fn level(&mut self, scene: &Scene<'_>, kind: &str) -> Result<(), Error> {
        if self.levels.contains_key(kind) {
            return Ok(());
        }
        let level = if self.asked.is_some() {
            level::chosen(scene, Some(kind), self.asked)?
        } else {
            let place_of = scene.place_of(kind)?;
            let members = scene.members(kind)?;
            let homes: Vec<(u32, u64)> = counts(members.set_indices().map(|number| place_of[number])).collect();
            level::narrowest(scene, &homes, members.count_set_bits() as u64)?
        };
        self.levels.insert(kind.to_owned(), level);
        Ok(())
    }

    /// The work of a model of `kind` with these answers, at the scene of the last date.
    pub fn workload(
        &self,
        scene: &Scene<'_>,
        kind: &str,
        dates: &[DateCounts],
        questions: &[Question],
    ) -> Result<Workload, Error> {
        let days = match questions {
            [first, .., last] => last.as_of.0 - first.as_of.0,
            _ => 0,
        };
        let (new, weeks) = (dates.iter().skip(1).map(|date| date.new).sum(), f64::from(days) / 7.0);
        let level = self.levels.get(kind).cloned().flatten();
        let places = match &level {
            Some(level) => scene.members(level)?.count_set_bits() as u64,
            None => 0,
        };
        let per_place_week = (days > 0 && places > 0).then(|| new as f64 / weeks / places as f64);
        Ok(Workload { new, weeks, level, places, per_place_week, busiest: None })
    }

    /// The place where `model`, of `kind`, had the most new hits, the first of equals, at the scene of the last date.
    pub fn busiest(&self, scene: &Scene<'_>, model: &str, kind: &str) -> Result<Option<(String, u64)>, Error> {
        let (Some(opened), Some(Some(level))) = (self.opened.get(model), self.levels.get(kind)) else {
            return Ok(None);
        };
        let most = opened.iter().copied().max().unwrap_or(0);
        let busiest = (0_u32..).zip(opened).filter(|(_, count)| most > 0 && **count == most);
        let keys: BTreeSet<String> =
            busiest.map(|(number, _)| scene.key(level, number)).collect::<Result<_, engine::Fault>>()?;
        Ok(keys.into_iter().next().map(|key| (key, most)))
    }
}
