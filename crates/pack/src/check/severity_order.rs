//! JW0503: levels are tried in order; the last one is `otherwise`, and only the last one.

use crate::code;
use crate::finding::Findings;
use crate::raw::RawModel;

pub(crate) fn severity_order(raw: &RawModel, findings: &mut Findings) {
    let last = raw.severity.len().saturating_sub(1);
    for (index, level) in raw.severity.iter().enumerate() {
        if level.when.is_none() && index < last {
            findings
                .error(
                    code::SEVERITY_ORDER,
                    level.name.at,
                    "`otherwise` 之后的级别永远轮不到",
                    "levels after `otherwise` are never reached",
                )
                .hint("把 `otherwise` 放到最后", "put `otherwise` last");
        }
        if level.when.is_some() && index == last {
            findings
                .error(
                    code::SEVERITY_ORDER,
                    level.name.at,
                    "最后一个级别必须是 `otherwise`",
                    "the last level must be `otherwise`",
                )
                .hint("否则命中的对象可能没有级别", "without it a hit may have no level");
        }
    }
}
