//! Retention: deliveries kept as long as their agreement says are destroyed, each leaving its tombstone (semantics section 8).

use std::collections::BTreeMap;

use pack::Programme;
use types::{Day, Delivery, Hash, Period};

use crate::{Caller, DataFolder, Error};

/// A delivery whose time is up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expired {
    /// What is known of it.
    pub delivery: Delivery,
    /// Its agreement.
    pub agreement: String,
    /// How long the agreement lets it be kept.
    pub retention: Period,
    /// The first day on which it may not be kept any more.
    pub due: Day,
}

/// The deliveries that may not be kept on `today`, by sequence. Bytes that came twice are kept until the later one's time is up.
///
/// # Errors
/// When the folder cannot be read.
pub async fn expired(folder: &DataFolder, programme: &Programme, today: Day) -> Result<Vec<Expired>, Error> {
    let mut found = Vec::new();
    let mut kept: BTreeMap<Hash, bool> = BTreeMap::new();
    for stored in folder.store.deliveries().await?.into_iter().filter(|stored| stored.destroyed.is_none()) {
        let delivery = stored.delivery;
        let agreement = programme
            .feeds
            .get(&delivery.feed)
            .and_then(|feed| feed.agreement.as_ref())
            .and_then(|agreement| programme.agreements.get(agreement));
        let due = agreement.map(|agreement| (agreement, agreement.retention.after(delivery.received)));
        match due.filter(|(_, due)| *due <= today) {
            Some((agreement, due)) => {
                kept.entry(delivery.hash).or_default();
                found.push(Expired { delivery, agreement: agreement.id.clone(), retention: agreement.retention, due });
            }
            None => {
                kept.insert(delivery.hash, true);
            }
        }
    }
    found.retain(|expired| kept.get(&expired.delivery.hash) == Some(&false));
    Ok(found)
}

/// Destroys them, for good.
///
/// # Errors
/// When the folder cannot be written.
pub async fn expire(folder: &DataFolder, programme: &Programme, caller: &Caller) -> Result<Vec<Expired>, Error> {
    let expired = expired(folder, programme, caller.today).await?;
    let mut gone: Vec<Hash> = Vec::new();
    for one in &expired {
        if gone.contains(&one.delivery.hash) {
            continue;
        }
        gone.push(one.delivery.hash);
        let why = format!("retention: agreement {}, {} after {}", one.agreement, one.retention, one.delivery.received);
        folder.store.destroy_delivery(one.delivery.hash, &why, caller.today, &caller.who).await?;
    }
    Ok(expired)
}
