//! An explanation as a reader sees it: rendered, masked, with the rows behind a value.

use std::collections::BTreeMap;

use pipeline::Cell;
use serde_json::{Value, json};
use types::{ConditionLine, EvidenceRow, Explanation, Lang, Text, ValueLine};

use crate::app::ask;
use crate::problem::Problem;
use crate::said;
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
        "sentence": text(&said::both(|lang| sentence(seen.explain.get(lang), &values, lang))),
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
    let ty = line.ty.as_deref().unwrap_or("text");
    let side = |side: &Option<String>, say: fn(&str, &str, Lang) -> String| {
        side.as_ref().map(|side| text(&said::both(|lang| say(ty, side, lang))))
    };
    json!({
        "text": line.text, "truth": line.truth, "left": side(&line.left, said::side),
        "right": side(&line.right, said::side), "distance": side(&line.distance, said::distance),
    })
}

fn value(desk: &Desk, line: &ValueLine) -> Value {
    let masked = !desk.view().shows(line.class);
    let programme = desk.programme();
    json!({
        "name": line.name, "title": text(&line.title), "text": text(&words(line)), "covered": line.covered,
        "masked": masked && line.value.is_some(), "reasons": line.reasons.iter().map(reason).collect::<Vec<_>>(),
        "remarks": line.stamps.iter().map(|stamp| text(&said::both(|lang| said::stamp(programme, stamp, lang)))).collect::<Vec<_>>(),
        "rows": line.evidence.count, "class": class_word(line.class),
    })
}

/// A value with its unit, or the word for none or unknown; why it is unknown is said beside it.
pub(crate) fn words(line: &ValueLine) -> Text {
    match (&line.value, line.covered) {
        (Some(value), true) => said::both(|lang| said::with_unit(&line.ty, line.unit.as_deref(), value, lang)),
        (None, true) => Text::new("无", "none"),
        (_, false) => Text::new("未知", "unknown"),
    }
}

/// The model's sentence with the values in its places.
fn sentence(template: &str, values: &BTreeMap<&str, &ValueLine>, lang: Lang) -> String {
    let mut out = String::new();
    let mut rest = template;
    while let Some(start) = rest.find('{') {
        let Some(length) = rest[start..].find('}') else { break };
        out.push_str(&rest[..start]);
        let name = &rest[start + 1..start + length];
        // The sentence brings the unit.
        out.push_str(&match values.get(name).map(|line| (line, &line.value)) {
            Some((line, Some(value))) if line.covered => said::text(&line.ty, value, lang),
            Some((line, _)) => words(line).get(lang).to_owned(),
            None => name.to_owned(),
        });
        rest = &rest[start + length + 1..];
    }
    out.push_str(rest);
    out
}

/// The rows behind the value `name`, with their cells as far as the reader may see them.
pub(crate) async fn rows_of(desk: &Desk, found: &Explanation, name: &str) -> Result<Value, Problem> {
    let line = found.values.iter().find(|line| line.name == name).ok_or_else(Problem::not_found)?;
    let deliveries = desk.app.folder.store.deliveries().await?;
    let programme = desk.programme();
    let listed: Vec<EvidenceRow> = line.evidence.rows.iter().take(LISTED).cloned().collect();
    let asked = listed.clone();
    let cells = ask(&desk.loaded, move |view| Ok(view.source_rows(&asked))).await?;
    let rows: Vec<Value> = listed
        .iter()
        .map(|row| {
            let delivery = deliveries.iter().find(|stored| stored.delivery.hash == row.delivery);
            let title = programme.feeds.get(&row.feed).map(|feed| feed.title.clone()).unwrap_or_default();
            let cells = cells.get(&(row.delivery, row.row)).into_iter().flatten();
            json!({
                "feed": row.feed, "feed_title": text(&title), "delivery": row.delivery.to_string(),
                "file_name": delivery.map(|stored| stored.delivery.file_name.clone()).unwrap_or_default(),
                "row": row.row,
                "received": delivery.map(|stored| stored.delivery.received.to_string()).unwrap_or_default(),
                "cells": cells.filter_map(|cell| source_cell(desk, &row.feed, cell)).collect::<Vec<_>>(),
            })
        })
        .collect();
    let more = line.evidence.count > rows.len() as u64;
    Ok(json!({"value": name, "count": line.evidence.count, "rows": rows, "more": more}))
}

/// A cell under its column's title, masked by the column's class.
fn source_cell(desk: &Desk, feed: &str, cell: &Cell) -> Option<Value> {
    let column = desk.programme().feeds.get(feed)?.columns.get(&cell.column)?;
    let seen = cell.value.as_ref().map(|value| desk.view().cell(feed, Some(&cell.column), value));
    let words = seen.as_ref().map(|seen| text(&said::both(|lang| said::as_written(column.ty, seen, lang))));
    Some(json!({
        "name": cell.column, "title": text(&column.title), "text": words, "masked": seen != cell.value, "source": null,
    }))
}
