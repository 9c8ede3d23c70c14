//! `jianwei ingest FILE…`: department files in, in the given order; a refused file does not stop the next.

mod files;
mod watch;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use pipeline::job::{LandRequest, Landing, Outcome, Remark, land};
use types::{Day, Lang, RefusalCode};

pub use self::files::{Incoming, manifest};

use crate::cli::day;
use crate::context::{Context, name_of};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Progress, plain, print};

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Files, or folders with a `manifest.csv`.
    #[arg(
        required_unless_present = "watch",
        value_name = "FILE",
        help = "文件，或带 manifest.csv 的文件夹 | files, or folders with a manifest.csv"
    )]
    files: Vec<PathBuf>,
    /// Take what appears in a folder, until ended.
    #[arg(
        long,
        value_name = "FOLDER",
        conflicts_with_all = ["files", "received", "data_date", "scope", "backfill", "confirm"],
        help = "一直查看文件夹，来什么收什么，不移动文件 | take what appears in a folder; nothing is moved"
    )]
    watch: Option<PathBuf>,
    /// How often to look.
    #[arg(long, value_name = "SECONDS", default_value = "5", requires = "watch", value_parser = clap::value_parser!(u64).range(1..=3600), help = "隔几秒看一次 | how often to look")]
    every: u64,
    /// Their feed.
    #[arg(long, value_name = "F", help = "数据源，不写则自动识别 | the feed, recognised when not given")]
    feed: Option<String>,
    /// When they were received.
    #[arg(long, value_name = "DATE", value_parser = day, help = "收到日期，默认今天 | received on, today when not given")]
    received: Option<Day>,
    /// What day they describe.
    #[arg(long, value_name = "DATE", value_parser = day, help = "数据日期，默认看文件名 | the day they describe, from the name when not given")]
    data_date: Option<Day>,
    /// Scopes they replace.
    #[arg(long, value_name = "S", help = "声明所替换的范围，如 2026-05 | declare a scope they replace")]
    scope: Vec<String>,
    /// Received before files that are already in.
    #[arg(long, help = "允许补录早于现有批次的文件 | let in what was received before deliveries already in")]
    backfill: bool,
    /// A full list may lose more than a twentieth of its keys.
    #[arg(long, help = "确认名单确实少了 5% 以上 | a full list may drop more than 5 % of its keys")]
    confirm: bool,
}

/// How many files became what.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    landed: u64,
    unchanged: u64,
    refused_files: u64,
    refused_requests: u64,
}

impl Tally {
    fn count(&mut self, landing: &Landing) {
        match landing.outcome {
            Outcome::Landed => self.landed += 1,
            Outcome::Unchanged => self.unchanged += 1,
        }
    }
}

/// Takes the files in, a line each.
pub async fn run(args: &Args, context: &Context) -> Result<Exit, Failure> {
    let mut incoming = Vec::new();
    for path in &args.files {
        let request = LandRequest {
            feed: args.feed.clone(),
            received: args.received,
            data_date: args.data_date,
            scopes: args.scope.clone(),
            backfill: args.backfill,
            confirm: args.confirm,
            ..LandRequest::default()
        };
        if path.is_dir() {
            incoming.extend(manifest(path, &request)?);
        } else {
            incoming.push(Incoming { path: path.clone(), request });
        }
    }
    if let Some(watched) = &args.watch {
        let usual = LandRequest { feed: args.feed.clone(), ..LandRequest::default() };
        return watch::watch(watched, Duration::from_secs(args.every), &usual, context).await;
    }
    let folder = context.open_for_writing().await?;
    let programme = folder.programme().await?;
    let caller = context.caller(&folder).await?;
    let bar = Progress::new(context, incoming.len() as u64);
    let mut tally = Tally::default();
    for (done, one) in (0_u64..).zip(&incoming) {
        bar.at(done, &name_of(&one.path));
        let each = async |name: String, request: Result<LandRequest, Failure>| {
            let landed = match request {
                Ok(request) => land(&folder, &programme, request, &caller).await.map_err(Failure::from),
                Err(failure) => Err(failure),
            };
            match landed {
                Ok(landing) => {
                    tally.count(&landing);
                    bar.aside(|| {
                        warn(&landing, context);
                        print(&format!("{}\n", line(&landing, context)))
                    })
                }
                Err(failure) => bar.aside(|| tell(&name, failure, &mut tally, context)),
            }
        };
        one.each(each).await?;
    }
    drop(bar);
    folder.store.close().await;
    let Tally { landed, unchanged, refused_files, refused_requests } = tally;
    let refused = refused_files + refused_requests;
    context.note(
        format!("{landed} 份接收，{unchanged} 份未变，{refused} 份被拒"),
        format!("{landed} taken in, {unchanged} unchanged, {refused} refused"),
    );
    Ok(match tally {
        Tally { refused_files: 1.., .. } => Exit::FileRefused,
        Tally { refused_requests: 1.., .. } => Exit::Refused,
        _ => Exit::Ok,
    })
}

/// Says why a file was refused and counts it; a fault goes on.
fn tell(name: &str, failure: Failure, tally: &mut Tally, context: &Context) -> Result<(), Failure> {
    match failure.exit {
        Exit::FileRefused => tally.refused_files += 1,
        Exit::Refused => tally.refused_requests += 1,
        _ => return Err(failure),
    }
    eprintln!("{}: {}", plain(name), failure.line(context.lang));
    Ok(())
}

/// On stderr what a person should look at, each with its code.
fn warn(landing: &Landing, context: &Context) {
    let delivery = &landing.delivery;
    for remark in &landing.remarks {
        let (zh, en) = match remark {
            Remark::DateInFuture => (
                format!(
                    "文件名里的数据日期 {} 晚于收到日期 {}；不对时用 `--data-date` 写明",
                    delivery.data_date, delivery.received
                ),
                format!(
                    "the data date {} of its name lies after {}, when it was received; say `--data-date` if that is wrong",
                    delivery.data_date, delivery.received
                ),
            ),
            Remark::OlderData { newest } => (
                format!("数据日期 {} 早于同一数据源已有的 {newest}；后收到的为准", delivery.data_date),
                format!(
                    "its data date {} is before {newest}, that of a delivery of the same feed; what came last counts",
                    delivery.data_date
                ),
            ),
            Remark::LongSpan { covers } => {
                let (from, to, days) = (covers.from, covers.to, covers.to.0 - covers.from.0 + 1);
                (
                    format!(
                        "{from} 到 {to} 共 {days} 天一并算作有数据，超过一个报送周期；其间如有名单没有来，请补送，否则那段时间会被当作“没有”"
                    ),
                    format!(
                        "{from} to {to}, {days} days, counts as covered in one piece, more than one turn of its rhythm; if a list in between never came, have it sent, or that time counts as \"nothing\""
                    ),
                )
            }
        };
        let (file, word) = (plain(&delivery.file_name), remark.word());
        context.note(format!("提醒 [{word}] {file}：{zh}"), format!("warning [{word}] {file}: {en}"));
    }
}

/// `feed  file: 120 rows, 3 refused (…), covers 2026-05-01..2026-05-31`.
fn line(landing: &Landing, context: &Context) -> String {
    let delivery = &landing.delivery;
    let mut parts = Vec::new();
    let mut part = |zh: String, en: String| parts.push(if context.lang == Lang::Zh { zh } else { en });
    if landing.outcome == Outcome::Unchanged {
        part("与最新批次相同，未变".to_owned(), "equal to the newest delivery, unchanged".to_owned());
    } else {
        part(format!("接收 {} 行", delivery.rows), format!("{} rows accepted", delivery.rows));
        if delivery.refused > 0 {
            let codes = refusals(&landing.refused, context.lang);
            part(format!("退回 {} 行（{codes}）", delivery.refused), format!("{} refused ({codes})", delivery.refused));
        }
        match delivery.covers {
            Some(covers) => {
                part(format!("覆盖 {}..{}", covers.from, covers.to), format!("covers {}..{}", covers.from, covers.to))
            }
            None => part("不覆盖任何期间".to_owned(), "covers nothing".to_owned()),
        }
        if landing.is_date_assumed {
            part(
                format!("数据日期按收到日期推定为 {}", delivery.data_date),
                format!("data date assumed to be {}", delivery.data_date),
            );
        }
        if landing.closed > 0 {
            part(
                format!("补正 {} 个旧退回行", landing.closed),
                format!("makes good {} older refused rows", landing.closed),
            );
        }
    }
    let between = if context.lang == Lang::Zh { "，" } else { ", " };
    format!("{}  {}: {}", delivery.feed, plain(&delivery.file_name), parts.join(between))
}

/// `code_invalid 2, check_failed/negative 1`.
pub fn refusals(refused: &BTreeMap<(RefusalCode, Option<String>), u64>, lang: Lang) -> String {
    let between = if lang == Lang::Zh { "、" } else { ", " };
    let codes = refused.iter().map(|((code, check), count)| match check {
        Some(check) => format!("{}/{check} {count}", code.word()),
        None => format!("{} {count}", code.word()),
    });
    codes.collect::<Vec<_>>().join(between)
}
