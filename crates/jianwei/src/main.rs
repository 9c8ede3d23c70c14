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
mod dossier;
mod exit;
mod failure;
mod output;
mod render;
mod words;

// Declared for their features only; the workspace's Cargo.toml says why.
use chacha20 as _;
use rustix as _;

use std::panic::AssertUnwindSafe;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};

use clap::Parser as _;
use tracing_subscriber::EnvFilter;

use crate::cli::Cli;
use crate::command::Command;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;

fn main() -> ExitCode {
    let cli = Cli::parse();
    if matches!(cli.command, Command::Serve(_)) {
        give_memory_back();
    }
    let filter = EnvFilter::try_from_env("JIANWEI_LOG").unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let context = Context::new(&cli.global);
    end_early();
    // What a library does on a damaged file is caught where the file is read, and said there in plain words.
    let last_words = Arc::new(Mutex::new(String::new()));
    let heard = Arc::clone(&last_words);
    std::panic::set_hook(Box::new(move |panic| {
        *heard.lock().unwrap_or_else(PoisonError::into_inner) = panic.to_string();
    }));
    let ran = std::panic::catch_unwind(AssertUnwindSafe(|| run(&cli, &context))).unwrap_or_else(|_| {
        let words = last_words.lock().unwrap_or_else(PoisonError::into_inner).replace('\n', " ");
        Err(Failure::fault(words))
    });
    match ran {
        Ok(exit) => exit.into(),
        Err(failure) => {
            failure.show(context.lang);
            failure.exit.into()
        }
    }
}

/// Has the allocator of the system give back what is freed, which it is told before a program starts: this one starts once more, as the
/// same process. Values come and go by the hundred megabytes; by itself it keeps most of them.
fn give_memory_back() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        use std::os::unix::process::CommandExt as _;
        const TOLD: [(&str, &str); 2] = [("MALLOC_MMAP_THRESHOLD_", "131072"), ("MALLOC_ARENA_MAX", "2")];
        if TOLD.iter().any(|(name, _)| std::env::var_os(name).is_some()) {
            return;
        }
        let mut words = std::env::args_os();
        let Some(name) = words.next() else { return };
        let mut again = std::process::Command::new("/proc/self/exe");
        // When it cannot be started again, it goes on as it is.
        let _ = again.arg0(name).args(words).envs(TOLD).exec();
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
