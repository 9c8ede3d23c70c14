//! An explanation as a reader sees it: rendered, masked, with the rows behind a value.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use types::{ConditionLine, Explanation, Stamp, Text, ValueLine};

use crate::mask::HIDDEN;
use crate::problem::Problem;
use crate::wire::{Desk, both, class_word, text};

/// Rows that are listed.
const LISTED: usize = 100;

pub(crate) fn explanation(desk: &Desk, found: &Explanation) -> Result<Value, Problem> {
    let seen = desk.view().explanation(found);
    let values: BTreeMap<&str, &ValueLine> = seen.values.iter().map(|line| (line.name.as_str(), line)).collect();
    let model = desk.programme().models.get(&found.model);
    let reasons: Vec<Value> = seen.reasons.iter().map(reason).collect();
    Ok(json!({
        "answer": seen.answer.word(),
        "sentence": both(sentence(&seen.explain.zh, &values, true), sentence(&seen.explain.en, &values, false)),
        "as_of": seen.as_of.to_string(), "known_by": seen.known_by.to_string(), "severity": seen.severity,
        "severity_unsure": seen.severity_unsure,
        "population": seen.population.iter().map(condition).collect::<Vec<_>>(),
        "conditions": seen.conditions.iter().map(condition).collect::<Vec<_>>(),
        "reasons": reasons, "values": seen.values.iter().map(|line| value(desk, line)).collect::<Vec<_>>(),
        "basis": model.and_then(|model| model.basis.clone()).unwrap_or_default(), "pack": seen.pack,
    }))
}

fn reason(line: &types::ReasonLine) -> Value {
    let word = line.reason.text();
    both(format!("{}（{}）", word.zh, line.about), format!("{} ({})", word.en, line.about))
}

pub(crate) fn condition(line: &ConditionLine) -> Value {
    let side = |side: &Option<String>| side.as_ref().map(|text| shown(line.ty.as_deref().unwrap_or_default(), text));
    json!({
        "text": line.text, "truth": line.truth, "left": side(&line.left), "right": side(&line.right),
        "distance": side(&line.distance),
    })
}

fn value(desk: &Desk, line: &ValueLine) -> Value {
    let masked = !desk.view().shows(line.class);
    let words = said(line);
    json!({
        "name": line.name, "title": text(&line.title), "text": words, "covered": line.covered,
        "masked": masked && line.value.is_some(), "reasons": line.reasons.iter().map(reason).collect::<Vec<_>>(),
        "remarks": line.stamps.iter().filter_map(remark).map(|remark| text(&remark)).collect::<Vec<_>>(),
        "rows": line.evidence.count, "class": class_word(line.class),
    })
}

/// A value in words: with its unit, or the word for none or unknown.
fn said(line: &ValueLine) -> String {
    match &line.value {
        None if line.covered => "无 / none".to_owned(),
        None => "未知 / unknown".to_owned(),
        Some(value) if value == HIDDEN => value.clone(),
        Some(value) => {
            let unit = line.unit.as_deref().map(|unit| if unit == "yuan" { "元" } else { unit }).unwrap_or_default();
            format!("{} {unit}", shown(&line.ty, value)).trim_end().to_owned()
        }
    }
}

/// A canonical text as people read it: money stands there in fen.
pub(crate) fn shown(ty: &str, value: &str) -> String {
    match ty {
        "money" => yuan(value),
        "bool" => if value == "true" { "是 / yes" } else { "否 / no" }.to_owned(),
        _ => value.to_owned(),
    }
}

fn yuan(fen: &str) -> String {
    let Some(number) = types::Decimal::parse(fen) else { return fen.to_owned() };
    types::Decimal::new(number.mantissa, number.scale.saturating_add(2)).normalised().to_string()
}

/// The model's sentence with the values in its places.
fn sentence(template: &str, values: &BTreeMap<&str, &ValueLine>, zh: bool) -> String {
    let mut out = String::new();
    let mut rest = template;
    while let Some(start) = rest.find('{') {
        let Some(length) = rest[start..].find('}') else { break };
        out.push_str(&rest[..start]);
        let name = &rest[start + 1..start + length];
        out.push_str(&match values.get(name) {
            Some(line) => match &line.value {
                Some(value) => shown(&line.ty, value),
                None if line.covered => if zh { "无" } else { "none" }.to_owned(),
                None => if zh { "未知" } else { "unknown" }.to_owned(),
            },
            None => name.to_owned(),
        });
        rest = &rest[start + length + 1..];
    }
    out.push_str(rest);
    out
}

fn remark(stamp: &Stamp) -> Option<Text> {
    Some(match stamp {
        Stamp::DataTo { day } => Text::new(format!("数据截至 {day}"), format!("data to {day}")),
        Stamp::Since { day } => Text::new(format!("自 {day} 起"), format!("since {day}")),
        Stamp::NullCells { count } => Text::new(format!("{count} 个空值未计"), format!("{count} empty cells skipped")),
        Stamp::WhereUnknown { count } => {
            Text::new(format!("{count} 行无法判断"), format!("{count} rows could not be told"))
        }
        Stamp::Unreadable { count } => {
            Text::new(format!("同批 {count} 行看不出是谁的"), format!("{count} refused rows of unknown subjects"))
        }
        Stamp::MembersNotCovered { count, of } => {
            Text::new(format!("{of} 中有 {count} 未覆盖"), format!("{count} of {of} not covered"))
        }
        Stamp::Assumed => Text::new("按首次名单推定", "assumed from the first list"),
        Stamp::Outvoted { source, value } => {
            Text::new(format!("{source} 另有 {value}"), format!("{source} says {value}"))
        }
        Stamp::Source { source } => Text::new(format!("来自 {source}"), format!("from {source}")),
        Stamp::Table { table, basis, .. } => {
            Text::new(format!("依据 {table}（{basis}）"), format!("by {table} ({basis})"))
        }
    })
}

/// The rows behind the value `name`.
pub(crate) async fn rows_of(desk: &Desk, found: &Explanation, name: &str) -> Result<Value, Problem> {
    let line = found.values.iter().find(|line| line.name == name).ok_or_else(Problem::not_found)?;
    let deliveries = desk.app.folder.store.deliveries().await?;
    let programme = desk.programme();
    let rows: Vec<Value> = line
        .evidence
        .rows
        .iter()
        .take(LISTED)
        .map(|row| {
            let delivery = deliveries.iter().find(|stored| stored.delivery.hash == row.delivery);
            let title = programme.feeds.get(&row.feed).map(|feed| feed.title.clone()).unwrap_or_default();
            json!({
                "feed": row.feed, "feed_title": text(&title), "delivery": row.delivery.to_string(),
                "file_name": delivery.map(|stored| stored.delivery.file_name.clone()).unwrap_or_default(),
                "row": row.row,
                "received": delivery.map(|stored| stored.delivery.received.to_string()).unwrap_or_default(),
                "cells": [],
            })
        })
        .collect();
    let more = line.evidence.count > rows.len() as u64;
    Ok(json!({"value": name, "count": line.evidence.count, "rows": rows, "more": more}))
}
