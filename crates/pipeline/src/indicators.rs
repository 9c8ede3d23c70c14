//! Indicators of the places of a data folder: number, target, trend, and the list behind a number.

use std::collections::{BTreeMap, BTreeSet};

use pack::programme::{Indicator, Reference};
use types::{Day, Figure, Listing, Question, ValueLine};

use crate::{Error, Inquiry};

/// One indicator of one place.
#[derive(Clone, Debug)]
pub struct IndicatorFigure {
    /// Id of the indicator.
    pub indicator: String,
    /// The number at A, the target, and whether it is reached.
    pub figure: Figure,
    /// The number on earlier days, the earliest first, by what is known by K; `None` where the place was in no list then.
    pub trend: Vec<(Day, Option<ValueLine>)>,
}

impl Inquiry {
    /// Every indicator of the place `place`, or of all places on its levels; with the trend where `with_trend`. In order of pack,
    /// id, level and place.
    ///
    /// # Errors
    /// `unknown-place`, or a fault.
    pub fn indicators(
        &self,
        place: Option<&str>,
        wanted: impl Fn(&Indicator) -> bool,
        with_trend: bool,
        threads: usize,
    ) -> Result<Vec<IndicatorFigure>, Error> {
        let programme = self.programme();
        let mut indicators: Vec<&Indicator> =
            programme.indicators.values().filter(|indicator| wanted(indicator)).collect();
        indicators.sort_by_key(|indicator| (indicator.pack, &indicator.id));
        let now = self.figures(self.question(), &indicators, place, threads)?;
        if let (Some(place), true) = (place, now.is_empty()) {
            self.known_place(place)?;
        }
        let mut earlier: BTreeMap<Day, Vec<&Indicator>> = BTreeMap::new();
        for indicator in indicators.iter().filter(|_| with_trend) {
            for day in self.trend_days(indicator) {
                earlier.entry(day).or_default().push(indicator);
            }
        }
        let mut before: BTreeMap<(Day, String, String, String), ValueLine> = BTreeMap::new();
        for (day, asked) in earlier {
            let question = Question { as_of: day, known_by: self.question().known_by };
            for (id, figure) in self.figures(question, &asked, place, threads)? {
                before.insert((day, id, figure.place.kind.clone(), figure.place.key.clone()), figure.actual);
            }
        }
        let with_days = |(id, figure): (String, Figure)| {
            let days = programme.indicators.get(&id).filter(|_| with_trend).map(|found| self.trend_days(found));
            let line = |day: Day| {
                let key = (day, id.clone(), figure.place.kind.clone(), figure.place.key.clone());
                (day, before.get(&key).cloned())
            };
            let trend = days.unwrap_or_default().into_iter().map(line).collect();
            IndicatorFigure { indicator: id.clone(), figure, trend }
        };
        Ok(now.into_iter().map(with_days).collect())
    }

    /// The list behind the number of `indicator` for the place `place`; `None` where nothing can be listed, or there is no such
    /// place at A.
    ///
    /// # Errors
    /// A fault.
    pub fn behind(
        &self,
        indicator: &Indicator,
        level: &str,
        place: &str,
        threads: usize,
    ) -> Result<Option<Listing>, Error> {
        let Some(list) = &indicator.list else { return Ok(None) };
        let scene = engine::Scene::new(self.programme(), self.tables(), self.question())?;
        let screen = engine::values_of(&scene, threads, &BTreeSet::from([reference(level, list)]))?;
        Ok(screen.listing(level, list, place)?)
    }

    /// The indicator `id`.
    ///
    /// # Errors
    /// `unknown-indicator`.
    pub fn indicator(&self, id: &str) -> Result<&Indicator, Error> {
        self.programme().indicators.get(id).ok_or_else(|| {
            let known: Vec<&str> = self.programme().indicators.keys().map(String::as_str).collect();
            Error::refused(
                "unknown-indicator",
                format!("没有指标 `{id}`；已有：{}", known.join("、")),
                format!("there is no indicator `{id}`; there are: {}", known.join(", ")),
            )
        })
    }

    /// The figures of `indicators` at `question`.
    fn figures(
        &self,
        question: Question,
        indicators: &[&Indicator],
        place: Option<&str>,
        threads: usize,
    ) -> Result<Vec<(String, Figure)>, Error> {
        let scene = engine::Scene::new(self.programme(), self.tables(), question)?;
        let wanted = indicators
            .iter()
            .flat_map(|indicator| indicator.levels.iter().map(|level| reference(level, &indicator.actual)));
        let screen = engine::values_of(&scene, threads, &wanted.collect())?;
        let mut figures = Vec::new();
        for indicator in indicators {
            for level in &indicator.levels {
                let keys = match place {
                    Some(place) => vec![place.to_owned()],
                    None => screen.keys(level)?,
                };
                for key in keys {
                    let figure = screen.figure(indicator, level, &key)?;
                    figures.extend(figure.map(|figure| (indicator.id.clone(), figure)));
                }
            }
        }
        Ok(figures)
    }

    /// The days of the trend, the earliest first.
    fn trend_days(&self, indicator: &Indicator) -> Vec<Day> {
        let Some(trend) = indicator.trend else { return Vec::new() };
        let day = |back: u32| {
            let count = i32::try_from(back).unwrap_or(i32::MAX);
            let step = types::Period {
                months: trend.step.months.saturating_mul(count),
                days: trend.step.days.saturating_mul(count),
            };
            step.before(self.question().as_of)
        };
        (1..=trend.points).rev().map(day).collect()
    }

    /// Refuses a place that nobody knows; one without indicators is no mistake.
    fn known_place(&self, place: &str) -> Result<(), Error> {
        let scene = engine::Scene::new(self.programme(), self.tables(), self.question())?;
        let Some(register) = self.programme().places() else { return Ok(()) };
        if scene.number(&register.name, place).is_some() {
            return Ok(());
        }
        Err(Error::refused(
            "unknown-place",
            format!("行政区划里没有 `{place}`"),
            format!("there is no place `{place}`"),
        ))
    }
}

fn reference(level: &str, name: &str) -> Reference {
    Reference { kind: level.to_owned(), name: name.to_owned(), attribute: false }
}
