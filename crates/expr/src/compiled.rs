//! A typed expression whose names are resolved to numbered inputs.

use std::collections::BTreeSet;

use types::{Text, Type, Value};

use crate::function::Function;

/// Bytes `start..end` of the expression's text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// Byte after the last.
    pub end: usize,
}

/// A checked expression. Evaluation takes one value per entry of `inputs`.
#[derive(Clone, Debug, PartialEq)]
pub struct Compiled {
    /// The text as the pack writes it.
    pub text: String,
    /// The typed tree.
    pub root: Node,
    /// What the tree reads; each thing once.
    pub inputs: Vec<Input>,
    /// The `exists_row` calls, by their number in [`Input::Exists`].
    pub exists: Vec<ExistsRow>,
    /// Whether the result may be NULL although everything is covered.
    pub may_be_absent: bool,
}

/// Something an expression reads.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Input {
    /// `x`, `subject.x`, `place.x`, `other.x`.
    Name {
        /// Before the point.
        prefix: Option<String>,
        /// After it.
        name: String,
    },
    /// `:x`, the parameter at the subject's place and date.
    Parameter(String),
    /// `as_of`, the day A.
    AsOf,
    /// `exists_row(…)`: true or false, by its number in [`Compiled::exists`].
    Exists(usize),
}

/// `exists_row(feed, condition)`: another row of `feed` for the same subject (semantics section 4).
#[derive(Clone, Debug, PartialEq)]
pub struct ExistsRow {
    /// The other feed.
    pub feed: String,
    /// Over the outer row's columns and, with prefix `other`, the other row's.
    pub condition: Compiled,
}

/// One node of the typed tree.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// What it does.
    pub kind: NodeKind,
    /// Type of its value.
    pub ty: Type,
    /// Where it stands in the text.
    pub span: Span,
}

/// What a node does. `between` and `not between` are two comparisons by now; `x is true` is `coalesce(x, false)`, `x is false` is
/// `not coalesce(x, true)`: never unknown.
#[derive(Clone, Debug, PartialEq)]
pub enum NodeKind {
    /// A constant.
    Literal(Value),
    /// Input by number.
    Input(usize),
    /// Kleene not.
    Not(Box<Node>),
    /// Kleene and, of two or more.
    And(Vec<Node>),
    /// Kleene or, of two or more.
    Or(Vec<Node>),
    /// A comparison of two sides of one type family.
    Compare(Comparison, Box<Node>, Box<Node>),
    /// Arithmetic on numbers, or a date and a period.
    Arithmetic(Arithmetic, Box<Node>, Box<Node>),
    /// Minus.
    Negate(Box<Node>),
    /// `is null`; `is not null` is its `Not`.
    IsNull(Box<Node>),
    /// `needle in (list)`; `not in` is its `Not`.
    In(Box<Node>, Vec<Node>),
    /// `text like pattern` with `%` and `_`; `not like` is its `Not`.
    Like(Box<Node>, Box<Node>),
    /// `case when … then … else … end` (the operand form is rewritten to comparisons).
    Case(Vec<(Node, Node)>, Option<Box<Node>>),
    /// A function.
    Call(Function, Vec<Node>),
    /// A keyed table read at these keys; the table is the parameter with this input number.
    Lookup(Lookup, usize, Vec<Node>),
}

/// How a keyed table is read (semantics section 6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Lookup {
    /// `lookup(:table, a, b)`: the value of the entry for these keys; NULL without one.
    Entry,
    /// `marginal(:table, a, x)`: over the bands of the last key, the sum of each band's value times the part of x that lies in it.
    Marginal,
    /// `workdays_between(:calendar, from, to)`: the working days after `from` up to `to`, by a table of exceptions to the week.
    Workdays,
    /// `workdays_after(:calendar, from, n)`: the n-th working day after `from`.
    WorkdaysAfter,
}

impl Lookup {
    /// All ways.
    pub const ALL: [Self; 4] = [Self::Entry, Self::Marginal, Self::Workdays, Self::WorkdaysAfter];

    /// Whether it reads the table as a calendar: exceptions to the week, with an answer for every day.
    #[must_use]
    pub fn is_of_calendar(self) -> bool {
        matches!(self, Self::Workdays | Self::WorkdaysAfter)
    }

    /// The word packs write.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Entry => "lookup",
            Self::Marginal => "marginal",
            Self::Workdays => "workdays_between",
            Self::WorkdaysAfter => "workdays_after",
        }
    }

    /// The way written `word`, if there is one.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|lookup| lookup.word() == word)
    }

    /// One sentence on what it gives.
    #[must_use]
    pub fn summary(self) -> Text {
        match self {
            Self::Entry => Text::new(
                "按键查参数表；没有对应的行时为空",
                "the value of a parameter table for these keys; NULL where the table has no such row",
            ),
            Self::Marginal => Text::new(
                "分段累进：各段内的部分乘以该段的值，再求和",
                "graduated over the bands of a table: each band's value times the part that lies in it, summed",
            ),
            Self::Workdays => Text::new(
                "两个日期之间的工作日数，按年度放假安排表，后者较早时为负",
                "the working days after the first date up to the second, by a calendar; negative when it is earlier",
            ),
            Self::WorkdaysAfter => Text::new(
                "某日之后的第 n 个工作日，按年度放假安排表",
                "the n-th working day after a date, by a calendar",
            ),
        }
    }
}

/// A comparison operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Comparison {
    /// `=`
    Equal,
    /// `<>`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

/// An arithmetic operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Arithmetic {
    /// `+`
    Add,
    /// `-`; of two dates: days.
    Subtract,
    /// `*`
    Multiply,
    /// `/`: one f64 division of two integers; NULL when the divisor is 0.
    Divide,
}

/// An aggregate over rows or members: `sum(self_paid)`, `count(distinct person)`, `count(*)`.
#[derive(Clone, Debug, PartialEq)]
pub struct AggregateCall {
    /// The text as the pack writes it.
    pub text: String,
    /// Which one.
    pub function: AggregateFunction,
    /// `distinct` was written; only with `count`.
    pub distinct: bool,
    /// What is aggregated; `None` for `count(*)`.
    pub argument: Option<Compiled>,
    /// Type of the result.
    pub ty: Type,
}

/// The aggregates (semantics section 4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AggregateFunction {
    /// Rows, or non-NULL arguments; 0 without rows.
    Count,
    /// 0 without rows.
    Sum,
    /// Absent without rows.
    Min,
    /// Absent without rows.
    Max,
    /// One f64 division; absent without rows.
    Avg,
    /// By (valid, received, sequence, row); absent without rows.
    First,
    /// By (valid, received, sequence, row); absent without rows.
    Last,
    /// False without rows.
    Any,
    /// True without rows.
    All,
}

impl AggregateFunction {
    /// All, with the names packs write.
    pub const ALL: [(Self, &'static str); 9] = [
        (Self::Count, "count"),
        (Self::Sum, "sum"),
        (Self::Min, "min"),
        (Self::Max, "max"),
        (Self::Avg, "avg"),
        (Self::First, "first"),
        (Self::Last, "last"),
        (Self::Any, "any"),
        (Self::All, "all"),
    ];

    /// Whether it has a value without any row.
    #[must_use]
    pub fn is_always_present(self) -> bool {
        matches!(self, Self::Count | Self::Sum | Self::Any | Self::All)
    }
}

impl Compiled {
    /// The text of `node` as the pack writes it.
    #[must_use]
    pub fn text_of(&self, node: &Node) -> &str {
        self.text.get(node.span.start..node.span.end).unwrap_or_default()
    }

    /// Every reading of a keyed table in the tree, in order of writing.
    #[must_use]
    pub fn lookups(&self) -> Vec<&Node> {
        let mut found = Vec::new();
        collect_lookups(&self.root, &mut found);
        found
    }

    /// The number of `input`, if the tree reads it.
    #[must_use]
    pub fn input(&self, input: &Input) -> Option<usize> {
        self.inputs.iter().position(|read| read == input)
    }
}

fn collect_lookups<'n>(node: &'n Node, found: &mut Vec<&'n Node>) {
    if matches!(node.kind, NodeKind::Lookup(..)) {
        found.push(node);
    }
    node.children().into_iter().for_each(|child| collect_lookups(child, found));
}

impl Node {
    /// Numbers of the inputs that it and its children read.
    #[must_use]
    pub fn inputs(&self) -> BTreeSet<usize> {
        let mut inputs = BTreeSet::new();
        self.visit(&mut |node| {
            if let NodeKind::Input(input) | NodeKind::Lookup(_, input, _) = node.kind {
                inputs.insert(input);
            }
        });
        inputs
    }

    /// Calls `visitor` with the node and everything below it, parents first.
    pub fn visit(&self, visitor: &mut dyn FnMut(&Self)) {
        visitor(self);
        for child in self.children() {
            child.visit(visitor);
        }
    }

    /// The nodes right below, in order of writing.
    #[must_use]
    pub fn children(&self) -> Vec<&Self> {
        match &self.kind {
            NodeKind::Literal(_) | NodeKind::Input(_) => Vec::new(),
            NodeKind::Not(node) | NodeKind::Negate(node) | NodeKind::IsNull(node) => vec![node],
            NodeKind::And(nodes) | NodeKind::Or(nodes) | NodeKind::Call(_, nodes) | NodeKind::Lookup(_, _, nodes) => {
                nodes.iter().collect()
            }
            NodeKind::Compare(_, left, right) | NodeKind::Arithmetic(_, left, right) | NodeKind::Like(left, right) => {
                vec![left, right]
            }
            NodeKind::In(needle, list) => std::iter::once(&**needle).chain(list).collect(),
            NodeKind::Case(branches, otherwise) => {
                branches.iter().flat_map(|(when, then)| [when, then]).chain(otherwise.as_deref()).collect()
            }
        }
    }

    /// The same, to be changed.
    #[must_use]
    pub fn children_mut(&mut self) -> Vec<&mut Self> {
        match &mut self.kind {
            NodeKind::Literal(_) | NodeKind::Input(_) => Vec::new(),
            NodeKind::Not(node) | NodeKind::Negate(node) | NodeKind::IsNull(node) => vec![node],
            NodeKind::And(nodes) | NodeKind::Or(nodes) | NodeKind::Call(_, nodes) | NodeKind::Lookup(_, _, nodes) => {
                nodes.iter_mut().collect()
            }
            NodeKind::Compare(_, left, right) | NodeKind::Arithmetic(_, left, right) | NodeKind::Like(left, right) => {
                vec![left, right]
            }
            NodeKind::In(needle, list) => std::iter::once(&mut **needle).chain(list).collect(),
            NodeKind::Case(branches, otherwise) => {
                branches.iter_mut().flat_map(|(when, then)| [when, then]).chain(otherwise.as_deref_mut()).collect()
            }
        }
    }

    /// Moves every span `offset` bytes towards the start.
    pub(crate) fn shift(&mut self, offset: usize) {
        self.span = self.span.before(offset);
        self.children_mut().into_iter().for_each(|child| child.shift(offset));
    }
}

impl Span {
    fn before(self, offset: usize) -> Self {
        Self { start: self.start.saturating_sub(offset), end: self.end.saturating_sub(offset) }
    }
}

impl Comparison {
    /// As written.
    #[must_use]
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::NotEqual => "<>",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        }
    }

    /// The comparison that is true when this one is false.
    #[must_use]
    pub fn negated(self) -> Self {
        match self {
            Self::Equal => Self::NotEqual,
            Self::NotEqual => Self::Equal,
            Self::Less => Self::GreaterOrEqual,
            Self::LessOrEqual => Self::Greater,
            Self::Greater => Self::LessOrEqual,
            Self::GreaterOrEqual => Self::Less,
        }
    }

    /// The comparison with its sides exchanged.
    #[must_use]
    pub fn flipped(self) -> Self {
        match self {
            Self::Equal | Self::NotEqual => self,
            Self::Less => Self::Greater,
            Self::LessOrEqual => Self::GreaterOrEqual,
            Self::Greater => Self::Less,
            Self::GreaterOrEqual => Self::LessOrEqual,
        }
    }

    /// Whether it holds between two sides of this order.
    #[must_use]
    pub fn holds(self, order: std::cmp::Ordering) -> bool {
        match self {
            Self::Equal => order.is_eq(),
            Self::NotEqual => order.is_ne(),
            Self::Less => order.is_lt(),
            Self::LessOrEqual => order.is_le(),
            Self::Greater => order.is_gt(),
            Self::GreaterOrEqual => order.is_ge(),
        }
    }
}

impl Arithmetic {
    /// As written.
    #[must_use]
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
        }
    }
}

impl AggregateFunction {
    /// The word packs write.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::Sum => "sum",
            Self::Min => "min",
            Self::Max => "max",
            Self::Avg => "avg",
            Self::First => "first",
            Self::Last => "last",
            Self::Any => "any",
            Self::All => "all",
        }
    }

    /// The aggregate written `word`, if there is one.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(_, name)| *name == word).map(|(function, _)| function)
    }
}

/// As packs write it: `place.x`, `:line`, `as_of`.
impl std::fmt::Display for Input {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Name { prefix: Some(prefix), name } => write!(f, "{prefix}.{name}"),
            Self::Name { prefix: None, name } => f.write_str(name),
            Self::Parameter(name) => write!(f, ":{name}"),
            Self::AsOf => f.write_str("as_of"),
            Self::Exists(number) => write!(f, "exists_row#{number}"),
        }
    }
}
