//! The tree as written: names are not resolved, nothing is typed.

use types::Value;

use crate::{Arithmetic, Comparison, Span};

/// A parsed expression; [`crate::check`] gives it meaning.
#[derive(Clone, Debug, PartialEq)]
pub struct Ast {
    pub(crate) text: String,
    pub(crate) root: AstNode,
}

impl Ast {
    /// The text it was read from.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// One node, with the bytes it was read from (its parentheses included).
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct AstNode {
    pub(crate) kind: AstKind,
    pub(crate) span: Span,
    /// Height of the tree below and including it; kept under [`crate::parse::MAX_DEPTH`], so that recursion is safe.
    pub(crate) height: usize,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum AstKind {
    Literal(Value),
    Name { prefix: Option<String>, name: String },
    Parameter(String),
    Not(Box<AstNode>),
    And(Vec<AstNode>),
    Or(Vec<AstNode>),
    Compare(Comparison, Box<AstNode>, Box<AstNode>),
    Arithmetic(Arithmetic, Box<AstNode>, Box<AstNode>),
    Negate(Box<AstNode>),
    IsNull { operand: Box<AstNode>, negated: bool },
    IsBool { operand: Box<AstNode>, value: bool, negated: bool },
    In { needle: Box<AstNode>, list: Vec<AstNode>, negated: bool },
    Between { operand: Box<AstNode>, low: Box<AstNode>, high: Box<AstNode>, negated: bool },
    Like { operand: Box<AstNode>, pattern: Box<AstNode>, negated: bool },
    Case { operand: Option<Box<AstNode>>, branches: Vec<(AstNode, AstNode)>, otherwise: Option<Box<AstNode>> },
    Call(Call),
}

/// `name(…)`: a function, an aggregate or `exists_row`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Call {
    /// In lower case.
    pub(crate) name: String,
    pub(crate) name_span: Span,
    /// `distinct` was written before the arguments.
    pub(crate) distinct: bool,
    /// The argument is `*`.
    pub(crate) star: bool,
    pub(crate) arguments: Vec<AstNode>,
}
