//! The systems of the folder, with what is open in each.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Extension, State};
use casework::ClueState;
use serde_json::{Value, json};
use store::{CaseFilter, ClueFilter};

use super::systems::Systems;
use crate::app::App;
use crate::caller::Caller;
use crate::problem::Problem;
use crate::wire::{Desk, text};

pub(crate) async fn home(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
) -> Result<Json<Value>, Problem> {
    let desk = Desk::of(app).await?;
    let programme = desk.programme();
    let store = &desk.app.folder.store;
    let (clues, cases) = (caller.scope(programme, "clues"), caller.scope(programme, "cases"));
    let open_clues = |models: Vec<String>| ClueFilter {
        scope: Some(clues.clone()),
        state: Some(ClueState::Open),
        awake_on: Some(desk.today()),
        models,
        ..ClueFilter::default()
    };
    let open_cases =
        |workflows: Vec<String>| CaseFilter { scope: cases.clone(), open: true, workflows, ..CaseFilter::default() };
    let known = Systems::of(&desk).await?;
    let mut systems = Vec::new();
    for (number, info) in programme.packs.iter().enumerate() {
        let models: Vec<String> =
            programme.models.values().filter(|model| model.pack == number).map(|model| model.id.clone()).collect();
        let own: Vec<_> = programme.workflows.values().filter(|workflow| workflow.pack == number).collect();
        let Some(state) = known.state(number) else { continue };
        let workflows: Vec<String> = own.iter().map(|workflow| workflow.id.clone()).collect();
        let clue_count = if models.is_empty() { 0 } else { store.count_clues(&open_clues(models)).await? };
        let case_count = if workflows.is_empty() { 0 } else { store.count_cases(&open_cases(workflows)).await? };
        systems.push(json!({
            "id": info.id, "pack": info.id, "title": text(&info.title), "state": state.word,
            "why": state.why.as_ref().map(text), "indicators": known.indicators(&desk, &caller, number),
            "open_clues": clue_count, "open_cases": case_count,
        }));
    }
    // What runs comes first.
    systems.sort_by_key(|system| ["works", "partly"].iter().position(|word| system["state"] == **word).unwrap_or(2));
    let tasks = super::work::filter(&desk, &caller);
    let overdue = CaseFilter { overdue_on: Some(desk.today()), ..tasks.clone() };
    let is_worker = caller.may(programme, "work");
    let mine = json!({
        "open_clues": store.count_clues(&open_clues(Vec::new())).await?,
        "open_cases": store.count_cases(&open_cases(Vec::new())).await?,
        "my_tasks": if is_worker { store.count_cases(&tasks).await? } else { 0 },
        "overdue": if is_worker { store.count_cases(&overdue).await? } else { 0 },
    });
    Ok(Json(json!({"systems": systems, "day": desk.today().to_string(), "mine": mine})))
}
