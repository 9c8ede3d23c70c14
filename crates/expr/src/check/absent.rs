//! Values that may be absent: whether a result may be NULL, and comparisons that forget it.

use std::collections::BTreeSet;

use types::Value;

use crate::{Arithmetic, Compiled, Function, Input, Node, NodeKind, Problem, ProblemKind};

type Inputs = BTreeSet<usize>;

/// Whether `node` may be NULL although everything is covered; `absent` says it of each input.
pub(super) fn may_be(node: &Node, absent: &[bool]) -> bool {
    let any = |nodes: &[&Node]| nodes.iter().any(|node| may_be(node, absent));
    match &node.kind {
        NodeKind::Literal(value) => value.is_null(),
        NodeKind::Input(input) => absent.get(*input).copied().unwrap_or(true),
        NodeKind::IsNull(_) => false,
        NodeKind::Arithmetic(Arithmetic::Divide, _, divisor) if !is_not_zero(divisor) => true,
        NodeKind::Call(Function::Coalesce, arguments) => arguments.iter().all(|argument| may_be(argument, absent)),
        NodeKind::Call(Function::Nullif, _) | NodeKind::Case(_, None) => true,
        // A `when` that is unknown is only not chosen.
        NodeKind::Case(branches, Some(otherwise)) => {
            branches.iter().any(|(_, then)| may_be(then, absent)) || may_be(otherwise, absent)
        }
        _ => any(&node.children()),
    }
}

fn is_not_zero(node: &Node) -> bool {
    matches!(&node.kind, NodeKind::Literal(Value::Number(number)) if number.mantissa != 0)
}

/// The inputs that are not NULL wherever `compiled` is true, because it says so.
pub(super) fn present_when_true(compiled: &Compiled) -> Vec<&Input> {
    when(&compiled.root, true).into_iter().filter_map(|input| compiled.inputs.get(input)).collect()
}

/// Comparisons of values that may be absent and are not guarded; `guarded` are known to be present from outside.
pub(super) fn problems(compiled: &Compiled, absent: &[bool], guarded: &Inputs) -> Vec<Problem> {
    let mut search = Search { compiled, absent, problems: Vec::new() };
    search.condition(&compiled.root, guarded);
    search.problems
}

struct Search<'c> {
    compiled: &'c Compiled,
    absent: &'c [bool],
    problems: Vec<Problem>,
}

impl Search<'_> {
    fn condition(&mut self, node: &Node, guarded: &Inputs) {
        match &node.kind {
            NodeKind::Not(inner) => self.condition(inner, guarded),
            NodeKind::And(parts) => {
                let guarded = guarded | &parts.iter().flat_map(|part| when(part, true)).collect();
                parts.iter().for_each(|part| self.condition(part, &guarded));
            }
            NodeKind::Or(parts) => {
                let guarded = guarded | &parts.iter().flat_map(|part| when(part, false)).collect();
                parts.iter().for_each(|part| self.condition(part, &guarded));
            }
            NodeKind::Compare(..) | NodeKind::In(..) | NodeKind::Like(..) => self.report(node, guarded),
            NodeKind::Case(branches, otherwise) => {
                let mut guarded = guarded.clone();
                for (condition, then) in branches {
                    self.condition(condition, &guarded);
                    self.condition(then, &(&guarded | &when(condition, true)));
                    guarded.extend(when(condition, false));
                }
                if let Some(otherwise) = otherwise {
                    self.condition(otherwise, &guarded);
                }
            }
            _ => {}
        }
    }

    fn report(&mut self, node: &Node, guarded: &Inputs) {
        let mut exposed = Inputs::new();
        for child in node.children() {
            self.exposed(child, guarded, &mut exposed);
        }
        for input in exposed {
            let Some(name) = self.compiled.inputs.get(input) else { continue };
            let problem = Problem::new(
                ProblemKind::MaybeAbsent,
                node.span,
                format!("`{name}` 可能没有值，比较前应先判断"),
                format!("`{name}` may be absent and is compared without a guard"),
            );
            let compared = self.compiled.text_of(node);
            self.problems.push(problem.with_hint(
                format!("写作 `{name} is not null and {compared}`"),
                format!("write `{name} is not null and {compared}`"),
            ));
        }
    }

    /// The unguarded inputs by whose absence `node` is NULL.
    fn exposed(&self, node: &Node, guarded: &Inputs, exposed: &mut Inputs) {
        match &node.kind {
            NodeKind::Input(input) => {
                if self.absent.get(*input).copied().unwrap_or(false) && !guarded.contains(input) {
                    exposed.insert(*input);
                }
            }
            NodeKind::IsNull(_) => {}
            NodeKind::Call(Function::Coalesce, _) if !may_be(node, self.absent) => {}
            NodeKind::Case(branches, otherwise) => {
                let mut guarded = guarded.clone();
                for (condition, then) in branches {
                    self.exposed(then, &(&guarded | &when(condition, true)), exposed);
                    guarded.extend(when(condition, false));
                }
                if let Some(otherwise) = otherwise {
                    self.exposed(otherwise, &guarded, exposed);
                }
            }
            _ => node.children().into_iter().for_each(|child| self.exposed(child, guarded, exposed)),
        }
    }
}

/// The inputs that are not NULL when `node` is `truth`, as far as `is null` says so. A comparison guards nothing: it is what must
/// be guarded.
fn when(node: &Node, truth: bool) -> Inputs {
    let all = |parts: &[Node]| parts.iter().flat_map(|part| when(part, truth)).collect();
    let each = |parts: &[Node]| parts.iter().map(|part| when(part, truth)).reduce(|left, right| &left & &right);
    match &node.kind {
        NodeKind::Not(inner) => when(inner, !truth),
        NodeKind::And(parts) if truth => all(parts),
        NodeKind::Or(parts) if !truth => all(parts),
        NodeKind::And(parts) | NodeKind::Or(parts) => each(parts).unwrap_or_default(),
        NodeKind::IsNull(inner) if !truth => strict(inner),
        _ => Inputs::new(),
    }
}

/// The inputs that must be present for `node` to be: through arithmetic, not through `coalesce` or `case`.
fn strict(node: &Node) -> Inputs {
    match &node.kind {
        NodeKind::Input(input) => Inputs::from([*input]),
        NodeKind::Arithmetic(_, left, right) => &strict(left) | &strict(right),
        NodeKind::Negate(inner) => strict(inner),
        _ => Inputs::new(),
    }
}
