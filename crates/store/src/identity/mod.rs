//! Dense numbers of subjects: given once, never reused.
//!
//! What a delivery adds to a space is one segment: a sorted list of keys, and a row that says which number the first one has. A short
//! list lies in the row itself, a long one in a file that is mapped, not read. The hash of a segment stands for all before it, too,
//! so that what was numbered by one state of a folder is never taken for numbered by another.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow_array::cast::AsArray as _;
use arrow_array::{Array as _, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema};
use sqlx::{Sqlite, Transaction};
use tablefile::TableFile;
use types::{Identities, Segment};

use crate::folder::{fill_durably, io};
use crate::{Store, StoreError, cell};

/// Bytes of keys up to which a segment lies in its row.
const SHORT: usize = 16 * 1024;

/// Name of the one column.
const KEY: &str = "key";

/// A segment whose file, if it has one, is written.
pub(crate) struct Written {
    kind: String,
    segment: Segment,
    body: Option<Vec<u8>>,
}

impl Store {
    /// Every identity space with its keys in order of their numbers. The keys of large ones stay in their files until they are
    /// looked at.
    ///
    /// # Errors
    /// `Sql`, `Io`, `Corrupt` (a gap in the numbers, a file that is not whole).
    pub async fn identities(&self) -> Result<BTreeMap<String, Identities>, StoreError> {
        type Row = (String, u32, u32, Option<String>, String, Option<Vec<u8>>);
        let rows: Vec<Row> =
            sqlx::query_as("select kind, first, keys, previous, hash, body from identity_segment order by kind, first")
                .fetch_all(&self.pool)
                .await?;
        let mut spaces: BTreeMap<String, Identities> = BTreeMap::new();
        for (kind, first, count, previous, hash, body) in rows {
            let hash = cell::hash(&hash)?;
            let previous = previous.as_deref().map(cell::hash).transpose()?;
            let file = match body {
                Some(body) => tablefile::read(&body),
                None => {
                    let path = self.folder.segment(hash);
                    tablefile::open(&path).map_err(io(&path))?
                }
            };
            let keys = file.and_then(keys).filter(|keys| keys.len() == count as usize).ok_or_else(|| {
                StoreError::corrupt(format!("identities `{kind}` from number {first} on are not whole ({hash})"))
            })?;
            if !spaces.entry(kind).or_default().push(Segment::stored(first, keys, previous, hash)) {
                return Err(StoreError::corrupt(format!("the numbers of identities have a gap before {first}")));
            }
        }
        Ok(spaces)
    }

    /// Appends segments to the spaces, outside a delivery (which brings its own: `NewDelivery::new_keys`).
    ///
    /// # Errors
    /// `ReadOnly`, `Unfit` (a segment that does not follow the last one), `Io`, `Sql`.
    pub async fn append_identities(&self, segments: &BTreeMap<String, Vec<Segment>>) -> Result<(), StoreError> {
        self.expect_writer()?;
        let written = self.write_segments(segments).await?;
        let mut tx = self.begin().await?;
        insert(&mut tx, &written).await?;
        crate::durable::commit(tx).await?;
        Ok(())
    }

    /// Checks that the segments follow what is stored, and writes the files of the long ones: the rows come after.
    pub(crate) async fn write_segments(
        &self,
        segments: &BTreeMap<String, Vec<Segment>>,
    ) -> Result<Vec<Written>, StoreError> {
        let mut written = Vec::new();
        for (kind, segments) in segments {
            let last: Option<(u32, u32, String)> = sqlx::query_as(
                "select first, keys, hash from identity_segment where kind = ?1 order by first desc limit 1",
            )
            .bind(kind)
            .fetch_optional(&self.pool)
            .await?;
            let (mut end, mut previous) = match &last {
                Some((first, keys, hash)) => (first + keys, Some(cell::hash(hash)?)),
                None => (0, None),
            };
            for segment in segments {
                if segment.first() != end || segment.previous() != previous {
                    let why = format!("new identities `{kind}` do not follow those that are stored");
                    return Err(StoreError::unfit(why));
                }
                (end, previous) = (segment.end(), Some(segment.hash()));
                written.push(Written { kind: kind.clone(), segment: segment.clone(), body: self.write(segment)? });
            }
        }
        Ok(written)
    }

    /// The bytes for the row, where no file was written.
    fn write(&self, segment: &Segment) -> Result<Option<Vec<u8>>, StoreError> {
        let path = self.folder.segment(segment.hash());
        let schema = Arc::new(Schema::new(vec![Field::new(KEY, DataType::Utf8, false)]));
        let table = RecordBatch::try_new(schema, vec![Arc::new(segment.keys().clone())])
            .map_err(|error| StoreError::unfit(error.to_string()))?;
        if segment.keys().values().len() <= SHORT {
            let mut body = Vec::new();
            tablefile::write(&mut body, &table, []).map_err(io(&path))?;
            return Ok(Some(body));
        }
        fill_durably(&path, |file| tablefile::write(file, &table, []))?;
        Ok(None)
    }
}

/// The rows of segments.
pub(crate) async fn insert(tx: &mut Transaction<'static, Sqlite>, written: &[Written]) -> Result<(), StoreError> {
    for Written { kind, segment, body } in written {
        sqlx::query(
            "insert into identity_segment (kind, first, keys, previous, hash, body) values (?1, ?2, ?3, ?4, ?5, ?6)",
        )
        .bind(kind)
        .bind(segment.first())
        .bind(segment.end() - segment.first())
        .bind(segment.previous().map(|hash| hash.to_string()))
        .bind(segment.hash().to_string())
        .bind(body)
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}

fn keys(file: TableFile) -> Option<StringArray> {
    let keys = file.table.column_by_name(KEY)?.as_string_opt::<i32>()?;
    (keys.null_count() == 0).then(|| keys.clone())
}
