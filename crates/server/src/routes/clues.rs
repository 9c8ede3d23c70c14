//! Clues: lists, one clue explained, verdict and snooze.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Extension, Path, Query, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use casework::case::CaseId;
use casework::{Change, ClueEvent, ClueId, ClueState, Refusal, Verdict, judge, snooze};
use pack::programme::VerdictWord;
use pipeline::ranking::{ranking, rates};
use serde::Deserialize;
use serde_json::{Value, json};
use store::{ClueFilter, ClueRecord, Command, Once};
use types::{Day, SubjectRef, Text};

use super::commands::{digest, done};
use super::explained::{explanation, rows_of};
use crate::app::{App, ask};
use crate::caller::Caller;
use crate::problem::{Problem, refused};
use crate::wire::{Asked, Desk, body, both, if_match, limit, once_key, page, text};

#[derive(Deserialize)]
struct VerdictCommand {
    verdict: String,
    #[serde(default)]
    reason: Option<String>,
}

#[derive(Deserialize)]
struct SnoozeCommand {
    until: String,
    reason: String,
}

/// Finds a clue that the caller may see.
pub(crate) async fn find(desk: &Desk, caller: &Caller, id: &str) -> Result<ClueRecord, Problem> {
    let id = ClueId::parse(id).ok_or_else(Problem::not_found)?;
    visible(desk, caller, desk.app.folder.store.clue(id).await?)
}

/// As [`find`], with all that was written before the turn of `command`.
pub(crate) async fn find_in(
    command: &mut Command<'_>,
    desk: &Desk,
    caller: &Caller,
    id: &str,
) -> Result<ClueRecord, Problem> {
    let id = ClueId::parse(id).ok_or_else(Problem::not_found)?;
    visible(desk, caller, command.clue(id).await?)
}

fn visible(desk: &Desk, caller: &Caller, clue: Option<ClueRecord>) -> Result<ClueRecord, Problem> {
    let clue = clue.ok_or_else(Problem::not_found)?;
    match place_of(&clue) {
        Some(place) if caller.scope(desk.programme(), "clues").holds(place) => Ok(clue),
        _ => Err(Problem::not_found()),
    }
}

fn place_of(clue: &ClueRecord) -> Option<&str> {
    clue.episode.said.as_ref()?.place.as_deref()
}

/// Changes whenever something happens to the clue.
pub(crate) fn version(clue: &ClueRecord) -> Result<String, Problem> {
    let mut hasher = types::Hasher::default();
    hasher.piece(types::canonical_json(&clue.episode)?);
    Ok(hasher.finish().short())
}

pub(crate) fn expect_version(clue: &ClueRecord, seen: &str) -> Result<(), Problem> {
    let current = version(clue)?;
    if current == seen {
        return Ok(());
    }
    let mut problem = refused(
        "version-old",
        "线索已有变化，请查看最新内容后再办理",
        "the clue has changed meanwhile; look at it again",
    );
    problem.current = Some(current);
    Err(problem)
}

/// The filter that an address asks for, within the caller's scope.
pub(crate) fn filter_of(desk: &Desk, caller: &Caller, asked: &BTreeMap<String, String>) -> Result<ClueFilter, Problem> {
    let programme = desk.programme();
    let state = match asked.get("state") {
        None => None,
        Some(word) => {
            let states = [
                ClueState::Open,
                ClueState::Unconfirmed,
                ClueState::Quiet,
                ClueState::Judged,
                ClueState::Ended,
                ClueState::Merged,
            ];
            let found = states.into_iter().find(|state| state.word() == word);
            Some(found.ok_or_else(|| refused("bad-request", "没有这种状态", "there is no such state"))?)
        }
    };
    let mut models = Vec::new();
    if let Some(pack) = asked.get("pack") {
        let of_pack = programme
            .models
            .values()
            .filter(|model| programme.packs.get(model.pack).is_some_and(|info| info.id == *pack));
        models.extend(of_pack.map(|model| model.id.clone()));
        if models.is_empty() {
            models.push(String::new());
        }
    }
    let subject = asked.get("q").map(|query| query.trim()).filter(|query| !query.is_empty()).map(|query| {
        // A whole key, of whichever kind it is one.
        let kinds = programme.models.values().map(|model| model.subject.as_str());
        let found = kinds.filter_map(|kind| {
            let key = crate::mask::canonical_key(programme, kind, query).ok()?;
            Some((kind.to_owned(), key))
        });
        found.max_by_key(|(kind, _)| programme.registers.contains_key(kind)).unwrap_or_default()
    });
    Ok(ClueFilter {
        model: asked.get("model").cloned(),
        state,
        place: asked.get("place").cloned(),
        scope: Some(caller.scope(programme, "clues")),
        models,
        severity: asked.get("severity").cloned(),
        awake_on: (state == Some(ClueState::Open)).then(|| desk.today()),
        subject,
        after: asked.get("after").and_then(|after| ClueId::parse(after)),
        ranking: None,
        limit: Some(limit(asked)?),
        offset: 0,
    })
}

pub(crate) async fn list_clues(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Query(asked): Asked,
) -> Result<Json<Value>, Problem> {
    let desk = Desk::of(app).await?;
    let store = &desk.app.folder.store;
    if let Some(id) = asked.get("q").and_then(|query| ClueId::parse(query.trim())) {
        let found = find(&desk, &caller, &id.to_string()).await.ok();
        let mut items = Vec::new();
        if let Some(clue) = &found {
            items.push(line(&desk, clue).await?);
        }
        let total = items.len() as u64;
        return Ok(Json(page(items, None, total)));
    }
    let mut filter = filter_of(&desk, &caller, &asked)?;
    match asked.get("order").map(String::as_str) {
        None | Some("id") => (),
        Some("rank") => {
            let scope = caller.scope(desk.programme(), "clues");
            filter.ranking = Some(ranking(&rates(&desk.app.folder, &scope).await?));
        }
        Some(_) => return Err(refused("bad-request", "没有这种顺序", "there is no such order")),
    }
    let wanted = filter.limit.unwrap_or(50);
    let total = store.count_clues(&filter).await?;
    let mut records = store.clues(&ClueFilter { limit: Some(wanted + 1), ..filter }).await?;
    let more = records.len() > wanted as usize;
    records.truncate(wanted as usize);
    let next = records.last().filter(|_| more).map(|clue| clue.episode.clue.to_string());
    Ok(Json(page(listed(&desk, &records).await?, next, total)))
}

/// The clues with these ids, as far as the caller may see them.
pub(crate) async fn lines(desk: &Desk, caller: &Caller, ids: &[ClueId]) -> Result<Vec<Value>, Problem> {
    let mut clues = Vec::new();
    for id in ids {
        clues.extend(find(desk, caller, &id.to_string()).await.ok());
    }
    listed(desk, &clues).await
}

/// A clue as a list shows it.
pub(crate) async fn line(desk: &Desk, clue: &ClueRecord) -> Result<Value, Problem> {
    Ok(listed(desk, std::slice::from_ref(clue)).await?.pop().unwrap_or_default())
}

/// Clues as a list shows them, in their order.
pub(crate) async fn listed(desk: &Desk, clues: &[ClueRecord]) -> Result<Vec<Value>, Problem> {
    let ids: Vec<ClueId> = clues.iter().map(|clue| clue.episode.clue).collect();
    let cases = desk.app.folder.store.cases_of_clues(&ids).await?;
    Ok(clues.iter().map(|clue| line_in(desk, clue, cases.get(&clue.episode.clue).copied())).collect())
}

fn line_in(desk: &Desk, clue: &ClueRecord, case: Option<CaseId>) -> Value {
    let episode = &clue.episode;
    let programme = desk.programme();
    let model = programme.models.get(&episode.model);
    let said = episode.said.as_ref();
    let subject: Option<&SubjectRef> = said.map(|said| &said.subject);
    let place = said.and_then(|said| Some(desk.view().place(&said.subject.kind, said.place.as_ref()?)));
    let workflow = said.and_then(|said| programme.workflows.get(&said.opens.as_ref()?.workflow));
    let verdict = episode.verdict.as_ref().map(|given| text(&given_title(desk, clue, given)));
    json!({
        "id": episode.clue.to_string(), "model": episode.model,
        "model_title": text(&model.map(|model| model.title.clone()).unwrap_or_default()),
        "state": clue.state.word(), "subject": desk.subject(subject), "place": place.map(|place| desk.place(&place)),
        "severity": episode.level.severity, "opened": episode.opened.to_string(),
        "raised": episode.raised.map(|day| day.to_string()), "ended": episode.ended.map(|ended| ended.on.to_string()),
        "snoozed_until": episode.snoozed.as_ref().map(|snooze| snooze.until.to_string()),
        "verdict": verdict, "case": case.map(|case| case.to_string()),
        "opens": workflow.filter(|workflow| workflow.steps.is_some()).map(|workflow| text(&workflow.title)),
    })
}

/// The closed list of verdicts on a clue: its workflow's, or the two there always are.
fn verdicts(desk: &Desk, clue: &ClueRecord) -> Vec<VerdictWord> {
    let opens = clue.episode.said.as_ref().and_then(|said| said.opens.as_ref());
    let workflow = opens.and_then(|opens| desk.programme().workflows.get(&opens.workflow));
    let own = workflow.and_then(|workflow| workflow.steps.as_ref()).map(|steps| steps.verdicts.clone());
    own.filter(|own| !own.is_empty()).unwrap_or_else(|| {
        let word =
            |id: &str, zh: &str, en: &str, founded| VerdictWord { id: id.into(), title: Text::new(zh, en), founded };
        vec![word("founded", "属实", "founded", true), word("unfounded", "不属实", "unfounded", false)]
    })
}

fn given_title(desk: &Desk, clue: &ClueRecord, given: &casework::Given) -> Text {
    let known = verdicts(desk, clue).into_iter().find(|word| Some(&word.id) == given.word.as_ref());
    known.map(|word| word.title).unwrap_or_else(|| match given.verdict {
        Verdict::Founded => Text::new("属实", "founded"),
        Verdict::Unfounded => Text::new("不属实", "unfounded"),
    })
}

pub(crate) async fn get_clue(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let desk = Desk::of(app).await?;
    shown(&desk, &caller, &id).await
}

async fn shown(desk: &Desk, caller: &Caller, id: &str) -> Result<Response, Problem> {
    let clue = find(desk, caller, id).await?;
    let version = version(&clue)?;
    let store = &desk.app.folder.store;
    let episode = &clue.episode;
    let events = store.clue_events(episode.clue).await?;
    let titles = super::cases::titles(desk).await?;
    let title_of = |name: &str| titles.get(name).cloned().unwrap_or_else(|| name.to_owned());
    let note = |wanted: fn(&Change) -> bool| {
        let event = events.iter().rev().find(|event| wanted(&event.change))?;
        event.said.as_ref()?.note.clone()
    };
    let (explained, unexplained) = match &episode.said {
        None => (Value::Null, both("个人内容已抹除", "what it said of the person is erased")),
        Some(said) => {
            let (model, key) = (episode.model.clone(), said.subject.key.clone());
            match ask(&desk.loaded, move |view| view.explain(&model, &key)).await {
                Ok(Some(found)) => (explanation(desk, &found)?, Value::Null),
                Ok(None) => (Value::Null, both("该对象已不在底册中", "no register lists it any more")),
                Err(problem) => (Value::Null, text(&problem.text)),
            }
        }
    };
    let given = episode.verdict.as_ref().map(|given| {
        json!({
            "verdict": given.word, "title": text(&given_title(desk, &clue, given)),
            "founded": given.verdict == Verdict::Founded, "on": given.on.to_string(), "by": title_of(&given.by),
            "reason": note(|change| matches!(change, Change::VerdictGiven { .. })),
        })
    });
    let given = given.map(|mut given| {
        if given["verdict"].is_null() {
            given["verdict"] = if given["founded"] == true { "founded" } else { "unfounded" }.into();
        }
        given
    });
    let snoozed = episode.snoozed.as_ref().map(|snooze| {
        json!({
            "until": snooze.until.to_string(), "on": snooze.on.to_string(), "by": title_of(&snooze.by),
            "reason": note(|change| matches!(change, Change::Snoozed { .. })).unwrap_or_default(),
        })
    });
    let is_open = matches!(clue.state, ClueState::Open | ClueState::Unconfirmed);
    let choices: Vec<Value> = verdicts(desk, &clue)
        .iter()
        .filter(|_| episode.verdict.is_none() && episode.raised.is_some() && !episode.merged)
        .map(|word| json!({"id": word.id, "title": text(&word.title), "founded": word.founded}))
        .collect();
    let mut others = Vec::new();
    if let Some(said) = &episode.said {
        let filter = ClueFilter {
            scope: Some(caller.scope(desk.programme(), "clues")),
            subject: Some((said.subject.kind.clone(), said.subject.key.clone())),
            limit: Some(20),
            ..ClueFilter::default()
        };
        let mut found = store.clues(&filter).await?;
        found.retain(|other| other.episode.clue != episode.clue);
        others = listed(desk, &found).await?;
    }
    let line = line(desk, &clue).await?;
    let may_open =
        is_open && line["case"].is_null() && !line["opens"].is_null() && caller.may(desk.programme(), "cases");
    let body = json!({
        "line": line, "version": version, "explanation": explained, "unexplained": unexplained,
        "verdicts": choices, "given": given, "snooze": snoozed, "timeline": timeline(&events, &title_of),
        "points_to": episode.points_to.map(|clue| clue.to_string()), "may_snooze": is_open, "may_open_case": may_open,
        "others": others,
    });
    Ok(([(header::ETAG, format!("\"{version}\""))], Json(body)).into_response())
}

fn timeline(events: &[ClueEvent], title_of: &dyn Fn(&str) -> String) -> Vec<Value> {
    let lines = (1_u64..).zip(events).map(|(position, event)| {
        let (kind, title, who) = match &event.change {
            Change::ClueRaised { .. } => ("opened", both("产生线索", "raised"), None),
            Change::HeldQuiet { until, .. } => {
                ("opened", both(format!("静默至 {until}"), format!("quiet until {until}")), None)
            }
            Change::RaisedAfterQuiet { .. } => ("opened", both("静默期满，产生线索", "raised after quiet"), None),
            Change::LevelChanged { .. } => ("noted", both("风险等级变化", "level changed"), None),
            Change::Unconfirmed { .. } => ("noted", both("暂时无法认定", "cannot be told at present"), None),
            Change::Confirmed => ("noted", both("再次认定", "confirmed"), None),
            Change::EpisodeEnded { .. } => ("moved", both("不再命中", "no hit any more"), None),
            Change::PointedTo { to } => ("noted", both(format!("并入 {to}"), format!("merged into {to}")), None),
            Change::ContinuedBy { clue } => {
                ("noted", both(format!("由 {clue} 接续"), format!("continued by {clue}")), None)
            }
            Change::SubjectChanged => ("noted", both("对象更正", "subject corrected"), None),
            Change::VerdictGiven { by, .. } => ("moved", both("给出结论", "verdict given"), Some(title_of(by))),
            Change::Snoozed { until, by, .. } => {
                ("noted", both(format!("暂缓至 {until}"), format!("put off until {until}")), Some(title_of(by)))
            }
        };
        let on = event.question.as_of;
        json!({
            "position": position, "at": format!("{on}T00:00:00+08:00"), "on": on.to_string(), "who": who, "role": null,
            "kind": kind, "title": title, "from": null, "to": null,
            "reason": event.said.as_ref().and_then(|said| said.note.clone()), "fields": [],
        })
    });
    lines.collect()
}

pub(crate) async fn clue_rows(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Query(asked): Asked,
) -> Result<Json<Value>, Problem> {
    let desk = Desk::of(app).await?;
    let clue = find(&desk, &caller, &id).await?;
    let said = clue.episode.said.ok_or_else(Problem::not_found)?;
    let name = asked.get("value").cloned().unwrap_or_default();
    let (model, key) = (clue.episode.model, said.subject.key);
    let found = ask(&desk.loaded, move |view| view.explain(&model, &key)).await?.ok_or_else(Problem::not_found)?;
    Ok(Json(rows_of(&desk, &found, &name).await?))
}

pub(crate) async fn give_verdict(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    headers: HeaderMap,
    bytes: Bytes,
) -> Result<Response, Problem> {
    let command: VerdictCommand = body(&bytes)?;
    let sent = Sent { word: "verdict", id: &id, headers: &headers, bytes: &bytes };
    command_on_clue(app, &caller, sent, |desk, clue| {
        let word = verdicts(desk, clue).into_iter().find(|word| word.id == command.verdict);
        let word = word.ok_or_else(|| refused("unknown-verdict", "不在结论清单中", "is not among the verdicts"))?;
        let verdict = if word.founded { Verdict::Founded } else { Verdict::Unfounded };
        let note = command.reason.as_deref().map(str::trim).filter(|note| !note.is_empty());
        judge(&clue.episode, (verdict, &word.id), note, desk.today(), &caller.person.name).map_err(not_done)
    })
    .await
}

pub(crate) async fn snooze_clue(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    headers: HeaderMap,
    bytes: Bytes,
) -> Result<Response, Problem> {
    let command: SnoozeCommand = body(&bytes)?;
    let sent = Sent { word: "snooze", id: &id, headers: &headers, bytes: &bytes };
    command_on_clue(app, &caller, sent, |desk, clue| {
        let until = Day::parse(&command.until).ok_or_else(|| not_done(Refusal::BadSnooze))?;
        snooze(&clue.episode, until, &command.reason, desk.today(), &caller.person.name).map_err(not_done)
    })
    .await
}

/// A command on a clue, as it came.
struct Sent<'r> {
    word: &'static str,
    id: &'r str,
    headers: &'r HeaderMap,
    bytes: &'r [u8],
}

/// What all commands on a clue share: done once per key, on the version that was seen, on disk before it is answered.
async fn command_on_clue(
    app: Arc<App>,
    caller: &Caller,
    sent: Sent<'_>,
    decide: impl FnOnce(&Desk, &ClueRecord) -> Result<ClueEvent, Problem>,
) -> Result<Response, Problem> {
    let (seen, key) = (if_match(sent.headers)?, once_key(sent.headers)?);
    let desk = Desk::of(app).await?;
    let mut turn = desk.app.folder.store.command().await?;
    let clue = find_in(&mut turn, &desk, caller, sent.id).await?;
    let answer = clue.episode.clue.to_string();
    let digest = digest(&[sent.word, &answer], sent.bytes);
    let person = &caller.person.name;
    if done(&mut turn, person, &key, &digest).await?.is_none() {
        expect_version(&clue, &seen)?;
        let event = decide(&desk, &clue)?;
        let once = Once { person: person.clone(), key, digest, answer, at: desk.app.now().at };
        turn.append_clue_events(&[event], Some(&once)).await?;
        turn.commit().await?;
    } else {
        drop(turn);
    }
    shown(&desk, caller, sent.id).await
}

fn not_done(refusal: Refusal) -> Problem {
    let (zh, en) = match refusal {
        Refusal::AlreadyJudged => ("已有结论", "there is a verdict already"),
        Refusal::NotRaised => ("该线索尚在静默期", "the clue is only listed as quiet"),
        Refusal::Merged => ("该线索已并入另一条", "another clue continues it"),
        Refusal::NotOpen => ("该线索不是待办状态", "the clue is not open"),
        Refusal::BadSnooze => {
            ("暂缓须写理由，日期在今天之后一年以内", "a reason is needed, and a later day within a year")
        }
    };
    refused(&refusal.code().replace('_', "-"), zh, en)
}
