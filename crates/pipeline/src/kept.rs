//! Linked rows as files: the table of one delivery, the subject numbers of its rows, and its refused rows.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use arrow_array::cast::AsArray as _;
use arrow_array::types::UInt32Type;
use arrow_array::{ArrayRef, RecordBatch, UInt32Array};
use arrow_schema::{DataType, Field, Schema};
use pack::Programme;
use pack::programme::Feed;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tablefile::Pages;
use types::{Delivery, Hash, Hasher, Identities, Linked};

/// Changes when the files are laid out in another way.
const LAYOUT: &str = "linked rows 1";

/// Begins the name of a column of subject numbers; no column of a feed has it in its name.
const LINK: char = '@';

/// Notes: the refused rows, their numbers by link, and what numbers the file stands on: per space how many there were, and the
/// hash of those.
const REFUSED: &str = "refused";
const REFUSED_LINKS: &str = "refused_links";
const STANDS_ON: &str = "stands_on";

/// The numbers of one space: how many, and [`Identities::hash_of_first`] as many.
type StandsOn = BTreeMap<String, (u32, Hash)>;

/// What the name of the file of a delivery of `feed` says of how it was made.
pub fn fingerprint(programme: &Programme, feed: &Feed) -> Hash {
    Hasher::default().piece(LAYOUT).piece(linkage::fingerprint(programme, feed).0).finish()
}

/// Writes `linked`, whose numbers are of `identities`; all of those must be stored.
pub fn write(out: impl Write, linked: &Linked, identities: &BTreeMap<String, Identities>) -> io::Result<()> {
    let schema = linked.table.schema();
    let mut fields: Vec<Arc<Field>> = schema.fields().iter().cloned().collect();
    let mut columns = linked.table.columns().to_vec();
    for (link, numbers) in &linked.links {
        fields.push(Arc::new(Field::new(format!("{LINK}{link}"), DataType::UInt32, false)));
        let column: ArrayRef = Arc::new(UInt32Array::new(numbers.clone(), None));
        columns.push(column);
    }
    let table = RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).map_err(io::Error::other)?;
    let stands_on = identities.iter().filter_map(|(space, identities)| {
        let last = identities.segments().last()?;
        Some((space.clone(), (last.end(), last.hash())))
    });
    let refused_links: BTreeMap<&str, &[u32]> =
        linked.refused_links.iter().map(|(link, numbers)| (link.as_str(), &numbers[..])).collect();
    let notes = [
        (REFUSED, json(&linked.refused)?),
        (REFUSED_LINKS, json(&refused_links)?),
        (STANDS_ON, json(&stands_on.collect::<StandsOn>())?),
    ];
    tablefile::write(out, &table, notes)
}

/// What [`write`] wrote at `path`; `None` when it is not there, not whole, or was numbered by other identities than these: then it is
/// made again. With it the file that it lies in.
pub fn open(
    path: &Path,
    delivery: &Delivery,
    identities: &BTreeMap<String, Identities>,
) -> Option<(Linked, Option<Pages>)> {
    let file = tablefile::open(path).ok()??;
    let stands_on: StandsOn = note(&file.notes, STANDS_ON)?;
    let is_known = |(space, (len, hash)): (&String, &(u32, Hash))| {
        identities.get(space).and_then(|identities| identities.hash_of_first(*len)) == Some(*hash)
    };
    if !stands_on.iter().all(is_known) {
        return None;
    }
    let schema = file.table.schema();
    let mut own = Vec::new();
    let mut links = BTreeMap::new();
    for (index, field) in schema.fields().iter().enumerate() {
        match field.name().strip_prefix(LINK) {
            None => own.push(index),
            Some(link) => {
                let numbers = file.table.column(index).as_primitive_opt::<UInt32Type>()?;
                links.insert(link.to_owned(), numbers.values().clone());
            }
        }
    }
    let refused_links: BTreeMap<String, Vec<u32>> = note(&file.notes, REFUSED_LINKS)?;
    let linked = Linked {
        delivery: delivery.clone(),
        table: file.table.project(&own).ok()?,
        links,
        refused: note::<Vec<_>>(&file.notes, REFUSED)?.into(),
        refused_links: refused_links.into_iter().map(|(link, numbers)| (link, numbers.into())).collect(),
    };
    Some((linked, file.pages))
}

fn json(value: &impl Serialize) -> io::Result<String> {
    Ok(serde_json::to_string(value)?)
}

fn note<T: DeserializeOwned>(notes: &BTreeMap<String, String>, name: &str) -> Option<T> {
    serde_json::from_str(notes.get(name)?).ok()
}
