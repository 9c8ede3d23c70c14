//! What benches/ measures inside one process: a data folder whose answers stay in memory. Reads lines, answers each with one of JSON.
//!
//!     standing DATA
//!     ask DATE              everything as of DATE, known by DATE: seconds, hits by model
//!     models                all models once more from the values in memory: seconds
//!     whatif MODEL FORMULA  another `when`: seconds, how many hits stay, enter and leave
//!
//! What cannot be answered is said as `error`.

use std::error::Error;
use std::io::{BufRead, Write, stdin, stdout};
use std::path::Path;
use std::time::Instant;

use engine::Counts;
use pipeline::{ChangeRequest, DataFolder, Standing, WhatIfRequest};
use serde_json::{Value, json};
use types::{Day, Question};

const THREADS: usize = 2;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("which data folder?")?;
    let folder = DataFolder::open_read_only(Path::new(&path)).await?;
    let programme = folder.programme().await?;
    let mut standing = Standing::new(&programme, THREADS);
    for line in stdin().lock().lines() {
        let said = match answer(&line?, &folder, &mut standing).await {
            Ok(said) => said,
            Err(error) => json!({ "error": error.to_string() }),
        };
        writeln!(stdout(), "{said}")?;
        stdout().flush()?;
    }
    Ok(())
}

async fn answer(line: &str, folder: &DataFolder, standing: &mut Standing<'_>) -> Result<Value, Box<dyn Error>> {
    let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
    let begin = Instant::now();
    let hits = |counts: &[(&str, Counts)]| counts.iter().map(|(_, counts)| counts.hit).collect::<Vec<u64>>();
    match verb {
        "ask" => {
            let day = Day::parse(rest).ok_or("what day?")?;
            standing.ask(folder, Question { as_of: day, known_by: day }).await?;
            let seconds = begin.elapsed().as_secs_f64();
            let counts = standing.counts()?;
            let unanswered: u64 = counts.iter().map(|(_, counts)| counts.undetermined + counts.outside).sum();
            Ok(json!({ "seconds": seconds, "hits": hits(&counts), "unanswered": unanswered }))
        }
        "models" => {
            let counts = standing.screen()?.answered_anew(THREADS)?;
            Ok(json!({ "seconds": begin.elapsed().as_secs_f64(), "hits": hits(&counts) }))
        }
        "whatif" => {
            let (model, when) = rest.split_once(' ').ok_or("which formula?")?;
            let request = WhatIfRequest {
                model: model.to_owned(),
                change: ChangeRequest { lines: Vec::new(), when: Some(when.to_owned()) },
                by: None,
                level: None,
                weeks: 1,
                threads: THREADS,
                listed: None,
                within: None,
            };
            let moves = standing.what_if(&request)?.moves;
            let seconds = begin.elapsed().as_secs_f64();
            Ok(json!({ "seconds": seconds, "stay": moves.stay, "enter": moves.enter, "leave": moves.leave }))
        }
        verb => Err(format!("what is `{verb}`?").into()),
    }
}
