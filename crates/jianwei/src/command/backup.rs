//! `jianwei backup --to DIR`, `jianwei restore --from DIR`, `jianwei rebuild`: a copy of the folder, a folder from a copy, lists made again.

use std::path::PathBuf;

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::print;

/// Arguments of `backup`.
#[derive(Debug, clap::Args)]
pub struct BackupArgs {
    /// Where to.
    #[arg(long, value_name = "DIR", help = "备份到哪个空文件夹 | an empty folder to copy to")]
    to: PathBuf,
}

/// Arguments of `restore`.
#[derive(Debug, clap::Args)]
pub struct RestoreArgs {
    /// The backup.
    #[arg(long, value_name = "DIR", help = "备份所在文件夹 | the backup")]
    from: PathBuf,
}

/// Arguments of `rebuild`.
#[derive(Debug, clap::Args)]
pub struct RebuildArgs {}

/// Copies the folder while it is used; prints the head of the copy's chain.
pub async fn backup(args: &BackupArgs, context: &Context) -> Result<Exit, Failure> {
    let folder = context.open().await?;
    let today = context.caller(&folder).await?.today;
    let head = folder.store.backup(&args.to, today).await?;
    print(&format!("{} {}\n", head.position, head.hash))?;
    let to = args.to.display();
    context.note(format!("已备份到 `{to}`"), format!("copied to `{to}`"));
    Ok(Exit::Ok)
}

/// Makes the data folder from a backup and verifies its chain.
pub async fn restore(args: &RestoreArgs, context: &Context) -> Result<Exit, Failure> {
    let data = context.data();
    store::restore(&args.from, &data)?;
    let folder = context.open().await?;
    match folder.store.verify(None).await? {
        Ok(head) => {
            print(&format!("{} {}\n", head.position, head.hash))?;
            context.note("已恢复，日志链完整", "restored; the chain holds");
            Ok(Exit::Ok)
        }
        Err(fault) => {
            let text = fault.text();
            Err(Failure::new(Exit::ChainBroken, "chain-broken", text.zh, text.en))
        }
    }
}

/// Makes the lists of clues and cases again from the events.
pub async fn rebuild(_: &RebuildArgs, context: &Context) -> Result<Exit, Failure> {
    let folder = context.open_for_writing().await?;
    let before = folder.store.digest_of_lists().await?;
    let clues = folder.store.rebuild_clues().await?;
    let cases = server::rebuild_cases(&folder).await?;
    let is_equal = folder.store.digest_of_lists().await? == before;
    folder.store.close().await;
    print(&format!("{clues} {cases}\n"))?;
    context.note(format!("重建：{clues} 条线索，{cases} 个工单"), format!("made again: {clues} clues, {cases} cases"));
    match is_equal {
        true => context.note("与重建前一致", "equal to what was there"),
        false => context.note("与重建前不同，现以事件为准", "not equal to what was there; the events decide"),
    }
    Ok(Exit::Ok)
}
