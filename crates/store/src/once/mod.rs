//! Commands that were done under a key of their sender: sent again, they are answered and not done again.

use sqlx::{QueryBuilder, Sqlite, SqliteExecutor, Transaction};

use crate::{Store, StoreError};

/// A command that was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Once {
    /// Who sent it; empty for someone not signed in.
    pub person: String,
    /// The key.
    pub key: String,
    /// Digest of what was sent.
    pub digest: String,
    /// What was answered, by reference.
    pub answer: String,
    /// When.
    pub at: String,
}

impl Once {
    /// What the row of a person's key holds: digest, answer, when.
    pub(crate) fn of(person: &str, key: &str, (digest, answer, at): (String, String, String)) -> Self {
        Self { person: person.to_owned(), key: key.to_owned(), digest, answer, at }
    }

    /// Adds the statement that writes it down.
    pub(crate) fn push(&self, batch: &mut QueryBuilder<Sqlite>) {
        batch.push("insert into done_once (person, key, digest, answer, at) values (");
        for (number, value) in [&self.person, &self.key, &self.digest, &self.answer, &self.at].into_iter().enumerate() {
            batch.push(if number == 0 { "" } else { ", " }).push_bind(value.clone());
        }
        batch.push("); ");
    }

    pub(crate) async fn write(&self, tx: &mut Transaction<'static, Sqlite>) -> Result<(), StoreError> {
        sqlx::query("insert into done_once (person, key, digest, answer, at) values (?1, ?2, ?3, ?4, ?5)")
            .bind(&self.person)
            .bind(&self.key)
            .bind(&self.digest)
            .bind(&self.answer)
            .bind(&self.at)
            .execute(&mut **tx)
            .await?;
        Ok(())
    }
}

impl Store {
    /// What was done under this key, if anything.
    ///
    /// # Errors
    /// `Sql`.
    pub async fn done_once(&self, person: &str, key: &str) -> Result<Option<Once>, StoreError> {
        find(&self.reading, person, key).await
    }
}

pub(crate) async fn find<'e>(
    from: impl SqliteExecutor<'e>,
    person: &str,
    key: &str,
) -> Result<Option<Once>, StoreError> {
    let row: Option<(String, String, String)> =
        sqlx::query_as("select digest, answer, at from done_once where person = ?1 and key = ?2")
            .bind(person)
            .bind(key)
            .fetch_optional(from)
            .await?;
    Ok(row.map(|row| Once::of(person, key, row)))
}
