//! JW0508: a row whose `where` is NULL does not count. Reading an optional column there drops rows without a word, unless the
//! author has written `is null` or `is not null` for it.

use std::collections::BTreeSet;

use expr::{Compiled, Input, Node, NodeKind, Span};

use crate::code;
use crate::finding::Findings;
use crate::meaning::world::{Found, World};
use crate::programme::Feed;
use crate::raw::Expression;

pub(crate) fn where_optional(
    written: &Expression,
    compiled: &Compiled,
    feed: &Feed,
    world: &World,
    findings: &mut Findings,
) {
    columns(written, compiled, feed, None, world, findings);
}

/// `other`: the feed of `other.x` inside `exists_row`.
fn columns(
    written: &Expression,
    compiled: &Compiled,
    feed: &Feed,
    other: Option<&Feed>,
    world: &World,
    findings: &mut Findings,
) {
    let mut guarded = BTreeSet::new();
    let mut read: Vec<(usize, Span)> = Vec::new();
    visit(&compiled.root, false, &mut guarded, &mut read);
    let mut said = BTreeSet::new();
    for (input, span) in read {
        let column = match compiled.inputs.get(input) {
            Some(Input::Name { prefix: None, name }) => feed.columns.get(name),
            Some(Input::Name { prefix: Some(prefix), name }) if prefix == "other" => {
                other.and_then(|other| other.columns.get(name))
            }
            _ => None,
        };
        let Some(column) = column.filter(|column| column.optional) else { continue };
        if guarded.contains(&input) || !said.insert(input) {
            continue;
        }
        let at = written.place(span, findings);
        findings
            .warning(
                code::WHERE_OPTIONAL,
                at,
                format!("列 `{}` 可空：为空的行不计入", column.name),
                format!("column `{}` is optional: rows without it do not count", column.name),
            )
            .hint(
                format!("若是有意，写明 `{} is not null and …`", column.name),
                format!("if that is meant, say `{} is not null and …`", column.name),
            );
    }
    for exists in &compiled.exists {
        if let Found::Yes(other) = world.feed(&exists.feed) {
            columns(written, &exists.condition, feed, Some(other), world, findings);
        }
    }
}

/// The inputs that are read, with their places; those that are tested for NULL into `guarded`.
fn visit(node: &Node, tested: bool, guarded: &mut BTreeSet<usize>, read: &mut Vec<(usize, Span)>) {
    match &node.kind {
        NodeKind::Literal(_) => {}
        NodeKind::Input(input) if tested => {
            guarded.insert(*input);
        }
        NodeKind::Input(input) => read.push((*input, node.span)),
        NodeKind::IsNull(inner) => visit(inner, true, guarded, read),
        NodeKind::Not(inner) | NodeKind::Negate(inner) => visit(inner, false, guarded, read),
        NodeKind::And(nodes) | NodeKind::Or(nodes) | NodeKind::Call(_, nodes) | NodeKind::Lookup(_, _, nodes) => {
            nodes.iter().for_each(|node| visit(node, false, guarded, read));
        }
        NodeKind::Compare(_, left, right) | NodeKind::Arithmetic(_, left, right) | NodeKind::Like(left, right) => {
            visit(left, false, guarded, read);
            visit(right, false, guarded, read);
        }
        NodeKind::In(needle, list) => {
            visit(needle, false, guarded, read);
            list.iter().for_each(|node| visit(node, false, guarded, read));
        }
        NodeKind::Case(branches, otherwise) => {
            for (when, then) in branches {
                visit(when, false, guarded, read);
                visit(then, false, guarded, read);
            }
            if let Some(otherwise) = otherwise {
                visit(otherwise, false, guarded, read);
            }
        }
    }
}
