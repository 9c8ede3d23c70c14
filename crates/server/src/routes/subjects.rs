//! Subjects of any kind: found, shown masked, revealed for a purpose that is logged.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Extension, Path, Query, State};
use pack::programme::Shape;
use serde::Deserialize;
use serde_json::{Value, json};
use store::{Access, CaseFilter, ClueFilter, NewAccess, Scope};
use types::{Class, SubjectRef, Text, ValueLine};

use super::cases::{self, place_of};
use super::explained::words;
use crate::app::{App, ask};
use crate::caller::Caller;
use crate::mask::{HIDDEN, canonical_key};
use crate::problem::{Problem, refused};
use crate::wire::{Asked, Desk, both, class_word, limit, page, text};

#[derive(Deserialize)]
struct RevealCommand {
    purpose: String,
    fields: Vec<String>,
}

/// The fewest characters of a purpose.
const SHORTEST: usize = 4;
/// Stands for the kind of a case, whose masked fields are revealed in the same way.
const CASE: &str = "case";
/// Stands for the key among the fields.
const KEY: &str = "key";

pub(crate) async fn kinds(State(app): State<Arc<App>>) -> Result<Json<Value>, Problem> {
    let desk = Desk::of(app).await?;
    let programme = desk.programme();
    let mut items = Vec::new();
    for register in programme.registers.values() {
        match &register.shape {
            Shape::Place { levels, .. } => {
                for level in levels {
                    items.push(json!({"id": level, "title": text(&desk.kind_title(level))}));
                }
            }
            Shape::Members { .. } | Shape::Derived { .. } => {
                items.push(json!({"id": register.name, "title": text(&register.title)}));
            }
        }
    }
    Ok(Json(json!({"items": items})))
}

pub(crate) async fn find_subjects(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Query(asked): Asked,
) -> Result<Json<Value>, Problem> {
    let desk = Desk::of(app).await?;
    let kind = asked.get("kind").cloned().unwrap_or_default();
    if !desk.programme().is_kind(&kind) {
        return Err(Problem::not_found());
    }
    let scope = caller.scope(desk.programme(), "subjects");
    let within = asked.get("place").cloned();
    let holds = move |place: &str| {
        scope.holds(place) && within.as_ref().is_none_or(|within| place.starts_with(within.as_str()))
    };
    let wanted = limit(&asked)? as usize;
    let query = asked.get("q").map(|query| query.trim().to_owned()).filter(|query| !query.is_empty());
    let typed = match &query {
        // A part finds nothing, and what is no key finds nothing: the answer does not say which.
        Some(query) => Some(canonical_key(desk.programme(), &kind, query).unwrap_or_default()),
        None => None,
    };
    let after = match asked.get("after") {
        Some(reference) => Some(desk.app.subject(&kind, reference)?.key),
        None => None,
    };
    let of = kind.clone();
    let (found, total) = ask(&desk.loaded, move |view| {
        let Some(key) = typed else {
            // One more than is shown: whether there is a next page.
            let roster = view.roster(&of, holds, after.as_deref(), wanted + 1)?;
            return Ok((roster.lines, roster.total));
        };
        let place = match view.screen.is_subject(&of, &key) {
            true => view.screen.place(&of, &key)?.filter(|place| holds(place)),
            false => None,
        };
        let found: Vec<(String, String)> = place.into_iter().map(|place| (key.clone(), place)).collect();
        let total = found.len() as u64;
        Ok((found, total))
    })
    .await?;
    let more = found.len() > wanted;
    let (subjects, places): (Vec<SubjectRef>, Vec<String>) =
        found.into_iter().take(wanted).map(|(key, place)| (SubjectRef { kind: kind.clone(), key }, place)).unzip();
    let counts = counts(&desk, &caller, &subjects).await?;
    let next = subjects.last().filter(|_| more).map(|subject| desk.app.reference(subject));
    let mut items = Vec::new();
    for ((subject, place), (clues, cases)) in subjects.into_iter().zip(places).zip(counts) {
        let place = desk.place(&desk.view().place(&kind, &place));
        items.push(
            json!({"subject": desk.subject(Some(&subject)), "place": place, "open_clues": clues, "open_cases": cases}),
        );
    }
    Ok(Json(page(items, next, total)))
}

/// How many open clues and open cases of each subject the caller may see.
async fn counts(desk: &Desk, caller: &Caller, subjects: &[SubjectRef]) -> Result<Vec<(u64, u64)>, Problem> {
    let store = &desk.app.folder.store;
    let clues = ClueFilter {
        scope: Some(caller.scope(desk.programme(), "clues")),
        state: Some(casework::ClueState::Open),
        ..ClueFilter::default()
    };
    let cases = CaseFilter { scope: caller.scope(desk.programme(), "cases"), open: true, ..CaseFilter::default() };
    let clues = store.count_clues_of(&clues, subjects).await?;
    let cases = store.count_cases_of(&cases, subjects).await?;
    Ok(clues.into_iter().zip(cases).collect())
}

/// The subject of an address, with its place, where the caller may see it.
async fn seen(
    desk: &Desk,
    caller: &Caller,
    area: &str,
    kind: &str,
    reference: &str,
) -> Result<(SubjectRef, String), Problem> {
    let subject = desk.app.subject(kind, reference)?;
    let place = place_of(desk, &subject).await?.ok_or_else(Problem::not_found)?;
    if !caller.scope(desk.programme(), area).holds(&place) {
        return Err(Problem::not_found());
    }
    Ok((subject, place))
}

pub(crate) async fn get_subject(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path((kind, reference)): Path<(String, String)>,
) -> Result<Json<Value>, Problem> {
    let desk = Desk::of(app).await?;
    let (subject, place) = seen(&desk, &caller, "subjects", &kind, &reference).await?;
    let looked = subject.clone();
    let programme = Arc::clone(desk.programme());
    let (lines, above, below) = ask(&desk.loaded, move |view| {
        let (kind, key) = (&looked.kind, &looked.key);
        let mut names: Vec<String> = Vec::new();
        if let Some(register) = programme.register_of(kind) {
            names.extend(register.attributes.keys().cloned());
        }
        names.extend(
            programme.features.iter().filter(|feature| feature.kind == *kind).map(|feature| feature.name.clone()),
        );
        let mut lines: Vec<ValueLine> = Vec::new();
        for name in names {
            lines.extend(view.screen.named(kind, &name, key)?);
        }
        let above = view.screen.belongs_to(kind, key)?;
        let mut below: Vec<SubjectRef> = Vec::new();
        if programme.level(kind).is_none() {
            for other in programme.registers.values().filter(|other| matches!(other.shape, Shape::Members { .. })) {
                if programme.kinds_above(&other.name).contains(kind) {
                    below.extend(view.screen.members_of(kind, key, &other.name)?);
                }
            }
        }
        Ok((lines, above, below))
    })
    .await?;
    let attributes: Vec<Value> = lines.iter().map(|line| value(&desk, line)).collect();
    let mut related = Vec::new();
    if let Some(above) = &above {
        let title = desk.kind_title(&above.kind);
        related.push(json!({"title": text(&title), "subjects": [desk.subject(Some(above))]}));
    }
    if !below.is_empty() {
        let subjects: Vec<Value> = below.iter().take(50).map(|subject| desk.subject(Some(subject))).collect();
        related.push(json!({"title": both("成员", "members"), "subjects": subjects}));
    }
    let store = &desk.app.folder.store;
    let pair = Some((subject.kind.clone(), subject.key.clone()));
    let mut clues = Vec::new();
    if caller.may(desk.programme(), "clues") {
        let filter = ClueFilter {
            scope: Some(caller.scope(desk.programme(), "clues")),
            subject: pair.clone(),
            limit: Some(50),
            ..ClueFilter::default()
        };
        clues = super::clues::listed(&desk, &store.clues(&filter).await?).await?;
    }
    let mut cases = Vec::new();
    let filter = CaseFilter {
        scope: caller.scope(desk.programme(), "cases"),
        subject: pair,
        limit: 50,
        ..CaseFilter::default()
    };
    for record in store.cases(&filter).await? {
        cases.push(cases::line(&desk, &record).await?);
    }
    let shown_place = desk.view().place(&subject.kind, &place);
    Ok(Json(json!({
        "subject": desk.subject(Some(&subject)), "place": desk.place(&shown_place), "attributes": attributes,
        "related": related, "clues": clues, "cases": cases, "as_of": desk.today().to_string(),
    })))
}

fn value(desk: &Desk, line: &ValueLine) -> Value {
    let masked = !desk.view().shows(line.class) && line.value.is_some();
    let words = if masked { Text::new(HIDDEN, HIDDEN) } else { words(line) };
    let reasons: Vec<Value> = line.reasons.iter().map(|reason| text(&reason.text())).collect();
    json!({
        "name": line.name, "title": text(&line.title), "text": text(&words), "covered": line.covered, "masked": masked,
        "reasons": reasons, "class": class_word(line.class),
    })
}

pub(crate) async fn reveal(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path((kind, reference)): Path<(String, String)>,
    bytes: Bytes,
) -> Result<Json<Value>, Problem> {
    let command: RevealCommand = crate::wire::body(&bytes)?;
    let purpose = command.purpose.trim().to_owned();
    if purpose.chars().count() < SHORTEST {
        return Err(refused("purpose-missing", "必须写明用途", "a purpose must be stated"));
    }
    let desk = Desk::of(app).await?;
    let (subject, place, values) = if kind == CASE {
        case_fields(&desk, &caller, &reference, &command.fields).await?
    } else {
        let (subject, place) = seen(&desk, &caller, "reveal", &kind, &reference).await?;
        let values = subject_fields(&desk, &subject, &command.fields).await?;
        (subject, place, values)
    };
    let now = desk.app.now();
    let access =
        NewAccess { who: caller.person.name.clone(), purpose, subject, place, fields: command.fields, at: now.at };
    let logged = desk.app.folder.store.append_access(&access).await?;
    Ok(Json(json!({"values": values, "logged": logged})))
}

async fn subject_fields(desk: &Desk, subject: &SubjectRef, fields: &[String]) -> Result<Vec<Value>, Problem> {
    let (looked, names) = (subject.clone(), fields.to_vec());
    let lines = ask(&desk.loaded, move |view| {
        let mut lines = Vec::new();
        for name in names.iter().filter(|name| *name != KEY) {
            lines.extend(view.screen.named(&looked.kind, name, &looked.key).ok().flatten());
        }
        Ok(lines)
    })
    .await?;
    let mut values = Vec::new();
    if fields.iter().any(|name| name == KEY) {
        values.push(json!({
            "name": KEY, "title": both("编号", "key"), "text": both(&subject.key, &subject.key), "masked": false, "source": null,
        }));
    }
    for line in lines {
        // Secret stays secret, whatever the purpose.
        let masked = line.class == Class::Secret;
        let words = if masked { Text::new(HIDDEN, HIDDEN) } else { words(&line) };
        values.push(json!({
            "name": line.name, "title": text(&line.title), "masked": masked, "source": null,
            "text": text(&words),
        }));
    }
    Ok(values)
}

async fn case_fields(
    desk: &Desk,
    caller: &Caller,
    id: &str,
    fields: &[String],
) -> Result<(SubjectRef, String, Vec<Value>), Problem> {
    let opened = cases::open(desk, caller, id).await?;
    if !caller.scope(desk.programme(), "reveal").holds(&opened.case.place) {
        return Err(Problem::not_found());
    }
    let steps = opened.steps()?;
    let values = fields
        .iter()
        .filter_map(|name| {
            let known = opened.case.known.get(name)?;
            let secret = steps.fields.get(name).is_none_or(|field| field.class == Class::Secret);
            Some(crate::wire::filled(&desk.view(), steps, name, &known.value, !secret))
        })
        .collect();
    let own = SubjectRef { kind: CASE.to_owned(), key: opened.case.id.to_string() };
    Ok((opened.case.subject.clone().unwrap_or(own), opened.case.place.clone(), values))
}

pub(crate) async fn subject_access(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path((kind, reference)): Path<(String, String)>,
    Query(asked): Asked,
) -> Result<Json<Value>, Problem> {
    let desk = Desk::of(app).await?;
    let (subject, _) = seen(&desk, &caller, "subjects", &kind, &reference).await?;
    let scope = caller.scope(desk.programme(), "subjects");
    log(&desk, &scope, Some(&subject), &asked).await
}

pub(crate) async fn access(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Query(asked): Asked,
) -> Result<Json<Value>, Problem> {
    let desk = Desk::of(app).await?;
    let scope = caller.scope(desk.programme(), "access");
    log(&desk, &scope, None, &asked).await
}

async fn log(
    desk: &Desk,
    scope: &Scope,
    subject: Option<&SubjectRef>,
    asked: &std::collections::BTreeMap<String, String>,
) -> Result<Json<Value>, Problem> {
    let wanted = limit(asked)?;
    let before = asked.get("after").and_then(|after| after.parse().ok());
    let store = &desk.app.folder.store;
    let mut found = store.accesses(scope, subject, before, wanted + 1).await?;
    let total = store.count_accesses(scope, subject).await?;
    let more = found.len() > wanted as usize;
    found.truncate(wanted as usize);
    let next = found.last().filter(|_| more).map(|access| access.id.to_string());
    let titles = cases::titles(desk).await?;
    let line = |access: &Access| {
        json!({
            "id": access.id.to_string(), "at": access.at,
            "who": titles.get(&access.who).cloned().unwrap_or_else(|| access.who.clone()),
            "subject": looked_at(desk, access.subject.as_ref()), "purpose": access.purpose,
            "fields": access.fields,
        })
    };
    Ok(Json(page(found.iter().map(line).collect(), next, total)))
}

/// Whom a look was at; a case that nobody is named in yet stands for itself.
fn looked_at(desk: &Desk, subject: Option<&SubjectRef>) -> Value {
    match subject {
        Some(case) if case.kind == CASE => json!({
            "kind": CASE, "kind_title": both("工单", "case"), "ref": case.key, "label": case.key, "erased": false,
        }),
        subject => desk.subject(subject),
    }
}
