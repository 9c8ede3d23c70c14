//! One hash over the lists that are made from events, to tell two states of them apart.

use types::{Hash, Hasher};

use crate::{Store, StoreError};

/// Each list: the highest number in it, and its rows with numbers over ?1 up to ?2, in order. Rows without a number come at the start.
const LISTS: [(&str, &str); 5] = [
    (
        "select coalesce(max(id), 0) from clue",
        "select json_array(id, model, state, live, quiet_from, place, payload, subject_key, episode) from clue
         where id > ?1 and id <= ?2 order by id",
    ),
    (
        "select coalesce(max(id), 0) from work",
        "select json_array(id, workflow, state, source, place, opened, since, closed, due, whole_due, green, receipt, payload,
            subject_key, pack, version) from work where id > ?1 and id <= ?2 order by id",
    ),
    (
        "select coalesce(max(clue), 0) from work_clue",
        "select json_array(clue, work) from work_clue where clue > ?1 and clue <= ?2 order by clue",
    ),
    (
        "select coalesce(max(work), 0) from turn",
        "select json_array(work, role, place, due, begins) from turn where work > ?1 and work <= ?2 order by work, role",
    ),
    (
        "select 1",
        "select json_array(place, workflow, state, open, due, works) from tally
         where ?1 = 0 and ?2 > 0 and works <> 0 order by place, workflow, state, open, due",
    ),
];

/// Numbers read at a time.
const PAGE: i64 = 1000;

impl Store {
    /// The hash of every row of the lists of clues and cases. Making them again from the events leaves it as it is.
    ///
    /// # Errors
    /// `Sql`.
    pub async fn digest_of_lists(&self) -> Result<Hash, StoreError> {
        let mut tx = self.reading.begin().await?;
        let mut hasher = Hasher::default();
        for (last, rows) in LISTS {
            let last: i64 = sqlx::query_scalar(last).fetch_one(&mut *tx).await?;
            let mut from = 0;
            while from < last {
                let page: Vec<String> =
                    sqlx::query_scalar(rows).bind(from).bind(from + PAGE).fetch_all(&mut *tx).await?;
                for row in page {
                    hasher.piece(row);
                }
                from += PAGE;
            }
            hasher.piece("");
        }
        Ok(hasher.finish())
    }
}
