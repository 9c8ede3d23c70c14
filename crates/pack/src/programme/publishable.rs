//! What may be shown to everyone.

use std::collections::{BTreeMap, BTreeSet};

use types::Text;

/// What a list for everyone may show, of all packs together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Publishable {
    /// Titles of columns that may be shown, without blanks.
    pub fields: BTreeSet<String>,
    /// Words that may not stand in it, by topic.
    pub topics: BTreeMap<String, Topic>,
}

/// Words of one topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Topic {
    /// What they are about.
    pub title: Text,
    /// The words.
    pub any: BTreeSet<String>,
    /// How many different ones must stand in one cell to mean something.
    pub together: usize,
}
