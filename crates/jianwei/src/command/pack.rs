//! `jianwei pack add|upgrade|list`: the packs of a data folder.

use std::path::{Path, PathBuf};

use clap::Subcommand;
use serde::Serialize;
use types::{Hash, Text};

use super::init::added_table;
use crate::context::{Context, name_of};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Format, Table, print, print_json, print_table};

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What to do.
    #[command(subcommand)]
    action: Action,
}

/// What to do with packs.
#[derive(Debug, Subcommand)]
enum Action {
    /// Lets new packs in.
    #[command(about = "加入新的业务包 | let new packs in")]
    Add(Packs),
    /// Takes another version of packs that are in use.
    #[command(about = "换用业务包的新版本 | use another version of packs")]
    Upgrade(Packs),
    /// The packs in use.
    #[command(about = "正在使用的业务包 | the packs in use")]
    List {
        /// How the list is written.
        #[arg(long, value_enum, default_value = "table", help = "输出格式 | how the list is written")]
        format: Format,
    },
}

/// Pack folders.
#[derive(Debug, clap::Args)]
struct Packs {
    /// The folders.
    #[arg(required = true, value_name = "PACK", help = "业务包文件夹 | pack folders")]
    packs: Vec<PathBuf>,
}

/// One pack in use, as JSON.
#[derive(Serialize)]
struct PackLine {
    id: String,
    version: String,
    title: Text,
    builds_on: Vec<String>,
    hash: Hash,
    added_at: String,
}

/// Does it.
pub async fn run(args: &Args, context: &Context) -> Result<Exit, Failure> {
    match &args.action {
        Action::Add(packs) => take(&packs.packs, false, context).await,
        Action::Upgrade(packs) => take(&packs.packs, true, context).await,
        Action::List { format } => list(*format, context).await,
    }
}

async fn take(packs: &[PathBuf], is_upgrade: bool, context: &Context) -> Result<Exit, Failure> {
    let folder = context.open_for_writing().await?;
    let current = folder.pack_hashes().await?;
    for path in packs {
        // The folder's name is the pack's id; `.` and links have one too.
        let id = path.canonicalize().map_or_else(|_| name_of(path), |path| name_of(&path));
        match (is_upgrade, current.contains_key(&id)) {
            (true, false) => {
                return Err(Failure::refused(
                    "pack-absent",
                    format!("数据文件夹里没有业务包 `{id}`"),
                    format!("the data folder has no pack `{id}`"),
                )
                .hint("新业务包用 `jianwei pack add`", "use `jianwei pack add` for a new pack"));
            }
            (false, true) => {
                return Err(Failure::refused(
                    "pack-present",
                    format!("业务包 `{id}` 已在使用"),
                    format!("the pack `{id}` is in use already"),
                )
                .hint(
                    format!("改过之后用 `jianwei pack upgrade {}`", path.display()),
                    format!("after a change: `jianwei pack upgrade {}`", path.display()),
                ));
            }
            _ => {}
        }
    }
    let folders: Vec<&Path> = packs.iter().map(PathBuf::as_path).collect();
    let caller = context.caller(&folder).await?;
    let added = pipeline::job::add_packs(&folder, &folders, &caller).await?;
    folder.store.close().await;
    print(&added_table(&added, context))?;
    Ok(Exit::Ok)
}

async fn list(format: Format, context: &Context) -> Result<Exit, Failure> {
    let folder = context.open().await?;
    let programme = folder.programme().await?;
    let versions = folder.store.current_packs().await?;
    let lines: Vec<PackLine> = programme
        .packs
        .iter()
        .map(|info| PackLine {
            id: info.id.clone(),
            version: info.version.clone(),
            title: info.title.clone(),
            builds_on: info.builds_on.clone(),
            hash: info.hash,
            added_at: versions
                .iter()
                .find(|version| version.hash == info.hash)
                .map(|version| version.added_at.clone())
                .unwrap_or_default(),
        })
        .collect();
    if format == Format::Json {
        print_json(&lines)?;
        return Ok(Exit::Ok);
    }
    let mut table = Table::new([
        context.say("业务包", "pack"),
        context.say("版本", "version"),
        context.say("名称", "title"),
        context.say("依赖", "builds on"),
        context.say("内容", "content"),
        context.say("加入", "added"),
    ]);
    for line in &lines {
        table.row([
            line.id.as_str(),
            &line.version,
            line.title.get(context.lang),
            &line.builds_on.join(", "),
            &line.hash.short(),
            &line.added_at,
        ]);
    }
    print_table(&table, format, context)?;
    Ok(Exit::Ok)
}
