//! Table tests: a handful of deliveries by hand, through intake, linkage and engine, to answers checked by hand.

use std::collections::BTreeMap;

use engine::{Scene, Screen};
use pack::Programme;
use pack::programme::Given;
use pack::test_table::{AnswerExpect, Asked, TableTest, TestDelivery, TestExpect, TestLink, TestQuestion, ValueExpect};
use types::{Alias, Answer, Day, Decimal, Delivery, Hash, Question, Reason, ReasonLine, Stamp, Text, Value, ValueLine};

use super::{Outcome, differs};
use crate::tables::Tables;

/// A table whose files are read.
pub struct Prepared<'t> {
    /// The table.
    pub table: &'t TableTest,
    deliveries: Vec<Landed>,
}

impl<'t> Prepared<'t> {
    /// Reads the files of `table`.
    ///
    /// # Errors
    /// The outcome of the table, when one cannot be read.
    pub fn new(programme: &Programme, table: &'t TableTest) -> Result<Self, Outcome> {
        let mut deliveries = Vec::new();
        for (index, given) in table.deliveries.iter().enumerate() {
            match land(programme, given, index, &deliveries) {
                Ok(delivery) => deliveries.push(delivery),
                Err(text) => return Err(outcome(table, given.line, &given.feed, Some(text))),
            }
        }
        Ok(Self { table, deliveries })
    }

    /// Asks `question` of the table.
    pub fn ask(&self, programme: &Programme, question: &TestQuestion) -> Vec<Outcome> {
        let name = match &question.asked {
            Asked::Model(model) => format!("{model} @ {}", question.as_of),
            Asked::Feature { of, name } => format!("{of}.{name} @ {}", question.as_of),
        };
        match ask(programme, self.table, &self.deliveries, question) {
            Err(text) => vec![outcome(self.table, question.line, &name, Some(text))],
            Ok(failures) if failures.is_empty() => vec![outcome(self.table, question.line, &name, None)],
            Ok(failures) => {
                let refused = refused(self.table, &self.deliveries);
                let with = |text: Text| Text::new(text.zh + &refused.zh, text.en + &refused.en);
                failures.into_iter().map(|(line, text)| outcome(self.table, line, &name, Some(with(text)))).collect()
            }
        }
    }
}

fn outcome(table: &TableTest, line: usize, name: &str, failure: Option<Text>) -> Outcome {
    Outcome { file: table.file.clone(), line, name: format!("{}：{name}", table.title), failure }
}

/// Runs every question of a table.
pub fn prove(programme: &Programme, table: &TableTest) -> Vec<Outcome> {
    match Prepared::new(programme, table) {
        Ok(prepared) => table.questions.iter().flat_map(|question| prepared.ask(programme, question)).collect(),
        Err(outcome) => vec![outcome],
    }
}

/// The rows of the table that were refused, behind what went otherwise: a typing mistake in a row is the likeliest cause.
fn refused(table: &TableTest, deliveries: &[Landed]) -> Text {
    let mut said = Text::default();
    for (given, (delivery, landed)) in table.deliveries.iter().zip(deliveries) {
        for row in &landed.refused {
            let line = given.rows_line + row.row.saturating_sub(1) as usize;
            let cell = row.column.as_ref().map_or_else(String::new, |column| format!(" `{column}`=`{}`", row.value));
            let check = row.check.as_ref().map_or_else(String::new, |check| format!(" `{check}`"));
            let why = row.code.text();
            said.zh.push_str(&format!("；第 {line} 行被退回（{}）：{}{check}{cell}", delivery.feed, why.zh));
            said.en.push_str(&format!("; line {line} was refused ({}): {}{check}{cell}", delivery.feed, why.en));
        }
    }
    said
}

type Landed = (Delivery, types::Landed);

fn land(programme: &Programme, given: &TestDelivery, index: usize, earlier: &[Landed]) -> Result<Landed, Text> {
    let missing = || Text::new(format!("没有数据源 `{}`", given.feed), format!("there is no feed `{}`", given.feed));
    let feed = programme.feeds.get(&given.feed).ok_or_else(missing)?;
    let file_name = format!("{}.csv", given.feed);
    let landed = intake::read(given.rows.as_bytes(), &file_name, feed).map_err(|error| error.message)?;
    let data_date = given.data_date.unwrap_or(given.received);
    let previous_end = earlier
        .iter()
        .filter(|(delivery, _)| delivery.feed == given.feed)
        .filter_map(|(delivery, _)| delivery.covers)
        .map(|covers| covers.to)
        .max();
    let (scopes, covers) = intake::describe(&landed, feed, data_date, &given.scope, previous_end);
    let delivery = Delivery {
        sequence: u32::try_from(index + 1).unwrap_or(u32::MAX),
        feed: given.feed.clone(),
        hash: Hash::of(given.rows.as_bytes()),
        file_name,
        received: given.received,
        data_date,
        covers: given.covers.or(covers),
        scopes,
        rows: u32::try_from(landed.table.num_rows()).unwrap_or(u32::MAX),
        refused: u32::try_from(landed.refused.len()).unwrap_or(u32::MAX),
    };
    Ok((delivery, landed))
}

fn ask(
    programme: &Programme,
    table: &TableTest,
    deliveries: &[Landed],
    asked: &TestQuestion,
) -> Result<Vec<(usize, Text)>, Text> {
    let fault = |fault: engine::Fault| Text::new(fault.to_string(), fault.to_string());
    let question = Question { as_of: asked.as_of, known_by: asked.known_by };
    let mut tables = Tables::default();
    for (delivery, landed) in deliveries {
        let linked = tables.add(programme, delivery.clone(), landed.clone());
        linked.map_err(|error| Text::new(error.to_string(), error.to_string()))?;
    }
    tables.settle(programme, &aliases(programme, &table.link), question.known_by);
    let scene = Scene::new(programme, &tables, question).map_err(fault)?;
    let wanted = match &asked.asked {
        Asked::Model(model) => Some(model.as_str()),
        Asked::Feature { .. } => None,
    };
    let screen = engine::screen(&scene, 1, |model| wanted == Some(model.id.as_str())).map_err(fault)?;
    let mut failures = Vec::new();
    for (key, expect, line) in &asked.expect {
        let failure = match (expect, &asked.asked) {
            (TestExpect::Answer(expect), Asked::Model(model)) => answer(&screen, model, key, expect).map_err(fault)?,
            (TestExpect::Value(expect), Asked::Feature { of, name }) => {
                value(screen.value(of, name, key).map_err(fault)?.as_ref(), key, expect)
            }
            _ => None,
        };
        failures.extend(failure.map(|text| (*line, text)));
    }
    if asked.only {
        if let Asked::Model(model) = &asked.asked {
            for key in screen.subjects(model, Answer::Hit).map_err(fault)? {
                if !asked.expect.iter().any(|(known, ..)| *known == key) {
                    failures.push((asked.line, differs(&key, "no hit", "hit")));
                }
            }
        }
    }
    Ok(failures)
}

fn aliases(programme: &Programme, links: &[TestLink]) -> Vec<Alias> {
    links
        .iter()
        .enumerate()
        .map(|(index, link)| {
            let (kind, from, to, known_by): (&str, &str, Option<&str>, Day) = match link {
                TestLink::Merge { from, to, kind, known_by } => (kind, from, Some(to), *known_by),
                TestLink::Split { key, kind, known_by } => (kind, key, None, *known_by),
            };
            Alias {
                position: u32::try_from(index + 1).unwrap_or(u32::MAX),
                kind: programme.register_of(kind).map_or_else(|| kind.to_owned(), |register| register.name.clone()),
                from: from.to_owned(),
                to: to.map(str::to_owned),
                known_by,
                who: "test".to_owned(),
                why: "test".to_owned(),
            }
        })
        .collect()
}

fn answer(screen: &Screen<'_>, model: &str, key: &str, expect: &AnswerExpect) -> Result<Option<Text>, engine::Fault> {
    let Some(explanation) = screen.explain(model, key)? else {
        return Ok(Some(differs(key, expect.answer.word(), "no such subject")));
    };
    if explanation.answer != expect.answer {
        let reasons = words(&explanation.reasons);
        let short = shortages(screen, model, &explanation.reasons)?;
        let found = format!("{} {reasons}{short}", explanation.answer.word());
        return Ok(Some(differs(key, expect.answer.word(), &found)));
    }
    if expect.reason.is_some() || expect.about.is_some() {
        let is_met = explanation.reasons.iter().any(|line| {
            expect.reason.is_none_or(|reason| line.reason == reason)
                && expect
                    .about
                    .as_ref()
                    .is_none_or(|about| line.about.trim_start_matches(':') == about.trim_start_matches(':'))
        });
        if !is_met {
            let expected = format!(
                "{} {}",
                expect.reason.map_or("any", Reason::word),
                expect.about.as_deref().unwrap_or_default()
            );
            return Ok(Some(differs(key, &expected, &words(&explanation.reasons))));
        }
    }
    for (name, given) in &expect.values {
        let line = explanation.values.iter().find(|line| line.name == *name);
        if let Some(text) =
            value(line, &format!("{key} {name}"), &ValueExpect { value: given.clone(), stamps: Vec::new() })
        {
            return Ok(Some(text));
        }
    }
    if let Some(severity) = &expect.severity
        && explanation.severity.as_ref() != Some(severity)
    {
        return Ok(Some(differs(key, severity, explanation.severity.as_deref().unwrap_or("none"))));
    }
    if let Some(near) = &expect.near {
        let lines = screen.near(model)?;
        let found: Vec<&str> = lines
            .iter()
            .filter(|line| line.subject.key == explanation.subject.key)
            .map(|line| line.condition.text.as_str())
            .collect();
        if !found.contains(&near.as_str()) {
            return Ok(Some(differs(&format!("{key} near"), near, &found.join("; "))));
        }
    }
    if let Some(evidence) = expect.evidence {
        let count: u64 = explanation.values.iter().map(|line| line.evidence.count).sum();
        if count != evidence {
            return Ok(Some(differs(&format!("{key} evidence"), &evidence.to_string(), &count.to_string())));
        }
    }
    Ok(None)
}

/// Where the history is too short: from when it is needed and from when it is there.
fn shortages(screen: &Screen<'_>, model: &str, reasons: &[ReasonLine]) -> Result<String, engine::Fault> {
    if !reasons.iter().any(|line| line.reason == Reason::HistoryTooShort) {
        return Ok(String::new());
    }
    let short = screen.shortages(model)?;
    let lines = short.iter().map(|one| {
        format!("; {} ({}): needed from {}, there from {}", one.feed, one.feature, one.needed_from, one.there_since)
    });
    Ok(lines.collect())
}

fn value(line: Option<&ValueLine>, key: &str, expect: &ValueExpect) -> Option<Text> {
    let Some(line) = line else { return Some(differs(key, &given_text(&expect.value), "no such value")) };
    let found = match (&line.value, line.covered) {
        (_, false) => format!("not covered: {}", words(&line.reasons)),
        (None, true) => "null".to_owned(),
        (Some(value), true) => shown(value, &line.ty),
    };
    let is_met = match &expect.value {
        Given::NotCovered(None) => !line.covered,
        Given::NotCovered(Some(reason)) => !line.covered && line.reasons.iter().any(|found| found.reason == *reason),
        Given::Value(Value::Null) => line.covered && line.value.is_none(),
        Given::Value(value) => line.covered && line.value.is_some() && same(&value.to_string(), &found),
    };
    if !is_met {
        return Some(differs(key, &given_text(&expect.value), &found));
    }
    let stamps: BTreeMap<&str, ()> = line.stamps.iter().map(|stamp| (word(stamp), ())).collect();
    let lacking = expect.stamps.iter().find(|stamp| !stamps.contains_key(stamp.as_str()))?;
    let found: Vec<&str> = stamps.into_keys().collect();
    Some(differs(&format!("{key} stamps"), lacking, &found.join(", ")))
}

/// Money is kept as fen; tables are written in yuan.
fn shown(value: &str, ty: &str) -> String {
    match Decimal::parse(value) {
        Some(fen) if is_money(ty) => Decimal::new(fen.mantissa, fen.scale + 2).normalised().to_string(),
        _ => value.to_owned(),
    }
}

fn is_money(ty: &str) -> bool {
    ty == "money" || ty == "number of yuan"
}

/// Equal as numbers where both are, else as texts.
fn same(expected: &str, found: &str) -> bool {
    match (Decimal::parse(expected), Decimal::parse(found)) {
        (Some(expected), Some(found)) => expected == found,
        _ => expected == found,
    }
}

fn given_text(given: &Given) -> String {
    match given {
        Given::Value(value) => value.to_string(),
        Given::NotCovered(None) => "not covered".to_owned(),
        Given::NotCovered(Some(reason)) => format!("not covered: {}", reason.word()),
    }
}

fn words(reasons: &[ReasonLine]) -> String {
    reasons.iter().map(|line| format!("{} ({})", line.reason.word(), line.about)).collect::<Vec<_>>().join(", ")
}

fn word(stamp: &Stamp) -> &'static str {
    match stamp {
        Stamp::DataTo { .. } => "data_to",
        Stamp::Since { .. } => "since",
        Stamp::NullCells { .. } => "null_cells",
        Stamp::WhereUnknown { .. } => "where_unknown",
        Stamp::Unreadable { .. } => "unreadable",
        Stamp::MembersNotCovered { .. } => "members_not_covered",
        Stamp::Assumed => "assumed",
        Stamp::Outvoted { .. } => "outvoted",
        Stamp::Source { .. } => "source",
        Stamp::Table { .. } => "table",
    }
}
