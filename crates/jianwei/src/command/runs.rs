//! `jianwei runs`: past runs, what each pinned and counted.

use std::collections::BTreeMap;

use serde::Serialize;
use store::ModelCounts;
use types::{Day, Hash};

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Format, Table, print_json, print_table};

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// How the list is written.
    #[arg(long, value_enum, default_value = "table", help = "输出格式 | how the list is written")]
    format: Format,
}

/// One run as JSON.
#[derive(Serialize)]
struct RunLine {
    id: u32,
    as_of: Day,
    known_by: Day,
    historic: bool,
    packs: BTreeMap<String, Hash>,
    last_delivery: u32,
    deliveries_digest: Hash,
    alias_position: u32,
    semantics_number: u32,
    time_zone: String,
    parameters_digest: Hash,
    operator: String,
    started_at: String,
    counts: BTreeMap<String, ModelCounts>,
}

/// Lists.
pub async fn run(args: &Args, context: &Context) -> Result<Exit, Failure> {
    let folder = context.open().await?;
    let runs = folder.store.runs().await?;
    let lines: Vec<RunLine> = runs
        .into_iter()
        .map(|run| RunLine {
            id: run.id,
            as_of: run.question.as_of,
            known_by: run.question.known_by,
            historic: !run.moved,
            packs: run.packs,
            last_delivery: run.last_delivery,
            deliveries_digest: run.deliveries_digest,
            alias_position: run.alias_position,
            semantics_number: run.semantics_number,
            time_zone: run.time_zone,
            parameters_digest: run.parameters_digest,
            operator: run.operator,
            started_at: run.started_at,
            counts: run.counts,
        })
        .collect();
    if args.format == Format::Json {
        print_json(&lines)?;
        return Ok(Exit::Ok);
    }
    let mut table = Table::new([
        context.say(">运行", ">run"),
        context.say("截至", "as of"),
        context.say("已知至", "known by"),
        context.say("性质", "kind"),
        context.say(">末批次", ">last delivery"),
        context.say(">命中", ">hits"),
        context.say(">无法认定", ">undetermined"),
        context.say("操作人", "operator"),
        context.say("时间", "at"),
    ]);
    for line in &lines {
        let kind = if line.historic { context.say("历史", "historic") } else { context.say("当前", "current") };
        let sum = |count: fn(&ModelCounts) -> u64| {
            line.counts.values().filter(|counts| !counts.shadow).map(count).sum::<u64>().to_string()
        };
        table.row([
            line.id.to_string(),
            line.as_of.to_string(),
            line.known_by.to_string(),
            kind.to_owned(),
            line.last_delivery.to_string(),
            sum(|counts| counts.hit),
            sum(|counts| counts.undetermined),
            line.operator.clone(),
            line.started_at.clone(),
        ]);
    }
    print_table(&table, args.format, context)?;
    Ok(Exit::Ok)
}
