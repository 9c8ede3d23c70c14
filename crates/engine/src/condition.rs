//! Conditions: each distinct one evaluated once for everyone, as two bitmaps (semantics section 5).

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use arrow_buffer::BooleanBuffer;
use expr::{Formula, FormulaNode, Input, Node, NodeKind};
use types::{Reason, ReasonLine, Value};

use crate::columns::{Columns, parallel};
use crate::feature::formula::{self, Read};
use crate::kleene::Words;
use crate::scene::missing;
use crate::vector::{Batch, Operand, Truths};
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
    /// Evaluates every condition of `formulas` (each with its kind of subject) once, on `threads` threads: block after block of
    /// subjects, all conditions of a block while its values are in the nearest memory.
    pub fn compute(&self, columns: &Columns<'_>, formulas: &[(&str, &Formula)], threads: usize) -> Result<(), Fault> {
        let mut different: BTreeMap<(String, String), (&Formula, usize)> = BTreeMap::new();
        {
            let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            for (kind, formula) in formulas {
                for (atom, written) in formula.atoms.iter().enumerate() {
                    let key = ((*kind).to_owned(), written.node.canonical(&formula.compiled.inputs));
                    if !known.contains_key(&key) {
                        different.entry(key).or_insert((formula, atom));
                    }
                }
            }
        }
        let different: Vec<_> = different.into_iter().collect();
        let asked: Mutex<BTreeMap<(String, String), Asked<'_>>> = Mutex::default();
        parallel(threads, &different, |(key, (formula, atom))| {
            let one = Asked::new(columns, &key.0, formula, *atom)?;
            asked.lock().unwrap_or_else(PoisonError::into_inner).insert(key.clone(), one);
            Ok(())
        })?;
        let asked = asked.into_inner().unwrap_or_else(PoisonError::into_inner);
        let largest = asked.values().map(|asked| asked.batch.size).max().unwrap_or(0);
        let starts: Vec<usize> = (0..largest).step_by(ROWS_AT_ONCE).collect();
        let blocks: Vec<Mutex<Vec<Option<Truths>>>> = starts.iter().map(|_| Mutex::default()).collect();
        let both: Vec<(usize, &Mutex<Vec<Option<Truths>>>)> = starts.into_iter().zip(&blocks).collect();
        parallel(threads, &both, |(start, block)| {
            let truths = asked.values().map(|asked| asked.truth(*start)).collect::<Result<Vec<_>, Fault>>()?;
            *block.lock().unwrap_or_else(PoisonError::into_inner) = truths;
            Ok(())
        })?;
        let blocks: Vec<Vec<Option<Truths>>> =
            blocks.into_iter().map(|block| block.into_inner().unwrap_or_else(PoisonError::into_inner)).collect();
        let asked: Vec<(usize, ((String, String), Asked<'_>))> = asked.into_iter().enumerate().collect();
        parallel(threads, &asked, |(number, (key, asked))| {
            let condition = asked.condition(blocks.iter().filter_map(|block| block[*number].as_ref()));
            let mut conditions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            conditions.insert(key.clone(), Arc::new(condition));
            Ok(())
        })
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

    /// The conditions of `formula` over subjects of `kind`, by atom; evaluated here where they were not yet.
    pub fn of(&self, columns: &Columns<'_>, kind: &str, formula: &Formula) -> Result<Vec<Arc<Condition>>, Fault> {
        let keys: Vec<(String, String)> =
            formula.atoms.iter().map(|atom| (kind.to_owned(), atom.node.canonical(&formula.compiled.inputs))).collect();
        let found = || -> Option<Vec<Arc<Condition>>> {
            let conditions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            keys.iter().map(|key| conditions.get(key).cloned()).collect()
        };
        if let Some(found) = found() {
            return Ok(found);
        }
        self.compute(columns, &[(kind, formula)], 1)?;
        found().ok_or_else(|| missing(&formula.compiled.text))
    }
}

/// Subjects looked at in one go.
const ROWS_AT_ONCE: usize = 1 << 14;

/// A condition to be evaluated, with all that it reads.
struct Asked<'f> {
    node: &'f Node,
    inputs: &'f [Input],
    /// The inputs that the node reads, and what they are; no others.
    reads: Vec<(usize, Read)>,
    batch: Batch,
}

impl<'f> Asked<'f> {
    fn new(columns: &Columns<'_>, kind: &str, formula: &'f Formula, atom: usize) -> Result<Self, Fault> {
        let used = formula.inputs_of(atom);
        let all = formula::reads(columns, kind, &formula.compiled)?;
        let mut batch = formula::batch(columns, kind, &all, &formula.atoms[atom].text)?;
        let reads: Vec<(usize, Read)> = all.into_iter().enumerate().filter(|(input, _)| used.contains(input)).collect();
        for (input, operand) in batch.operands.iter_mut().enumerate() {
            if !used.contains(&input) {
                *operand = Operand::Constant(Value::Null);
            }
        }
        Ok(Self { node: &formula.atoms[atom].node, inputs: &formula.compiled.inputs, reads, batch })
    }

    /// Truth for the block of subjects from `start` on; `None` where there are none.
    fn truth(&self, start: usize) -> Result<Option<Truths>, Fault> {
        match self.batch.size.checked_sub(start) {
            None | Some(0) => Ok(None),
            Some(_) if self.batch.size <= ROWS_AT_ONCE => self.batch.truth(self.node).map(Some),
            Some(rest) => self.batch.slice(start, rest.min(ROWS_AT_ONCE)).truth(self.node).map(Some),
        }
    }

    /// The condition for everyone, of its blocks in order.
    fn condition<'t>(&self, blocks: impl Iterator<Item = &'t Truths>) -> Condition {
        let size = self.batch.size;
        let (mut known, mut holds) = (Vec::with_capacity(size.div_ceil(64)), Vec::with_capacity(size.div_ceil(64)));
        for truths in blocks {
            known.extend(truths.known.bit_chunks().iter_padded().take(truths.known.len().div_ceil(64)));
            holds.extend(truths.holds.bit_chunks().iter_padded().take(truths.holds.len().div_ceil(64)));
        }
        let (found, mut holds) = (bitmap::of_words(known, size), bitmap::of_words(holds, size));
        let mut known = found.clone();
        let mut reasons: Vec<(ReasonLine, BooleanBuffer)> = Vec::new();
        for (_, read) in &self.reads {
            let lacks = match read {
                Read::Column(column) => &column.reasons,
                Read::Parameter(parameter) => &parameter.lacks,
                Read::AsOf => continue,
            };
            for (reason, bits) in lacks {
                known = bitmap::and_not(&known, bits);
                reasons.push((reason.clone(), bits.clone()));
            }
        }
        if !reasons.is_empty() {
            holds = &holds & &known;
        }
        if !bitmap::all(&found) {
            let uncovered = reasons.iter().fold(!&found, |missing, (_, bits)| bitmap::and_not(&missing, bits));
            if bitmap::any(&uncovered) {
                reasons.push((ReasonLine { reason: Reason::ValueMissing, about: self.names() }, uncovered));
            }
        }
        let possible = (!bitmap::all(&known)).then(|| bitmap::words(&(&holds | &!&known)));
        let words = Words { holds: bitmap::words(&holds), possible };
        Condition { known, holds, words, reasons }
    }

    /// What may lack a value.
    fn names(&self) -> String {
        let name = |input: &usize| match &self.inputs[*input] {
            Input::Name { prefix: Some(prefix), name } => Some(format!("{prefix}.{name}")),
            Input::Name { prefix: None, name } => Some(name.clone()),
            // The table may have no entry for the keys.
            Input::Parameter(name) if is_looked_up(self.node, *input) => Some(format!(":{name}")),
            _ => None,
        };
        self.reads.iter().filter_map(|(input, _)| name(input)).collect::<Vec<_>>().join(", ")
    }
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
