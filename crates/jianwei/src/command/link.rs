//! `jianwei link merge|split`: two keys are one subject, or are not after all.

use clap::Subcommand;
use pipeline::job::{LinkRequest, decide_link};
use types::Day;

use super::explain::typed_keys;
use crate::cli::day;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::print;
use server::mask::{View, canonical_key};

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What to do.
    #[command(subcommand)]
    action: Action,
}

/// What to decide.
#[derive(Debug, Subcommand)]
enum Action {
    /// One key stands for another.
    #[command(about = "把一个号码并入另一个 | one key stands for another")]
    Merge {
        /// What is decided.
        #[command(flatten)]
        decision: Decision,
        /// The key it stands for.
        #[arg(long, value_name = "KEY|@FILE", help = "并入哪个号码 | the key it stands for")]
        to: String,
    },
    /// A merged key stands for itself again.
    #[command(about = "把已并入的号码拆出来 | a merged key stands for itself again")]
    Split {
        /// What is decided.
        #[command(flatten)]
        decision: Decision,
    },
}

/// What both have.
#[derive(Debug, clap::Args)]
struct Decision {
    /// Kind of subject.
    #[arg(long, value_name = "KIND", help = "对象类型，如 person | kind of subject")]
    kind: String,
    /// The key.
    #[arg(
        long,
        value_name = "KEY|@FILE",
        help = "哪个号码，@文件 则从文件读 | the key, or @FILE to read it from a file"
    )]
    from: String,
    /// Day from which it is known.
    #[arg(long, value_name = "DATE", value_parser = day, help = "自哪天起知道，默认今天 | day from which it is known, today when not given")]
    known_by: Option<Day>,
    /// Why.
    #[arg(long, value_name = "TEXT", help = "依据 | why")]
    why: String,
}

/// Logs the decision.
pub async fn run(args: &Args, context: &Context) -> Result<Exit, Failure> {
    let (decision, to) = match &args.action {
        Action::Merge { decision, to } => (decision, Some(to)),
        Action::Split { decision } => (decision, None),
    };
    if decision.why.trim().is_empty() {
        return Err(Failure::refused("why-missing", "必须写明依据", "say why"));
    }
    let folder = context.open_for_writing().await?;
    let programme = folder.programme().await?;
    let caller = context.caller(&folder).await?;
    let key = |typed: &str| match typed_keys(typed)?.as_slice() {
        [key] => Ok(canonical_key(&programme, &decision.kind, key)?),
        _ => Err(Failure::refused("one-key", "文件里应恰好有一个号码", "the file must hold exactly one key")),
    };
    let request = LinkRequest {
        kind: decision.kind.clone(),
        from: key(&decision.from)?,
        to: to.map(|to| key(to)).transpose()?,
        known_by: decision.known_by.unwrap_or(caller.today),
        why: decision.why.clone(),
    };
    // The job's sentences name the key; here it is shown masked.
    let masked = View::new(&programme, false).key(&request.kind, &request.from);
    let alias = decide_link(&folder, &request, &caller).await.map_err(|error| match Failure::from(error) {
        failure if failure.code == "unknown-key" => {
            Failure::refused("unknown-key", "有一个号码不在数据中", "one of the keys is not known")
        }
        failure if failure.code == "not-merged" => Failure::refused(
            "not-merged",
            format!("`{masked}` 没有并入任何对象"),
            format!("`{masked}` is not merged into anything"),
        ),
        failure => failure,
    })?;
    let view = context.view(&folder, &programme, &format!("link {}", alias.position)).await?;
    let from = view.key(&alias.kind, &alias.from);
    let line = match &alias.to {
        Some(to) => format!("{} {from} -> {}", alias.kind, view.key(&alias.kind, to)),
        None => format!("{} {from}", alias.kind),
    };
    print(&format!("{} {line} {}\n", alias.position, alias.known_by))?;
    folder.store.close().await;
    context.note("已记录；下次筛查起生效", "logged; it takes effect with the next screening");
    Ok(Exit::Ok)
}
