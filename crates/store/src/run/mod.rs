//! Runs: what each one pinned, so that it can be replayed, and how it counted.

use std::collections::BTreeMap;

use casework::ClueEvent;
use serde::{Deserialize, Serialize};
use types::{Delivery, Hash, Hasher, Question, canonical_json};

use crate::{Store, StoreError, cell, clue};

/// One run: all that its answers depended on, and how many of each there were. The answers themselves are not stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunRecord {
    /// Number, from 1.
    pub id: u32,
    /// A and K.
    pub question: Question,
    /// Content hash of each pack, by pack id.
    pub packs: BTreeMap<String, Hash>,
    /// Sequence of the last delivery there was; 0 for none. Those received after K are not among the pinned ones.
    pub last_delivery: u32,
    /// [`deliveries_digest`] of the pinned deliveries.
    pub deliveries_digest: Hash,
    /// Position of the log of link decisions; 0 for none.
    pub alias_position: u32,
    /// Semantics number of the engine.
    pub semantics_number: u32,
    /// Time zone of the folder.
    pub time_zone: String,
    /// Version of the calendar data.
    pub calendar: String,
    /// Digest of the parameters in force.
    pub parameters_digest: Hash,
    /// Operator.
    pub operator: String,
    /// When it began.
    pub started_at: String,
    /// It moved clue states; otherwise it was historic.
    pub moved: bool,
    /// Answers by model id.
    pub counts: BTreeMap<String, ModelCounts>,
}

/// How many subjects a model answered for, by answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelCounts {
    /// Hits.
    pub hit: u64,
    /// Clear.
    pub clear: u64,
    /// Undetermined.
    pub undetermined: u64,
    /// Outside.
    pub outside: u64,
    /// The model was a shadow then: its hits were nobody's clues.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub shadow: bool,
}

/// SHA-256 over hash, received date, scopes, data date and feed of each delivery, in the order given (by sequence).
#[must_use]
pub fn deliveries_digest<'a>(deliveries: impl IntoIterator<Item = &'a Delivery>) -> Hash {
    let mut hasher = Hasher::default();
    for delivery in deliveries {
        hasher.piece(delivery.hash.0).piece(delivery.received.to_string()).piece(delivery.scopes.len().to_string());
        for scope in &delivery.scopes {
            hasher.piece(scope);
        }
        hasher.piece(delivery.data_date.to_string()).piece(&delivery.feed);
    }
    hasher.finish()
}

impl Store {
    /// The number the next run takes.
    ///
    /// # Errors
    /// `Sql`.
    pub async fn next_run(&self) -> Result<u32, StoreError> {
        Ok(sqlx::query_scalar(NEXT_RUN).fetch_one(&self.pool).await?)
    }

    /// Stores a run, its events, their payloads and what they change in the clues: one transaction. A run that did not move
    /// anything has no events. `run.id` must be [`Store::next_run`].
    ///
    /// # Errors
    /// `ReadOnly`, `Unfit`, `Corrupt` (an event that does not fit), `Sql`.
    pub async fn record_run(&self, run: &RunRecord, events: &[ClueEvent]) -> Result<(), StoreError> {
        if !run.moved && !events.is_empty() {
            return Err(StoreError::unfit("a historic run has no events"));
        }
        if events.iter().any(|event| event.run != Some(run.id)) {
            return Err(StoreError::unfit("an event belongs to another run"));
        }
        let mut tx = self.begin().await?;
        let next: u32 = sqlx::query_scalar(NEXT_RUN).fetch_one(&mut *tx).await?;
        if run.id != next {
            return Err(StoreError::unfit(format!("the next run is {next}, not {}", run.id)));
        }
        sqlx::query("insert into run (id, moved, body) values (?1, ?2, ?3)")
            .bind(run.id)
            .bind(run.moved)
            .bind(canonical_json(run)?)
            .execute(&mut *tx)
            .await?;
        for pack in run.packs.keys() {
            sqlx::query("insert into run_pack (pack, run, moved) values (?1, ?2, ?3)")
                .bind(pack)
                .bind(run.id)
                .bind(run.moved)
                .execute(&mut *tx)
                .await?;
        }
        clue::append_events(self, &mut tx, events).await?;
        crate::durable::commit(tx).await?;
        Ok(())
    }

    /// All runs, by number.
    ///
    /// # Errors
    /// `Sql`, `Corrupt`.
    pub async fn runs(&self) -> Result<Vec<RunRecord>, StoreError> {
        let bodies: Vec<String> =
            sqlx::query_scalar("select body from run order by id").fetch_all(&self.reading).await?;
        bodies.iter().map(|body| cell::json(body)).collect()
    }

    /// One run.
    ///
    /// # Errors
    /// `Sql`, `Corrupt`.
    pub async fn run(&self, id: u32) -> Result<Option<RunRecord>, StoreError> {
        let body: Option<String> =
            sqlx::query_scalar("select body from run where id = ?1").bind(id).fetch_optional(&self.reading).await?;
        body.as_deref().map(cell::json).transpose()
    }

    /// The last run with this pack that moved clue states: its question is the (A, K) that the next must not be before, its
    /// hashes say whether the rules have changed since.
    ///
    /// # Errors
    /// `Sql`, `Corrupt`.
    pub async fn last_moved_run(&self, pack_id: &str) -> Result<Option<RunRecord>, StoreError> {
        let body: Option<String> = sqlx::query_scalar(
            "select r.body from run_pack p join run r on r.id = p.run
             where p.pack = ?1 and p.moved = true order by p.run desc limit 1",
        )
        .bind(pack_id)
        .fetch_optional(&self.reading)
        .await?;
        body.as_deref().map(cell::json).transpose()
    }
}

const NEXT_RUN: &str = "select coalesce(max(id), 0) + 1 from run";
