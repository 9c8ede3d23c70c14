//! `--truth FILE`: what really was so, as CSV.
//!
//! Columns are found by their header: `date` and `subject`, and either `model` (an id) or `kind` (what happened, as the simulator's
//! `truth/events.csv` writes it), which `--case MODEL=KIND` says which model looks for.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use pipeline::backtest::{Case, Truth, TruthSource};
use types::Day;

use crate::context::name_of;
use crate::exit::Exit;
use crate::failure::Failure;

/// The header of the simulator's `events.csv`.
const SIMULATED: [&str; 6] = ["date", "kind", "subject", "other", "amount", "detail"];

/// A file of what happened.
pub struct TruthFile {
    /// What it says.
    pub truth: Truth,
    /// The simulator wrote it.
    pub is_simulated: bool,
}

/// Reads `path`; `cases` are pairs (model, kind).
pub fn read(path: &Path, cases: &[(String, String)]) -> Result<TruthFile, Failure> {
    let bytes = std::fs::read(path).map_err(|error| Failure::unreadable(path, &error))?;
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes);
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(bytes);
    let header = reader.headers().map_err(|error| bad(path, 1, &error.to_string(), &error.to_string()))?.clone();
    let column = |name: &str| header.iter().position(|written| written == name);
    let need = |name: &str| {
        column(name).ok_or_else(|| bad(path, 1, &format!("没有 `{name}` 列"), &format!("there is no column `{name}`")))
    };
    let (date, subject) = (need("date")?, need("subject")?);
    let (model, kind) = (column("model"), column("kind"));
    if model.is_none() && (kind.is_none() || cases.is_empty()) {
        return Err(bad(
            path,
            1,
            "没有 `model` 列；若有 `kind` 列，请用 `--case 模型=kind` 说明",
            "there is no column `model`; with a column `kind`, say `--case MODEL=KIND`",
        ));
    }
    let mut truth = Truth { source: TruthSource::File, cases: BTreeMap::new() };
    for (model, _) in cases {
        truth.cases.entry(model.clone()).or_default();
    }
    let mut kinds: BTreeSet<String> = BTreeSet::new();
    for (line, record) in (2_u64..).zip(reader.records()) {
        let record = record.map_err(|error| bad(path, line, &error.to_string(), &error.to_string()))?;
        let cell = |column: usize| record.get(column).unwrap_or_default();
        let on = Day::parse(cell(date)).ok_or_else(|| {
            let cell = cell(date);
            bad(path, line, &format!("`{cell}` 不是日期"), &format!("`{cell}` is not a day"))
        })?;
        let case = Case { subject: cell(subject).to_owned(), on, founded: true };
        if let Some(model) = model {
            truth.cases.entry(cell(model).to_owned()).or_default().push(case);
            continue;
        }
        let happened = kind.map(cell).unwrap_or_default();
        if !kinds.contains(happened) {
            kinds.insert(happened.to_owned());
        }
        for (model, _) in cases.iter().filter(|(_, kind)| kind == happened) {
            truth.cases.entry(model.clone()).or_default().push(case.clone());
        }
    }
    if let Some((_, unknown)) = cases.iter().find(|(_, kind)| model.is_none() && !kinds.contains(kind)) {
        let known: Vec<&str> = kinds.iter().map(String::as_str).collect();
        return Err(bad(
            path,
            1,
            &format!("没有 `{unknown}` 类；已有：{}", known.join("、")),
            &format!("nothing in it is a `{unknown}`; there are: {}", known.join(", ")),
        ));
    }
    Ok(TruthFile { truth, is_simulated: header.iter().eq(SIMULATED) })
}

fn bad(path: &Path, line: u64, zh: &str, en: &str) -> Failure {
    let name = name_of(path);
    Failure::new(
        Exit::FileRefused,
        "bad-truth",
        format!("`{name}` 第 {line} 行：{zh}"),
        format!("`{name}`, line {line}: {en}"),
    )
}
