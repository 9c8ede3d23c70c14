//! Engine and oracle must say the same of every generated case (issue 3, item 6).
//!
//! A difference is printed with its seed, the pack, the rows of the subject, the question and both answers. To look at one seed:
//! `ORACLE_SEED=17 cargo test -p oracle --test differential -- one_seed --ignored --nocapture`.

mod compare;
mod describe;
mod engine_side;
mod open;

use std::time::Instant;

use oracle::generate::Open;
use oracle::{Situation, Situations};

/// Seeds of the quick run.
const QUICK: u64 = 40;
/// Seeds of the long run.
const LONG: u64 = 2_500;

/// Compares the cases of `seeds`; how often each situation occurred, and the differences.
fn run(seeds: impl Iterator<Item = u64>, let_in: Option<Open>) -> (Situations, Vec<String>) {
    let (mut situations, mut differences) = (Situations::default(), Vec::new());
    for seed in seeds {
        match compare::seed(seed, let_in) {
            Ok((met, found)) => {
                situations.extend(&met);
                differences.extend(found);
            }
            Err(error) => differences.push(error),
        }
        if differences.len() > 39 {
            break;
        }
    }
    (situations, differences)
}

fn report(situations: &Situations, differences: &[String]) {
    if !differences.is_empty() {
        eprintln!("{situations}");
    }
    for difference in differences.iter().rev() {
        eprintln!("{difference}\n");
    }
    assert!(differences.is_empty(), "{} differences; the first is printed last", differences.len());
}

#[test]
fn engine_and_oracle_agree() {
    let (situations, differences) = run(0..QUICK, None);
    report(&situations, &differences);
    for situation in Situation::ALL {
        assert!(situations.count(situation) > 0, "{situation:?} never occurred\n{situations}");
    }
}

#[test]
#[ignore = "minutes; run by `make soak`"]
fn engine_and_oracle_agree_on_many() {
    let begin = Instant::now();
    let (situations, differences) = run(1_000..1_000 + LONG, None);
    println!("{LONG} seeds in {:.0} s\n{situations}", begin.elapsed().as_secs_f64());
    report(&situations, &differences);
    for situation in Situation::ALL {
        assert!(situations.count(situation) >= 1_000, "{situation:?} occurred too rarely\n{situations}");
    }
}

#[test]
#[ignore = "for looking at one seed: ORACLE_SEED, and ORACLE_OPEN to let an open question in"]
fn one_seed() {
    let Some(seed) = std::env::var("ORACLE_SEED").ok().and_then(|seed| seed.parse().ok()) else { return };
    let (situations, differences) = run(std::iter::once(seed), let_in());
    for difference in &differences {
        println!("{difference}");
    }
    println!("{situations}");
}

#[test]
#[ignore = "for looking at what is open: ORACLE_OPEN"]
fn open_question() {
    let Some(open) = let_in() else { return };
    let (_, differences) = run(0..600, Some(open));
    println!("{open:?}: {} differences or more in 600 seeds", differences.len());
    for difference in &differences {
        let lines: Vec<&str> = difference.lines().rev().take(4).collect();
        println!("{}", lines.into_iter().rev().collect::<Vec<_>>().join("\n"));
    }
}

/// The open question that ORACLE_OPEN names.
fn let_in() -> Option<Open> {
    std::env::var("ORACLE_OPEN").ok().and_then(|name| Open::parse(&name))
}
