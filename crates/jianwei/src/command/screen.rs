//! `jianwei screen`: every model about everyone, and what it means for the clues.

use std::collections::BTreeMap;

use casework::{Change, ClueEvent};
use pipeline::job::{ScreenRequest, Screened, screen};
use serde::Serialize;
use types::{Day, Lang, Text};

use crate::cli::day;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{PageFormat, Progress, Table, print, print_json};
use crate::render::{kind_title, shown_title};

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A.
    #[arg(long, value_name = "DATE", value_parser = day, help = "截至哪天，默认今天 | as of which day, today when not given")]
    as_of: Option<Day>,
    /// K.
    #[arg(long, value_name = "DATE", value_parser = day, help = "按哪天前收到的数据，默认同上 | known by which day, as above when not given")]
    known_by: Option<Day>,
    /// How the answers are written.
    #[arg(long, value_enum, default_value = "table", help = "输出格式 | how the answers are written")]
    format: PageFormat,
}

/// A run as JSON.
#[derive(Serialize)]
struct ScreenLine {
    run: u32,
    as_of: Day,
    known_by: Day,
    historic: bool,
    subjects: BTreeMap<String, u64>,
    models: Vec<ModelLine>,
    missing_parameters: Vec<MissingLine>,
    events: BTreeMap<&'static str, u64>,
}

/// One model's answers.
#[derive(Serialize)]
struct ModelLine {
    id: String,
    title: Text,
    kind: String,
    hit: u64,
    clear: u64,
    undetermined: u64,
    outside: u64,
    shadow: bool,
}

/// A place without a value of a parameter.
#[derive(Serialize)]
struct MissingLine {
    parameter: String,
    place: String,
}

/// Screens, records the run, moves the clues.
pub async fn run(args: &Args, context: &Context) -> Result<Exit, Failure> {
    let folder = context.open_for_writing().await?;
    let programme = folder.programme().await?;
    let caller = context.caller(&folder).await?;
    let question = context.question(&folder, args.as_of, args.known_by).await?;
    let bar = Progress::new(context, 3);
    let mut stages = 0;
    let mut progress = |stage: &str| {
        bar.at(stages, stage);
        stages += 1;
    };
    let request = ScreenRequest { question, threads: context.threads };
    let screened = screen(&folder, &programme, request, &caller, &mut progress).await?;
    drop(bar);
    folder.store.write_head(caller.today).await?;
    folder.store.close().await;
    if args.format == PageFormat::Json {
        print_json(&line_of(&screened))?;
    } else {
        print(&table(&screened, &programme, context.lang))?;
    }
    remarks(&screened, context);
    Ok(Exit::Ok)
}

/// The answers per model.
pub fn table(screened: &Screened, programme: &::pack::Programme, lang: Lang) -> String {
    let headers = match lang {
        Lang::Zh => ["模型", "名称", "对象", ">命中", ">未命中", ">无法认定", ">不在范围"],
        Lang::En => ["model", "title", "about", ">hit", ">clear", ">undetermined", ">outside"],
    };
    let mut table = Table::new(headers);
    for model in &screened.models {
        let counts = &model.counts;
        let kind = kind_title(programme, &model.kind);
        table.row([
            model.model.clone(),
            shown_title(&model.title, counts.shadow, lang),
            kind.get(lang).to_owned(),
            counts.hit.to_string(),
            counts.clear.to_string(),
            counts.undetermined.to_string(),
            counts.outside.to_string(),
        ]);
    }
    table.render()
}

fn remarks(screened: &Screened, context: &Context) {
    let (run, as_of, known_by) = (screened.run, screened.question.as_of, screened.question.known_by);
    context.note(
        format!("第 {run} 次运行，截至 {as_of}，依据 {known_by} 前收到的数据"),
        format!("run {run}, as of {as_of}, known by {known_by}"),
    );
    if screened.is_historic {
        context.note("历史：早于上次运行，线索不变", "historic: before the last run, no clue was moved");
    }
    for missing in &screened.missing_parameters {
        let (parameter, place) = (&missing.parameter, &missing.place);
        context.note(
            format!("参数 `:{parameter}` 在 {place} 没有生效的取值"),
            format!("the parameter `:{parameter}` has no value in force at {place}"),
        );
    }
    let events: Vec<String> =
        by_change(&screened.events).iter().map(|(word, count)| format!("{word} {count}")).collect();
    if !events.is_empty() {
        let events = events.join(", ");
        context.note(format!("线索变化：{events}"), format!("clues: {events}"));
    }
}

fn line_of(screened: &Screened) -> ScreenLine {
    let models = screened.models.iter().map(|model| ModelLine {
        id: model.model.clone(),
        title: model.title.clone(),
        kind: model.kind.clone(),
        hit: model.counts.hit,
        clear: model.counts.clear,
        undetermined: model.counts.undetermined,
        outside: model.counts.outside,
        shadow: model.counts.shadow,
    });
    let missing = screened
        .missing_parameters
        .iter()
        .map(|missing| MissingLine { parameter: missing.parameter.clone(), place: missing.place.clone() });
    ScreenLine {
        run: screened.run,
        as_of: screened.question.as_of,
        known_by: screened.question.known_by,
        historic: screened.is_historic,
        subjects: screened.subjects.clone(),
        models: models.collect(),
        missing_parameters: missing.collect(),
        events: by_change(&screened.events),
    }
}

/// How often what happened to clues.
fn by_change(events: &[ClueEvent]) -> BTreeMap<&'static str, u64> {
    let mut counts = BTreeMap::new();
    for event in events {
        let word = match event.change {
            Change::ClueRaised { .. } => "raised",
            Change::HeldQuiet { .. } => "held_quiet",
            Change::RaisedAfterQuiet { .. } => "raised_after_quiet",
            Change::LevelChanged { .. } => "level_changed",
            Change::Unconfirmed { .. } => "unconfirmed",
            Change::Confirmed => "confirmed",
            Change::EpisodeEnded { .. } => "ended",
            Change::PointedTo { .. } => "merged",
            Change::ContinuedBy { .. } => "continued",
            Change::SubjectChanged => "subject_changed",
            Change::VerdictGiven { .. } => "judged",
            Change::Snoozed { .. } => "snoozed",
        };
        *counts.entry(word).or_default() += 1;
    }
    counts
}
