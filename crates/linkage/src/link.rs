//! Dense numbers for the rows of one delivery.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::slice;
use std::sync::Arc;

use pack::programme::{Feed, Programme, Shape};
use types::{Delivery, Identities, Landed, Linked, NO_NUMBER};

use crate::keys::KeyColumns;

/// One link of a feed: a subject kind, the identity space its numbers are of, and where the key stands.
struct Link<'a> {
    name: &'a str,
    space: &'a str,
    keys: KeyColumns<'a>,
}

/// One key per row; `None` where there is none.
type Keys<'a> = Vec<Option<Cow<'a, str>>>;

/// Ties the rows of a delivery to subjects: one array of numbers per link of its feed, and per derived register the feed makes (under
/// the register's name; its key is the key columns' canonical texts joined by `|`). An empty cell gives [`NO_NUMBER`].
///
/// `identities` are by space, a register's name; all place levels share that of the places. Keys not known yet, those
/// readable in refused rows too, get the next numbers in their canonical order. Deliveries come in order of their sequence.
/// A feed that `programme` does not have links nothing.
#[must_use]
pub fn link(
    programme: &Programme,
    delivery: Delivery,
    landed: Landed,
    identities: &mut BTreeMap<String, Identities>,
) -> Linked {
    let Landed { table, refused } = landed;
    let (mut links, mut refused_links) = (BTreeMap::new(), BTreeMap::new());
    if let Some(feed) = programme.feeds.get(&delivery.feed) {
        for (space, group) in by_space(links_of(programme, feed)) {
            let keys: Vec<(Keys<'_>, Keys<'_>)> = group
                .iter()
                .map(|link| {
                    let of_refused = refused.iter().map(|row| link.keys.of_refused(row)).collect();
                    (link.keys.of_table(&table, feed), of_refused)
                })
                .collect();
            let known = identities.entry(space.to_owned()).or_default();
            let all = keys.iter().flat_map(|(rows, refused)| rows.iter().chain(refused)).flatten();
            let new: BTreeSet<&str> = all.map(Cow::as_ref).filter(|key| known.number(key).is_none()).collect();
            for key in new {
                known.give(key);
            }
            for (link, (rows, refused)) in group.iter().zip(&keys) {
                links.insert(link.name.to_owned(), numbers(known, rows));
                refused_links.insert(link.name.to_owned(), numbers(known, refused));
            }
        }
    }
    Linked { delivery, table, links, refused: refused.into(), refused_links }
}

/// The feed's own links, and the derived registers made of its rows.
fn links_of<'a>(programme: &'a Programme, feed: &'a Feed) -> Vec<Link<'a>> {
    let own = feed.links.iter().filter_map(|(kind, column)| {
        let space = &programme.register_of(kind)?.name;
        Some(Link { name: kind, space, keys: KeyColumns { columns: slice::from_ref(column) } })
    });
    let derived = programme.registers.values().filter_map(|register| match &register.shape {
        Shape::Derived { feed: from, key, .. } if *from == feed.name => {
            Some(Link { name: &register.name, space: &register.name, keys: KeyColumns { columns: key } })
        }
        _ => None,
    });
    own.chain(derived).collect()
}

/// Links of one space give their keys together, or numbers would depend on the links' names.
fn by_space(links: Vec<Link<'_>>) -> BTreeMap<&str, Vec<Link<'_>>> {
    let mut spaces: BTreeMap<&str, Vec<Link<'_>>> = BTreeMap::new();
    for link in links {
        spaces.entry(link.space).or_default().push(link);
    }
    spaces
}

fn numbers(identities: &Identities, keys: &[Option<Cow<'_, str>>]) -> Arc<[u32]> {
    keys.iter().map(|key| key.as_deref().and_then(|key| identities.number(key)).unwrap_or(NO_NUMBER)).collect()
}
