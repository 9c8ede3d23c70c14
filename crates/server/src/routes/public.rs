//! What anyone may do: report in four fields, and ask how far a report is.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{ConnectInfo, Extension, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use casework::case::{Case, clock, form};
use serde::Deserialize;
use serde_json::{Value, json};
use types::Hash;

use super::commands::{Sent, begin, digest, known_place, steps_of};
use crate::app::App;
use crate::problem::{Problem, refused};
use crate::wire::{Desk, body, both, field, once_key, text};

/// The name under which a report says its place.
const PLACE: &str = "place";

#[derive(Deserialize)]
struct Report {
    kind: String,
    fields: BTreeMap<String, Option<String>>,
    #[serde(default)]
    proxy: Option<BTreeMap<String, Option<String>>>,
}

#[derive(Deserialize)]
struct StatusQuestion {
    receipt: String,
}

pub(crate) async fn report_form(State(app): State<Arc<App>>) -> Result<Json<Value>, Problem> {
    let desk = Desk::of(app).await?;
    let mut kinds = Vec::new();
    for workflow in desk.programme().workflows.values() {
        let Some(steps) = workflow.steps.as_ref().filter(|steps| steps.sources.iter().any(|source| source.public))
        else {
            continue;
        };
        let place = json!({
            "name": PLACE, "title": both("所在地", "where"), "type": "choice", "required": true, "help": null,
            "unit": null, "options": [], "min": null, "max": null, "value": null, "source": null, "class": "open",
        });
        let shown = |line: &form::Prefilled<'_>| field(&desk.view(), &steps.subject, line);
        let mut fields: Vec<Value> = form::fields_of(steps, &steps.report, None, None).iter().map(shown).collect();
        fields.push(place);
        let proxy: Vec<Value> = form::fields_of(steps, &steps.proxy, None, None).iter().map(shown).collect();
        kinds.push(json!({
            "id": workflow.id, "title": text(&workflow.title), "intro": null, "fields": fields, "proxy_fields": proxy,
        }));
    }
    // Nobody is asked for more than where it is worked: no finer than the places of those it waits for first.
    let programme = desk.programme();
    let finest = programme
        .workflows
        .values()
        .filter_map(|workflow| workflow.steps.as_ref().filter(|steps| steps.sources.iter().any(|source| source.public)))
        .flat_map(|steps| steps.states.first().into_iter().flat_map(|state| &state.waits_for))
        .filter_map(|role| programme.level(&programme.roles.get(role)?.level))
        .max();
    let places: Vec<Value> = desk
        .loaded
        .places
        .iter()
        .filter(|(_, place)| finest.is_none() || programme.level(&place.level) <= finest)
        .map(|(code, _)| desk.place(code))
        .collect();
    Ok(Json(json!({"kinds": kinds, "places": places})))
}

pub(crate) async fn report(
    State(app): State<Arc<App>>,
    sender: Option<Extension<ConnectInfo<SocketAddr>>>,
    headers: HeaderMap,
    bytes: Bytes,
) -> Result<Response, Problem> {
    let Report { kind, mut fields, proxy } = body(&bytes)?;
    let key = once_key(&headers)?;
    let from = sender.map(|sender| sender.0.0.ip().to_string()).unwrap_or_default();
    if !app.reports.admits(&from, app.now().seconds) {
        return Err(refused("too-many", "提交过于频繁，请稍后再试", "too many reports; wait a little"));
    }
    let desk = Desk::of(app).await?;
    let (steps, _) = steps_of(desk.programme(), &kind)?;
    let source = steps.sources.iter().find(|source| source.public).ok_or_else(Problem::not_found)?;
    let place = fields.remove(PLACE).flatten().unwrap_or_default();
    let place = known_place(&desk, &place)?;
    let is_proxy = proxy.is_some();
    fields.extend(proxy.unwrap_or_default());
    let store = &desk.app.folder.store;
    // The same for the same report under the same key: what is sent twice is answered alike, and nobody can guess it.
    let digest = digest(&["report"], &bytes);
    let receipt = store.receipt(&format!("{key} {digest}"));
    let sent = Sent {
        workflow: kind,
        source: source.id.clone(),
        place,
        subject: None,
        clue: None,
        fields,
        proxy: is_proxy,
        receipt: Some(Hash::of(receipt.as_bytes())),
        by: None,
    };
    let case = begin(store.command().await?, &desk, sent, &key, &digest).await?;
    let answer_by = clock::of_state(steps, &desk.programme().calendar, &case, desk.today());
    let body = json!({
        "receipt": grouped(&receipt),
        "text": both("已收到。请记下回执号，凭它可以查询进度。", "Received. Keep the receipt: with it you can ask how far it is."),
        "answer_by": answer_by.and_then(|line| line.due.ok()).map(|day| day.to_string()),
    });
    Ok((StatusCode::CREATED, Json(body)).into_response())
}

pub(crate) async fn report_status(
    State(app): State<Arc<App>>,
    sender: Option<Extension<ConnectInfo<SocketAddr>>>,
    bytes: Bytes,
) -> Result<Json<Value>, Problem> {
    let StatusQuestion { receipt } = body(&bytes)?;
    let from = sender.map(|sender| sender.0.0.ip().to_string()).unwrap_or_default();
    if !app.reports.admits(&format!("status {from}"), app.now().seconds) {
        return Err(refused("too-many", "查询过于频繁，请稍后再试", "too many questions; wait a little"));
    }
    let desk = Desk::of(app).await?;
    let receipt: String =
        receipt.chars().filter(|c| c.is_ascii_alphanumeric()).collect::<String>().to_ascii_uppercase();
    let store = &desk.app.folder.store;
    let id = store.case_by_receipt(Hash::of(receipt.as_bytes())).await?.ok_or_else(Problem::not_found)?;
    let case: Case = store.case(id).await?.ok_or_else(Problem::not_found)?;
    let programme = desk.app.version(&desk.loaded, case.pack).await?;
    let (steps, _) = steps_of(&programme, &case.workflow)?;
    let here = steps.state(&case.state).ok_or_else(|| Problem::fault("a state is gone"))?;
    let mut seen: Vec<&types::Text> = Vec::new();
    let mut lines = Vec::new();
    for state in steps.states.iter().filter(|state| case.entered.contains_key(&state.id)) {
        if !seen.contains(&&state.stage) {
            seen.push(&state.stage);
            lines.push(json!({"title": text(&state.stage), "done": state.stage != here.stage || here.is_final || here.is_goal}));
        }
    }
    let whole = clock::of_whole(steps, &programme.calendar, &case, desk.today());
    let own = clock::of_state(steps, &programme.calendar, &case, desk.today());
    let due = whole.filter(|line| line.days_left.is_some()).or(own).and_then(|line| line.due.ok());
    Ok(Json(json!({
        "stage": text(&here.stage), "steps": lines, "since": case.since.to_string(),
        "answer_by": due.map(|day| day.to_string()),
        "result": (here.is_goal || here.is_final).then(|| text(&here.stage)),
    })))
}

/// In groups of five, as people read them out.
fn grouped(receipt: &str) -> String {
    let letters: Vec<char> = receipt.chars().collect();
    letters.chunks(5).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}
