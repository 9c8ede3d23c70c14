//! `jianwei audit verify [--head HASH]`: whether the event chain holds.

use clap::Subcommand;
use types::Hash;

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::print;

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What to do.
    #[command(subcommand)]
    action: Action,
}

/// What to do with the log.
#[derive(Debug, Subcommand)]
enum Action {
    /// Walks the whole chain.
    #[command(about = "从头到尾核验日志链 | walk the whole chain")]
    Verify {
        /// A head written down earlier.
        #[arg(long, value_name = "HASH", value_parser = hash, help = "以前记下的链首 | a head written down earlier")]
        head: Option<Hash>,
    },
}

/// Verifies; prints the head.
pub async fn run(args: &Args, context: &Context) -> Result<Exit, Failure> {
    let Action::Verify { head } = &args.action;
    let folder = context.open().await?;
    match folder.store.verify(*head).await? {
        Ok(head) => {
            print(&format!("{} {}\n", head.position, head.hash))?;
            let events = head.position;
            context.note(format!("日志链完整，共 {events} 个事件"), format!("the chain holds, {events} events"));
            Ok(Exit::Ok)
        }
        Err(fault) => {
            let text = fault.text();
            Err(Failure::new(Exit::ChainBroken, "chain-broken", text.zh, text.en))
        }
    }
}

fn hash(text: &str) -> Result<Hash, String> {
    Hash::parse(&text.to_lowercase()).ok_or_else(|| "应为 64 位十六进制 | 64 hexadecimal digits".to_owned())
}
