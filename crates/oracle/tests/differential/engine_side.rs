//! The engine's answers to a case, in the oracle's words.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow_array::{ArrayRef, BooleanArray, Date32Array, Int64Array, RecordBatch, StringArray, UInt32Array};
use arrow_schema::{DataType, Field, Schema};
use engine::Scene;
use oracle::{Case, Cell, Delivered};
use pack::Programme;
use pack::programme::Feed;
use pipeline::Tables;
use types::{
    Answer, Delivery, Hash, Landed, Question, ROW_COLUMN, Reason, RefusalCode, RefusedRow, Stamp, Type, physical,
};

/// One value as the engine shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    pub value: Option<String>,
    pub covered: bool,
    pub reasons: BTreeSet<Reason>,
    pub is_late: bool,
}

/// The value of (kind, name, key); `None` when the engine knows none.
pub type Value<'v> = &'v dyn Fn(&str, &str, &str) -> Option<Shown>;

/// Everything the engine says.
#[derive(Default)]
pub struct EngineAnswers {
    /// By model, by key: answer and level.
    pub said: BTreeMap<String, BTreeMap<String, (Answer, Option<String>)>>,
    /// By model, by key and answer: the conditions.
    pub near: BTreeMap<String, BTreeMap<(String, Answer), Vec<String>>>,
}

/// The tables of the case, linked.
pub fn tables(case: &Case) -> Tables {
    let mut tables = Tables::default();
    for delivered in &case.deliveries {
        let feed = &case.programme.feeds[&delivered.feed];
        tables.add(&case.programme, delivery(delivered), landed(feed, delivered)).expect("linked");
    }
    tables
}

/// Asks the engine; `values` are asked one by one through `ask`.
pub fn ask(
    case: &Case,
    tables: &mut Tables,
    question: Question,
    ask: &mut dyn FnMut(Value<'_>),
) -> Result<EngineAnswers, engine::Fault> {
    let programme: &Programme = &case.programme;
    tables.settle(programme, &case.aliases, question.known_by);
    let scene = Scene::new(programme, &*tables, question)?;
    let screen = engine::screen(&scene, 1, |_| true)?;
    ask(&|kind, name, key| {
        let line = screen.value(kind, name, key).expect("no fault")?;
        Some(Shown {
            value: line.value,
            covered: line.covered,
            reasons: line.reasons.iter().map(|line| line.reason).collect(),
            is_late: line.stamps.iter().any(|stamp| matches!(stamp, Stamp::DataTo { .. })),
        })
    });
    let mut answers = EngineAnswers::default();
    for id in programme.models.keys() {
        let said = answers.said.entry(id.clone()).or_default();
        for answer in Answer::ALL {
            for key in screen.subjects(id, answer)? {
                let severity = match answer {
                    Answer::Hit => screen.explain(id, &key)?.and_then(|explanation| explanation.severity),
                    _ => None,
                };
                said.insert(key, (answer, severity));
            }
        }
        let near = answers.near.entry(id.clone()).or_default();
        for line in screen.near(id)? {
            near.entry((line.subject.key, line.answer)).or_default().push(line.condition.text);
        }
    }
    Ok(answers)
}

fn delivery(delivered: &Delivered) -> Delivery {
    Delivery {
        sequence: delivered.sequence,
        feed: delivered.feed.clone(),
        hash: Hash::of(format!("{}", delivered.sequence).as_bytes()),
        file_name: format!("{}.csv", delivered.sequence),
        received: delivered.received,
        data_date: delivered.data_date,
        covers: delivered.covers,
        scopes: delivered.scopes.clone(),
        rows: u32::try_from(delivered.rows.len()).expect("few rows"),
        refused: u32::try_from(delivered.refused.len()).expect("few rows"),
    }
}

fn landed(feed: &Feed, delivered: &Delivered) -> Landed {
    let mut fields = Vec::new();
    let mut arrays: Vec<ArrayRef> = Vec::new();
    for (index, column) in feed.columns.values().enumerate() {
        let cells = delivered.rows.iter().map(|row| &row.cells[index]);
        fields.push(Field::new(&column.name, physical(column.ty).expect("a column type"), true));
        arrays.push(array(column.ty, cells));
    }
    fields.push(Field::new(ROW_COLUMN, DataType::UInt32, false));
    arrays.push(Arc::new(delivered.rows.iter().map(|row| row.number).collect::<UInt32Array>()));
    let refused = delivered
        .refused
        .iter()
        .map(|row| RefusedRow {
            sheet: None,
            row: row.number,
            column: None,
            code: RefusalCode::WrongType,
            check: None,
            value: String::new(),
            readable: row.readable.iter().collect(),
        })
        .collect();
    Landed {
        table: RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays).expect("a table"),
        refused,
        spool: None,
    }
}

fn array<'c>(ty: Type, cells: impl Iterator<Item = &'c Cell>) -> ArrayRef {
    match ty {
        Type::Bool => Arc::new(
            cells.map(|cell| if let Cell::Bool(value) = cell { Some(*value) } else { None }).collect::<BooleanArray>(),
        ),
        Type::Number { .. } => Arc::new(
            cells.map(|cell| if let Cell::Number(value) = cell { Some(*value) } else { None }).collect::<Int64Array>(),
        ),
        Type::Text | Type::Code(_) => Arc::new(
            cells
                .map(|cell| if let Cell::Text(text) = cell { Some(text.clone()) } else { None })
                .collect::<StringArray>(),
        ),
        _ => Arc::new(
            cells.map(|cell| if let Cell::Day(day) = cell { Some(day.0) } else { None }).collect::<Date32Array>(),
        ),
    }
}
