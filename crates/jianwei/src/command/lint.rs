//! `jianwei lint-publication FILE`: what must not stand in a file that is made for everyone.

use std::path::{Path, PathBuf};

use pipeline::{Leak, lint_publication};
use serde::Serialize;

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Format, Table, print_json, print_table};

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The file.
    #[arg(
        value_name = "FILE",
        help = "要公开的文件：XLSX、CSV 等 | the file that is to be published: XLSX, CSV and the like"
    )]
    file: PathBuf,
    /// Packs with the lists.
    #[arg(long = "pack", num_args = 1.., value_name = "PACK", help = "业务包文件夹，默认用数据文件夹里的 | pack folders; those of the data folder when left out")]
    packs: Vec<PathBuf>,
    /// How it is written.
    #[arg(long, value_enum, default_value = "table", help = "输出格式 | how it is written")]
    format: Format,
}

/// One finding as JSON.
#[derive(Serialize)]
struct LeakLine<'l> {
    kind: &'l str,
    sheet: Option<&'l str>,
    row: u32,
    column: usize,
    what: &'l types::Text,
}

/// Lists what must not be published; what it is, never what it says.
pub async fn run(args: &Args, context: &Context) -> Result<Exit, Failure> {
    let programme = if args.packs.is_empty() {
        context.open().await?.programme().await?
    } else {
        let folders: Vec<&Path> = args.packs.iter().map(PathBuf::as_path).collect();
        let loaded = ::pack::load(&folders);
        let findings = pipeline::Error::Findings { findings: loaded.findings, sources: loaded.sources };
        loaded.programme.ok_or(findings)?
    };
    let bytes = std::fs::read(&args.file).map_err(|error| Failure::unreadable(&args.file, &error))?;
    let leaks = lint_publication(&bytes, &programme, context.first_caller()?.today)?;
    if args.format == Format::Json {
        print_json(&leaks.iter().map(line).collect::<Vec<_>>())?;
    } else {
        let mut table = Table::new([
            context.say("类别", "kind"),
            context.say("工作表", "sheet"),
            context.say("行", "row"),
            context.say("列", "column"),
            context.say("是什么", "what"),
        ]);
        for leak in &leaks {
            let sheet = leak.sheet.clone().unwrap_or_default();
            let what = leak.what.get(context.lang).to_owned();
            table.row([leak.kind.to_owned(), sheet, leak.row.to_string(), leak.column.to_string(), what]);
        }
        print_table(&table, args.format, context)?;
    }
    match leaks.len() {
        0 => context.note("没有发现不可公开的内容", "nothing was found that must not be published"),
        found => context.note(format!("{found} 处不可公开"), format!("{found} that must not be published")),
    }
    Ok(if leaks.is_empty() { Exit::Ok } else { Exit::Findings })
}

fn line(leak: &Leak) -> LeakLine<'_> {
    LeakLine { kind: leak.kind, sheet: leak.sheet.as_deref(), row: leak.row, column: leak.column, what: &leak.what }
}
