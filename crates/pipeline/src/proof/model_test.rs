//! Given/expect tests beside a model: what is given is put in place of what the engine would compute.

use std::collections::{BTreeMap, BTreeSet};

use expr::{Formula, FormulaNode, Input, Truth};
use pack::Programme;
use pack::programme::{Given, Model, ModelTest};
use types::{Answer, Question, Reason, Text, Value};

use super::{Outcome, differs};

/// Runs the tests of `model`.
pub fn prove<'a>(programme: &'a Programme, model: &'a Model) -> impl Iterator<Item = Outcome> + 'a {
    model.tests.iter().map(move |test| Outcome {
        file: test.file.clone(),
        line: test.line,
        name: format!("{} {}", model.id, test.name),
        failure: failure(programme, model, test),
    })
}

fn failure(programme: &Programme, model: &Model, test: &ModelTest) -> Option<Text> {
    let situation = Situation::new(programme, model, test);
    let (answer, reasons) = match situation.answer() {
        Ok(answer) => answer,
        Err(text) => return Some(text),
    };
    if answer != test.expect.answer {
        return Some(differs("answer", test.expect.answer.word(), answer.word()));
    }
    if let Some(reason) = test.expect.reason
        && !reasons.contains(&reason)
    {
        let found: Vec<&str> = reasons.iter().map(|reason| reason.word()).collect();
        return Some(differs("reason", reason.word(), &found.join(", ")));
    }
    if let Some(severity) = &test.expect.severity {
        let found = situation.severity();
        if found.as_ref() != Some(severity) {
            return Some(differs("severity", severity, found.as_deref().unwrap_or("none")));
        }
    }
    None
}

/// One given situation.
struct Situation<'t> {
    model: &'t Model,
    given: BTreeMap<&'t str, &'t Given>,
    programme: &'t Programme,
    question: Question,
    places: Vec<String>,
}

impl<'t> Situation<'t> {
    fn new(programme: &'t Programme, model: &'t Model, test: &'t ModelTest) -> Self {
        let info = &programme.packs[model.pack];
        let mut places = vec![info.test_place.clone()];
        while let Some(above) = places.last().and_then(|place| codes::place::parent(place)) {
            places.push(above);
        }
        Self {
            model,
            given: test.given.iter().map(|(name, given)| (name.as_str(), given)).collect(),
            programme,
            question: Question { as_of: info.test_as_of, known_by: info.test_as_of },
            places,
        }
    }

    fn answer(&self) -> Result<(Answer, BTreeSet<Reason>), Text> {
        let mut reasons = BTreeSet::new();
        if let Some(population) = &self.model.population {
            let met = met_by(&population.root);
            let mut atoms = Vec::new();
            for atom in 0..population.atoms.len() {
                let truth = if self.is_untouched(population, atom) {
                    met.get(&atom).copied()
                } else {
                    self.truth(population, atom, &mut reasons)?
                };
                atoms.push(truth);
            }
            match population.root.evaluate(&|atom| atoms[atom]) {
                Some(true) => reasons.clear(),
                Some(false) => return Ok((Answer::Outside, BTreeSet::new())),
                None => return Ok((Answer::Undetermined, reasons)),
            }
        }
        let when = &self.model.when;
        let mut atoms = Vec::new();
        for atom in 0..when.atoms.len() {
            atoms.push(self.truth(when, atom, &mut reasons)?);
        }
        Ok(match when.root.evaluate(&|atom| atoms[atom]) {
            Some(true) => (Answer::Hit, BTreeSet::new()),
            Some(false) => (Answer::Clear, BTreeSet::new()),
            None => (Answer::Undetermined, reasons),
        })
    }

    fn severity(&self) -> Option<String> {
        let levels = &self.model.severity.levels;
        for level in levels {
            let Some(when) = &level.when else { return Some(level.name.clone()) };
            let mut reasons = BTreeSet::new();
            let atoms: Vec<Truth> =
                (0..when.atoms.len()).map(|atom| self.truth(when, atom, &mut reasons).unwrap_or_default()).collect();
            match when.root.evaluate(&|atom| atoms[atom]) {
                Some(true) => return Some(level.name.clone()),
                Some(false) => {}
                None => return levels.first().map(|level| level.name.clone()),
            }
        }
        None
    }

    /// Whether nothing that the atom reads is given: what a population asks is then taken as met.
    fn is_untouched(&self, formula: &Formula, atom: usize) -> bool {
        let mut names = formula.inputs_of(atom).into_iter().map(|input| name_of(&formula.compiled.inputs[input]));
        !names.any(|name| name.is_some_and(|name| self.given.contains_key(name.as_str())))
    }

    fn truth(&self, formula: &Formula, atom: usize, reasons: &mut BTreeSet<Reason>) -> Result<Truth, Text> {
        let inputs = &formula.compiled.inputs;
        let mut row = vec![Value::Null; inputs.len()];
        let mut is_covered = true;
        let mut is_missing = false;
        for input in formula.inputs_of(atom) {
            let name = name_of(&inputs[input]).unwrap_or_default();
            row[input] = match (&inputs[input], self.given.get(name.as_str())) {
                (_, Some(Given::Value(value))) => value.clone(),
                (_, Some(Given::NotCovered(reason))) => {
                    is_covered = false;
                    reasons.extend(reason);
                    Value::Null
                }
                (Input::AsOf, None) => Value::Day(self.question.as_of),
                (Input::Parameter(parameter), None) => match self.parameter(parameter) {
                    Some(value) => value,
                    None => {
                        is_covered = false;
                        reasons.insert(Reason::ParameterMissing);
                        Value::Null
                    }
                },
                (Input::Name { .. } | Input::Exists(_), None) => {
                    return Err(Text::new(format!("没有给出 `{name}`"), format!("`{name}` is not given")));
                }
            };
            is_missing |= row[input].is_null();
        }
        if !is_covered {
            return Ok(None);
        }
        match formula.atoms[atom].node.evaluate(&row) {
            Ok(Value::Bool(truth)) => Ok(Some(truth)),
            Ok(_) => {
                if is_missing {
                    reasons.insert(Reason::ValueMissing);
                }
                Ok(None)
            }
            Err(overflow) => Err(Text::new(overflow.to_string(), overflow.to_string())),
        }
    }

    fn parameter(&self, name: &str) -> Option<Value> {
        let parameter = self.programme.parameters.get(name)?;
        let in_force =
            |value: &&pack::programme::ParameterValue| value.in_force(self.question.as_of, self.question.known_by);
        self.places.iter().find_map(|place| {
            parameter
                .values
                .iter()
                .filter(in_force)
                .find(|value| value.place == *place)
                .map(|value| value.value.clone())
        })
    }
}

fn name_of(input: &Input) -> Option<String> {
    match input {
        Input::Name { prefix: Some(prefix), name } => Some(format!("{prefix}.{name}")),
        Input::Name { prefix: None, name } => Some(name.clone()),
        Input::Parameter(name) => Some(format!(":{name}")),
        Input::AsOf => Some("as_of".to_owned()),
        Input::Exists(_) => None,
    }
}

/// The truth of each atom that makes its first literal true.
fn met_by(node: &FormulaNode) -> BTreeMap<usize, bool> {
    let mut met = BTreeMap::new();
    let mut nodes = vec![node];
    while let Some(node) = nodes.pop() {
        match node {
            FormulaNode::Literal { atom, negated } => {
                met.entry(*atom).or_insert(!negated);
            }
            FormulaNode::And(inner) | FormulaNode::Or(inner) => nodes.extend(inner.iter().rev()),
        }
    }
    met
}
