//! Destroying a delivery: its bytes and tables go, a tombstone stays (semantics section 8).

use store::Tombstone;

use crate::{Caller, DataFolder, Error};

/// Destroys the delivery whose hash begins with `hash`.
///
/// # Errors
/// When no delivery, or more than one, has such a hash.
pub async fn destroy(folder: &DataFolder, hash: &str, why: &str, caller: &Caller) -> Result<Tombstone, Error> {
    if why.trim().is_empty() {
        return Err(Error::refused("why-missing", "销毁必须写明理由", "say why it is destroyed"));
    }
    let mut hashes: Vec<types::Hash> = folder
        .store
        .deliveries()
        .await?
        .into_iter()
        .map(|stored| stored.delivery.hash)
        .filter(|found| !hash.is_empty() && found.to_string().starts_with(&hash.to_lowercase()))
        .collect();
    hashes.sort_unstable();
    hashes.dedup();
    match hashes.as_slice() {
        [only] => Ok(folder.store.destroy_delivery(*only, why, caller.today, &caller.who).await?),
        [] => Err(Error::refused(
            "unknown-delivery",
            format!("没有哈希以 `{hash}` 开头的批次"),
            format!("no delivery has a hash that begins with `{hash}`"),
        )),
        _ => Err(Error::refused(
            "unclear-delivery",
            format!("有 {} 个批次的哈希以 `{hash}` 开头", hashes.len()),
            format!("{} deliveries have hashes that begin with `{hash}`", hashes.len()),
        )),
    }
}
