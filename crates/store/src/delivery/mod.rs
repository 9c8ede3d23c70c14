//! Received files: what is known of each, its original bytes, and the tombstones of destroyed ones.

mod original;

use std::collections::BTreeMap;
use std::sync::Arc;

use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;
use types::{Day, Delivery, Hash, Interval, RefusedRow, Segment, canonical_json};

use crate::folder::{fill_durably, io};
use crate::{Store, StoreError, cell, chain, identity, refused_row};

pub use self::original::Original;

/// A delivery to be stored, with all that comes with it.
#[derive(Clone, Debug)]
pub struct NewDelivery {
    /// What is known of it; its `sequence` is ignored and given by the store, its `hash` must be that of `original`.
    pub delivery: Delivery,
    /// The bytes as received.
    pub original: Original,
    /// It was let in although newer deliveries were there.
    pub backfill: bool,
    /// When it was taken in.
    pub ingested_at: String,
    /// Operator.
    pub operator: String,
    /// Its refused rows.
    pub refused: Arc<[RefusedRow]>,
    /// New canonical keys it brings, by identity space; they follow those that are stored.
    pub new_keys: BTreeMap<String, Vec<Segment>>,
    /// Ids of refused rows of older deliveries that this one makes good.
    pub closes: Vec<i64>,
}

/// A stored delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredDelivery {
    /// What is known of it.
    pub delivery: Delivery,
    /// It was let in although newer deliveries were there.
    pub backfill: bool,
    /// When it was taken in.
    pub ingested_at: String,
    /// Operator.
    pub operator: String,
    /// Its destruction, if it was destroyed: bytes, tables and refused rows are gone.
    pub destroyed: Option<Tombstone>,
}

/// What is left of a destroyed delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tombstone {
    /// Hash of its bytes.
    pub hash: Hash,
    /// Rows it had, refused ones included.
    pub rows: u64,
    /// The rule, or why.
    pub why: String,
    /// Day of destruction.
    pub on: Day,
    /// By whom.
    pub by: String,
}

/// What every query of deliveries reads, in one order.
macro_rules! select_delivery {
    ($rest:literal) => {
        concat!(
            "select d.sequence, d.feed, d.hash, d.file_name, d.received, d.data_date, d.covers_from, d.covers_to, d.scopes,
                d.accepted, d.refused, d.backfill, d.ingested_at, d.operator, t.lost_rows, t.why, t.destroyed_on, t.by_whom
             from delivery d left join tombstone t on t.id = d.tombstone ",
            $rest
        )
    };
}

impl Store {
    /// Stores a delivery, its original, its refused rows and its new identities in one transaction. Returns its sequence.
    ///
    /// # Errors
    /// `ReadOnly`, `Unfit` (wrong hash, keys that do not follow), `Io`, `Sql`.
    pub async fn insert_delivery(&self, new: &NewDelivery) -> Result<u32, StoreError> {
        self.expect_writer()?;
        let delivery = &new.delivery;
        let path = self.folder.original(delivery.hash);
        let hash = new.original.reader().and_then(Hash::of_all).map_err(io(&path))?;
        if hash != delivery.hash {
            return Err(StoreError::unfit(format!("`{}` has another hash than its bytes", delivery.file_name)));
        }
        if !path.exists() {
            fill_durably(&path, |file| {
                let mut packed = zstd::Encoder::new(file, 0)?;
                std::io::copy(&mut new.original.reader()?, &mut packed)?;
                packed.finish().map(|_| ())
            })?;
        }
        let segments = self.write_segments(&new.new_keys).await?;
        let mut tx = self.begin().await?;
        let sequence: u32 =
            sqlx::query_scalar("select coalesce(max(sequence), 0) + 1 from delivery").fetch_one(&mut *tx).await?;
        sqlx::query(
            "insert into delivery (sequence, feed, hash, file_name, received, data_date, covers_from, covers_to, scopes, accepted,
                refused, backfill, ingested_at, operator)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
        )
        .bind(sequence)
        .bind(&delivery.feed)
        .bind(delivery.hash.to_string())
        .bind(&delivery.file_name)
        .bind(delivery.received.to_string())
        .bind(delivery.data_date.to_string())
        .bind(delivery.covers.map(|covers| covers.from.to_string()))
        .bind(delivery.covers.map(|covers| covers.to.to_string()))
        .bind(canonical_json(&delivery.scopes)?)
        .bind(delivery.rows)
        .bind(delivery.refused)
        .bind(new.backfill)
        .bind(&new.ingested_at)
        .bind(&new.operator)
        .execute(&mut *tx)
        .await?;
        refused_row::insert(&mut tx, sequence, &new.refused).await?;
        refused_row::close(&mut tx, &new.closes, sequence).await?;
        identity::insert(&mut tx, &segments).await?;
        crate::durable::commit(tx).await?;
        Ok(sequence)
    }

    /// All deliveries, by sequence; destroyed ones too.
    ///
    /// # Errors
    /// `Sql`, `Corrupt`.
    pub async fn deliveries(&self) -> Result<Vec<StoredDelivery>, StoreError> {
        let rows = sqlx::query(select_delivery!("order by d.sequence")).fetch_all(&self.reading).await?;
        rows.iter().map(stored).collect()
    }

    /// The newest delivery with these bytes.
    ///
    /// # Errors
    /// `Sql`, `Corrupt`.
    pub async fn delivery_by_hash(&self, hash: Hash) -> Result<Option<StoredDelivery>, StoreError> {
        let query = sqlx::query(select_delivery!("where d.hash = ?1 order by d.sequence desc limit 1"));
        query.bind(hash.to_string()).fetch_optional(&self.reading).await?.as_ref().map(stored).transpose()
    }

    /// The newest delivery of `feed` (by received date, then sequence) that was not destroyed.
    ///
    /// # Errors
    /// `Sql`, `Corrupt`.
    pub async fn newest_delivery(&self, feed: &str) -> Result<Option<StoredDelivery>, StoreError> {
        let query = sqlx::query(select_delivery!(
            "where d.feed = ?1 and d.tombstone is null order by d.received desc, d.sequence desc limit 1"
        ));
        query.bind(feed).fetch_optional(&self.reading).await?.as_ref().map(stored).transpose()
    }

    /// The newest received date of any delivery.
    ///
    /// # Errors
    /// `Sql`, `Corrupt`.
    pub async fn last_received(&self) -> Result<Option<Day>, StoreError> {
        let last: Option<String> =
            sqlx::query_scalar("select max(received) from delivery").fetch_one(&self.reading).await?;
        last.as_deref().map(cell::day).transpose()
    }

    /// The original bytes of a delivery.
    ///
    /// # Errors
    /// `Unknown`, `Destroyed`, `Corrupt` (bytes that no longer have their hash), `Io`, `Sql`.
    pub async fn original(&self, hash: Hash) -> Result<Vec<u8>, StoreError> {
        match self.delivery_by_hash(hash).await? {
            None => return Err(StoreError::Unknown { what: "delivery", name: hash.short() }),
            Some(delivery) if delivery.destroyed.is_some() => return Err(StoreError::Destroyed { hash }),
            Some(_) => {}
        }
        let path = self.folder.original(hash);
        let compressed = std::fs::read(&path).map_err(io(&path))?;
        let original = zstd::decode_all(compressed.as_slice()).map_err(io(&path))?;
        if Hash::of(&original) != hash {
            return Err(StoreError::corrupt(format!("the original of delivery `{}` was changed", hash.short())));
        }
        Ok(original)
    }

    /// Destroys the original bytes, the tables and the refused rows of every delivery with these bytes, for good; leaves a
    /// tombstone and an event in the chain.
    ///
    /// # Errors
    /// `ReadOnly`, `Unknown`, `Destroyed` (already), `Io`, `Sql`.
    pub async fn destroy_delivery(&self, hash: Hash, why: &str, on: Day, by: &str) -> Result<Tombstone, StoreError> {
        match self.delivery_by_hash(hash).await? {
            None => return Err(StoreError::Unknown { what: "delivery", name: hash.short() }),
            Some(delivery) if delivery.destroyed.is_some() => return Err(StoreError::Destroyed { hash }),
            Some(_) => {}
        }
        let mut tx = self.begin().await?;
        let rows: i64 =
            sqlx::query_scalar("select max(accepted + refused) from delivery where hash = ?1 and tombstone is null")
                .bind(hash.to_string())
                .fetch_one(&mut *tx)
                .await?;
        let tombstone =
            Tombstone { hash, rows: u64::try_from(rows).unwrap_or(0), why: why.to_owned(), on, by: by.to_owned() };
        let id: i64 = sqlx::query_scalar(
            "insert into tombstone (hash, lost_rows, why, destroyed_on, by_whom) values (?1, ?2, ?3, ?4, ?5) returning id",
        )
        .bind(hash.to_string())
        .bind(rows)
        .bind(why)
        .bind(on.to_string())
        .bind(by)
        .fetch_one(&mut *tx)
        .await?;
        sqlx::query(
            "delete from refused_row where delivery in
                (select sequence from delivery where hash = ?1 and tombstone is null)",
        )
        .bind(hash.to_string())
        .execute(&mut *tx)
        .await?;
        sqlx::query("update delivery set tombstone = ?2 where hash = ?1 and tombstone is null")
            .bind(hash.to_string())
            .bind(id)
            .execute(&mut *tx)
            .await?;
        let body = serde_json::json!({"delivery": hash, "rows": rows, "why": why, "on": on, "by": by});
        chain::append(&mut tx, chain::Entry::of("delivery_destroyed", &body)?).await?;
        crate::durable::commit(tx).await?;
        // After the row: a crash here leaves orphans, and those are swept.
        self.folder.remove_delivery(hash)?;
        self.forget_pages().await?;
        Ok(tombstone)
    }
}

fn stored(row: &SqliteRow) -> Result<StoredDelivery, StoreError> {
    let hash = cell::hash(row.try_get("hash")?)?;
    let covers = match (row.try_get("covers_from")?, row.try_get("covers_to")?) {
        (Some(from), Some(to)) => Some(Interval { from: cell::day(from)?, to: cell::day(to)? }),
        _ => None,
    };
    let destroyed = match row.try_get::<Option<&str>, _>("destroyed_on")? {
        Some(on) => Some(Tombstone {
            hash,
            rows: u64::try_from(row.try_get::<i64, _>("lost_rows")?).unwrap_or(0),
            why: row.try_get("why")?,
            on: cell::day(on)?,
            by: row.try_get("by_whom")?,
        }),
        None => None,
    };
    Ok(StoredDelivery {
        delivery: Delivery {
            sequence: row.try_get("sequence")?,
            feed: row.try_get("feed")?,
            hash,
            file_name: row.try_get("file_name")?,
            received: cell::day(row.try_get("received")?)?,
            data_date: cell::day(row.try_get("data_date")?)?,
            covers,
            scopes: cell::json(row.try_get("scopes")?)?,
            rows: row.try_get("accepted")?,
            refused: row.try_get("refused")?,
        },
        backfill: row.try_get("backfill")?,
        ingested_at: row.try_get("ingested_at")?,
        operator: row.try_get("operator")?,
        destroyed,
    })
}
