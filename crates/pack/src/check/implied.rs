//! JW0509: of two comparisons of one value, one says what the other says already.

use expr::{Formula, FormulaNode};

use super::lines::Line;
use crate::code;
use crate::finding::Findings;
use crate::raw::Expression;

/// Within one condition.
pub(crate) fn implied(written: &Expression, formula: &Formula, findings: &mut Findings) {
    visit(&formula.root, written, formula, findings);
}

fn visit(node: &FormulaNode, written: &Expression, formula: &Formula, findings: &mut Findings) {
    let (children, all) = match node {
        FormulaNode::And(children) => (children, true),
        FormulaNode::Or(children) => (children, false),
        FormulaNode::Literal { .. } => return,
    };
    let lines: Vec<Line<'_>> = children
        .iter()
        .filter_map(|child| Line::of(child, written, formula, &|_| None))
        .filter(Line::is_comparison)
        .collect();
    for (index, left) in lines.iter().enumerate() {
        for right in &lines[index + 1..] {
            // In a conjunction the weaker line is idle, in an alternative the stronger.
            let (idle, other) = match (left.implies(right), right.implies(left), all) {
                (true, _, true) | (false, true, false) => (right, left),
                (true, _, false) | (false, true, true) => (left, right),
                (false, false, _) => continue,
            };
            warn(idle, other, findings);
        }
    }
    for child in children {
        visit(child, written, formula, findings);
    }
}

/// What `lines` ask again, though `given` holds wherever they are asked.
pub(crate) fn implied_by(given: &[Line<'_>], lines: &[Line<'_>], findings: &mut Findings) {
    for line in lines.iter().filter(|line| line.is_comparison()) {
        if let Some(other) = given.iter().find(|other| other.is_comparison() && other.implies(line)) {
            warn(line, other, findings);
        }
    }
}

fn warn(idle: &Line<'_>, other: &Line<'_>, findings: &mut Findings) {
    let (at, other_at) = (idle.place(findings), other.place(findings));
    let (idle, other) = (idle.text(), other.text());
    findings
        .warning(
            code::IMPLIED,
            at,
            format!("`{idle}` 多余：`{other}` 已经决定了结果"),
            format!("`{idle}` changes nothing beside `{other}`"),
        )
        .related(other_at, "由它决定", "this one decides");
}
