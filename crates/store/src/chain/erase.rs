//! Erasing a subject from the log without breaking the chain.

use sqlx::{Sqlite, Transaction};
use types::Day;

use super::{Entry, append};
use crate::{Store, StoreError};

impl Store {
    /// Destroys the key of everything said of a subject, for good. Its clues show as erased; the chain stays valid. Returns how
    /// many payloads can no longer be read.
    ///
    /// # Errors
    /// `ReadOnly`, `Unknown` (nothing was said of it), `Sql`.
    pub async fn erase_subject(&self, kind: &str, key: &str, why: &str, on: Day, by: &str) -> Result<u64, StoreError> {
        let mut tx = self.begin().await?;
        let found: Option<i64> = sqlx::query_scalar("select id from subject_key where subject_hash = ?1")
            .bind(self.subject_hash(kind, key))
            .fetch_optional(&mut *tx)
            .await?;
        let Some(subject_key) = found else {
            return Err(StoreError::Unknown { what: "subject", name: kind.to_owned() });
        };
        // What was said in its cases before anyone knew whom they were about is sealed under keys of their own.
        let others: Vec<i64> = sqlx::query_scalar(
            "select distinct p.subject_key from work w join event e on e.work = w.id join payload p on p.id = e.payload
             where w.subject_key = ?1 and p.subject_key <> ?1",
        )
        .bind(subject_key)
        .fetch_all(&mut *tx)
        .await?;
        let mut erased = 0;
        for key in others.into_iter().chain([subject_key]) {
            erased += erase_key(&mut tx, key, why, on, by).await?;
        }
        crate::durable::commit(tx).await?;
        self.forget_pages().await?;
        Ok(u64::try_from(erased).unwrap_or(0))
    }
}

/// Destroys one key; returns how many payloads were sealed under it.
async fn erase_key(
    tx: &mut Transaction<'static, Sqlite>,
    subject_key: i64,
    why: &str,
    on: Day,
    by: &str,
) -> Result<i64, StoreError> {
    let payloads: i64 = sqlx::query_scalar("select count(*) from payload where subject_key = ?1")
        .bind(subject_key)
        .fetch_one(&mut **tx)
        .await?;
    sqlx::query("update subject_key set key = null, subject_hash = null, erased_on = ?2 where id = ?1")
        .bind(subject_key)
        .bind(on.to_string())
        .execute(&mut **tx)
        .await?;
    sqlx::query("update clue set place = null where subject_key = ?1").bind(subject_key).execute(&mut **tx).await?;
    let body = serde_json::json!({"subject_key": subject_key, "payloads": payloads, "why": why, "on": on, "by": by});
    append(tx, Entry::of("subject_erased", &body)?).await?;
    Ok(payloads)
}
