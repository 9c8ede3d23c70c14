//! Conjunctions of two literals that can never be true together: `x < 0 and x > 100`, `b and not b`, `x is null and x = 1`.

use std::cmp::Ordering;

use types::Value;

use crate::canonical::{boolean_side, signed};
use crate::formula::literal_text;
use crate::{Comparison, Compiled, Node, NodeKind, Problem, ProblemKind};

/// One problem per pair, at the later of the two.
pub(super) fn problems(compiled: &Compiled) -> Vec<Problem> {
    let mut problems = Vec::new();
    conjunction(compiled, &compiled.root, false, &mut problems);
    problems
}

/// One literal of a conjunction.
struct Literal<'n> {
    node: &'n Node,
    negated: bool,
    meaning: Meaning,
}

enum Meaning {
    /// Canonical text and sign.
    Leaf(String, bool),
    /// Left side, comparison, right side (its canonical text, and its value when it is a literal).
    Compare { left: String, comparison: Comparison, right: String, value: Option<Value> },
    /// The canonical text of what is NULL.
    IsNull(String),
}

/// The literals that must all hold where `node` (negated, if so) holds; every conjunction found on the way is examined.
fn conjunction(compiled: &Compiled, node: &Node, negated: bool, problems: &mut Vec<Problem>) {
    let (mut literals, mut rest) = (Vec::new(), Vec::new());
    collect(compiled, node, negated, &mut literals, &mut rest);
    for (index, later) in literals.iter().enumerate() {
        if let Some(earlier) = literals[..index].iter().find(|earlier| excludes(earlier, later)) {
            let text = |literal: &Literal<'_>| literal_text(compiled, literal.node, literal.negated);
            let (first, second) = (text(earlier), text(later));
            problems.push(Problem::new(
                ProblemKind::NeverTrue,
                later.node.span,
                format!("`{first}` 与 `{second}` 不可能同时成立"),
                format!("`{first}` and `{second}` can never both be true"),
            ));
        }
    }
    for (parts, negated) in rest {
        parts.iter().for_each(|part| conjunction(compiled, part, negated, problems));
    }
}

type Disjunction<'n> = (&'n [Node], bool);

fn collect<'n>(
    compiled: &Compiled,
    node: &'n Node,
    negated: bool,
    literals: &mut Vec<Literal<'n>>,
    rest: &mut Vec<Disjunction<'n>>,
) {
    if let Some((operand, flip)) = boolean_side(node) {
        return collect(compiled, operand, negated != flip, literals, rest);
    }
    let meaning = match &node.kind {
        NodeKind::Not(inner) => return collect(compiled, inner, !negated, literals, rest),
        NodeKind::And(parts) if !negated => {
            return parts.iter().for_each(|part| collect(compiled, part, negated, literals, rest));
        }
        NodeKind::Or(parts) if negated => {
            return parts.iter().for_each(|part| collect(compiled, part, negated, literals, rest));
        }
        NodeKind::And(parts) | NodeKind::Or(parts) => return rest.push((parts, negated)),
        NodeKind::Compare(comparison, left, right) => {
            let comparison = if negated { comparison.negated() } else { *comparison };
            let flip = left.is_constant(&compiled.inputs) && !right.is_constant(&compiled.inputs);
            let (left, comparison, right) =
                if flip { (right, comparison.flipped(), left) } else { (left, comparison, right) };
            let value = match &right.kind {
                NodeKind::Literal(value) => Some(value.clone()),
                _ => None,
            };
            let (left, right) = (compiled.canonical_of(left), compiled.canonical_of(right));
            Meaning::Compare { left, comparison, right, value }
        }
        NodeKind::IsNull(inner) if !negated => Meaning::IsNull(compiled.canonical_of(inner)),
        _ => {
            let (text, sign) = signed(compiled, node);
            Meaning::Leaf(text, sign != negated)
        }
    };
    literals.push(Literal { node, negated, meaning });
}

fn excludes(one: &Literal<'_>, other: &Literal<'_>) -> bool {
    match (&one.meaning, &other.meaning) {
        (Meaning::Leaf(one, sign), Meaning::Leaf(other, opposite)) => one == other && sign != opposite,
        (
            Meaning::Compare { left, comparison, right, value },
            Meaning::Compare { left: other_left, comparison: other, right: other_right, value: other_value },
        ) => {
            let order = match (value, other_value) {
                _ if right == other_right => Some(Ordering::Equal),
                (Some(value), Some(other)) => value.order(other),
                _ => None,
            };
            left == other_left && order.is_some_and(|order| !meet(*comparison, *other, order))
        }
        (Meaning::IsNull(null), Meaning::Compare { left, right, .. })
        | (Meaning::Compare { left, right, .. }, Meaning::IsNull(null)) => null == left || null == right,
        (Meaning::IsNull(null), Meaning::Leaf(leaf, sign)) | (Meaning::Leaf(leaf, sign), Meaning::IsNull(null)) => {
            // `x is not null` is the leaf `(x is null)` with sign false; a Boolean input is its own text.
            (!sign && *leaf == format!("({null} is null)")) || leaf == null
        }
        (Meaning::IsNull(_), Meaning::IsNull(_))
        | (Meaning::Leaf(..), Meaning::Compare { .. })
        | (Meaning::Compare { .. }, Meaning::Leaf(..)) => false,
    }
}

/// Whether some x has `x one a` and `x other b`, where `order` is that of a to b.
fn meet(one: Comparison, other: Comparison, order: Ordering) -> bool {
    use Comparison::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual};
    match (one, other) {
        (Equal, other) => other.holds(order),
        (one, Equal) => one.holds(order.reverse()),
        (NotEqual, _) | (_, NotEqual) => true,
        (Less | LessOrEqual, Less | LessOrEqual) | (Greater | GreaterOrEqual, Greater | GreaterOrEqual) => true,
        (LessOrEqual, GreaterOrEqual) => order.is_ge(),
        (Less | LessOrEqual, _) => order.is_gt(),
        (GreaterOrEqual, LessOrEqual) => order.is_le(),
        (Greater | GreaterOrEqual, _) => order.is_lt(),
    }
}
