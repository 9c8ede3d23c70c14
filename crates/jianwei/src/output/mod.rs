//! What commands write: tables and JSON on stdout, progress on stderr.

mod json;
mod progress;
mod sheet;
mod table;

use std::io::{ErrorKind, IsTerminal as _, Write as _};

use clap::ValueEnum;

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;

pub use json::print_json;
pub use progress::Progress;
pub use sheet::{csv, cut, sheet_name, write_text};
pub use table::{Table, plain};

/// How a list is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    #[default]
    Table,
    /// For programs: docs/reference/json.md.
    Json,
    /// The table as comma-separated text in UTF-8.
    Csv,
    /// The table as a workbook.
    Xlsx,
}

/// How a page that is more than a list is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum PageFormat {
    /// For people.
    #[default]
    Table,
    /// For programs: docs/reference/json.md.
    Json,
}

/// Writes a list to stdout in any format but JSON.
pub fn print_table(table: &Table, format: Format, context: &Context) -> Result<(), Failure> {
    match format {
        Format::Csv => print_bytes(&csv(table)?),
        Format::Xlsx if std::io::stdout().is_terminal() => Err(Failure::new(
            Exit::Usage,
            "binary-to-terminal",
            "工作簿不能显示在终端上",
            "a workbook cannot be shown on a terminal",
        )
        .hint("请写到文件：`… --format xlsx > 清单.xlsx`", "write it to a file: `… --format xlsx > list.xlsx`")),
        Format::Xlsx => print_bytes(&sheet::xlsx(table, context.say("清单", "list"))?),
        Format::Table | Format::Json => print(&table.render()),
    }
}

/// Writes `text` to stdout. A reader that stops reading is no error.
pub fn print(text: &str) -> Result<(), Failure> {
    print_bytes(text.as_bytes())
}

fn print_bytes(bytes: &[u8]) -> Result<(), Failure> {
    let mut stdout = std::io::stdout().lock();
    match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(Failure::fault(format!("stdout: {error}"))),
        _ => Ok(()),
    }
}
