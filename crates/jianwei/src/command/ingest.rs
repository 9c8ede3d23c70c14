//! `jianwei ingest FILE…`: department files in, in the given order; a refused file does not stop the next.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use ::pack::Programme;
use pipeline::job::{LandRequest, Landing, Outcome, land};
use pipeline::{Caller, DataFolder};
use types::{Day, Lang, RefusalCode};

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
        required = true,
        value_name = "FILE",
        help = "文件，或带 manifest.csv 的文件夹 | files, or folders with a manifest.csv"
    )]
    files: Vec<PathBuf>,
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

/// One file on its way in.
#[derive(Clone, Debug)]
pub struct Incoming {
    /// Where it is.
    pub path: PathBuf,
    /// What is said of it; name and bytes come when it is read.
    pub request: LandRequest,
}

/// How many files became what.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    landed: u64,
    unchanged: u64,
    refused_files: u64,
    refused_requests: u64,
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
    let folder = context.open_for_writing().await?;
    let programme = folder.programme().await?;
    let caller = context.caller(&folder).await?;
    let bar = Progress::new(context, incoming.len() as u64);
    let mut tally = Tally::default();
    for (done, one) in (0_u64..).zip(&incoming) {
        bar.at(done, &name_of(&one.path));
        match take(&folder, &programme, one, &caller).await {
            Ok(landing) => {
                match landing.outcome {
                    Outcome::Landed => tally.landed += 1,
                    Outcome::Unchanged => tally.unchanged += 1,
                }
                bar.aside(|| print(&format!("{}\n", line(&landing, context))))?;
            }
            Err(failure) if failure.is_about_the_request() => {
                match failure.exit {
                    Exit::FileRefused => tally.refused_files += 1,
                    _ => tally.refused_requests += 1,
                }
                let name = plain(&name_of(&one.path));
                bar.aside(|| eprintln!("{name}: {}", failure.line(context.lang)));
            }
            Err(failure) => return Err(failure),
        }
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

/// Reads one file and lands it.
pub async fn take(
    folder: &DataFolder,
    programme: &Programme,
    incoming: &Incoming,
    caller: &Caller,
) -> Result<Landing, Failure> {
    let mut request = incoming.request.clone();
    request.file_name = name_of(&incoming.path);
    request.bytes = read(&incoming.path)?;
    Ok(land(folder, programme, request, caller).await?)
}

/// The files of a `manifest.csv` (`file,feed,received,data_date,scope`) in `folder` or its `deliveries`; what a line leaves empty
/// is as in `usual`.
pub fn manifest(folder: &Path, usual: &LandRequest) -> Result<Vec<Incoming>, Failure> {
    let places = [folder.to_owned(), folder.join("deliveries")];
    let Some(base) = places.into_iter().find(|place| place.join("manifest.csv").is_file()) else {
        let folder = folder.display();
        return Err(Failure::refused(
            "no-manifest",
            format!("文件夹 `{folder}` 里没有 manifest.csv"),
            format!("the folder `{folder}` holds no manifest.csv"),
        )
        .hint("请逐个给出文件", "name the files one by one"));
    };
    let path = base.join("manifest.csv");
    let bad = |line: u64, zh: &str, en: &str| {
        let path = path.display();
        Failure::new(
            Exit::FileRefused,
            "bad-manifest",
            format!("`{path}` 第 {line} 行：{zh}"),
            format!("`{path}` line {line}: {en}"),
        )
    };
    let bytes = read(&path)?;
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF".as_slice()).unwrap_or(&bytes);
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(bytes);
    let headers = reader.headers().map_err(|_| bad(1, "读不出来", "it cannot be read"))?.clone();
    let mut incoming = Vec::new();
    for (line, record) in (2_u64..).zip(reader.records()) {
        let record = record.map_err(|_| bad(line, "读不出来", "it cannot be read"))?;
        let cell = |name: &str| {
            let index = headers.iter().position(|header| header.trim() == name)?;
            record.get(index).map(str::trim).filter(|cell| !cell.is_empty())
        };
        let day = |name: &str| match cell(name) {
            Some(text) => Day::parse(text).map(Some).ok_or_else(|| bad(line, "日期有误", "not a date")),
            None => Ok(None),
        };
        let Some(file) = cell("file") else { return Err(bad(line, "缺少文件名", "no file is named")) };
        if Path::new(file).components().count() != 1 || file == ".." {
            return Err(bad(line, "文件名不能带路径", "a file is named without a path"));
        }
        let mut request = usual.clone();
        request.feed = cell("feed").map(str::to_owned).or(request.feed);
        request.received = day("received")?.or(request.received);
        request.data_date = day("data_date")?.or(request.data_date);
        if let Some(scopes) = cell("scope") {
            request.scopes.extend(scopes.split(';').map(|scope| scope.trim().to_owned()));
        }
        incoming.push(Incoming { path: base.join(file), request });
    }
    Ok(incoming)
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

/// The bytes of a file, and one more than a file may have of one that is too large.
fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let unreadable = |error| Failure::unreadable(path, &error);
    let file = File::open(path).map_err(unreadable)?;
    if file.metadata().is_ok_and(|metadata| metadata.is_dir()) {
        return Err(Failure::unreadable(path, &std::io::Error::from(std::io::ErrorKind::IsADirectory)));
    }
    let limit = u64::try_from(intake::MAX_BYTES).unwrap_or(u64::MAX).saturating_add(1);
    let mut bytes = Vec::new();
    file.take(limit).read_to_end(&mut bytes).map_err(unreadable)?;
    Ok(bytes)
}
