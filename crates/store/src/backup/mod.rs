//! A copy of a whole data folder, made while it is used, and a folder made from one.

use std::fs;
use std::path::Path;

use types::Day;

use crate::chain::Head;
use crate::folder::{Folder, append_line, entries, io};
use crate::{Store, StoreError};

impl Store {
    /// Copies the folder to `to`, which must not exist or be empty; works while a writer is at work. The chain's head is written
    /// into the copy under `date`, so that verifying it finds a tail that was cut off later. Returns that head.
    ///
    /// The database is copied first, as of one moment; every file it names has been written before its row.
    ///
    /// # Errors
    /// `AlreadyInitialised` when something is there, `Io`, `Sql`.
    pub async fn backup(&self, to: &Path, date: Day) -> Result<Head, StoreError> {
        let target = empty(to)?;
        let database = target.database();
        sqlx::query("vacuum into ?1").bind(database.display().to_string()).execute(&self.reading).await?;
        for (from, to) in [
            (self.folder.originals(), target.originals()),
            (self.folder.tables(), target.tables()),
            (self.folder.identities(), target.identities()),
            (self.folder.packs(), target.packs()),
            (self.folder.heads(), target.heads()),
        ] {
            copy(&from, &to)?;
        }
        fs::File::open(&database).and_then(|file| file.sync_all()).map_err(io(&database))?;
        let copied = Self::open_read_only(to).await?;
        let head = copied.head().await?;
        copied.close().await;
        append_line(&target.heads().join(format!("{date}.txt")), &format!("{} {}", head.position, head.hash))?;
        Ok(head)
    }
}

/// Makes the folder `to` from the backup `from`.
///
/// # Errors
/// `NotAFolder`, `NotInitialised`, `AlreadyInitialised` when something is there, `Io`.
pub fn restore(from: &Path, to: &Path) -> Result<(), StoreError> {
    let source = Folder { root: from.to_owned() };
    source.expect()?;
    let target = empty(to)?;
    copy(&source.root, &target.root)
}

fn empty(to: &Path) -> Result<Folder, StoreError> {
    let folder = Folder { root: to.to_owned() };
    if to.exists() && (!to.is_dir() || !entries(to)?.is_empty()) {
        return Err(StoreError::AlreadyInitialised { folder: to.to_owned() });
    }
    folder.make()?;
    Ok(folder)
}

/// Copies a folder with all that is in it, each file synced; what is being written, and locks, are left out.
fn copy(from: &Path, to: &Path) -> Result<(), StoreError> {
    fs::create_dir_all(to).map_err(io(to))?;
    for path in entries(from)? {
        let Some(name) = path.file_name() else { continue };
        let target = to.join(name);
        let shown = name.to_string_lossy();
        if path.is_dir() {
            copy(&path, &target)?;
        } else if !shown.ends_with(".tmp") && !shown.ends_with(".lock") {
            fs::copy(&path, &target).map_err(io(&target))?;
            fs::File::open(&target).and_then(|file| file.sync_all()).map_err(io(&target))?;
        }
    }
    Ok(())
}
