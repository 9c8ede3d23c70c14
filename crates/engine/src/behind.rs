//! The rows behind values, kept small while they are gathered: a value may stand on millions.

use std::collections::BTreeMap;

use types::{DeliveryName, Evidence, EvidenceRow, Hasher, Linked};

use crate::rows::{FeedRows, file_row};

/// So many rows are listed in an explanation; of more there is a count and a digest (docs/semantics.md section 8).
const LISTED_AT_MOST: usize = 1_000;

/// Rows of departments' files, by feed and delivery.
#[derive(Clone, Debug, Default)]
pub struct Behind(BTreeMap<(String, DeliveryName), Vec<u32>>);

impl Behind {
    /// Adds row `row` of the table of `linked`.
    pub fn add(&mut self, linked: &Linked, row: u32) {
        self.add_all(linked, [row]);
    }

    /// Adds `rows` of `feed`, numbered as there.
    pub fn add_rows(&mut self, feed: &FeedRows<'_>, rows: &[u32]) {
        for neighbours in rows.chunk_by(|left, right| feed.locate(*left).0 == feed.locate(*right).0) {
            let Some((part, _)) = neighbours.first().map(|row| feed.locate(*row)) else { continue };
            let part = &feed.parts[part];
            self.add_all(&part.linked, neighbours.iter().map(|row| row - part.base));
        }
    }

    fn add_all(&mut self, linked: &Linked, rows: impl IntoIterator<Item = u32>) {
        let key = (linked.delivery.feed.clone(), linked.delivery.hash);
        self.0.entry(key).or_default().extend(rows.into_iter().map(|row| file_row(linked, row)));
    }

    /// Adds all of `other`.
    pub fn extend(&mut self, other: Self) {
        for (key, rows) in other.0 {
            self.0.entry(key).or_default().extend(rows);
        }
    }

    /// Each row once, in order.
    fn settled(mut self) -> Self {
        for rows in self.0.values_mut() {
            rows.sort_unstable();
            rows.dedup();
        }
        self
    }

    /// The rows, each once, in order.
    pub fn rows(self) -> Vec<EvidenceRow> {
        self.settled().listed()
    }

    fn listed(&self) -> Vec<EvidenceRow> {
        let of = |((feed, delivery), rows): (&(String, DeliveryName), &Vec<u32>)| {
            let (feed, delivery) = (feed.clone(), *delivery);
            rows.iter().map(|row| EvidenceRow { feed: feed.clone(), delivery, row: *row }).collect::<Vec<_>>()
        };
        self.0.iter().flat_map(of).collect()
    }

    /// What an explanation says of them: the rows where `lists` and they are not too many, else their number and digest.
    pub fn evidence(self, lists: bool) -> Evidence {
        let behind = self.settled();
        let count: usize = behind.0.values().map(Vec::len).sum();
        if (lists && count <= LISTED_AT_MOST) || count == 0 {
            return Evidence { count: count as u64, rows: behind.listed(), digest: None };
        }
        let mut hasher = Hasher::default();
        for ((feed, delivery), rows) in &behind.0 {
            for row in rows {
                hasher.piece(feed).piece(delivery.0).piece(row.to_le_bytes());
            }
        }
        Evidence { count: count as u64, rows: Vec::new(), digest: Some(hasher.finish().to_string()) }
    }
}
