//! Cases: the list, one case with all that its page shows, what a notice board may show.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Extension, Path, Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use casework::case::clock;
use casework::case::form::fields_of;
use casework::case::{self, Actor, Case, CaseChange, CaseEvent, CaseId, Facts, Moment, Offer};
use pack::Programme;
use pack::programme::{ActionKind, Steps, Workflow};
use serde_json::{Value, json};
use store::{CaseFilter, CaseRecord, CaseRow, Command};
use types::{Day, SubjectRef, Text};

use crate::app::{App, ask};
use crate::caller::Caller;
use crate::mask::HIDDEN;
use crate::problem::Problem;
use crate::said;
use crate::wire::{Asked, Desk, both, clock as clock_json, field, filled, flag, limit, page, state, state_line, text};

/// A case with its workflow, as one request sees it.
pub(crate) struct Opened {
    pub(crate) case: Case,
    pub(crate) events: Vec<(u64, CaseEvent)>,
    pub(crate) programme: Arc<Programme>,
    pub(crate) facts: Option<Facts>,
}

impl Opened {
    pub(crate) fn workflow(&self) -> Result<&Workflow, Problem> {
        self.programme.workflows.get(&self.case.workflow).ok_or_else(|| Problem::fault("a workflow is gone"))
    }

    pub(crate) fn steps(&self) -> Result<&Steps, Problem> {
        self.workflow()?.steps.as_ref().ok_or_else(|| Problem::fault("a workflow lost its steps"))
    }

    pub(crate) fn desk(&self) -> Result<case::Desk<'_>, Problem> {
        let workflow = self.workflow()?;
        Ok(case::Desk {
            workflow: &workflow.id,
            steps: self.steps()?,
            pack: self.case.pack,
            calendar: &self.programme.calendar,
        })
    }
}

/// What the lists keep of a case beside its events.
pub(crate) fn row_of(programme: &Programme, case: &Case) -> CaseRow {
    let Some(steps) = programme.workflows.get(&case.workflow).and_then(|workflow| workflow.steps.as_ref()) else {
        return CaseRow::default();
    };
    let due = |line: Option<clock::ClockLine>| line.and_then(|line| line.due.ok());
    let calendar = &programme.calendar;
    let whole = clock::of_whole(steps, calendar, case, case.since)
        .filter(|line| !matches!(line.state, clock::ClockState::Met | clock::ClockState::Missed));
    CaseRow {
        due: due(clock::of_state(steps, calendar, case, case.since)),
        whole_due: due(whole),
        turn: steps.state(&case.state).map(|state| state.waits_for.clone()).unwrap_or_default(),
        escalates_to: steps.state(&case.state).map(|state| state.escalates_to.clone()).unwrap_or_default(),
    }
}

/// Finds a case that the caller may see.
pub(crate) async fn open(desk: &Desk, caller: &Caller, id: &str) -> Result<Opened, Problem> {
    let id = CaseId::parse(id).ok_or_else(Problem::not_found)?;
    let events = desk.app.folder.store.case_events(id).await?;
    opened(desk, caller, events).await
}

/// As [`open`], with all that was written before the turn of `command`.
pub(crate) async fn open_in(
    command: &mut Command<'_>,
    desk: &Desk,
    caller: &Caller,
    id: &str,
) -> Result<Opened, Problem> {
    let id = CaseId::parse(id).ok_or_else(Problem::not_found)?;
    let events = command.case_events(id).await?;
    opened(desk, caller, events).await
}

async fn opened(desk: &Desk, caller: &Caller, events: Vec<(u64, CaseEvent)>) -> Result<Opened, Problem> {
    let case = Case::fold(events.iter().map(|(_, event)| event)).map_err(Problem::fault)?;
    let case = case.ok_or_else(Problem::not_found)?;
    if !caller.scope(desk.programme(), "cases").holds(&case.place) {
        return Err(Problem::not_found());
    }
    let programme = desk.app.version(&desk.loaded, case.pack).await?;
    let facts = facts_of(desk, &programme, &case.workflow, case.subject.as_ref()).await?;
    Ok(Opened { case, events, programme, facts })
}

/// What screening says today of the subject of a workflow.
pub(crate) async fn facts_of(
    desk: &Desk,
    programme: &Programme,
    workflow: &str,
    subject: Option<&SubjectRef>,
) -> Result<Option<Facts>, Problem> {
    let steps = programme.workflows.get(workflow).and_then(|workflow| workflow.steps.as_ref());
    let (Some(subject), Some(steps)) = (subject.cloned(), steps) else { return Ok(None) };
    let (keeper, names) = (desk.loaded.keeper.clone(), steps.facts());
    let facts = tokio::task::spawn_blocking(move || keeper.facts(&subject.kind, &subject.key, names)).await;
    Ok(facts.map_err(Problem::fault)??)
}

pub(crate) async fn list_cases(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Query(asked): Asked,
) -> Result<Json<Value>, Problem> {
    let desk = Desk::of(app).await?;
    let filter = filter_of(&desk, &caller, &asked)?;
    Ok(Json(listed(&desk, &filter).await?))
}

/// The filter that an address asks for, within the caller's scope.
pub(crate) fn filter_of(desk: &Desk, caller: &Caller, asked: &BTreeMap<String, String>) -> Result<CaseFilter, Problem> {
    let programme = desk.programme();
    let mut workflows: Vec<String> = asked.get("workflow").cloned().into_iter().collect();
    if let Some(pack) = asked.get("pack") {
        let of_pack = |workflow: &&Workflow| programme.packs.get(workflow.pack).is_some_and(|info| info.id == *pack);
        workflows.extend(programme.workflows.values().filter(of_pack).map(|workflow| workflow.id.clone()));
        if workflows.is_empty() {
            workflows.push(String::new());
        }
    }
    let mut filter = CaseFilter {
        scope: caller.scope(programme, "cases"),
        workflows,
        state: asked.get("state").cloned(),
        place: asked.get("place").cloned(),
        open: flag(asked, "open"),
        overdue_on: flag(asked, "overdue").then(|| desk.today()),
        after: asked.get("after").and_then(|after| CaseId::parse(after)),
        limit: limit(asked)?,
        ..CaseFilter::default()
    };
    if let Some(query) = asked.get("q").map(|query| query.trim()).filter(|query| !query.is_empty()) {
        match CaseId::parse(query) {
            Some(id) => filter.id = Some(id),
            None => {
                // A whole key of the kind that some workflow is about.
                let steps = programme.workflows.values().filter_map(|workflow| workflow.steps.as_ref());
                let kind = steps.map(|steps| steps.subject.clone()).next().unwrap_or_default();
                let key = crate::mask::canonical_key(programme, &kind, query).unwrap_or_default();
                filter.subject = Some((kind, key));
            }
        }
    }
    Ok(filter)
}

/// A page of cases, or of tasks when their turn is asked for.
pub(crate) async fn listed(desk: &Desk, filter: &CaseFilter) -> Result<Value, Problem> {
    let wanted = filter.limit;
    let filter = CaseFilter { limit: wanted + 1, ..filter.clone() };
    let (mut records, total) = desk.app.folder.store.page_of_cases(&filter).await?;
    let more = records.len() > wanted as usize;
    records.truncate(wanted as usize);
    let next = records.last().filter(|_| more).map(|record| record.id.to_string());
    let mut items = Vec::new();
    let mut rows = super::work::Rows::default();
    for record in &records {
        items.push(match filter.turn_of {
            None => line(desk, record).await?,
            Some(_) => super::work::task(desk, &mut rows, record).await?,
        });
    }
    Ok(page(items, next, total))
}

/// A case as a list shows it.
pub(crate) async fn line(desk: &Desk, record: &CaseRecord) -> Result<Value, Problem> {
    let programme = desk.app.version(&desk.loaded, record.pack).await?;
    let workflow = programme.workflows.get(&record.workflow);
    let steps = workflow.and_then(|workflow| workflow.steps.as_ref());
    let title = workflow.map(|workflow| workflow.title.clone()).unwrap_or_default();
    let source = steps.and_then(|steps| steps.sources.iter().find(|source| source.id == record.source));
    let (own, whole) = clocks_of(desk, &programme, record);
    Ok(json!({
        "id": record.id.to_string(), "workflow": record.workflow, "workflow_title": text(&title),
        "subject": desk.subject(record.subject.as_ref()), "place": desk.place(&record.place),
        "state": steps.map(|steps| state(steps, &record.state)),
        "source": text(&source.map(|source| source.title.clone()).unwrap_or_default()),
        "opened": record.opened.to_string(), "closed": record.closed.map(|day| day.to_string()),
        "clock": own, "overall": whole, "green": record.green,
    }))
}

/// The clocks of a listed case: its own, and that of the whole way.
pub(crate) fn clocks_of(desk: &Desk, programme: &Programme, record: &CaseRecord) -> (Value, Value) {
    let steps = programme.workflows.get(&record.workflow).and_then(|workflow| workflow.steps.as_ref());
    let Some(steps) = steps.filter(|_| record.closed.is_none()) else { return (Value::Null, Value::Null) };
    let line = |title: &Text, since: Day, term, due: Option<Day>| {
        let left = due.and_then(|due| programme.calendar.between(desk.today(), due, codes_unit(term)).ok());
        let due_now = programme.calendar.due(since, term_days(term), codes_unit(term));
        let state = match (due_now, left) {
            (Err(_), _) => "no_date",
            (Ok(due), _) if desk.today() > due => "overdue",
            (_, Some(left)) if left <= 2 => "soon",
            _ => "running",
        };
        json!({
            "title": text(title), "since": since.to_string(), "days": term_days(term), "unit": codes_unit(term).word(),
            "due": due_now.ok().map(|day| day.to_string()), "days_left": left, "state": state,
            "why": due_now.err().map(|beyond| text(&beyond.text())),
        })
    };
    let own = steps.state(&record.state).and_then(|state| Some((state, state.term?)));
    let own = own.map(|(state, term)| line(&state.title, record.since, term, record.due)).unwrap_or(Value::Null);
    let whole = steps.clock.as_ref().zip(record.whole_due).map(|(clock, due)| {
        let left = programme.calendar.between(desk.today(), due, clock.term.unit).ok();
        let state = match left {
            _ if desk.today() > due => "overdue",
            Some(left) if left <= 2 => "soon",
            _ => "running",
        };
        json!({
            "title": text(&clock.title), "since": record.opened.to_string(), "days": clock.term.days,
            "unit": clock.term.unit.word(), "due": due.to_string(), "days_left": left, "state": state, "why": null,
        })
    });
    (own, whole.unwrap_or(Value::Null))
}

fn codes_unit(term: pack::programme::Term) -> codes::DayUnit {
    term.unit
}

fn term_days(term: pack::programme::Term) -> u32 {
    term.days
}

pub(crate) async fn get_case(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let desk = Desk::of(app).await?;
    shown(&desk, &caller, &id).await
}

/// One case, with its version as ETag.
pub(crate) async fn shown(desk: &Desk, caller: &Caller, id: &str) -> Result<Response, Problem> {
    let opened = open(desk, caller, id).await?;
    let version = opened.case.version.to_string();
    let body = whole(desk, caller, &opened).await?;
    Ok(([(header::ETAG, format!("\"{version}\""))], Json(body)).into_response())
}

async fn whole(desk: &Desk, caller: &Caller, opened: &Opened) -> Result<Value, Problem> {
    let (case, steps, workflow) = (&opened.case, opened.steps()?, opened.workflow()?);
    let today = desk.today();
    let doer = caller.doer(&case.place);
    let offers = case::offers(&opened.desk()?, case, &doer, opened.facts.as_ref(), today);
    let calendar = &opened.programme.calendar;
    let source = steps.sources.iter().find(|source| source.id == case.source);
    let titles = titles(desk).await?;
    let pack = opened.programme.packs.get(workflow.pack);
    let known: Vec<Value> =
        case.known.iter().map(|(name, known)| filled(&desk.view(), steps, name, &known.value, false)).collect();
    let report: Vec<Value> = steps
        .report
        .iter()
        .chain(&steps.proxy)
        .filter_map(|name| Some(filled(&desk.view(), steps, name, &case.known.get(name)?.value, false)))
        .collect();
    let waits = steps.state(&case.state).filter(|_| case.closed.is_none()).map(|state| roles(opened, &state.waits_for));
    let publication = steps.publication.as_ref().is_some_and(|publication| publication.states.contains(&case.state));
    let recorded = |recorded: &case::Recorded| {
        let fields: Vec<Value> =
            recorded.fields.iter().map(|(name, value)| filled(&desk.view(), steps, name, value, false)).collect();
        let by = titles.get(&recorded.by).cloned().unwrap_or_else(|| recorded.by.clone());
        json!({"on": recorded.on.to_string(), "by": by, "fields": fields})
    };
    let plan = case.plan.as_ref().map(|(plan, changes)| {
        let mut plan = recorded(plan);
        if let Some(plan) = plan.as_object_mut() {
            plan.insert("changes".to_owned(), (*changes).into());
        }
        plan
    });
    let consents: Vec<Value> = case
        .consent
        .iter()
        .map(|consent| {
            let by = titles.get(&consent.by).cloned().unwrap_or_else(|| consent.by.clone());
            json!({
                "on": consent.fields.get("signed_on").cloned().unwrap_or_else(|| consent.on.to_string()),
                "signed_by": HIDDEN, "scope": text(&workflow.title), "by": by, "withdrawn": null,
            })
        })
        .collect();
    let mut others = Vec::new();
    if let Some(subject) = &case.subject {
        let filter = CaseFilter {
            scope: caller.scope(desk.programme(), "cases"),
            subject: Some((subject.kind.clone(), subject.key.clone())),
            limit: 20,
            ..CaseFilter::default()
        };
        for record in desk.app.folder.store.cases(&filter).await?.iter().filter(|record| record.id != case.id) {
            others.push(line(desk, record).await?);
        }
    }
    Ok(json!({
        "line": {
            "id": case.id.to_string(), "workflow": case.workflow, "workflow_title": text(&workflow.title),
            "subject": desk.subject(case.subject.as_ref()), "place": desk.place(&case.place),
            "state": state(steps, &case.state),
            "source": text(&source.map(|source| source.title.clone()).unwrap_or_default()),
            "opened": case.opened.to_string(), "closed": case.closed.map(|day| day.to_string()),
            "clock": clock_json(clock::of_state(steps, calendar, case, today).as_ref()),
            "overall": clock_json(clock::of_whole(steps, calendar, case, today).as_ref()), "green": case.green,
        },
        "version": case.version.to_string(),
        "waits_for": waits,
        "workflow": {
            "id": workflow.id, "title": text(&workflow.title), "version": case.pack.to_string(),
            "basis": steps.basis, "states": steps.states.iter().map(state_line).collect::<Vec<_>>(),
            "pack": pack.map(|pack| pack.id.clone()),
        },
        "report": report,
        "actions": offers.iter().filter(|offer| offer.item.is_none() || !offer.action.kind.is_about_a_measure() || offer.refused.is_none()).map(|offer| action(desk, steps, offer)).collect::<Vec<_>>(),
        "timeline": timeline(desk, opened, &titles)?,
        "clues": super::clues::lines(desk, caller, &case.clues).await?,
        "facts": facts(opened, steps),
        "known": known,
        "plan": plan,
        "measures": measures(opened, steps, today),
        "visits": case.visits.iter().map(recorded).collect::<Vec<_>>(),
        "consents": consents,
        "publication": publication,
        "others": others,
    }))
}

/// Display names of those who work here.
pub(crate) async fn titles(desk: &Desk) -> Result<BTreeMap<String, String>, Problem> {
    let people = desk.app.folder.store.people().await?;
    Ok(people.into_iter().map(|person| (person.name, person.title)).collect())
}

fn roles(opened: &Opened, ids: &[String]) -> Value {
    let title = |id: &String| opened.programme.roles.get(id).map(|role| role.title.clone()).unwrap_or_default();
    let titles: Vec<Text> = ids.iter().map(title).collect();
    let join = |parts: Vec<&str>, with: &str| parts.join(with);
    both(
        join(titles.iter().map(|title| title.zh.as_str()).collect(), "、"),
        join(titles.iter().map(|title| title.en.as_str()).collect(), ", "),
    )
}

fn action(desk: &Desk, steps: &Steps, offer: &Offer<'_>) -> Value {
    let guards: Vec<Value> = offer
        .guards
        .iter()
        .map(|guard| {
            json!({
                "title": text(&guard.title), "text": guard.text, "truth": guard.truth,
                "why": guard.why.as_ref().map(text),
            })
        })
        .collect();
    let kind = match offer.action.kind {
        ActionKind::Consent => "move",
        ActionKind::Commit | ActionKind::Pay | ActionKind::Cancel => "measure",
        kind => kind.word(),
    };
    json!({
        "id": offer.action.id, "title": text(&offer.action.title), "kind": kind,
        "item": offer.item.map(|item| item.to_string()), "to": offer.to.map(state_line),
        "fields": offer.form.iter().map(|line| field(&desk.view(), &steps.subject, line)).collect::<Vec<_>>(), "reason_required": offer.action.reason,
        "guards": guards, "allowed": offer.refused.is_none(),
        "refused": offer.refused.as_ref().map(|refusal| text(&refusal.text)),
    })
}

fn facts(opened: &Opened, steps: &Steps) -> Vec<Value> {
    let Some(facts) = &opened.facts else { return Vec::new() };
    let mut lines = Vec::new();
    for name in steps.facts() {
        let Some(fact) = facts.values.get(&name) else { continue };
        let shown = match (&fact.value, &fact.text) {
            (None, _) => {
                let why = |word: fn(&Text) -> &str, between: &str| {
                    fact.why.iter().map(word).collect::<Vec<_>>().join(between)
                };
                Text::new(
                    format!("未知：{}", why(|text| &text.zh, "、")),
                    format!("unknown: {}", why(|text| &text.en, ", ")),
                )
            }
            (Some(_), Some(value)) if value == "true" || value == "false" => {
                said::both(|lang| said::text("bool", value, lang))
            }
            (Some(_), Some(value)) => Text::new(value, value),
            (Some(_), None) => Text::new("无", "none"),
        };
        let class = fact_class(opened, steps, &name);
        let masked = class.is_masked();
        let shown = if masked { Text::new(HIDDEN, HIDDEN) } else { shown };
        let on = facts.question.as_of;
        lines.push(json!({
            "name": name, "title": text(&fact.title), "text": text(&shown), "masked": masked,
            "source": both(format!("{on} 筛查"), format!("screened on {on}")),
        }));
    }
    lines
}

/// How far a fact may be seen.
fn fact_class(opened: &Opened, steps: &Steps, name: &str) -> types::Class {
    if name.starts_with(':') {
        return types::Class::Open;
    }
    let (prefix, own) = name.split_once('.').map_or((None, name), |(prefix, own)| (Some(prefix), own));
    let reference = opened.programme.resolve(&steps.subject, prefix, own);
    reference
        .and_then(|reference| opened.programme.describe(&reference))
        .map_or(types::Class::Secret, |(_, class, _)| class)
}

fn measures(opened: &Opened, steps: &Steps, _today: Day) -> Vec<Value> {
    let title = |state: case::MeasureState| match state {
        case::MeasureState::Proposed => both("已提出", "proposed"),
        case::MeasureState::Committed => both("资金已落实", "committed"),
        case::MeasureState::Paid => both("已支付", "paid"),
        case::MeasureState::Cancelled => both("已撤销", "taken back"),
    };
    opened
        .case
        .measures
        .iter()
        .map(|measure| {
            let kind = steps.measures.get(&measure.kind);
            let own = |name: &str| measure.fields.get(name).cloned();
            json!({
                "id": measure.number.to_string(), "kind": measure.kind,
                "title": text(&kind.map(|kind| kind.title.clone()).unwrap_or_default()),
                "fund": kind.map(|kind| text(&kind.fund)), "amount": own("amount"), "state": measure.state.word(),
                "state_title": title(measure.state), "entitled": true, "why": null,
                "responsible": own("responsible"), "due": own("due_on"),
                "paid_on": own("paid_on").or_else(|| measure.paid_on.map(|day| day.to_string())),
                "note": own("payment_no").or_else(|| own("fund_no")), "duplicate": null,
            })
        })
        .collect()
}

fn timeline(desk: &Desk, opened: &Opened, titles: &BTreeMap<String, String>) -> Result<Vec<Value>, Problem> {
    let steps = opened.steps()?;
    let mut lines = Vec::new();
    for (position, event) in &opened.events {
        let who = event.by.as_ref().map(|by| titles.get(&by.name).cloned().unwrap_or_else(|| by.name.clone()));
        let role = event.by.as_ref().and_then(|Actor { role, .. }| opened.programme.roles.get(role));
        let (kind, title, from, to) = match &event.change {
            CaseChange::CaseOpened { source, state: first, .. } => {
                let source = steps.sources.iter().find(|known| known.id == *source);
                let title = source.map(|source| source.title.clone()).unwrap_or_default();
                let title = both(format!("建立：{}", title.zh), format!("opened: {}", title.en));
                ("opened", title, Value::Null, state(steps, first))
            }
            CaseChange::ClueJoined { clue } => {
                ("noted", both(format!("并入线索 {clue}"), format!("clue {clue} joined")), Value::Null, Value::Null)
            }
            CaseChange::CaseActed { action, kind, from, to, .. } => {
                let title = steps.action(action).map(|action| action.title.clone()).unwrap_or_default();
                let kind = match kind.as_str() {
                    "return" => "returned",
                    "appeal" => "appeal",
                    "green" => "green",
                    "plan" => "planned",
                    "measure" | "commit" | "pay" | "cancel" => "measure",
                    "visit" => "visit",
                    "note" => "noted",
                    _ => "moved",
                };
                (kind, text(&title), state(steps, from), state(steps, to))
            }
        };
        let said = event.said.clone().unwrap_or_default();
        let fields: Vec<Value> =
            said.fields.iter().map(|(name, value)| filled(&desk.view(), steps, name, value, false)).collect();
        lines.push(json!({
            "position": position, "at": event.at, "on": event.on.to_string(), "who": who,
            "role": role.map(|role| text(&role.title)), "kind": kind, "title": title, "from": from, "to": to,
            "reason": said.reason, "fields": fields,
        }));
    }
    Ok(lines)
}

pub(crate) async fn publication(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Result<Json<Value>, Problem> {
    let desk = Desk::of(app).await?;
    let opened = open(&desk, &caller, &id).await?;
    let (case, steps) = (&opened.case, opened.steps()?);
    let publication = steps.publication.as_ref().filter(|publication| publication.states.contains(&case.state));
    let publication = publication.ok_or_else(Problem::not_found)?;
    // The allow-list of the pack and nothing else: no key, no name, no remark.
    let fields: Vec<Value> = publication
        .fields
        .iter()
        .filter(|name| steps.fields.get(*name).is_some_and(|field| field.class == types::Class::Open))
        .filter_map(|name| Some(filled(&desk.view(), steps, name, &case.known.get(name)?.value, false)))
        .collect();
    let due = clock::of_state(steps, &opened.programme.calendar, case, desk.today()).and_then(|line| line.due.ok());
    Ok(Json(json!({
        "title": text(&publication.title), "fields": fields, "until": due.map(|day| day.to_string()),
        "place": desk.place(&case.place), "contact": text(&publication.contact),
    })))
}

pub(crate) async fn workflows(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
) -> Result<Json<Value>, Problem> {
    let desk = Desk::of(app).await?;
    let roles = caller.roles();
    let mut items = Vec::new();
    for workflow in desk.programme().workflows.values() {
        let Some(steps) = &workflow.steps else { continue };
        let sources = steps.sources.iter().filter(|source| source.by.iter().any(|role| roles.contains(role)));
        let sources: Vec<Value> = sources.map(|source| crate::wire::option(&source.id, &source.title)).collect();
        if sources.is_empty() {
            continue;
        }
        let fields: Vec<Value> = fields_of(steps, &steps.report, None, None)
            .iter()
            .map(|line| field(&desk.view(), &steps.subject, line))
            .collect();
        items.push(json!({
            "id": workflow.id, "title": text(&workflow.title), "subject": steps.subject, "sources": sources,
            "fields": fields,
        }));
    }
    Ok(Json(json!({"items": items})))
}

/// Now, as commands record it.
pub(crate) fn moment(desk: &Desk) -> Moment {
    let now = desk.app.now();
    Moment { on: now.day, at: now.at }
}

/// Place of a subject today.
pub(crate) async fn place_of(desk: &Desk, subject: &SubjectRef) -> Result<Option<String>, Problem> {
    let subject = subject.clone();
    ask(&desk.loaded, move |view| Ok(view.screen.place(&subject.kind, &subject.key)?)).await
}
