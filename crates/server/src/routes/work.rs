//! The caller's own work: tasks with their clocks, and the places they are at.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Extension, Query, State};
use serde_json::{Value, json};
use store::{CaseFilter, CaseOrder, CaseRecord};
use types::Text;

use super::cases::{clocks_of, listed};
use crate::app::App;
use crate::caller::Caller;
use crate::problem::Problem;
use crate::wire::{Asked, Desk, both, flag, limit, state, text};

pub(crate) async fn tasks(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Query(asked): Asked,
) -> Result<Json<Value>, Problem> {
    let desk = Desk::of(app).await?;
    let mut filter = filter(&desk, &caller);
    filter.limit = limit(&asked)?;
    filter.overdue_on = flag(&asked, "overdue").then(|| desk.today());
    filter.after = asked.get("after").and_then(|after| casework::case::CaseId::parse(after));
    Ok(Json(listed(&desk, &filter, CaseOrder::Due).await?))
}

/// The cases whose turn is one of the caller's roles', where these hold.
pub(crate) fn filter(desk: &Desk, caller: &Caller) -> CaseFilter {
    let scope = caller.scope(desk.programme(), "work");
    CaseFilter { scope, open: true, turn_of: Some((caller.roles(), desk.today())), ..CaseFilter::default() }
}

pub(crate) async fn task(desk: &Desk, record: &CaseRecord) -> Result<Value, Problem> {
    let programme = desk.app.version(&desk.loaded, record.pack).await?;
    let workflow = programme.workflows.get(&record.workflow);
    let steps = workflow.and_then(|workflow| workflow.steps.as_ref());
    let title = workflow.map(|workflow| workflow.title.clone()).unwrap_or_default();
    let waits: Vec<Text> = steps
        .and_then(|steps| steps.state(&record.state))
        .map(|state| state.waits_for.iter())
        .into_iter()
        .flatten()
        .filter_map(|role| Some(programme.roles.get(role)?.title.clone()))
        .collect();
    let (own, whole) = clocks_of(desk, &programme, record);
    Ok(json!({
        "case": record.id.to_string(), "workflow_title": text(&title),
        "subject": desk.subject(record.subject.as_ref()), "place": desk.place(&record.place),
        "state": steps.map(|steps| state(steps, &record.state)),
        "waits_for": both(
            waits.iter().map(|title| title.zh.as_str()).collect::<Vec<_>>().join("、"),
            waits.iter().map(|title| title.en.as_str()).collect::<Vec<_>>().join(", "),
        ),
        "clock": own, "overall": whole, "green": record.green, "waiting": null,
    }))
}

pub(crate) async fn places(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Query(asked): Asked,
) -> Result<Json<Value>, Problem> {
    let desk = Desk::of(app).await?;
    let grants = &caller.person.grants;
    // What lies within one of the caller's places, and what lies above it.
    let visible = |code: &str| grants.iter().any(|(_, at)| code.starts_with(at.as_str()) || at.starts_with(code));
    let parent = asked.get("parent");
    let items: Vec<Value> = desk
        .loaded
        .places
        .iter()
        .filter(|(code, _)| visible(code))
        .filter(|(_, place)| parent.is_none() || place.parent.as_ref() == parent)
        .map(|(code, _)| desk.place(code))
        .collect();
    Ok(Json(json!({"items": items})))
}
