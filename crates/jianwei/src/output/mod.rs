//! What commands write: tables and JSON on stdout, progress on stderr.

mod json;
mod progress;
mod table;

use std::io::{ErrorKind, Write as _};

use clap::ValueEnum;

use crate::failure::Failure;

pub use json::print_json;
pub use progress::Progress;
pub use table::{Table, plain};

/// How a list is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    #[default]
    Table,
    /// For programs: docs/reference/json.md.
    Json,
}

/// Writes `text` to stdout. A reader that stops reading is no error.
pub fn print(text: &str) -> Result<(), Failure> {
    let mut stdout = std::io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(Failure::fault(format!("stdout: {error}"))),
        _ => Ok(()),
    }
}
