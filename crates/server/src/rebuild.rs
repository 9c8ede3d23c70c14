//! The lists of cases made again from their events: what is due and whose turn it is follows from each case's own workflow.

use std::collections::BTreeMap;

use pack::Programme;
use pipeline::{DataFolder, Error};
use store::CaseRow;
use types::Hash;

use crate::routes::cases::row_of;

/// Drops the lists of cases and makes them again; returns how many cases there are.
///
/// # Errors
/// When the folder is open for reading only, or cannot be read.
pub async fn rebuild_cases(folder: &DataFolder) -> Result<u64, Error> {
    let current = folder.pack_hashes().await?;
    let mut versions: BTreeMap<Hash, Programme> = BTreeMap::new();
    for pack in folder.store.packs_of_cases().await? {
        let Some(version) = folder.store.pack_version(pack).await? else { continue };
        let others = current.iter().filter(|(id, _)| **id != version.id).map(|(_, hash)| *hash);
        let hashes: Vec<Hash> = others.chain([pack]).collect();
        versions.insert(pack, folder.programme_of(&hashes).await?);
    }
    let row = |case: &casework::case::Case| {
        versions.get(&case.pack).map_or_else(CaseRow::default, |programme| row_of(programme, case))
    };
    Ok(folder.store.rebuild_cases(row).await?)
}
