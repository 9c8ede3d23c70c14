//! Answers of models: section 5. Atoms are worked out in SQL, Kleene's logic over them here.

use std::collections::BTreeMap;

use expr::{Comparison, Compiled, Input, Node, NodeKind};
use pack::programme::Model;
use rusqlite::types::Value as Sql;
use types::{Answer, Value};

use super::Error;
use super::ask::{Asking, Said, text};
use super::expression::sql;
use super::inputs::table;

/// True, false or unknown.
pub(super) type Truth = Option<bool>;

/// A condition with negation pushed down.
#[derive(Clone, Debug)]
pub(super) enum Tree {
    /// Atom by number, or its negation.
    Literal(usize, bool),
    /// All of.
    And(Vec<Tree>),
    /// Any of.
    Or(Vec<Tree>),
}

/// A formula with the truth of its atoms for every subject.
pub(super) struct Formula {
    pub(super) tree: Tree,
    /// What each atom says: equal texts are one condition.
    pub(super) says: Vec<String>,
    /// By key: one truth per atom.
    pub(super) atoms: BTreeMap<String, Vec<Truth>>,
    /// By key: the truth of the whole.
    pub(super) whole: BTreeMap<String, Truth>,
    /// By key: something it reads is not covered.
    uncovered: BTreeMap<String, bool>,
}

/// A model, worked out for its members.
pub(super) struct Asked {
    pub(super) population: Option<Formula>,
    pub(super) when: Formula,
    pub(super) said: BTreeMap<String, Said>,
}

/// Answers `model` for everyone.
pub(super) fn model(asking: &Asking<'_>, model: &Model) -> Result<Asked, Error> {
    let kind = &model.subject;
    let population =
        model.population.as_ref().map(|formula| formula_of(asking, &formula.compiled, kind)).transpose()?;
    let when = formula_of(asking, &model.when.compiled, kind)?;
    let mut levels = Vec::new();
    for level in &model.severity.levels {
        let formula = level.when.as_ref().map(|formula| formula_of(asking, &formula.compiled, kind)).transpose()?;
        levels.push((level.name.clone(), formula));
    }
    let mut said = BTreeMap::new();
    for (key, hits) in &when.whole {
        let inside = population.as_ref().map_or(Some(true), |population| population.whole[key]);
        let answer = match (inside, hits) {
            (Some(false), _) => Answer::Outside,
            (None, _) | (_, None) => Answer::Undetermined,
            (_, Some(true)) => Answer::Hit,
            (_, Some(false)) => Answer::Clear,
        };
        let severity = if answer == Answer::Hit { level(&levels, key) } else { None };
        said.insert(key.clone(), Said { answer, severity });
    }
    Ok(Asked { population, when, said })
}

/// The first level that is true; over something uncovered the first listed one.
fn level(levels: &[(String, Option<Formula>)], key: &str) -> Option<String> {
    for (name, formula) in levels {
        match formula {
            None => return Some(name.clone()),
            Some(formula) if formula.whole[key] == Some(true) => return Some(name.clone()),
            Some(formula) if formula.whole[key].is_none() && formula.uncovered[key] => {
                return levels.first().map(|level| level.0.clone());
            }
            Some(_) => {}
        }
    }
    None
}

fn formula_of(asking: &Asking<'_>, compiled: &Compiled, kind: &str) -> Result<Formula, Error> {
    let mut atoms: Vec<(String, String)> = Vec::new();
    let tree = tree(compiled, &compiled.root, false, &mut atoms);
    table(asking, compiled, kind, &format!("SELECT key FROM member WHERE kind = '{kind}'"))?;
    let all: Vec<String> = (0..compiled.inputs.len()).map(|number| format!("c{number}")).chain(["1".into()]).collect();
    let columns: Vec<String> = atoms.iter().map(|(_, sql)| sql.clone()).collect();
    let rows = asking.rows(&format!(
        "SELECT key, NOT ({}), {} FROM inp",
        all.join(" AND "),
        [columns, vec!["0".into()]].concat().join(", ")
    ))?;
    let (mut truths, mut whole, mut uncovered) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    for row in rows {
        let key = text(&row[0]);
        let of: Vec<Truth> = row[2..2 + atoms.len()]
            .iter()
            .map(|cell| match cell {
                Sql::Integer(value) => Some(*value != 0),
                _ => None,
            })
            .collect();
        uncovered.insert(key.clone(), row[1] == Sql::Integer(1));
        whole.insert(key.clone(), evaluate(&tree, &of));
        truths.insert(key, of);
    }
    let says = atoms.into_iter().map(|(says, _)| says).collect();
    Ok(Formula { tree, says, atoms: truths, whole, uncovered })
}

/// The tree of `node`; new atoms are added as (what it says, its SQL).
fn tree(compiled: &Compiled, node: &Node, negated: bool, atoms: &mut Vec<(String, String)>) -> Tree {
    match &node.kind {
        NodeKind::Not(inner) => tree(compiled, inner, !negated, atoms),
        NodeKind::And(nodes) | NodeKind::Or(nodes) => {
            let parts = nodes.iter().map(|node| tree(compiled, node, negated, atoms)).collect();
            if matches!(node.kind, NodeKind::And(_)) != negated { Tree::And(parts) } else { Tree::Or(parts) }
        }
        NodeKind::Literal(Value::Bool(value)) if *value != negated => Tree::And(Vec::new()),
        NodeKind::Literal(Value::Bool(_)) => Tree::Or(Vec::new()),
        _ => {
            let (says, positive) = says(compiled, node);
            let number = atoms.iter().position(|(known, _)| *known == says).unwrap_or_else(|| {
                atoms.push((says, guarded(node, positive)));
                atoms.len() - 1
            });
            Tree::Literal(number, negated == positive)
        }
    }
}

/// SQL of the atom (`positive`: the node itself; else its negation), unknown where anything it reads is not covered.
fn guarded(node: &Node, positive: bool) -> String {
    let covered: Vec<String> =
        node.inputs().into_iter().map(|number| format!("c{number}")).chain(["1".into()]).collect();
    let value = sql(node, &|number| format!("v{number}"));
    let value = if positive { value } else { format!("NOT {value}") };
    format!("CASE WHEN {} THEN {value} END", covered.join(" AND "))
}

/// What an atom says, and whether the node says just that (else its negation): `a >= l` is not `a < l`.
fn says(compiled: &Compiled, node: &Node) -> (String, bool) {
    let named = |number: usize| match &compiled.inputs[number] {
        Input::AsOf => "@as_of".into(),
        input => format!("@{input}"),
    };
    let NodeKind::Compare(comparison, left, right) = &node.kind else { return (sql(node, &named), true) };
    let (mut left, mut right, mut comparison) = (sql(left, &named), sql(right, &named), *comparison);
    if left > right {
        (left, right, comparison) = (right, left, comparison.flipped());
    }
    let positive = matches!(comparison, Comparison::Equal | Comparison::Less | Comparison::LessOrEqual);
    let comparison = if positive { comparison } else { comparison.negated() };
    (format!("{left} {} {right}", comparison.symbol()), positive)
}

/// Kleene's logic.
pub(super) fn evaluate(tree: &Tree, atoms: &[Truth]) -> Truth {
    match tree {
        Tree::Literal(atom, negated) => atoms[*atom].map(|truth| truth != *negated),
        Tree::And(parts) => {
            let parts: Vec<Truth> = parts.iter().map(|part| evaluate(part, atoms)).collect();
            if parts.contains(&Some(false)) {
                Some(false)
            } else if parts.contains(&None) {
                None
            } else {
                Some(true)
            }
        }
        Tree::Or(parts) => {
            let parts: Vec<Truth> = parts.iter().map(|part| evaluate(part, atoms)).collect();
            if parts.contains(&Some(true)) {
                Some(true)
            } else if parts.contains(&None) {
                None
            } else {
                Some(false)
            }
        }
    }
}
