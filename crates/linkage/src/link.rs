//! Dense numbers for the rows of one delivery.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::slice;

use arrow_array::cast::AsArray;
use arrow_array::types::Date32Type;
use arrow_array::{Array, RecordBatch, UInt32Array};
use arrow_buffer::ScalarBuffer;
use arrow_select::take::take_record_batch;
use pack::programme::{Feed, Mode, PlaceOf, Programme, Shape, Valid};
use types::{Delivery, Identities, Landed, Linked, NO_NUMBER, column_link};

use crate::keys::KeyColumns;

/// One link of a feed: a subject kind, the identity space its numbers are of, and where the key stands.
struct Link<'a> {
    name: Cow<'a, str>,
    space: &'a str,
    keys: KeyColumns<'a>,
}

/// One key per row; `None` where there is none.
type Keys<'a> = Vec<Option<Cow<'a, str>>>;

/// Ties the rows of a delivery to subjects: one array of numbers per link of its feed, per derived register the feed makes (under
/// the register's name; its key is the key columns' canonical texts joined by `|`), and per column in which a register finds what its
/// members belong to or where they live (under its [`column_link`]). An empty cell gives [`NO_NUMBER`]. Brings the rows into the
/// order that [`Linked`] promises.
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
    let table = match programme.feeds.get(&delivery.feed) {
        Some(feed) => in_order(feed, table),
        None => table,
    };
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
                links.insert(link.name.to_string(), numbers(known, rows));
                refused_links.insert(link.name.to_string(), numbers(known, refused));
            }
        }
    }
    Linked { delivery, table, links, refused: refused.into(), refused_links }
}

/// The rows of a feed without a key of its own by valid date, those of a day as they are.
fn in_order(feed: &Feed, table: RecordBatch) -> RecordBatch {
    let Valid::Column(valid) = &feed.valid else { return table };
    if matches!(feed.mode, Mode::Upsert(_)) {
        return table;
    }
    let Some(days) = table.column_by_name(valid).and_then(|column| column.as_primitive_opt::<Date32Type>()) else {
        return table;
    };
    if days.null_count() > 0 || days.values().is_sorted() {
        return table;
    }
    let mut rows: Vec<u32> = (0..u32::try_from(days.len()).unwrap_or(u32::MAX)).collect();
    rows.sort_by_key(|row| days.value(*row as usize));
    take_record_batch(&table, &UInt32Array::from(rows)).unwrap_or(table)
}

/// The feed's own links, the derived registers made of its rows, and the columns that registers read as keys.
fn links_of<'a>(programme: &'a Programme, feed: &'a Feed) -> Vec<Link<'a>> {
    let own = feed.links.iter().filter_map(|(kind, column)| {
        let space = &programme.register_of(kind)?.name;
        Some(Link { name: kind.into(), space, keys: KeyColumns { columns: slice::from_ref(column) } })
    });
    let derived = programme.registers.values().filter_map(|register| match &register.shape {
        Shape::Derived { feed: from, key, .. } if *from == feed.name => {
            Some(Link { name: register.name.as_str().into(), space: &register.name, keys: KeyColumns { columns: key } })
        }
        _ => None,
    });
    let mut links: Vec<Link<'_>> = own.chain(derived).collect();
    for (space, column) in columns_read(programme, feed) {
        let name = column_link(space, column);
        if links.iter().all(|link| link.name != name) {
            links.push(Link { name: name.into(), space, keys: KeyColumns { columns: slice::from_ref(column) } });
        }
    }
    links
}

/// (register, column): the columns of `feed` in which registers find what their members belong to and where they live.
fn columns_read<'a>(programme: &'a Programme, feed: &'a Feed) -> Vec<(&'a str, &'a String)> {
    let mut read = Vec::new();
    for register in programme.registers.values() {
        let Shape::Members { members, belongs_to, place, .. } = &register.shape else { continue };
        let sources = belongs_to.iter().flat_map(|belonging| &belonging.sources);
        let own: Vec<&String> = sources.filter(|(name, _)| *name == feed.name).map(|(_, column)| column).collect();
        if let (PlaceOf::Column(column), Some(places)) =
            (place, programme.registers.values().find(|other| other.is_place()))
            && (!own.is_empty() || members.contains(&feed.name))
            && feed.columns.contains_key(column)
        {
            read.push((places.name.as_str(), column));
        }
        if let Some(space) = belongs_to.as_ref().and_then(|belonging| programme.register_of(&belonging.kind)) {
            read.extend(own.into_iter().map(|column| (space.name.as_str(), column)));
        }
    }
    read
}

/// Links of one space give their keys together, or numbers would depend on the links' names.
fn by_space(links: Vec<Link<'_>>) -> BTreeMap<&str, Vec<Link<'_>>> {
    let mut spaces: BTreeMap<&str, Vec<Link<'_>>> = BTreeMap::new();
    for link in links {
        spaces.entry(link.space).or_default().push(link);
    }
    spaces
}

fn numbers(identities: &Identities, keys: &[Option<Cow<'_, str>>]) -> ScalarBuffer<u32> {
    keys.iter().map(|key| key.as_deref().and_then(|key| identities.number(key)).unwrap_or(NO_NUMBER)).collect()
}
