//! JW0411, JW0412, JW0413: for given keys one row of a table applies, and between its bands there is no hole that nobody meant.

use std::collections::BTreeMap;

use types::{Band, EntryKey, TableEntry, TableKey};

use crate::code;
use crate::finding::{Findings, Place};
use crate::value::is_gap;

/// The rows of one version of a table, each with its place; `gaps`: holes are meant.
pub(crate) fn bands(keys: &[TableKey], rows: &[(TableEntry, Place)], gaps: bool, findings: &mut Findings) {
    let is_exact = |key: usize| !keys[key].is_band;
    for group in groups(rows, &is_exact).into_values() {
        one_applies(keys, &group, findings);
    }
    for column in (0..keys.len()).filter(|column| keys[*column].is_band && !gaps) {
        for group in groups(rows, &|key| key != column).into_values() {
            no_hole(column, &group, findings);
        }
    }
}

type Group<'r> = Vec<&'r (TableEntry, Place)>;

/// The rows by what they say of the keys that `by` picks.
fn groups<'r>(rows: &'r [(TableEntry, Place)], by: &dyn Fn(usize) -> bool) -> BTreeMap<Vec<String>, Group<'r>> {
    let mut groups: BTreeMap<Vec<String>, Group<'r>> = BTreeMap::new();
    for row in rows {
        let cells = row.0.keys.iter().enumerate().filter(|(key, _)| by(*key)).map(|(_, cell)| cell.to_string());
        groups.entry(cells.collect()).or_default().push(row);
    }
    groups
}

/// No two rows of `group`, equal in their exact keys, are equal or meet in all their bands.
fn one_applies(keys: &[TableKey], group: &[&(TableEntry, Place)], findings: &mut Findings) {
    let columns: Vec<usize> = (0..keys.len()).filter(|column| keys[*column].is_band).collect();
    let mut sorted: Group<'_> = group.to_vec();
    if let Some(first) = columns.first() {
        sorted.sort_by(|left, right| match (band(left, *first), band(right, *first)) {
            (Some(left), Some(right)) => left.order_by_start(right),
            _ => std::cmp::Ordering::Equal,
        });
    }
    for (index, later) in sorted.iter().enumerate() {
        let meets = |earlier: &&&(TableEntry, Place)| {
            columns.iter().all(|column| match (band(earlier, *column), band(later, *column)) {
                (Some(left), Some(right)) => left.meets(right),
                _ => true,
            })
        };
        let Some(earlier) = sorted[..index].iter().find(meets) else { continue };
        let said = |row: &TableEntry| row.keys.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let (one, other) = (said(&earlier.0), said(&later.0));
        let draft = if one == other {
            let (zh, en) = (format!("`{other}` 已有一行"), format!("there is a row for `{other}` already"));
            findings.error(code::ROW_TWICE, later.1, zh, en)
        } else {
            let (zh, en) = (format!("`{other}` 与 `{one}` 重叠"), format!("`{other}` overlaps `{one}`"));
            findings
                .error(code::BANDS_OVERLAP, later.1, zh, en)
                .hint("不含端点写 `<`：`0..<100`、`100..`", "an end that does not belong has a `<`: `0..<100`, `100..`")
        };
        draft.related(earlier.1, "另一行", "the other row");
    }
}

/// The bands in `column` of `group`, equal in all other keys, follow each other.
fn no_hole(column: usize, group: &[&(TableEntry, Place)], findings: &mut Findings) {
    let mut bands: Vec<(&Band, Place)> = group.iter().filter_map(|row| Some((band(row, column)?, row.1))).collect();
    bands.sort_by(|left, right| left.0.order_by_start(right.0));
    for pair in bands.windows(2) {
        let [(below, at_below), (above, at)] = pair else { continue };
        if is_gap(below, above) {
            findings
                .error(
                    code::BAND_GAP,
                    *at,
                    format!("`{below}` 与 `{above}` 之间有空档"),
                    format!("between `{below}` and `{above}` nothing applies"),
                )
                .hint("若是有意，给参数写上 `gaps: true`", "if that is meant, say `gaps: true` in the parameter")
                .related(*at_below, "前一段", "the band before");
        }
    }
}

fn band(row: &(TableEntry, Place), column: usize) -> Option<&Band> {
    match row.0.keys.get(column) {
        Some(EntryKey::Within(band)) => Some(band),
        _ => None,
    }
}
