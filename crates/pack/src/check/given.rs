//! JW0505: a test of `when` gives every value that `when` reads; what is left out would silently be unknown.

use std::collections::BTreeSet;

use types::{Answer, Value};

use crate::code;
use crate::finding::{Findings, Place};
use crate::meaning::model::Reads;
use crate::raw::{RawGiven, RawTest};

pub(crate) fn not_given(raw: &RawTest, answer: Answer, reads: &Reads, findings: &mut Findings) {
    let is_given = |name: &str| raw.given.iter().any(|(given, _)| given.value == name);
    let stops_before_when = match answer {
        Answer::Outside => true,
        // The population is already unknown.
        Answer::Undetermined => raw.given.iter().any(|(name, value)| {
            reads.population.contains(&name.value) && matches!(value, RawGiven::NotCovered(_) | RawGiven::Null)
        }),
        Answer::Hit | Answer::Clear => false,
    };
    if stops_before_when {
        return;
    }
    let levels = raw.expect.as_ref().is_some_and(|expect| expect.severity.is_some());
    let needed = reads.when.iter().chain(reads.severity.iter().filter(|_| levels));
    let missing: BTreeSet<_> = needed.filter(|name| !name.starts_with(':') && !is_given(name)).collect();
    if missing.is_empty() {
        return;
    }
    let quoted = |separator: &str| missing.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(separator);
    let at = raw.name.as_ref().map_or(Place { end: raw.at.start, ..raw.at }, |name| name.at);
    findings
        .error(
            code::NOT_GIVEN,
            at,
            format!("测试没有给出 {}", quoted("、")),
            format!("the test does not give {}", quoted(", ")),
        )
        .hint(
            format!("在 `given` 中写明；没有值写 `{}`，未覆盖写 `not covered`", Value::Null),
            format!("say it under `given`: `{}` for no value, `not covered` for no data", Value::Null),
        );
}
