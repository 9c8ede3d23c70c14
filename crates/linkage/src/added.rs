//! What linking added to the identities.

use std::collections::BTreeMap;

use types::{Identities, Segment};

/// How far each identity space reached at some moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mark(BTreeMap<String, usize>);

impl Mark {
    /// How far `identities` reach now.
    #[must_use]
    pub fn of(identities: &BTreeMap<String, Identities>) -> Self {
        Self(identities.iter().map(|(space, identities)| (space.clone(), identities.len())).collect())
    }

    /// The numbers given since, by space (a register's name); only spaces with any.
    #[must_use]
    pub fn added(&self, identities: &BTreeMap<String, Identities>) -> BTreeMap<String, Vec<Segment>> {
        let since = |(space, identities): (&String, &Identities)| {
            let added = identities.since(self.0.get(space).copied().unwrap_or(0));
            (!added.is_empty()).then(|| (space.clone(), added.to_vec()))
        };
        identities.iter().filter_map(since).collect()
    }
}
