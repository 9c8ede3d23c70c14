//! What all villages share: the seed, the span of time, the places.

use std::sync::Arc;

use crate::Settings;
use crate::calendar::Calendar;
use crate::county::County;
use crate::dice::Dice;

/// Households up to which a county's departments send workbooks; the lists of a larger one do not fit a sheet.
const WORKBOOKS_UP_TO: u32 = 100_000;

/// The frame into which villages are lived one after the other.
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    /// The seed of all chance.
    pub seed: u64,
    /// The span of time.
    pub calendar: Calendar,
    /// The places.
    pub county: Arc<County>,
    /// Departments send workbooks where they use to.
    pub workbooks: bool,
}

impl Frame {
    /// The frame of `settings`.
    pub(crate) fn new(settings: &Settings) -> Self {
        let last = settings.last_month;
        let months = i32::try_from(settings.months).unwrap_or(i32::MAX);
        Self {
            seed: settings.seed,
            calendar: Calendar { first: types::Month(last.0.saturating_sub(months - 1)), last },
            county: Arc::new(County::new(settings.households)),
            workbooks: settings.households <= WORKBOOKS_UP_TO,
        }
    }

    /// The stream of chance of a topic that concerns the whole county.
    pub(crate) fn dice(&self, topic: &str) -> Dice {
        Dice::new(self.seed, topic)
    }
}
