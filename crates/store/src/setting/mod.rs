//! Settings of the folder, by name: its time zone, for one.

use crate::{Store, StoreError};

impl Store {
    /// The setting `name`, if it was ever set. The folder's time zone is `time_zone`.
    ///
    /// # Errors
    /// `Sql`.
    pub async fn setting(&self, name: &str) -> Result<Option<String>, StoreError> {
        let query = sqlx::query_scalar("select value from setting where name = ?1");
        Ok(query.bind(name).fetch_optional(&self.reading).await?)
    }

    /// Sets `name` to `value`.
    ///
    /// # Errors
    /// `ReadOnly`, `Sql`.
    pub async fn set_setting(&self, name: &str, value: &str) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query(
            "insert into setting (name, value) values (?1, ?2) on conflict (name) do update set value = excluded.value",
        )
        .bind(name)
        .bind(value)
        .execute(&mut *tx)
        .await?;
        crate::durable::commit(tx).await?;
        Ok(())
    }
}
