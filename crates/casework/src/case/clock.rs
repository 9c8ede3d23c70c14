//! Clocks of a case: by when the state must be left, by when the whole way must be gone.

use codes::{BeyondCalendar, DayUnit, WorkCalendar};
use pack::programme::{Steps, Term};
use types::{Day, Text};

use super::state::Case;

/// What runs until when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClockLine {
    /// What it is for.
    pub title: Text,
    /// The day of the event: day 0.
    pub since: Day,
    /// How long.
    pub term: Term,
    /// Last day; why there is none where the calendar does not reach.
    pub due: Result<Day, BeyondCalendar>,
    /// Days (in the term's unit) until it is due, negative when overdue; `None` when met, or when it cannot be counted.
    pub days_left: Option<i32>,
    /// How it stands.
    pub state: ClockState,
}

/// How a clock stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ClockState {
    /// Time is left.
    Running,
    /// Two days or fewer are left.
    Soon,
    /// The last day is over.
    Overdue,
    /// What it waits for came in time.
    Met,
    /// What it waits for came late.
    Missed,
    /// It has no date.
    NoDate,
}

impl ClockState {
    /// The word used in JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Soon => "soon",
            Self::Overdue => "overdue",
            Self::Met => "met",
            Self::Missed => "missed",
            Self::NoDate => "no_date",
        }
    }
}

/// Days left from which a clock counts as soon due.
const SOON: i32 = 2;

/// The clock of the state a case stands in.
#[must_use]
pub fn of_state(steps: &Steps, calendar: &WorkCalendar, case: &Case, today: Day) -> Option<ClockLine> {
    let state = steps.state(&case.state)?;
    let term = state.term.filter(|_| case.closed.is_none())?;
    Some(line(calendar, state.title.clone(), case.since, term, None, today))
}

/// The clock of the whole way.
#[must_use]
pub fn of_whole(steps: &Steps, calendar: &WorkCalendar, case: &Case, today: Day) -> Option<ClockLine> {
    let clock = steps.clock.as_ref()?;
    let (since, _) = *case.entered.get(&clock.from)?;
    let met = case.entered.get(&clock.until).map(|(first, _)| *first).or(case.closed);
    Some(line(calendar, clock.title.clone(), since, clock.term, met, today))
}

fn line(calendar: &WorkCalendar, title: Text, since: Day, term: Term, met: Option<Day>, today: Day) -> ClockLine {
    let due = calendar.due(since, term.days, term.unit);
    let (days_left, state) = match (due, met) {
        (Err(_), Some(_)) => (None, ClockState::Met),
        (Err(_), None) => (None, ClockState::NoDate),
        (Ok(due), Some(met)) => (None, if met <= due { ClockState::Met } else { ClockState::Missed }),
        (Ok(due), None) => {
            let left =
                calendar.between(today, due, term.unit).or_else(|_| calendar.between(today, due, DayUnit::Calendar));
            let left = left.unwrap_or(due.0 - today.0);
            let state = if today > due {
                ClockState::Overdue
            } else if left <= SOON {
                ClockState::Soon
            } else {
                ClockState::Running
            };
            (Some(left), state)
        }
    };
    ClockLine { title, since, term, due, days_left, state }
}
