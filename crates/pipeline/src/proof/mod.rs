//! The tests a pack carries: given/expect beside each model, and tables of deliveries in, answers out.

mod model_test;
mod mutants;
mod table_test;

use pack::Loaded;
use types::Text;

pub use mutants::{Mutant, mutants};

/// One test, run.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The file it stands in.
    pub file: String,
    /// Its line, from 1.
    pub line: usize,
    /// Its name.
    pub name: String,
    /// What went otherwise than expected; `None` for a pass.
    pub failure: Option<Text>,
}

/// Runs every test of the loaded packs, in order of file and line. Packs with findings have none.
#[must_use]
pub fn prove(loaded: &Loaded) -> Vec<Outcome> {
    let Some(programme) = &loaded.programme else { return Vec::new() };
    let mut outcomes: Vec<Outcome> =
        programme.models.values().flat_map(|model| model_test::prove(programme, model)).collect();
    for table in &loaded.tables {
        outcomes.extend(table_test::prove(programme, table));
    }
    outcomes.sort_by(|left, right| (&left.file, left.line, &left.name).cmp(&(&right.file, right.line, &right.name)));
    outcomes
}

/// An expectation that was not met.
fn differs(what: &str, expected: &str, found: &str) -> Text {
    Text::new(
        format!("{what}：应为 `{expected}`，实为 `{found}`"),
        format!("{what}: expected `{expected}`, found `{found}`"),
    )
}
