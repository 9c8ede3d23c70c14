//! One broken rule, on one line.

use std::fmt;

/// Where, what, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Offence {
    path: String,
    line: usize,
    what: String,
    remedy: String,
}

impl Offence {
    /// An offence in line `line` (from 1) of `path`.
    pub(crate) fn new(path: &str, line: usize, what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { path: path.into(), line, what: what.into(), remedy: remedy.into() }
    }
}

impl fmt::Display for Offence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}; {}", self.path, self.line, self.what, self.remedy)
    }
}

/// Fails with one line per offence.
#[track_caller]
pub(crate) fn assert_none(mut offences: Vec<Offence>) {
    offences.sort();
    offences.dedup();
    let lines: Vec<String> = offences.iter().map(ToString::to_string).collect();
    assert!(lines.is_empty(), "{} offence(s)\n\n{}\n", lines.len(), lines.join("\n"));
}

/// `path:line` of each offence, for the tests of the checks themselves.
pub(crate) fn places(offences: &[Offence]) -> Vec<String> {
    offences.iter().map(|offence| format!("{}:{}", offence.path, offence.line)).collect()
}
