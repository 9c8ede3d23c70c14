//! Near misses: whom exactly one condition keeps from a hit (semantics section 5).

use std::collections::HashMap;
use std::sync::Arc;

use arrow_buffer::BooleanBuffer;
use expr::FormulaNode;
use types::{Answer, NearLine, ReasonLine, SubjectRef};

use crate::condition::{Condition, unknown_atoms};
use crate::explain::condition_line;
use crate::kleene::{self, Bound, WORDS_AT_ONCE, Words};
use crate::scene::Scene;
use crate::screen::{ModelAnswers, Screen};
use crate::{Fault, bitmap};

impl Screen<'_> {
    /// The near misses of `model`, by (answer, subject key, condition): clear subjects for whom one false condition set true gives
    /// a hit, then undetermined ones for whom one unknown condition set true does.
    ///
    /// # Errors
    /// When the model was not evaluated.
    pub fn near(&self, model: &str) -> Result<Vec<NearLine>, Fault> {
        let answers = self.answers(model)?;
        let scene = &*self.columns.scene;
        let mut lines = Vec::new();
        for stand in stands(answers) {
            let (is_population, atom) = match (stand.when, stand.population) {
                (Some(atom), _) => (false, atom),
                (None, Some((atom, _))) => (true, atom),
                (None, None) => continue,
            };
            let condition = if is_population { &answers.population[atom] } else { &answers.when[atom] };
            for negated in stand.polarities(answers) {
                let hits = hits_with(answers, &stand, !negated);
                // The literal is false where the condition, if it stands negated, holds.
                let holds =
                    if negated { condition.holds.clone() } else { bitmap::and_not(&condition.known, &condition.holds) };
                let of_clear = &answers.with(Answer::Clear) & &holds;
                let of_undetermined = bitmap::and_not(&answers.with(Answer::Undetermined), &condition.known);
                for number in (&(&of_clear | &of_undetermined) & &hits).set_indices() {
                    lines.push(self.line(scene, answers, is_population, atom, number)?);
                }
            }
        }
        lines.sort_by(|left, right| {
            (left.answer, &left.subject, &left.condition.text).cmp(&(
                right.answer,
                &right.subject,
                &right.condition.text,
            ))
        });
        lines.dedup();
        Ok(lines)
    }

    fn line(
        &self,
        scene: &Scene<'_>,
        answers: &ModelAnswers<'_>,
        is_population: bool,
        atom: usize,
        number: usize,
    ) -> Result<NearLine, Fault> {
        let model = answers.model;
        let number = u32::try_from(number).unwrap_or(u32::MAX);
        let (formula, conditions) = match (&model.population, is_population) {
            (Some(population), true) => (population, &answers.population),
            _ => (&model.when, &answers.when),
        };
        let mut reasons: Vec<ReasonLine> = conditions[atom]
            .reasons
            .iter()
            .filter(|(_, bits)| bits.value(number as usize))
            .map(|(line, _)| line.clone())
            .collect();
        reasons.sort();
        reasons.dedup();
        Ok(NearLine {
            subject: SubjectRef { kind: model.subject.clone(), key: scene.key(&model.subject, number)? },
            answer: answers.of(number).unwrap_or(Answer::Outside),
            condition: condition_line(&self.columns, &model.subject, formula, conditions, atom, number)?,
            reasons,
        })
    }
}

/// One condition, and its numbers in the formulas of a model.
struct Stand {
    /// Number in the population, and whether it is the negation of the one in `when` there.
    population: Option<(usize, bool)>,
    when: Option<usize>,
}

impl Stand {
    /// Whether it stands as it is, negated, or both.
    fn polarities(&self, answers: &ModelAnswers<'_>) -> Vec<bool> {
        let mut found = Vec::new();
        if let (Some((atom, opposite)), Some(population)) = (self.population, &answers.model.population) {
            collect(&population.root, atom, &mut found);
            found.iter_mut().for_each(|negated| *negated = *negated != opposite);
        }
        if let Some(atom) = self.when {
            collect(&answers.model.when.root, atom, &mut found);
        }
        found.sort_unstable();
        found.dedup();
        found
    }
}

/// The distinct conditions of a model: one may stand in the population and in `when`.
fn stands(answers: &ModelAnswers<'_>) -> Vec<Stand> {
    let when = &answers.model.when;
    let mut found: Vec<Stand> =
        (0..when.atoms.len()).map(|atom| Stand { population: None, when: Some(atom) }).collect();
    let Some(population) = &answers.model.population else { return found };
    let said: HashMap<String, (usize, bool)> =
        (0..when.atoms.len()).filter_map(|atom| when.signed(atom).map(|(text, sign)| (text, (atom, sign)))).collect();
    for atom in 0..population.atoms.len() {
        let Some((text, sign)) = population.signed(atom) else { continue };
        match said.get(&text) {
            Some((other, same)) => found[*other].population = Some((atom, sign != *same)),
            None => found.push(Stand { population: Some((atom, false)), when: None }),
        }
    }
    found
}

/// Where population and `when` both hold if the condition of `stand` is `value` for everyone.
fn hits_with(answers: &ModelAnswers<'_>, stand: &Stand, value: bool) -> BooleanBuffer {
    let size = answers.with(Answer::Hit).len();
    let length = size.div_ceil(64);
    let hits = |root: &FormulaNode, conditions: &[Arc<Condition>], changed: Option<(usize, bool)>| {
        let changed = changed.map(|(atom, opposite)| (atom, Words::everywhere(length, value != opposite)));
        let words = |number: usize| match &changed {
            Some((atom, words)) if *atom == number => words,
            _ => &conditions[number].words,
        };
        let blocks = (0..length).step_by(WORDS_AT_ONCE);
        blocks
            .flat_map(|start| kleene::evaluate(root, &words, Bound::Least, &(start..length.min(start + WORDS_AT_ONCE))))
            .collect::<Vec<u64>>()
    };
    let when = hits(&answers.model.when.root, &answers.when, stand.when.map(|atom| (atom, false)));
    let when = bitmap::of_words(when, size);
    match &answers.model.population {
        Some(population) => {
            &when & &bitmap::of_words(hits(&population.root, &answers.population, stand.population), size)
        }
        None => when,
    }
}

/// Adds whether `wanted` stands in `node` as it is, negated, or both.
fn collect(node: &FormulaNode, wanted: usize, found: &mut Vec<bool>) {
    match node {
        FormulaNode::Literal { atom, negated } if *atom == wanted => found.push(*negated),
        FormulaNode::Literal { .. } => {}
        FormulaNode::And(nodes) | FormulaNode::Or(nodes) => {
            for node in nodes {
                collect(node, wanted, found);
            }
        }
    }
}

/// The conditions that leave `number` undetermined, with their reasons, sorted.
pub fn reasons(answers: &ModelAnswers<'_>, number: u32) -> Vec<ReasonLine> {
    let mut lines = Vec::new();
    let mut add = |root: &FormulaNode, conditions: &[Arc<Condition>]| {
        let mut atoms = Vec::new();
        unknown_atoms(root, conditions, number as usize, &mut atoms);
        for atom in &atoms {
            let reasons = conditions[*atom].reasons.iter().filter(|(_, bits)| bits.value(number as usize));
            lines.extend(reasons.map(|(line, _)| line.clone()));
        }
        !atoms.is_empty()
    };
    let is_population_unknown =
        answers.model.population.as_ref().is_some_and(|population| add(&population.root, &answers.population));
    if !is_population_unknown {
        add(&answers.model.when.root, &answers.when);
    }
    lines.sort();
    lines.dedup();
    lines
}
