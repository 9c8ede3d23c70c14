//! Near misses: whom exactly one condition keeps from a hit (semantics section 5).

use expr::FormulaNode;
use types::{Answer, NearLine, ReasonLine, SubjectRef};

use crate::condition::{combine, truths_of, unknown_atoms};
use crate::explain::condition_line;
use crate::scene::Scene;
use crate::screen::{ModelAnswers, Screen};
use crate::vector::Truths;
use crate::{Fault, bitmap};

impl Screen<'_, '_> {
    /// The near misses of `model`, by (answer, subject key, condition): clear subjects for whom one false condition set true gives
    /// a hit, then undetermined ones for whom one unknown condition set true does.
    ///
    /// # Errors
    /// When the model was not evaluated.
    pub fn near(&self, model: &str) -> Result<Vec<NearLine>, Fault> {
        let answers = self.answers(model)?;
        let scene = self.columns.scene;
        let mut lines = Vec::new();
        for (atom, condition) in answers.when.iter().enumerate() {
            let turned = |truths: &Truths| Truths {
                known: truths.known.clone(),
                holds: bitmap::and_not(&truths.known, &truths.holds),
            };
            let hits = when_with(answers, atom, &turned);
            let near = &(&answers.with(Answer::Clear) & &condition.known) & &hits;
            for number in near.set_indices() {
                lines.push(self.line(scene, answers, false, atom, number)?);
            }
        }
        for is_population in [true, false] {
            let (conditions, root) = match (&answers.model.population, is_population) {
                (Some(population), true) => (&answers.population, &population.root),
                (None, true) => continue,
                (_, false) => (&answers.when, &answers.model.when.root),
            };
            for (atom, condition) in conditions.iter().enumerate() {
                for negated in polarities(root, atom) {
                    let set = |truths: &Truths| {
                        let size = truths.known.len();
                        let unknown = !&truths.known;
                        Truths {
                            known: bitmap::filled(size, true),
                            holds: if negated { truths.holds.clone() } else { &truths.holds | &unknown },
                        }
                    };
                    let hits = if is_population {
                        &population_with(answers, atom, &set) & &when_with(answers, usize::MAX, &set)
                    } else {
                        &population_with(answers, usize::MAX, &set) & &when_with(answers, atom, &set)
                    };
                    let unknown = !&condition.known;
                    let near = &(&answers.with(Answer::Undetermined) & &unknown) & &hits;
                    for number in near.set_indices() {
                        lines.push(self.line(scene, answers, is_population, atom, number)?);
                    }
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

/// Where `when` holds if the truths of `changed` are replaced by `change`.
fn when_with(
    answers: &ModelAnswers<'_>,
    changed: usize,
    change: &dyn Fn(&Truths) -> Truths,
) -> arrow_buffer::BooleanBuffer {
    let own = truths_of(&answers.when);
    let size = answers.with(Answer::Hit).len();
    let truths = |atom: usize| if atom == changed { change(&own(atom)) } else { own(atom) };
    combine(&answers.model.when.root, &truths, size).holds
}

/// Where `population` holds if the truths of `changed` are replaced by `change`.
fn population_with(
    answers: &ModelAnswers<'_>,
    changed: usize,
    change: &dyn Fn(&Truths) -> Truths,
) -> arrow_buffer::BooleanBuffer {
    let size = answers.with(Answer::Hit).len();
    let Some(population) = &answers.model.population else { return bitmap::filled(size, true) };
    let own = truths_of(&answers.population);
    let truths = |atom: usize| if atom == changed { change(&own(atom)) } else { own(atom) };
    combine(&population.root, &truths, size).holds
}

/// Whether `atom` stands in `node` as it is, negated, or both.
fn polarities(node: &FormulaNode, atom: usize) -> Vec<bool> {
    let mut found = Vec::new();
    collect(node, atom, &mut found);
    found.sort_unstable();
    found.dedup();
    found
}

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
    let mut add = |root: &FormulaNode, conditions: &[std::sync::Arc<crate::condition::Condition>]| {
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
