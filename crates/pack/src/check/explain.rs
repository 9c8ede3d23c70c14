//! JW0502: an explanation may only name what has a value when a clue is explained: what the model reads, and any other attribute,
//! feature or parameter of its subject, which is then shown and changes no answer.

use expr::{Input, Scope};

use super::foreign::foreign_name;
use crate::code;
use crate::finding::Findings;
use crate::meaning::model::Reads;
use crate::meaning::scope::{Ground, Seen, Sight};
use crate::meaning::world::World;
use crate::raw::{Expression, RawModel};

/// What only the sentences of the model name, each once.
pub(crate) fn explain(
    raw: &RawModel,
    reads: &Reads,
    subject: &str,
    world: &World,
    findings: &mut Findings,
) -> Vec<Input> {
    let Some((zh, en)) = &raw.explain else { return Vec::new() };
    let seen = Seen::default();
    let sight = Sight { world, ground: Ground::Subject(subject), seen: &seen };
    let mut shown = Vec::new();
    sentence(zh, reads, &sight, &mut shown, findings);
    if zh.at != en.at {
        sentence(en, reads, &sight, &mut shown, findings);
    }
    shown.sort();
    shown.dedup();
    shown
}

fn sentence(written: &Expression, reads: &Reads, sight: &Sight<'_>, shown: &mut Vec<Input>, findings: &mut Findings) {
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
        if let Some(input) = only_shown(name, sight) {
            foreign_name(&input, at, sight, findings);
            shown.push(input);
            continue;
        }
        let listed: Vec<_> = known.iter().map(|name| format!("`{name}`")).collect();
        let mut candidates: Vec<String> = known.iter().cloned().collect();
        candidates.extend(sight.names());
        candidates.extend(sight.parameters().into_iter().map(|name| format!(":{name}")));
        findings
            .error(
                code::EXPLAIN_UNREAD,
                at,
                format!("说明中的 `{name}` 不存在"),
                format!("there is no `{name}` to show"),
            )
            .hint(
                format!("模型读取：{}；也可以写该对象的任何特征、属性和参数", listed.join("、")),
                format!(
                    "the model reads {}; any feature, attribute and parameter of its subject may be named",
                    listed.join(", ")
                ),
            )
            .did_you_mean(name, &candidates);
    }
}

/// The attribute, feature or parameter that the model does not read and may show; what has findings of its own counts as one.
fn only_shown(name: &str, sight: &Sight<'_>) -> Option<Input> {
    if let Some(parameter) = name.strip_prefix(':') {
        return sight.parameter(parameter).map(|_| Input::Parameter(parameter.to_owned()));
    }
    let (prefix, plain) = name.split_once('.').map_or((None, name), |(prefix, plain)| (Some(prefix), plain));
    sight.name(prefix, plain)?;
    Some(Input::Name { prefix: prefix.map(str::to_owned), name: plain.to_owned() })
}
