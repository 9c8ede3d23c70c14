//! Known, but not registered: rows whose link leads to a key that no register lists (semantics section 7).

use std::collections::{BTreeMap, BTreeSet};

use engine::Scene;
use pack::Programme;
use pack::programme::Shape;
use types::{NO_NUMBER, Question};

use crate::{DataFolder, Error};

/// One key that a feed names and no member feed of its register ever did.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unlinked {
    /// The feed.
    pub feed: String,
    /// Its link: a subject kind.
    pub kind: String,
    /// The key, canonical at K; unmasked.
    pub key: String,
    /// How many of its rows in force at (A, K) name it.
    pub rows: u64,
}

/// Every such key, by feed, kind and key.
///
/// # Errors
/// When the folder cannot be read.
pub async fn unlinked(folder: &DataFolder, programme: &Programme, question: Question) -> Result<Vec<Unlinked>, Error> {
    let deliveries = folder.visible(question.known_by, u32::MAX).await?;
    let tables = folder.tables(programme, &deliveries, question, u32::MAX).await?;
    let scene = Scene::new(programme, &tables, question)?;
    let mut found = BTreeMap::new();
    for register in programme.registers.values() {
        let (Shape::Members { members, .. } | Shape::Place { members, .. }) = &register.shape else { continue };
        let subjects = scene.subjects(&register.name)?;
        let is_of_register = |kind: &str| programme.register_of(kind).is_some_and(|own| own.name == register.name);
        let canonical = |number: u32| subjects.canonical.of(number);
        // Whoever was ever listed is registered, also after leaving the list.
        let mut listed = BTreeSet::new();
        for feed in members {
            for part in &scene.rows(feed)?.parts {
                let links = part.linked.links.iter().filter(|(kind, _)| is_of_register(kind));
                listed.extend(links.flat_map(|(_, numbers)| numbers.iter().copied().map(canonical)));
            }
        }
        for feed in programme.feeds.values().filter(|feed| !members.contains(&feed.name)) {
            for kind in feed.links.keys().filter(|kind| is_of_register(kind)) {
                let rows = scene.rows(&feed.name)?;
                for number in rows.seen().map(|row| rows.link(kind, &subjects.canonical, row)) {
                    if number != NO_NUMBER && !listed.contains(&number) {
                        let key = subjects.identities.key(number).to_string();
                        *found.entry((feed.name.clone(), kind.clone(), key)).or_default() += 1;
                    }
                }
            }
        }
    }
    Ok(found.into_iter().map(|((feed, kind, key), rows)| Unlinked { feed, kind, key, rows }).collect())
}
