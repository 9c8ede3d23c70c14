//! Conditions: each distinct one evaluated once for everyone, as two bitmaps (semantics section 5).

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use arrow_buffer::BooleanBuffer;
use expr::{Formula, FormulaNode, Input, Node, NodeKind};
use types::{Reason, ReasonLine};

use crate::columns::{Columns, parallel};
use crate::feature::formula::{self, Read};
use crate::kleene::Words;
use crate::{Fault, bitmap};

/// One condition (in its normal form) for every subject of a kind.
#[derive(Debug)]
pub struct Condition {
    /// Where it is true or false.
    pub known: BooleanBuffer,
    /// Where it is true; a part of `known`.
    pub holds: BooleanBuffer,
    /// The same as words.
    pub words: Words,
    /// Why it is unknown elsewhere.
    pub reasons: Vec<(ReasonLine, BooleanBuffer)>,
}

/// The conditions of a question, shared by all models.
#[derive(Default)]
pub struct Conditions(Mutex<HashMap<(String, String), Arc<Condition>>>);

impl Conditions {
    /// Evaluates every condition of `formulas` (each with its kind of subject) once, on `threads` threads.
    pub fn compute(&self, columns: &Columns<'_>, formulas: &[(&str, &Formula)], threads: usize) -> Result<(), Fault> {
        let mut different: BTreeMap<(&str, String), (&Formula, usize)> = BTreeMap::new();
        for (kind, formula) in formulas {
            for (atom, written) in formula.atoms.iter().enumerate() {
                let key = (*kind, written.node.canonical(&formula.compiled.inputs));
                different.entry(key).or_insert((formula, atom));
            }
        }
        let items: Vec<(&str, &Formula, usize)> =
            different.into_iter().map(|((kind, _), (formula, atom))| (kind, formula, atom)).collect();
        parallel(threads, &items, |(kind, formula, atom)| self.one(columns, kind, formula, *atom).map(drop))
    }

    /// The conditions of `formulas` that read the same in `other` as in `columns`, which these are of.
    ///
    /// # Errors
    /// When the programme lacks what they read.
    pub fn shared(
        &self,
        columns: &Columns<'_>,
        other: &Columns<'_>,
        formulas: &[(&str, &Formula)],
    ) -> Result<Self, Fault> {
        let mut shared = HashMap::new();
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (kind, formula) in formulas {
            for (atom, written) in formula.atoms.iter().enumerate() {
                let inputs: Vec<&Input> =
                    formula.inputs_of(atom).into_iter().map(|input| &formula.compiled.inputs[input]).collect();
                let key = ((*kind).to_owned(), written.node.canonical(&formula.compiled.inputs));
                if let Some(condition) = known.get(&key)
                    && condition.known.len() == other.scene.size(kind)?
                    && other.reads_alike(columns, kind, &inputs)?
                {
                    shared.insert(key, Arc::clone(condition));
                }
            }
        }
        Ok(Self(Mutex::new(shared)))
    }

    /// The conditions of `formula` over subjects of `kind`, by atom.
    pub fn of(&self, columns: &Columns<'_>, kind: &str, formula: &Formula) -> Result<Vec<Arc<Condition>>, Fault> {
        (0..formula.atoms.len()).map(|atom| self.one(columns, kind, formula, atom)).collect()
    }

    fn one(&self, columns: &Columns<'_>, kind: &str, formula: &Formula, atom: usize) -> Result<Arc<Condition>, Fault> {
        let node = &formula.atoms[atom].node;
        let key = (kind.to_owned(), node.canonical(&formula.compiled.inputs));
        if let Some(condition) = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return Ok(Arc::clone(condition));
        }
        let condition = Arc::new(evaluate(columns, kind, formula, atom)?);
        let mut conditions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(Arc::clone(conditions.entry(key).or_insert(condition)))
    }
}

fn evaluate(columns: &Columns<'_>, kind: &str, formula: &Formula, atom: usize) -> Result<Condition, Fault> {
    let node = &formula.atoms[atom].node;
    let used = formula.inputs_of(atom);
    let reads = formula::reads(columns, kind, &formula.compiled)?;
    let batch = formula::batch(columns, kind, &reads, &formula.atoms[atom].text)?;
    let truths = batch.truth_in_pieces(node)?;
    let mut covered = bitmap::filled(batch.size, true);
    let mut reasons: Vec<(ReasonLine, BooleanBuffer)> = Vec::new();
    for input in &used {
        let lacks = match &reads[*input] {
            Read::Column(column) => &column.reasons,
            Read::Parameter(parameter) => &parameter.lacks,
            Read::AsOf => continue,
        };
        for (reason, bits) in lacks {
            covered = bitmap::and_not(&covered, bits);
            reasons.push((reason.clone(), bits.clone()));
        }
    }
    let missing = bitmap::and_not(&covered, &truths.known);
    if bitmap::any(&missing) {
        let names: Vec<String> = used
            .iter()
            .filter_map(|input| match &formula.compiled.inputs[*input] {
                Input::Name { prefix: Some(prefix), name } => Some(format!("{prefix}.{name}")),
                Input::Name { prefix: None, name } => Some(name.clone()),
                // The table may have no entry for the keys.
                Input::Parameter(name) if is_looked_up(node, *input) => Some(format!(":{name}")),
                _ => None,
            })
            .collect();
        reasons.push((ReasonLine { reason: Reason::ValueMissing, about: names.join(", ") }, missing));
    }
    let known = &truths.known & &covered;
    let holds = &truths.holds & &known;
    let words = Words { known: (!bitmap::all(&known)).then(|| bitmap::words(&known)), holds: bitmap::words(&holds) };
    Ok(Condition { known, holds, words, reasons })
}

/// Whether `node` looks something up in the table with this input number.
fn is_looked_up(node: &Node, input: usize) -> bool {
    let mut found = false;
    node.visit(&mut |node| found |= matches!(node.kind, NodeKind::Lookup(_, table, _) if table == input));
    found
}

/// The atoms that make `node` unknown for `number`: those below unknown nodes only.
pub fn unknown_atoms(node: &FormulaNode, conditions: &[Arc<Condition>], number: usize, found: &mut Vec<usize>) {
    let truth = |atom: usize| {
        let condition = &conditions[atom];
        condition.known.value(number).then(|| condition.holds.value(number))
    };
    if node.evaluate(&truth).is_some() {
        return;
    }
    match node {
        FormulaNode::Literal { atom, .. } => found.push(*atom),
        FormulaNode::And(nodes) | FormulaNode::Or(nodes) => {
            for node in nodes {
                unknown_atoms(node, conditions, number, found);
            }
        }
    }
}
