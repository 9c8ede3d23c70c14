//! linkage -> engine: rows that know their subjects, and who those subjects are.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_buffer::ScalarBuffer;
use serde::{Deserialize, Serialize};

use crate::{Day, Delivery, RefusedRow};

/// Stands for "no subject" in an array of dense numbers.
pub const NO_NUMBER: u32 = u32::MAX;

/// One delivery with the subject numbers of its rows. Numbers are the original ones: merges act through aliases.
///
/// The rows of a feed that is appended to or replaced in scopes come in order of their valid date, those of a day in the order of
/// their file; the rows of an upsert feed in the order of their file.
#[derive(Clone, Debug)]
pub struct Linked {
    /// What is known of the file.
    pub delivery: Delivery,
    /// Accepted rows, as [`crate::Landed::table`].
    pub table: RecordBatch,
    /// By link name (a subject kind, or a [`column_link`]): one number per row, [`NO_NUMBER`] where the cell is empty.
    pub links: BTreeMap<String, ScalarBuffer<u32>>,
    /// Refused rows.
    pub refused: Arc<[RefusedRow]>,
    /// By link name: one number per refused row, [`NO_NUMBER`] where the key could not be read.
    pub refused_links: BTreeMap<String, ScalarBuffer<u32>>,
}

/// Name of the link that a register, rather than the feed itself, asks for: the cells of `column` as keys of the register `space`.
#[must_use]
pub fn column_link(space: &str, column: &str) -> String {
    format!("{space}:{column}")
}

/// Which number stands for which at K, after merges and splits (semantics section 7).
#[derive(Clone, Debug, Default)]
pub struct Canonical(Option<Arc<[u32]>>);

impl Canonical {
    /// `stands[number]` stands for `number`.
    #[must_use]
    pub fn new(stands: Vec<u32>) -> Self {
        let differs = (0_u32..).zip(&stands).any(|(number, stands)| number != *stands);
        Self(differs.then(|| stands.into()))
    }

    /// The number that stands for `number`.
    #[must_use]
    pub fn of(&self, number: u32) -> u32 {
        match &self.0 {
            Some(stands) => stands.get(number as usize).copied().unwrap_or(number),
            None => number,
        }
    }

    /// Whether every number stands for itself.
    #[must_use]
    pub fn is_identity(&self) -> bool {
        self.0.is_none()
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
