//! JW0507: a model without a test is a rule that nobody has seen work.

use crate::code;
use crate::finding::Findings;
use crate::raw::RawModel;

pub(crate) fn no_test(raw: &RawModel, findings: &mut Findings) {
    if raw.tests.is_empty() {
        findings
            .warning(code::NO_TEST, raw.id.as_ref().map_or(raw.at, |id| id.at), "模型没有测试", "the model has no test")
            .hint(
                "在 `tests` 中至少写一个命中和一个不命中",
                "give at least one that hits and one that does not under `tests`",
            );
    }
}
