//! Commands on cases: decided one at a time, stored with what they change, done once per key.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Extension, Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use casework::ClueId;
use casework::case::{self, Act, Case, CaseEvent, CaseId, Doer, Open};
use pack::Programme;
use pack::programme::{FieldType, Steps};
use serde::Deserialize;
use store::{Command, Once};
use types::{Hash, SubjectRef};

use super::cases::{self, facts_of, moment, place_of, row_of};
use crate::app::{App, ask};
use crate::caller::Caller;
use crate::mask::canonical_key;
use crate::problem::{Problem, refused};
use crate::wire::{Desk, body, if_match, once_key};

#[derive(Deserialize)]
struct ActCommand {
    #[serde(default)]
    fields: BTreeMap<String, Option<String>>,
    #[serde(default)]
    reason: Option<String>,
    #[serde(default)]
    item: Option<String>,
}

#[derive(Deserialize)]
struct OpenCase {
    workflow: String,
    source: String,
    place: String,
    #[serde(default)]
    subject: Option<String>,
    #[serde(default)]
    fields: BTreeMap<String, Option<String>>,
}

pub(crate) async fn act(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path((id, action)): Path<(String, String)>,
    headers: HeaderMap,
    bytes: Bytes,
) -> Result<Response, Problem> {
    let command: ActCommand = body(&bytes)?;
    let (key, version) = (once_key(&headers)?, if_match(&headers)?);
    let desk = Desk::of(app).await?;
    let mut turn = desk.app.folder.store.command().await?;
    let digest = digest(&["act", &id, &action], &bytes);
    if let Some(answer) = done(&mut turn, &caller.person.name, &key, &digest).await? {
        drop(turn);
        return cases::shown(&desk, &caller, &answer).await;
    }
    let mut opened = cases::open_in(&mut turn, &desk, &caller, &id).await?;
    let current = opened.case.version.to_string();
    if version != current {
        let mut problem = refused(
            "version-old",
            "工单已被他人更新，请查看最新内容后再办理",
            "somebody has changed the case meanwhile; look at it again",
        );
        problem.current = Some(current);
        return Err(problem);
    }
    let now = moment(&desk);
    let doer = caller.doer(&opened.case.place);
    let named = named_subject(&desk, opened.steps()?, &action, &command.fields).await?;
    let mut other = None;
    if let Some(subject) = &named {
        if Some(subject) != opened.case.subject.as_ref() {
            opened.facts = facts_of(&desk, &opened.programme, &opened.case.workflow, Some(subject)).await?;
        }
        let open = turn.open_case_of(&opened.case.workflow, subject).await?;
        other = open.filter(|other| *other != opened.case.id);
    }
    let item = command.item.as_deref().map(|item| item.parse().unwrap_or(0));
    let act = Act { action, item, fields: command.fields, reason: command.reason, subject: named };
    let event = case::act(&opened.desk()?, &opened.case, &act, &doer, opened.facts.as_ref(), other, &now)?;
    let once = Once {
        person: caller.person.name.clone(),
        key,
        digest,
        answer: opened.case.id.to_string(),
        at: now.at.clone(),
    };
    let programme = Arc::clone(&opened.programme);
    turn.append_case_event(Some(&opened.case), &event, |case| row_of(&programme, case), Some(&once)).await?;
    turn.commit().await?;
    cases::shown(&desk, &caller, &opened.case.id.to_string()).await
}

/// The subject that a form's field of type subject names.
async fn named_subject(
    desk: &Desk,
    steps: &Steps,
    action: &str,
    fields: &BTreeMap<String, Option<String>>,
) -> Result<Option<SubjectRef>, Problem> {
    let Some(action) = steps.action(action) else { return Ok(None) };
    let asks = |name: &&String| steps.fields.get(*name).is_some_and(|field| field.ty == FieldType::Subject);
    let Some(name) = action.form.iter().find(asks) else { return Ok(None) };
    let Some(typed) = fields.get(name).and_then(|value| value.as_deref()).filter(|typed| !typed.trim().is_empty())
    else {
        return Ok(None);
    };
    let key = canonical_key(desk.programme(), &steps.subject, typed)?;
    let subject = SubjectRef { kind: steps.subject.clone(), key };
    let looked = subject.clone();
    let exists = ask(&desk.loaded, move |view| Ok(view.screen.is_subject(&looked.kind, &looked.key))).await?;
    if exists {
        return Ok(Some(subject));
    }
    let mut problem = refused("subject-unknown", "底册中没有这个编号", "no register lists this key");
    problem.errors.push(case::FieldFault {
        field: name.clone(),
        text: types::Text::new("底册中没有这个编号", "no register lists this key"),
    });
    Err(problem)
}

pub(crate) async fn open_case(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
    bytes: Bytes,
) -> Result<Response, Problem> {
    let command: OpenCase = body(&bytes)?;
    let key = once_key(&headers)?;
    let desk = Desk::of(app).await?;
    let place = known_place(&desk, &command.place)?;
    if !caller.scope(desk.programme(), "cases").holds(&place) {
        return Err(refused("place-unknown", "没有这个地区", "there is no such place"));
    }
    let subject = match command.subject.as_deref().and_then(|subject| subject.split_once('/')) {
        Some((kind, reference)) => Some(desk.app.subject(kind, reference)?),
        None => None,
    };
    let doer = caller.doer(&place);
    let sent = Sent {
        workflow: command.workflow,
        source: command.source,
        place,
        subject,
        clue: None,
        fields: command.fields,
        proxy: false,
        receipt: None,
        by: Some(doer),
    };
    let turn = desk.app.folder.store.command().await?;
    let case = begin(turn, &desk, sent, &key, &digest(&["open"], &bytes)).await?;
    created(&desk, &caller, case.id).await
}

/// What opens a case, whoever sends it.
pub(crate) struct Sent {
    pub(crate) workflow: String,
    pub(crate) source: String,
    pub(crate) place: String,
    pub(crate) subject: Option<SubjectRef>,
    pub(crate) clue: Option<ClueId>,
    pub(crate) fields: BTreeMap<String, Option<String>>,
    pub(crate) proxy: bool,
    pub(crate) receipt: Option<Hash>,
    pub(crate) by: Option<Doer>,
}

/// Opens a case, once per key; returns when it is on disk.
pub(crate) async fn begin(
    mut turn: Command<'_>,
    desk: &Desk,
    sent: Sent,
    key: &str,
    digest: &str,
) -> Result<Case, Problem> {
    let person = sent.by.as_ref().map(|by| by.name.clone()).unwrap_or_default();
    let (once, id) = turn.opening(&person, key).await?;
    if let Some(answer) = same(once, digest)? {
        let id = CaseId::parse(&answer).ok_or_else(|| Problem::fault("an answer is no case"))?;
        let events = turn.case_events(id).await?;
        let case = Case::fold(events.iter().map(|(_, event)| event)).map_err(Problem::fault)?;
        return case.ok_or_else(|| Problem::fault("a case is gone"));
    }
    let programme = Arc::clone(desk.programme());
    let (steps, pack) = steps_of(&programme, &sent.workflow)?;
    let other = match &sent.subject {
        Some(subject) => turn.open_case_of(&sent.workflow, subject).await?,
        None => None,
    };
    let facts = facts_of(desk, &programme, &sent.workflow, sent.subject.as_ref()).await?;
    let now = moment(desk);
    let workflow = sent.workflow.clone();
    let open = Open {
        id,
        source: sent.source,
        place: sent.place,
        subject: sent.subject,
        clue: sent.clue,
        fields: sent.fields,
        proxy: sent.proxy,
        receipt: sent.receipt,
        by: sent.by,
    };
    let case_desk = case::Desk { workflow: &workflow, steps, pack, calendar: &programme.calendar };
    let event: CaseEvent = case::open(&case_desk, open, facts.as_ref(), other, &now)?;
    let once =
        Once { person, key: key.to_owned(), digest: digest.to_owned(), answer: id.to_string(), at: now.at.clone() };
    let (_, case) = turn.append_case_event(None, &event, |case| row_of(&programme, case), Some(&once)).await?;
    turn.commit().await?;
    Ok(case)
}

/// The steps of a workflow, and the content hash of its pack.
pub(crate) fn steps_of<'p>(programme: &'p Programme, workflow: &str) -> Result<(&'p Steps, Hash), Problem> {
    let found = programme
        .workflows
        .get(workflow)
        .and_then(|workflow| Some((workflow.steps.as_ref()?, programme.packs.get(workflow.pack)?.hash)));
    found.ok_or_else(|| refused("no-steps", "该流程还没有办理步骤", "this workflow has no steps yet"))
}

/// The canonical code of a place that is listed.
pub(crate) fn known_place(desk: &Desk, place: &str) -> Result<String, Problem> {
    let code = codes::code("place").and_then(|code| code.check(place).ok());
    code.filter(|code| desk.loaded.places.contains_key(code))
        .ok_or_else(|| refused("place-unknown", "没有这个地区", "there is no such place"))
}

pub(crate) async fn created(desk: &Desk, caller: &Caller, id: CaseId) -> Result<Response, Problem> {
    let mut response = cases::shown(desk, caller, &id.to_string()).await?.into_response();
    *response.status_mut() = StatusCode::CREATED;
    Ok(response)
}

/// What was answered under this key; refused when something else was sent under it.
pub(crate) async fn done(
    turn: &mut Command<'_>,
    person: &str,
    key: &str,
    digest: &str,
) -> Result<Option<String>, Problem> {
    same(turn.done_once(person, key).await?, digest)
}

/// What was answered, when the same was sent as now.
fn same(once: Option<Once>, digest: &str) -> Result<Option<String>, Problem> {
    match once {
        Some(once) if once.digest == digest => Ok(Some(once.answer)),
        Some(_) => Err(refused(
            "key-reused",
            "这个 Idempotency-Key 已用于另一请求",
            "this Idempotency-Key was used for another request",
        )),
        None => Ok(None),
    }
}

/// What was sent, in a few bytes.
pub(crate) fn digest(words: &[&str], bytes: &[u8]) -> String {
    let mut hasher = types::Hasher::default();
    for word in words {
        hasher.piece(word);
    }
    hasher.piece(bytes).finish().to_string()
}

/// Opens the case that a clue asks for, or adds the clue to the open one of the same subject.
pub(crate) async fn open_case_of_clue(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    headers: HeaderMap,
    bytes: Bytes,
) -> Result<Response, Problem> {
    let (key, version) = (once_key(&headers)?, if_match(&headers)?);
    let desk = Desk::of(app).await?;
    let mut turn = desk.app.folder.store.command().await?;
    let clue = super::clues::find_in(&mut turn, &desk, &caller, &id).await?;
    super::clues::expect_version(&clue, &version)?;
    let said = clue.episode.said.as_ref().ok_or_else(Problem::not_found)?;
    let opens =
        said.opens.as_ref().ok_or_else(|| refused("opens-nothing", "该线索不开启工单", "this clue opens no case"))?;
    let subject = opens
        .subject
        .clone()
        .ok_or_else(|| refused("subject-unknown", "没有找到工单的对象", "the case's subject could not be found"))?;
    let clue_id = clue.episode.clue;
    if let Some(known) = turn.case_of_clue(clue_id).await? {
        drop(turn);
        return created(&desk, &caller, known).await;
    }
    let place = match place_of(&desk, &subject).await? {
        Some(place) => place,
        None => said.place.clone().ok_or_else(|| refused("place-unknown", "没有这个地区", "there is no such place"))?,
    };
    if !caller.scope(desk.programme(), "cases").holds(&place) {
        return Err(Problem::forbidden());
    }
    let doer = caller.doer(&place);
    if let Some(open) = turn.open_case_of(&opens.workflow, &subject).await? {
        let opened = cases::open_in(&mut turn, &desk, &caller, &open.to_string()).await?;
        let event = case::join(&opened.case, clue_id, &doer, &moment(&desk))?;
        let programme = Arc::clone(&opened.programme);
        turn.append_case_event(Some(&opened.case), &event, |case| row_of(&programme, case), None).await?;
        turn.commit().await?;
        return created(&desk, &caller, open).await;
    }
    let (steps, _) = steps_of(desk.programme(), &opens.workflow)?;
    let source = steps
        .sources
        .iter()
        .find(|source| source.clue)
        .ok_or_else(|| refused("opens-nothing", "该线索不开启工单", "this clue opens no case"))?;
    let sent = Sent {
        workflow: opens.workflow.clone(),
        source: source.id.clone(),
        place,
        subject: Some(subject),
        clue: Some(clue_id),
        fields: BTreeMap::new(),
        proxy: false,
        receipt: None,
        by: Some(doer),
    };
    let case = begin(turn, &desk, sent, &key, &digest(&["clue", &clue_id.to_string()], &bytes)).await?;
    created(&desk, &caller, case.id).await
}
