//! One text per meaning-by-writing, so that equal conditions of different models are computed once.
//!
//! Constants (literals, parameters, `as_of`) stand on the right, `and`/`or`/`+`/`*` are sorted, negation is pushed down,
//! numbers lose their trailing zeros, `exists_row` is written out.

use std::collections::BTreeSet;

use types::Value;

use crate::{Arithmetic, Comparison, Compiled, ExistsRow, Input, Node, NodeKind};

impl Compiled {
    /// The canonical text of the whole expression.
    #[must_use]
    pub fn canonical_text(&self) -> String {
        self.canonical_of(&self.root)
    }

    /// The canonical text of `node`, a node over this expression's inputs.
    #[must_use]
    pub fn canonical_of(&self, node: &Node) -> String {
        Canonical { inputs: &self.inputs, exists: Some(&self.exists) }.write(node, false)
    }
}

impl Node {
    /// The canonical text, over `inputs`. `exists_row` calls stay numbers; [`Compiled::canonical_of`] writes them out.
    #[must_use]
    pub fn canonical(&self, inputs: &[Input]) -> String {
        Canonical { inputs, exists: None }.write(self, false)
    }

    /// Reads nothing that differs between the subjects of one place and date.
    pub(crate) fn is_constant(&self, inputs: &[Input]) -> bool {
        self.inputs().iter().all(|input| matches!(inputs.get(*input), Some(Input::Parameter(_) | Input::AsOf)))
    }
}

/// The canonical text of a Boolean leaf and its sign: `a >= 1` is (`a < 1`, false).
pub(crate) fn signed(compiled: &Compiled, node: &Node) -> (String, bool) {
    let canonical = Canonical { inputs: &compiled.inputs, exists: Some(&compiled.exists) };
    if let NodeKind::Compare(comparison, left, right) = &node.kind {
        let (comparison, left, right) = canonical.oriented(*comparison, left, right);
        let (normal, positive) = normal(comparison);
        return (format!("{left} {} {right}", normal.symbol()), positive);
    }
    (canonical.write(node, false), true)
}

/// `=`, `<`, `<=` stay; the others are their negations.
pub(crate) fn normal(comparison: Comparison) -> (Comparison, bool) {
    match comparison {
        Comparison::Equal | Comparison::Less | Comparison::LessOrEqual => (comparison, true),
        Comparison::NotEqual | Comparison::Greater | Comparison::GreaterOrEqual => (comparison.negated(), false),
    }
}

/// The Boolean operand and the literal, where a comparison is `x = true`, `false <> x` …: (operand, whether it is negated).
pub(crate) fn boolean_side(node: &Node) -> Option<(&Node, bool)> {
    let NodeKind::Compare(comparison, left, right) = &node.kind else { return None };
    let equal = match comparison {
        Comparison::Equal => true,
        Comparison::NotEqual => false,
        _ => return None,
    };
    match (&left.kind, &right.kind) {
        (_, NodeKind::Literal(Value::Bool(value))) => Some((left, *value != equal)),
        (NodeKind::Literal(Value::Bool(value)), _) => Some((right, *value != equal)),
        _ => None,
    }
}

struct Canonical<'c> {
    inputs: &'c [Input],
    exists: Option<&'c [ExistsRow]>,
}

impl Canonical<'_> {
    fn write(&self, node: &Node, negated: bool) -> String {
        let not = |text: String| if negated { format!("not {text}") } else { text };
        match &node.kind {
            NodeKind::Literal(Value::Bool(value)) => (*value != negated).to_string(),
            NodeKind::Literal(value) => not(literal(value)),
            NodeKind::Input(input) => not(self.input(*input)),
            NodeKind::Not(inner) => self.write(inner, !negated),
            NodeKind::And(_) | NodeKind::Or(_) => self.connective(node, negated),
            NodeKind::Compare(comparison, left, right) => {
                if let Some((operand, flip)) = boolean_side(node) {
                    return self.write(operand, negated != flip);
                }
                let (comparison, left, right) = self.oriented(*comparison, left, right);
                let comparison = if negated { comparison.negated() } else { comparison };
                format!("({left} {} {right})", comparison.symbol())
            }
            NodeKind::Arithmetic(arithmetic, left, right) => {
                let mut sides = [self.write(left, false), self.write(right, false)];
                if matches!(arithmetic, Arithmetic::Add | Arithmetic::Multiply) {
                    sides.sort();
                }
                format!("({} {} {})", sides[0], arithmetic.symbol(), sides[1])
            }
            NodeKind::Negate(inner) => format!("-({})", self.write(inner, false)),
            NodeKind::IsNull(inner) => {
                format!("({} is{} null)", self.write(inner, false), if negated { " not" } else { "" })
            }
            NodeKind::In(needle, list) => {
                let mut list: Vec<String> = list.iter().map(|item| self.write(item, false)).collect();
                list.sort();
                list.dedup();
                let not = if negated { " not" } else { "" };
                format!("({}{not} in ({}))", self.write(needle, false), list.join(", "))
            }
            NodeKind::Like(text, pattern) => {
                let not = if negated { " not" } else { "" };
                format!("({}{not} like {})", self.write(text, false), self.write(pattern, false))
            }
            NodeKind::Case(branches, otherwise) => {
                let mut text = String::from("case");
                for (when, then) in branches {
                    text += &format!(" when {} then {}", self.write(when, false), self.write(then, false));
                }
                if let Some(otherwise) = otherwise {
                    text += &format!(" else {}", self.write(otherwise, false));
                }
                not(text + " end")
            }
            NodeKind::Call(function, arguments) => {
                let mut arguments: Vec<String> = arguments.iter().map(|argument| self.write(argument, false)).collect();
                if function.is_symmetric() {
                    arguments.sort();
                }
                not(format!("{}({})", function.word(), arguments.join(", ")))
            }
            NodeKind::Lookup(lookup, table, keys) => {
                let keys = keys.iter().map(|key| self.write(key, false));
                let arguments: Vec<String> = std::iter::once(self.input(*table)).chain(keys).collect();
                not(format!("{}({})", lookup.word(), arguments.join(", ")))
            }
        }
    }

    fn connective(&self, node: &Node, negated: bool) -> String {
        self.chain(node, negated).written()
    }

    /// The node as a chain of parts, nested chains of the same connective opened.
    fn chain(&self, node: &Node, negated: bool) -> Chain {
        let (nodes, is_and) = match &node.kind {
            NodeKind::Not(inner) => return self.chain(inner, !negated),
            NodeKind::And(nodes) => (nodes, !negated),
            NodeKind::Or(nodes) => (nodes, negated),
            _ => return Chain { is_and: true, parts: BTreeSet::from([self.write(node, negated)]) },
        };
        let mut parts = BTreeSet::new();
        let mut last = None;
        for chain in nodes.iter().map(|part| self.chain(part, negated)) {
            if chain.is_and == is_and || chain.parts.len() == 1 {
                parts.extend(chain.parts);
            } else {
                parts.insert(chain.written());
                last = Some(chain);
            }
        }
        // One part is left when all say the same: what it is a chain of, this is a chain of.
        match last {
            Some(only) if parts.len() == 1 => only,
            _ => Chain { is_and, parts },
        }
    }

    /// With the constant on the right; two constants, or two others, in the order of their texts.
    fn oriented(&self, comparison: Comparison, left: &Node, right: &Node) -> (Comparison, String, String) {
        let key = |node: &Node| (node.is_constant(self.inputs), self.write(node, false));
        let (left, right) = (key(left), key(right));
        if left <= right { (comparison, left.1, right.1) } else { (comparison.flipped(), right.1, left.1) }
    }

    fn input(&self, number: usize) -> String {
        let Some(input) = self.inputs.get(number) else { return format!("?{number}") };
        if let (Input::Exists(call), Some(exists)) = (input, self.exists)
            && let Some(row) = exists.get(*call)
        {
            return format!("exists_row({}, {})", row.feed, row.condition.canonical_text());
        }
        input.to_string()
    }
}

/// Canonical texts joined by one connective; a single part is joined by either.
struct Chain {
    is_and: bool,
    parts: BTreeSet<String>,
}

impl Chain {
    fn written(&self) -> String {
        let parts: Vec<&str> = self.parts.iter().map(String::as_str).collect();
        match parts.as_slice() {
            [only] => (*only).to_owned(),
            parts => format!("({})", parts.join(if self.is_and { " and " } else { " or " })),
        }
    }
}

fn literal(value: &Value) -> String {
    match value {
        Value::Number(number) => number.normalised().to_string(),
        Value::Text(text) => format!("'{}'", text.replace('\'', "''")),
        Value::Day(day) => format!("date '{day}'"),
        Value::Month(month) => format!("month '{month}'"),
        Value::Year(year) => format!("year '{year}'"),
        Value::Period(period) => format!("interval '{period}'"),
        other => other.to_string(),
    }
}
