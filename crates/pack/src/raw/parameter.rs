//! `parameters.yaml`: thresholds, and tables of them, with their values in time and place.

use types::{Day, TableKey, Text, Type};

use super::At;
use super::fields::{self, Fields};
use super::yaml::{Entry, Kind, Node};
use crate::code;
use crate::finding::{Findings, Place};
use crate::value;

/// A parameter as written.
pub(crate) struct RawParameter {
    pub(crate) pack: usize,
    pub(crate) name: At<String>,
    pub(crate) title: Option<Text>,
    pub(crate) ty: Option<At<Type>>,
    /// It is a table: it has `keys`.
    pub(crate) is_table: bool,
    /// The keys of a table; `None` for one that could not be read.
    pub(crate) keys: Option<Vec<TableKey>>,
    /// Gaps between bands are meant.
    pub(crate) gaps: bool,
    pub(crate) values: Vec<RawParameterValue>,
}

/// One of its values.
pub(crate) struct RawParameterValue {
    pub(crate) place: Option<At<String>>,
    pub(crate) from: Option<At<Day>>,
    pub(crate) to: Option<At<Day>>,
    pub(crate) known_from: Option<At<Day>>,
    pub(crate) value: Option<At<String>>,
    /// The rows of a table.
    pub(crate) rows: Option<Vec<RawRow>>,
    pub(crate) basis: Option<String>,
    pub(crate) example: bool,
}

/// One row of a table: what it says, by the names of keys, `value` and `basis`.
#[derive(Clone, Debug)]
pub(crate) struct RawRow {
    pub(crate) at: Place,
    pub(crate) cells: Vec<(At<String>, At<String>)>,
}

impl RawParameter {
    /// All parameters of a file.
    pub(crate) fn read_all(pack: usize, node: &Node, file: usize, findings: &mut Findings) -> Vec<Self> {
        let entries = if node.is_null() { &[] } else { fields::entries(node, file, findings).unwrap_or_default() };
        entries.iter().map(|entry| Self::read(pack, entry, file, findings)).collect()
    }

    fn read(pack: usize, entry: &Entry, file: usize, findings: &mut Findings) -> Self {
        let name = At { value: entry.key.clone(), at: entry.key_place(file) };
        fields::name(&name, findings);
        let mut parameter =
            Self { pack, name, title: None, ty: None, is_table: false, keys: None, gaps: false, values: Vec::new() };
        let Some(mut keys) = Fields::of(&entry.value, entry.key_place(file), findings) else { return parameter };
        parameter.ty = keys.need("type", findings).and_then(|entry| value::read_type(&entry.value, file, findings));
        parameter.title = keys.get("title", findings).and_then(|entry| fields::title(entry, file, findings));
        let table = keys.get("keys", findings);
        parameter.is_table = table.is_some();
        parameter.keys = table.and_then(|entry| read_keys(entry, file, findings));
        if let Some(entry) = keys.get("gaps", findings) {
            parameter.gaps = fields::flag(&entry.value, file, findings).unwrap_or_default();
            let is_banded = parameter.keys.as_ref().is_none_or(|keys| keys.iter().any(|key| key.is_band));
            if !is_banded || !parameter.is_table {
                let at = entry.key_place(file);
                findings
                    .error(code::MISPLACED_SETTING, at, "没有分段，用不上 `gaps`", "`gaps` without bands")
                    .hint("去掉 `gaps`", "remove `gaps`");
            }
        }
        if let Some(entry) = keys.need("values", findings) {
            let values = fields::list(&entry.value, file, findings, |node, findings| {
                read_value(node, table.is_some(), file, findings)
            });
            parameter.values = values.unwrap_or_default();
        }
        keys.finish(findings);
        parameter
    }
}

fn read_value(node: &Node, is_table: bool, file: usize, findings: &mut Findings) -> Option<RawParameterValue> {
    let mut keys = Fields::of(node, node.place(file), findings)?;
    let place = keys.need("place", findings).and_then(|entry| fields::text(&entry.value, file, findings));
    let from = keys.need("from", findings).and_then(|entry| fields::day(&entry.value, file, findings));
    let to = keys.get("to", findings).and_then(|entry| fields::day(&entry.value, file, findings));
    let known_from = keys.get("known_from", findings).and_then(|entry| fields::day(&entry.value, file, findings));
    let (mut value, mut rows) = (None, None);
    if is_table {
        rows = keys.need("rows", findings).and_then(|entry| read_rows(&entry.value, file, findings));
    } else {
        value = keys.need("value", findings).and_then(|entry| fields::text(&entry.value, file, findings));
    }
    let basis = keys.need("basis", findings).and_then(|entry| fields::text(&entry.value, file, findings));
    let example = keys.get("example", findings).and_then(|entry| fields::flag(&entry.value, file, findings));
    keys.finish(findings);
    Some(RawParameterValue {
        place,
        from,
        to,
        known_from,
        value,
        rows,
        basis: basis.map(|text| text.value),
        example: example.unwrap_or_default(),
    })
}

/// `keys: {kind: text, amount: band(money)}`
fn read_keys(entry: &Entry, file: usize, findings: &mut Findings) -> Option<Vec<TableKey>> {
    let entries = fields::entries(&entry.value, file, findings)?;
    if entries.is_empty() {
        findings
            .error(code::WRONG_SHAPE, entry.key_place(file), "`keys` 里没有键", "`keys` names no key")
            .hint("写作 `keys: {kind: text, amount: band(money)}`", "write `keys: {kind: text, amount: band(money)}`");
        return None;
    }
    let mut keys = Vec::new();
    for entry in entries {
        let name = At { value: entry.key.clone(), at: entry.key_place(file) };
        fields::name(&name, findings);
        if COLUMNS.contains(&name.value.as_str()) {
            findings
                .error(
                    code::RESERVED_NAME,
                    name.at,
                    format!("`{}` 是保留的名称", name.value),
                    format!("`{}` is a reserved name", name.value),
                )
                .hint("请给键换一个名称", "give the key another name");
        }
        keys.push(value::read_key_type(&entry.value, file, findings).map(|(ty, is_band)| TableKey {
            name: name.value,
            ty,
            is_band,
        }));
    }
    keys.into_iter().collect()
}

/// The rows of a table; which names may stand in them, its keys say.
pub(super) fn read_rows(node: &Node, file: usize, findings: &mut Findings) -> Option<Vec<RawRow>> {
    let rows = fields::list(node, file, findings, |node, findings| {
        let entries = fields::entries(node, file, findings)?;
        let mut cells = Vec::new();
        for entry in entries {
            let name = At { value: entry.key.clone(), at: entry.key_place(file) };
            match &entry.value.kind {
                Kind::Scalar(text, _) if !text.trim().is_empty() => {
                    cells.push((name, At { value: text.trim().to_owned(), at: entry.value.place(file) }));
                }
                _ => fields::wrong_shape(&entry.value, file, "文字", "a text", findings),
            }
        }
        Some(RawRow { at: first_of(node, entries, file), cells })
    })?;
    if rows.is_empty() {
        findings.error(code::WRONG_SHAPE, node.place(file), "表里没有行", "the table has no rows");
    }
    Some(rows)
}

/// Where a row is shown: at its first name.
fn first_of(node: &Node, entries: &[Entry], file: usize) -> Place {
    entries.first().map_or_else(|| node.place(file), |entry| entry.key_place(file))
}

/// Names in a row that are no keys.
pub(crate) const COLUMNS: [&str; 2] = ["value", "basis"];
