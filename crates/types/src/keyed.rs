//! Keyed tables: what a parameter is that has one value per key, or per band of a number (semantics section 6).

use std::cmp::Ordering;
use std::fmt;

use crate::{Type, Value};

/// One version of a keyed table. Its entries do not meet: for given keys at most one applies.
#[derive(Clone, Debug, PartialEq)]
pub struct KeyedTable {
    /// The keys, in the order in which `lookup` takes them.
    pub keys: Vec<TableKey>,
    /// Type of the value column.
    pub ty: Type,
    /// By exact keys, then by the lower ends of bands.
    entries: Vec<TableEntry>,
    /// Legal basis or source of the version.
    pub basis: String,
}

/// One key of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct TableKey {
    /// As the pack calls it.
    pub name: String,
    /// Type of what is looked up.
    pub ty: Type,
    /// Whether entries say a band instead of one value.
    pub is_band: bool,
}

/// One row of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct TableEntry {
    /// One per key.
    pub keys: Vec<EntryKey>,
    /// Of the table's type.
    pub value: Value,
    /// Legal basis, where the row has one of its own.
    pub basis: Option<String>,
}

/// What an entry says of one key.
#[derive(Clone, Debug, PartialEq)]
pub enum EntryKey {
    /// Exactly this value.
    Is(Value),
    /// Any value of this band.
    Within(Band),
}

/// From one end to another; written `0..<10000`, `0<..10000`, `..59`, `60..`.
#[derive(Clone, Debug, PartialEq)]
pub struct Band {
    /// Lower end; `None` for unbounded.
    pub from: Option<BandEnd>,
    /// Upper end; `None` for unbounded.
    pub to: Option<BandEnd>,
}

/// One end of a band.
#[derive(Clone, Debug, PartialEq)]
pub struct BandEnd {
    /// Where it ends.
    pub value: Value,
    /// Whether the end itself belongs to the band.
    pub is_closed: bool,
}

impl KeyedTable {
    /// A table of `entries`, each with as many keys as `keys`, sorted here.
    #[must_use]
    pub fn new(keys: Vec<TableKey>, ty: Type, mut entries: Vec<TableEntry>, basis: String) -> Self {
        entries.sort_by(|left, right| exact(left, right).then_with(|| lower(left, right)));
        Self { keys, ty, entries, basis }
    }

    /// The entries: by exact keys, then by the lower ends of bands.
    #[must_use]
    pub fn entries(&self) -> &[TableEntry] {
        &self.entries
    }

    /// The entry for `keys`, one value per key of the table; none where a key is NULL, and where no entry says anything.
    #[must_use]
    pub fn find(&self, keys: &[Value]) -> Option<&TableEntry> {
        let run = self.exact_run(keys);
        run.iter().find(|entry| entry.bands(keys).all(|(band, value)| band.contains(value)))
    }

    /// The entries whose exact keys are those of `keys`, whatever they say of bands.
    #[must_use]
    pub fn exact_run(&self, keys: &[Value]) -> &[TableEntry] {
        if keys.len() != self.keys.len() || keys.iter().any(Value::is_null) {
            return &[];
        }
        let order = |entry: &TableEntry| {
            entry.keys.iter().zip(keys).fold(Ordering::Equal, |order, (key, value)| match key {
                EntryKey::Is(own) => order.then_with(|| own.order(value).unwrap_or(Ordering::Less)),
                EntryKey::Within(_) => order,
            })
        };
        let start = self.entries.partition_point(|entry| order(entry).is_lt());
        let length = self.entries[start..].partition_point(|entry| order(entry).is_eq());
        &self.entries[start..start + length]
    }

    /// How `entry` is found, as the pack writes it: `kind: 甲, amount: 0..<10000`.
    #[must_use]
    pub fn row_text(&self, entry: &TableEntry) -> String {
        let parts = self.keys.iter().zip(&entry.keys).map(|(key, cell)| format!("{}: {cell}", key.name));
        parts.collect::<Vec<_>>().join(", ")
    }

    /// The basis of `entry`: its own, or that of the whole table.
    #[must_use]
    pub fn basis_of<'t>(&'t self, entry: &'t TableEntry) -> &'t str {
        entry.basis.as_deref().unwrap_or(&self.basis)
    }
}

impl TableEntry {
    /// The bands of the entry, each with the value of `keys` that it is about.
    fn bands<'e>(&'e self, keys: &'e [Value]) -> impl Iterator<Item = (&'e Band, &'e Value)> {
        self.keys.iter().zip(keys).filter_map(|(key, value)| match key {
            EntryKey::Within(band) => Some((band, value)),
            EntryKey::Is(_) => None,
        })
    }
}

impl Band {
    /// Whether `value` lies in the band; false for what cannot be ordered with its ends.
    #[must_use]
    pub fn contains(&self, value: &Value) -> bool {
        let from = self.from.as_ref().is_none_or(|end| match value.order(&end.value) {
            Some(Ordering::Equal) => end.is_closed,
            order => order == Some(Ordering::Greater),
        });
        let to = self.to.as_ref().is_none_or(|end| match value.order(&end.value) {
            Some(Ordering::Equal) => end.is_closed,
            order => order == Some(Ordering::Less),
        });
        from && to
    }

    /// Whether some value may lie in both; numbers, days, months and years only.
    #[must_use]
    pub fn meets(&self, other: &Self) -> bool {
        !self.ends_before(other) && !other.ends_before(self)
    }

    /// Whether all of this band lies below all of `other`.
    #[must_use]
    pub fn ends_before(&self, other: &Self) -> bool {
        let (Some(to), Some(from)) = (&self.to, &other.from) else { return false };
        match to.value.order(&from.value) {
            Some(Ordering::Equal) => !(to.is_closed && from.is_closed),
            order => order == Some(Ordering::Less),
        }
    }

    /// The order of the lower ends.
    #[must_use]
    pub fn order_by_start(&self, other: &Self) -> Ordering {
        match (&self.from, &other.from) {
            (None, None) => Ordering::Equal,
            (None, Some(_)) => Ordering::Less,
            (Some(_), None) => Ordering::Greater,
            (Some(left), Some(right)) => left
                .value
                .order(&right.value)
                .unwrap_or(Ordering::Equal)
                .then_with(|| right.is_closed.cmp(&left.is_closed)),
        }
    }
}

fn exact(left: &TableEntry, right: &TableEntry) -> Ordering {
    left.keys.iter().zip(&right.keys).fold(Ordering::Equal, |order, keys| match keys {
        (EntryKey::Is(left), EntryKey::Is(right)) => order.then_with(|| left.order(right).unwrap_or(Ordering::Equal)),
        _ => order,
    })
}

fn lower(left: &TableEntry, right: &TableEntry) -> Ordering {
    left.keys.iter().zip(&right.keys).fold(Ordering::Equal, |order, keys| match keys {
        (EntryKey::Within(left), EntryKey::Within(right)) => order.then_with(|| left.order_by_start(right)),
        _ => order,
    })
}

/// As packs write it.
impl fmt::Display for Band {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(from) = &self.from {
            write!(f, "{}{}", plain(&from.value), if from.is_closed { "" } else { "<" })?;
        }
        f.write_str("..")?;
        match &self.to {
            Some(to) => write!(f, "{}{}", if to.is_closed { "" } else { "<" }, plain(&to.value)),
            None => Ok(()),
        }
    }
}

impl fmt::Display for EntryKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Is(value) => f.write_str(&plain(value)),
            Self::Within(band) => write!(f, "{band}"),
        }
    }
}

/// Every entry with its keys and its value: two tables with one text say the same.
impl fmt::Display for KeyedTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, entry) in self.entries.iter().enumerate() {
            let between = if index == 0 { "" } else { "; " };
            write!(f, "{between}{} = {}", self.row_text(entry), plain(&entry.value))?;
        }
        Ok(())
    }
}

/// Numbers without trailing zeros.
fn plain(value: &Value) -> String {
    match value {
        Value::Number(number) => number.normalised().to_string(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Band, BandEnd, EntryKey, KeyedTable, TableEntry, TableKey};
    use crate::{Type, Value};

    fn end(value: i64, is_closed: bool) -> Option<BandEnd> {
        Some(BandEnd { value: Value::integer(value), is_closed })
    }

    #[test]
    fn ends_are_open_or_closed() {
        for (from, to, text, inside, outside) in [
            (end(1, true), end(3, true), "1..3", vec![1, 2, 3], vec![0, 4]),
            (end(1, true), end(3, false), "1..<3", vec![1, 2], vec![0, 3]),
            (end(1, false), end(3, true), "1<..3", vec![2, 3], vec![1, 4]),
            (end(1, false), end(3, false), "1<..<3", vec![2], vec![1, 3]),
            (None, end(3, true), "..3", vec![-9, 3], vec![4]),
            (None, end(3, false), "..<3", vec![-9, 2], vec![3]),
            (end(1, true), None, "1..", vec![1, 99], vec![0]),
            (end(1, false), None, "1<..", vec![2, 99], vec![1]),
            (None, None, "..", vec![-9, 0, 99], vec![]),
        ] {
            let band = Band { from, to };
            assert_eq!(band.to_string(), text);
            for (values, expected) in [(inside, true), (outside, false)] {
                for value in values {
                    assert_eq!(band.contains(&Value::integer(value)), expected, "{value} in {text}");
                }
            }
            assert!(!band.from.is_some() || !band.contains(&Value::Null));
        }
    }

    #[test]
    fn bands_meet_where_a_value_lies_in_both() {
        let band = |from, to| Band { from, to };
        for (left, right, meets) in [
            (band(end(0, true), end(1, true)), band(end(1, true), None), true),
            (band(end(0, true), end(1, false)), band(end(1, true), None), false),
            (band(end(0, true), end(1, true)), band(end(1, false), None), false),
            (band(None, end(1, true)), band(None, end(0, true)), true),
            (band(None, None), band(end(5, true), end(5, true)), true),
        ] {
            assert_eq!((left.meets(&right), right.meets(&left)), (meets, meets), "{left} {right}");
        }
    }

    #[test]
    fn entries_are_found_by_all_their_keys() {
        let key = |name: &str, is_band| TableKey { name: name.into(), ty: Type::INTEGER, is_band };
        let entry = |word: &str, from, to, value| TableEntry {
            keys: vec![EntryKey::Within(Band { from, to }), EntryKey::Is(Value::text(word))],
            value: Value::integer(value),
            basis: (value == 4).then(|| "own".to_owned()),
        };
        let entries = vec![
            entry("b", end(10, true), None, 4),
            entry("a", end(10, true), None, 2),
            entry("b", None, end(10, false), 3),
            entry("a", None, end(10, false), 1),
        ];
        let table = KeyedTable::new(vec![key("n", true), key("word", false)], Type::INTEGER, entries, "all".into());
        let find = |n: Value, word: &str| table.find(&[n, Value::text(word)]).map(|entry| entry.value.clone());
        assert_eq!(find(Value::integer(9), "a"), Some(Value::integer(1)));
        assert_eq!(find(Value::integer(10), "a"), Some(Value::integer(2)));
        assert_eq!(find(Value::integer(9), "b"), Some(Value::integer(3)));
        assert_eq!(find(Value::integer(10), "b"), Some(Value::integer(4)));
        assert_eq!(find(Value::integer(10), "c"), None);
        assert_eq!(find(Value::Null, "a"), None);
        assert_eq!(table.find(&[Value::integer(1)]), None);
        let last = &table.entries()[3];
        assert_eq!((table.row_text(last).as_str(), table.basis_of(last)), ("n: 10.., word: b", "own"));
        assert_eq!(table.basis_of(&table.entries()[0]), "all");
        assert!(table.to_string().starts_with("n: ..<10, word: a = 1; n: 10.., word: a = 2; "));
    }
}
