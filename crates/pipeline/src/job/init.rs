//! Making a data folder, and letting packs in.

use std::collections::BTreeMap;
use std::path::Path;

use pack::PackFiles;
use store::{Entropy, NewPack, Store};

use crate::{Caller, DataFolder, Error};

/// A pack that was let in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackAdded {
    /// Id.
    pub id: String,
    /// Version.
    pub version: String,
    /// Content hash.
    pub hash: types::Hash,
    /// Whether it was not there before with this content.
    pub is_new: bool,
}

/// Reads pack folders and, from beside them, the packs they build on.
///
/// # Errors
/// When a folder cannot be read.
pub fn read_packs(folders: &[&Path]) -> Result<Vec<PackFiles>, Error> {
    let loaded = pack::load(folders);
    match loaded.programme {
        Some(_) => Ok(loaded.packs),
        None => Err(Error::Findings { findings: loaded.findings, sources: loaded.sources }),
    }
}

/// Makes `folder` a data folder that runs the packs in `packs`.
///
/// # Errors
/// When it is one already, or a pack has findings.
pub async fn init(
    folder: &Path,
    entropy: Box<dyn Entropy>,
    packs: &[&Path],
    caller: &Caller,
) -> Result<(DataFolder, Vec<PackAdded>), Error> {
    let files = read_packs(packs)?;
    let folder = DataFolder::of(Store::create(folder, entropy).await?);
    let added = keep(&folder, files, caller).await?;
    Ok((folder, added))
}

/// Lets packs in, or other versions of packs that are there; the whole set must be free of findings.
///
/// # Errors
/// When the packs have findings, together with those already there.
pub async fn add_packs(folder: &DataFolder, packs: &[&Path], caller: &Caller) -> Result<Vec<PackAdded>, Error> {
    let files = together(folder, packs).await?;
    let loaded = pack::load_files(files.clone());
    if loaded.programme.is_none() {
        return Err(Error::Findings { findings: loaded.findings, sources: loaded.sources });
    }
    keep(folder, files, caller).await
}

/// The packs of `folder` with those in `packs` among them: what is given wins over what is there; what it builds on is taken from the
/// folder when it is there.
pub(crate) async fn together(folder: &DataFolder, packs: &[&Path]) -> Result<Vec<PackFiles>, Error> {
    let mut all: BTreeMap<String, PackFiles> = BTreeMap::new();
    for version in folder.store.current_packs().await? {
        let files = pack::read_folder(&folder.store.pack_folder(&version))
            .map_err(|error| Error::Fault(format!("pack `{}`: {error}", version.id)))?;
        all.insert(version.id, files);
    }
    let given = pack::load(packs).packs;
    let named: Vec<String> =
        packs.iter().filter_map(|path| path.file_name().map(|name| name.to_string_lossy().into_owned())).collect();
    for files in given {
        if named.contains(&files.id) || !all.contains_key(&files.id) {
            all.insert(files.id.clone(), files);
        }
    }
    Ok(all.into_values().collect())
}

async fn keep(folder: &DataFolder, files: Vec<PackFiles>, caller: &Caller) -> Result<Vec<PackAdded>, Error> {
    let loaded = pack::load_files(files.clone());
    let Some(programme) = loaded.programme else {
        return Err(Error::Findings { findings: loaded.findings, sources: loaded.sources });
    };
    let mut added = Vec::new();
    let current = folder.pack_hashes().await?;
    for info in &programme.packs {
        let Some(files) = files.iter().find(|files| files.id == info.id) else { continue };
        let is_new = current.get(&info.id) != Some(&info.hash);
        if is_new {
            let new = NewPack {
                hash: info.hash,
                id: info.id.clone(),
                version: info.version.clone(),
                files: files.files.clone(),
                at: caller.now.clone(),
                by: caller.who.clone(),
            };
            if !folder.store.add_pack(&new).await? {
                folder.store.switch_pack(info.hash, &caller.now, &caller.who).await?;
            }
        }
        added.push(PackAdded { id: info.id.clone(), version: info.version.clone(), hash: info.hash, is_new });
    }
    Ok(added)
}
