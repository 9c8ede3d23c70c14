//! `jianwei backtest --from A1 --to A2`: what models would have said on past dates, held against what really was so.

mod lines;
mod page;
mod truth_file;

use std::path::PathBuf;

use pipeline::backtest::{BacktestRequest, Dates, KnownBy, SweepRequest, backtest};
use types::{Day, Period};

use crate::cli::day;
use crate::context::{Context, name_of};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{PageFormat, Progress, print, print_json};
use page::{Label, Page};

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// First date.
    #[arg(long, value_name = "DATE", value_parser = day, help = "第一个时点 | the first date")]
    from: Day,
    /// No date is later.
    #[arg(long, value_name = "DATE", value_parser = day, help = "不晚于这天 | no date is later")]
    to: Day,
    /// From each date to the next.
    #[arg(
        long,
        value_name = "PERIOD",
        default_value = "1 month",
        value_parser = period,
        help = "间隔，如 1 month、7d | from each date to the next: 1 month, 7d"
    )]
    every: Period,
    /// Models.
    #[arg(long, value_name = "M", help = "模型，可多次，默认全部 | a model, may be repeated; all when not given")]
    model: Vec<String>,
    /// K of each date.
    #[arg(
        long,
        value_name = "DATE|as-of",
        default_value = "as-of",
        value_parser = known_by,
        help = "每个时点按哪天前收到的数据；as-of 即当天，不提前看 | known by which day; as-of: that date itself, no peeking"
    )]
    known_by: KnownBy,
    /// What really was so.
    #[arg(
        long,
        value_name = "FILE",
        help = "真实情况（CSV），默认用本库的办结结论 | what really was so; the folder's verdicts when not given"
    )]
    truth: Option<PathBuf>,
    /// What of it a model looks for.
    #[arg(
        long,
        value_name = "MODEL=KIND",
        value_parser = case,
        requires = "truth",
        help = "模型对应 FILE 里的哪类事 | what kind of event in FILE a model looks for; may be repeated"
    )]
    case: Vec<(String, String)>,
    /// Values of one line to try.
    #[arg(
        long,
        value_name = ":LINE=FROM..TO step STEP",
        value_parser = sweep,
        help = "一条线逐个试，如 ':line=5000..20000 step 5000' | try a line value by value"
    )]
    sweep: Option<SweepRequest>,
    /// Another version of a pack.
    #[arg(long, value_name = "PACKDIR", help = "与另一版业务包对照 | another version of a pack, side by side")]
    against: Option<PathBuf>,
    /// Place level of the workload.
    #[arg(long, value_name = "LEVEL", help = "工作量按哪一级地区算 | the place level of the workload")]
    level: Option<String>,
    /// Keys of lost cases.
    #[arg(long, help = "列出没有发现和失去的对象（掩码） | list the cases missed and lost, masked")]
    list: bool,
    /// How it is written.
    #[arg(long, value_enum, default_value = "table", help = "输出格式 | how it is written")]
    format: PageFormat,
    /// The same as `--format json`.
    #[arg(long, help = "同 --format json | the same as --format json")]
    json: bool,
}

fn period(text: &str) -> Result<Period, String> {
    Period::parse(text).ok_or_else(|| "间隔应写成 1 month 或 7d | a step is written 1 month or 7d".to_owned())
}

fn known_by(text: &str) -> Result<KnownBy, String> {
    if text == "as-of" { Ok(KnownBy::AsOf) } else { day(text).map(KnownBy::Day) }
}

fn case(text: &str) -> Result<(String, String), String> {
    let (model, kind) = text.split_once('=').ok_or("应写成 模型=类 | it is written MODEL=KIND")?;
    Ok((model.trim().to_owned(), kind.trim().to_owned()))
}

/// `:line=5000..20000 step 5000`.
fn sweep(text: &str) -> Result<SweepRequest, String> {
    let parts = || {
        let (line, rest) = text.split_once('=')?;
        let (from, rest) = rest.split_once("..")?;
        let (to, step) = rest.split_once(" step ")?;
        Some([line.trim().strip_prefix(':').unwrap_or(line.trim()), from.trim(), to.trim(), step.trim()])
    };
    let [line, from, to, step] = parts()
        .ok_or("应写成 ':line=5000..20000 step 5000' | it is written ':line=5000..20000 step 5000'")?
        .map(str::to_owned);
    Ok(SweepRequest { line, from, to, step })
}

/// Asks every date; nothing in the folder moves.
pub async fn run(args: &Args, context: &Context) -> Result<Exit, Failure> {
    let file = match &args.truth {
        Some(path) => Some(truth_file::read(path, &args.case)?),
        None => None,
    };
    let folder = context.open().await?;
    let programme = folder.programme().await?;
    let label = match (&args.truth, &file) {
        (Some(path), Some(file)) => Some(Label { file: name_of(path), is_simulated: file.is_simulated }),
        _ => None,
    };
    let request = BacktestRequest {
        dates: Dates { from: args.from, to: args.to, every: args.every, known_by: args.known_by },
        models: args.model.clone(),
        truth: file.map(|file| file.truth),
        sweep: args.sweep.clone(),
        against: args.against.clone(),
        level: args.level.clone(),
        threads: context.threads,
    };
    let bar = Progress::new(context, 1);
    let outcome = backtest(&folder, &programme, &request, &mut |done, of| {
        bar.length(of as u64);
        bar.at(done as u64, "");
    })
    .await?;
    drop(bar);
    let what = format!("backtest from={} to={} every={}", args.from, args.to, args.every);
    let view = context.view(&folder, &programme, &what).await?;
    if outcome.truth.is_none() {
        context.note(
            "没有真实情况可比：本库没有办结结论，也没有给 --truth",
            "nothing to hold it against: the folder has no verdict and no --truth was given",
        );
    }
    let page = Page { programme: &programme, view: &view, request: &request, outcome: &outcome, label: label.as_ref() };
    if args.json || args.format == PageFormat::Json {
        print_json(&page.json(args.list))?;
    } else {
        print(&page.text(args.list, context.lang))?;
    }
    Ok(Exit::Ok)
}
