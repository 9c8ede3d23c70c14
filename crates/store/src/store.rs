//! One open data folder.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{QueryBuilder, Sqlite, SqlitePool, Transaction};
use types::{Hash, Hasher, SubjectRef};

use crate::command::Shared;
use crate::folder::{Folder, Rooted, fill_durably, unnamed};
use crate::{Entropy, StoreError, cell, schema};

/// One open data folder. Share it by reference; dropping it lets go of the lock.
pub struct Store {
    pub(crate) folder: Folder,
    pub(crate) pool: SqlitePool,
    /// For reading beside the one writer.
    pub(crate) reading: SqlitePool,
    /// Salts the hashes by which subjects are found again.
    salt: Vec<u8>,
    writer: Option<Writer>,
    /// What commands write together.
    pub(crate) group: Shared,
}

struct Writer {
    entropy: Mutex<Box<dyn Entropy>>,
    /// Held for its lock; dropped after the pool.
    _lock: File,
}

impl Store {
    /// Makes `folder` (and its parents) a data folder and opens it for writing.
    ///
    /// # Errors
    /// `AlreadyInitialised` when it holds a database already, `Busy`, `Io`, `Sql`.
    pub async fn create(folder: &Path, entropy: Box<dyn Entropy>) -> Result<Self, StoreError> {
        let folder = Folder { root: folder.to_owned() };
        if folder.database().exists() {
            return Err(StoreError::AlreadyInitialised { folder: folder.root });
        }
        folder.make()?;
        Self::open_writer(folder, entropy).await
    }

    /// Opens `folder` for writing: takes the lock, brings the schema up to date, sweeps.
    ///
    /// # Errors
    /// `NotAFolder`, `NotInitialised`, `Busy`, `TooNew`, `Outdated`, `Io`, `Sql`.
    pub async fn open(folder: &Path, entropy: Box<dyn Entropy>) -> Result<Self, StoreError> {
        let folder = Folder { root: folder.to_owned() };
        folder.expect()?;
        folder.make()?;
        Self::open_writer(folder, entropy).await
    }

    /// Opens `folder` for reading; works while a writer is at work.
    ///
    /// # Errors
    /// `NotAFolder`, `NotInitialised`, `TooNew`, `TooOld`, `Outdated`, `Sql`.
    pub async fn open_read_only(folder: &Path) -> Result<Self, StoreError> {
        let folder = Folder { root: folder.to_owned() };
        folder.expect()?;
        let options = connection(&folder).read_only(true);
        let pool = pool(2).connect_with(options).await?;
        schema::expect_current(&pool).await?;
        let salt = salt(&pool).await?;
        Ok(Self { folder, reading: pool.clone(), pool, salt, writer: None, group: Shared::default() })
    }

    async fn open_writer(folder: Folder, mut entropy: Box<dyn Entropy>) -> Result<Self, StoreError> {
        let lock = folder.lock()?;
        let options = connection(&folder)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            // What is erased must not linger on a free page.
            .pragma("secure_delete", "on")
            // 16 MiB each: pages that commands touch again and again, and what is written before it goes into the database.
            .pragma("cache_size", "-16384")
            .pragma("wal_autocheckpoint", "4096");
        let pool = pool(1).connect_with(options).await?;
        let mut fresh_salt = [0; 32];
        entropy.fill(&mut fresh_salt);
        schema::migrate(&pool, &fresh_salt).await?;
        let salt = salt(&pool).await?;
        let reading = self::pool(READERS).connect_lazy_with(connection(&folder).read_only(true));
        let writer = Some(Writer { entropy: Mutex::new(entropy), _lock: lock });
        let store = Self { folder, pool, reading, salt, writer, group: Shared::default() };
        store.sweep().await?;
        Ok(store)
    }

    /// Closes the database in order. Dropping the store does, too, a moment later.
    pub async fn close(self) {
        self.reading.close().await;
        self.pool.close().await;
    }

    /// The data folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder.root
    }

    /// Removes temporary files and files without a row; `open` has done so already. Returns what was removed.
    ///
    /// # Errors
    /// `ReadOnly`, `Io`, `Sql`.
    pub async fn sweep(&self) -> Result<Vec<PathBuf>, StoreError> {
        self.expect_writer()?;
        let deliveries: Vec<String> = sqlx::query_scalar("select distinct hash from delivery where tombstone is null")
            .fetch_all(&self.pool)
            .await?;
        let packs: Vec<String> = sqlx::query_scalar("select hash from pack_version").fetch_all(&self.pool).await?;
        let segments: Vec<String> =
            sqlx::query_scalar("select hash from identity_segment where body is null").fetch_all(&self.pool).await?;
        let hashes = |texts: Vec<String>| texts.iter().map(|text| cell::hash(text)).collect::<Result<_, _>>();
        self.folder.sweep(&Rooted {
            deliveries: hashes(deliveries)?,
            packs: hashes(packs)?,
            identities: hashes(segments)?,
        })
    }

    /// Where the table of delivery `hash`, read by the rules with `fingerprint`, stands or would stand.
    #[must_use]
    pub fn table_path(&self, hash: Hash, fingerprint: Hash) -> PathBuf {
        self.folder.table(hash, fingerprint)
    }

    /// Writes a table durably under its name; `fill` writes its bytes. Write it after the delivery's row: without one it is an
    /// orphan.
    ///
    /// # Errors
    /// `ReadOnly`, `Io`.
    pub fn write_table(
        &self,
        hash: Hash,
        fingerprint: Hash,
        fill: impl FnOnce(&mut BufWriter<File>) -> std::io::Result<()>,
    ) -> Result<PathBuf, StoreError> {
        self.expect_writer()?;
        let path = self.table_path(hash, fingerprint);
        fill_durably(&path, fill)?;
        Ok(path)
    }

    /// Makes files beside the tables that have no name, for what is too long to hold in memory while a file is taken in. Nothing is
    /// left of them when they are dropped or the process ends.
    ///
    /// # Errors
    /// `ReadOnly`.
    pub fn unnamed_files(&self) -> Result<impl Fn() -> std::io::Result<File> + Send + Sync + use<>, StoreError> {
        self.expect_writer()?;
        let folder = self.folder.tables();
        Ok(move || unnamed(&folder))
    }

    /// Whether it was opened for writing.
    #[must_use]
    pub fn is_writer(&self) -> bool {
        self.writer.is_some()
    }

    /// The transaction of one write. Dropped without a commit, it has not been.
    pub(crate) async fn begin(&self) -> Result<Transaction<'static, Sqlite>, StoreError> {
        self.expect_writer()?;
        Ok(self.pool.begin_with("begin immediate").await?)
    }

    /// After something was destroyed: the write-ahead log must not go on holding it.
    pub(crate) async fn forget_pages(&self) -> Result<(), StoreError> {
        sqlx::query("pragma wal_checkpoint(truncate)").execute(&self.pool).await?;
        Ok(())
    }

    pub(crate) fn expect_writer(&self) -> Result<(), StoreError> {
        self.writer.as_ref().map(|_| ()).ok_or(StoreError::ReadOnly)
    }

    /// Random bytes from the caller's source.
    pub(crate) fn random<const N: usize>(&self) -> Result<[u8; N], StoreError> {
        let writer = self.writer.as_ref().ok_or(StoreError::ReadOnly)?;
        let mut bytes = [0; N];
        writer.entropy.lock().unwrap_or_else(PoisonError::into_inner).fill(&mut bytes);
        Ok(bytes)
    }

    /// What only this folder knows.
    pub(crate) fn salt(&self) -> &[u8] {
        &self.salt
    }

    /// How many rows there are about each of `subjects`: of `rows`, a table joined on its column of the subject's key, those that
    /// `push_filter` keeps, which begins with `where`.
    pub(crate) async fn count_of_each(
        &self,
        subjects: &[SubjectRef],
        rows: &str,
        push_filter: impl FnOnce(&mut QueryBuilder<Sqlite>),
    ) -> Result<Vec<u64>, StoreError> {
        // From the subjects to their rows: the few are named, the many are not walked.
        let mut select =
            QueryBuilder::new(format!("select k.subject_hash, count(*) from subject_key k cross join {rows} = k.id"));
        push_filter(&mut select);
        let hashes: Vec<String> =
            subjects.iter().map(|subject| self.subject_hash(&subject.kind, &subject.key)).collect();
        select.push(" and k.subject_hash in (");
        let mut separated = select.separated(", ");
        for hash in &hashes {
            separated.push_bind(hash.clone());
        }
        select.push(") group by k.subject_hash");
        let found: Vec<(String, i64)> = select.build_query_as().fetch_all(&self.reading).await?;
        let counts: BTreeMap<String, i64> = found.into_iter().collect();
        Ok(hashes.iter().map(|hash| counts.get(hash).map_or(0, |count| count.unsigned_abs())).collect())
    }

    /// By which a subject is found again without its key being readable.
    pub(crate) fn subject_hash(&self, kind: &str, key: &str) -> String {
        Hasher::default().piece(&self.salt).piece(kind).piece(key).finish().to_string()
    }
}

/// Connections that read beside the writer.
const READERS: u32 = 4;

fn connection(folder: &Folder) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(folder.database())
        .create_if_missing(false)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(10))
}

fn pool(connections: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(connections)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
}

async fn salt(pool: &SqlitePool) -> Result<Vec<u8>, StoreError> {
    Ok(sqlx::query_scalar("select salt from folder where id = 1").fetch_one(pool).await?)
}
