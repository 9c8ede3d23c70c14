//! `jianwei test PACK…`: model and table tests. Closes with `N passed, N failed`.

use std::path::{Path, PathBuf};

use types::Lang;

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{plain, print};

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Pack folders.
    #[arg(required = true, value_name = "PACK", help = "业务包文件夹 | pack folders")]
    packs: Vec<PathBuf>,
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
    Ok(if failed == 0 { Exit::Ok } else { Exit::Findings })
}
