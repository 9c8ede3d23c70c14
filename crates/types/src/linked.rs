//! linkage -> engine: rows that know their subjects, and who those subjects are.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use arrow_array::RecordBatch;
use serde::{Deserialize, Serialize};

use crate::{Day, Delivery, RefusedRow};

/// Stands for "no subject" in an array of dense numbers.
pub const NO_NUMBER: u32 = u32::MAX;

/// One delivery with the subject numbers of its rows. Numbers are the original ones: merges act through aliases.
#[derive(Clone, Debug)]
pub struct Linked {
    /// What is known of the file.
    pub delivery: Delivery,
    /// Accepted rows, as [`crate::Landed::table`].
    pub table: RecordBatch,
    /// By link name (a subject kind): one number per row, [`NO_NUMBER`] where the cell is empty.
    pub links: BTreeMap<String, Arc<[u32]>>,
    /// Refused rows.
    pub refused: Arc<[RefusedRow]>,
    /// By link name: one number per refused row, [`NO_NUMBER`] where the key could not be read.
    pub refused_links: BTreeMap<String, Arc<[u32]>>,
}

/// The subjects of one identity space: dense numbers and canonical keys (semantics section 7).
#[derive(Clone, Debug, Default)]
pub struct Identities {
    keys: Vec<Arc<str>>,
    numbers: HashMap<Arc<str>, u32>,
}

impl Identities {
    /// How many numbers were given.
    #[must_use]
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether none was given yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The number of `key`, if it has one.
    #[must_use]
    pub fn number(&self, key: &str) -> Option<u32> {
        self.numbers.get(key).copied()
    }

    /// The key of `number`.
    ///
    /// # Panics
    /// When `number` was never given: a fault of ours.
    #[must_use]
    pub fn key(&self, number: u32) -> &Arc<str> {
        &self.keys[number as usize]
    }

    /// The number of `key`, given now if it had none. Callers bring new keys in canonical order.
    pub fn give(&mut self, key: &str) -> u32 {
        if let Some(number) = self.number(key) {
            return number;
        }
        let number = u32::try_from(self.keys.len()).unwrap_or(NO_NUMBER);
        let key: Arc<str> = key.into();
        self.keys.push(Arc::clone(&key));
        self.numbers.insert(key, number);
        number
    }

    /// All keys, in order of their numbers.
    pub fn keys(&self) -> impl Iterator<Item = &Arc<str>> {
        self.keys.iter()
    }
}

/// A dated decision that two keys are one subject, or that they are not after all (semantics section 7).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alias {
    /// Position in the folder's log of link decisions, from 1.
    pub position: u32,
    /// Identity space: the name of a register, such as `person`.
    pub kind: String,
    /// The key that stands for another from now on.
    pub from: String,
    /// The key it stands for; `None` when this decision splits `from` off again.
    pub to: Option<String>,
    /// Day from which it is known.
    pub known_by: Day,
    /// Who decided.
    pub who: String,
    /// Why.
    pub why: String,
}
