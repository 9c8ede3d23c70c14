//! JW0502: an explanation may only name what the model reads, for nothing else has a value when a clue is explained.

use crate::code;
use crate::finding::Findings;
use crate::meaning::model::Reads;
use crate::raw::{Expression, RawModel};

pub(crate) fn explain(raw: &RawModel, reads: &Reads, findings: &mut Findings) {
    let Some((zh, en)) = &raw.explain else { return };
    sentence(zh, reads, findings);
    if zh.at != en.at {
        sentence(en, reads, findings);
    }
}

fn sentence(written: &Expression, reads: &Reads, findings: &mut Findings) {
    let known = &reads.shown;
    let text = &written.text;
    let mut from = 0;
    while let Some(open) = text[from..].find('{').map(|offset| from + offset) {
        let Some(close) = text[open..].find('}').map(|offset| open + offset) else {
            let at = written.place(expr::Span { start: open, end: open + 1 }, findings);
            findings.error(code::EXPLAIN_UNREAD, at, "花括号没有闭合", "this brace is never closed");
            return;
        };
        let inner = &text[open + 1..close];
        let name = inner.trim();
        from = close + 1;
        if name == "as_of" || known.iter().any(|known| *known == name) {
            continue;
        }
        let start = open + 1 + (inner.len() - inner.trim_start().len());
        let end = if name.is_empty() { close + 1 } else { start + name.len() };
        let at = written.place(expr::Span { start: if name.is_empty() { open } else { start }, end }, findings);
        let listed: Vec<_> = known.iter().map(|name| format!("`{name}`")).collect();
        findings
            .error(
                code::EXPLAIN_UNREAD,
                at,
                format!("说明中的 `{name}` 模型没有读"),
                format!("the model does not read `{name}`"),
            )
            .hint(format!("模型读取：{}", listed.join("、")), format!("it reads {}", listed.join(", ")))
            .did_you_mean(name, known);
    }
}
