//! What would be said with other lines, or with another formula: features stay where they are, and only what differs is evaluated.

use std::collections::BTreeMap;

use arrow_buffer::BooleanBuffer;
use expr::Formula;
use pack::programme::Model;
use types::{Answer, NO_NUMBER, Value};

use crate::Fault;
use crate::by_number::ByNumber;
use crate::feature::formula;
use crate::screen::{Counts, Screen, answer, formulas};

/// What a model says, and what it would say.
#[derive(Clone, Debug)]
pub struct WhatIf {
    /// Answers as they are.
    pub before: Counts,
    /// Answers as they would be.
    pub after: Counts,
    /// Number of each subject that is a hit now.
    hits: BooleanBuffer,
    /// Number of each subject that would be.
    would: BooleanBuffer,
    /// Number of each subject of whom it could not be told.
    unsure: BooleanBuffer,
    kind: String,
}

/// What a subject has for the value that hits are told apart by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// This, as text.
    Value(String),
    /// Covered, and there is none.
    Nothing,
    /// Not covered.
    Unknown,
}

/// How many hits stay, come and go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moves {
    /// Hits now and then.
    pub stay: u64,
    /// Hits then only.
    pub enter: u64,
    /// Hits now only.
    pub leave: u64,
}

impl WhatIf {
    /// The numbers that would be hits, and those of whom it could not be told.
    #[must_use]
    pub fn would(&self) -> [&BooleanBuffer; 2] {
        [&self.would, &self.unsure]
    }
}

impl Screen<'_> {
    /// The numbers of the subjects of `model` that are hits, and of those of whom it cannot be told.
    ///
    /// # Errors
    /// When the model was not evaluated.
    pub fn hits_and_unsure(&self, model: &str) -> Result<[BooleanBuffer; 2], Fault> {
        let answers = self.answers(model)?;
        Ok([answers.with(Answer::Hit), answers.with(Answer::Undetermined)])
    }

    /// What `model`, one of this screen's or a changed form of one, would say with `lines` as values of parameters everywhere, beside
    /// what the screen's model of that id says.
    ///
    /// # Errors
    /// When the screen has no model of that id, or a number overflows its type.
    pub fn what_if(&self, model: &Model, lines: &BTreeMap<String, Value>, threads: usize) -> Result<WhatIf, Fault> {
        let known = self.answers(&model.id)?;
        let varied = self.columns.varied(lines.clone())?;
        let written: Vec<(&str, &Formula)> = formulas(model).map(|formula| (model.subject.as_str(), formula)).collect();
        let programme = self.columns.scene.programme;
        let compiled = written.iter().map(|(_, formula)| &formula.compiled);
        varied.compute(&formula::references(programme, &model.subject, compiled), threads, None)?;
        let conditions = self.conditions.shared(&self.columns, &varied, &written)?;
        conditions.compute(&varied, &written, threads)?;
        let then = answer(&varied, &conditions, model)?;
        Ok(WhatIf {
            before: known.counts,
            after: then.counts,
            hits: known.with(Answer::Hit),
            would: then.with(Answer::Hit),
            unsure: then.with(Answer::Undetermined),
            kind: model.subject.clone(),
        })
    }

    /// The hits that stay, come and go, by the code of the place on `level` where each subject is at A; the empty
    /// code for those without one.
    ///
    /// # Errors
    /// When the level is unknown.
    pub fn moves_by_place(&self, moved: &WhatIf, level: &str) -> Result<BTreeMap<String, Moves>, Fault> {
        let above = self.columns.above(&moved.kind, level)?;
        let mut by_number: ByNumber<Moves> = ByNumber::new();
        for index in (&moved.hits | &moved.would).set_indices() {
            add(by_number.of(above.get(index).copied().unwrap_or(NO_NUMBER)), moved, index);
        }
        by_number
            .into_iter()
            .filter(|(_, moves)| *moves != Moves::default())
            .map(|(number, moves)| match number {
                NO_NUMBER => Ok((String::new(), moves)),
                number => Ok((self.columns.scene.key(level, number)?, moves)),
            })
            .collect()
    }

    /// The hits that stay, come and go, by the value of an attribute or feature `name` (or `prefix.name`) of the subject.
    ///
    /// # Errors
    /// When there is no such value.
    pub fn moves_by_value(
        &self,
        moved: &WhatIf,
        prefix: Option<&str>,
        name: &str,
    ) -> Result<BTreeMap<Group, Moves>, Fault> {
        let column = self.columns.read(&moved.kind, prefix, name)?;
        let mut by_value: BTreeMap<Group, Moves> = BTreeMap::new();
        for index in (&moved.hits | &moved.would).set_indices() {
            let group = match column.covered.value(index) {
                true => match crate::values::cell(&column.values, column.ty, index) {
                    Value::Null => Group::Nothing,
                    value => Group::Value(value.to_string()),
                },
                false => Group::Unknown,
            };
            add(by_value.entry(group).or_default(), moved, index);
        }
        Ok(by_value)
    }
}

fn add(moves: &mut Moves, moved: &WhatIf, index: usize) {
    match (moved.hits.value(index), moved.would.value(index)) {
        (true, true) => moves.stay += 1,
        (false, true) => moves.enter += 1,
        (true, false) => moves.leave += 1,
        (false, false) => {}
    }
}
