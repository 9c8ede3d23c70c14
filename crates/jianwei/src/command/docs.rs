//! `jianwei docs PACK`: the pack as one readable page.

use std::path::PathBuf;

use crate::context::{Context, name_of};
use crate::dossier;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::print;

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The pack folder.
    #[arg(value_name = "PACK", help = "业务包文件夹 | the pack folder")]
    pack: PathBuf,
    /// The file.
    #[arg(long, value_name = "FILE", help = "写到这个文件，默认写到标准输出 | write to this file, not to stdout")]
    out: Option<PathBuf>,
}

/// Writes the page. Its tests are run for it; one that fails is shown so, and the page is written all the same.
pub fn run(args: &Args, context: &Context) -> Result<Exit, Failure> {
    let folder = args.pack.canonicalize().unwrap_or_else(|_| args.pack.clone());
    let loaded = ::pack::load(&[folder.as_path()]);
    let Some(programme) = &loaded.programme else {
        return Err(pipeline::Error::Findings { findings: loaded.findings, sources: loaded.sources }.into());
    };
    let id = name_of(&folder);
    let Some(pack) = programme.packs.iter().position(|info| info.id == id) else {
        return Err(Failure::fault(format!("the pack `{id}` was read and is not there")));
    };
    let outcomes = pipeline::proof::prove(&loaded);
    let own: Vec<_> = outcomes
        .into_iter()
        .filter(|outcome| outcome.file.split('/').rev().nth(2).is_some_and(|folder| folder == id))
        .collect();
    let page = dossier::page(&loaded, programme, pack, &own);
    match &args.out {
        None => print(&page)?,
        Some(path) => {
            std::fs::write(path, &page).map_err(|error| {
                let path = path.display();
                Failure::refused(
                    "cannot-write",
                    format!("写不了 `{path}`：{error}"),
                    format!("cannot write `{path}`: {error}"),
                )
            })?;
            let (path, kib) = (path.display(), page.len() / 1024);
            context.note(format!("已写入 {path}（{kib} KiB）"), format!("written to {path} ({kib} KiB)"));
        }
    }
    Ok(Exit::Ok)
}
