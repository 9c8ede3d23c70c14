//! What events say of a person: sealed with XChaCha20-Poly1305 under a random key of that person.

use chacha20poly1305::aead::Aead as _;
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305, XNonce};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sqlx::{QueryBuilder, Sqlite, Transaction};
use types::{Hash, canonical_json};

use crate::{Store, StoreError};

/// A payload that was just written.
pub(crate) struct Sealed {
    pub(crate) payload: i64,
    pub(crate) subject_key: i64,
    /// Goes into the body of the event.
    pub(crate) salted_hash: Hash,
}

/// What is sealed. The salt keeps anyone from finding what was said by hashing guesses, once the key is gone.
#[derive(Serialize, Deserialize)]
struct Plain<T> {
    salt: Hash,
    said: T,
}

/// What is sealed, before it is stored.
pub(crate) struct Unsent {
    subject_hash: String,
    /// The key of a subject that has none yet.
    new_key: Option<[u8; 32]>,
    nonce: [u8; 24],
    sealed: Vec<u8>,
    /// Goes into the body of the event.
    pub(crate) salted_hash: Hash,
}

impl Unsent {
    /// Seals `said` for the subject with this hash under its `key`; under a new one when it has none.
    pub(crate) fn of<T: Serialize>(
        store: &Store,
        subject_hash: String,
        key: Option<Vec<u8>>,
        said: &T,
    ) -> Result<Self, StoreError> {
        let new_key = match key {
            Some(_) => None,
            None => Some(store.random::<32>()?),
        };
        let key = key.as_deref().or(new_key.as_ref().map(<[u8; 32]>::as_slice)).unwrap_or_default();
        let plain = canonical_json(&Plain { salt: Hash(store.random()?), said })?;
        let nonce: [u8; 24] = store.random()?;
        let sealed = encrypted(key, &nonce, &plain)?;
        Ok(Self { subject_hash, new_key, nonce, sealed, salted_hash: Hash::of(plain.as_bytes()) })
    }

    /// Adds the statements that store it. Right after them, `last_insert_rowid()` is the payload.
    pub(crate) fn push(&self, batch: &mut QueryBuilder<Sqlite>) {
        if let Some(key) = &self.new_key {
            batch.push("insert into subject_key (subject_hash, key) values (").push_bind(self.subject_hash.clone());
            batch.push(", ").push_bind(key.to_vec()).push("); ");
        }
        batch.push("insert into payload (subject_key, nonce, sealed) select id, ").push_bind(self.nonce.to_vec());
        batch.push(", ").push_bind(self.sealed.clone()).push(" from subject_key where subject_hash = ");
        batch.push_bind(self.subject_hash.clone()).push("; ");
    }
}

/// Seals `said` under the key of the subject `owner`, (kind, key).
pub(crate) async fn seal<T: Serialize>(
    store: &Store,
    tx: &mut Transaction<'static, Sqlite>,
    owner: (&str, &str),
    said: &T,
) -> Result<Sealed, StoreError> {
    let (subject_key, key) = key_of(store, tx, owner).await?;
    let plain = canonical_json(&Plain { salt: Hash(store.random()?), said })?;
    let nonce: [u8; 24] = store.random()?;
    let sealed = encrypted(&key, &nonce, &plain)?;
    let payload =
        sqlx::query_scalar("insert into payload (subject_key, nonce, sealed) values (?1, ?2, ?3) returning id")
            .bind(subject_key)
            .bind(nonce.as_slice())
            .bind(sealed)
            .fetch_one(&mut **tx)
            .await?;
    Ok(Sealed { payload, subject_key, salted_hash: Hash::of(plain.as_bytes()) })
}

/// What was said, and its salted hash; `None` for bytes that the key does not open.
pub(crate) fn open<T: DeserializeOwned>(key: &[u8], nonce: &[u8], sealed: &[u8]) -> Option<(T, Hash)> {
    if nonce.len() != 24 {
        return None;
    }
    let plain = cipher(key).ok()?.decrypt(XNonce::from_slice(nonce), sealed).ok()?;
    let Plain { said, .. } = serde_json::from_slice::<Plain<T>>(&plain).ok()?;
    Some((said, Hash::of(&plain)))
}

/// Key, nonce and sealed bytes as a query with left joins finds them: nothing when erased.
pub(crate) type SealedColumns = (Option<Vec<u8>>, Option<Vec<u8>>, Option<Vec<u8>>);

/// What was said, or `None` when it was erased.
pub(crate) fn open_columns<T: DeserializeOwned>(columns: &SealedColumns) -> Result<Option<T>, StoreError> {
    let (Some(key), Some(nonce), Some(sealed)) = columns else { return Ok(None) };
    match open(key, nonce, sealed) {
        Some((said, _)) => Ok(Some(said)),
        None => Err(StoreError::corrupt("what an event said cannot be opened")),
    }
}

async fn key_of(
    store: &Store,
    tx: &mut Transaction<'static, Sqlite>,
    (kind, key): (&str, &str),
) -> Result<(i64, Vec<u8>), StoreError> {
    let subject_hash = store.subject_hash(kind, key);
    let found: Option<(i64, Vec<u8>)> =
        sqlx::query_as("select id, key from subject_key where subject_hash = ?1 and key is not null")
            .bind(&subject_hash)
            .fetch_optional(&mut **tx)
            .await?;
    if let Some(found) = found {
        return Ok(found);
    }
    let key: [u8; 32] = store.random()?;
    let id = sqlx::query_scalar("insert into subject_key (subject_hash, key) values (?1, ?2) returning id")
        .bind(&subject_hash)
        .bind(key.as_slice())
        .fetch_one(&mut **tx)
        .await?;
    Ok((id, key.to_vec()))
}

fn encrypted(key: &[u8], nonce: &[u8; 24], plain: &str) -> Result<Vec<u8>, StoreError> {
    let done = cipher(key)?.encrypt(XNonce::from_slice(nonce), plain.as_bytes());
    done.map_err(|_| StoreError::corrupt("what was said could not be sealed"))
}

fn cipher(key: &[u8]) -> Result<XChaCha20Poly1305, StoreError> {
    XChaCha20Poly1305::new_from_slice(key).map_err(|_| StoreError::corrupt("the key of a subject has the wrong length"))
}
