//! The rows of keyed tables: cells of the types their keys have.

use std::sync::Arc;

use expr::TableType;
use types::{EntryKey, KeyedTable, TableEntry, TableKey, Text, Type, Value};

use crate::check;
use crate::code;
use crate::finding::Findings;
use crate::raw::{At, ROW_COLUMNS, RawRow};
use crate::value::{is_gap, parse_band, parse_value};

/// What a table looks like, whatever its rows.
pub(crate) struct Form<'f> {
    pub(crate) keys: &'f [TableKey],
    pub(crate) ty: Type,
    /// Gaps between bands are meant.
    pub(crate) gaps: bool,
}

/// One version of a table.
pub(crate) fn table(form: &Form<'_>, rows: &[RawRow], basis: &str, findings: &mut Findings) -> KeyedTable {
    let mut entries = Vec::new();
    for row in rows {
        entries.extend(entry(form, row, findings).map(|entry| (entry, row.at)));
    }
    // What could not be read leaves a gap that is not the author's.
    let gaps = form.gaps || entries.len() < rows.len();
    check::bands(form.keys, &entries, gaps, findings);
    let entries = entries.into_iter().map(|(entry, _)| entry).collect();
    KeyedTable::new(form.keys.to_vec(), form.ty, entries, basis.to_owned())
}

/// What expressions may do with the table.
pub(crate) fn table_type(form: &Form<'_>, versions: &[Value]) -> TableType {
    let is_complete = |version: &Value| match version {
        Value::Table(table) => is_complete(table),
        _ => false,
    };
    TableType {
        keys: form.keys.to_vec(),
        value: form.ty,
        is_complete: !versions.is_empty() && versions.iter().all(is_complete),
    }
}

/// Whether every value of the only key, a band, has an entry.
fn is_complete(table: &Arc<KeyedTable>) -> bool {
    let band = |entry: &TableEntry| match entry.keys.as_slice() {
        [EntryKey::Within(band)] => Some(band.clone()),
        _ => None,
    };
    let Some(bands) = table.entries().iter().map(band).collect::<Option<Vec<_>>>() else { return false };
    let (Some(first), Some(last)) = (bands.first(), bands.last()) else { return false };
    first.from.is_none() && last.to.is_none() && bands.windows(2).all(|pair| !is_gap(&pair[0], &pair[1]))
}

fn entry(form: &Form<'_>, row: &RawRow, findings: &mut Findings) -> Option<TableEntry> {
    let known: Vec<&str> = form.keys.iter().map(|key| key.name.as_str()).chain(ROW_COLUMNS).collect();
    for (name, _) in &row.cells {
        if !known.contains(&name.value.as_str()) {
            let listed: Vec<_> = known.iter().map(|name| format!("`{name}`")).collect();
            findings
                .error(
                    code::UNKNOWN_KEY,
                    name.at,
                    format!("未知的键 `{}`", name.value),
                    format!("unknown key `{}`", name.value),
                )
                .hint(
                    format!("这里可以写：{}", listed.join("、")),
                    format!("what may stand here: {}", listed.join(", ")),
                )
                .did_you_mean(&name.value, &known);
        }
    }
    let mut keys = Vec::new();
    for key in form.keys {
        let cell = need(row, &key.name, findings);
        keys.push(
            cell.and_then(
                |cell| if key.is_band { band(cell, key.ty, findings) } else { exact(cell, key.ty, findings) },
            ),
        );
    }
    let value = need(row, "value", findings).and_then(|cell| typed(cell, form.ty, findings));
    let basis = row.cells.iter().find(|(name, _)| name.value == "basis").map(|(_, cell)| cell.value.clone());
    Some(TableEntry { keys: keys.into_iter().collect::<Option<_>>()?, value: value?, basis })
}

fn need<'r>(row: &'r RawRow, name: &str, findings: &mut Findings) -> Option<&'r At<String>> {
    let cell = row.cells.iter().find(|(known, _)| known.value == name);
    if cell.is_none() {
        findings.error(code::MISSING_KEY, row.at, format!("缺少 `{name}`"), format!("`{name}` is missing"));
    }
    cell.map(|(_, cell)| cell)
}

fn exact(cell: &At<String>, ty: Type, findings: &mut Findings) -> Option<EntryKey> {
    typed(cell, ty, findings).map(EntryKey::Is)
}

fn band(cell: &At<String>, ty: Type, findings: &mut Findings) -> Option<EntryKey> {
    match parse_band(&cell.value, ty) {
        Ok(band) => Some(EntryKey::Within(band)),
        Err(expected) => {
            let (zh, en) = (format!("`{}` 不是分段", cell.value), format!("`{}` is not a band", cell.value));
            findings.error(code::BAD_BAND, cell.at, zh, en).hint_text(Some(expected));
            None
        }
    }
}

/// The value of type `ty`, or a finding.
fn typed(cell: &At<String>, ty: Type, findings: &mut Findings) -> Option<Value> {
    let told = |expected: Text, findings: &mut Findings| {
        findings
            .error(
                code::VALUE_TYPE,
                cell.at,
                format!("`{}` 不是 `{}` 类型的值", cell.value, ty.word()),
                format!("`{}` is not a value of type `{}`", cell.value, ty.word()),
            )
            .hint_text(Some(expected));
    };
    parse_value(&cell.value, ty).map_err(|expected| told(expected, findings)).ok()
}
