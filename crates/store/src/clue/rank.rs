//! The order in which clues are worth looking into: the gravest level first, among equals the model that was right more often, among equals
//! the oldest.

use std::collections::BTreeMap;

use sqlx::{QueryBuilder, Sqlite};

/// What the order rests on beside the clues themselves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ranking {
    /// Words of levels, the gravest first; a clue with another word or none comes after them.
    pub levels: Vec<String>,
    /// By model, of a thousand hits how many were right.
    pub rates: BTreeMap<String, u32>,
    /// What stands for a model that has no rate.
    pub otherwise: u32,
}

impl Ranking {
    /// Pushes the columns by which it orders: level, rate turned round, day, id; of `clue c`.
    pub(super) fn push(&self, select: &mut QueryBuilder<Sqlite>) {
        match self.levels.is_empty() {
            // A bare number would be taken for the number of a column.
            true => select.push("c.id * 0"),
            false => {
                select.push("case json_extract(c.episode, '$.level.severity')");
                for (rank, level) in (0_i64..).zip(&self.levels) {
                    select.push(" when ").push_bind(level.clone()).push(" then ").push_bind(rank);
                }
                select.push(" else 999 end")
            }
        };
        select.push(", ");
        match self.rates.is_empty() {
            // A bare number would be taken for the number of a column.
            true => select.push("c.id * 0"),
            false => {
                select.push("case c.model");
                for (model, rate) in &self.rates {
                    select.push(" when ").push_bind(model.clone()).push(" then ").push_bind(-i64::from(*rate));
                }
                select.push(" else ").push_bind(-i64::from(self.otherwise)).push(" end")
            }
        };
        select.push(", json_extract(c.episode, '$.opened'), c.id");
    }
}
