//! Names to inputs, and a type for every node.

use types::{Decimal, Type, Value};

use super::absent::{self, Absence};
use super::typing::{self, Mismatch};
use super::{sort, suggest};
use crate::ast::{AstKind, AstNode, Call};
use crate::{
    AggregateFunction, Comparison, Compiled, ExistsRow, Function, Input, Lookup, Node, NodeKind, Problem, ProblemKind,
    Scope, Span,
};

pub(super) struct Checker<'s> {
    pub(super) text: &'s str,
    pub(super) scope: &'s dyn Scope,
    pub(super) inputs: Vec<Input>,
    pub(super) absent: Absence,
    pub(super) exists: Vec<ExistsRow>,
    pub(super) problems: Vec<Problem>,
}

impl<'s> Checker<'s> {
    pub(super) fn new(text: &'s str, scope: &'s dyn Scope) -> Self {
        Self { text, scope, inputs: Vec::new(), absent: Absence::default(), exists: Vec::new(), problems: Vec::new() }
    }

    /// The whole text as one expression; also what of its inputs may be absent.
    pub(super) fn whole(mut self, ast: &AstNode, expected: Option<Type>) -> Result<(Compiled, Absence), Vec<Problem>> {
        let root = self.of_type(ast, expected);
        match (root, self.problems.is_empty()) {
            (Some(root), true) => {
                let may_be_absent = absent::may_be(&root, &self.absent);
                let text = self.text.to_owned();
                Ok((Compiled { text, root, inputs: self.inputs, exists: self.exists, may_be_absent }, self.absent))
            }
            _ => {
                sort(&mut self.problems);
                Err(self.problems)
            }
        }
    }

    /// `ast` as an expression of its own, its text and spans cut out of the whole. Problems keep their place in the whole.
    pub(super) fn part(mut self, ast: &AstNode, expected: Option<Type>) -> (Option<Compiled>, Vec<Problem>) {
        let compiled = self.of_type(ast, expected).map(|mut root| {
            root.shift(ast.span.start);
            let may_be_absent = absent::may_be(&root, &self.absent);
            let text = self.text.get(ast.span.start..ast.span.end).unwrap_or_default().to_owned();
            Compiled { text, root, inputs: self.inputs, exists: self.exists, may_be_absent }
        });
        (compiled.filter(|_| self.problems.is_empty()), self.problems)
    }

    fn of_type(&mut self, ast: &AstNode, expected: Option<Type>) -> Option<Node> {
        let mut node = self.node(ast)?;
        if let Some(expected) = expected
            && let Err(mismatch) = typing::expect(&mut node, expected)
        {
            self.report(mismatch, &[node.span], node.span);
            return None;
        }
        Some(node)
    }

    pub(super) fn node(&mut self, ast: &AstNode) -> Option<Node> {
        let span = ast.span;
        let boolean = |kind| Some(Node { kind, ty: Type::Bool, span });
        match &ast.kind {
            AstKind::Literal(value) => {
                Some(Node { ty: typing::of_literal(value), kind: NodeKind::Literal(value.clone()), span })
            }
            AstKind::Name { prefix, name } => self.name(prefix.as_deref(), name, span),
            AstKind::Parameter(name) => self.parameter(name, span),
            AstKind::Not(operand) => boolean(NodeKind::Not(Box::new(self.boolean(operand)?))),
            AstKind::And(parts) => boolean(NodeKind::And(self.booleans(parts)?)),
            AstKind::Or(parts) => boolean(NodeKind::Or(self.booleans(parts)?)),
            AstKind::Compare(comparison, left, right) => {
                let (left, right) = self.both(left, right);
                self.compare(*comparison, left?, right?, span)
            }
            AstKind::Arithmetic(arithmetic, left, right) => {
                let (left, right) = self.both(left, right);
                let (mut left, mut right) = (left?, right?);
                let ty = typing::arithmetic(*arithmetic, &mut left, &mut right);
                let ty = self.settled(ty, &[left.span, right.span], span)?;
                Some(Node { kind: NodeKind::Arithmetic(*arithmetic, Box::new(left), Box::new(right)), ty, span })
            }
            AstKind::Negate(operand) => self.negate(operand, span),
            AstKind::IsNull { operand, negated } => {
                let node = Node { kind: NodeKind::IsNull(Box::new(self.node(operand)?)), ty: Type::Bool, span };
                Some(negated_if(*negated, node))
            }
            AstKind::IsBool { operand, value, negated } => {
                // `x is true` is `coalesce(x, false)`, `x is false` is `not coalesce(x, true)`: never unknown.
                let operand = self.boolean(operand)?;
                let other = Node { kind: NodeKind::Literal(Value::Bool(!value)), ty: Type::Bool, span };
                let call = NodeKind::Call(Function::Coalesce, vec![operand, other]);
                Some(negated_if(*value == *negated, Node { kind: call, ty: Type::Bool, span }))
            }
            AstKind::In { needle, list, negated } => {
                let mut nodes = self.all(std::iter::once(&**needle).chain(list))?;
                let ty = typing::common(&mut nodes);
                self.settled(ty, &spans(&nodes), span)?;
                let needle = Box::new(nodes.remove(0));
                Some(negated_if(*negated, Node { kind: NodeKind::In(needle, nodes), ty: Type::Bool, span }))
            }
            AstKind::Between { operand, low, high, negated } => self.between([operand, low, high], *negated, span),
            AstKind::Like { operand, pattern, negated } => {
                let (text, pattern) = self.both(operand, pattern);
                let (mut text, mut pattern) = (text?, pattern?);
                for (index, node) in [&mut text, &mut pattern].into_iter().enumerate() {
                    let typed = typing::text(node, index);
                    let span = node.span;
                    self.settled(typed, &[span, span], span)?;
                }
                let kind = NodeKind::Like(Box::new(text), Box::new(pattern));
                Some(negated_if(*negated, Node { kind, ty: Type::Bool, span }))
            }
            AstKind::Case { operand, branches, otherwise } => {
                self.case(operand.as_deref(), branches, otherwise.as_deref(), span)
            }
            AstKind::Call(call) => self.call(call, span),
        }
    }

    fn negate(&mut self, operand: &AstNode, span: Span) -> Option<Node> {
        let operand = self.node(operand)?;
        if let NodeKind::Literal(Value::Number(number)) = &operand.kind {
            let number = Decimal::new(number.mantissa.checked_neg()?, number.scale);
            return Some(Node { kind: NodeKind::Literal(Value::Number(number)), ty: operand.ty, span });
        }
        let ty = operand.ty;
        if ty.is_numeric() || ty == Type::Period || typing::is_null(&operand) {
            return Some(Node { kind: NodeKind::Negate(Box::new(operand)), ty, span });
        }
        self.report(Mismatch::argument(0, ty, "数值", "a number"), &[operand.span], span);
        None
    }

    fn compare(&mut self, comparison: Comparison, mut left: Node, mut right: Node, span: Span) -> Option<Node> {
        let typed = typing::compare(comparison, &mut left, &mut right);
        self.settled(typed, &[left.span, right.span], span)?;
        Some(Node { kind: NodeKind::Compare(comparison, Box::new(left), Box::new(right)), ty: Type::Bool, span })
    }

    /// `x between a and b` is `x >= a and x <= b`; `not between` its negation, written `x < a or x > b`.
    fn between(&mut self, [operand, low, high]: [&AstNode; 3], negated: bool, span: Span) -> Option<Node> {
        let mut nodes = self.all([operand, low, high].into_iter())?;
        let (Some(high), Some(low), Some(operand)) = (nodes.pop(), nodes.pop(), nodes.pop()) else { return None };
        let (at_low, at_high) = if negated {
            (Comparison::Less, Comparison::Greater)
        } else {
            (Comparison::GreaterOrEqual, Comparison::LessOrEqual)
        };
        let left = self.compare(at_low, operand.clone(), low, span);
        let right = self.compare(at_high, operand, high, span);
        let parts = vec![left?, right?];
        let kind = if negated { NodeKind::Or(parts) } else { NodeKind::And(parts) };
        Some(Node { kind, ty: Type::Bool, span })
    }

    fn case(
        &mut self,
        operand: Option<&AstNode>,
        branches: &[(AstNode, AstNode)],
        otherwise: Option<&AstNode>,
        span: Span,
    ) -> Option<Node> {
        let subject = operand.map(|operand| self.node(operand));
        let (mut whens, mut values) = (Vec::new(), Vec::new());
        for (when, then) in branches {
            whens.push(match &subject {
                None => self.boolean(when),
                Some(subject) => match (subject.clone(), self.node(when)) {
                    (Some(subject), Some(value)) => self.compare(Comparison::Equal, subject, value, when.span),
                    _ => None,
                },
            });
            values.push(self.node(then));
        }
        values.extend(otherwise.map(|otherwise| self.node(otherwise)));
        let whens: Vec<Node> = whens.into_iter().collect::<Option<_>>()?;
        let mut values: Vec<Node> = values.into_iter().collect::<Option<_>>()?;
        let ty = typing::common(&mut values);
        let ty = self.settled(ty, &spans(&values), span)?;
        let otherwise = otherwise.and_then(|_| values.pop()).map(Box::new);
        Some(Node { kind: NodeKind::Case(whens.into_iter().zip(values).collect(), otherwise), ty, span })
    }

    fn call(&mut self, call: &Call, span: Span) -> Option<Node> {
        if call.name == "exists_row" {
            return self.exists_row(call, span);
        }
        if let Some(lookup) = Lookup::parse(&call.name) {
            return self.lookup(lookup, call, span);
        }
        if AggregateFunction::parse(&call.name).is_some() {
            self.problems.push(
                Problem::new(
                    ProblemKind::Aggregate,
                    call.name_span,
                    format!("此处不能汇总：`{}`", call.name),
                    format!("no aggregate may stand here: `{}`", call.name),
                )
                .with_hint("请先把它写成一个特征", "make it a feature of its own"),
            );
            return None;
        }
        let Some(function) = Function::parse(&call.name) else {
            let hint = suggest::hint(&call.name, suggest::functions());
            let (zh, en) = (format!("没有函数 `{}`", call.name), format!("unknown function `{}`", call.name));
            self.problems.push(Problem::new(ProblemKind::UnknownFunction, call.name_span, zh, en).with_hint_text(hint));
            // The arguments may have problems of their own.
            call.arguments.iter().for_each(|argument| {
                self.node(argument);
            });
            return None;
        };
        let (least, most) = function.arity();
        let count = call.arguments.len();
        if call.distinct || call.star || count < least || most.is_some_and(|most| count > most) {
            self.problems.push(wrong_arguments(call, least, most));
            return None;
        }
        let mut arguments = self.all(call.arguments.iter())?;
        let ty = function.ty(&mut arguments);
        let ty = self.settled(ty, &spans(&arguments), span)?;
        Some(Node { kind: NodeKind::Call(function, arguments), ty, span })
    }

    fn name(&mut self, prefix: Option<&str>, name: &str, span: Span) -> Option<Node> {
        if prefix.is_none() && name == "as_of" {
            let input = self.input(Input::AsOf, false);
            return Some(Node { kind: NodeKind::Input(input), ty: Type::Day, span });
        }
        let Some(binding) = self.scope.name(prefix, name) else {
            let written = prefix.map_or_else(|| name.to_owned(), |prefix| format!("{prefix}.{name}"));
            let hint = if prefix.is_none() && self.scope.parameters().iter().any(|parameter| parameter == name) {
                Some(suggest::did_you_mean(&format!(":{name}")))
            } else {
                suggest::hint(&written, self.scope.names().into_iter().chain(["as_of".to_owned()]))
            };
            let (zh, en) = (format!("没有名为 `{written}` 的值"), format!("unknown name `{written}`"));
            self.problems.push(Problem::new(ProblemKind::UnknownName, span, zh, en).with_hint_text(hint));
            return None;
        };
        let input = Input::Name { prefix: prefix.map(str::to_owned), name: name.to_owned() };
        let input = self.input(input, binding.may_be_absent);
        Some(Node { kind: NodeKind::Input(input), ty: binding.ty, span })
    }

    fn parameter(&mut self, name: &str, span: Span) -> Option<Node> {
        let Some(ty) = self.scope.parameter(name) else {
            if let Some(table) = self.scope.table(name) {
                self.problems.push(super::lookup::without_keys(name, &table, span));
                return None;
            }
            let hint = suggest::closest(name, self.scope.parameters());
            let hint = hint.map(|closest| suggest::did_you_mean(&format!(":{closest}")));
            let (zh, en) = (format!("没有参数 `:{name}`"), format!("unknown parameter `:{name}`"));
            self.problems.push(Problem::new(ProblemKind::UnknownParameter, span, zh, en).with_hint_text(hint));
            return None;
        };
        let input = self.input(Input::Parameter(name.to_owned()), false);
        Some(Node { kind: NodeKind::Input(input), ty, span })
    }

    /// The number of `input`.
    pub(super) fn input(&mut self, input: Input, may_be_absent: bool) -> usize {
        if let Some(number) = self.inputs.iter().position(|read| *read == input) {
            return number;
        }
        self.inputs.push(input);
        self.absent.inputs.push(may_be_absent);
        self.inputs.len() - 1
    }

    fn boolean(&mut self, ast: &AstNode) -> Option<Node> {
        self.of_type(ast, Some(Type::Bool))
    }

    fn booleans(&mut self, parts: &[AstNode]) -> Option<Vec<Node>> {
        let nodes: Vec<Option<Node>> = parts.iter().map(|part| self.boolean(part)).collect();
        nodes.into_iter().collect()
    }

    /// Both sides, so that the problems of both are found.
    fn both(&mut self, left: &AstNode, right: &AstNode) -> (Option<Node>, Option<Node>) {
        (self.node(left), self.node(right))
    }

    fn all<'a>(&mut self, nodes: impl Iterator<Item = &'a AstNode>) -> Option<Vec<Node>> {
        let nodes: Vec<Option<Node>> = nodes.map(|node| self.node(node)).collect();
        nodes.into_iter().collect()
    }

    fn settled<T>(&mut self, typed: Result<T, Mismatch>, parts: &[Span], whole: Span) -> Option<T> {
        typed.map_err(|mismatch| self.report(mismatch, parts, whole)).ok()
    }

    /// Reports at the argument at fault, or over the whole.
    pub(super) fn report(&mut self, mismatch: Mismatch, parts: &[Span], whole: Span) {
        let span = mismatch.argument.and_then(|argument| parts.get(argument)).copied().unwrap_or(whole);
        let Mismatch { kind, message, hint, .. } = mismatch;
        self.problems.push(Problem { kind, span, message, hint });
    }
}

/// The node, or its negation with the same span: `is not null`, `not in` are one piece of writing.
fn negated_if(negated: bool, node: Node) -> Node {
    let span = node.span;
    if negated { Node { kind: NodeKind::Not(Box::new(node)), ty: Type::Bool, span } } else { node }
}

fn spans(nodes: &[Node]) -> Vec<Span> {
    nodes.iter().map(|node| node.span).collect()
}

fn wrong_arguments(call: &Call, least: usize, most: Option<usize>) -> Problem {
    let (name, count) = (&call.name, call.arguments.len());
    if call.distinct || call.star {
        let (zh, en) = ("`distinct` 和 `*` 只用于 `count`", "`distinct` and `*` belong to `count`");
        return Problem::new(ProblemKind::UnknownFunction, call.name_span, zh, en);
    }
    let (zh, en) = match most {
        Some(most) if most == least => (format!("{least} 个"), least.to_string()),
        Some(most) => (format!("{least} 至 {most} 个"), format!("{least} to {most}")),
        None => (format!("至少 {least} 个"), format!("at least {least}")),
    };
    Problem::new(
        ProblemKind::UnknownFunction,
        call.name_span,
        format!("`{name}` 需要{zh}参数，现有 {count} 个"),
        format!("`{name}` takes {en} arguments, not {count}"),
    )
}
