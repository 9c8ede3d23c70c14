//! Table tests: their names resolved and their values typed.

use types::{Day, Type, Value};

use super::model::{type_of, typed};
use super::world::{Found, Namespace, World};
use crate::code;
use crate::finding::Findings;
use crate::programme::{Feed, Given, Model};
use crate::raw::{At, RawAsked, RawDelivery, RawGiven, RawLink, RawQuestion, RawTable, RawTableExpect, RawValueExpect};
use crate::test_table::{
    AnswerExpect, Asked, TableTest, TestDelivery, TestExpect, TestLink, TestQuestion, ValueExpect,
};

pub(crate) fn mean(raw: &RawTable, world: &World, findings: &mut Findings) -> TableTest {
    let deliveries = raw.deliveries.iter().filter_map(|written| delivery(written, world, findings)).collect();
    let link = raw.link.iter().filter_map(|written| link(written, world, findings)).collect();
    let questions: Vec<_> = raw.questions.iter().filter_map(|written| question(written, world, findings)).collect();
    if raw.questions.is_empty() {
        findings.error(code::EXPECTS_NOTHING, raw.at, "测试表没有问题", "the table asks no question");
    }
    TableTest {
        file: findings.path(raw.file).to_owned(),
        title: raw.title.clone().unwrap_or_default(),
        deliveries,
        link,
        questions,
    }
}

fn delivery(raw: &RawDelivery, world: &World, findings: &mut Findings) -> Option<TestDelivery> {
    let feed = raw.feed.as_ref()?;
    if let (Some(known), Some(rows)) = (world.need_feed(feed, findings), &raw.rows) {
        headers(known, rows, world, findings);
    }
    Some(TestDelivery {
        feed: feed.value.clone(),
        received: raw.received?,
        data_date: raw.data_date,
        covers: raw.covers,
        scope: raw.scope.clone(),
        rows: raw.rows.as_ref()?.text.clone(),
        rows_line: findings.line(raw.rows.as_ref()?.place(expr::Span { start: 0, end: 0 }, findings)),
        line: findings.line(raw.at),
    })
}

/// The first line names columns, by name or by one of their aliases.
fn headers(feed: &Feed, rows: &crate::raw::Expression, world: &World, findings: &mut Findings) {
    let line = rows.text.lines().next().unwrap_or_default();
    let mut offset = 0;
    for cell in line.split(',') {
        let header = cell.trim().trim_matches('"');
        let start = offset + cell.find(header).unwrap_or(0);
        offset += cell.len() + 1;
        let known = feed.columns.values().any(|column| column.aliases.iter().any(|alias| alias == header));
        if known || header.is_empty() || !matches!(world.column(feed, header), Found::No) {
            continue;
        }
        let at = rows.place(expr::Span { start, end: start + header.len() }, findings);
        world.need_column(feed, header, at, findings);
    }
}

fn link(raw: &RawLink, world: &World, findings: &mut Findings) -> Option<TestLink> {
    let kind = raw.kind.as_ref().filter(|kind| {
        // Places merge as places, whatever their level.
        world.programme.registers.get(&kind.value).is_some_and(crate::programme::Register::is_place)
            || world.need_kind(kind, findings)
    });
    let (kind, known_by) = (kind?.value.clone(), raw.known_by?);
    if let Some((from, to)) = &raw.merge {
        return Some(TestLink::Merge { from: from.clone(), to: to.clone(), kind, known_by });
    }
    raw.split.as_ref().map(|key| TestLink::Split { key: key.clone(), kind, known_by })
}

fn question(raw: &RawQuestion, world: &World, findings: &mut Findings) -> Option<TestQuestion> {
    if raw.expect.is_empty() && !raw.only {
        findings
            .error(code::EXPECTS_NOTHING, raw.at, "问题没有写期望的结果", "the question expects nothing")
            .hint("在 `expect` 中列出对象，或写 `only: true`", "list subjects under `expect`, or say `only: true`");
    }
    let (asked, subject) = match raw.asked.as_ref()? {
        RawAsked::Model(id) => {
            let Some(model) = world.programme.models.get(&id.value) else {
                if !world.broken.models.contains(&id.value) && !world.broken.some_pack {
                    findings
                        .error(
                            code::UNKNOWN_MODEL,
                            id.at,
                            format!("未知的模型 `{}`", id.value),
                            format!("unknown model `{}`", id.value),
                        )
                        .did_you_mean(&id.value, world.programme.models.keys().chain(&world.broken.models));
                }
                return None;
            };
            world.see(Namespace::Model, &id.value, id.at, findings);
            (Asked::Model(id.value.clone()), model.subject.clone())
        }
        RawAsked::Feature { of, name } => {
            if !world.need_kind(of, findings) {
                return None;
            }
            if matches!(world.of_kind(&of.value, &name.value), Found::No) {
                findings
                    .error(
                        code::UNKNOWN_FEATURE,
                        name.at,
                        format!("`{}` 没有特征 `{}`", of.value, name.value),
                        format!("`{}` has no feature `{}`", of.value, name.value),
                    )
                    .did_you_mean(&name.value, world.names_of(&of.value));
                return None;
            }
            world.see(Namespace::Feature, &format!("{} {}", of.value, name.value), name.at, findings);
            (Asked::Feature { of: of.value.clone(), name: name.value.clone() }, of.value.clone())
        }
    };
    let as_of: Day = raw.as_of?;
    let mut expect = Vec::new();
    for (key, written) in &raw.expect {
        let line = findings.line(key.at);
        let read = match (written, &asked) {
            (RawTableExpect::Value(written), Asked::Feature { name, .. }) => {
                value_expect(written, name, &subject, world, findings)
            }
            (RawTableExpect::Answer { answer, reason, about, values, near, severity, evidence }, Asked::Model(id)) => {
                let levels: Vec<&str> =
                    world.programme.models[id].severity.levels.iter().map(|level| level.name.as_str()).collect();
                if let Some(severity) = severity.as_ref().filter(|severity| !levels.contains(&severity.value.as_str()))
                {
                    crate::raw::fields::unknown_word(severity, &levels, findings);
                }
                Some(TestExpect::Answer(AnswerExpect {
                    answer: *answer,
                    reason: *reason,
                    about: about.clone(),
                    values: values
                        .iter()
                        .filter_map(|(name, given)| {
                            let looked_up = looked_up(&world.programme.models[id], &name.value);
                            Some((name.value.clone(), given_value(name, given, &subject, looked_up, world, findings)?))
                        })
                        .collect(),
                    near: near.clone(),
                    severity: severity.as_ref().map(|severity| severity.value.clone()),
                    evidence: *evidence,
                }))
            }
            _ => None,
        };
        expect.extend(read.map(|read| (canonical(&key.value, &subject, world), read, line)));
    }
    Some(TestQuestion {
        as_of,
        known_by: raw.known_by.unwrap_or(as_of),
        asked,
        expect,
        only: raw.only,
        line: findings.line(raw.at),
    })
}

/// The key as the engine writes it, where it is a code; as written otherwise.
fn canonical(key: &str, kind: &str, world: &World) -> String {
    match world.key_type(kind).map(|ty| crate::value::parse_value(key, ty)) {
        Some(Ok(Value::Text(key))) => key.to_string(),
        _ => key.to_owned(),
    }
}

fn value_expect(
    raw: &RawValueExpect,
    name: &str,
    subject: &str,
    world: &World,
    findings: &mut Findings,
) -> Option<TestExpect> {
    let value = match &raw.value {
        RawGiven::Null => Given::Value(Value::Null),
        RawGiven::NotCovered(reason) => Given::NotCovered(*reason),
        RawGiven::Rows(at, _) => {
            findings.error(code::WRONG_SHAPE, *at, "这里应该是一个值", "this should be one value");
            return None;
        }
        RawGiven::Text(text) => Given::Value(typed(text, type_of(name, subject, world)?, findings)),
    };
    Some(TestExpect::Value(ValueExpect { value, stamps: raw.stamps.clone() }))
}

/// The type of what `model` looks up by the call `name`.
fn looked_up(model: &Model, name: &str) -> Option<Type> {
    let levels = model.severity.levels.iter().filter_map(|level| level.when.as_ref());
    model.population.iter().chain([&model.when]).chain(levels).find_map(|formula| {
        let compiled = &formula.compiled;
        compiled.lookups().into_iter().find(|node| compiled.text_of(node) == name).map(|node| node.ty)
    })
}

fn given_value(
    name: &At<String>,
    given: &RawGiven,
    subject: &str,
    looked_up: Option<Type>,
    world: &World,
    findings: &mut Findings,
) -> Option<Given> {
    Some(match given {
        RawGiven::Null => Given::Value(Value::Null),
        RawGiven::NotCovered(reason) => Given::NotCovered(*reason),
        RawGiven::Rows(at, _) => {
            findings.error(code::WRONG_SHAPE, *at, "这里应该是一个值", "this should be one value");
            return None;
        }
        RawGiven::Text(text) => {
            let Some(ty) = looked_up.or_else(|| type_of(&name.value, subject, world)) else {
                unknown_value(name, subject, world, findings);
                return None;
            };
            Given::Value(typed(text, ty, findings))
        }
    })
}

fn unknown_value(name: &At<String>, subject: &str, world: &World, findings: &mut Findings) {
    let (kind, bare) = name.value.split_once('.').unwrap_or((subject, &name.value));
    if world.broken.some_pack || matches!(world.of_kind(kind, bare), Found::Broken) || name.value.starts_with(':') {
        return;
    }
    findings
        .error(
            code::UNKNOWN_FEATURE,
            name.at,
            format!("`{subject}` 没有 `{}`", name.value),
            format!("`{subject}` has no `{}`", name.value),
        )
        .did_you_mean(&name.value, world.names_of(subject));
}
