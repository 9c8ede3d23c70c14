//! How fast files are read: `read PACK FEED FILE…` prints a line of tab-separated figures for each.

use std::path::Path;
use std::time::Instant;
use std::{env, fs, process};

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [pack, feed, files @ ..] = arguments.as_slice() else { fail("usage: read PACK FEED FILE…") };
    let loaded = pack::load(&[Path::new(pack)]);
    let Some(programme) = loaded.programme else { fail("the pack has findings") };
    let Some(feed) = programme.feeds.get(feed) else { fail("the pack has no such feed") };
    println!("file\trows\trefused\tseconds\trows a second\tpeak memory");
    for file in files {
        let Ok(bytes) = fs::read(file) else { fail(file) };
        let begin = Instant::now();
        let landed = intake::read(&bytes, file, feed).unwrap_or_else(|error| fail(&error.to_string()));
        let seconds = begin.elapsed().as_secs_f64();
        let rows = landed.table.num_rows() + landed.refused.len();
        #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
        let rate = rows as f64 / seconds;
        println!("{file}\t{rows}\t{}\t{seconds:.3}\t{rate:.0}\t{}", landed.refused.len(), peak_memory());
    }
}

/// Of this process, as the system says it.
fn peak_memory() -> String {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    peak.map_or_else(|| "unknown".to_owned(), |peak| peak.trim().to_owned())
}

fn fail(message: &str) -> ! {
    eprintln!("{message}");
    process::exit(1)
}
