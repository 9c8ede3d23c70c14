//! Versions of packs, and which one of each is in use.

use std::collections::BTreeMap;
use std::path::PathBuf;

use sqlx::{Sqlite, Transaction};
use types::Hash;

use crate::{Store, StoreError, cell};

/// A pack version to be stored and put to use.
#[derive(Clone, Debug)]
pub struct NewPack {
    /// Content hash, as the crate `pack` takes it.
    pub hash: Hash,
    /// Pack id.
    pub id: String,
    /// Semantic version.
    pub version: String,
    /// Bytes of each file, by path inside the pack folder (`models/W02-x.yaml`, always with `/`).
    pub files: BTreeMap<String, Vec<u8>>,
    /// When it is added.
    pub at: String,
    /// Operator.
    pub by: String,
}

/// A stored version of a pack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackVersion {
    /// Content hash.
    pub hash: Hash,
    /// Pack id.
    pub id: String,
    /// Semantic version.
    pub version: String,
    /// When it was first added.
    pub added_at: String,
}

/// One entry of the history: from this position on, `pack` is in use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackSwitch {
    /// Position in the folder's history of packs, from 1.
    pub position: u32,
    /// The version put to use.
    pub pack: PackVersion,
    /// When.
    pub at: String,
    /// Operator.
    pub by: String,
}

impl Store {
    /// Stores the files of a version, where they are not stored yet, and puts it to use instead of the pack's current one.
    /// Returns `false`, changing nothing, when it is in use already.
    ///
    /// # Errors
    /// `ReadOnly`, `Unfit` (a path that leaves the folder), `Io`, `Sql`.
    pub async fn add_pack(&self, pack: &NewPack) -> Result<bool, StoreError> {
        self.expect_writer()?;
        if self.current_packs().await?.iter().any(|current| current.hash == pack.hash) {
            return Ok(false);
        }
        self.folder.write_pack(pack.hash, &pack.id, pack.files.iter())?;
        let mut tx = self.begin().await?;
        sqlx::query(
            "insert into pack_version (hash, id, version, added_at) values (?1, ?2, ?3, ?4) on conflict (hash) do nothing",
        )
        .bind(pack.hash.to_string())
        .bind(&pack.id)
        .bind(&pack.version)
        .bind(&pack.at)
        .execute(&mut *tx)
        .await?;
        switch(&mut tx, pack.hash, &pack.at, &pack.by).await?;
        crate::durable::commit(tx).await?;
        Ok(true)
    }

    /// Puts a stored version to use (again).
    ///
    /// # Errors
    /// `ReadOnly`, `Unknown`, `Sql`.
    pub async fn switch_pack(&self, hash: Hash, at: &str, by: &str) -> Result<(), StoreError> {
        if self.pack_version(hash).await?.is_none() {
            return Err(StoreError::Unknown { what: "pack", name: hash.short() });
        }
        let mut tx = self.begin().await?;
        switch(&mut tx, hash, at, by).await?;
        crate::durable::commit(tx).await?;
        Ok(())
    }

    /// The versions in use, in the order in which their packs were first added.
    ///
    /// # Errors
    /// `Sql`.
    pub async fn current_packs(&self) -> Result<Vec<PackVersion>, StoreError> {
        let mut current: Vec<PackVersion> = Vec::new();
        for switch in self.pack_history().await? {
            match current.iter_mut().find(|version| version.id == switch.pack.id) {
                Some(version) => *version = switch.pack,
                None => current.push(switch.pack),
            }
        }
        Ok(current)
    }

    /// Every switch, oldest first.
    ///
    /// # Errors
    /// `Sql`.
    pub async fn pack_history(&self) -> Result<Vec<PackSwitch>, StoreError> {
        let rows: Vec<(u32, String, String, String, String, String, String)> = sqlx::query_as(
            "select s.position, v.hash, v.id, v.version, v.added_at, s.at, s.by_whom
             from pack_switch s join pack_version v on v.hash = s.hash order by s.position",
        )
        .fetch_all(&self.reading)
        .await?;
        rows.into_iter()
            .map(|(position, hash, id, version, added_at, at, by)| {
                let pack = PackVersion { hash: cell::hash(&hash)?, id, version, added_at };
                Ok(PackSwitch { position, pack, at, by })
            })
            .collect()
    }

    /// The stored version with this hash.
    ///
    /// # Errors
    /// `Sql`.
    pub async fn pack_version(&self, hash: Hash) -> Result<Option<PackVersion>, StoreError> {
        let row: Option<(String, String, String)> =
            sqlx::query_as("select id, version, added_at from pack_version where hash = ?1")
                .bind(hash.to_string())
                .fetch_optional(&self.reading)
                .await?;
        Ok(row.map(|(id, version, added_at)| PackVersion { hash, id, version, added_at }))
    }

    /// The folder with the files of a version; its last component is the pack's id.
    #[must_use]
    pub fn pack_folder(&self, pack: &PackVersion) -> PathBuf {
        self.folder.packs().join(pack.hash.to_string()).join(&pack.id)
    }
}

async fn switch(tx: &mut Transaction<'static, Sqlite>, hash: Hash, at: &str, by: &str) -> Result<(), StoreError> {
    sqlx::query(
        "insert into pack_switch (position, hash, at, by_whom)
         values ((select coalesce(max(position), 0) + 1 from pack_switch), ?1, ?2, ?3)",
    )
    .bind(hash.to_string())
    .bind(at)
    .bind(by)
    .execute(&mut **tx)
    .await?;
    Ok(())
}
