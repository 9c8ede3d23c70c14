//! Keyed tables: section 6. A version is a number in `par`; its rows stand in `entry`.
//!
//! A key of a row is `eN` (exactly this) or a band from `lN` to `hN`, either of which may be missing; `lcN`, `hcN`: the end belongs to it.

use types::{BandEnd, EntryKey, KeyedTable};

use super::Error;
use super::ask::Asking;
use super::expression::constant;

/// How many keys a table may have here.
const KEYS: usize = 2;

/// The table of rows.
pub(super) fn create() -> String {
    let keys = (0..KEYS).map(|key| format!("e{key}, l{key}, lc{key}, h{key}, hc{key}")).collect::<Vec<_>>();
    // `last`: number of the last key; `rs`: decimals of the value.
    format!("CREATE TABLE entry(id INTEGER, {}, last INTEGER, rs INTEGER, v);", keys.join(", "))
}

/// Writes the rows of `table`; the number it is known by.
pub(super) fn insert(asking: &Asking<'_>, id: usize, table: &KeyedTable) -> Result<(), Error> {
    let scale = match table.ty {
        types::Type::Number { scale, .. } => scale,
        _ => 0,
    };
    for row in table.entries() {
        let mut cells = vec![id.to_string()];
        for key in 0..KEYS {
            let ty = table.keys.get(key).map(|key| key.ty);
            let end = |end: &Option<BandEnd>| match (end, ty) {
                (Some(end), Some(ty)) => (constant(&end.value, ty), i64::from(end.is_closed).to_string()),
                _ => ("NULL".to_owned(), "NULL".to_owned()),
            };
            let (exact, low, high) = match (row.keys.get(key), ty) {
                (Some(EntryKey::Is(value)), Some(ty)) => (constant(value, ty), end(&None), end(&None)),
                (Some(EntryKey::Within(band)), _) => ("NULL".to_owned(), end(&band.from), end(&band.to)),
                _ => ("NULL".to_owned(), end(&None), end(&None)),
            };
            cells.extend([exact, low.0, low.1, high.0, high.1]);
        }
        cells.extend([(table.keys.len() - 1).to_string(), scale.to_string(), constant(&row.value, table.ty)]);
        asking.run(&format!("INSERT INTO entry VALUES ({});", cells.join(", ")))?;
    }
    Ok(())
}

/// Whether the row speaks of `value` as its key number `key`.
fn applies(key: usize, value: &str) -> String {
    format!(
        "({value} IS NOT NULL AND (e{key} IS NULL OR e{key} = {value}) AND (l{key} IS NULL OR l{key} < {value} OR (lc{key} AND l{key} = {value})) \
         AND (h{key} IS NULL OR h{key} > {value} OR (hc{key} AND h{key} = {value})))"
    )
}

/// The value of the row for `keys` in the version numbered `table`.
pub(super) fn entry(table: &str, keys: &[String]) -> String {
    let found: Vec<String> = keys.iter().enumerate().map(|(key, value)| applies(key, value)).collect();
    format!("(SELECT v FROM entry WHERE id = {table} AND {})", found.join(" AND "))
}

/// The graduated sum over the bands of the last key, which has `scale` decimals, rounded to `wanted`.
pub(super) fn marginal(table: &str, keys: &[String], scale: u8, wanted: u8) -> String {
    let Some((x, others)) = keys.split_last() else { return "NULL".into() };
    let last = others.len();
    let mut rows = format!("id = {table} AND last = {last}");
    for (key, value) in others.iter().enumerate() {
        rows += &format!(" AND {}", applies(key, value));
    }
    // Upwards from 0, or downwards: of whole numbers how many of 1, 2 … x (or -1, -2 … x) lie in the band, of others its length.
    let part = if scale == 0 {
        let low = format!("coalesce(l{last} + NOT lc{last}, -4611686018427387904)");
        let high = format!("coalesce(h{last} - NOT hc{last}, 4611686018427387904)");
        format!(
            "CASE WHEN {x} >= 0 THEN max(0, min({high}, {x}) - max({low}, 1) + 1) ELSE -max(0, min({high}, -1) - max({low}, {x}) + 1) END"
        )
    } else {
        let (low, high) =
            (format!("coalesce(l{last}, -4611686018427387904)"), format!("coalesce(h{last}, 4611686018427387904)"));
        format!(
            "CASE WHEN {x} >= 0 THEN max(0, min({high}, {x}) - max({low}, 0)) ELSE -max(0, min({high}, 0) - max({low}, {x})) END"
        )
    };
    let total = format!("(SELECT sum(v * ({part})) FROM entry WHERE {rows})");
    let found = format!("EXISTS (SELECT 1 FROM entry WHERE {rows} AND {})", applies(last, x));
    // Decimals of the exact sum: those of the value and of x.
    let units: String = (0_u32..=9).map(|more| format!(" WHEN {more} THEN {}", 10_i64.pow(more))).collect();
    let unit = format!("(SELECT CASE rs + {scale} - {wanted}{units} END FROM entry WHERE id = {table} LIMIT 1)");
    format!(
        "(CASE WHEN {found} THEN (SELECT CASE WHEN u <= 1 THEN t WHEN t >= 0 THEN (t + u / 2) / u ELSE -((u / 2 - t) / u) END \
         FROM (SELECT {total} AS t, {unit} AS u)) END)"
    )
}
