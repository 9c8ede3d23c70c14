//! The list of the files that were written, read again.

use std::path::Path;

use types::Day;

/// One file, as the list has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its name in the folder.
    pub file: String,
    /// The feed it is of.
    pub feed: String,
    /// The day it was received.
    pub received: Option<Day>,
    /// The day its data are as of.
    pub data_date: Option<Day>,
    /// What it replaces, where that is said.
    pub scopes: Vec<String>,
}

/// The files of the folder `deliveries`, in the order in which they were received.
///
/// # Errors
/// When `manifest.csv` cannot be read.
pub fn manifest(deliveries: &Path) -> std::io::Result<Vec<Listed>> {
    let text = std::fs::read_to_string(deliveries.join("manifest.csv"))?;
    let line = |line: &str| {
        let cells: Vec<&str> = line.split(',').collect();
        let cell = |index: usize| cells.get(index).copied().unwrap_or_default();
        Listed {
            file: cell(0).to_owned(),
            feed: cell(1).to_owned(),
            received: Day::parse(cell(2)),
            data_date: Day::parse(cell(3)),
            scopes: Some(cell(4)).filter(|scope| !scope.is_empty()).map(str::to_owned).into_iter().collect(),
        }
    };
    Ok(text.lines().skip(1).map(line).collect())
}
