//! `jianwei deliveries`, and `jianwei deliveries destroy HASH --why TEXT`.

use clap::Subcommand;
use serde::Serialize;
use types::{Day, Hash, Interval};

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Format, Table, print, print_json, print_table};

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Args {
    /// What to do instead of listing.
    #[command(subcommand)]
    action: Option<Action>,
    /// Of this feed only.
    #[arg(long, value_name = "F", help = "只列这个数据源 | of this feed only")]
    feed: Option<String>,
    /// How the list is written.
    #[arg(long, value_enum, default_value = "table", help = "输出格式 | how the list is written")]
    format: Format,
}

/// What to do with deliveries.
#[derive(Debug, Subcommand)]
enum Action {
    /// Those kept as long as their agreement says.
    #[command(about = "按协议保存期已满的批次 | deliveries kept as long as their agreement says")]
    Expired {
        /// Destroy them.
        #[arg(long, help = "销毁它们，只留记录 | destroy them, leaving tombstones")]
        destroy: bool,
    },
    /// Destroys its bytes and tables, leaving a tombstone.
    #[command(about = "销毁一个批次的原始数据，只留记录 | destroy a delivery, leaving a tombstone")]
    Destroy {
        /// Its hash, or the beginning of it.
        #[arg(value_name = "HASH", help = "批次哈希，可只写开头 | its hash, or the beginning of it")]
        hash: String,
        /// Why.
        #[arg(long, value_name = "TEXT", help = "销毁依据 | why")]
        why: String,
    },
}

/// One delivery as JSON.
#[derive(Serialize)]
struct DeliveryLine {
    sequence: u32,
    feed: String,
    file_name: String,
    hash: Hash,
    received: Day,
    data_date: Day,
    covers: Option<Interval>,
    scopes: Vec<String>,
    rows: u32,
    refused: u32,
    backfill: bool,
    ingested_at: String,
    operator: String,
    destroyed: Option<DestroyedLine>,
}

/// Its destruction.
#[derive(Serialize)]
struct DestroyedLine {
    on: Day,
    by: String,
    why: String,
}

/// Lists, or destroys.
pub async fn run(args: &Args, context: &Context) -> Result<Exit, Failure> {
    match &args.action {
        Some(Action::Destroy { hash, why }) => destroy(hash, why, context).await,
        Some(Action::Expired { destroy }) => expired(*destroy, context).await,
        None => list(args, context).await,
    }
}

async fn destroy(hash: &str, why: &str, context: &Context) -> Result<Exit, Failure> {
    let folder = context.open_for_writing().await?;
    let caller = context.caller(&folder).await?;
    let tombstone = pipeline::job::destroy(&folder, hash, why, &caller).await?;
    folder.store.write_head(caller.today).await?;
    folder.store.close().await;
    let (hash, rows) = (tombstone.hash.short(), tombstone.rows);
    context.note(
        format!("已销毁批次 {hash}，{rows} 行；记录留存"),
        format!("delivery {hash} with {rows} rows is destroyed; a tombstone stays"),
    );
    Ok(Exit::Ok)
}

/// Lists, or destroys, what is kept as long as its agreement says.
async fn expired(is_destroyed: bool, context: &Context) -> Result<Exit, Failure> {
    let folder = if is_destroyed { context.open_for_writing().await? } else { context.open().await? };
    let programme = folder.programme().await?;
    let caller = context.caller(&folder).await?;
    let expired = if is_destroyed {
        let expired = pipeline::job::expire(&folder, &programme, &caller).await?;
        folder.store.write_head(caller.today).await?;
        folder.store.close().await;
        expired
    } else {
        pipeline::job::expired(&folder, &programme, caller.today).await?
    };
    let mut table = Table::new([
        context.say(">批次", ">no."),
        context.say("数据源", "feed"),
        context.say("文件", "file"),
        context.say("收到", "received"),
        context.say("协议", "agreement"),
        context.say("保存", "kept for"),
        context.say("期满", "due"),
        context.say("哈希", "hash"),
    ]);
    for one in &expired {
        let delivery = &one.delivery;
        table.row([
            delivery.sequence.to_string(),
            delivery.feed.clone(),
            delivery.file_name.clone(),
            delivery.received.to_string(),
            one.agreement.clone(),
            one.retention.to_string(),
            one.due.to_string(),
            delivery.hash.short(),
        ]);
    }
    print(&table.render())?;
    let count = expired.len();
    if is_destroyed {
        context.note(
            format!("已销毁 {count} 个批次；记录留存"),
            format!("{count} deliveries are destroyed; tombstones stay"),
        );
    } else {
        context.note(format!("{count} 个批次保存期已满"), format!("{count} deliveries are due"));
    }
    Ok(Exit::Ok)
}

async fn list(args: &Args, context: &Context) -> Result<Exit, Failure> {
    let folder = context.open().await?;
    let mut lines = Vec::new();
    for stored in folder.store.deliveries().await? {
        let delivery = stored.delivery;
        if args.feed.as_ref().is_some_and(|feed| *feed != delivery.feed) {
            continue;
        }
        lines.push(DeliveryLine {
            sequence: delivery.sequence,
            feed: delivery.feed,
            file_name: delivery.file_name,
            hash: delivery.hash,
            received: delivery.received,
            data_date: delivery.data_date,
            covers: delivery.covers,
            scopes: delivery.scopes,
            rows: delivery.rows,
            refused: delivery.refused,
            backfill: stored.backfill,
            ingested_at: stored.ingested_at,
            operator: stored.operator,
            destroyed: stored.destroyed.map(|tomb| DestroyedLine { on: tomb.on, by: tomb.by, why: tomb.why }),
        });
    }
    if args.format == Format::Json {
        print_json(&lines)?;
        return Ok(Exit::Ok);
    }
    let mut table = Table::new([
        context.say(">批次", ">no."),
        context.say("数据源", "feed"),
        context.say("文件", "file"),
        context.say("收到", "received"),
        context.say("数据日期", "data date"),
        context.say("覆盖", "covers"),
        context.say("范围", "scopes"),
        context.say(">行", ">rows"),
        context.say(">退回", ">refused"),
        context.say("哈希", "hash"),
        context.say("备注", "remarks"),
    ]);
    for line in &lines {
        let mut remarks = Vec::new();
        if line.backfill {
            remarks.push(context.say("补录", "backfill").to_owned());
        }
        if let Some(destroyed) = &line.destroyed {
            remarks.push(format!("{} {}", context.say("已销毁", "destroyed"), destroyed.on));
        }
        table.row([
            line.sequence.to_string(),
            line.feed.clone(),
            line.file_name.clone(),
            line.received.to_string(),
            line.data_date.to_string(),
            line.covers.map_or_else(|| "-".to_owned(), |covers| format!("{}..{}", covers.from, covers.to)),
            scopes(&line.scopes, context),
            line.rows.to_string(),
            line.refused.to_string(),
            line.hash.short(),
            remarks.join(", "),
        ]);
    }
    print_table(&table, args.format, context)?;
    Ok(Exit::Ok)
}

/// At most two scopes, then how many more.
fn scopes(scopes: &[String], context: &Context) -> String {
    match scopes {
        [] => "-".to_owned(),
        [all] if all.is_empty() => context.say("全部", "all").to_owned(),
        [first, .., last] if scopes.len() > 2 => format!("{first}..{last} ({})", scopes.len()),
        few => few.join(", "),
    }
}
