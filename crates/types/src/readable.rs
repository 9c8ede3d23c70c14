//! The cells of a refused row that could be read.

use std::fmt;

use serde::de::{Deserializer, MapAccess, Visitor};
use serde::ser::Serializer;
use serde::{Deserialize, Serialize};

/// Texts by name, as a map has them, but in two allocations a row: a large file has a hundred thousand refused rows.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Readable {
    /// Name, text, name, text, …, in order of names.
    pieces: Box<str>,
    /// Where each piece ends.
    ends: Box<[u32]>,
}

impl Readable {
    /// The text of `name`.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter().find_map(|(own, text)| (own == name).then_some(text))
    }

    /// (name, text), in order of names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let mut from = 0;
        let mut piece = move |end: u32| {
            let piece = self.pieces.get(from..end as usize).unwrap_or_default();
            from = end as usize;
            piece
        };
        self.ends.chunks_exact(2).map(move |ends| (piece(ends[0]), piece(ends[1])))
    }
}

impl<N: AsRef<str>, T: AsRef<str>> FromIterator<(N, T)> for Readable {
    /// Of two texts with one name, the last counts.
    fn from_iter<I: IntoIterator<Item = (N, T)>>(cells: I) -> Self {
        let mut cells: Vec<(N, T)> = cells.into_iter().collect();
        cells.reverse();
        cells.sort_by(|(one, _), (other, _)| one.as_ref().cmp(other.as_ref()));
        cells.dedup_by(|(one, _), (other, _)| one.as_ref() == other.as_ref());
        let mut pieces = String::with_capacity(cells.iter().map(|(n, t)| n.as_ref().len() + t.as_ref().len()).sum());
        let mut ends = Vec::with_capacity(cells.len() * 2);
        for (name, text) in &cells {
            for piece in [name.as_ref(), text.as_ref()] {
                pieces.push_str(piece);
                // A row is far shorter than that.
                ends.push(u32::try_from(pieces.len()).unwrap_or(u32::MAX));
            }
        }
        Self { pieces: pieces.into(), ends: ends.into() }
    }
}

impl fmt::Debug for Readable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl Serialize for Readable {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl<'de> Deserialize<'de> for Readable {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Cells;
        impl<'de> Visitor<'de> for Cells {
            type Value = Readable;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("texts by name")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Readable, A::Error> {
                let mut cells = Vec::new();
                while let Some(cell) = map.next_entry::<String, String>()? {
                    cells.push(cell);
                }
                Ok(cells.into_iter().collect())
            }
        }
        deserializer.deserialize_map(Cells)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::Readable;

    #[test]
    fn it_is_what_a_map_of_texts_is() {
        let cases: [&[(&str, &str)]; 5] = [
            &[],
            &[("", "")],
            &[("b", "2"), ("a", "")],
            &[("金额", "1"), ("a", "甲\0\"乙\n"), ("a", "x"), ("", "y")],
            &[("ab", "c"), ("a", "bc")],
        ];
        for cells in cases {
            let readable: Readable = cells.iter().copied().collect();
            let map: BTreeMap<&str, &str> = cells.iter().copied().collect();
            assert!(readable.iter().eq(map.iter().map(|(name, text)| (*name, *text))), "{readable:?}");
            let json = serde_json::to_string(&readable).expect("JSON");
            assert_eq!(json, serde_json::to_string(&map).expect("JSON"));
            assert_eq!(serde_json::from_str::<Readable>(&json).expect("the same"), readable);
            assert_eq!(format!("{readable:?}"), format!("{map:?}"));
            for name in ["", "a", "ab", "b", "金额", "z"] {
                assert_eq!(readable.get(name), map.get(name).copied(), "{name}");
            }
        }
        let one: Readable = [("ab", "c")].into_iter().collect();
        assert_ne!(one, [("a", "bc")].into_iter().collect());
    }
}
