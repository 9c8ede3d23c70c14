//! `jianwei unlinked`: known, not registered.

use serde::Serialize;
use types::Day;

use crate::cli::day;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Format, Table, print_json, print_table};

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A.
    #[arg(long, value_name = "DATE", value_parser = day, help = "截至哪天，默认今天 | as of which day, today when not given")]
    as_of: Option<Day>,
    /// K.
    #[arg(long, value_name = "DATE", value_parser = day, help = "按哪天前收到的数据，默认同上 | known by which day, as above when not given")]
    known_by: Option<Day>,
    /// How the list is written.
    #[arg(long, value_enum, default_value = "table", help = "输出格式 | how the list is written")]
    format: Format,
}

/// One key as JSON.
#[derive(Serialize)]
struct UnlinkedLine {
    feed: String,
    kind: String,
    key: String,
    rows: u64,
}

/// Lists what is known at (A, K).
pub async fn run(args: &Args, context: &Context) -> Result<Exit, Failure> {
    let folder = context.open().await?;
    let programme = folder.programme().await?;
    let question = context.question(&folder, args.as_of, args.known_by).await?;
    let found = pipeline::unlinked(&folder, &programme, question).await?;
    let view = context.view(&folder, &programme, "unlinked").await?;
    let lines: Vec<UnlinkedLine> = found
        .into_iter()
        .map(|line| UnlinkedLine {
            key: view.key(&line.kind, &line.key),
            feed: line.feed,
            kind: line.kind,
            rows: line.rows,
        })
        .collect();
    if args.format == Format::Json {
        print_json(&lines)?;
        return Ok(Exit::Ok);
    }
    let mut table = Table::new([
        context.say("数据源", "feed"),
        context.say("类型", "kind"),
        context.say("对象", "key"),
        context.say(">行", ">rows"),
    ]);
    for line in &lines {
        let kind = crate::render::kind_title(&programme, &line.kind);
        table.row([line.feed.as_str(), kind.get(context.lang), &line.key, &line.rows.to_string()]);
    }
    print_table(&table, args.format, context)?;
    Ok(Exit::Ok)
}
