//! `jianwei truth --truth DIR`: what the models found held against what was so, where that is known: with invented files.
//!
//! A case is held against every model that opens something for subjects of the case's kind, and against those named by `--case`. Models are
//! asked about past dates as of each date, so that a lead time is one that could have been had.

mod compare;
mod files;
mod measure;
mod page;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use ::pack::Programme;
use pipeline::DataFolder;
use pipeline::backtest::{Dates, KnownBy};
use pipeline::found::{Found, FoundByModel, FoundRequest, found};
use pipeline::ranking::{self, Rate, Rates};
use types::{Day, Period};

use crate::cli::day;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Progress, print};
use files::Case;
use measure::{Bench, Came, Measured};
use page::{Line, Page};

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What was so.
    #[arg(
        long,
        value_name = "DIR",
        help = "真实情况所在文件夹（simulate 写的 truth/） | what was so: the truth/ that simulate wrote"
    )]
    truth: PathBuf,
    /// First date.
    #[arg(long, value_name = "DATE", value_parser = day, help = "第一个时点，默认首批数据后三个月 | the first date; three months after the first delivery when not given")]
    from: Option<Day>,
    /// No date is later.
    #[arg(long, value_name = "DATE", value_parser = day, help = "不晚于这天，默认最近一批的收到日 | no date is later; the newest delivery's when not given")]
    to: Option<Day>,
    /// From each date to the next.
    #[arg(long, value_name = "PERIOD", default_value = "1 month", value_parser = period, help = "间隔，如 1 month、14d | from each date to the next: 1 month, 14d")]
    every: Period,
    /// Days before a case in which finding it counts.
    #[arg(
        long,
        value_name = "DAYS",
        default_value = "180",
        help = "提前多少天内的命中算数 | a hit so many days before still counts"
    )]
    horizon: i32,
    /// Models.
    #[arg(long, value_name = "M", help = "模型，可多次，默认全部 | a model, may be repeated; all when not given")]
    model: Vec<String>,
    /// Which kind of case a model looks for.
    #[arg(long, value_name = "MODEL=KIND", value_parser = case, help = "模型对应 cases.csv 里的哪类，可多次 | which kind of case in cases.csv a model looks for; may be repeated")]
    case: Vec<(String, String)>,
    /// A folder of the same truth without defects.
    #[arg(
        long,
        value_name = "DATA",
        help = "同一真实情况、没有毛病的数据文件夹，逐条对照 | a data folder of the same truth without defects: every difference is tied to one"
    )]
    clean: Option<PathBuf>,
    /// Lists as CSV.
    #[arg(
        long,
        value_name = "DIR",
        help = "把漏报、误报和差异清单写成 CSV | lists of misses, false hits and differences as CSV"
    )]
    out: Option<PathBuf>,
    /// Keeps each model's rate in the folder.
    #[arg(
        long,
        help = "把各模型的模拟属实率记在数据文件夹里，线索据此排序，直到有办结结论 | keep how often each model was right on this truth: clues rank by it, labelled so, until there are verdicts"
    )]
    keep: bool,
}

fn period(text: &str) -> Result<Period, String> {
    Period::parse(text).ok_or_else(|| "间隔应写成 1 month 或 7d | a step is written 1 month or 7d".to_owned())
}

fn case(text: &str) -> Result<(String, String), String> {
    let (model, kind) = text.split_once('=').ok_or("应写成 模型=类 | it is written MODEL=KIND")?;
    Ok((model.trim().to_owned(), kind.trim().to_owned()))
}

/// Measures; nothing in the folder moves, but that rates are kept where that is asked.
pub async fn run(args: &Args, context: &Context) -> Result<Exit, Failure> {
    let cases = files::cases(&args.truth)?;
    let defects = files::defects(&args.truth)?;
    let folder = if args.keep { context.open_for_writing().await? } else { context.open().await? };
    let programme = folder.programme().await?;
    let view = context.view(&folder, &programme, "truth").await?;
    let dates = dates(args, &folder).await?;
    let asked: BTreeSet<String> = cases.iter().map(|case| case.subject.clone()).collect();
    let request = FoundRequest { dates, models: args.model.clone(), asked, threads: context.threads };
    let messy = ask(&folder, &programme, &request, context).await?;
    let came = came(&folder).await?;
    let mut page = Page { view: &view, found: &messy, lines: Vec::new(), differences: None };
    let kinds: BTreeSet<(&str, &String)> = cases.iter().map(|case| (case.kind.as_str(), &case.subject_kind)).collect();
    let mut sorts: BTreeMap<&String, usize> = BTreeMap::new();
    for (_, subject_kind) in &kinds {
        *sorts.entry(subject_kind).or_default() += 1;
    }
    let by_key = measure::index(&defects);
    let clean = if let Some(clean) = &args.clean {
        let other = DataFolder::open_read_only(clean).await.map_err(Failure::from)?;
        let programme = other.programme().await?;
        let clean = ask(&other, &programme, &request, context).await?;
        other.store.close().await;
        Some(clean)
    } else {
        None
    };
    for (kind, subject_kind) in kinds {
        let window =
            |case: &&Case| case.kind == kind && case.from <= dates.to && case.to.is_none_or(|to| to >= dates.from);
        let own: Vec<&Case> = cases.iter().filter(window).collect();
        let bench = Bench {
            clean: clean.as_ref(),
            found: &messy,
            cases: own,
            defects: &by_key,
            came: &came,
            horizon: args.horizon,
        };
        let shows: BTreeSet<&String> = cases
            .iter()
            .filter(|case| case.kind == kind)
            .flat_map(|case| &case.shown_by)
            .map(|shown| &shown.feed)
            .collect();
        let looks = |model: &&FoundByModel| match args.case.iter().find(|(id, _)| *id == model.model) {
            Some((_, named)) => named == kind,
            // Whose kind several sorts of case are about: which of them a model looks for has to be said.
            None => {
                model.owner_kind == *subject_kind
                    && sorts.get(subject_kind) == Some(&1)
                    && model.rows_of.iter().any(|feed| shows.contains(feed))
            }
        };
        let models: Vec<&FoundByModel> = messy.models.iter().filter(|model| !model.is_worklist).filter(looks).collect();
        if models.is_empty() {
            continue;
        }
        page.lines.extend(lines(&bench, kind, &models, &programme));
    }
    page.differences = clean.as_ref().map(|clean| compare::differences(clean, &messy, &defects));
    if args.keep {
        ranking::keep(&folder, &kept(&page.lines)).await?;
    }
    if let Some(out) = &args.out {
        page.write(out)?;
    }
    print(&page.text(context))?;
    Ok(Exit::Ok)
}

/// Of every model held against cases, how many of those it hit were right.
fn kept(lines: &[Line]) -> Rates {
    let models = lines.iter().filter(|line| !line.is_union && line.measured.owners > 0);
    models
        .map(|line| {
            let (right, of) = (line.measured.right as u64, line.measured.owners as u64);
            (line.name.clone(), Rate { right, of, simulated: true })
        })
        .collect()
}

/// A line for each model, one for each pack, and one for all.
fn lines(bench: &Bench<'_>, kind: &str, models: &[&FoundByModel], programme: &Programme) -> Vec<Line> {
    let line = |name: String, title, models: &[&FoundByModel], is_union| {
        let measured: Measured = bench.measure(models);
        let cases = bench.cases.iter().map(|case| (*case).clone()).collect();
        let owner_kind = models.first().map(|model| model.owner_kind.clone()).unwrap_or_default();
        Line { kind: kind.to_owned(), name, title, measured, cases, owner_kind, is_union }
    };
    let mut lines: Vec<Line> =
        models.iter().map(|model| line(model.model.clone(), Some(model.title.clone()), &[*model], false)).collect();
    let packs: BTreeSet<&str> = models.iter().map(|model| model.pack.as_str()).collect();
    for pack in &packs {
        let own: Vec<&FoundByModel> = models.iter().copied().filter(|model| model.pack == *pack).collect();
        let title = programme.packs.iter().find(|one| one.id == *pack).map(|one| one.title.clone());
        lines.push(line((*pack).to_owned(), title, &own, true));
    }
    if packs.len() > 1 {
        lines.push(line("*".to_owned(), None, models, true));
    }
    lines
}

async fn ask(
    folder: &DataFolder,
    programme: &Programme,
    request: &FoundRequest,
    context: &Context,
) -> Result<Found, Failure> {
    let bar = Progress::new(context, 1);
    let found = found(folder, programme, request, &mut |done, of| {
        bar.length(of as u64);
        bar.at(done as u64, "");
    })
    .await?;
    drop(bar);
    Ok(found)
}

/// The dates asked about.
async fn dates(args: &Args, folder: &DataFolder) -> Result<Dates, Failure> {
    let deliveries = folder.store.deliveries().await?;
    let received = deliveries.iter().map(|stored| stored.delivery.received);
    let (first, last) = (received.clone().min().unwrap_or(Day::MIN), received.max().unwrap_or(Day::MIN));
    let to = args.to.unwrap_or(last);
    Ok(Dates { from: args.from.unwrap_or(first.plus_days(92)).min(to), to, every: args.every, known_by: KnownBy::AsOf })
}

/// What came when, by feed.
async fn came(folder: &DataFolder) -> Result<BTreeMap<String, Vec<Came>>, Failure> {
    let mut came: BTreeMap<String, Vec<Came>> = BTreeMap::new();
    for stored in folder.store.deliveries().await? {
        let delivery = stored.delivery;
        if let Some(covers) = delivery.covers {
            let one = Came { from: covers.from, to: covers.to, received: delivery.received };
            came.entry(delivery.feed).or_default().push(one);
        }
    }
    Ok(came)
}
