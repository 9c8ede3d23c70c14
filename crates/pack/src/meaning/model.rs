//! Models: population, condition, levels, sentence, case, tests.

use std::collections::BTreeSet;
use std::sync::Arc;

use expr::{Formula, Input, Scope, TableType};
use types::{Answer, Text, Type, Value};

use super::expression;
use super::keyed::{self, Form};
use super::scope::{Ground, Seen, Sight};
use super::world::{Namespace, World};
use crate::check;
use crate::code;
use crate::finding::{Findings, Place};
use crate::programme::{Expected, Given, Level, Model, ModelTest, Opens, Parameter, Severity};
use crate::raw::{At, Expression, RawGiven, RawModel, RawRow, RawTest};
use crate::value::parse_value;

pub(crate) fn models(raws: &[RawModel], world: &mut World, findings: &mut Findings) {
    for raw in raws {
        let Some(id) = &raw.id else {
            world.broken.models.insert(raw.file_stem.clone());
            continue;
        };
        if !world.define(Namespace::Model, &id.value, id.at, findings) {
            continue;
        }
        check::file_name(raw, id, findings);
        match model(raw, id, world, findings) {
            Some(model) => {
                world.programme.models.insert(id.value.clone(), model);
            }
            None => {
                world.broken.models.insert(id.value.clone());
            }
        }
    }
}

/// What a model reads, as it writes it.
pub(crate) struct Reads {
    pub(crate) when: BTreeSet<String>,
    pub(crate) population: BTreeSet<String>,
    pub(crate) severity: BTreeSet<String>,
    /// What a sentence may name: a table by what is looked up in it.
    pub(crate) shown: BTreeSet<String>,
}

impl Reads {
    pub(crate) fn all(&self) -> BTreeSet<&String> {
        self.when.iter().chain(&self.population).chain(&self.severity).collect()
    }
}

fn model(raw: &RawModel, id: &At<String>, world: &World, findings: &mut Findings) -> Option<Model> {
    let subject = raw.subject.as_ref().filter(|subject| world.need_kind(subject, findings));
    let opens = check::opens(raw, subject, world, findings);
    check::severity_order(raw, findings);
    check::no_test(raw, findings);
    let subject = subject?;
    let condition = |expression: &Expression, given: Option<&Formula>, findings: &mut Findings| {
        let seen = Seen::default();
        let sight = Sight { world, ground: Ground::Subject(&subject.value), seen: &seen };
        let formula = expression::condition(expression, given, &sight, findings)?;
        check::implied(expression, &formula, findings);
        Some(formula)
    };
    let population = raw.population.as_ref().map(|population| condition(population, None, findings));
    // `when` and the levels are asked only where the population holds.
    let given = population.as_ref().and_then(Option::as_ref);
    let when = raw.when.as_ref().and_then(|when| condition(when, given, findings));
    let levels: Vec<_> = raw
        .severity
        .iter()
        .map(|level| {
            let when = level.when.as_ref().map(|when| condition(when, given, findings));
            (level.name.value.clone(), when)
        })
        .collect();
    // With a part missing, nothing can be said of what the model reads.
    let population = match population {
        None => None,
        Some(population) => Some(population?),
    };
    let when = when?;
    let levels = levels
        .into_iter()
        .map(|(name, when)| match when {
            None => Some(Level { name, when: None }),
            Some(when) => Some(Level { name, when: Some(when?) }),
        })
        .collect::<Option<Vec<_>>>()?;
    let written = raw.severity.iter().zip(&levels);
    let level_parts: Vec<_> =
        written.filter_map(|(raw, level)| Some((raw.when.as_ref()?, level.when.as_ref()?))).collect();
    if let Some(asked) = &raw.when {
        let population = raw.population.as_ref().zip(population.as_ref());
        check::contradictions(raw.pack, population, (asked, &when), &level_parts, world, findings);
    }
    let reads = Reads {
        when: names(&when),
        population: population.as_ref().map(names).unwrap_or_default(),
        severity: levels.iter().filter_map(|level| level.when.as_ref()).flat_map(names).collect(),
        shown: population
            .iter()
            .chain([&when])
            .chain(levels.iter().filter_map(|level| level.when.as_ref()))
            .flat_map(|formula| shown(formula, world))
            .collect(),
    };
    let shown = check::explain(raw, &reads, &subject.value, world, findings);
    let mut tests = Vec::new();
    for written in &raw.tests {
        tests.extend(test(written, raw, &subject.value, &reads, world, findings));
    }
    check::test_values(raw, &reads, world, findings);
    Some(Model {
        id: id.value.clone(),
        pack: raw.pack,
        kind: raw.kind,
        title: raw.title.clone().unwrap_or_default(),
        subject: subject.value.clone(),
        population,
        when,
        severity: Severity { levels },
        basis: raw.basis.clone(),
        explain: raw
            .explain
            .as_ref()
            .map(|(zh, en)| Text::new(zh.text.trim_end(), en.text.trim_end()))
            .unwrap_or_default(),
        shown,
        opens: opens.map(|(workflow, subject)| Opens { workflow, subject }),
        quiet_days: raw.quiet_days,
        is_shadow: raw.is_shadow,
        tests,
    })
}

/// The names a formula reads, as packs write them; `as_of` is not one.
fn names(formula: &Formula) -> BTreeSet<String> {
    formula.compiled.inputs.iter().filter_map(written_name).collect()
}

/// The names of [`names`], but the calls that read a table instead of its name.
fn shown(formula: &Formula, world: &World) -> BTreeSet<String> {
    let compiled = &formula.compiled;
    let mut shown = names(formula);
    shown.retain(|name| table_of(name, world).is_none());
    shown.extend(compiled.lookups().into_iter().map(|node| compiled.text_of(node).to_owned()));
    shown
}

fn written_name(input: &Input) -> Option<String> {
    match input {
        Input::Name { prefix: Some(prefix), name } => Some(format!("{prefix}.{name}")),
        Input::Name { prefix: None, name } => Some(name.clone()),
        Input::Parameter(name) => Some(format!(":{name}")),
        Input::AsOf | Input::Exists(_) => None,
    }
}

fn test(
    raw: &RawTest,
    model: &RawModel,
    subject: &str,
    reads: &Reads,
    world: &World,
    findings: &mut Findings,
) -> Option<ModelTest> {
    let all = reads.all();
    let mut given = Vec::new();
    for (name, value) in &raw.given {
        if !all.contains(&name.value) {
            findings
                .error(
                    code::GIVEN_UNREAD,
                    name.at,
                    format!("模型没有读 `{}`", name.value),
                    format!("the model does not read `{}`", name.value),
                )
                .did_you_mean(&name.value, &all);
            continue;
        }
        let value = match value {
            RawGiven::Null => Given::Value(Value::Null),
            RawGiven::NotCovered(reason) => Given::NotCovered(*reason),
            RawGiven::Rows(at, rows) => match given_table(&name.value, *at, rows, world, findings) {
                Some(table) => Given::Value(table),
                None => continue,
            },
            RawGiven::Text(text) if table_of(&name.value, world).is_some() => {
                findings
                    .error(
                        code::WRONG_SHAPE,
                        text.at,
                        format!("`{}` 是一张表，要写出它的行", name.value),
                        format!("`{}` is a table: give its rows", name.value),
                    )
                    .hint("写作 `[{键: …, value: …}, …]`", "write `[{key: …, value: …}, …]`");
                continue;
            }
            RawGiven::Text(text) => {
                let Some(ty) = type_of(&name.value, subject, world) else { continue };
                Given::Value(typed(text, ty, findings))
            }
        };
        given.push((name.value.clone(), value));
    }
    let Some(expect) = &raw.expect else {
        findings.error(code::EXPECTS_NOTHING, raw.at, "测试没有写 `expect`", "the test expects nothing").hint(
            "写 `expect: hit`、`clear`、`undetermined` 或 `outside`",
            "say `expect: hit`, `clear`, `undetermined` or `outside`",
        );
        return None;
    };
    let answer = expect.answer?;
    if let Some(severity) = &expect.severity {
        let levels: Vec<_> = model.severity.iter().map(|level| level.name.value.as_str()).collect();
        if !levels.contains(&severity.value.as_str()) {
            crate::raw::fields::unknown_word(severity, &levels, findings);
        }
    }
    check::not_given(raw, answer, reads, findings);
    Some(ModelTest {
        name: raw.name.as_ref().map(|name| name.value.clone()).unwrap_or_default(),
        given,
        expect: Expected {
            answer,
            severity: expect.severity.as_ref().map(|severity| severity.value.clone()),
            reason: expect.reason.filter(|_| answer == Answer::Undetermined),
        },
        file: findings.path(raw.at.file).to_owned(),
        line: findings.line(raw.at),
    })
}

/// The parameter with keys that a test writes as `name`.
fn table_of<'w>(name: &str, world: &'w World) -> Option<(&'w Parameter, &'w TableType)> {
    let parameter = world.programme.parameters.get(name.strip_prefix(':')?)?;
    Some((parameter, parameter.table.as_ref()?))
}

/// The rows given for a table, or a finding.
fn given_table(name: &str, at: Place, rows: &[RawRow], world: &World, findings: &mut Findings) -> Option<Value> {
    let Some((parameter, table)) = table_of(name, world) else {
        if !name.strip_prefix(':').is_some_and(|name| world.broken.parameters.contains(name)) {
            findings.error(code::WRONG_SHAPE, at, "这里应该是一个值", "this should be one value");
        }
        return None;
    };
    let form = Form { keys: &table.keys, ty: parameter.ty, gaps: true };
    Some(Value::Table(Arc::new(keyed::table(&form, rows, "", findings))))
}

/// Type of what a model of `subject` writes as `name`.
pub(crate) fn type_of(name: &str, subject: &str, world: &World) -> Option<Type> {
    let seen = Seen::default();
    let sight = Sight { world, ground: Ground::Subject(subject), seen: &seen };
    let ty = match (name.strip_prefix(':'), name.split_once('.')) {
        (Some(parameter), _) => sight.parameter(parameter),
        (None, Some((prefix, name))) => sight.name(Some(prefix), name).map(|binding| binding.ty),
        (None, None) => sight.name(None, name).map(|binding| binding.ty),
    };
    ty.filter(|_| !seen.broken.get())
}

/// The value of type `ty` that `text` gives, or a finding.
pub(crate) fn typed(text: &At<String>, ty: Type, findings: &mut Findings) -> Value {
    match parse_value(&text.value, ty) {
        Ok(value) => value,
        Err(expected) => {
            findings
                .error(
                    code::VALUE_TYPE,
                    text.at,
                    format!("`{}` 不是 `{}` 类型的值", text.value, ty.word()),
                    format!("`{}` is not a value of type `{}`", text.value, ty.word()),
                )
                .hint_text(Some(expected));
            Value::Null
        }
    }
}
