//! The log of reveals: who looked at what unmasked, and what for. Chained with the clue events.

use serde::{Deserialize, Serialize};

use crate::{Store, StoreError, cell, chain};

/// A reveal to be logged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewReveal {
    /// Who looked.
    pub who: String,
    /// What for.
    pub purpose: String,
    /// What was shown, by reference (`clues model=W02`, `explain C000001`): never a key of a subject.
    pub what: String,
    /// When.
    pub at: String,
}

/// A logged reveal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reveal {
    /// Its position in the chain.
    pub position: u64,
    /// What was logged.
    pub reveal: NewReveal,
}

impl Store {
    /// Logs a reveal; show nothing before it returns.
    ///
    /// # Errors
    /// `ReadOnly`, `Sql`.
    pub async fn append_reveal(&self, reveal: &NewReveal) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        chain::append(&mut tx, chain::Entry::of("reveal", reveal)?).await?;
        crate::durable::commit(tx).await?;
        Ok(())
    }

    /// All reveals, oldest first.
    ///
    /// # Errors
    /// `Sql`, `Corrupt`.
    pub async fn reveals(&self) -> Result<Vec<Reveal>, StoreError> {
        let rows: Vec<(i64, String)> =
            sqlx::query_as("select position, body from event where noun = 'reveal' order by position")
                .fetch_all(&self.reading)
                .await?;
        rows.into_iter()
            .map(|(position, body)| {
                Ok(Reveal { position: u64::try_from(position).unwrap_or(0), reveal: cell::json(&body)? })
            })
            .collect()
    }
}
