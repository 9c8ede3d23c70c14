//! intake -> everyone: what is known of one received file.

use serde::{Deserialize, Serialize};

use crate::{Day, Hash};

/// Days from `from` to `to`, both inclusive; empty when `from > to`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Interval {
    /// First day.
    pub from: Day,
    /// Last day.
    pub to: Day,
}

impl Interval {
    /// Whether `day` lies in it.
    #[must_use]
    pub fn contains(self, day: Day) -> bool {
        self.from <= day && day <= self.to
    }

    /// Whether the two share a day.
    #[must_use]
    pub fn meets(self, other: Self) -> bool {
        self.from.max(other.from) <= self.to.min(other.to)
    }
}

/// How a delivery is named in evidence: the hash of its bytes. The same bytes twice are two deliveries with one name.
pub type DeliveryName = Hash;

/// One received file of a feed (design section 2, semantics section 2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// Position in the folder's sequence of deliveries, from 1.
    pub sequence: u32,
    /// The feed it is a delivery of.
    pub feed: String,
    /// SHA-256 of the original bytes.
    pub hash: DeliveryName,
    /// The file's name, without its folder.
    pub file_name: String,
    /// Day it reached us (local).
    pub received: Day,
    /// Day its content describes.
    pub data_date: Day,
    /// Interval of valid time it covers; `None` for a delivery that covers nothing.
    pub covers: Option<Interval>,
    /// The scopes it replaces, sorted: `2026-05`, `2026`, a column's value; one empty text for `snapshot(all)`; none for
    /// append and upsert.
    pub scopes: Vec<String>,
    /// Rows accepted.
    pub rows: u32,
    /// Rows refused.
    pub refused: u32,
}
