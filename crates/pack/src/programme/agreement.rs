//! Data-sharing agreements: who provides what, for which purpose, on which basis, and for how long it is kept.

use std::collections::{BTreeMap, BTreeSet};

use types::{Day, Period, Text};

/// What a department and the programme agreed about data.
#[derive(Clone, Debug, PartialEq)]
pub struct Agreement {
    /// Id, the file's name.
    pub id: String,
    /// Number of the pack that describes it.
    pub pack: usize,
    /// Title.
    pub title: Text,
    /// The department.
    pub provider: String,
    /// What the data may be used for.
    pub purpose: Text,
    /// Legal basis.
    pub basis: String,
    /// The columns agreed, by feed: no feed has others.
    pub fields: BTreeMap<String, BTreeSet<String>>,
    /// How long a delivery is kept after it was received.
    pub retention: Period,
    /// First day in force.
    pub from: Day,
    /// Last day in force; `None` for until further notice.
    pub to: Option<Day>,
}
