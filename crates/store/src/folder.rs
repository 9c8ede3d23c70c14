//! Paths, the lock, and files that are there in full or not at all.

use std::collections::BTreeSet;
use std::fs::{self, File, TryLockError};
use std::io::{BufWriter, Write as _};
use std::path::{Component, Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use types::Hash;

use crate::StoreError;

/// Names inside a data folder.
#[derive(Clone, Debug)]
pub(crate) struct Folder {
    pub(crate) root: PathBuf,
}

/// What has a row, so that the rest can be swept.
pub(crate) struct Rooted {
    /// Hashes of deliveries that were not destroyed.
    pub(crate) deliveries: BTreeSet<Hash>,
    /// Hashes of pack versions.
    pub(crate) packs: BTreeSet<Hash>,
    /// Hashes of segments of identities that are files.
    pub(crate) identities: BTreeSet<Hash>,
}

/// Ending of a name under which a file is being written.
const TEMPORARY: &str = ".tmp";

impl Folder {
    pub(crate) fn database(&self) -> PathBuf {
        self.root.join("jianwei.sqlite")
    }

    pub(crate) fn originals(&self) -> PathBuf {
        self.root.join("originals")
    }

    pub(crate) fn original(&self, hash: Hash) -> PathBuf {
        self.originals().join(format!("{hash}.zst"))
    }

    pub(crate) fn tables(&self) -> PathBuf {
        self.root.join("tables")
    }

    pub(crate) fn table(&self, hash: Hash, fingerprint: Hash) -> PathBuf {
        self.tables().join(format!("{hash}-{fingerprint}.arrow"))
    }

    pub(crate) fn identities(&self) -> PathBuf {
        self.root.join("identities")
    }

    pub(crate) fn segment(&self, hash: Hash) -> PathBuf {
        self.identities().join(format!("{hash}.arrow"))
    }

    pub(crate) fn packs(&self) -> PathBuf {
        self.root.join("packs")
    }

    pub(crate) fn heads(&self) -> PathBuf {
        self.root.join("heads")
    }

    /// Makes the folders that are not there yet.
    pub(crate) fn make(&self) -> Result<(), StoreError> {
        for folder in
            [self.root.clone(), self.originals(), self.tables(), self.identities(), self.packs(), self.heads()]
        {
            fs::create_dir_all(&folder).map_err(io(&folder))?;
        }
        Ok(())
    }

    /// Checks that it is a data folder.
    pub(crate) fn expect(&self) -> Result<(), StoreError> {
        if !self.root.is_dir() {
            return Err(StoreError::NotAFolder { folder: self.root.clone() });
        }
        if !self.database().is_file() {
            return Err(StoreError::NotInitialised { folder: self.root.clone() });
        }
        Ok(())
    }

    /// Takes the lock of the one writer; it is held until the file is dropped.
    pub(crate) fn lock(&self) -> Result<File, StoreError> {
        let path = self.root.join("jianwei.lock");
        let file = File::options().create(true).write(true).truncate(false).open(&path).map_err(io(&path))?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(TryLockError::WouldBlock) => Err(StoreError::Busy { folder: self.root.clone() }),
            Err(TryLockError::Error(source)) => Err(StoreError::Io { path, source }),
        }
    }

    /// Writes the files of a pack under `packs/<hash>/<id>/`, where they are not written yet.
    pub(crate) fn write_pack<'a>(
        &self,
        hash: Hash,
        id: &str,
        files: impl Iterator<Item = (&'a String, &'a Vec<u8>)>,
    ) -> Result<(), StoreError> {
        let target = self.packs().join(hash.to_string());
        if target.exists() {
            return Ok(());
        }
        let temporary = self.packs().join(format!("{hash}{TEMPORARY}"));
        remove(&temporary)?;
        let mut folders = BTreeSet::from([temporary.clone()]);
        for (name, bytes) in files {
            let path = temporary.join(inside(id)?).join(inside(name)?);
            let folder = path.parent().unwrap_or(&temporary);
            fs::create_dir_all(folder).map_err(io(folder))?;
            folders
                .extend(folder.ancestors().take_while(|ancestor| ancestor.starts_with(&temporary)).map(Path::to_owned));
            write_and_sync(&path, bytes)?;
        }
        for folder in &folders {
            sync_folder(folder)?;
        }
        crate::durable::rename(&temporary, &target)?;
        sync_folder(&self.packs())
    }

    /// Removes the original and all tables of a delivery.
    pub(crate) fn remove_delivery(&self, hash: Hash) -> Result<(), StoreError> {
        remove(&self.original(hash))?;
        let prefix = format!("{hash}-");
        for path in entries(&self.tables())? {
            if name(&path).starts_with(&prefix) {
                remove(&path)?;
            }
        }
        sync_folder(&self.originals())?;
        sync_folder(&self.tables())
    }

    /// Removes what is half-written and what has no row; leaves alone what this program never writes.
    pub(crate) fn sweep(&self, rooted: &Rooted) -> Result<Vec<PathBuf>, StoreError> {
        let mut removed = Vec::new();
        for (folder, owners) in [
            (self.originals(), &rooted.deliveries),
            (self.tables(), &rooted.deliveries),
            (self.identities(), &rooted.identities),
            (self.packs(), &rooted.packs),
        ] {
            for path in entries(&folder)? {
                let name = name(&path);
                let owner = name.get(..64).and_then(Hash::parse);
                let orphan = owner.is_some_and(|owner| !owners.contains(&owner));
                if orphan || (owner.is_some() && name.ends_with(TEMPORARY)) {
                    remove(&path)?;
                    removed.push(path);
                }
            }
        }
        removed.sort();
        Ok(removed)
    }
}

/// Writes what `fill` gives so that after a crash there is all of the file or nothing under its name.
pub(crate) fn fill_durably(
    path: &Path,
    fill: impl FnOnce(&mut BufWriter<File>) -> std::io::Result<()>,
) -> Result<(), StoreError> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let temporary = folder.join(format!("{}{TEMPORARY}", name(path)));
    fill_and_sync(&temporary, fill)?;
    crate::durable::rename(&temporary, path)?;
    sync_folder(folder)
}

/// A new file in `folder` that has no name any more, to be written and read through what is returned alone.
pub(crate) fn unnamed(folder: &Path) -> std::io::Result<File> {
    static LAST: AtomicU64 = AtomicU64::new(0);
    // Between its making and its unnaming the process can end: then the name is one that is swept.
    let owner = Hash::of(b"a file without a name");
    let last = LAST.fetch_add(1, Ordering::Relaxed);
    let path = folder.join(format!("{owner}-{}-{last}{TEMPORARY}", std::process::id()));
    let file = File::options().create(true).truncate(true).read(true).write(true).open(&path)?;
    fs::remove_file(&path)?;
    Ok(file)
}

/// Appends a line and syncs.
pub(crate) fn append_line(path: &Path, line: &str) -> Result<(), StoreError> {
    let new = !path.exists();
    let mut file = File::options().create(true).append(true).open(path).map_err(io(path))?;
    file.write_all(format!("{line}\n").as_bytes()).and_then(|()| file.sync_all()).map_err(io(path))?;
    if new { sync_folder(path.parent().unwrap_or(Path::new("."))) } else { Ok(()) }
}

/// What stands in a folder, in order of names; nothing when there is no such folder.
pub(crate) fn entries(folder: &Path) -> Result<Vec<PathBuf>, StoreError> {
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(io(folder))? {
        paths.push(entry.map_err(io(folder))?.path());
    }
    paths.sort();
    Ok(paths)
}

/// Turns what the system says of `path` into an error.
pub(crate) fn io(path: &Path) -> impl FnOnce(std::io::Error) -> StoreError {
    let path = path.to_owned();
    move |source| StoreError::Io { path, source }
}

fn write_and_sync(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    fill_and_sync(path, |file| file.write_all(bytes))
}

fn fill_and_sync(
    path: &Path,
    fill: impl FnOnce(&mut BufWriter<File>) -> std::io::Result<()>,
) -> Result<(), StoreError> {
    let mut file = BufWriter::with_capacity(1 << 20, File::create(path).map_err(io(path))?);
    fill(&mut file).and_then(|()| file.flush()).and_then(|()| file.get_ref().sync_all()).map_err(io(path))
}

/// A rename is durable only once its folder is. Elsewhere than on Unix a folder cannot be opened, and need not be.
fn sync_folder(folder: &Path) -> Result<(), StoreError> {
    if cfg!(unix) { File::open(folder).and_then(|file| file.sync_all()).map_err(io(folder)) } else { Ok(()) }
}

fn remove(path: &Path) -> Result<(), StoreError> {
    let removed = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    match removed {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(io(path)(error)),
        _ => Ok(()),
    }
}

fn name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// `path` if it stays inside the folder it is joined to.
fn inside(path: &str) -> Result<&Path, StoreError> {
    let checked = Path::new(path);
    let stays = !path.is_empty() && checked.components().all(|component| matches!(component, Component::Normal(_)));
    if stays { Ok(checked) } else { Err(StoreError::unfit(format!("the path `{path}` leaves its folder"))) }
}
