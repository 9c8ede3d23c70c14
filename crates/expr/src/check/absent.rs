//! Values that may be absent: whether a result may be NULL, and comparisons that forget it.

use std::collections::{BTreeMap, BTreeSet};

use types::Value;

use crate::{Arithmetic, Compiled, Function, Lookup, Node, NodeKind, Problem, ProblemKind};

/// What of an expression's inputs may be NULL although covered.
#[derive(Clone, Debug, Default)]
pub(super) struct Absence {
    /// Of each input, whether it may.
    pub(super) inputs: Vec<bool>,
    /// Tables with an entry for whatever the keys may be: what is looked up there is NULL only where a key is.
    pub(super) complete: BTreeSet<usize>,
}

/// Something that is known not to be NULL.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Present {
    /// An input.
    Input(usize),
    /// What a table has for some keys, by its canonical text.
    Lookup(String),
}

type Known = BTreeSet<Present>;

/// Whether `node` may be NULL although everything is covered.
pub(super) fn may_be(node: &Node, absent: &Absence) -> bool {
    let any = |nodes: &[&Node]| nodes.iter().any(|node| may_be(node, absent));
    match &node.kind {
        NodeKind::Literal(value) => value.is_null(),
        NodeKind::Input(input) => absent.inputs.get(*input).copied().unwrap_or(true),
        NodeKind::IsNull(_) => false,
        NodeKind::Arithmetic(Arithmetic::Divide, _, divisor) if !is_not_zero(divisor) => true,
        NodeKind::Call(Function::Coalesce, arguments) => arguments.iter().all(|argument| may_be(argument, absent)),
        NodeKind::Call(Function::Nullif, _) | NodeKind::Case(_, None) => true,
        // A `when` that is unknown is only not chosen.
        NodeKind::Case(branches, Some(otherwise)) => {
            branches.iter().any(|(_, then)| may_be(then, absent)) || may_be(otherwise, absent)
        }
        NodeKind::Lookup(lookup, table, _) if may_lack(*lookup, *table, absent) => true,
        _ => any(&node.children()),
    }
}

/// Whether the table may have no row for keys that are there. Days that a calendar does not name follow the week.
fn may_lack(lookup: Lookup, table: usize, absent: &Absence) -> bool {
    !lookup.is_of_calendar() && !absent.complete.contains(&table)
}

fn is_not_zero(node: &Node) -> bool {
    matches!(&node.kind, NodeKind::Literal(Value::Number(number)) if number.mantissa != 0)
}

/// What is not NULL in `compiled` wherever `given` is true, because `given` says so.
pub(super) fn present_when_true(given: &Compiled, compiled: &Compiled) -> Known {
    let known = when(given, &given.root, true).into_iter().filter_map(|present| match present {
        Present::Input(input) => compiled.input(given.inputs.get(input)?).map(Present::Input),
        lookup @ Present::Lookup(_) => Some(lookup),
    });
    known.collect()
}

/// Comparisons of values that may be absent and are not guarded; `guarded` are known to be present from outside.
pub(super) fn problems(compiled: &Compiled, absent: &Absence, guarded: &Known) -> Vec<Problem> {
    let mut search = Search { compiled, absent, problems: Vec::new() };
    search.condition(&compiled.root, guarded);
    search.problems
}

struct Search<'c> {
    compiled: &'c Compiled,
    absent: &'c Absence,
    problems: Vec<Problem>,
}

impl Search<'_> {
    fn when(&self, node: &Node, truth: bool) -> Known {
        when(self.compiled, node, truth)
    }

    fn condition(&mut self, node: &Node, guarded: &Known) {
        match &node.kind {
            NodeKind::Not(inner) => self.condition(inner, guarded),
            NodeKind::And(parts) => {
                let guarded = guarded | &parts.iter().flat_map(|part| self.when(part, true)).collect();
                parts.iter().for_each(|part| self.condition(part, &guarded));
            }
            NodeKind::Or(parts) => {
                let guarded = guarded | &parts.iter().flat_map(|part| self.when(part, false)).collect();
                parts.iter().for_each(|part| self.condition(part, &guarded));
            }
            NodeKind::Compare(..) | NodeKind::In(..) | NodeKind::Like(..) | NodeKind::Lookup(..) => {
                self.report(node, guarded);
            }
            NodeKind::Case(branches, otherwise) => {
                let mut guarded = guarded.clone();
                for (condition, then) in branches {
                    self.condition(condition, &guarded);
                    self.condition(then, &(&guarded | &self.when(condition, true)));
                    guarded.extend(self.when(condition, false));
                }
                if let Some(otherwise) = otherwise {
                    self.condition(otherwise, &guarded);
                }
            }
            _ => {}
        }
    }

    fn report(&mut self, node: &Node, guarded: &Known) {
        let mut exposed = BTreeMap::new();
        if matches!(node.kind, NodeKind::Lookup(..)) {
            // A bool from a table, as a condition of its own.
            self.exposed(node, guarded, &mut exposed);
        } else {
            for child in node.children() {
                self.exposed(child, guarded, &mut exposed);
            }
        }
        for name in exposed.into_values() {
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

    /// What is not guarded and makes `node` NULL by its absence, each with its name.
    fn exposed(&self, node: &Node, guarded: &Known, exposed: &mut BTreeMap<Present, String>) {
        match &node.kind {
            NodeKind::Input(input) => {
                let present = Present::Input(*input);
                if self.absent.inputs.get(*input).copied().unwrap_or(false) && !guarded.contains(&present) {
                    let name = self.compiled.inputs.get(*input).map(ToString::to_string).unwrap_or_default();
                    exposed.insert(present, name);
                }
            }
            NodeKind::Lookup(lookup, table, _) if may_lack(*lookup, *table, self.absent) => {
                // What is there has keys that are there.
                let present = Present::Lookup(entry_text(self.compiled, node));
                if !guarded.contains(&present) {
                    exposed.insert(present, self.compiled.text_of(node).to_owned());
                }
            }
            NodeKind::IsNull(_) => {}
            NodeKind::Call(Function::Coalesce, _) if !may_be(node, self.absent) => {}
            NodeKind::Case(branches, otherwise) => {
                let mut guarded = guarded.clone();
                for (condition, then) in branches {
                    self.exposed(then, &(&guarded | &self.when(condition, true)), exposed);
                    guarded.extend(self.when(condition, false));
                }
                if let Some(otherwise) = otherwise {
                    self.exposed(otherwise, &guarded, exposed);
                }
            }
            _ => node.children().into_iter().for_each(|child| self.exposed(child, guarded, exposed)),
        }
    }
}

/// What is not NULL when `node` is `truth`, as far as `is null` says so. A comparison guards nothing: it is what must be guarded.
fn when(compiled: &Compiled, node: &Node, truth: bool) -> Known {
    let all = |parts: &[Node]| parts.iter().flat_map(|part| when(compiled, part, truth)).collect();
    let each =
        |parts: &[Node]| parts.iter().map(|part| when(compiled, part, truth)).reduce(|left, right| &left & &right);
    match &node.kind {
        NodeKind::Not(inner) => when(compiled, inner, !truth),
        NodeKind::And(parts) if truth => all(parts),
        NodeKind::Or(parts) if !truth => all(parts),
        NodeKind::And(parts) | NodeKind::Or(parts) => each(parts).unwrap_or_default(),
        NodeKind::IsNull(inner) if !truth => strict(compiled, inner),
        _ => Known::new(),
    }
}

/// The canonical text of the lookup: what is graduated is there exactly where an entry is.
fn entry_text(compiled: &Compiled, node: &Node) -> String {
    match &node.kind {
        NodeKind::Lookup(_, table, keys) => {
            let kind = NodeKind::Lookup(Lookup::Entry, *table, keys.clone());
            compiled.canonical_of(&Node { kind, ..node.clone() })
        }
        _ => compiled.canonical_of(node),
    }
}

/// What must be present for `node` to be: through arithmetic and keys of tables, not through `coalesce` or `case`.
fn strict(compiled: &Compiled, node: &Node) -> Known {
    match &node.kind {
        NodeKind::Input(input) => Known::from([Present::Input(*input)]),
        NodeKind::Arithmetic(_, left, right) => &strict(compiled, left) | &strict(compiled, right),
        NodeKind::Negate(inner) => strict(compiled, inner),
        NodeKind::Lookup(_, _, keys) => {
            let mut known: Known = keys.iter().flat_map(|key| strict(compiled, key)).collect();
            known.insert(Present::Lookup(entry_text(compiled, node)));
            known
        }
        _ => Known::new(),
    }
}
