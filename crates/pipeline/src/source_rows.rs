//! The rows of departments' files behind a value, cell by cell.

use std::collections::{BTreeMap, BTreeSet};

use arrow_array::cast::AsArray;
use arrow_array::types::UInt32Type;
use pack::Programme;
use types::{DeliveryName, EvidenceRow, Linked, ROW_COLUMN, Value, value_at};

use crate::View;

/// One cell of a department's row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Column of the feed.
    pub column: String,
    /// What stands there, money in yuan; `None` for an empty cell.
    pub value: Option<String>,
}

/// The cells of rows, by delivery and number of the row.
pub type SourceRows = BTreeMap<(DeliveryName, u32), Vec<Cell>>;

impl View<'_, '_> {
    /// The cells of `rows`. What is not among the tables of the question is left out.
    #[must_use]
    pub fn source_rows(&self, rows: &[EvidenceRow]) -> SourceRows {
        let mut wanted: BTreeMap<(&str, DeliveryName), BTreeSet<u32>> = BTreeMap::new();
        for row in rows {
            wanted.entry((&row.feed, row.delivery)).or_default().insert(row.row);
        }
        let mut found = SourceRows::new();
        for ((feed, delivery), rows) in wanted {
            let deliveries = self.tables.of_feed(feed);
            for linked in deliveries.iter().filter(|linked| linked.delivery.hash == delivery) {
                read(self.programme, linked, &rows, &mut found);
            }
        }
        found
    }
}

/// Rows lie in the order of their day, not of their file: one look through the numbers finds all that are wanted.
fn read(programme: &Programme, linked: &Linked, wanted: &BTreeSet<u32>, found: &mut SourceRows) {
    let Some(feed) = programme.feeds.get(&linked.delivery.feed) else { return };
    let table = &linked.table;
    let schema = table.schema();
    let numbers = table.column_by_name(ROW_COLUMN).and_then(|column| column.as_primitive_opt::<UInt32Type>());
    let Some(numbers) = numbers else { return };
    for index in (0..numbers.len()).filter(|index| wanted.contains(&numbers.value(*index))) {
        let cells = schema.fields().iter().zip(table.columns()).filter_map(|(field, array)| {
            let column = feed.columns.get(field.name())?;
            let value = match value_at(array, column.ty, index) {
                Value::Null => None,
                value => Some(value.to_string()),
            };
            Some(Cell { column: field.name().clone(), value })
        });
        found.insert((linked.delivery.hash, numbers.value(index)), cells.collect());
    }
}
