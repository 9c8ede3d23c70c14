//! Precision, recall and lead time of one model against what really was so.

use std::collections::{BTreeMap, BTreeSet};

use engine::Scene;
use pack::programme::Model;
use types::{Day, NO_NUMBER, Question};

use super::truth::{KnownCase, TruthSource, Whom};
use crate::Error;

/// Two counts: so many of so many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// So many ...
    pub part: u64,
    /// ... of so many.
    pub of: u64,
}

/// How a model did.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Measure {
    /// Of the subjects that were ever a hit (with verdicts: of those judged), how many are in the truth.
    pub precision: Share,
    /// Of the true cases, how many were ever a hit.
    pub recall: Share,
    /// Median over the true cases that were hit: days from the first hit to the case; negative where the hit came after.
    pub lead_days: Option<f64>,
    /// The true cases that were ever a hit: (kind, key).
    pub found: BTreeSet<(String, String)>,
    /// Those that never were: (kind, key); the kind is empty for a key that nobody in the folder has.
    pub missed: BTreeSet<(String, String)>,
    /// How many of those nobody in the folder has.
    pub unknown: u64,
}

/// Holds `first` (number -> date of its first hit, by position in `questions`) against `cases`.
pub fn measure(
    scene: &Scene<'_>,
    model: &Model,
    source: TruthSource,
    cases: &[KnownCase],
    first: &BTreeMap<u32, usize>,
    questions: &[Question],
    range: (Day, Day),
) -> Result<Measure, Error> {
    // First hits of whoever cases are about: of a place or group, that of the first of its subjects.
    let kinds: BTreeSet<&String> = cases
        .iter()
        .filter_map(|case| match &case.whom {
            Some((_, Whom::Above(kind, _))) => Some(kind),
            _ => None,
        })
        .collect();
    let mut above: BTreeMap<&String, Vec<u32>> = BTreeMap::new();
    for kind in kinds {
        above.insert(kind, scene.above(&model.subject, kind)?);
    }
    let mut hit: BTreeMap<Whom, usize> = BTreeMap::new();
    let mut whom_of = |number: u32, position: usize| {
        let mut all = vec![Whom::Own(number)];
        all.extend(above.iter().filter_map(|(kind, numbers)| {
            let of = numbers.get(number as usize).copied().filter(|of| *of != NO_NUMBER)?;
            Some(Whom::Above((*kind).clone(), of))
        }));
        for whom in &all {
            let known = hit.entry(whom.clone()).or_insert(position);
            *known = position.min(*known);
        }
        all
    };
    let with = |founded: bool| -> BTreeSet<&Whom> {
        cases.iter().filter(|case| case.founded == founded).filter_map(|case| Some(&case.whom.as_ref()?.1)).collect()
    };
    let (right, wrong) = (with(true), with(false));
    let mut precision = Share::default();
    for (number, position) in first {
        let whom = whom_of(*number, *position);
        let is_right = whom.iter().any(|whom| right.contains(whom));
        let is_judged = is_right || whom.iter().any(|whom| wrong.contains(whom));
        if is_judged || source == TruthSource::File {
            precision.of += 1;
            precision.part += u64::from(is_right);
        }
    }
    let mut measure = Measure { precision, ..Measure::default() };
    let mut leads: Vec<i32> = Vec::new();
    // What happened before the first date cannot be foretold, what comes after the last not yet be seen. A verdict is given later.
    let counts = |case: &&KnownCase| {
        case.founded && (source == TruthSource::Verdicts || (range.0 <= case.on && case.on <= range.1))
    };
    for case in cases.iter().filter(counts) {
        measure.recall.of += 1;
        measure.unknown += u64::from(case.whom.is_none());
        let kind = case.whom.as_ref().map_or_else(String::new, |(kind, _)| kind.clone());
        let subject = (kind, case.subject.clone());
        match case.whom.as_ref().and_then(|(_, whom)| hit.get(whom)) {
            Some(position) => {
                measure.recall.part += 1;
                measure.found.insert(subject);
                leads.push(case.on.0 - questions[*position].as_of.0);
            }
            None => {
                measure.missed.insert(subject);
            }
        }
    }
    measure.lead_days = median(leads);
    Ok(measure)
}

/// The middle one, or the mean of the two in the middle.
fn median(mut values: Vec<i32>) -> Option<f64> {
    values.sort_unstable();
    let upper = *values.get(values.len() / 2)?;
    let lower = values[(values.len() - 1) / 2];
    Some((f64::from(lower) + f64::from(upper)) / 2.0)
}

impl Share {
    /// As a number from 0 to 1; `None` of nothing.
    #[must_use]
    pub fn value(self) -> Option<f64> {
        (self.of > 0).then(|| self.part as f64 / self.of as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::median;

    #[test]
    fn the_middle_one_or_the_mean_of_two() {
        for (values, expected) in [
            (vec![], None),
            (vec![-3], Some(-3.0)),
            (vec![9, 1, 4], Some(4.0)),
            (vec![1, 4, 9, 2], Some(3.0)),
            (vec![1, 2], Some(1.5)),
        ] {
            assert_eq!(median(values), expected);
        }
    }
}
