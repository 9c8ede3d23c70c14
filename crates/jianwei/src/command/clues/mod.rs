//! `jianwei clues`: the list of clues, and the conversations that they are.

mod conversations;

use casework::{ClueId, ClueState, End, Verdict};
use pipeline::ranking::{Rate, Rates, ranking, rates};
use serde::Serialize;
use store::{ClueFilter, ClueRecord, Scope};
use types::{Day, SubjectRef, Text};

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Format, Table, print_json, print_table};
use crate::render::kind_title;
use crate::words;
use server::mask::View;

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Of this model.
    #[arg(long, value_name = "M", help = "只列这个模型 | of this model only")]
    model: Option<String>,
    /// In this state.
    #[arg(long, value_name = "S", value_parser = state, help = "open, unconfirmed, quiet, judged, ended, merged")]
    state: Option<ClueState>,
    /// In this place or below.
    #[arg(long, value_name = "CODE", help = "只列这个地区及其下级 | in this place or below")]
    place: Option<String>,
    /// After this clue.
    #[arg(long, value_name = "CLUE", value_parser = clue, help = "从这条之后列起 | after this clue")]
    after: Option<ClueId>,
    /// At most so many.
    #[arg(long, value_name = "N", help = "最多列几条 | at most so many")]
    limit: Option<u32>,
    /// In the order of ids, or as they are worth looking into.
    #[arg(
        long,
        value_enum,
        default_value = "id",
        help = "顺序：id 按编号；rank 按级别、模型属实率、时间 | order: by id, or by level, how often the model was right, and age"
    )]
    order: Order,
    /// One line for each conversation.
    #[arg(
        long,
        conflicts_with_all = ["after", "order", "state"],
        help = "同一对象的多条未办结线索合成一次走访 | one line for each conversation: all that is open about one subject"
    )]
    conversations: bool,
    /// How the list is written.
    #[arg(long, value_enum, default_value = "table", help = "输出格式 | how the list is written")]
    format: Format,
}

/// The order of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Order {
    /// By id.
    Id,
    /// By level, rate and age.
    Rank,
}

/// One clue as JSON.
#[derive(Serialize)]
struct ClueLine {
    id: ClueId,
    model: String,
    title: Option<Text>,
    state: ClueState,
    subject: Option<SubjectRef>,
    place: Option<String>,
    severity: Option<String>,
    severity_unsure: bool,
    hit_rate: Option<Rate>,
    opened: Day,
    raised: Option<Day>,
    ended: Option<Day>,
    end_reason: Option<End>,
    quiet_until: Option<Day>,
    points_to: Option<ClueId>,
    continued_by: Option<ClueId>,
    unconfirmed_since: Option<Day>,
    true_since: Option<Day>,
    learned: Day,
    opens: Option<OpensLine>,
    verdict: Option<VerdictLine>,
    run: Option<u32>,
    as_of: Day,
    known_by: Day,
    erased: bool,
}

/// What a clue opens.
#[derive(Serialize)]
struct OpensLine {
    workflow: String,
    title: Option<Text>,
    #[serde(rename = "for")]
    subject: Option<SubjectRef>,
}

/// What a person found.
#[derive(Serialize)]
struct VerdictLine {
    verdict: Verdict,
    on: Day,
    by: String,
}

/// Lists.
pub async fn run(args: &Args, context: &Context) -> Result<Exit, Failure> {
    let folder = context.open().await?;
    let programme = folder.programme().await?;
    let place = match &args.place {
        Some(place) => Some(::codes::code("place").map_or_else(
            || Ok(place.clone()),
            |code| {
                code.check(place).map_err(|error| {
                    Failure::refused(
                        "bad-place",
                        format!("不是地区代码：{}", error.message.zh),
                        format!("not a place code: {}", error.message.en),
                    )
                })
            },
        )?),
        None => None,
    };
    let word = |text: &Option<String>| text.clone().unwrap_or_else(|| "*".to_owned());
    let state = args.state.map_or("*", ClueState::word);
    let what = format!("clues model={} state={state} place={}", word(&args.model), word(&place));
    let view = context.view(&folder, &programme, &what).await?;
    let rates = rates(&folder, &Scope { places: vec![String::new()] }).await?;
    let filter = ClueFilter {
        ranking: (args.order == Order::Rank).then(|| ranking(&rates)),
        model: args.model.clone(),
        state: args.state,
        place,
        after: args.after,
        limit: args.limit,
        ..ClueFilter::default()
    };
    if args.conversations {
        return conversations::print(&folder, filter, &rates, &view, args.format, context).await;
    }
    let records = folder.store.clues(&filter).await?;
    let lines: Vec<ClueLine> = records.into_iter().map(|record| line_of(record, &view, &rates)).collect();
    if args.format == Format::Json {
        print_json(&lines)?;
        return Ok(Exit::Ok);
    }
    let mut table = Table::new([
        context.say("线索", "clue"),
        context.say("模型", "model"),
        context.say("名称", "title"),
        context.say("状态", "state"),
        context.say("对象", "subject"),
        context.say("地区", "place"),
        context.say("级别", "level"),
        context.say("属实率", "hit rate"),
        context.say("首见", "opened"),
        context.say("备注", "remarks"),
    ]);
    for line in &lines {
        let subject = match &line.subject {
            Some(subject) => {
                format!("{} {}", kind_title(&programme, &subject.kind).get(context.lang), subject.key)
            }
            None => context.say("已抹除", "erased").to_owned(),
        };
        let severity = line.severity.as_deref().map(words::level);
        let mut level = severity.as_ref().map_or("", |level| level.get(context.lang)).to_owned();
        if line.severity_unsure {
            level.push('?');
        }
        table.row([
            line.id.to_string(),
            line.model.clone(),
            line.title.as_ref().map_or("", |title| title.get(context.lang)).to_owned(),
            words::state(line.state).get(context.lang).to_owned(),
            subject,
            line.place.clone().unwrap_or_default(),
            level,
            rate_text(line.hit_rate, context),
            line.opened.to_string(),
            remarks(line, context),
        ]);
    }
    print_table(&table, args.format, context)?;
    context.note(format!("{} 条", lines.len()), format!("{} clues", lines.len()));
    Ok(Exit::Ok)
}

/// How often a model was right; on an invented truth it says so.
fn rate_text(rate: Option<Rate>, context: &Context) -> String {
    let Some(rate) = rate else { return String::new() };
    let per_mille = rate.per_mille();
    let share = format!("{}.{} %", per_mille / 10, per_mille % 10);
    match (rate.simulated, context.lang) {
        (false, _) => share,
        (true, types::Lang::Zh) => format!("{share}（模拟）"),
        (true, types::Lang::En) => format!("{share} (simulated)"),
    }
}

fn line_of(record: ClueRecord, view: &View<'_>, rates: &Rates) -> ClueLine {
    let episode = record.episode;
    let said = episode.said.as_ref();
    let opens = said.and_then(|said| said.opens.as_ref()).map(|opens| OpensLine {
        workflow: opens.workflow.clone(),
        title: view.programme.workflows.get(&opens.workflow).map(|workflow| workflow.title.clone()),
        subject: opens.subject.as_ref().map(|subject| view.subject(subject)),
    });
    let place = said.and_then(|said| said.place.as_ref().map(|place| view.place(&said.subject.kind, place)));
    ClueLine {
        id: episode.clue,
        title: view.programme.models.get(&episode.model).map(|model| model.title.clone()),
        state: record.state,
        subject: said.map(|said| view.subject(&said.subject)),
        place,
        severity: episode.level.severity,
        severity_unsure: episode.level.unsure,
        hit_rate: rates.get(&episode.model).copied(),
        opened: episode.opened,
        raised: episode.raised,
        ended: episode.ended.map(|ended| ended.on),
        end_reason: episode.ended.map(|ended| ended.reason),
        quiet_until: episode.held.map(|held| held.until),
        points_to: episode.points_to,
        continued_by: episode.continued_by,
        unconfirmed_since: episode.unconfirmed_since,
        true_since: episode.true_since,
        learned: episode.learned,
        opens,
        verdict: episode.verdict.map(|given| VerdictLine { verdict: given.verdict, on: given.on, by: given.by }),
        run: episode.said_run,
        as_of: episode.said_at.as_of,
        known_by: episode.said_at.known_by,
        erased: record.erased,
        model: episode.model,
    }
}

fn remarks(line: &ClueLine, context: &Context) -> String {
    let mut remarks = Vec::new();
    if let (Some(ended), Some(reason)) = (line.ended, line.end_reason) {
        remarks.push(format!("{} {ended}", words::end(reason).get(context.lang)));
    }
    if let Some(since) = line.unconfirmed_since {
        remarks.push(format!("{} {since}", context.say("未能确认自", "unconfirmed since")));
    }
    if let Some(until) = line.quiet_until {
        remarks.push(format!("{} {until}", context.say("静默至", "quiet until")));
    }
    if let Some(clue) = line.points_to {
        remarks.push(format!("{} {clue}", context.say("见", "see")));
    }
    if let Some(clue) = line.continued_by {
        remarks.push(format!("{} {clue}", context.say("续于", "continued by")));
    }
    if let Some(since) = line.true_since {
        let learned = line.learned;
        remarks.push(match context.lang {
            types::Lang::Zh => format!("自 {since} 起成立，{learned} 得知"),
            types::Lang::En => format!("true since {since}, learned {learned}"),
        });
    }
    if let Some(verdict) = &line.verdict {
        remarks.push(format!("{} {}", words::verdict(verdict.verdict).get(context.lang), verdict.on));
    }
    remarks.join(context.say("；", "; "))
}

fn state(text: &str) -> Result<ClueState, String> {
    ClueState::parse(text).ok_or_else(|| ClueState::ALL.map(ClueState::word).join(", "))
}

/// A clue's id, as written on the command line.
pub fn clue(text: &str) -> Result<ClueId, String> {
    ClueId::parse(text).ok_or_else(|| "线索编号应写成 C000001 | a clue is written C000001".to_owned())
}
