//! `jianwei refused`: the worklist of refused rows, cells masked by their columns; by department, or written out for each of them.

mod departments;
mod export;

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Serialize;
use store::RefusedFilter;

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Format, Table, print_json, print_table};

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Of this feed only.
    #[arg(long, value_name = "F", help = "只列这个数据源 | of this feed only")]
    feed: Option<String>,
    /// Also those made good.
    #[arg(long, help = "包括已补正的 | also those made good since")]
    all: bool,
    /// Per department: how many made good, and how soon.
    #[arg(long, conflicts_with_all = ["feed", "all", "export"], help = "按部门看补正率和天数 | per department: how many made good, how soon")]
    departments: bool,
    /// A workbook per department, to send back.
    #[arg(long, value_name = "FOLDER", conflicts_with_all = ["all", "format"], help = "每个部门写一份 XLSX，供退回补正 | a workbook for each department, to send back")]
    export: Option<PathBuf>,
    /// How the list is written.
    #[arg(long, value_enum, default_value = "table", help = "输出格式 | how the list is written")]
    format: Format,
}

/// One refused row as JSON.
#[derive(Serialize)]
struct RefusedLine {
    id: i64,
    delivery: u32,
    feed: String,
    file_name: String,
    sheet: Option<String>,
    row: u32,
    column: Option<String>,
    code: &'static str,
    check: Option<String>,
    value: String,
    subjects: BTreeMap<String, String>,
    closed_by: Option<u32>,
}

/// Lists.
pub async fn run(args: &Args, context: &Context) -> Result<Exit, Failure> {
    match &args.export {
        Some(target) => export::export(target, args, context).await,
        None if args.departments => departments::list(args, context).await,
        None => list(args, context).await,
    }
}

async fn list(args: &Args, context: &Context) -> Result<Exit, Failure> {
    let folder = context.open().await?;
    let programme = folder.programme().await?;
    let what = format!("refused feed={} all={}", args.feed.as_deref().unwrap_or("*"), args.all);
    let view = context.view(&folder, &programme, &what).await?;
    let names: BTreeMap<u32, String> = folder
        .store
        .deliveries()
        .await?
        .into_iter()
        .map(|stored| (stored.delivery.sequence, stored.delivery.file_name))
        .collect();
    let filter = RefusedFilter { feed: args.feed.clone(), open_only: !args.all, ..RefusedFilter::default() };
    let mut lines = Vec::new();
    for stored in folder.store.refused_rows(&filter).await? {
        let row = stored.row;
        let links = programme.feeds.get(&stored.feed).map(|feed| &feed.links).into_iter().flatten();
        let subjects = links.filter_map(|(kind, column)| {
            row.readable.get(column).map(|key| (kind.clone(), view.cell(&stored.feed, Some(column), key)))
        });
        lines.push(RefusedLine {
            id: stored.id,
            delivery: stored.delivery,
            file_name: names.get(&stored.delivery).cloned().unwrap_or_default(),
            sheet: row.sheet.clone(),
            row: row.row,
            column: row.column.clone(),
            code: row.code.word(),
            check: row.check.clone(),
            value: view.cell(&stored.feed, row.column.as_deref(), &row.value),
            subjects: subjects.collect(),
            closed_by: stored.closed_by,
            feed: stored.feed,
        });
    }
    if args.format == Format::Json {
        print_json(&lines)?;
        return Ok(Exit::Ok);
    }
    let mut table = Table::new([
        context.say(">批次", ">no."),
        context.say("数据源", "feed"),
        context.say("文件", "file"),
        context.say(">行", ">row"),
        context.say("列", "column"),
        context.say("原因", "why"),
        context.say("内容", "cell"),
        context.say("对象", "subject"),
        context.say("补正", "made good"),
    ]);
    for line in &lines {
        let code = types::RefusalCode::ALL.into_iter().find(|code| code.word() == line.code);
        let why = code.map_or_else(String::new, |code| reason(code, line.check.as_deref(), context));
        let subjects: Vec<&str> = line.subjects.values().map(String::as_str).collect();
        table.row([
            line.delivery.to_string(),
            line.feed.clone(),
            line.sheet.as_ref().map_or_else(|| line.file_name.clone(), |sheet| format!("{} [{sheet}]", line.file_name)),
            line.row.to_string(),
            line.column.clone().unwrap_or_default(),
            why,
            line.value.clone(),
            subjects.join(" "),
            line.closed_by.map(|delivery| format!("#{delivery}")).unwrap_or_default(),
        ]);
    }
    print_table(&table, args.format, context)?;
    Ok(Exit::Ok)
}

/// Why a row was refused, with the feed's own code.
fn reason(code: types::RefusalCode, check: Option<&str>, context: &Context) -> String {
    let why = code.text();
    let why = why.get(context.lang);
    check.map_or_else(|| why.to_owned(), |check| format!("{why} ({check})"))
}
