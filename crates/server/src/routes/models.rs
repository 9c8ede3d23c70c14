//! Models: what they say, how often they were right, what would be if a line moved.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Extension, Path, Query, State};
use engine::Counts;
use pack::lineage;
use pack::programme::{Model, ModelKind, Parameter, Reference};
use pipeline::{ChangeRequest, WhatIfRequest};
use serde::Deserialize;
use serde_json::{Value, json};
use store::Scope;
use types::{SubjectRef, Type};

use super::explained::condition;
use crate::app::{App, ask};
use crate::caller::Caller;
use crate::problem::{Problem, refused};
use crate::wire::{Asked, Desk, limit, page, text};

#[derive(Deserialize)]
struct WhatIfCommand {
    #[serde(default)]
    set: BTreeMap<String, String>,
    #[serde(default)]
    when: Option<String>,
    #[serde(default)]
    weeks: Option<u32>,
    #[serde(default)]
    level: Option<String>,
}

/// Subjects listed by name.
const LISTED: usize = 100;
/// A share of founded verdicts under which a model is flagged, once enough were given.
const FLOOR: f64 = 0.05;
const ENOUGH: u64 = 20;

/// Whether `scope` holds every place there is.
fn holds_all(desk: &Desk, scope: &Scope) -> bool {
    let top = desk
        .loaded
        .places
        .iter()
        .filter(|(_, place)| place.parent.as_ref().is_none_or(|parent| !desk.loaded.places.contains_key(parent)));
    top.map(|(code, _)| code).all(|code| scope.holds(code))
}

/// How many of `scope` got `answer`, by model.
async fn counted(desk: &Desk, scope: &Scope, models: Vec<String>) -> Result<BTreeMap<String, [u64; 4]>, Problem> {
    let all = holds_all(desk, scope);
    let scope = scope.clone();
    ask(&desk.loaded, move |view| {
        let (mut counts, mut here) = (BTreeMap::new(), BTreeMap::new());
        for id in models {
            let model = view.programme.models.get(&id).filter(|_| !all);
            let found = match model.map(|model| model.subject.as_str()) {
                None => view.screen.counts(&id)?,
                Some(kind) => {
                    if !here.contains_key(kind) {
                        here.insert(kind, view.screen.living(kind, |place| scope.holds(place))?);
                    }
                    match here.get(kind) {
                        Some(here) => view.screen.counts_among(&id, here)?,
                        None => Counts::default(),
                    }
                }
            };
            counts.insert(id, [found.hit, found.clear, found.undetermined, found.outside]);
        }
        Ok(counts)
    })
    .await
}

pub(crate) async fn list_models(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Query(asked): Asked,
) -> Result<Json<Value>, Problem> {
    let desk = Desk::of(app).await?;
    let scope = caller.scope(desk.programme(), "models");
    let programme = Arc::clone(desk.programme());
    let of_pack = |model: &&Model| {
        let pack = programme.packs.get(model.pack).map(|info| info.id.as_str());
        asked.get("pack").is_none_or(|wanted| Some(wanted.as_str()) == pack)
    };
    let models: Vec<&Model> = programme.models.values().filter(of_pack).collect();
    let counts = counted(&desk, &scope, models.iter().map(|model| model.id.clone()).collect()).await?;
    let verdicts = desk.app.folder.store.verdict_counts(&scope).await?;
    let items: Vec<Value> =
        models.iter().map(|model| line(&desk, model, counts.get(&model.id), verdicts.get(&model.id))).collect();
    let run = desk.app.folder.store.next_run().await?.checked_sub(1).filter(|run| *run > 0);
    Ok(Json(json!({"items": items, "run": run, "as_of": desk.today().to_string()})))
}

fn line(desk: &Desk, model: &Model, counts: Option<&[u64; 4]>, verdicts: Option<&(u64, u64, u64)>) -> Value {
    let programme = desk.programme();
    let (open, judged, founded) = verdicts.copied().unwrap_or_default();
    // Both are small counts.
    let rate = (judged > 0).then(|| founded as f64 / judged as f64);
    json!({
        "id": model.id, "pack": programme.packs.get(model.pack).map(|info| info.id.clone()).unwrap_or_default(),
        "title": text(&model.title), "subject": model.subject,
        "subject_title": text(&desk.kind_title(&model.subject)),
        "kind": if model.kind == ModelKind::Clue { "clue" } else { "data_quality" }, "shadow": model.is_shadow,
        "basis": model.basis.clone().unwrap_or_default(), "hits": counts.map(|counts| counts[0]),
        "undetermined": counts.map(|counts| counts[2]), "open_clues": open, "judged": judged, "founded": founded,
        "hit_rate": rate, "floor": FLOOR, "flagged": judged >= ENOUGH && rate.is_some_and(|rate| rate < FLOOR),
    })
}

pub(crate) async fn get_model(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Result<Json<Value>, Problem> {
    let desk = Desk::of(app).await?;
    let scope = caller.scope(desk.programme(), "models");
    let programme = Arc::clone(desk.programme());
    let model = programme.models.get(&id).ok_or_else(Problem::not_found)?;
    let counts = counted(&desk, &scope, vec![id.clone()]).await?;
    let verdicts = desk.app.folder.store.verdict_counts(&scope).await?;
    let formulas = || {
        let levels = model.severity.levels.iter().filter_map(|level| level.when.as_ref());
        model.population.iter().chain([&model.when]).chain(levels)
    };
    let rules = engine::rules_of(&programme, model);
    let mut seen = Vec::new();
    let mut reads = Vec::new();
    for formula in formulas() {
        for input in &formula.compiled.inputs {
            let Some((prefix, name)) = named(input) else { continue };
            let Some(reference) = programme.resolve(&model.subject, prefix, name) else { continue };
            let shown = prefix.map_or_else(|| name.to_owned(), |prefix| format!("{prefix}.{name}"));
            if seen.contains(&shown) {
                continue;
            }
            let feature = programme.feature(&reference.kind, &reference.name).filter(|_| !reference.attribute);
            let attribute = programme.register_of(&reference.kind).and_then(|of| of.attributes.get(&reference.name));
            let title = feature.map(|feature| feature.title.clone()).or_else(|| attribute.map(|own| own.title.clone()));
            reads.push(json!({
                "name": shown, "title": text(&title.unwrap_or_default()),
                "what": if reference.attribute { "attribute" } else { "feature" },
                "definition": feature.and_then(definition), "feeds": feeds_behind(&desk, &reference),
            }));
            seen.push(shown);
        }
    }
    let parameters: Vec<Value> = rules
        .parameters
        .iter()
        .filter_map(|name| programme.parameters.get(name.as_str()))
        .map(|parameter| parameter_line(&desk, parameter, &scope))
        .collect();
    let levels: Vec<Value> = match programme.places().map(|register| &register.shape) {
        Some(pack::programme::Shape::Place { levels, titles, .. }) => {
            levels.iter().zip(titles).map(|(level, title)| crate::wire::option(level, title)).collect()
        }
        _ => Vec::new(),
    };
    let history = if holds_all(&desk, &scope) { history(&desk, &id).await? } else { Vec::new() };
    let severity: Vec<Value> = model
        .severity
        .levels
        .iter()
        .map(|level| json!({"level": level.name, "when": level.when.as_ref().map(|when| when.compiled.text.clone())}))
        .collect();
    let opens = model.opens.as_ref().and_then(|opens| programme.workflows.get(&opens.workflow));
    Ok(Json(json!({
        "line": line(&desk, model, counts.get(&id), verdicts.get(&id)),
        "population": model.population.as_ref().map(|formula| formula.compiled.text.clone()).unwrap_or_default(),
        "when": model.when.compiled.text, "severity": severity, "explain": text(&model.explain),
        "quiet_days": model.quiet_days, "opens": opens.map(|workflow| text(&workflow.title)), "reads": reads,
        "parameters": parameters, "levels": levels, "history": history,
    })))
}

/// The feeds that a value comes from, through whatever it reads in turn.
fn feeds_behind(desk: &Desk, reference: &Reference) -> Vec<Value> {
    let programme = desk.programme();
    let own = lineage::Reads { values: BTreeSet::from([reference.clone()]), ..lineage::Reads::default() };
    let names: BTreeSet<String> = lineage::values_behind(programme, &own)
        .iter()
        .flat_map(|behind| lineage::feeds_of_value(programme, behind))
        .collect();
    let title = |name: &String| programme.feeds.get(name).map(|feed| feed.title.clone()).unwrap_or_default();
    names.iter().map(|name| json!({"id": name, "title": text(&title(name))})).collect()
}

fn named(input: &expr::Input) -> Option<(Option<&str>, &str)> {
    match input {
        expr::Input::Name { prefix, name } => Some((prefix.as_deref(), name)),
        _ => None,
    }
}

fn definition(feature: &pack::programme::Feature) -> Option<String> {
    match &feature.shape {
        pack::programme::FeatureShape::Rows(rows) => Some(format!("{} ({})", rows.aggregate.text, rows.feed)),
        pack::programme::FeatureShape::Formula(formula) => Some(formula.text.clone()),
        pack::programme::FeatureShape::Members(_) => None,
    }
}

fn parameter_line(desk: &Desk, parameter: &Parameter, scope: &Scope) -> Value {
    let today = desk.today();
    let values: Vec<Value> = parameter
        .values
        .iter()
        .filter(|value| value.in_force(today, today))
        .map(|value| {
            json!({"place": desk.place(&value.place), "value": said(&value.value), "from": value.from.to_string()})
        })
        .collect();
    let place = scope.places.first().map(String::as_str).unwrap_or_default();
    let current = parameter.at(place, today, today);
    let basis = current.or_else(|| parameter.values.last()).map(|value| value.basis.clone()).unwrap_or_default();
    let slider = current.filter(|_| parameter.table.is_none()).and_then(|value| slider(parameter, &value.value));
    json!({
        "name": parameter.name, "title": text(&parameter.title), "type": parameter.ty.word(), "unit": unit(parameter.ty),
        "basis": basis, "values": values, "slider": slider,
    })
}

fn unit(ty: Type) -> Option<Value> {
    match ty {
        Type::Number { unit, .. } | Type::Real { unit } if unit != types::Unit::None => {
            Some(text(&crate::said::unit(unit.word())))
        }
        _ => None,
    }
}

/// From nothing to three times what is in force, in about a hundred round steps.
fn slider(parameter: &Parameter, value: &types::Value) -> Option<Value> {
    let types::Value::Number(number) = value else { return None };
    let Type::Number { scale, .. } = parameter.ty else { return None };
    let current = number.to_f64();
    if current <= 0.0 {
        return None;
    }
    let rough = current * 3.0 / 100.0;
    let mut step = 10_f64.powf(rough.log10().floor());
    if scale == 0 {
        step = step.max(1.0);
    }
    let decimals = usize::from(if step < 1.0 { scale.min(6) } else { 0 });
    let most = (current * 3.0 / step).ceil() * step;
    Some(json!({
        "min": "0", "max": format!("{most:.decimals$}"), "step": format!("{step:.decimals$}"),
        "value": said(value),
    }))
}

fn said(value: &types::Value) -> String {
    match value {
        types::Value::Number(number) => number.normalised().to_string(),
        types::Value::Table(_) => "…".to_owned(),
        other => other.to_string(),
    }
}

async fn history(desk: &Desk, id: &str) -> Result<Vec<Value>, Problem> {
    let runs = desk.app.folder.store.runs().await?;
    let lines = runs.iter().rev().take(24).filter_map(|run| {
        let counts = run.counts.get(id)?;
        Some(json!({
            "run": run.id, "as_of": run.question.as_of.to_string(), "hit": counts.hit,
            "undetermined": counts.undetermined,
        }))
    });
    Ok(lines.collect())
}

pub(crate) async fn what_if(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    bytes: Bytes,
) -> Result<Json<Value>, Problem> {
    let command: WhatIfCommand = crate::wire::body(&bytes)?;
    let weeks = command.weeks.unwrap_or(4);
    if !(1..=52).contains(&weeks) {
        return Err(refused("bad-request", "周数为 1 到 52", "1 to 52 weeks"));
    }
    let desk = Desk::of(app).await?;
    let scope = caller.scope(desk.programme(), "models");
    let model = desk.programme().models.get(&id).ok_or_else(Problem::not_found)?.clone();
    let all = holds_all(&desk, &scope);
    let request = WhatIfRequest {
        model: id.clone(),
        change: ChangeRequest { lines: command.set.into_iter().collect(), when: command.when },
        by: None,
        level: command.level,
        weeks,
        threads: 1,
        listed: Some(LISTED),
        within: (!all).then(|| scope.places.clone()),
    };
    let begun = desk.app.now().micros;
    let mut answer = ask(&desk.loaded, move |view| view.what_if(&request)).await?;
    // Days are far from where a double cannot hold microseconds.
    let milliseconds = (desk.app.now().micros - begun) as f64 / 1000.0;
    let (stay, entering, leaving) = (answer.own.stay, answer.own.enter, answer.own.leave);
    let own = if all { None } else { counted(&desk, &scope, vec![id.clone()]).await?.remove(&id) };
    let (before, after) = match own {
        None => (answer.before, answer.after),
        Some([hit, clear, undetermined, outside]) => {
            let before = Counts { hit, clear, undetermined, outside };
            // Within a part only hits are known to the last; the rest of the change is clear or not yet told.
            let after = Counts { hit: stay + entering, clear: (clear + leaving).saturating_sub(entering), ..before };
            (before, after)
        }
    };
    let counts = |counts: Counts| {
        json!({
            "hit": counts.hit, "clear": counts.clear, "undetermined": counts.undetermined, "outside": counts.outside,
        })
    };
    let seen = |code: &str| scope.holds(code) || (code.is_empty() && all);
    let place = |code: &str| if code.is_empty() { Value::Null } else { desk.place(code) };
    let (mut level, mut places) = (None, Vec::new());
    if let Some(by_place) = answer.by_place.take() {
        level = Some(by_place.level);
        places = by_place
            .places
            .iter()
            .filter(|(code, _)| seen(code))
            .map(|(code, moves)| {
                json!({"place": place(code), "stay": moves.stay, "enter": moves.enter, "leave": moves.leave})
            })
            .collect();
    }
    let visits = answer.visits.take().map(|visits| {
        let own: Vec<(&String, &u64)> = visits.places.iter().filter(|(code, _)| seen(code)).collect();
        let count = if all { visits.count } else { own.iter().map(|(_, count)| **count).sum() };
        let lines: Vec<Value> = own
            .iter()
            .map(|(code, count)| {
                let per_week = **count as f64 / f64::from(visits.weeks.max(1));
                json!({"place": place(code), "count": count, "per_week": (per_week * 10.0).round() / 10.0})
            })
            .collect();
        json!({
            "kind": visits.kind, "kind_title": text(&desk.kind_title(&visits.kind)), "count": count,
            "unlinked": if all { visits.unlinked } else { 0 }, "weeks": visits.weeks, "level": visits.level,
            "places": lines,
        })
    });
    let subjects = |keys: &[String]| {
        let of = |key: &String| SubjectRef { kind: model.subject.clone(), key: key.clone() };
        keys.iter().take(LISTED).map(|key| desk.subject(Some(&of(key)))).collect::<Vec<_>>()
    };
    Ok(Json(json!({
        "before": counts(before), "after": counts(after), "stay": stay, "enter": entering, "leave": leaving,
        "level": level, "places": places, "visits": visits, "entering": subjects(&answer.enter),
        "leaving": subjects(&answer.leave), "milliseconds": (milliseconds * 10.0).round() / 10.0,
    })))
}

pub(crate) async fn near(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Query(asked): Asked,
) -> Result<Json<Value>, Problem> {
    let desk = Desk::of(app).await?;
    let scope = caller.scope(desk.programme(), "models");
    let kind = desk.programme().models.get(&id).ok_or_else(Problem::not_found)?.subject.clone();
    let within = asked.get("place").cloned();
    let lines = ask(&desk.loaded, move |view| {
        let lines = view.near(&id)?;
        let keys: Vec<String> = lines.iter().map(|line| line.subject.key.clone()).collect();
        let places = view.screen.places_of(&kind, &keys)?;
        let holds = |place: &Option<String>| {
            place.as_ref().is_some_and(|place| {
                scope.holds(place) && within.as_ref().is_none_or(|within| place.starts_with(within.as_str()))
            })
        };
        Ok(lines.into_iter().zip(places).filter(|(_, place)| holds(place)).collect::<Vec<_>>())
    })
    .await?;
    let wanted = limit(&asked)? as usize;
    let from: usize = asked.get("after").and_then(|after| after.parse().ok()).unwrap_or(0);
    let items: Vec<Value> = lines
        .iter()
        .skip(from)
        .take(wanted)
        .map(|(near, place)| {
            let seen = desk.view().near(near);
            let place = place.as_ref().map(|place| desk.place(&desk.view().place(&near.subject.kind, place)));
            let reasons: Vec<Value> = seen.reasons.iter().map(|reason| text(&reason.text())).collect();
            json!({
                "subject": desk.subject(Some(&near.subject)), "place": place, "answer": near.answer.word(),
                "condition": condition(&seen.condition), "reasons": reasons,
            })
        })
        .collect();
    let next = (from + items.len() < lines.len()).then(|| (from + items.len()).to_string());
    Ok(Json(page(items, next, lines.len() as u64)))
}
