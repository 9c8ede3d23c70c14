//! What benches/ measures inside one process: a data folder whose answers stay in memory. Reads lines, answers each with one of JSON.
//!
//!     standing DATA
//!     ask DATE              everything as of DATE, known by DATE: seconds, hits by model
//!     models                all models once more from the values in memory: seconds
//!     whatif MODEL FORMULA  another `when`: seconds, who would be a hit

use std::error::Error;
use std::io::{BufRead, Write, stdin, stdout};
use std::path::Path;
use std::time::Instant;

use pipeline::{ChangeRequest, DataFolder, Standing, WhatIfRequest};
use types::{Day, Question};

const THREADS: usize = 2;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("which data folder?")?;
    let folder = DataFolder::open_read_only(Path::new(&path)).await?;
    let programme = folder.programme().await?;
    let mut standing = Standing::new(&programme, THREADS);
    for line in stdin().lock().lines() {
        let line = line?;
        let (verb, rest) = line.split_once(' ').unwrap_or((&line, ""));
        let begin = Instant::now();
        let said = match verb {
            "ask" => {
                let day = Day::parse(rest).ok_or("what day?")?;
                standing.ask(&folder, Question { as_of: day, known_by: day }).await?;
                let seconds = begin.elapsed().as_secs_f64();
                let counts = standing.counts()?;
                let unanswered: u64 = counts.iter().map(|(_, counts)| counts.undetermined + counts.outside).sum();
                let hits: Vec<u64> = counts.iter().map(|(_, counts)| counts.hit).collect();
                serde_json::json!({ "seconds": seconds, "hits": hits, "unanswered": unanswered })
            }
            "models" => {
                let hits: Vec<u64> =
                    standing.screen()?.answered_anew(THREADS)?.iter().map(|(_, counts)| counts.hit).collect();
                serde_json::json!({ "seconds": begin.elapsed().as_secs_f64(), "hits": hits })
            }
            "whatif" => {
                let (model, when) = rest.split_once(' ').ok_or("which formula?")?;
                let answer = standing.what_if(&WhatIfRequest {
                    model: model.to_owned(),
                    change: ChangeRequest { lines: Vec::new(), when: Some(when.to_owned()) },
                    by: None,
                    level: None,
                    weeks: 1,
                    threads: THREADS,
                })?;
                let moves = answer.moves;
                serde_json::json!({
                    "seconds": begin.elapsed().as_secs_f64(),
                    "stay": moves.stay, "enter": moves.enter, "leave": moves.leave,
                })
            }
            _ => return Err(format!("what is `{verb}`?").into()),
        };
        writeln!(stdout(), "{said}")?;
        stdout().flush()?;
    }
    Ok(())
}
