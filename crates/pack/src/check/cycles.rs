//! JW0212: features that read each other in a circle have no value to begin with.

use std::collections::{BTreeMap, BTreeSet};

use crate::code;
use crate::finding::Findings;
use crate::meaning::world::FeatureKey;
use crate::raw::RawFeature;

/// One finding for each circle among the features that wait for each other.
pub(crate) fn feature_cycles(
    waits_for: &BTreeMap<FeatureKey, BTreeSet<FeatureKey>>,
    tasks: &BTreeMap<FeatureKey, &RawFeature>,
    findings: &mut Findings,
) {
    let mut visited: BTreeSet<&FeatureKey> = BTreeSet::new();
    for start in waits_for.keys() {
        let mut path: Vec<&FeatureKey> = Vec::new();
        let mut at = start;
        // From each, one of those it waits for; the walk ends where it has been before.
        while visited.insert(at) {
            path.push(at);
            match waits_for.get(at).and_then(|others| others.iter().find(|other| waits_for.contains_key(*other))) {
                Some(next) => at = next,
                None => break,
            }
        }
        let Some(first) = path.iter().position(|key| *key == at) else { continue };
        let circle = &path[first..];
        if !waits_for.get(*circle.last().unwrap_or(&at)).is_some_and(|others| others.contains(at)) {
            continue;
        }
        let Some(raw) = tasks.get(at) else { continue };
        let names: Vec<_> = circle.iter().chain([&at]).map(|(_, name)| format!("`{name}`")).collect();
        let draft = findings.error(
            code::CYCLIC_FEATURES,
            raw.name.at,
            format!("特征互相依赖：{}", names.join(" → ")),
            format!("features read each other: {}", names.join(" -> ")),
        );
        for other in circle.iter().skip(1).filter_map(|key| tasks.get(*key)) {
            draft.related(other.name.at, "它也在这个环里", "it is part of the circle");
        }
    }
}
