//! The log of link decisions: merges and splits.

use types::{Alias, Day, canonical_json};

use crate::{Store, StoreError, cell};

/// A link decision to be logged.
#[derive(Clone, Debug)]
pub struct NewAlias {
    /// Identity space.
    pub kind: String,
    /// The key that stands for another from now on.
    pub from: String,
    /// The key it stands for; `None` splits `from` off again.
    pub to: Option<String>,
    /// Day from which it is known.
    pub known_by: Day,
    /// Who decided.
    pub who: String,
    /// Why.
    pub why: String,
}

impl Store {
    /// Logs a decision and gives it its position.
    ///
    /// # Errors
    /// `ReadOnly`, `Sql`.
    pub async fn append_alias(&self, new: &NewAlias) -> Result<Alias, StoreError> {
        let mut tx = self.begin().await?;
        let position: u32 =
            sqlx::query_scalar("select coalesce(max(position), 0) + 1 from alias").fetch_one(&mut *tx).await?;
        let NewAlias { kind, from, to, known_by, who, why } = new.clone();
        let alias = Alias { position, kind, from, to, known_by, who, why };
        sqlx::query("insert into alias (position, body) values (?1, ?2)")
            .bind(position)
            .bind(canonical_json(&alias)?)
            .execute(&mut *tx)
            .await?;
        crate::durable::commit(tx).await?;
        Ok(alias)
    }

    /// Every decision, by position.
    ///
    /// # Errors
    /// `Sql`, `Corrupt`.
    pub async fn aliases(&self) -> Result<Vec<Alias>, StoreError> {
        let bodies: Vec<String> =
            sqlx::query_scalar("select body from alias order by position").fetch_all(&self.reading).await?;
        bodies.iter().map(|body| cell::json(body)).collect()
    }
}
