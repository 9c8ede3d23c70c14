//! `jianwei test PACK…`: model and table tests. Closes with `N passed, N failed`.

use std::num::NonZero;
use std::path::{Path, PathBuf};

use types::Lang;

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Progress, plain, print};

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Pack folders.
    #[arg(required = true, value_name = "PACK", help = "业务包文件夹 | pack folders")]
    packs: Vec<PathBuf>,

    /// Whether the tests notice small errors.
    #[arg(
        long,
        help = "逐一植入小错误（条件取反、界限移动一个单位），检查测试能否发现 | seed small errors and see each caught"
    )]
    mutants: bool,
}

/// Runs the tests; prints the failures.
pub fn run(args: &Args, context: &Context) -> Result<Exit, Failure> {
    let folders: Vec<&Path> = args.packs.iter().map(PathBuf::as_path).collect();
    let loaded = ::pack::load(&folders);
    if loaded.programme.is_none() {
        return Err(pipeline::Error::Findings { findings: loaded.findings, sources: loaded.sources }.into());
    }
    let outcomes = pipeline::proof::prove(&loaded);
    let mut text = String::new();
    let mut failed = 0;
    let colon = if context.lang == Lang::Zh { "：" } else { ": " };
    for outcome in &outcomes {
        if let Some(failure) = &outcome.failure {
            failed += 1;
            let (file, line, name) = (&outcome.file, outcome.line, plain(&outcome.name));
            text.push_str(&format!("{file}:{line}: {name}{colon}{}\n", plain(failure.get(context.lang))));
        }
    }
    // The same words in every language: scripts read this line.
    text.push_str(&format!("{} passed, {failed} failed\n", outcomes.len() - failed));
    print(&text)?;
    if failed > 0 {
        return Ok(Exit::Findings);
    }
    if args.mutants { mutants(&loaded, context) } else { Ok(Exit::Ok) }
}

/// Seeds each small error; prints those that no test notices.
fn mutants(loaded: &::pack::Loaded, context: &Context) -> Result<Exit, Failure> {
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
    let progress = Progress::new(context, 0);
    let mutants = pipeline::proof::mutants(loaded, threads, |done, of| {
        progress.length(of as u64);
        progress.at(done as u64, "");
    });
    drop(progress);
    let mut text = String::new();
    for mutant in mutants.iter().filter(|mutant| !mutant.caught) {
        text.push_str(&format!("{} {}: {}\n", mutant.pack, mutant.site, plain(&mutant.change)));
    }
    let survived = mutants.iter().filter(|mutant| !mutant.caught).count();
    text.push_str(&format!("{} caught, {survived} survived\n", mutants.len() - survived));
    print(&text)?;
    Ok(if survived == 0 { Exit::Ok } else { Exit::Findings })
}
