//! What linking added to the identities.

use std::collections::BTreeMap;
use std::sync::Arc;

use types::Identities;

/// How far each identity space reached at some moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mark(BTreeMap<String, usize>);

/// One number given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewKey {
    /// Identity space: a register's name.
    pub space: String,
    /// The number.
    pub number: u32,
    /// The canonical key it was given to.
    pub key: Arc<str>,
}

impl Mark {
    /// How far `identities` reach now.
    #[must_use]
    pub fn of(identities: &BTreeMap<String, Identities>) -> Self {
        Self(identities.iter().map(|(space, identities)| (space.clone(), identities.len())).collect())
    }

    /// The numbers given since, by space and number.
    #[must_use]
    pub fn added(&self, identities: &BTreeMap<String, Identities>) -> Vec<NewKey> {
        let mut added = Vec::new();
        for (space, identities) in identities {
            let known = self.0.get(space).copied().unwrap_or(0);
            for (number, key) in (0_u32..).zip(identities.keys()).skip(known) {
                added.push(NewKey { space: space.clone(), number, key: key.into() });
            }
        }
        added
    }
}
