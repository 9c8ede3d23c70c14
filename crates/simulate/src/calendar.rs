//! The simulated span of time.

use types::{Day, Month};

/// From the first simulated day to the day the last file arrives.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Calendar {
    /// First month for which departments send files.
    pub first: Month,
    /// Last month for which monthly files are sent.
    pub last: Month,
}

impl Calendar {
    /// First day lived through: 1 January of the first month's year, because cumulative files reach back to it.
    pub(crate) fn start(self) -> Day {
        self.first.first_day().year().first_day()
    }

    /// Last day lived through: the 10th after the last month, when its files have arrived.
    pub(crate) fn end(self) -> Day {
        Month(self.last.0 + 1).first_day().plus_days(9)
    }

    /// The months for which files are sent, oldest first.
    pub(crate) fn months(self) -> impl DoubleEndedIterator<Item = Month> {
        (self.first.0..=self.last.0).map(Month)
    }

    /// The months lived through, with the first and last day lived in each.
    pub(crate) fn lived(self) -> impl Iterator<Item = (Day, Day)> {
        let (start, end) = (self.start(), self.end());
        (start.month().0..=end.month().0).map(move |month| {
            let month = Month(month);
            (month.first_day(), month.last_day().min(end))
        })
    }

    /// The month `months` before the last one.
    pub(crate) fn before_last(self, months: i32) -> Month {
        Month(self.last.0 - months)
    }
}
