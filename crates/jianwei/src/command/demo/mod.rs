//! `jianwei demo`: from invented files to three explained clues, two of them about one row; each replayed; then the app.

mod accounts;
mod crossing;
mod stages;
mod summary;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use ::pack::Programme;
use casework::ClueId;
use pipeline::job::{LandRequest, Outcome, ScreenRequest, Screened, land, screen};
use pipeline::{DataFolder, Inquiry};
use store::ClueFilter;
use types::{Explanation, Question};

use self::crossing::{Chosen, choose};
use self::stages::Stages;
use self::summary::{counts, in_short};
use super::explain::{differs, file_names, find};
use super::ingest::manifest;
use super::serve::{Listen, serve};
use super::simulate::{Invented, write};
use crate::context::{Context, entropy, name_of};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Progress, Table, plain, print};
use crate::render::Page;
use server::mask::View;

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What to invent.
    #[command(flatten)]
    invented: Invented,
    /// Where the packs are.
    #[arg(
        long,
        value_name = "DIR",
        default_value = "packs",
        help = "业务包所在文件夹 | the folder that holds the packs"
    )]
    packs: PathBuf,
    /// Where to serve.
    #[command(flatten)]
    listen: Listen,
    /// Do not serve the app afterwards.
    #[arg(long, help = "演示后不启动网页服务 | do not serve the app afterwards")]
    no_serve: bool,
}

/// Marks a folder that this command made and may remove again.
const MARKER: &str = ".jianwei-demo";
/// Households of a demonstration that is over in half a minute.
const SMALL: u32 = 2_000;
/// Clues of one model that are looked through for those to explain.
const LOOKED_THROUGH: u32 = 200;

/// A clue with what it says.
pub struct Told {
    /// The clue.
    pub clue: ClueId,
    /// What it says, unmasked.
    pub explanation: Explanation,
}

/// Runs the whole way.
pub async fn run(args: &Args, context: &Context) -> Result<Exit, Failure> {
    let data = context.named_data.clone().unwrap_or_else(|| PathBuf::from("demo-data"));
    let packs = packs_in(&args.packs)?;
    fresh(&data).await?;
    let mut stages = Stages::begin(context);
    let files = data.join("simulated");
    let summary = write(&args.invented.settings(SMALL), &files, context)?;
    stages.done("编造数据", "files invented");
    let paths: Vec<&Path> = packs.iter().map(PathBuf::as_path).collect();
    let (folder, _) = pipeline::job::init(&data, entropy()?, &paths, &context.first_caller()?).await?;
    let programme = folder.programme().await?;
    stages.done("建立数据文件夹", "data folder made");
    ingest(&files, &folder, &programme, context).await?;
    stages.done("接收文件", "files taken in");
    let caller = context.caller(&folder).await?;
    let question = Question { as_of: summary.last_day, known_by: summary.last_day };
    let request = ScreenRequest { question, threads: context.threads };
    let screened = screen(&folder, &programme, request, &caller, &mut |_| {}).await?;
    folder.store.write_head(caller.today).await?;
    stages.done("筛查", "screened");
    print(&counts(&folder, &programme, &screened).await?)?;
    print(&in_short(&folder, &summary, &screened).await?)?;
    let run = folder.run(screened.run).await?;
    let inquiry = Inquiry::at_run(&folder, &run).await?;
    let told = told(&folder, &inquiry, &screened, context).await?;
    stages.done("说明", "explained");
    let is_equal = explain(&told, &folder, &inquiry, context).await?;
    stages.done("重放", "replayed");
    let clock = accounts::prepare(&folder, &data, &told, &programme, question.as_of, context).await?;
    print(&next(&data))?;
    if !is_equal {
        folder.store.close().await;
        return Ok(Exit::ReplayDiffers);
    }
    if args.no_serve {
        folder.store.close().await;
        return Ok(Exit::Ok);
    }
    serve(folder, &args.listen, Some(&clock), context).await
}

/// The packs of a folder of packs, by name.
fn packs_in(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let entries = std::fs::read_dir(folder).map_err(|error| {
        Failure::refused(
            "no-packs",
            format!("无法读取业务包文件夹 `{}`：{error}", folder.display()),
            format!("cannot read the folder of packs `{}`: {error}", folder.display()),
        )
        .hint("在项目根目录运行，或加 `--packs DIR`", "run it where the packs are, or add `--packs DIR`")
    })?;
    let mut packs: Vec<PathBuf> =
        entries.flatten().map(|entry| entry.path()).filter(|path| path.join("pack.yaml").is_file()).collect();
    packs.sort();
    if packs.is_empty() {
        let folder = folder.display();
        return Err(Failure::refused(
            "no-packs",
            format!("`{folder}` 里没有业务包"),
            format!("`{folder}` holds no packs"),
        ));
    }
    Ok(packs)
}

/// An empty folder with the marker in it. Only a folder that this command made is removed.
async fn fresh(data: &Path) -> Result<(), Failure> {
    let failed = |error: std::io::Error| Failure::fault(format!("{}: {error}", data.display()));
    let is_empty = !data.exists() || std::fs::read_dir(data).map_err(failed)?.next().is_none();
    if !is_empty {
        if !data.join(MARKER).is_file() {
            let data = data.display();
            return Err(Failure::refused(
                "not-a-demo-folder",
                format!("`{data}` 不是演示建立的文件夹，不会清空它"),
                format!("`{data}` was not made by the demo and will not be emptied"),
            )
            .hint("换一个文件夹：`--data DIR`", "choose another: `--data DIR`"));
        }
        // Whoever writes to it now holds the lock.
        match DataFolder::open(data, entropy()?).await {
            Ok(folder) => folder.store.close().await,
            Err(error) => {
                let failure = Failure::from(error);
                if failure.exit == Exit::Busy {
                    return Err(failure);
                }
            }
        }
        std::fs::remove_dir_all(data).map_err(failed)?;
    }
    std::fs::create_dir_all(data).map_err(failed)?;
    std::fs::write(data.join(MARKER), "made by `jianwei demo`, which removes this folder when it runs again\n")
        .map_err(failed)
}

async fn ingest(files: &Path, folder: &DataFolder, programme: &Programme, context: &Context) -> Result<(), Failure> {
    let caller = context.caller(folder).await?;
    let incoming = manifest(files, &LandRequest::default())?;
    let bar = Progress::new(context, incoming.len() as u64);
    let (mut unchanged, mut confirmed) = (0_u32, 0_u32);
    for (done, one) in (0_u64..).zip(&incoming) {
        let name = name_of(&one.path);
        bar.at(done, &name);
        let each = async |name: String, request: Result<LandRequest, Failure>| {
            let landed = match request {
                Ok(request) => match land(folder, programme, request.clone(), &caller).await.map_err(Failure::from) {
                    // A list that drops many is held until somebody has asked the department. Here it is what it meant.
                    Err(failure) if failure.code == "confirm-needed" => {
                        confirmed += 1;
                        let request = LandRequest { confirm: true, ..request };
                        land(folder, programme, request, &caller).await.map_err(Failure::from)
                    }
                    landed => landed,
                },
                Err(failure) => Err(failure),
            };
            match landed {
                Ok(landing) => unchanged += u32::from(landing.outcome == Outcome::Unchanged),
                Err(failure) if failure.is_about_the_request() => {
                    bar.aside(|| eprintln!("{}: {}", plain(&name), failure.line(context.lang)));
                }
                Err(failure) => return Err(failure),
            }
            Ok(())
        };
        one.each(each).await?;
    }
    drop(bar);
    if confirmed > 0 {
        context.note(
            format!("{confirmed} 份名单减少超过 5%，演示中视为已与部门确认"),
            format!("{confirmed} lists dropped more than 5 %: held until confirmed, which the demo does"),
        );
    }
    if unchanged > 0 {
        context.note(
            format!("{unchanged} 份与最新批次相同"),
            format!("{unchanged} files were equal to the newest delivery"),
        );
    }
    Ok(())
}

/// The clues of the run with what they say, by model and clue.
async fn told(
    folder: &DataFolder,
    inquiry: &Inquiry,
    screened: &Screened,
    context: &Context,
) -> Result<Vec<Told>, Failure> {
    let mut clues = BTreeMap::new();
    let mut asked: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for model in screened.models.iter().filter(|model| model.counts.hit > 0) {
        let filter =
            ClueFilter { model: Some(model.model.clone()), limit: Some(LOOKED_THROUGH), ..ClueFilter::default() };
        for record in folder.store.clues(&filter).await? {
            if let Some(said) = record.episode.said {
                asked.entry(&model.model).or_default().push(said.subject.key.clone());
                clues.insert((model.model.as_str(), said.subject.key), record.episode.clue);
            }
        }
    }
    let mut told = Vec::new();
    for (model, key, explanation) in inquiry.explain_each(&asked, context.threads)? {
        if let (Some(clue), Some(explanation)) = (clues.get(&(model, key)), explanation) {
            told.push(Told { clue: *clue, explanation });
        }
    }
    Ok(told)
}

/// Prints the chosen clues; whether each, derived again, is what was said.
async fn explain(told: &[Told], folder: &DataFolder, inquiry: &Inquiry, context: &Context) -> Result<bool, Failure> {
    let programme = inquiry.programme();
    let files = file_names(folder).await?;
    let page = Page { programme, files: &files };
    let view = View::new(programme, false);
    let Chosen { shared, others } = choose(told, programme);
    let mut is_equal = true;
    let mut text = String::new();
    let mut show = async |one: &Told, text: &mut String| -> Result<(), Failure> {
        let clue = find(folder, one.clue).await?;
        let replayed = inquiry.replay(&clue, context.threads)?;
        is_equal &= replayed.is_equal;
        let seen = page.explanation(&view.explanation(&one.explanation), None);
        let outcome = match replayed.is_equal {
            true => "重放一致 / replayed equal".to_owned(),
            false => differs(one.clue).line(context.lang),
        };
        text.push_str(&format!("{} {seen}  {outcome}\n\n", one.clue));
        Ok(())
    };
    for one in others {
        text.push_str("== 一条线索 / a clue ==\n");
        show(one, &mut text).await?;
    }
    match shared {
        Some((row, pair)) => {
            let file = files.get(&row.delivery).unwrap_or(&row.feed);
            let title = programme.feeds.get(&row.feed).map(|feed| feed.title.clone()).unwrap_or_default();
            let number = row.row;
            text.push_str("== 同一行数据，两条线索 / one row, two clues ==\n");
            text.push_str(&format!("{}：`{file}` 第 {number} 行\n{}: `{file}` row {number}\n\n", title.zh, title.en));
            for one in pair {
                show(one, &mut text).await?;
            }
        }
        None => text.push_str("这批数据里没有两个模型共用的一行 / no row was behind the clues of two models here\n\n"),
    }
    print(&text)?;
    Ok(is_equal)
}

fn next(data: &Path) -> String {
    let data = data.display();
    let mut table = Table::new(["", "", ""]).indent(2);
    for (command, zh, en) in [
        ("clues", "全部线索", "all clues"),
        ("explain C000001", "说明一条线索", "explain one"),
        ("refused", "被退回的行", "refused rows"),
        ("unlinked", "不在底册中的对象", "known, not registered"),
        ("replay C000001", "重放一条线索", "derive one again"),
        ("audit verify", "核验日志链", "verify the event chain"),
    ] {
        table.row([format!("jianwei {command} --data {data}"), zh.to_owned(), en.to_owned()]);
    }
    format!("== 接着可以 / what to try next ==\n{}", table.render())
}
