//! No more than so many tries within so many seconds, by whoever tries.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// Counts tries.
pub(crate) struct Throttle {
    most: u32,
    seconds: i64,
    tries: Mutex<BTreeMap<String, (i64, u32)>>,
}

/// Names kept before old ones are dropped.
const KEPT: usize = 100_000;

impl Throttle {
    pub(crate) fn new(most: u32, seconds: i64) -> Self {
        Self { most, seconds, tries: Mutex::default() }
    }

    /// Counts a try of `who`; false when it is one too many.
    pub(crate) fn admits(&self, who: &str, now: i64) -> bool {
        let mut tries = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        if tries.len() > KEPT {
            tries.retain(|_, (begun, _)| now - *begun < self.seconds);
        }
        let (begun, count) = tries.entry(who.to_owned()).or_insert((now, 0));
        if now - *begun >= self.seconds {
            (*begun, *count) = (now, 0);
        }
        *count += 1;
        *count <= self.most
    }

    /// A try succeeded: its count begins again.
    pub(crate) fn forget(&self, who: &str) {
        self.tries.lock().unwrap_or_else(PoisonError::into_inner).remove(who);
    }
}

#[cfg(test)]
mod tests {
    use super::Throttle;

    #[test]
    fn one_too_many_is_refused_until_the_time_is_over() {
        let throttle = Throttle::new(2, 10);
        assert!(throttle.admits("a", 0) && throttle.admits("a", 1));
        assert!(!throttle.admits("a", 9));
        assert!(throttle.admits("b", 9), "another is not held up");
        assert!(throttle.admits("a", 10));
        throttle.admits("a", 11);
        throttle.forget("a");
        assert!(throttle.admits("a", 12));
    }
}
