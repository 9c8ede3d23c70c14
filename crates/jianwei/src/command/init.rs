//! `jianwei init --data DATA --pack PACK…`: a new data folder with its packs.

use std::path::{Path, PathBuf};

use pipeline::job::PackAdded;

use crate::context::{Context, entropy};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Table, print};

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Pack folders; what they build on is found beside them.
    #[arg(long = "pack", required = true, num_args = 1.., value_name = "PACK", help = "业务包文件夹 | pack folders")]
    packs: Vec<PathBuf>,
}

/// Makes the folder and copies the packs in.
pub async fn run(args: &Args, context: &Context) -> Result<Exit, Failure> {
    let folders: Vec<&Path> = args.packs.iter().map(PathBuf::as_path).collect();
    let data = context.data();
    let (folder, added) = pipeline::job::init(&data, entropy()?, &folders, &context.first_caller()?).await?;
    print(&added_table(&added, context))?;
    folder.store.close().await;
    let data = data.display();
    context.note(format!("已建立数据文件夹 `{data}`"), format!("`{data}` is a data folder now"));
    Ok(Exit::Ok)
}

/// What became of packs, a line each.
pub fn added_table(added: &[PackAdded], context: &Context) -> String {
    let mut table = Table::new([
        context.say("业务包", "pack"),
        context.say("版本", "version"),
        context.say("内容", "content"),
        context.say("结果", "outcome"),
    ]);
    for pack in added {
        let outcome =
            if pack.is_new { context.say("已采用", "in use now") } else { context.say("未变", "unchanged") };
        table.row([pack.id.as_str(), &pack.version, &pack.hash.short(), outcome]);
    }
    table.render()
}
