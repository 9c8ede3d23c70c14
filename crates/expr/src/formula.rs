//! Conditions: a Boolean tree over atoms, with negation pushed down to them.

use std::collections::BTreeMap;

use types::Value;

use crate::canonical::{boolean_side, normal, signed};
use crate::{Compiled, Function, Node, NodeKind, Span};

/// One comparison (or Boolean input, `is null`, `in`, `like` …) of a condition, in its normal form: `a >= l` is the negation
/// of the atom `a < l`, `a > l` of `a <= l`, `a <> l` of `a = l`, `is not null` of `is null`.
#[derive(Clone, Debug, PartialEq)]
pub struct Atom {
    /// The normal form, over the inputs of the formula's expression.
    pub node: Node,
    /// The text of the first place where it stands, as written there.
    pub text: String,
    /// Whether that place is the negation of the normal form.
    pub written_negated: bool,
}

/// An expression of type bool, as a tree of atoms.
#[derive(Clone, Debug, PartialEq)]
pub struct Formula {
    /// The expression it came from; atoms read its inputs.
    pub compiled: Compiled,
    /// Each distinct atom once, in order of writing.
    pub atoms: Vec<Atom>,
    /// The tree.
    pub root: FormulaNode,
}

/// A node of the tree. There is no `not`: it was pushed down.
#[derive(Clone, Debug, PartialEq)]
pub enum FormulaNode {
    /// An atom, or its negation.
    Literal {
        /// Number in [`Formula::atoms`].
        atom: usize,
        /// Whether it stands negated here.
        negated: bool,
    },
    /// Kleene and; true when empty.
    And(Vec<FormulaNode>),
    /// Kleene or; false when empty.
    Or(Vec<FormulaNode>),
}

/// True, false, or `None` for unknown.
pub type Truth = Option<bool>;

impl Atom {
    /// The text of the first place where it stands, as written there.
    #[must_use]
    pub fn written(&self) -> &str {
        &self.text
    }

    /// The truth of [`Self::written`], from the truth of the atom.
    #[must_use]
    pub fn written_truth(&self, truth: Truth) -> Truth {
        truth.map(|truth| truth != self.written_negated)
    }
}

impl Formula {
    /// The tree over atoms of `compiled`, an expression of type bool.
    #[must_use]
    pub fn new(compiled: Compiled) -> Self {
        let mut builder = Builder { compiled: &compiled, atoms: Vec::new(), known: BTreeMap::new() };
        let root = builder.node(&compiled.root, false, None);
        let atoms = builder.atoms;
        Self { compiled, atoms, root }
    }

    /// Numbers of the inputs that the atom reads, in order; none for an atom that is not there.
    #[must_use]
    pub fn inputs_of(&self, atom: usize) -> Vec<usize> {
        self.atoms.get(atom).map(|atom| atom.node.inputs().into_iter().collect()).unwrap_or_default()
    }

    /// The canonical text of the atom: equal for the same condition in another formula.
    #[must_use]
    pub fn canonical(&self, atom: usize) -> String {
        self.atoms.get(atom).map(|atom| self.compiled.canonical_of(&atom.node)).unwrap_or_default()
    }

    /// The canonical text of the atom or of its negation, the same for both, and whether it is the atom's: two formulas may each
    /// hold one of `a < b` and `a >= b`.
    #[must_use]
    pub fn signed(&self, atom: usize) -> Option<(String, bool)> {
        self.atoms.get(atom).map(|atom| signed(&self.compiled, &atom.node))
    }

    /// The atom, or its negation, in the pack's words: `x >= :line` for the negated atom `x < :line`.
    #[must_use]
    pub fn literal_text(&self, atom: usize, negated: bool) -> String {
        match self.atoms.get(atom) {
            Some(atom) if atom.written_negated == negated => atom.text.clone(),
            Some(atom) => literal_text(&self.compiled, &atom.node, negated),
            None => String::new(),
        }
    }
}

impl FormulaNode {
    /// Kleene's three-valued logic over the truth of the atoms.
    #[must_use]
    pub fn evaluate(&self, truth: &dyn Fn(usize) -> Truth) -> Truth {
        let fold = |parts: &[Self], strong: bool| {
            let mut result = Some(!strong);
            for part in parts {
                match part.evaluate(truth) {
                    Some(value) if value == strong => return Some(strong),
                    None => result = None,
                    Some(_) => {}
                }
            }
            result
        };
        match self {
            Self::Literal { atom, negated } => truth(*atom).map(|truth| truth != *negated),
            Self::And(parts) => fold(parts, false),
            Self::Or(parts) => fold(parts, true),
        }
    }
}

/// A Boolean leaf, or its negation, in the words of the text.
pub(crate) fn literal_text(compiled: &Compiled, node: &Node, negated: bool) -> String {
    match &node.kind {
        NodeKind::Compare(comparison, left, right) => {
            let comparison = if negated { comparison.negated() } else { *comparison };
            format!("{} {} {}", compiled.text_of(left), comparison.symbol(), compiled.text_of(right))
        }
        NodeKind::IsNull(inner) => {
            format!("{} is {}null", compiled.text_of(inner), if negated { "not " } else { "" })
        }
        NodeKind::In(needle, list) => {
            let list: Vec<_> = list.iter().map(|item| compiled.text_of(item)).collect();
            format!("{} {}in ({})", compiled.text_of(needle), if negated { "not " } else { "" }, list.join(", "))
        }
        NodeKind::Like(text, pattern) => {
            let not = if negated { "not " } else { "" };
            format!("{} {not}like {}", compiled.text_of(text), compiled.text_of(pattern))
        }
        NodeKind::Call(Function::Coalesce, arguments) if is_bool(node, arguments) => {
            // `x is true` is `coalesce(x, false)`, `x is false` is `not coalesce(x, true)`.
            let absent_as = matches!(arguments[1].kind, NodeKind::Literal(Value::Bool(true)));
            format!(
                "{} is {}{}",
                compiled.text_of(&arguments[0]),
                if absent_as == negated { "" } else { "not " },
                !absent_as
            )
        }
        _ if negated => format!("not {}", compiled.text_of(node)),
        _ => compiled.text_of(node).to_owned(),
    }
}

/// Whether `coalesce` came from `is true` or `is false`: its literal is not in the text on its own.
fn is_bool(node: &Node, arguments: &[Node]) -> bool {
    matches!(arguments, [_, literal] if literal.span == node.span)
}

struct Builder<'c> {
    compiled: &'c Compiled,
    atoms: Vec<Atom>,
    /// By canonical text: number of the atom, and whether it is that text (or its negation).
    known: BTreeMap<String, (usize, bool)>,
}

impl Builder<'_> {
    /// `not` is the span of a negation right above.
    fn node(&mut self, node: &Node, negated: bool, not: Option<Span>) -> FormulaNode {
        if let Some((operand, flip)) = boolean_side(node) {
            return self.node(operand, negated != flip, None);
        }
        match &node.kind {
            NodeKind::Not(inner) => self.node(inner, !negated, Some(node.span)),
            NodeKind::Literal(Value::Bool(value)) if *value != negated => FormulaNode::And(Vec::new()),
            NodeKind::Literal(Value::Bool(_)) => FormulaNode::Or(Vec::new()),
            NodeKind::And(parts) | NodeKind::Or(parts) => {
                let is_and = matches!(node.kind, NodeKind::And(_)) != negated;
                let mut joined = Vec::new();
                for part in parts {
                    match self.node(part, negated, None) {
                        FormulaNode::And(inner) if is_and => joined.extend(inner),
                        FormulaNode::Or(inner) if !is_and => joined.extend(inner),
                        other => joined.push(other),
                    }
                }
                match (joined.len(), is_and) {
                    (1, _) => joined.remove(0),
                    (_, true) => FormulaNode::And(joined),
                    (_, false) => FormulaNode::Or(joined),
                }
            }
            _ => self.leaf(node, negated, not == Some(node.span)),
        }
    }

    fn leaf(&mut self, node: &Node, negated: bool, written_negated: bool) -> FormulaNode {
        let (key, sign) = signed(self.compiled, node);
        if let Some((atom, same)) = self.known.get(&key) {
            return FormulaNode::Literal { atom: *atom, negated: (*same != sign) != negated };
        }
        let (atom, positive) = match &node.kind {
            NodeKind::Compare(comparison, left, right) => {
                let inputs = &self.compiled.inputs;
                let flip = left.is_constant(inputs) && !right.is_constant(inputs);
                let (comparison, left, right) =
                    if flip { (comparison.flipped(), right, left) } else { (*comparison, left, right) };
                let (comparison, positive) = normal(comparison);
                let kind = NodeKind::Compare(comparison, left.clone(), right.clone());
                let text = literal_text(self.compiled, node, false);
                (Atom { node: Node { kind, ..node.clone() }, text, written_negated: !positive }, positive)
            }
            _ => {
                let text = literal_text(self.compiled, node, written_negated);
                (Atom { node: node.clone(), text, written_negated }, true)
            }
        };
        let number = self.atoms.len();
        self.atoms.push(atom);
        self.known.insert(key, (number, sign == positive));
        FormulaNode::Literal { atom: number, negated: negated == positive }
    }
}
