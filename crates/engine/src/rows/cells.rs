//! Single cells of a delivery: links, dates, scopes, keys.

use arrow_array::Array;
use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, UInt32Type};
use pack::programme::{Feed, Scope, Valid};
use types::{Canonical, Day, Linked, NO_NUMBER, ROW_COLUMN, Type, value_at};

/// Type of a feed's valid date.
pub fn valid_type(feed: &Feed) -> Option<Type> {
    match &feed.valid {
        Valid::DataDate => Some(Type::Day),
        Valid::Column(name) => feed.columns.get(name).map(|column| column.ty),
    }
}

/// The canonical number of one row's link.
pub fn link_of(linked: &Linked, kind: &str, row: usize, canonical: &Canonical) -> u32 {
    canonical_of(linked.links.get(kind).map_or(NO_NUMBER, |numbers| numbers[row]), canonical)
}

/// The canonical number of one refused row's link.
pub fn refused_link_of(linked: &Linked, kind: &str, index: usize, canonical: &Canonical) -> u32 {
    canonical_of(linked.refused_links.get(kind).map_or(NO_NUMBER, |numbers| numbers[index]), canonical)
}

fn canonical_of(number: u32, canonical: &Canonical) -> u32 {
    if number == NO_NUMBER { NO_NUMBER } else { canonical.of(number) }
}

/// The place of row `row` of `linked` in its department's file.
pub fn file_row(linked: &Linked, row: u32) -> u32 {
    let numbers = linked.table.column_by_name(ROW_COLUMN);
    let numbers = numbers.and_then(|column| column.as_primitive_opt::<UInt32Type>());
    numbers.map_or(0, |numbers| numbers.value(row as usize))
}

/// The text of one cell as scopes and keys write it.
pub fn cell_text(feed: &Feed, linked: &Linked, column: &str, row: u32) -> Option<String> {
    let kind = feed.columns.get(column)?.ty;
    let value = value_at(linked.table.column_by_name(column)?, kind, row as usize);
    (!value.is_null()).then(|| value.to_string())
}

/// The key of row `row` of an upsert feed.
pub fn key_of(feed: &Feed, linked: &Linked, key: &[String], row: u32) -> String {
    let mut text = String::new();
    for column in key {
        text.push_str(&cell_text(feed, linked, column, row).unwrap_or_default());
        text.push('\u{1f}');
    }
    text
}

/// Valid date of row `row`.
pub fn valid_of(feed: &Feed, linked: &Linked, row: u32) -> Day {
    match &feed.valid {
        Valid::DataDate => linked.delivery.data_date,
        Valid::Column(name) => linked
            .table
            .column_by_name(name)
            .and_then(|column| column.as_primitive_opt::<Date32Type>())
            .filter(|days| days.is_valid(row as usize))
            .map_or(linked.delivery.data_date, |days| Day(days.value(row as usize))),
    }
}

/// The scope row `row` belongs to.
pub fn scope_of(feed: &Feed, scope: &Scope, linked: &Linked, row: u32) -> String {
    match scope {
        Scope::All => String::new(),
        Scope::ByMonth => valid_of(feed, linked, row).month().to_string(),
        Scope::ByYear => valid_of(feed, linked, row).year().to_string(),
        Scope::ByColumn(column) => cell_text(feed, linked, column, row).unwrap_or_default(),
    }
}
