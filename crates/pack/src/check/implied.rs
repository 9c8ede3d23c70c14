//! JW0509: of two comparisons of one value with literals, one says what the other says already.

use std::cmp::Ordering;

use expr::{Atom, Comparison, Formula, FormulaNode, Node, NodeKind};
use types::Value;

use crate::code;
use crate::finding::Findings;
use crate::raw::Expression;

/// `input op literal`, as it stands.
struct Line<'f> {
    atom: &'f Atom,
    input: usize,
    comparison: Comparison,
    literal: &'f Value,
}

pub(crate) fn implied(written: &Expression, formula: &Formula, findings: &mut Findings) {
    visit(&formula.root, written, formula, findings);
}

fn visit(node: &FormulaNode, written: &Expression, formula: &Formula, findings: &mut Findings) {
    let (children, all) = match node {
        FormulaNode::And(children) => (children, true),
        FormulaNode::Or(children) => (children, false),
        FormulaNode::Literal { .. } => return,
    };
    let lines: Vec<Line<'_>> = children.iter().filter_map(|child| line(child, formula)).collect();
    for (index, left) in lines.iter().enumerate() {
        for right in &lines[index + 1..] {
            if left.input != right.input {
                continue;
            }
            // In a conjunction the weaker line is idle, in an alternative the stronger.
            let idle = match (implies(left, right), implies(right, left)) {
                (true, _) => {
                    if all {
                        right
                    } else {
                        left
                    }
                }
                (_, true) => {
                    if all {
                        left
                    } else {
                        right
                    }
                }
                _ => continue,
            };
            let other = if std::ptr::eq(idle, left) { right } else { left };
            let at = written.place(idle.atom.node.span, findings);
            let other_at = written.place(other.atom.node.span, findings);
            findings
                .warning(
                    code::IMPLIED,
                    at,
                    format!("`{}` 多余：`{}` 已经决定了结果", idle.atom.text, other.atom.text),
                    format!("`{}` changes nothing beside `{}`", idle.atom.text, other.atom.text),
                )
                .related(other_at, "由它决定", "this one decides");
        }
    }
    for child in children {
        visit(child, written, formula, findings);
    }
}

fn line<'f>(node: &FormulaNode, formula: &'f Formula) -> Option<Line<'f>> {
    let FormulaNode::Literal { atom, negated } = node else { return None };
    let atom = formula.atoms.get(*atom)?;
    let NodeKind::Compare(comparison, left, right) = &atom.node.kind else { return None };
    let comparison = if *negated { opposite(*comparison) } else { *comparison };
    let (input, literal, comparison) = match (input(left), literal(right), input(right), literal(left)) {
        (Some(input), Some(literal), ..) => (input, literal, comparison),
        (_, _, Some(input), Some(literal)) => (input, literal, mirrored(comparison)),
        _ => return None,
    };
    Some(Line { atom, input, comparison, literal })
}

fn input(node: &Node) -> Option<usize> {
    if let NodeKind::Input(input) = node.kind { Some(input) } else { None }
}

fn literal(node: &Node) -> Option<&Value> {
    if let NodeKind::Literal(value) = &node.kind { Some(value) } else { None }
}

fn opposite(comparison: Comparison) -> Comparison {
    use Comparison::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual};
    match comparison {
        Equal => NotEqual,
        NotEqual => Equal,
        Less => GreaterOrEqual,
        LessOrEqual => Greater,
        Greater => LessOrEqual,
        GreaterOrEqual => Less,
    }
}

fn mirrored(comparison: Comparison) -> Comparison {
    use Comparison::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual};
    match comparison {
        Equal | NotEqual => comparison,
        Less => Greater,
        LessOrEqual => GreaterOrEqual,
        Greater => Less,
        GreaterOrEqual => LessOrEqual,
    }
}

/// Whether every value that satisfies `left` satisfies `right`.
fn implies(left: &Line<'_>, right: &Line<'_>) -> bool {
    use Comparison::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual};
    let Some(order) = compare(left.literal, right.literal) else { return false };
    match (left.comparison, right.comparison) {
        (Equal, comparison) => holds(order, comparison),
        (NotEqual, NotEqual) => order == Ordering::Equal,
        (Less, Less | LessOrEqual | NotEqual) | (LessOrEqual, LessOrEqual) => order != Ordering::Greater,
        (LessOrEqual, Less | NotEqual) => order == Ordering::Less,
        (Greater, Greater | GreaterOrEqual | NotEqual) | (GreaterOrEqual, GreaterOrEqual) => order != Ordering::Less,
        (GreaterOrEqual, Greater | NotEqual) => order == Ordering::Greater,
        _ => false,
    }
}

fn holds(order: Ordering, comparison: Comparison) -> bool {
    match comparison {
        Comparison::Equal => order == Ordering::Equal,
        Comparison::NotEqual => order != Ordering::Equal,
        Comparison::Less => order == Ordering::Less,
        Comparison::LessOrEqual => order != Ordering::Greater,
        Comparison::Greater => order == Ordering::Greater,
        Comparison::GreaterOrEqual => order != Ordering::Less,
    }
}

fn compare(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => Some(left.cmp(right)),
        (Value::Day(left), Value::Day(right)) => Some(left.cmp(right)),
        (Value::Month(left), Value::Month(right)) => Some(left.cmp(right)),
        (Value::Year(left), Value::Year(right)) => Some(left.cmp(right)),
        (Value::Text(left), Value::Text(right)) => Some(left.cmp(right)),
        _ => None,
    }
}
