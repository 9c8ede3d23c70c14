//! `jianwei`: the command line. The only place that asks the system for the time, for randomness and for who is asking.
//!
//! The way of one command: `cli` (words -> arguments) -> `command/<verb>` (one command a file) -> `pipeline` does it -> `mask`
//! hides what the viewer may not see -> `output` and `render` write it. Data go to stdout, messages and progress to stderr,
//! the exit code is one of the closed list in `exit`.
//!
//! To add a command: 1. `command/<verb>.rs` with its `Args` and `run`; 2. its line in `command::Command`; 3. its JSON shape in
//! docs/reference/json.md, its example in docs/reference/cli.md; 4. a case in `tests/cli.rs`.

mod cli;
mod command;
mod context;
mod exit;
mod failure;
mod output;
mod render;
mod words;

// Declared for their features only; the workspace's Cargo.toml says why.
use chacha20 as _;
use rustix as _;

use std::process::ExitCode;

use clap::Parser as _;
use tracing_subscriber::EnvFilter;

use crate::cli::Cli;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let filter = EnvFilter::try_from_env("JIANWEI_LOG").unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let context = Context::new(&cli.global);
    end_early();
    match run(&cli, &context) {
        Ok(exit) => exit.into(),
        Err(failure) => {
            failure.show(context.lang);
            failure.exit.into()
        }
    }
}

/// For tests of what is left after a crash: the process ends at the instant of that number.
fn end_early() {
    #[cfg(debug_assertions)]
    if let Some(nth) = std::env::var("JIANWEI_END_AT").ok().and_then(|nth| nth.parse().ok()) {
        store::end_at(nth);
    }
}

fn run(cli: &Cli, context: &Context) -> Result<Exit, Failure> {
    cli.global.check()?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::fault(format!("the runtime does not start: {error}")))?;
    runtime.block_on(command::run(&cli.command, context))
}
