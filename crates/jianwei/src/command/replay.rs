//! `jianwei replay CLUE`: the same answer again, byte for byte.

use casework::ClueId;
use pipeline::Inquiry;
use types::{Hash, canonical_json};

use super::clues::clue;
use super::explain::{differs, find};
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::print;

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The clue.
    #[arg(value_name = "CLUE", value_parser = clue, help = "线索编号 | the clue")]
    clue: ClueId,
}

/// Derives the clue again, prints its canonical JSON and says whether it is what was said. Compared is always the whole; printed
/// is what the viewer may see.
pub async fn run(args: &Args, context: &Context) -> Result<Exit, Failure> {
    let id = args.clue;
    let folder = context.open().await?;
    let clue = find(&folder, id).await?;
    let inquiry = Inquiry::at_run(&folder, &Inquiry::run_of(&folder, &clue).await?).await?;
    let replayed = inquiry.replay(&clue, context.threads)?;
    let view = context.view(&folder, inquiry.programme(), &format!("replay {id}")).await?;
    let seen =
        canonical_json(&view.explanation(&replayed.explanation)).map_err(|error| Failure::fault(error.to_string()))?;
    print(&format!("{seen}\n"))?;
    if !replayed.is_equal {
        return Err(differs(id));
    }
    let hash = Hash::of(replayed.json.as_bytes());
    context.note(format!("重放一致：{id}，SHA-256 {hash}"), format!("replayed equal: {id}, SHA-256 {hash}"));
    Ok(Exit::Ok)
}
