//! Answers: every model of a programme over everyone it is about.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow_buffer::BooleanBuffer;
use expr::Formula;
use pack::programme::{Model, Reference};
use types::Answer;

use crate::columns::Columns;
use crate::condition::{Condition, Conditions, combine, truths_of};
use crate::feature::formula;
use crate::scene::{Scene, missing};
use crate::{Fault, bitmap};

/// How many subjects got which answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Hits.
    pub hit: u64,
    /// Clear.
    pub clear: u64,
    /// Undetermined.
    pub undetermined: u64,
    /// Outside the population.
    pub outside: u64,
}

/// A place where a parameter that models read has no value in force.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct MissingParameter {
    /// Parameter.
    pub parameter: String,
    /// Place code.
    pub place: String,
}

/// One model's answers.
pub struct ModelAnswers<'a> {
    /// The model.
    pub model: &'a Model,
    /// Conditions of `population`, by atom.
    pub population: Vec<Arc<Condition>>,
    /// Conditions of `when`, by atom.
    pub when: Vec<Arc<Condition>>,
    /// Conditions of each level of `severity`, by atom.
    pub severity: Vec<Vec<Arc<Condition>>>,
    answers: [BooleanBuffer; 4],
}

impl ModelAnswers<'_> {
    /// The subjects with `answer`.
    pub fn with(&self, answer: Answer) -> &BooleanBuffer {
        &self.answers[answer as usize]
    }

    /// The answer for `number`; `None` for who is no subject at A.
    pub fn of(&self, number: u32) -> Option<Answer> {
        Answer::ALL.into_iter().find(|answer| {
            let bits = self.with(*answer);
            (number as usize) < bits.len() && bits.value(number as usize)
        })
    }
}

/// The answers of a question: what [`crate::explain`] and [`crate::near`] read back.
pub struct Screen<'s, 'a> {
    pub(crate) columns: Columns<'s, 'a>,
    pub(crate) models: BTreeMap<&'a str, ModelAnswers<'a>>,
}

/// Evaluates the models of `scene`'s programme that `wanted` accepts, on `threads` threads; the answers do not depend on how many.
///
/// # Errors
/// When a number overflows its type or the tables cannot be read.
pub fn screen<'s, 'a>(
    scene: &'s Scene<'a>,
    threads: usize,
    wanted: impl Fn(&Model) -> bool,
) -> Result<Screen<'s, 'a>, Fault> {
    let columns = Columns::new(scene);
    let models: Vec<&Model> = scene.programme.models.values().filter(|model| wanted(model)).collect();
    let mut needed: BTreeSet<Reference> = BTreeSet::new();
    for model in &models {
        needed.extend(formula::references(
            scene.programme,
            &model.subject,
            formulas(model).map(|formula| &formula.compiled),
        ));
    }
    columns.compute(&needed, threads)?;
    let conditions = Conditions::default();
    let mut answers = BTreeMap::new();
    for model in models {
        answers.insert(model.id.as_str(), answer(&columns, &conditions, model)?);
    }
    Ok(Screen { columns, models: answers })
}

/// Every formula of `model`.
pub fn formulas(model: &Model) -> impl Iterator<Item = &Formula> {
    let levels = model.severity.levels.iter().filter_map(|level| level.when.as_ref());
    model.population.iter().chain([&model.when]).chain(levels)
}

fn answer<'a>(columns: &Columns<'_, 'a>, conditions: &Conditions, model: &'a Model) -> Result<ModelAnswers<'a>, Fault> {
    let kind = &model.subject;
    let size = columns.scene.size(kind)?;
    let members = columns.scene.members(kind)?;
    let population = match &model.population {
        Some(formula) => conditions.of(columns, kind, formula)?,
        None => Vec::new(),
    };
    let when = conditions.of(columns, kind, &model.when)?;
    let mut severity = Vec::new();
    for level in &model.severity.levels {
        severity.push(match &level.when {
            Some(formula) => conditions.of(columns, kind, formula)?,
            None => Vec::new(),
        });
    }
    let (asked, outside) = match &model.population {
        Some(formula) => {
            let truths = combine(&formula.root, &truths_of(&population), size);
            let outside = &members & &bitmap::and_not(&truths.known, &truths.holds);
            (&members & &truths.holds, outside)
        }
        None => (members.clone(), bitmap::filled(size, false)),
    };
    let truths = combine(&model.when.root, &truths_of(&when), size);
    let hit = &asked & &truths.holds;
    let clear = &asked & &bitmap::and_not(&truths.known, &truths.holds);
    let undetermined = bitmap::and_not(&bitmap::and_not(&bitmap::and_not(&members, &hit), &clear), &outside);
    Ok(ModelAnswers { model, population, when, severity, answers: [hit, clear, undetermined, outside] })
}

impl<'a> Screen<'_, 'a> {
    /// The answers of `model`.
    pub(crate) fn answers(&self, model: &str) -> Result<&ModelAnswers<'a>, Fault> {
        self.models.get(model).ok_or_else(|| missing(model))
    }

    /// The models evaluated, by id.
    pub fn models(&self) -> impl Iterator<Item = &'a Model> {
        self.models.values().map(|answers| answers.model)
    }

    /// How many subjects of `model` got which answer.
    ///
    /// # Errors
    /// When the model was not evaluated.
    pub fn counts(&self, model: &str) -> Result<Counts, Fault> {
        let answers = self.answers(model)?;
        let count = |answer| answers.with(answer).count_set_bits() as u64;
        Ok(Counts {
            hit: count(Answer::Hit),
            clear: count(Answer::Clear),
            undetermined: count(Answer::Undetermined),
            outside: count(Answer::Outside),
        })
    }

    /// The keys of the subjects of `model` with `answer`, sorted.
    ///
    /// # Errors
    /// When the model was not evaluated.
    pub fn subjects(&self, model: &str, answer: Answer) -> Result<Vec<String>, Fault> {
        let answers = self.answers(model)?;
        let identities = &self.columns.scene.subjects(&answers.model.subject)?.identities;
        let mut keys: Vec<String> = answers
            .with(answer)
            .set_indices()
            .map(|number| identities.key(u32::try_from(number).unwrap_or(u32::MAX)).to_string())
            .collect();
        keys.sort_unstable();
        Ok(keys)
    }

    /// The answer of `model` for the subject `key`; `None` for who is no subject at (A, K).
    ///
    /// # Errors
    /// When the model was not evaluated.
    pub fn answer(&self, model: &str, key: &str) -> Result<Option<Answer>, Fault> {
        let answers = self.answers(model)?;
        Ok(self.columns.scene.number(&answers.model.subject, key).and_then(|number| answers.of(number)))
    }

    /// The places where members live and a parameter that the evaluated models read, themselves or through features, has no value
    /// in force: each once.
    ///
    /// # Errors
    /// When a register cannot be read.
    pub fn missing_parameters(&self) -> Result<Vec<MissingParameter>, Fault> {
        let scene = self.columns.scene;
        let mut found = BTreeSet::new();
        for ((kind, name), column) in self.columns.parameters() {
            let lacks = column.lacks.iter().filter(|(line, _)| line.reason == types::Reason::ParameterMissing);
            let members = scene.members(&kind)?;
            let places = self.columns.place_of(&kind)?;
            let concerned: BTreeSet<u32> = lacks
                .flat_map(|(_, bits)| (bits & &members).set_indices().collect::<Vec<_>>())
                .map(|number| places[number])
                .collect();
            for place in concerned {
                let place = scene.places()?.chain(place).into_iter().next().unwrap_or_default();
                found.insert(MissingParameter { parameter: name.clone(), place });
            }
        }
        Ok(found.into_iter().collect())
    }
}
