//! Near misses: section 5.

use std::collections::BTreeSet;

use types::Answer;

use super::ask::NearMiss;
use super::model::{Asked, Formula, Tree, Truth, evaluate};

/// Those for whom one condition, set true wherever it stands, gives a hit: inside the population a false one for *clear*;
/// an unknown one, of population or `when`, for *undetermined*.
pub(super) fn near(asked: &Asked) -> BTreeSet<NearMiss> {
    let formulas: Vec<&Formula> = asked.population.iter().chain([&asked.when]).collect();
    let mut literals = BTreeSet::new();
    for formula in &formulas {
        collect(formula, &formula.tree, &mut literals);
    }
    let mut near = BTreeSet::new();
    for (key, said) in &asked.said {
        let wanted: Truth = match said.answer {
            Answer::Clear => Some(false),
            Answer::Undetermined => None,
            Answer::Hit | Answer::Outside => continue,
        };
        let turns = literals.iter().filter(|(says, negated)| {
            let mut was = None;
            let hits = formulas.iter().all(|formula| {
                let mut atoms = formula.atoms[key].clone();
                if let Some(atom) = formula.says.iter().position(|known| known == says) {
                    was = atoms[atom].map(|truth| truth != *negated);
                    atoms[atom] = Some(!negated);
                }
                evaluate(&formula.tree, &atoms) == Some(true)
            });
            hits && was == wanted
        });
        let conditions = turns.map(|(says, _)| says).collect::<BTreeSet<_>>().len();
        if conditions > 0 {
            near.insert(NearMiss { key: key.clone(), answer: said.answer, conditions });
        }
    }
    near
}

fn collect(formula: &Formula, tree: &Tree, literals: &mut BTreeSet<(String, bool)>) {
    match tree {
        Tree::Literal(atom, negated) => {
            literals.insert((formula.says[*atom].clone(), *negated));
        }
        Tree::And(parts) | Tree::Or(parts) => parts.iter().for_each(|part| collect(formula, part, literals)),
    }
}
