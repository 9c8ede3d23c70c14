//! One answer read back: conditions, values, and the rows behind them.

use std::collections::BTreeMap;
use std::sync::Arc;

use expr::{Formula, Input, Node, NodeKind};
use pack::Programme;
use pack::programme::{FeatureShape, Reference, Shape};
use types::{
    Answer, Class, ConditionLine, Decimal, Evidence, EvidenceRow, Explanation, NO_NUMBER, OpensLine, ReasonLine, Stamp,
    SubjectRef, Type, Unit, Value, ValueLine,
};

use crate::behind::Behind;
use crate::columns::Columns;
use crate::condition::Condition;
use crate::feature::formula::{self, Read};
use crate::feature::rows::RowsReader;
use crate::near::reasons;
use crate::scene::missing;
use crate::screen::{ModelAnswers, Screen, inputs};
use crate::{Fault, values};

impl Screen<'_> {
    /// The answer of `model` for the subject `key`, explained; `None` for who is no subject at (A, K).
    ///
    /// # Errors
    /// When the model was not evaluated.
    pub fn explain(&self, model: &str, key: &str) -> Result<Option<Explanation>, Fault> {
        let answers = self.answers(model)?;
        let model = answers.model;
        let scene = &*self.columns.scene;
        let Some(number) = scene.number(&model.subject, key) else { return Ok(None) };
        let Some(answer) = answers.of(number) else { return Ok(None) };
        let lines = |formula: &Formula, conditions: &[Arc<Condition>]| -> Result<Vec<ConditionLine>, Fault> {
            (0..formula.atoms.len())
                .map(|atom| condition_line(&self.columns, &model.subject, formula, conditions, atom, number))
                .collect()
        };
        let population = match &model.population {
            Some(formula) => lines(formula, &answers.population)?,
            None => Vec::new(),
        };
        let (severity, severity_unsure) = match answer {
            Answer::Hit => severity(answers, number),
            _ => (None, false),
        };
        let place = match self.columns.place_of(&model.subject)?[number as usize] {
            NO_NUMBER => None,
            place => scene.places()?.chain(place).into_iter().next(),
        };
        Ok(Some(Explanation {
            model: model.id.clone(),
            title: model.title.clone(),
            pack: scene.programme.packs[model.pack].hash.to_string(),
            subject: SubjectRef { kind: model.subject.clone(), key: scene.key(&model.subject, number)? },
            as_of: scene.question.as_of,
            known_by: scene.question.known_by,
            answer,
            severity,
            severity_unsure,
            population,
            conditions: lines(&model.when, &answers.when)?,
            reasons: if answer == Answer::Undetermined { reasons(answers, number) } else { Vec::new() },
            values: self.values(answers, number)?,
            explain: model.explain.clone(),
            opens: self.opens(answers, number)?,
            place,
        }))
    }

    /// One feature or attribute of the subject `key` of `kind`; `None` for who is not known at (A, K).
    ///
    /// # Errors
    /// When there is no such value.
    pub fn value(&self, kind: &str, name: &str, key: &str) -> Result<Option<ValueLine>, Fault> {
        let Some(number) = self.columns.scene.number(kind, key) else { return Ok(None) };
        if !self.columns.scene.members(kind)?.value(number as usize) {
            return Ok(None);
        }
        self.value_line(kind, None, name, number).map(Some)
    }

    /// Everything the formulas and the explanation of the model read, by name.
    fn values(&self, answers: &ModelAnswers<'_>, number: u32) -> Result<Vec<ValueLine>, Fault> {
        let model = answers.model;
        let mut lines = BTreeMap::new();
        for input in inputs(model) {
            let line = match input {
                Input::Name { prefix, name } => self.value_line(&model.subject, prefix.as_deref(), name, number)?,
                // A table has a line for each thing looked up in it.
                Input::Parameter(name) if is_table(self.columns.scene.programme, name) => continue,
                Input::Parameter(name) => self.parameter_line(&model.subject, name, number)?,
                Input::AsOf | Input::Exists(_) => continue,
            };
            lines.insert(line.name.clone(), line);
        }
        let looked_up = self.lookup_lines(answers, number)?;
        lines.extend(looked_up.into_iter().map(|line| (line.name.clone(), line)));
        Ok(lines.into_values().collect())
    }

    /// One value without the rows behind it and what only they tell.
    pub(crate) fn bare_value_line(&self, kind: &str, name: &str, number: u32) -> Result<ValueLine, Fault> {
        self.line_of(kind, None, name, number, false)
    }

    pub(crate) fn value_line(
        &self,
        kind: &str,
        prefix: Option<&str>,
        name: &str,
        number: u32,
    ) -> Result<ValueLine, Fault> {
        self.line_of(kind, prefix, name, number, true)
    }

    fn line_of(
        &self,
        kind: &str,
        prefix: Option<&str>,
        name: &str,
        number: u32,
        with_rows: bool,
    ) -> Result<ValueLine, Fault> {
        let column = self.columns.read(kind, prefix, name)?;
        let reference = self.columns.resolve(kind, prefix, name)?;
        let (title, unit, class) = self.columns.describe(&reference)?;
        let covered = column.covered.value(number as usize);
        let value = values::cell(&column.values, column.ty, number as usize);
        let mut stamps = column.stamps.clone();
        let mut behind = Behind::default();
        let own = self.own_number(kind, prefix, number)?;
        if own != NO_NUMBER && with_rows {
            let (own_stamps, own_rows) = self.evidence(&reference, own)?;
            stamps.extend(own_stamps);
            behind = own_rows;
        }
        stamps.sort();
        stamps.dedup();
        Ok(ValueLine {
            name: prefix.map_or_else(|| name.to_owned(), |prefix| format!("{prefix}.{name}")),
            title,
            ty: column.ty.word(),
            value: (covered && !value.is_null()).then(|| canonical_text(&value, column.ty)),
            unit,
            covered,
            reasons: column.reasons_of(number),
            class,
            stamps,
            evidence: behind.evidence(self.lists(&reference.kind)?),
        })
    }

    pub(crate) fn parameter_line(&self, kind: &str, name: &str, number: u32) -> Result<ValueLine, Fault> {
        let scene = &*self.columns.scene;
        let parameter = scene.programme.parameters.get(name).ok_or_else(|| missing(name))?;
        let column = self.columns.parameter(kind, name)?;
        let reasons: Vec<ReasonLine> =
            column.lacks.iter().filter(|(_, bits)| bits.value(number as usize)).map(|(line, _)| line.clone()).collect();
        let value = column.operand.value(number as usize);
        Ok(ValueLine {
            name: format!(":{name}"),
            title: parameter.title.clone(),
            ty: parameter.ty.word(),
            value: (reasons.is_empty() && !value.is_null()).then(|| canonical_text(&value, parameter.ty)),
            unit: unit_of(parameter.ty),
            covered: reasons.is_empty(),
            reasons,
            class: Class::Open,
            stamps: Vec::new(),
            evidence: Evidence::default(),
        })
    }

    /// The stamps of a value and the rows behind it, for one subject of its own kind.
    fn evidence(&self, reference: &Reference, number: u32) -> Result<(Vec<Stamp>, Behind), Fault> {
        if reference.attribute {
            return Ok(self.columns.attribute(reference)?.explain(number));
        }
        let feature = self.columns.feature(reference)?;
        let mut stamps;
        let mut rows = Behind::default();
        match &feature.shape {
            FeatureShape::Rows(spec) => {
                let (own, evidence) = RowsReader::new(&self.columns, feature, spec)?.explain(number)?;
                stamps = own;
                rows.extend(evidence);
                let compiled = spec.aggregate.argument.iter().chain(&spec.filter);
                let inner = compiled.clone().flat_map(|compiled| &compiled.exists).map(|exists| &exists.condition);
                stamps.extend(self.table_stamps(&feature.kind, compiled.chain(inner), number)?);
            }
            FeatureShape::Formula(compiled) => {
                stamps = self.formula_stamps(&feature.kind, compiled, number)?;
                for input in &compiled.inputs {
                    let Input::Name { prefix, name } = input else { continue };
                    let own = self.own_number(&feature.kind, prefix.as_deref(), number)?;
                    if own != NO_NUMBER {
                        let reference = self.columns.resolve(&feature.kind, prefix.as_deref(), name)?;
                        let (inner, evidence) = self.evidence(&reference, own)?;
                        stamps.extend(inner.into_iter().filter(|stamp| !matches!(stamp, Stamp::Source { .. })));
                        rows.extend(evidence);
                    }
                }
            }
            FeatureShape::Members(spec) => {
                let found = self.columns.contributions(feature, spec)?;
                stamps = found.stamps_of(number);
                let compiled = spec.aggregate.argument.iter().chain(&spec.filter);
                let references = formula::references(self.columns.scene.programme, &spec.kind, compiled.clone());
                let members = found.members(number).iter().filter(|member| found.counts(**member as usize));
                for member in members {
                    stamps.extend(self.table_stamps(&spec.kind, compiled.clone(), *member)?);
                    for reference in references.iter().filter(|reference| reference.kind == spec.kind) {
                        let (inner, evidence) = self.evidence(reference, *member)?;
                        // How much of a member's value was skipped is said beside that value.
                        let of_all = |stamp: &Stamp| matches!(stamp, Stamp::Unreadable { .. } | Stamp::Assumed);
                        stamps.extend(inner.into_iter().filter(of_all));
                        rows.extend(evidence);
                    }
                }
            }
        }
        stamps.sort();
        stamps.dedup();
        Ok((stamps, rows))
    }

    /// Whether rows behind a value of `kind` are listed: of places and groups only their number and digest are kept.
    fn lists(&self, kind: &str) -> Result<bool, Fault> {
        Ok(matches!(self.columns.scene.register(kind)?.shape, Shape::Members { .. }))
    }

    fn opens(&self, answers: &ModelAnswers<'_>, number: u32) -> Result<Option<OpensLine>, Fault> {
        let model = answers.model;
        let Some(opens) = model.opens.as_ref().filter(|_| !model.is_shadow) else { return Ok(None) };
        let target = if opens.subject == model.subject {
            number
        } else {
            self.columns.above(&model.subject, &opens.subject)?[number as usize]
        };
        let subject = if target == NO_NUMBER {
            None
        } else {
            Some(SubjectRef { kind: opens.subject.clone(), key: self.columns.scene.key(&opens.subject, target)? })
        };
        Ok(Some(OpensLine { workflow: opens.workflow.clone(), subject }))
    }

    /// All rows behind the answer of `model` for the subject `key`, also where its explanation keeps a digest only; none for who
    /// is no subject at (A, K).
    ///
    /// # Errors
    /// When the model was not evaluated.
    pub fn rows_behind(&self, model: &str, key: &str) -> Result<Vec<EvidenceRow>, Fault> {
        let answers = self.answers(model)?;
        let kind = &answers.model.subject;
        let mut rows = Behind::default();
        let Some(number) = self.columns.scene.number(kind, key).filter(|number| answers.of(*number).is_some()) else {
            return Ok(Vec::new());
        };
        for input in inputs(answers.model) {
            let Input::Name { prefix, name } = input else { continue };
            let own = self.own_number(kind, prefix.as_deref(), number)?;
            if own != NO_NUMBER {
                rows.extend(self.evidence(&self.columns.resolve(kind, prefix.as_deref(), name)?, own)?.1);
            }
        }
        Ok(rows.rows())
    }

    /// The number that `prefix` leads to from subject `number` of `kind`: its own without one, [`NO_NUMBER`] for none.
    fn own_number(&self, kind: &str, prefix: Option<&str>, number: u32) -> Result<u32, Fault> {
        Ok(match prefix {
            None => number,
            Some(prefix) => self.columns.above(kind, prefix)?[number as usize],
        })
    }
}

/// Condition `atom` of `formula` as it came out for `number`.
pub fn condition_line(
    columns: &Columns<'_>,
    kind: &str,
    formula: &Formula,
    conditions: &[Arc<Condition>],
    atom: usize,
    number: u32,
) -> Result<ConditionLine, Fault> {
    let (written, condition) = (&formula.atoms[atom], &conditions[atom]);
    let known = condition.known.value(number as usize);
    let truth = known.then(|| condition.holds.value(number as usize) != written.written_negated);
    let mut line = ConditionLine {
        text: written.text.clone(),
        truth,
        ty: None,
        left: None,
        right: None,
        distance: None,
        relative: None,
    };
    if let (true, NodeKind::Compare(_, left, right)) = (known, &written.node.kind) {
        let reads = formula::reads(columns, kind, &formula.compiled)?;
        let row: Vec<Value> = reads.iter().map(|read| value_of(columns, read, number)).collect();
        let evaluate = |node: &Node| node.evaluate(&row).map_err(|_| Fault::Overflow { at: written.text.clone() });
        let (left_value, right_value) = (evaluate(left)?, evaluate(right)?);
        line.ty = Some(left.ty.word());
        line.left = Some(canonical_text(&left_value, left.ty));
        line.right = Some(canonical_text(&right_value, left.ty));
        (line.distance, line.relative) = distance(&left_value, &right_value, left.ty);
    }
    Ok(line)
}

/// The value of `read` for subject `number`.
pub(crate) fn value_of(columns: &Columns<'_>, read: &Read, number: u32) -> Value {
    match read {
        Read::Column(column) => values::cell(&column.values, column.ty, number as usize),
        Read::Parameter(parameter) => parameter.operand.value(number as usize),
        Read::AsOf => Value::Day(columns.scene.question.as_of),
    }
}

/// |left - right| in the unit of the left side, and as a share of |right|.
fn distance(left: &Value, right: &Value, ty: Type) -> (Option<String>, Option<String>) {
    let share = |distance: f64, right: f64| (right != 0.0).then(|| format!("{:.6}", distance / right.abs()));
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => {
            let Some(gap) = left.checked_sub(*right) else { return (None, None) };
            let gap = Decimal::new(gap.mantissa.abs(), gap.scale);
            (Some(canonical_text(&Value::Number(gap), ty)), share(gap.to_f64(), right.to_f64()))
        }
        (Value::Day(left), Value::Day(right)) => (Some((left.0 - right.0).abs().to_string()), None),
        (Value::Month(left), Value::Month(right)) => (Some((left.0 - right.0).abs().to_string()), None),
        (Value::Year(left), Value::Year(right)) => (Some((left.0 - right.0).abs().to_string()), None),
        (Value::Real(_), Value::Real(_) | Value::Number(_)) | (Value::Number(_), Value::Real(_)) => {
            let number = |value: &Value| match value {
                Value::Real(real) => *real,
                Value::Number(number) => number.to_f64(),
                _ => 0.0,
            };
            let gap = (number(left) - number(right)).abs();
            (Some(gap.to_string()), share(gap, number(right)))
        }
        _ => (None, None),
    }
}

/// The unit word of numbers that count something.
pub(crate) fn unit_of(ty: Type) -> Option<String> {
    match ty {
        Type::Number { unit, .. } | Type::Real { unit } if unit != Unit::None => Some(unit.word().to_owned()),
        _ => None,
    }
}

/// Whether the parameter `name` has keys.
fn is_table(programme: &Programme, name: &str) -> bool {
    programme.parameters.get(name).is_some_and(|parameter| parameter.table.is_some())
}

/// A value as canonical JSON writes it: money as fen, other numbers without trailing zeros, dates as ISO text.
pub(crate) fn canonical_text(value: &Value, ty: Type) -> String {
    let unit = match ty {
        Type::Number { unit, .. } | Type::Real { unit } => unit,
        _ => Unit::None,
    };
    match (value, unit) {
        (Value::Number(yuan), Unit::Yuan) => {
            let fen = yuan.checked_mul(Decimal::integer(100)).unwrap_or(*yuan);
            fen.normalised().to_string()
        }
        (Value::Number(number), _) => number.normalised().to_string(),
        (Value::Real(yuan), Unit::Yuan) => (yuan * 100.0).to_string(),
        _ => value.to_string(),
    }
}

/// The level of a hit, and whether it stands on something unknown: then the first level is taken.
fn severity(answers: &ModelAnswers<'_>, number: u32) -> (Option<String>, bool) {
    let levels = &answers.model.severity.levels;
    for (level, conditions) in levels.iter().zip(&answers.severity) {
        let Some(when) = &level.when else { return (Some(level.name.clone()), false) };
        let truth = |atom: usize| {
            let condition: &Condition = &conditions[atom];
            condition.known.value(number as usize).then(|| condition.holds.value(number as usize))
        };
        match when.root.evaluate(&truth) {
            Some(true) => return (Some(level.name.clone()), false),
            Some(false) => {}
            None => return (levels.first().map(|level| level.name.clone()), true),
        }
    }
    (None, false)
}
