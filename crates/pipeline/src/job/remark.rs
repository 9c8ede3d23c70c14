//! What a person should look at in a file that was taken in.

use pack::programme::{CoversFrom, Feed};
use store::StoredDelivery;
use types::{Day, Delivery, Interval};

/// What a person should look at although the file is in: a closed list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remark {
    /// The data date read from the file's name lies after the day of receipt.
    DateInFuture,
    /// The data end before those of the newest delivery of the same feed and scope.
    OlderData {
        /// Data date of that delivery.
        newest: Day,
    },
    /// The delivery covers, from where the last one ended, more than one turn of the feed's rhythm: a list in between may be missing.
    LongSpan {
        /// What it covers.
        covers: Interval,
    },
}

impl Remark {
    /// The stable word, of [the reference](../../../docs/reference/refusals.md).
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::DateInFuture => "date_in_future",
            Self::OlderData { .. } => "older_data",
            Self::LongSpan { .. } => "long_span",
        }
    }
}

/// What a person should look at in a new `delivery`; `is_named`: its data date was read from its name.
pub(super) fn remarks(
    feed: &Feed,
    of_feed: &[&StoredDelivery],
    delivery: &Delivery,
    is_named: bool,
    previous_end: Option<Day>,
) -> Vec<Remark> {
    let mut remarks = Vec::new();
    if is_named && delivery.data_date > delivery.received {
        remarks.push(Remark::DateInFuture);
    }
    // Lists without scopes follow each other whole; of those with scopes only the same ones do.
    let is_same_scope = |stored: &&&StoredDelivery| {
        let scopes = &stored.delivery.scopes;
        delivery.scopes.is_empty() || delivery.scopes.iter().any(|scope| scopes.contains(scope))
    };
    let newest = of_feed.iter().filter(is_same_scope).map(|stored| stored.delivery.data_date).max();
    if let Some(newest) = newest.filter(|newest| delivery.data_date < *newest) {
        remarks.push(Remark::OlderData { newest });
    }
    let joins = feed.covers.from == CoversFrom::PreviousEnd;
    if let (true, Some(since), Some(covers), Some(rhythm)) = (joins, previous_end, delivery.covers, &feed.rhythm) {
        if covers.from == since.plus_days(1) && rhythm.is_passed_over(since, covers.to, feed.grace_days) {
            remarks.push(Remark::LongSpan { covers });
        }
    }
    remarks
}
