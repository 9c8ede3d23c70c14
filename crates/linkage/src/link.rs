//! Dense numbers for the rows of one delivery.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io;
use std::ops::Range;
use std::slice;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, UInt32Type};
use arrow_array::{Array, ArrayRef, PrimitiveArray, RecordBatch, UInt32Array};
use arrow_buffer::ScalarBuffer;
use arrow_schema::DataType;
use arrow_select::take::take;
use pack::programme::{Feed, Mode, PlaceOf, Programme, Shape, Valid};
use types::{Delivery, Hash, Hasher, Identities, Landed, Linked, NO_NUMBER, Spool, column_link};

use crate::keys::KeyColumns;

/// One link of a feed: a subject kind, the identity space its numbers are of, and where the key stands.
struct Link<'a> {
    name: Cow<'a, str>,
    space: &'a str,
    keys: KeyColumns<'a>,
}

/// Ties the rows of a delivery to subjects: one array of numbers per link of its feed, per derived register the feed makes (under
/// the register's name; its key is the key columns' canonical texts joined by `|`), and per column in which a register finds what its
/// members belong to or where they live (under its [`column_link`]). An empty cell gives [`NO_NUMBER`]. Brings the rows into the
/// order that [`Linked`] promises.
///
/// `identities` are by space, a register's name; all place levels share that of the places. Keys not known yet, those
/// readable in refused rows too, get the next numbers in their canonical order. Deliveries come in order of their sequence.
/// A feed that `programme` does not have links nothing.
///
/// Where the table lies in a spool, so do the ordered table and the numbers.
///
/// # Errors
/// Those of the spool.
pub fn link(
    programme: &Programme,
    delivery: Delivery,
    landed: Landed,
    identities: &mut BTreeMap<String, Identities>,
) -> io::Result<Linked> {
    let Landed { table, refused, spool } = landed;
    let spool = spool.as_deref();
    let table = match programme.feeds.get(&delivery.feed) {
        Some(feed) => in_order(feed, table, spool)?,
        None => table,
    };
    let (mut links, mut refused_links) = (BTreeMap::new(), BTreeMap::new());
    if let Some(feed) = programme.feeds.get(&delivery.feed) {
        for (space, group) in by_space(links_of(programme, feed)) {
            let mut numbering = identities.entry(space.to_owned()).or_default().numbering();
            let mut number = |key: Option<_>| key.map_or(NO_NUMBER, |key| numbering.number(key));
            let mut seen = Vec::new();
            for link in &group {
                let keys = link.keys.of_table(&table, feed);
                let rows = numbers(table.num_rows(), spool, |row| number(keys.at(row)))?;
                let refused: Vec<u32> = refused.iter().map(|row| number(link.keys.of_refused(row))).collect();
                seen.push((rows, refused));
            }
            let given = numbering.finish();
            for (link, (rows, refused)) in group.into_iter().zip(seen) {
                let settled =
                    if given.is_empty() { rows } else { numbers(rows.len(), spool, |row| given.settle(rows[row]))? };
                links.insert(link.name.to_string(), settled);
                let refused: Vec<u32> = refused.into_iter().map(|number| given.settle(number)).collect();
                refused_links.insert(link.name.into_owned(), refused.into());
            }
        }
    }
    Ok(Linked { delivery, table, links, refused: refused.into(), refused_links })
}

/// The number of each of so many rows.
fn numbers(
    rows: usize,
    spool: Option<&dyn Spool>,
    mut number: impl FnMut(usize) -> u32,
) -> io::Result<ScalarBuffer<u32>> {
    let Some(spool) = spool else { return Ok((0..rows).map(number).collect()) };
    let mut column = spool.column(&DataType::UInt32)?;
    for piece in pieces(rows, spool) {
        let numbers: ArrayRef = Arc::new(UInt32Array::from_iter_values(piece.map(&mut number)));
        column.push(&numbers)?;
        spool.rest();
    }
    Ok(column.finish()?.as_primitive::<UInt32Type>().values().clone())
}

/// The rows of each piece.
fn pieces(rows: usize, spool: &dyn Spool) -> impl Iterator<Item = Range<usize>> {
    let piece = spool.piece().max(1);
    (0..rows).step_by(piece).map(move |from| from..rows.min(from + piece))
}

/// Changes whenever [`link()`] would tie the rows of a table of `feed` to other keys, or order them in another way: what the table is
/// read by, and each link with its space and columns.
#[must_use]
pub fn fingerprint(programme: &Programme, feed: &Feed) -> Hash {
    let mut hasher = Hasher::default();
    hasher.piece(feed.fingerprint.0);
    for (space, mut links) in by_space(links_of(programme, feed)) {
        links.sort_by(|one, other| one.name.cmp(&other.name));
        for link in links {
            hasher.piece(space).piece(&*link.name).piece((link.keys.columns.len() as u64).to_le_bytes());
            for column in link.keys.columns {
                hasher.piece(column);
            }
        }
    }
    hasher.finish()
}

/// The rows of a feed without a key of its own by valid date, those of a day as they are.
fn in_order(feed: &Feed, table: RecordBatch, spool: Option<&dyn Spool>) -> io::Result<RecordBatch> {
    let Valid::Column(valid) = &feed.valid else { return Ok(table) };
    if matches!(feed.mode, Mode::Upsert(_)) {
        return Ok(table);
    }
    let Some(rows) = table.column_by_name(valid).and_then(|column| order_of(column.as_primitive_opt()?)) else {
        return Ok(table);
    };
    // Column after column, so that only one of them is there twice.
    let (schema, columns, _) = table.into_parts();
    let taken = columns.into_iter().map(|column| in_rows(&column, &rows, spool));
    RecordBatch::try_new(schema, taken.collect::<io::Result<Vec<_>>>()?).map_err(io::Error::other)
}

/// The cells of `column` in the order of `rows`.
fn in_rows(column: &ArrayRef, rows: &UInt32Array, spool: Option<&dyn Spool>) -> io::Result<ArrayRef> {
    let Some(spool) = spool else { return take(column, rows, None).map_err(io::Error::other) };
    let mut ordered = spool.column(column.data_type())?;
    for piece in pieces(rows.len(), spool) {
        let rows = rows.slice(piece.start, piece.len());
        ordered.push(&take(column, &rows, None).map_err(io::Error::other)?)?;
        spool.rest();
    }
    let ordered = ordered.finish();
    spool.rest();
    ordered
}

/// The rows by day, those of a day as they are; `None` when they stand so already.
fn order_of(days: &PrimitiveArray<Date32Type>) -> Option<UInt32Array> {
    if days.null_count() > 0 || days.values().is_sorted() {
        return None;
    }
    let mut rows: Vec<u32> = (0..u32::try_from(days.len()).unwrap_or(u32::MAX)).collect();
    rows.sort_by_key(|row| days.value(*row as usize));
    Some(rows.into())
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
