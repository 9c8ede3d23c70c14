//! The worklist of refused rows.

use sqlx::{QueryBuilder, Sqlite, Transaction};
use types::{RefusedRow, canonical_json};

use crate::{Store, StoreError, cell};

/// A refused row in the worklist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredRefusedRow {
    /// Id, from 1.
    pub id: i64,
    /// Sequence of its delivery.
    pub delivery: u32,
    /// Feed of its delivery.
    pub feed: String,
    /// The row.
    pub row: RefusedRow,
    /// Sequence of the delivery that made it good.
    pub closed_by: Option<u32>,
}

/// Which refused rows to list; nothing set means all.
#[derive(Clone, Debug, Default)]
pub struct RefusedFilter {
    /// Of this feed.
    pub feed: Option<String>,
    /// Of this delivery.
    pub delivery: Option<u32>,
    /// Only those not made good yet.
    pub open_only: bool,
    /// At most so many; all when `None`.
    pub limit: Option<u32>,
    /// Skipping so many.
    pub offset: u32,
}

impl Store {
    /// How many refused rows a filter finds, whatever its page.
    ///
    /// # Errors
    /// `Sql`.
    pub async fn count_refused_rows(&self, filter: &RefusedFilter) -> Result<u64, StoreError> {
        let mut select = QueryBuilder::<Sqlite>::new(
            "select count(*) from refused_row r join delivery d on d.sequence = r.delivery where true",
        );
        if let Some(feed) = &filter.feed {
            select.push(" and d.feed = ").push_bind(feed);
        }
        if let Some(delivery) = filter.delivery {
            select.push(" and r.delivery = ").push_bind(delivery);
        }
        if filter.open_only {
            select.push(" and r.closed_by is null");
        }
        let count: i64 = select.build_query_scalar().fetch_one(&self.reading).await?;
        Ok(u64::try_from(count).unwrap_or(0))
    }

    /// Refused rows, by delivery and row.
    ///
    /// # Errors
    /// `Sql`, `Corrupt`.
    pub async fn refused_rows(&self, filter: &RefusedFilter) -> Result<Vec<StoredRefusedRow>, StoreError> {
        let mut select = QueryBuilder::<Sqlite>::new(
            "select r.id, r.delivery, d.feed, r.body, r.closed_by
             from refused_row r join delivery d on d.sequence = r.delivery where true",
        );
        if let Some(feed) = &filter.feed {
            select.push(" and d.feed = ").push_bind(feed);
        }
        if let Some(delivery) = filter.delivery {
            select.push(" and r.delivery = ").push_bind(delivery);
        }
        if filter.open_only {
            select.push(" and r.closed_by is null");
        }
        select.push(" order by r.delivery, r.id limit ").push_bind(filter.limit.map_or(-1, i64::from));
        select.push(" offset ").push_bind(filter.offset);
        let rows: Vec<(i64, u32, String, String, Option<u32>)> =
            select.build_query_as().fetch_all(&self.reading).await?;
        rows.into_iter()
            .map(|(id, delivery, feed, body, closed_by)| {
                Ok(StoredRefusedRow { id, delivery, feed, row: cell::json(&body)?, closed_by })
            })
            .collect()
    }

    /// Marks refused rows as made good by a delivery.
    ///
    /// # Errors
    /// `ReadOnly`, `Sql`.
    pub async fn close_refused_rows(&self, ids: &[i64], by_delivery: u32) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        close(&mut tx, ids, by_delivery).await?;
        crate::durable::commit(tx).await?;
        Ok(())
    }
}

/// Stores the refused rows of a delivery; their ids follow the order given.
pub(crate) async fn insert(
    tx: &mut Transaction<'static, Sqlite>,
    delivery: u32,
    rows: &[RefusedRow],
) -> Result<(), StoreError> {
    for row in rows {
        sqlx::query("insert into refused_row (delivery, body) values (?1, ?2)")
            .bind(delivery)
            .bind(canonical_json(row)?)
            .execute(&mut **tx)
            .await?;
    }
    Ok(())
}

pub(crate) async fn close(
    tx: &mut Transaction<'static, Sqlite>,
    ids: &[i64],
    by_delivery: u32,
) -> Result<(), StoreError> {
    for id in ids {
        sqlx::query("update refused_row set closed_by = ?2 where id = ?1 and closed_by is null")
            .bind(id)
            .bind(by_delivery)
            .execute(&mut **tx)
            .await?;
    }
    Ok(())
}
