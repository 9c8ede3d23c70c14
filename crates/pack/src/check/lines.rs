//! What single conditions say of one value, and whether several of them can hold of it at once.

use std::cmp::Ordering;

use expr::{Atom, Comparison, Formula, FormulaNode, Input, Node, NodeKind};
use types::{Type, Value};

use crate::finding::{Findings, Place};
use crate::raw::Expression;
use crate::value::position;

/// Gives the parameters, and the day A, that conditions are looked at with.
pub(crate) type Constants<'c> = &'c dyn Fn(&Input) -> Option<Value>;

/// One condition as it has to hold.
#[derive(Clone)]
pub(crate) struct Line<'f> {
    written: &'f Expression,
    formula: &'f Formula,
    atom: usize,
    negated: bool,
    /// Canonical text of what it is about.
    key: String,
    ty: Type,
    says: Says,
}

#[derive(Clone)]
enum Says {
    /// A comparison with a right side.
    Compare(Comparison, Side),
    /// One of these values, or none of them.
    Among(Vec<Value>, bool),
    /// It is NULL.
    Null,
    /// It is not NULL.
    NotNull,
    /// It is true, or false.
    Is(bool),
}

#[derive(Clone)]
struct Side {
    /// Canonical text.
    text: String,
    /// Its value, where it has one.
    value: Option<Value>,
    /// The value stands in the text; otherwise it is a parameter's, or the day's.
    is_fixed: bool,
}

/// What of values may be used.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Known {
    /// Literals only.
    Fixed,
    /// Parameters, as they are in force at the test place and date, too.
    InForce,
}

impl<'f> Line<'f> {
    /// The condition at `node`, where it is one.
    pub(crate) fn of(
        node: &FormulaNode,
        written: &'f Expression,
        formula: &'f Formula,
        constants: Constants<'_>,
    ) -> Option<Self> {
        let FormulaNode::Literal { atom, negated } = node else { return None };
        let found: &Atom = formula.atoms.get(*atom)?;
        let text = |node: &Node| formula.compiled.canonical_of(node);
        let (about, ty, says) = match &found.node.kind {
            NodeKind::Compare(comparison, left, right) => {
                let comparison = if *negated { comparison.negated() } else { *comparison };
                let (value, is_fixed) = constant(right, formula, constants);
                (text(left), left.ty, Says::Compare(comparison, Side { text: text(right), value, is_fixed }))
            }
            NodeKind::In(needle, list) => {
                let values: Option<Vec<Value>> = list.iter().map(|item| literal(item).cloned()).collect();
                (text(needle), needle.ty, Says::Among(values?, *negated))
            }
            NodeKind::IsNull(inner) => (text(inner), inner.ty, if *negated { Says::NotNull } else { Says::Null }),
            _ => (text(&found.node), Type::Bool, Says::Is(!negated)),
        };
        Some(Self { written, formula, atom: *atom, negated: *negated, key: about, ty, says })
    }

    /// The conditions that must all hold where `node` holds, and the alternatives beside them.
    pub(crate) fn all<'n>(
        node: &'n FormulaNode,
        written: &'f Expression,
        formula: &'f Formula,
        constants: Constants<'_>,
    ) -> (Vec<Self>, Vec<&'n [FormulaNode]>) {
        let parts = match node {
            FormulaNode::And(parts) => parts.as_slice(),
            other => std::slice::from_ref(other),
        };
        let lines = parts.iter().filter_map(|part| Self::of(part, written, formula, constants)).collect();
        let alternatives = parts.iter().filter_map(|part| match part {
            FormulaNode::Or(parts) => Some(parts.as_slice()),
            _ => None,
        });
        (lines, alternatives.collect())
    }

    /// As the pack writes it.
    pub(crate) fn text(&self) -> String {
        self.formula.literal_text(self.atom, self.negated)
    }

    /// Where it stands.
    pub(crate) fn place(&self, findings: &Findings) -> Place {
        self.formula.atoms.get(self.atom).map_or(self.written.at, |atom| self.written.place(atom.node.span, findings))
    }

    /// Whether it compares a value with others: a line that can be moved.
    pub(crate) fn is_comparison(&self) -> bool {
        matches!(self.says, Says::Compare(..) | Says::Among(..))
    }

    /// Whether `other` is about the same.
    pub(crate) fn is_about(&self, other: &Self) -> bool {
        self.key == other.key
    }

    /// Whether this one holds only where `other`, about the same, holds too.
    pub(crate) fn implies(&self, other: &Self) -> bool {
        let says = match &other.says {
            Says::Compare(comparison, side) => Says::Compare(comparison.negated(), side.clone()),
            Says::Among(values, negated) => Says::Among(values.clone(), !negated),
            _ => return false,
        };
        self.is_about(other) && is_empty(&[self, &Self { says, ..other.clone() }], Known::Fixed)
    }
}

fn literal(node: &Node) -> Option<&Value> {
    match &node.kind {
        NodeKind::Literal(value) => Some(value),
        _ => None,
    }
}

/// The value of a side that is the same for everyone at one place and date, and whether it stands in the text.
fn constant(node: &Node, formula: &Formula, constants: Constants<'_>) -> (Option<Value>, bool) {
    let mut inputs = vec![Value::Null; formula.compiled.inputs.len()];
    let read = node.inputs();
    for input in &read {
        match formula.compiled.inputs.get(*input).and_then(constants) {
            Some(value) => inputs[*input] = value,
            None => return (None, false),
        }
    }
    let value = node.evaluate(&inputs).ok().filter(|value| !value.is_null());
    (value, read.is_empty())
}

/// Whether no value can make all of `lines` true, which are about the same.
pub(crate) fn is_empty(lines: &[&Line<'_>], known: Known) -> bool {
    let is_null = lines.iter().any(|line| matches!(line.says, Says::Null));
    if is_null && lines.iter().any(|line| !matches!(line.says, Says::Null)) {
        return true;
    }
    let says = |truth: bool| lines.iter().any(|line| matches!(line.says, Says::Is(said) if said == truth));
    if says(true) && says(false) {
        return true;
    }
    // Two comparisons with one right side, whatever its value.
    let sides: Vec<(Comparison, &Side)> = lines.iter().filter_map(|line| side(line)).collect();
    let clash = sides.iter().enumerate().any(|(index, (one, left))| {
        sides[..index].iter().any(|(other, right)| left.text == right.text && !can_meet(*one, *other))
    });
    clash || values(lines, known)
}

fn side<'l>(line: &'l &Line<'_>) -> Option<(Comparison, &'l Side)> {
    match &line.says {
        Says::Compare(comparison, side) => Some((*comparison, side)),
        _ => None,
    }
}

/// Whether some x may be in both relations to one value.
fn can_meet(one: Comparison, other: Comparison) -> bool {
    [Ordering::Less, Ordering::Equal, Ordering::Greater].iter().any(|order| one.holds(*order) && other.holds(*order))
}

/// How far apart two ends may be for what lies between them to be tried one by one.
const TRIED: i128 = 64;

/// Whether the values that `lines` compare with leave nothing.
fn values(lines: &[&Line<'_>], known: Known) -> bool {
    let mut bounds: Vec<(Comparison, &Value)> = Vec::new();
    let mut lists: Vec<(&[Value], bool)> = Vec::new();
    for line in lines {
        match &line.says {
            Says::Compare(comparison, Side { value: Some(value), is_fixed, .. })
                if *is_fixed || known == Known::InForce =>
            {
                bounds.push((*comparison, value));
            }
            Says::Among(values, negated) => lists.push((values, *negated)),
            _ => {}
        }
    }
    let allows = |value: &Value| {
        bounds.iter().all(|(comparison, bound)| value.order(bound).is_none_or(|order| comparison.holds(order)))
            && lists.iter().all(|(list, negated)| list.iter().any(|item| item == value) != *negated)
    };
    // Some values are named: one of them it has to be.
    let named = bounds.iter().find(|(comparison, _)| *comparison == Comparison::Equal).map(|(_, value)| vec![*value]);
    let listed = lists.iter().find(|(_, negated)| !negated).map(|(list, _)| list.iter().collect::<Vec<_>>());
    if let Some(candidates) = named.or(listed) {
        return !candidates.into_iter().any(allows);
    }
    let Some((low, low_closed)) = tightest(&bounds, true) else { return false };
    let Some((high, high_closed)) = tightest(&bounds, false) else { return false };
    let is_whole = lines.iter().all(|line| match line.ty {
        Type::Number { scale, .. } => scale == 0,
        Type::Day | Type::Month | Type::Year => true,
        _ => false,
    });
    if let (true, Some(low), Some(high)) = (is_whole, position(low), position(high)) {
        let (first, last) = (if low_closed { low } else { low + 1 }, if high_closed { high } else { high - 1 });
        let excluded = |at: i128| {
            let of = |value: &Value| position(value) == Some(at);
            bounds.iter().any(|(comparison, value)| *comparison == Comparison::NotEqual && of(value))
                || lists.iter().any(|(list, negated)| *negated && list.iter().any(of))
        };
        return first > last || (last - first < TRIED && (first..=last).all(excluded));
    }
    match low.order(high) {
        Some(Ordering::Greater) => true,
        Some(Ordering::Equal) => !(low_closed && high_closed && allows(low)),
        _ => false,
    }
}

/// The highest lower bound, or the lowest upper one, and whether it belongs itself.
fn tightest<'v>(bounds: &[(Comparison, &'v Value)], is_lower: bool) -> Option<(&'v Value, bool)> {
    use Comparison::{Greater, GreaterOrEqual, Less, LessOrEqual};
    let mut tightest: Option<(&Value, bool)> = None;
    for (comparison, value) in bounds {
        let is_closed = match (comparison, is_lower) {
            (GreaterOrEqual, true) | (LessOrEqual, false) => true,
            (Greater, true) | (Less, false) => false,
            _ => continue,
        };
        let is_tighter = tightest.is_none_or(|(known, _)| match value.order(known) {
            Some(Ordering::Equal) => !is_closed,
            Some(Ordering::Greater) => is_lower,
            Some(Ordering::Less) => !is_lower,
            None => false,
        });
        if is_tighter {
            tightest = Some((value, is_closed));
        }
    }
    tightest
}
