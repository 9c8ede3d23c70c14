//! `jianwei agreements`: what departments agreed to provide, and whether they do.

use std::collections::BTreeSet;

use engine::{Coverage, FeedState};
use serde::Serialize;
use types::{Day, Text};

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Format, Table, print_json, print_table};

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// How the list is written.
    #[arg(long, value_enum, default_value = "table", help = "输出格式 | how the list is written")]
    format: Format,
}

/// One feed of one agreement as JSON.
#[derive(Serialize)]
struct AgreementLine {
    agreement: String,
    title: Text,
    provider: String,
    purpose: Text,
    basis: String,
    feed: String,
    fields: BTreeSet<String>,
    retention: String,
    from: Day,
    to: Option<Day>,
    last_received: Option<Day>,
    data_to: Option<Day>,
    state: &'static str,
}

/// Lists, as of today.
pub async fn run(args: &Args, context: &Context) -> Result<Exit, Failure> {
    let folder = context.open().await?;
    let programme = folder.programme().await?;
    let today = context.caller(&folder).await?.today;
    let deliveries = folder.store.deliveries().await?;
    let mut lines = Vec::new();
    for agreement in programme.agreements.values() {
        for (name, fields) in &agreement.fields {
            let Some(feed) = programme.feeds.get(name) else { continue };
            let of_feed = || deliveries.iter().map(|stored| &stored.delivery).filter(|delivery| delivery.feed == *name);
            let coverage = Coverage::new(feed, of_feed(), today);
            lines.push(AgreementLine {
                agreement: agreement.id.clone(),
                title: agreement.title.clone(),
                provider: agreement.provider.clone(),
                purpose: agreement.purpose.clone(),
                basis: agreement.basis.clone(),
                feed: name.clone(),
                fields: fields.clone(),
                retention: agreement.retention.to_string(),
                from: agreement.from,
                to: agreement.to,
                last_received: of_feed().map(|delivery| delivery.received).max(),
                data_to: coverage.end,
                state: word(coverage.state),
            });
        }
    }
    if args.format == Format::Json {
        print_json(&lines)?;
        return Ok(Exit::Ok);
    }
    let mut table = Table::new([
        context.say("协议", "agreement"),
        context.say("部门", "department"),
        context.say("用途", "purpose"),
        context.say("依据", "basis"),
        context.say("数据源", "feed"),
        context.say(">列", ">columns"),
        context.say("保存", "kept for"),
        context.say("最近收到", "last received"),
        context.say("数据至", "data to"),
        context.say("状态", "state"),
    ]);
    let day = |day: Option<Day>| day.map_or_else(|| "-".to_owned(), |day| day.to_string());
    for line in &lines {
        table.row([
            line.agreement.clone(),
            line.provider.clone(),
            line.purpose.get(context.lang).to_owned(),
            line.basis.clone(),
            line.feed.clone(),
            line.fields.len().to_string(),
            line.retention.clone(),
            day(line.last_received),
            day(line.data_to),
            said(line.state, context).to_owned(),
        ]);
    }
    print_table(&table, args.format, context)?;
    Ok(Exit::Ok)
}

fn word(state: FeedState) -> &'static str {
    match state {
        FeedState::Never => "never",
        FeedState::Lapsed => "lapsed",
        FeedState::Late => "late",
        FeedState::Fresh => "fresh",
    }
}

fn said<'t>(state: &'t str, context: &Context) -> &'t str {
    match state {
        "never" => context.say("从未报送", "never delivered"),
        "lapsed" => context.say("已失效", "lapsed"),
        "late" => context.say("逾期", "late"),
        _ => context.say("按时", "in time"),
    }
}
