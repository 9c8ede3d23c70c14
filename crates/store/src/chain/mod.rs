//! The event log: one hash chain for the folder.
//!
//! The hash of an event is SHA-256 over the hash before it, its noun and its body. A body names nobody: what was said of a
//! person is a payload beside it, sealed under a key of that person, and the body holds the salted hash of it.

mod erase;
pub(crate) mod payload;
mod verify;

use std::fmt;
use std::path::PathBuf;

use serde::Serialize;
use sqlx::{QueryBuilder, Sqlite, Transaction};
use types::{Day, Hash, Hasher, Text, canonical_json};

use crate::folder::append_line;
use crate::{Store, StoreError, cell};

/// The end of the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// How many events there are.
    pub position: u64,
    /// Hash of the last one; 64 zeros when there is none.
    pub hash: Hash,
}

/// One event of the chain, as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventRow {
    /// Position, from 1.
    pub position: u64,
    /// Hash of the event before.
    pub previous: Hash,
    /// SHA-256 over `previous`, `noun` and `body`.
    pub hash: Hash,
    /// `clue`, `case`, `reveal`, `delivery_destroyed`, `subject_erased`.
    pub noun: String,
    /// Canonical JSON: references and salted hashes only.
    pub body: String,
}

/// Why the chain does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChainFault {
    /// An event is missing, or stands where another belongs.
    Gap {
        /// Position that should come next.
        position: u64,
    },
    /// An event, or a hash, was changed.
    Edited {
        /// Its position.
        position: u64,
    },
    /// What an event said was changed, or its key is wrong.
    PayloadChanged {
        /// Position of the event.
        position: u64,
    },
    /// A head that was given or written down is not in the chain any more: its tail was cut, or all of it rewritten.
    TailCut {
        /// The head that is not there.
        head: Hash,
    },
}

/// In English; [`ChainFault::text`] has both languages.
impl fmt::Display for ChainFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text().en)
    }
}

impl ChainFault {
    /// What the user reads.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            Self::Gap { position } => {
                Text::new(format!("日志缺少第 {position} 个事件"), format!("event {position} is missing from the log"))
            }
            Self::Edited { position } => {
                Text::new(format!("第 {position} 个事件被改动"), format!("event {position} was changed"))
            }
            Self::PayloadChanged { position } => Text::new(
                format!("第 {position} 个事件所附内容被改动"),
                format!("what event {position} said was changed"),
            ),
            Self::TailCut { head } => Text::new(
                format!("日志中找不到曾记下的链首 `{}`：末尾被截断或整体被改写", head.short()),
                format!("the log no longer holds the head `{}`: its tail was cut or all of it rewritten", head.short()),
            ),
        }
    }
}

impl Store {
    /// The end of the chain.
    ///
    /// # Errors
    /// `Sql`, `Corrupt`.
    pub async fn head(&self) -> Result<Head, StoreError> {
        let last: Option<(i64, String)> = sqlx::query_as(LAST).fetch_optional(&self.pool).await?;
        head_of(last)
    }

    /// Events after `position`, at most `limit`, in order.
    ///
    /// # Errors
    /// `Sql`, `Corrupt`.
    pub async fn events_after(&self, position: u64, limit: u32) -> Result<Vec<EventRow>, StoreError> {
        let rows: Vec<(i64, String, String, String, String)> = sqlx::query_as(
            "select position, previous, hash, noun, body from event where position > ?1 order by position limit ?2",
        )
        .bind(cell::count(position)?)
        .bind(limit)
        .fetch_all(&self.reading)
        .await?;
        rows.into_iter()
            .map(|(position, previous, hash, noun, body)| {
                let position = u64::try_from(position).unwrap_or(0);
                Ok(EventRow { position, previous: cell::hash(&previous)?, hash: cell::hash(&hash)?, noun, body })
            })
            .collect()
    }

    /// Appends the head to `heads/<date>.txt`; returns the file.
    ///
    /// # Errors
    /// `ReadOnly`, `Io`, `Sql`.
    pub async fn write_head(&self, date: Day) -> Result<PathBuf, StoreError> {
        self.expect_writer()?;
        let head = self.head().await?;
        let path = self.folder.heads().join(format!("{date}.txt"));
        append_line(&path, &format!("{} {}", head.position, head.hash))?;
        Ok(path)
    }
}

/// An event to be appended.
pub(crate) struct Entry {
    noun: &'static str,
    body: String,
    /// Clue it is about, for finding it.
    pub(crate) clue: Option<i64>,
    /// Case it is about, for finding it.
    pub(crate) work: Option<i64>,
    /// What it says.
    pub(crate) payload: Option<i64>,
}

impl Entry {
    pub(crate) fn of(noun: &'static str, body: &impl Serialize) -> Result<Self, StoreError> {
        Ok(Self { noun, body: canonical_json(body)?, clue: None, work: None, payload: None })
    }
}

/// Appends an event; returns its position.
pub(crate) async fn append(tx: &mut Transaction<'static, Sqlite>, entry: Entry) -> Result<u64, StoreError> {
    let last: Option<(i64, String)> = sqlx::query_as(LAST).fetch_optional(&mut **tx).await?;
    let head = head_of(last)?;
    sqlx::query(
        "insert into event (position, previous, hash, noun, body, clue, work, payload) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )
    .bind(cell::count(head.position + 1)?)
    .bind(head.hash.to_string())
    .bind(event_hash(head.hash, entry.noun, &entry.body).to_string())
    .bind(entry.noun)
    .bind(entry.body)
    .bind(entry.clue)
    .bind(entry.work)
    .bind(entry.payload)
    .execute(&mut **tx)
    .await?;
    Ok(head.position + 1)
}

/// Adds the statement that appends an event behind `head`. With `says`, what the statement before it stored is its payload.
pub(crate) fn push(batch: &mut QueryBuilder<Sqlite>, head: Head, entry: Entry, says: bool) -> Result<Head, StoreError> {
    let next = Head { position: head.position + 1, hash: event_hash(head.hash, entry.noun, &entry.body) };
    batch.push("insert into event (position, previous, hash, noun, body, clue, work, payload) values (");
    batch.push_bind(cell::count(next.position)?).push(", ").push_bind(head.hash.to_string()).push(", ");
    batch.push_bind(next.hash.to_string()).push(", ").push_bind(entry.noun).push(", ").push_bind(entry.body);
    batch.push(", ").push_bind(entry.clue).push(", ").push_bind(entry.work).push(", ");
    batch.push(if says { "last_insert_rowid()); " } else { "null); " });
    Ok(next)
}

/// The last event: its position and hash.
pub(crate) const LAST: &str = "select position, hash from event order by position desc limit 1";

/// Stands before the first event.
const NOTHING: Hash = Hash([0; 32]);

pub(crate) fn head_of(last: Option<(i64, String)>) -> Result<Head, StoreError> {
    Ok(match last {
        Some((position, hash)) => Head { position: u64::try_from(position).unwrap_or(0), hash: cell::hash(&hash)? },
        None => Head { position: 0, hash: NOTHING },
    })
}

fn event_hash(previous: Hash, noun: &str, body: &str) -> Hash {
    Hasher::default().piece(previous.0).piece(noun).piece(body).finish()
}
