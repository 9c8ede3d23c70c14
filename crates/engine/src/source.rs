//! How the engine reads tables; the pipeline implements it.

use std::sync::Arc;

use types::{Canonical, Identities, Linked};

use crate::Fault;

/// Frees what can be had back without loss.
pub type Resting = Arc<dyn Fn() + Send + Sync>;

/// The deliveries and identities of one question. Whoever implements it leaves out what its question may not see (deliveries
/// after a run's pin); the engine itself leaves out what was received after K.
pub trait Source: Sync {
    /// The linked deliveries of `feed`, in any order.
    ///
    /// # Errors
    /// When a table cannot be read.
    fn deliveries(&self, feed: &str) -> Result<Vec<Arc<Linked>>, Fault>;

    /// What to call when nobody reads the rows of `feed` for a while, where that frees memory; what is read later is the same.
    fn resting(&self, feed: &str) -> Option<Resting> {
        let _ = feed;
        None
    }

    /// The identities of the register `register`.
    fn identities(&self, register: &str) -> Arc<Identities>;

    /// For each number of `register` the number that stands for it at K.
    fn canonical(&self, register: &str) -> Canonical;
}
