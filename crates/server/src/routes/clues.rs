//! Clues: lists, one clue explained, verdict and snooze.

use casework::ClueId;
use serde_json::{Value, json};
use store::ClueRecord;
use types::SubjectRef;

use crate::caller::Caller;
use crate::problem::{Problem, refused};
use crate::wire::{Desk, text};

/// Finds a clue that the caller may see.
pub(crate) async fn find(desk: &Desk, caller: &Caller, id: &str) -> Result<ClueRecord, Problem> {
    let id = ClueId::parse(id).ok_or_else(Problem::not_found)?;
    let clue = desk.app.folder.store.clue(id).await?.ok_or_else(Problem::not_found)?;
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

/// The clues with these ids, as far as the caller may see them.
pub(crate) async fn lines(desk: &Desk, caller: &Caller, ids: &[ClueId]) -> Result<Vec<Value>, Problem> {
    let mut lines = Vec::new();
    for id in ids {
        if let Ok(clue) = find(desk, caller, &id.to_string()).await {
            lines.push(line(desk, &clue).await?);
        }
    }
    Ok(lines)
}

/// A clue as a list shows it.
pub(crate) async fn line(desk: &Desk, clue: &ClueRecord) -> Result<Value, Problem> {
    let episode = &clue.episode;
    let programme = desk.programme();
    let model = programme.models.get(&episode.model);
    let said = episode.said.as_ref();
    let subject: Option<&SubjectRef> = said.map(|said| &said.subject);
    let place = said.and_then(|said| Some(desk.view().place(&said.subject.kind, said.place.as_ref()?)));
    let workflow = said.and_then(|said| programme.workflows.get(&said.opens.as_ref()?.workflow));
    let case = desk.app.folder.store.case_of_clue(episode.clue).await?;
    let verdict = episode.verdict.as_ref().map(|given| match given.verdict {
        casework::Verdict::Founded => crate::wire::both("属实", "founded"),
        casework::Verdict::Unfounded => crate::wire::both("不属实", "unfounded"),
    });
    Ok(json!({
        "id": episode.clue.to_string(), "model": episode.model,
        "model_title": text(&model.map(|model| model.title.clone()).unwrap_or_default()),
        "state": clue.state.word(), "subject": desk.subject(subject), "place": place.map(|place| desk.place(&place)),
        "severity": episode.level.severity, "opened": episode.opened.to_string(),
        "raised": episode.raised.map(|day| day.to_string()), "ended": episode.ended.map(|ended| ended.on.to_string()),
        "snoozed_until": null, "verdict": verdict, "case": case.map(|case| case.to_string()),
        "opens": workflow.filter(|workflow| workflow.steps.is_some()).map(|workflow| text(&workflow.title)),
    }))
}
