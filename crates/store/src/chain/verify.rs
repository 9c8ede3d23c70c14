//! Walking the chain from its first event to its last.

use std::collections::BTreeMap;

use types::Hash;

use super::{ChainFault, Head, NOTHING, event_hash, payload};
use crate::folder::{entries, io};
use crate::{Store, StoreError, cell};

/// Events read at a time.
const PAGE: u32 = 1000;

type Row = (
    i64,
    String,
    String,
    String,
    String,
    Option<i64>,
    Option<i64>,
    Option<i64>,
    Option<Vec<u8>>,
    Option<Vec<u8>>,
    Option<Vec<u8>>,
);

/// What the walk has seen so far.
struct Walk {
    head: Head,
    /// Heads that must be met on the way, with their positions.
    written: Vec<Head>,
    /// The head the caller named.
    named: Option<Hash>,
    /// Position of the first event whose subject has no key any more, by key.
    keyless: BTreeMap<i64, u64>,
}

impl Store {
    /// Walks the whole chain; finds edits, gaps, changed payloads, and, by `head` and by the heads in `heads/`, a cut tail.
    ///
    /// # Errors
    /// `Sql`, `Io`; what is wrong with the chain is the inner result.
    pub async fn verify(&self, head: Option<Hash>) -> Result<Result<Head, ChainFault>, StoreError> {
        // Before the events are read: a head written while we walk is not missing.
        let written = self.written_heads()?;
        let named = head.filter(|head| *head != NOTHING);
        let mut walk = Walk { head: Head { position: 0, hash: NOTHING }, written, named, keyless: BTreeMap::new() };
        let mut tx = self.pool.begin().await?;
        loop {
            let rows: Vec<Row> = sqlx::query_as(
                "select e.position, e.previous, e.hash, e.noun, e.body, e.clue, e.work, p.subject_key, k.key, p.nonce, p.sealed
                 from event e left join payload p on p.id = e.payload left join subject_key k on k.id = p.subject_key
                 where e.position > ?1 order by e.position limit ?2",
            )
            .bind(cell::count(walk.head.position)?)
            .bind(PAGE)
            .fetch_all(&mut *tx)
            .await?;
            if rows.is_empty() {
                return Ok(walk.end());
            }
            for row in &rows {
                if let Err(fault) = walk.step(row) {
                    return Ok(Err(fault));
                }
            }
        }
    }

    /// The heads in `heads/`, in order of file and line.
    fn written_heads(&self) -> Result<Vec<Head>, StoreError> {
        let mut heads = Vec::new();
        for path in entries(&self.folder.heads())? {
            if path.extension().is_none_or(|extension| extension != "txt") {
                continue;
            }
            let text = std::fs::read_to_string(&path).map_err(io(&path))?;
            for line in text.lines() {
                let head = line
                    .split_once(' ')
                    .and_then(|(position, hash)| {
                        Some(Head { position: position.parse().ok()?, hash: Hash::parse(hash)? })
                    })
                    .ok_or_else(|| StoreError::corrupt(format!("`{line}` in `{}` is not a head", path.display())))?;
                heads.push(head);
            }
        }
        Ok(heads)
    }
}

impl Walk {
    fn step(&mut self, row: &Row) -> Result<(), ChainFault> {
        let (position, previous, hash, noun, body, clue, work, subject_key, key, nonce, sealed) = row;
        let expected = self.head.position + 1;
        if u64::try_from(*position) != Ok(expected) {
            return Err(ChainFault::Gap { position: expected });
        }
        let position = expected;
        let computed = event_hash(self.head.hash, noun, body);
        if *previous != self.head.hash.to_string() || *hash != computed.to_string() {
            return Err(ChainFault::Edited { position });
        }
        if self.written.iter().any(|written| written.position == position && written.hash != computed) {
            return Err(ChainFault::Edited { position });
        }
        let body: serde_json::Value = serde_json::from_str(body).map_err(|_| ChainFault::Edited { position })?;
        // The column is only an index; it must say what the body says.
        let about = body["clue"].as_str().filter(|_| noun == "clue").and_then(casework::ClueId::parse);
        if about.and_then(|clue| i64::try_from(clue.0).ok()) != *clue {
            return Err(ChainFault::Edited { position });
        }
        let about = body["case"].as_str().filter(|_| noun == "case").and_then(casework::case::CaseId::parse);
        if about.and_then(|case| i64::try_from(case.0).ok()) != *work {
            return Err(ChainFault::Edited { position });
        }
        if let Some(said) = body.get("said").and_then(serde_json::Value::as_str) {
            let (Some(subject_key), Some(nonce), Some(sealed)) = (subject_key, nonce, sealed) else {
                return Err(ChainFault::PayloadChanged { position });
            };
            match key {
                None => {
                    self.keyless.entry(*subject_key).or_insert(position);
                }
                Some(key) => {
                    let opened = payload::open::<serde_json::Value>(key, nonce, sealed);
                    let salted_hash = opened.map(|(_, salted_hash)| salted_hash.to_string());
                    if salted_hash.as_deref() != Some(said) {
                        return Err(ChainFault::PayloadChanged { position });
                    }
                }
            }
        }
        if noun == "subject_erased"
            && let Some(subject_key) = body["subject_key"].as_i64()
        {
            self.keyless.remove(&subject_key);
        }
        if self.named == Some(computed) {
            self.named = None;
        }
        self.head = Head { position, hash: computed };
        Ok(())
    }

    fn end(self) -> Result<Head, ChainFault> {
        if let Some(head) = self.named {
            return Err(ChainFault::TailCut { head });
        }
        if let Some(head) = self.written.iter().find(|written| written.position > self.head.position) {
            return Err(ChainFault::TailCut { head: head.hash });
        }
        // A key that is gone without an event that says who erased it was taken, not erased.
        match self.keyless.into_values().min() {
            Some(position) => Err(ChainFault::PayloadChanged { position }),
            None => Ok(self.head),
        }
    }
}
