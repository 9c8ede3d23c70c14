//! Which delivery of a snapshot feed holds each scope.

use std::collections::BTreeMap;
use std::sync::Arc;

use pack::programme::{Feed, Valid};
use types::{Day, Linked};

/// Which delivery a snapshot's scope was last replaced by.
pub struct Owners {
    /// Scope -> part. For states (dated by the delivery) the latest data date up to A wins, then the order of receipt.
    by_scope: BTreeMap<String, u32>,
}

impl Owners {
    /// Of the deliveries `parts`, in order of receipt.
    pub fn new(feed: &Feed, parts: &[Arc<Linked>], as_of: Day) -> Self {
        let mut by_scope: BTreeMap<String, u32> = BTreeMap::new();
        for (part, linked) in (0_u32..).zip(parts) {
            let delivery = &linked.delivery;
            if feed.valid == Valid::DataDate && delivery.data_date > as_of {
                continue;
            }
            for scope in &delivery.scopes {
                let owner = by_scope.entry(scope.clone()).or_insert(part);
                let is_newer = match feed.valid {
                    Valid::DataDate => parts[*owner as usize].delivery.data_date <= delivery.data_date,
                    Valid::Column(_) => true,
                };
                if is_newer {
                    *owner = part;
                }
            }
        }
        Self { by_scope }
    }

    /// The part that holds `scope`.
    pub fn owner(&self, scope: &str) -> Option<u32> {
        self.by_scope.get(scope).copied()
    }

    /// Whether `part` holds any scope.
    pub fn owns_any(&self, part: u32) -> bool {
        self.by_scope.values().any(|owner| *owner == part)
    }
}
