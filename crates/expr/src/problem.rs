//! What is wrong with an expression: as many as there are, each with its place.

use types::Text;

use crate::Span;

/// The kinds of problem; `pack` gives each its code and page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ProblemKind {
    /// Not an expression of the language's grammar.
    Syntax,
    /// SQL, but not part of this language (a subquery, a window, a cast …).
    NotSupported,
    /// No such name here.
    UnknownName,
    /// No such parameter.
    UnknownParameter,
    /// No such function, or the wrong number of arguments.
    UnknownFunction,
    /// No such feed in `exists_row`, or `exists_row` where no feed rows are in sight.
    UnknownFeed,
    /// Two types that do not go together.
    TypeMismatch,
    /// Two units that do not go together (yuan with mu).
    UnitMismatch,
    /// A day compared with a month or a year: `month(date)` is missing.
    GrainMismatch,
    /// A value that may be absent is compared without `is not null` beside it.
    MaybeAbsent,
    /// A conjunction of two comparisons that can never be true.
    NeverTrue,
    /// An aggregate where none may stand, or none where one must.
    Aggregate,
    /// A parameter with keys read as one without, the reverse, or with a wrong number of keys.
    Lookup,
}

/// One problem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What kind.
    pub kind: ProblemKind,
    /// Where in the expression's text.
    pub span: Span,
    /// What is wrong: lower case, no full stop, literals in backticks.
    pub message: Text,
    /// What to do about it.
    pub hint: Option<Text>,
}

impl Problem {
    pub(crate) fn new(kind: ProblemKind, span: Span, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { kind, span, message: Text::new(zh, en), hint: None }
    }

    pub(crate) fn with_hint(self, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { hint: Some(Text::new(zh, en)), ..self }
    }

    pub(crate) fn with_hint_text(self, hint: Option<Text>) -> Self {
        Self { hint, ..self }
    }
}
