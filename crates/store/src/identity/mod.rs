//! Dense numbers of subjects: given once, never reused.

use std::collections::BTreeMap;

use sqlx::{QueryBuilder, Sqlite, Transaction};
use types::Identities;

use crate::{Store, StoreError};

/// Rows per insert: four bound values each stay well below the database's limit.
const ROWS_AT_ONCE: usize = 4000;

impl Store {
    /// Every identity space with its keys in order of their numbers.
    ///
    /// # Errors
    /// `Sql`, `Corrupt` (a gap in the numbers).
    pub async fn identities(&self) -> Result<BTreeMap<String, Identities>, StoreError> {
        let rows: Vec<(String, u32, String)> =
            sqlx::query_as("select kind, number, key from identity order by kind, number")
                .fetch_all(&self.pool)
                .await?;
        let mut spaces: BTreeMap<String, Identities> = BTreeMap::new();
        for (kind, number, key) in rows {
            let space = spaces.entry(kind).or_default();
            if space.give(&key) != number {
                return Err(StoreError::corrupt(format!("the numbers of identities have a gap before {number}")));
            }
        }
        Ok(spaces)
    }

    /// Appends keys to the spaces, outside a delivery (which brings its own: `NewDelivery::new_keys`). All must be new.
    ///
    /// # Errors
    /// `ReadOnly`, `Sql` (a key that has a number).
    pub async fn append_identities(&self, keys: &BTreeMap<String, Vec<String>>) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        append(&mut tx, keys).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// Appends keys to the spaces: numbers count from 0, dense.
pub(crate) async fn append(
    tx: &mut Transaction<'static, Sqlite>,
    keys: &BTreeMap<String, Vec<String>>,
) -> Result<(), StoreError> {
    for (kind, keys) in keys {
        let first: i64 = sqlx::query_scalar("select coalesce(max(number) + 1, 0) from identity where kind = ?1")
            .bind(kind)
            .fetch_one(&mut **tx)
            .await?;
        let mut numbers = first..;
        for chunk in keys.chunks(ROWS_AT_ONCE) {
            let mut insert = QueryBuilder::<Sqlite>::new("insert into identity (kind, number, key) ");
            insert.push_values(chunk.iter().zip(&mut numbers), |mut row, (key, number)| {
                row.push_bind(kind).push_bind(number).push_bind(key);
            });
            insert.build().persistent(false).execute(&mut **tx).await?;
        }
    }
    Ok(())
}
