//! `clues --conversations`: what is open about one subject, however many models say it, as one line.

use casework::{ClueId, ClueState};
use pipeline::DataFolder;
use pipeline::ranking::{Rate, Rates, conversations};
use serde::Serialize;
use server::mask::View;
use store::ClueFilter;
use types::{Day, SubjectRef};

use super::rate_text;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Format, Table, print_json, print_table};
use crate::render::kind_title;
use crate::words;

/// A conversation as JSON.
#[derive(Serialize)]
struct ConversationLine {
    subject: Option<SubjectRef>,
    place: Option<String>,
    severity: Option<String>,
    hit_rate: Option<Rate>,
    since: Day,
    models: Vec<String>,
    clues: Vec<ClueId>,
}

/// Prints the open clues of `filter` as conversations, in the order in which they are to be held.
pub(super) async fn print(
    folder: &DataFolder,
    filter: ClueFilter,
    rates: &Rates,
    view: &View<'_>,
    format: Format,
    context: &Context,
) -> Result<Exit, Failure> {
    let wanted = filter.limit.map_or(usize::MAX, |limit| limit as usize);
    let mut records = Vec::new();
    for state in [ClueState::Open, ClueState::Unconfirmed] {
        let filter = ClueFilter { state: Some(state), limit: None, ranking: None, ..filter.clone() };
        records.extend(folder.store.clues(&filter).await?);
    }
    // What a rule finds in the data is mended there; nobody is visited for it.
    let programme = view.programme;
    records.retain(|record| {
        let model = programme.models.get(&record.episode.model);
        model.is_none_or(|model| model.kind != ::pack::programme::ModelKind::DataQuality)
    });
    let (clues, found) = (records.len(), conversations(&records, rates));
    let held = found.len();
    let lines: Vec<ConversationLine> = found
        .into_iter()
        .take(wanted)
        .map(|one| ConversationLine {
            place: one.owner.as_ref().and_then(|owner| Some(view.place(&owner.kind, one.place.as_ref()?))),
            subject: one.owner.map(|owner| view.subject(&owner)),
            severity: one.severity,
            hit_rate: one.rate,
            since: one.since,
            models: one.models,
            clues: one.clues,
        })
        .collect();
    if format == Format::Json {
        print_json(&lines)?;
        return Ok(Exit::Ok);
    }
    let mut table = Table::new([
        context.say("对象", "subject"),
        context.say("地区", "place"),
        context.say("级别", "level"),
        context.say("属实率", "hit rate"),
        context.say("最早", "since"),
        context.say("模型", "models"),
        context.say(">线索", ">clues"),
    ]);
    for line in &lines {
        let subject = line.subject.as_ref().map_or_else(
            || context.say("已抹除", "erased").to_owned(),
            |subject| format!("{} {}", kind_title(programme, &subject.kind).get(context.lang), subject.key),
        );
        table.row([
            subject,
            line.place.clone().unwrap_or_default(),
            line.severity.as_deref().map(|level| words::level(level).get(context.lang).to_owned()).unwrap_or_default(),
            rate_text(line.hit_rate, context),
            line.since.to_string(),
            line.models.join(" "),
            line.clues.len().to_string(),
        ]);
    }
    print_table(&table, format, context)?;
    context.note(format!("{clues} 条线索，合成 {held} 次走访"), format!("{clues} clues in {held} conversations"));
    Ok(Exit::Ok)
}
