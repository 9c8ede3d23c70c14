//! `jianwei explain CLUE`, or `--subject KEY|@FILE --model M`: why, or why not.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::Path;

use ::pack::Programme;
use casework::ClueId;
use clap::ValueEnum;
use pipeline::{DataFolder, Inquiry, Shortage};
use serde::Serialize;
use store::ClueRecord;
use types::{Day, Explanation, Hash, Reason, SubjectRef};

use super::clues::clue;
use crate::cli::day;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Format, Table, print, print_json, print_table};
use crate::render::Page;
use server::mask::{View, canonical_key};

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The clue.
    #[arg(
        value_name = "CLUE",
        value_parser = clue,
        required_unless_present = "subject",
        conflicts_with_all = ["subject", "model", "as_of", "known_by"],
        help = "线索编号 | the clue"
    )]
    clue: Option<ClueId>,
    /// The subject, where there is no clue.
    #[arg(
        long,
        value_name = "KEY|@FILE",
        requires = "model",
        help = "对象号码；@文件 则每行一个，@- 读标准输入 | a subject's key; @FILE: one a line"
    )]
    subject: Option<String>,
    /// The model.
    #[arg(long, value_name = "M", requires = "subject", help = "模型 | the model")]
    model: Option<String>,
    /// A.
    #[arg(long, value_name = "DATE", value_parser = day, help = "截至哪天，默认今天 | as of which day, today when not given")]
    as_of: Option<Day>,
    /// K.
    #[arg(long, value_name = "DATE", value_parser = day, help = "按哪天前收到的数据，默认同上 | known by which day, as above when not given")]
    known_by: Option<Day>,
    /// How it is written.
    #[arg(long, value_enum, default_value = "text", help = "输出格式 | how it is written")]
    format: ExplainFormat,
}

/// How explanations are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ExplainFormat {
    /// For people.
    Text,
    /// For programs.
    Json,
    /// A line for each value, as comma-separated text in UTF-8.
    Csv,
    /// The same as a workbook.
    Xlsx,
}

impl ExplainFormat {
    /// As the format of a list, where it is one.
    fn of_list(self) -> Option<Format> {
        match self {
            Self::Csv => Some(Format::Csv),
            Self::Xlsx => Some(Format::Xlsx),
            Self::Text | Self::Json => None,
        }
    }
}

/// Stands in a list of explanations for who is no subject at (A, K).
#[derive(Serialize)]
struct NobodyLine {
    model: String,
    subject: SubjectRef,
    answer: Option<&'static str>,
}

/// One entry of a list of explanations.
#[derive(Serialize)]
#[serde(untagged)]
enum Entry {
    Explained(Box<Explanation>),
    Nobody(NobodyLine),
}

/// Explains.
pub async fn run(args: &Args, context: &Context) -> Result<Exit, Failure> {
    match (args.clue, &args.subject, &args.model) {
        (Some(clue), _, _) => of_clue(clue, args.format, context).await,
        (None, Some(subject), Some(model)) => of_subjects(subject, model, args, context).await,
        // The arguments' own rules leave nothing else.
        _ => Err(Failure::new(
            Exit::Usage,
            "usage",
            "请给出线索编号，或 `--subject` 与 `--model`",
            "name a clue, or `--subject` and `--model`",
        )),
    }
}

/// What was said: derived again from the run that said it.
async fn of_clue(id: ClueId, format: ExplainFormat, context: &Context) -> Result<Exit, Failure> {
    let folder = context.open().await?;
    let clue = find(&folder, id).await?;
    let inquiry = Inquiry::at_run(&folder, &Inquiry::run_of(&folder, &clue).await?).await?;
    let replayed = inquiry.replay(&clue, context.threads)?;
    let programme = inquiry.programme();
    let view = context.view(&folder, programme, &format!("explain {id}")).await?;
    let seen = view.explanation(&replayed.explanation);
    if let Some(format) = format.of_list() {
        let nobody = BTreeMap::new();
        let mut table = values_table(context);
        Page { programme, files: &nobody }.values_of(&seen, &mut table, context.lang);
        print_table(&table, format, context)?;
    } else if format == ExplainFormat::Json {
        print_json(&seen)?;
    } else {
        let files = file_names(&folder).await?;
        let page = Page { programme, files: &files };
        print(&page.explanation(&seen, context.named_lang()))?;
    }
    if !replayed.is_equal {
        return Err(differs(id));
    }
    Ok(Exit::Ok)
}

/// What is so now, or was at (A, K), whether or not there is a clue.
async fn of_subjects(typed: &str, model: &str, args: &Args, context: &Context) -> Result<Exit, Failure> {
    let folder = context.open().await?;
    let question = context.question(&folder, args.as_of, args.known_by).await?;
    let inquiry = Inquiry::at(&folder, question).await?;
    let programme = inquiry.programme();
    let kind = programme.models.get(model).map(|model| model.subject.clone());
    let mut keys = Vec::new();
    for typed in typed_keys(typed)? {
        keys.push(match &kind {
            Some(kind) => canonical_key(programme, kind, &typed)?,
            None => typed,
        });
    }
    let is_list = typed.starts_with('@');
    let explained = inquiry.explain(model, &keys, context.threads)?;
    // An unknown model was refused just now.
    let kind = kind.unwrap_or_default();
    let (as_of, known_by) = (question.as_of, question.known_by);
    let masked = masked_keys(programme, &kind, &keys);
    let what = format!("explain model={model} {kind} {masked} as_of={as_of} known_by={known_by}");
    let view = context.view(&folder, programme, &what).await?;
    let entries: Vec<Entry> = explained
        .into_iter()
        .map(|(key, explanation)| match explanation {
            Some(explanation) => Entry::Explained(Box::new(view.explanation(&explanation))),
            None => Entry::Nobody(NobodyLine {
                model: model.to_owned(),
                subject: view.subject(&SubjectRef { kind: kind.clone(), key }),
                answer: None,
            }),
        })
        .collect();
    if let (false, [Entry::Nobody(nobody)]) = (is_list, entries.as_slice()) {
        let key = &nobody.subject.key;
        return Err(Failure::refused(
            "unknown-subject",
            format!("`{key}` 在 {as_of}（按 {known_by} 前的数据）不在底册中"),
            format!("`{key}` is in no register as of {as_of}, known by {known_by}"),
        ));
    }
    if args.format == ExplainFormat::Json {
        match (is_list, entries.as_slice()) {
            (false, [entry]) => print_json(entry)?,
            _ => print_json(&entries)?,
        }
        return Ok(Exit::Ok);
    }
    let files = file_names(&folder).await?;
    let page = Page { programme, files: &files };
    if let Some(format) = args.format.of_list() {
        let mut table = values_table(context);
        for entry in &entries {
            match entry {
                Entry::Explained(explanation) => page.values_of(explanation, &mut table, context.lang),
                Entry::Nobody(nobody) => {
                    let subject = page.subject(&nobody.subject, context.lang);
                    let nowhere = context.say("不在底册中", "in no register");
                    table.row([model, &subject, "", nowhere, "", "", ""]);
                }
            }
        }
        return print_table(&table, format, context).map(|()| Exit::Ok);
    }
    let is_too_short = |entry: &Entry| {
        let Entry::Explained(explanation) = entry else { return false };
        explanation.reasons.iter().any(|line| line.reason == Reason::HistoryTooShort)
    };
    let short = if entries.iter().any(is_too_short) { inquiry.shortages(model, context.threads)? } else { Vec::new() };
    for one in &short {
        let Shortage { feed, needed_from, there_since, feature } = one;
        context.note(
            format!("历史不够长：`{feature}` 需要数据源 `{feed}` 自 {needed_from} 起的数据，连续的数据自 {there_since} 才有"),
            format!("history too short: `{feature}` needs `{feed}` from {needed_from} on, its unbroken data begin on {there_since}"),
        );
    }
    let mut text = String::new();
    for entry in &entries {
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&match entry {
            Entry::Explained(explanation) => page.explanation(explanation, context.named_lang()),
            Entry::Nobody(nobody) => {
                let subject = page.subject(&nobody.subject, context.lang);
                format!("{subject}: {}\n", context.say("不在底册中", "in no register"))
            }
        });
    }
    print(&text)?;
    Ok(Exit::Ok)
}

/// For the lines of [`Page::values_of`].
fn values_table(context: &Context) -> Table {
    Table::new([
        context.say("模型", "model"),
        context.say("对象", "subject"),
        context.say("地区", "place"),
        context.say("回答", "answer"),
        context.say("说明", "because"),
        context.say("名称", "name"),
        context.say("数值", "value"),
    ])
}

/// The clue `id`.
pub async fn find(folder: &DataFolder, id: ClueId) -> Result<ClueRecord, Failure> {
    folder.store.clue(id).await?.ok_or_else(|| {
        Failure::refused("unknown-clue", format!("没有线索 `{id}`"), format!("there is no clue `{id}`"))
            .hint("用 `jianwei clues` 查看全部线索", "`jianwei clues` lists them")
    })
}

/// A clue derived again is not what was said.
pub fn differs(id: ClueId) -> Failure {
    Failure::new(
        Exit::ReplayDiffers,
        "replay-differs",
        format!("线索 {id} 重放结果与当时所说不一致"),
        format!("clue {id}, derived again, differs from what was said"),
    )
}

/// The names of the delivered files.
pub async fn file_names(folder: &DataFolder) -> Result<BTreeMap<Hash, String>, Failure> {
    let deliveries = folder.store.deliveries().await?;
    Ok(deliveries.into_iter().map(|stored| (stored.delivery.hash, stored.delivery.file_name)).collect())
}

/// `KEY`, or the lines of `@FILE` (`@-` for stdin) that are not empty: a key on the command line can be seen by other users of
/// the machine.
pub fn typed_keys(typed: &str) -> Result<Vec<String>, Failure> {
    let text = match typed.strip_prefix('@') {
        None => return Ok(vec![typed.trim().to_owned()]),
        Some("-") => {
            let mut text = String::new();
            std::io::stdin()
                .read_to_string(&mut text)
                .map_err(|error| Failure::unreadable(Path::new("stdin"), &error))?;
            text
        }
        Some(path) => std::fs::read_to_string(path).map_err(|error| Failure::unreadable(Path::new(path), &error))?,
    };
    let lines = text.trim_start_matches('\u{feff}').lines().map(str::trim).filter(|line| !line.is_empty());
    let keys: Vec<String> = lines.map(str::to_owned).collect();
    if keys.is_empty() {
        return Err(Failure::refused("no-key", "文件里没有号码", "the file holds no key"));
    }
    Ok(keys)
}

/// For the log of reveals: one key masked, or how many.
fn masked_keys(programme: &Programme, kind: &str, keys: &[String]) -> String {
    match keys {
        [key] => View::new(programme, false).key(kind, key),
        keys => format!("{} subjects", keys.len()),
    }
}
