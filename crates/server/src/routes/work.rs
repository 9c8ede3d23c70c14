//! The caller's own work: tasks with their clocks, and the places they are at.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json as Answer;
use axum::extract::{self, Extension, Query};
use casework::case::CaseId;
use casework::case::capacity::{Week, monday};
use pack::Programme;
use pack::programme::State;
use serde_json::{Value as Json, json};
use store::{CaseFilter, CaseRecord, Scope};
use types::{Text, Value};

use super::cases::{clocks_of, listed};
use crate::app::App;
use crate::caller::Caller;
use crate::problem::Problem;
use crate::wire::{Asked, Desk, both, flag, limit, state, text};

pub(crate) async fn tasks(
    extract::State(app): extract::State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Query(asked): Asked,
) -> Result<Answer<Json>, Problem> {
    let desk = Desk::of(app).await?;
    let mut filter = filter(&desk, &caller);
    filter.limit = limit(&asked)?;
    filter.overdue_on = flag(&asked, "overdue").then(|| desk.today());
    filter.after = asked.get("after").and_then(|after| CaseId::parse(after));
    Ok(Answer(listed(&desk, &filter).await?))
}

/// Cases of one place that are ranked; more than its staff see in a year.
const LONGEST_ROW: u32 = 2_000;

/// The rows of cases that places work off week by week, asked for once for all lines of a page.
#[derive(Default)]
pub(crate) struct Rows(BTreeMap<(String, String, String), Row>);

/// The cases of one place in one state.
struct Row {
    week: Week,
    /// In the order in which they are worked: help that cannot wait first, then by deadline.
    cases: Vec<CaseId>,
}

impl Rows {
    /// Why the case is not for this week; `None` when it is, or when its state takes as many as come.
    async fn why(&mut self, desk: &Desk, programme: &Programme, record: &CaseRecord) -> Result<Option<Text>, Problem> {
        let workflow = programme.workflows.get(&record.workflow);
        let state = workflow.and_then(|workflow| workflow.steps.as_ref()?.state(&record.state));
        let Some((state, name)) = state.and_then(|state| Some((state, state.per_week.as_ref()?))) else {
            return Ok(None);
        };
        let place = worked_at(desk, programme, state, &record.place);
        let key = (record.workflow.clone(), record.state.clone(), place);
        if !self.0.contains_key(&key) {
            let row = Row::of(desk, programme, name, &key).await?;
            self.0.insert(key.clone(), row);
        }
        let row = self.0.get(&key);
        let before = row.and_then(|row| row.cases.iter().position(|case| *case == record.id));
        Ok(row.zip(before).and_then(|(row, before)| row.week.waits(before as u64)))
    }
}

impl Row {
    async fn of(
        desk: &Desk,
        programme: &Programme,
        parameter: &str,
        (workflow, state, place): &(String, String, String),
    ) -> Result<Self, Problem> {
        let (store, today) = (&desk.app.folder.store, desk.today());
        let parameter = programme.parameters.get(parameter).and_then(|found| found.at(place, today, today));
        let capacity = match parameter.map(|found| &found.value) {
            Some(Value::Number(number)) => number.rescale(0).and_then(|number| u64::try_from(number.mantissa).ok()),
            _ => None,
        };
        let filter = CaseFilter {
            scope: Scope { places: vec![place.clone()] },
            workflows: vec![workflow.clone()],
            state: Some(state.clone()),
            open: true,
            by_due: true,
            limit: LONGEST_ROW,
            ..CaseFilter::default()
        };
        let mut records = store.cases(&filter).await?;
        records.sort_by_key(|record| !record.green);
        let done = store.cases_worked(place, workflow, state, monday(today)).await?;
        let cases = records.into_iter().map(|record| record.id).collect();
        // Where nothing is said of a place, nothing limits it.
        Ok(Self { week: Week { capacity: capacity.unwrap_or(u64::MAX), done }, cases })
    }
}

/// The place that works the case: of the level of the role whose turn it is.
fn worked_at(desk: &Desk, programme: &Programme, state: &State, place: &str) -> String {
    let role = state.waits_for.first().and_then(|role| programme.roles.get(role));
    let mut at = place;
    while let Some(known) = desk.loaded.places.get(at) {
        if role.is_some_and(|role| role.level == known.level) {
            return at.to_owned();
        }
        let Some(above) = &known.parent else { break };
        at = above;
    }
    place.to_owned()
}

/// The cases whose turn is that of one of the caller's roles, where it holds.
pub(crate) fn filter(desk: &Desk, caller: &Caller) -> CaseFilter {
    let (scope, roles) = (caller.scope(desk.programme(), "work"), caller.roles_for(desk.programme(), "work"));
    CaseFilter { scope, open: true, turn_of: Some((roles, desk.today())), ..CaseFilter::default() }
}

pub(crate) async fn task(desk: &Desk, rows: &mut Rows, record: &CaseRecord) -> Result<Json, Problem> {
    let programme = desk.app.version(&desk.loaded, record.pack).await?;
    let waiting = rows.why(desk, &programme, record).await?;
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
        "clock": own, "overall": whole, "green": record.green, "waiting": waiting.as_ref().map(text),
    }))
}

pub(crate) async fn places(
    extract::State(app): extract::State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Query(asked): Asked,
) -> Result<Answer<Json>, Problem> {
    let desk = Desk::of(app).await?;
    let grants = &caller.person.grants;
    // What lies within one of the caller's places, and what lies above it.
    let visible = |code: &str| grants.iter().any(|(_, at)| code.starts_with(at.as_str()) || at.starts_with(code));
    let parent = asked.get("parent");
    let items: Vec<Json> = desk
        .loaded
        .places
        .iter()
        .filter(|(code, _)| visible(code))
        .filter(|(_, place)| parent.is_none() || place.parent.as_ref() == parent)
        .map(|(code, _)| desk.place(code))
        .collect();
    Ok(Answer(json!({"items": items})))
}
