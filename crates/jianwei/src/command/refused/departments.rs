//! `jianwei refused --departments`: how many rows each department made good, and in how many days.

use std::collections::BTreeSet;

use pipeline::{Corrections, corrections};
use serde::Serialize;
use types::Day;

use super::Args;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Format, Table, print_json, print_table};

/// One department as JSON.
#[derive(Serialize)]
struct DepartmentLine<'a> {
    department: &'a str,
    feeds: &'a BTreeSet<String>,
    refused: u64,
    corrected: u64,
    waiting: u64,
    corrected_per_mille: u64,
    median_days: Option<i32>,
    waiting_since: Option<Day>,
}

/// Lists.
pub async fn list(args: &Args, context: &Context) -> Result<Exit, Failure> {
    let folder = context.open().await?;
    let programme = folder.programme().await?;
    let (departments, _) = corrections(&folder, &programme).await?;
    if args.format == Format::Json {
        let lines: Vec<DepartmentLine<'_>> = departments
            .iter()
            .map(|seen| DepartmentLine {
                department: &seen.department,
                feeds: &seen.feeds,
                refused: seen.refused,
                corrected: seen.corrected,
                waiting: seen.waiting(),
                corrected_per_mille: per_mille(seen),
                median_days: seen.median_days,
                waiting_since: seen.waiting_since,
            })
            .collect();
        print_json(&lines)?;
        return Ok(Exit::Ok);
    }
    let mut table = Table::new([
        context.say("部门", "department"),
        context.say(">退回", ">refused"),
        context.say(">已补正", ">made good"),
        context.say(">待补正", ">waiting"),
        context.say(">补正率", ">rate"),
        context.say(">中位天数", ">median days"),
        context.say("最早待补正", "waiting since"),
    ]);
    for seen in &departments {
        table.row([
            name(seen, context),
            seen.refused.to_string(),
            seen.corrected.to_string(),
            seen.waiting().to_string(),
            rate(seen),
            seen.median_days.map(|days| days.to_string()).unwrap_or_default(),
            seen.waiting_since.map(|day| day.to_string()).unwrap_or_default(),
        ]);
    }
    print_table(&table, args.format, context)?;
    Ok(Exit::Ok)
}

/// The department, also where the pack names none.
pub fn name(seen: &Corrections, context: &Context) -> String {
    match seen.department.as_str() {
        "" => context.say("未写明部门", "no department named").to_owned(),
        department => department.to_owned(),
    }
}

/// Share of its refused rows that were made good, `87.5%`.
pub fn rate(seen: &Corrections) -> String {
    let per_mille = per_mille(seen);
    format!("{}.{}%", per_mille / 10, per_mille % 10)
}

fn per_mille(seen: &Corrections) -> u64 {
    (seen.corrected * 1000).checked_div(seen.refused).unwrap_or(0)
}
