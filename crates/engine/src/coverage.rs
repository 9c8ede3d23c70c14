//! What a feed's deliveries cover, and whether that is enough for a window (semantics sections 2 and 4).

use pack::programme::{Feed, Mode, Valid};
use types::{Day, Delivery, Interval, Period, Reason};

/// The state of a feed at (A, K).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// No delivery covers anything up to A.
    Never,
    /// Its data end too long ago.
    Lapsed,
    /// Past rhythm and grace: used, stamped.
    Late,
    /// In time.
    Fresh,
}

/// Coverage of one feed at (A, K).
#[derive(Clone, Debug)]
pub struct Coverage {
    /// State at A.
    pub state: State,
    /// Last covered day up to A.
    pub end: Option<Day>,
    /// First covered day.
    pub start: Option<Day>,
    /// Disjoint intervals with gaps between them, in order.
    intervals: Vec<Interval>,
    /// From so many days after the end of the data on they say nothing.
    unknown_after_days: i32,
}

impl Coverage {
    /// Of the deliveries known by K (`deliveries`), at `as_of`.
    pub fn new<'a>(feed: &Feed, deliveries: impl Iterator<Item = &'a Delivery>, as_of: Day) -> Self {
        // A state holds until the next snapshot: between two data dates nothing is missing, also where the later one lies after A.
        let is_state = feed.valid == Valid::DataDate && matches!(feed.mode, Mode::Snapshot(_));
        let mut intervals: Vec<Interval> = deliveries
            .filter_map(|delivery| delivery.covers)
            .filter(|interval| interval.from <= interval.to && (is_state || interval.from <= as_of))
            .collect();
        intervals.sort_unstable();
        let mut merged: Vec<Interval> = Vec::new();
        for interval in intervals {
            match merged.last_mut() {
                Some(last) if is_state || interval.from <= last.to.plus_days(1) => last.to = last.to.max(interval.to),
                _ => merged.push(interval),
            }
        }
        merged.retain(|interval| interval.from <= as_of);
        let end = merged.last().map(|interval| interval.to.min(as_of));
        let start = merged.first().map(|interval| interval.from);
        Self {
            state: state(feed, end, as_of),
            end,
            start,
            intervals: merged,
            unknown_after_days: feed.unknown_after_days,
        }
    }

    /// The day from which the data are there without a gap to their end; `None` without data.
    #[must_use]
    pub fn unbroken_since(&self) -> Option<Day> {
        self.intervals.last().map(|interval| interval.from)
    }

    /// Why the absence of anything on `day`, up to A, cannot be believed: of what happened up to then (`is_event`), or in the list in
    /// force. What the first list says is assumed of the days before it.
    pub fn lacks_on(&self, day: Day, is_event: bool) -> Option<Reason> {
        let Some(first) = self.intervals.first() else { return Some(Reason::NeverDelivered) };
        let begun = self.intervals.partition_point(|interval| interval.from <= day);
        let Some(last) = begun.checked_sub(1).map(|last| self.intervals[last]) else {
            return is_event.then_some(Reason::HistoryTooShort);
        };
        if day.0 - last.to.min(day).0 > self.unknown_after_days {
            return Some(Reason::Lapsed);
        }
        (is_event && last != *first).then_some(Reason::HistoryTooShort)
    }

    /// Whether that is so on no day of `days`.
    pub fn lacks_nothing_in(&self, days: Interval, is_event: bool) -> bool {
        let lacks = |day: Day| self.lacks_on(day, is_event).is_some();
        self.intervals.len() == 1 && !lacks(days.from) && !lacks(days.to)
    }

    /// Why `window` is not covered; `None` when it is. `ever`: the window begins with the feed's first covered day.
    pub fn lacks(&self, window: Interval, ever: bool) -> Option<Reason> {
        match self.state {
            State::Never => return Some(Reason::NeverDelivered),
            State::Lapsed => return Some(Reason::Lapsed),
            State::Late | State::Fresh => {}
        }
        let (Some(first), Some(last)) = (self.intervals.first(), self.intervals.last()) else {
            return Some(Reason::NeverDelivered);
        };
        let from = if ever { first.from } else { window.from };
        if window.to < first.from {
            return Some(Reason::HistoryTooShort);
        }
        if last.to < from {
            return Some(Reason::NotYetReported);
        }
        let to = window.to.min(last.to);
        let whole = self.intervals.iter().any(|interval| interval.from <= from && to <= interval.to);
        (!whole).then_some(Reason::HistoryTooShort)
    }
}

fn state(feed: &Feed, end: Option<Day>, as_of: Day) -> State {
    let Some(end) = end else { return State::Never };
    if is_lapsed(feed, end, as_of) {
        return State::Lapsed;
    }
    let grace = Period::of_days(feed.grace_days);
    let is_late = feed.rhythm.as_ref().is_some_and(|rhythm| as_of > grace.after(rhythm.due(end)));
    if is_late { State::Late } else { State::Fresh }
}

/// Whether data that end on `end` are too old at `as_of`.
pub fn is_lapsed(feed: &Feed, end: Day, as_of: Day) -> bool {
    as_of.0 - end.0 > feed.unknown_after_days
}
