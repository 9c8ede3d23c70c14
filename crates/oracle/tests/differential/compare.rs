//! One seed: both sides asked, and what differs.

use std::collections::{BTreeMap, BTreeSet};

use oracle::oracle::{Answers, Oracle, Valued};
use oracle::{Case, Situations};
use types::{Question, Reason, Type, Unit};

use crate::describe;
use crate::engine_side::{self, EngineAnswers, Shown, Value};

/// Compares the case of `seed`: what it met, and the differences (one a question at most).
pub fn seed(seed: u64) -> Result<(Situations, Vec<String>), String> {
    let (case, mut situations) = oracle::generate::case(seed)?;
    let oracle = Oracle::new(&case).map_err(|error| format!("seed {seed}: {error}"))?;
    let mut tables = engine_side::tables(&case);
    let mut differences = Vec::new();
    for question in &case.questions {
        let said = oracle.ask(*question).map_err(|error| format!("seed {seed}: {question:?}: {error}"))?;
        situations.extend(&said.situations);
        let mut values = Vec::new();
        let engine =
            engine_side::ask(&case, &mut tables, *question, &mut |value| values = different_values(&said, value));
        let engine = match engine {
            Ok(engine) => engine,
            Err(fault) => {
                differences.push(format!("seed {seed}: {question:?}: the engine fails: {fault}"));
                continue;
            }
        };
        let found = first_difference(&case, *question, &said, &values, &engine);
        differences.extend(found.map(|text| format!("{text}seed {seed}\n")));
    }
    Ok((situations, differences))
}

type Different = (String, String, String, Valued, Option<Shown>);

fn different_values(said: &Answers, value: Value<'_>) -> Vec<Different> {
    let mut different = Vec::new();
    for ((kind, name), subjects) in &said.values {
        for (key, valued) in subjects {
            let shown = value(kind, name, key);
            if !shown.as_ref().is_some_and(|shown| is_same(valued, shown)) {
                different.push((kind.clone(), name.clone(), key.clone(), valued.clone(), shown));
            }
        }
    }
    different
}

/// Money is shown in fen, other numbers in full.
fn is_same(valued: &Valued, shown: &Shown) -> bool {
    if valued.covered != shown.covered {
        return false;
    }
    if !valued.covered {
        // A refused row may be named beside the feed's own reason, or not.
        let named = |reasons: &BTreeSet<Reason>| {
            let others: BTreeSet<Reason> =
                reasons.iter().copied().filter(|reason| *reason != Reason::RowRefused).collect();
            if others.is_empty() { reasons.clone() } else { others }
        };
        return named(&valued.reasons) == named(&shown.reasons);
    }
    use rusqlite::types::Value as Sql;
    match (&valued.value, &shown.value) {
        (Sql::Null, None) => true,
        (Sql::Null, _) | (_, None) => false,
        (Sql::Integer(value), Some(text)) => match valued.ty {
            Type::Bool => text.parse() == Ok(*value != 0),
            Type::Year => text.parse() == Ok(*value),
            Type::MONEY => text.parse() == Ok(*value),
            Type::Number { scale, .. } => {
                types::Decimal::parse(text) == Some(types::Decimal::new(i128::from(*value), scale))
            }
            _ => text.parse() == Ok(*value),
        },
        (Sql::Real(value), Some(text)) => {
            let value = if matches!(valued.ty, Type::Real { unit: Unit::Yuan }) { value * 100.0 } else { *value };
            text.parse::<f64>().is_ok_and(|shown| (shown - value).abs() <= 1e-12 * value.abs())
        }
        (Sql::Text(value), Some(text)) => text == value,
        (Sql::Blob(_), _) => false,
    }
}

fn first_difference(
    case: &Case,
    question: Question,
    said: &Answers,
    values: &[Different],
    engine: &EngineAnswers,
) -> Option<String> {
    // Attributes before features, features in the order in which they read each other.
    let order: BTreeMap<(&str, &str), usize> = case
        .programme
        .features
        .iter()
        .zip(1..)
        .map(|(feature, at)| ((feature.kind.as_str(), feature.name.as_str()), at))
        .collect();
    let first =
        values.iter().min_by_key(|(kind, name, ..)| order.get(&(kind.as_str(), name.as_str())).copied().unwrap_or(0));
    if let Some((kind, name, key, valued, shown)) = first {
        let what = format!(
            "{kind}.{name} of {key}: {} values differ\n  oracle: {valued:?}\n  engine: {shown:?}",
            values.len()
        );
        return Some(describe::difference(case, question, name, &what));
    }
    for (model, subjects) in &said.said {
        let kind = &case.programme.models[model].subject;
        let engine = &engine.said[model];
        for key in subjects.keys().chain(engine.keys()) {
            let oracle = subjects.get(key).map(|said| (said.answer, said.severity.clone()));
            if oracle.as_ref() != engine.get(key) {
                let what = format!("{model} of {kind} {key}\n  oracle: {oracle:?}\n  engine: {:?}", engine.get(key));
                return Some(describe::difference(case, question, model, &what));
            }
        }
    }
    for (model, near) in &said.near {
        let engine = &engine.near[model];
        let keys: BTreeSet<&String> =
            near.iter().map(|miss| &miss.key).chain(engine.keys().map(|(key, _)| key)).collect();
        for key in keys {
            let ours = near.iter().find(|miss| miss.key == *key);
            let theirs = engine.iter().find(|((other, _), _)| other == key);
            let is_same = match (ours, theirs) {
                (Some(ours), Some(((_, answer), conditions))) => {
                    ours.answer == *answer && ours.conditions == conditions.len()
                }
                _ => false,
            };
            if !is_same {
                let what = format!("near {model} of {key}\n  oracle: {ours:?}\n  engine: {theirs:?}");
                return Some(describe::difference(case, question, model, &what));
            }
        }
    }
    None
}
