//! JSON on stdout: the shapes of docs/reference/json.md.

use serde::Serialize;

use crate::failure::Failure;

/// Writes `value`, indented, with a newline at its end.
pub fn print_json(value: &impl Serialize) -> Result<(), Failure> {
    let mut text = serde_json::to_string_pretty(value).map_err(|error| Failure::fault(error.to_string()))?;
    text.push('\n');
    super::print(&text)
}
