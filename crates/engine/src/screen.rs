//! Answers: every model of a programme over everyone it is about.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use arrow_buffer::BooleanBuffer;
use expr::{Formula, Input};
use pack::programme::{Model, Reference};
use types::Answer;

use crate::columns::{Columns, parallel};
use crate::condition::{Condition, Conditions};
use crate::feature::formula;
use crate::kleene::{self, Bound, WORDS_AT_ONCE};
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
    pub(crate) members: BooleanBuffer,
    hit: BooleanBuffer,
    /// `None` where nobody is.
    undetermined: Option<BooleanBuffer>,
    /// `None` where nobody is.
    outside: Option<BooleanBuffer>,
    /// How many got which answer.
    pub counts: Counts,
}

impl ModelAnswers<'_> {
    /// The subjects with `answer`.
    pub fn with(&self, answer: Answer) -> BooleanBuffer {
        let nobody = || bitmap::filled(self.members.len(), false);
        match answer {
            Answer::Hit => self.hit.clone(),
            Answer::Undetermined => self.undetermined.clone().unwrap_or_else(nobody),
            Answer::Outside => self.outside.clone().unwrap_or_else(nobody),
            Answer::Clear => {
                let others = [Some(&self.hit), self.undetermined.as_ref(), self.outside.as_ref()];
                let others = others.into_iter().flatten();
                others.fold(self.members.clone(), |clear, other| bitmap::and_not(&clear, other))
            }
        }
    }

    /// The answer for `number`; `None` for who is no subject at A.
    pub fn of(&self, number: u32) -> Option<Answer> {
        let number = number as usize;
        if number >= self.members.len() || !self.members.value(number) {
            return None;
        }
        let is = |bits: &Option<BooleanBuffer>| bits.as_ref().is_some_and(|bits| bits.value(number));
        Some(if self.hit.value(number) {
            Answer::Hit
        } else if is(&self.undetermined) {
            Answer::Undetermined
        } else if is(&self.outside) {
            Answer::Outside
        } else {
            Answer::Clear
        })
    }
}

/// The answers of a question: what [`crate::explain`] and [`crate::near`] read back.
pub struct Screen<'a> {
    pub(crate) columns: Columns<'a>,
    pub(crate) models: BTreeMap<&'a str, ModelAnswers<'a>>,
    pub(crate) conditions: Conditions,
}

/// Evaluates the models of `scene`'s programme that `wanted` accepts, on `threads` threads; the answers do not depend on how many.
///
/// # Errors
/// When a number overflows its type or the tables cannot be read.
pub fn screen<'a>(
    scene: &Arc<Scene<'a>>,
    threads: usize,
    wanted: impl Fn(&Model) -> bool,
) -> Result<Screen<'a>, Fault> {
    evaluate(Columns::of_one(scene), threads, wanted, None)
}

/// The same, for a question that others will go on from ([`screen_after`]): what they need stays in memory.
///
/// # Errors
/// As [`screen`].
pub fn screen_to_stay<'a>(
    scene: &Arc<Scene<'a>>,
    threads: usize,
    wanted: impl Fn(&Model) -> bool,
) -> Result<Screen<'a>, Fault> {
    evaluate(Columns::to_stay(scene), threads, wanted, None)
}

/// The same, equal to the last bit, with what still holds taken over from `before`, an earlier or later question to the same programme:
/// the cost is that of what differs. What it takes over stays in memory as long as either screen does.
///
/// # Errors
/// As [`screen`].
pub fn screen_after<'a>(
    scene: &Arc<Scene<'a>>,
    threads: usize,
    wanted: impl Fn(&Model) -> bool,
    before: &Screen<'a>,
) -> Result<Screen<'a>, Fault> {
    let is_same = std::ptr::eq(scene.programme, before.columns.scene.programme);
    evaluate(Columns::to_stay(scene), threads, wanted, Some(before).filter(|_| is_same))
}

fn evaluate<'a>(
    columns: Columns<'a>,
    threads: usize,
    wanted: impl Fn(&Model) -> bool,
    before: Option<&Screen<'a>>,
) -> Result<Screen<'a>, Fault> {
    let scene = Arc::clone(&columns.scene);
    let models: Vec<&Model> = scene.programme.models.values().filter(|model| wanted(model)).collect();
    let mut needed: BTreeSet<Reference> = BTreeSet::new();
    for model in &models {
        needed.extend(formula::references(
            scene.programme,
            &model.subject,
            formulas(model).map(|formula| &formula.compiled),
        ));
        needed.extend(formula::references_of(scene.programme, &model.subject, &model.shown));
    }
    columns.compute(&needed, threads, before.map(|before| &before.columns))?;
    let conditions = match before {
        Some(before) => before.conditions.shared(&before.columns, &columns, &written(&models))?,
        None => Conditions::default(),
    };
    let (conditions, models) = answered(&columns, &models, conditions, threads)?;
    Ok(Screen { columns, models, conditions })
}

/// The formulas of `models`, each with the kind it is about.
fn written<'a>(models: &[&'a Model]) -> Vec<(&'a str, &'a Formula)> {
    models.iter().flat_map(|model| formulas(model).map(|formula| (model.subject.as_str(), formula))).collect()
}

/// The answers of `models` over values that are there, and the conditions they are made of: those `known`, and the others.
fn answered<'a>(
    columns: &Columns<'a>,
    models: &[&'a Model],
    known: Conditions,
    threads: usize,
) -> Result<(Conditions, BTreeMap<&'a str, ModelAnswers<'a>>), Fault> {
    known.compute(columns, &written(models), threads)?;
    let answers: Mutex<BTreeMap<&str, ModelAnswers<'_>>> = Mutex::default();
    parallel(threads, models, |model| {
        let answered = answer(columns, &known, model)?;
        answers.lock().unwrap_or_else(PoisonError::into_inner).insert(model.id.as_str(), answered);
        Ok(())
    })?;
    Ok((known, answers.into_inner().unwrap_or_else(PoisonError::into_inner)))
}

/// Every formula of `model`.
pub fn formulas(model: &Model) -> impl Iterator<Item = &Formula> {
    let levels = model.severity.levels.iter().filter_map(|level| level.when.as_ref());
    model.population.iter().chain([&model.when]).chain(levels)
}

/// Everything `model` reads or shows.
pub fn inputs(model: &Model) -> impl Iterator<Item = &Input> {
    formulas(model).flat_map(|formula| &formula.compiled.inputs).chain(&model.shown)
}

pub(crate) fn answer<'a>(
    columns: &Columns<'a>,
    conditions: &Conditions,
    model: &'a Model,
) -> Result<ModelAnswers<'a>, Fault> {
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
    let mut found = Found::new(size);
    let is_decided = population.iter().chain(&when).all(|condition| condition.words.possible.is_none());
    let length = size.div_ceil(64);
    for start in (0..length).step_by(WORDS_AT_ONCE) {
        let range = start..length.min(start + WORDS_AT_ONCE);
        let truth = |formula: &Formula, conditions: &[Arc<Condition>]| {
            let words = |atom: usize| &conditions[atom].words;
            let bound = |bound| kleene::evaluate(&formula.root, &words, bound, &range);
            Truth { least: bound(Bound::Least), most: (!is_decided).then(|| bound(Bound::Most)) }
        };
        let bits = (start * 64)..size.min(range.end * 64);
        found.add(
            &bitmap::words(&members.slice(bits.start, bits.len())),
            model.population.as_ref().map(|formula| truth(formula, &population)).as_ref(),
            &truth(&model.when, &when),
        );
    }
    Ok(found.answers(model, [population, when], severity, members))
}

/// Where a formula is true, over one block of words.
struct Truth {
    /// Where it is true.
    least: Vec<u64>,
    /// Where it is true or unknown; `None` where that is the same.
    most: Option<Vec<u64>>,
}

impl Truth {
    fn most(&self) -> &[u64] {
        self.most.as_ref().unwrap_or(&self.least)
    }
}

fn count(words: &[u64]) -> u64 {
    words.iter().map(|word| u64::from(word.count_ones())).sum()
}

/// Puts `more` behind the first `before` of `words`, unless it is nobody; how many it is.
fn add_words(words: &mut Vec<u64>, before: usize, more: Vec<u64>) -> u64 {
    let here = count(&more);
    if here > 0 {
        words.resize(before, 0);
        words.extend(more);
    }
    here
}

/// Answers as they are found, 64 subjects a word.
struct Found {
    hit: Vec<u64>,
    /// These two hold nobody until somebody comes: mostly there is none.
    undetermined: Vec<u64>,
    outside: Vec<u64>,
    counts: Counts,
}

impl Found {
    fn new(size: usize) -> Self {
        let hit = Vec::with_capacity(size.div_ceil(64));
        Self { hit, undetermined: Vec::new(), outside: Vec::new(), counts: Counts::default() }
    }

    /// The next `members`: who is asked (`None`: everyone), and what is said.
    fn add(&mut self, members: &[u64], asked: Option<&Truth>, said: &Truth) {
        let before = self.hit.len();
        let answers = said.least.iter().zip(members).map(|(said, member)| said & member);
        match asked {
            None => self.hit.extend(answers),
            Some(asked) => self.hit.extend(answers.zip(&asked.least).map(|(answer, asked)| answer & asked)),
        }
        let hits = count(&self.hit[before..]);
        let mut others = 0;
        if let Some(asked) = asked {
            let outside = members.iter().zip(asked.most()).map(|(member, asked)| member & !asked).collect();
            let here = add_words(&mut self.outside, before, outside);
            self.counts.outside += here;
            others += here;
        }
        if let Some(possible) = &said.most {
            let hit = &self.hit[before..];
            let rest = members.iter().zip(hit).map(|(member, hit)| member & !hit);
            let undetermined = match asked {
                None => rest.zip(possible).map(|(rest, possible)| rest & possible).collect(),
                Some(asked) => {
                    let bounds = asked.least.iter().zip(asked.most()).zip(possible);
                    let open = bounds.map(|((least, most), possible)| most & (possible | !least));
                    rest.zip(open).map(|(rest, open)| rest & open).collect()
                }
            };
            let here = add_words(&mut self.undetermined, before, undetermined);
            self.counts.undetermined += here;
            others += here;
        }
        self.counts.hit += hits;
        self.counts.clear += count(members) - hits - others;
    }

    fn answers<'a>(
        self,
        model: &'a Model,
        [population, when]: [Vec<Arc<Condition>>; 2],
        severity: Vec<Vec<Arc<Condition>>>,
        members: BooleanBuffer,
    ) -> ModelAnswers<'a> {
        let size = members.len();
        let some = |mut words: Vec<u64>, count: u64| {
            words.resize(size.div_ceil(64), 0);
            (count > 0).then(|| bitmap::of_words(words, size))
        };
        ModelAnswers {
            model,
            population,
            when,
            severity,
            members,
            hit: bitmap::of_words(self.hit, size),
            undetermined: some(self.undetermined, self.counts.undetermined),
            outside: some(self.outside, self.counts.outside),
            counts: self.counts,
        }
    }
}

impl<'a> Screen<'a> {
    /// The answers of `model`.
    pub(crate) fn answers(&self, model: &str) -> Result<&ModelAnswers<'a>, Fault> {
        self.models.get(model).ok_or_else(|| missing(model))
    }

    /// Who is who, and the question.
    pub fn scene(&self) -> &Scene<'a> {
        &self.columns.scene
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
        Ok(self.answers(model)?.counts)
    }

    /// All models once more from the values in memory, conditions and all: what it costs when every model changes at once.
    ///
    /// # Errors
    /// When a number overflows its type.
    pub fn answered_anew(&self, threads: usize) -> Result<Vec<(&'a str, Counts)>, Fault> {
        let models: Vec<&Model> = self.models().collect();
        let (_, answers) = answered(&self.columns, &models, Conditions::default(), threads)?;
        Ok(answers.into_iter().map(|(id, answers)| (id, answers.counts)).collect())
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
        let scene = &*self.columns.scene;
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
