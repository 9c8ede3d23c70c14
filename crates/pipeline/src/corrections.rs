//! How departments make good the rows that were refused: how many, and in how many days.

use std::collections::{BTreeMap, BTreeSet};

use pack::Programme;
use store::{RefusedFilter, StoredRefusedRow};
use types::{Day, RefusalCode};

use crate::{DataFolder, Error};

/// The refused rows of one department.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Corrections {
    /// Who provides the feeds; empty where the pack does not say.
    pub department: String,
    /// The feeds with refused rows.
    pub feeds: BTreeSet<String>,
    /// Rows ever refused, of deliveries that were not destroyed.
    pub refused: u64,
    /// Of these, made good since.
    pub corrected: u64,
    /// Median of the days from the refused file to the one that made it good; the lower of two in the middle.
    pub median_days: Option<i32>,
    /// When the oldest row that still waits was received.
    pub waiting_since: Option<Day>,
    /// Rows that still wait, by code and the feed's own check.
    pub reasons: BTreeMap<(RefusalCode, Option<String>), u64>,
}

impl Corrections {
    /// Rows that still wait.
    #[must_use]
    pub fn waiting(&self) -> u64 {
        self.refused - self.corrected
    }
}

/// Per department, by name; with the rows that were read for it, made good or not, by delivery and row.
///
/// # Errors
/// When the folder cannot be read.
pub async fn corrections(
    folder: &DataFolder,
    programme: &Programme,
) -> Result<(Vec<Corrections>, Vec<StoredRefusedRow>), Error> {
    let deliveries = folder.store.deliveries().await?;
    let received: BTreeMap<u32, Day> =
        deliveries.iter().map(|stored| (stored.delivery.sequence, stored.delivery.received)).collect();
    let rows = folder.store.refused_rows(&RefusedFilter::default()).await?;
    let mut departments: BTreeMap<&str, (Corrections, Vec<i32>)> = BTreeMap::new();
    for row in &rows {
        let department = department_of(programme, &row.feed);
        let (seen, days) = departments.entry(department).or_default();
        department.clone_into(&mut seen.department);
        seen.feeds.insert(row.feed.clone());
        seen.refused += 1;
        let since = received.get(&row.delivery).copied();
        match row.closed_by {
            Some(by) => {
                seen.corrected += 1;
                days.extend(since.zip(received.get(&by)).map(|(since, until)| until.0 - since.0));
            }
            None => {
                seen.waiting_since = [seen.waiting_since, since].into_iter().flatten().min();
                *seen.reasons.entry((row.row.code, row.row.check.clone())).or_default() += 1;
            }
        }
    }
    let departments = departments.into_values().map(|(mut seen, mut days)| {
        days.sort_unstable();
        seen.median_days = days.get(days.len().saturating_sub(1) / 2).copied();
        seen
    });
    Ok((departments.collect(), rows))
}

/// Who provides `feed`; empty where the pack does not say, or knows the feed no more.
#[must_use]
pub fn department_of<'p>(programme: &'p Programme, feed: &str) -> &'p str {
    programme.feeds.get(feed).and_then(|feed| feed.provider.as_deref()).unwrap_or_default()
}
