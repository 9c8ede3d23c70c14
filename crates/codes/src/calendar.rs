//! Working days: the week, corrected by the statutory holidays and make-up workdays of each year.
//!
//! The day of the event is day 0; counting begins the day after. A term in calendar days that ends on a day off moves to the next
//! working day. A year nobody has entered has no working days to count: the term then has no date.

use std::collections::BTreeMap;

use types::{Day, Text};

/// In what a term is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DayUnit {
    /// Working days.
    Working,
    /// Calendar days.
    Calendar,
}

impl DayUnit {
    /// The word a pack writes.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Working => "working",
            Self::Calendar => "calendar",
        }
    }

    /// Reads [`Self::word`].
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Working, Self::Calendar].into_iter().find(|unit| unit.word() == word)
    }
}

/// What a notice says of one year.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CalendarYear {
    /// Days off that fall on weekdays (weekend days among them do no harm).
    pub holidays: Vec<Day>,
    /// Weekend days that are worked.
    pub workdays: Vec<Day>,
    /// The notice.
    pub basis: String,
}

/// The years that are known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WorkCalendar {
    /// By year.
    pub years: BTreeMap<i32, CalendarYear>,
}

/// A term has no date: it reaches into a year that is not in the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BeyondCalendar {
    /// The first year that is missing.
    pub year: i32,
}

impl BeyondCalendar {
    /// What the reader sees.
    #[must_use]
    pub fn text(self) -> Text {
        let year = self.year;
        Text::new(
            format!("{year} 年的节假日安排尚未录入，期限没有日期"),
            format!("the holidays of {year} are not entered yet, so the term has no date"),
        )
    }
}

impl WorkCalendar {
    /// Whether `day` is worked.
    ///
    /// # Errors
    /// [`BeyondCalendar`] when its year is not known.
    pub fn is_working(&self, day: Day) -> Result<bool, BeyondCalendar> {
        let (year, ..) = day.civil();
        let known = self.years.get(&year).ok_or(BeyondCalendar { year })?;
        Ok(known.workdays.contains(&day) || (!known.holidays.contains(&day) && !is_weekend(day)))
    }

    /// The last day of a term of `days` that begins with an event on `from`.
    ///
    /// # Errors
    /// [`BeyondCalendar`].
    pub fn due(&self, from: Day, days: u32, unit: DayUnit) -> Result<Day, BeyondCalendar> {
        let mut day = from;
        match unit {
            DayUnit::Calendar => {
                day = day.plus_days(i32::try_from(days).unwrap_or(i32::MAX));
                while !self.is_working(day)? {
                    day = day.plus_days(1);
                }
            }
            DayUnit::Working => {
                let mut left = days;
                while left > 0 {
                    day = day.plus_days(1);
                    if self.is_working(day)? {
                        left -= 1;
                    }
                }
            }
        }
        Ok(day)
    }

    /// Days in `unit` from `from` (not counted) to `to` (counted); negative when `to` is before.
    ///
    /// # Errors
    /// [`BeyondCalendar`].
    pub fn between(&self, from: Day, to: Day, unit: DayUnit) -> Result<i32, BeyondCalendar> {
        if unit == DayUnit::Calendar {
            return Ok(to.0 - from.0);
        }
        let (mut day, last, sign) = if from <= to { (from, to, 1) } else { (to, from, -1) };
        let mut count = 0;
        while day < last {
            day = day.plus_days(1);
            if self.is_working(day)? {
                count += 1;
            }
        }
        Ok(sign * count)
    }
}

/// Saturday or Sunday.
fn is_weekend(day: Day) -> bool {
    // 1 January 1970, day 0, was a Thursday.
    matches!((day.0 + 3).rem_euclid(7), 5 | 6)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use types::Day;

    use super::{BeyondCalendar, CalendarYear, DayUnit, WorkCalendar};

    fn day(text: &str) -> Day {
        Day::parse(text).expect("a day")
    }

    /// The October holidays of 2025 with their two make-up days.
    fn calendar() -> WorkCalendar {
        let holidays = (1..=8).map(|number| day(&format!("2025-10-0{number}"))).collect();
        let workdays = vec![day("2025-09-28"), day("2025-10-11")];
        WorkCalendar { years: BTreeMap::from([(2025, CalendarYear { holidays, workdays, basis: String::new() })]) }
    }

    #[test]
    fn terms_end_where_a_person_counting_on_fingers_ends() {
        for (from, days, unit, due) in [
            // Friday; Monday is day 1.
            ("2025-06-06", 1, DayUnit::Working, Some("2025-06-09")),
            ("2025-06-06", 5, DayUnit::Working, Some("2025-06-13")),
            // Saturday 27 September, then a Sunday that is worked, then two days before the holiday.
            ("2025-09-26", 3, DayUnit::Working, Some("2025-09-30")),
            ("2025-09-26", 4, DayUnit::Working, Some("2025-10-09")),
            // Saturday 11 October is worked.
            ("2025-10-09", 2, DayUnit::Working, Some("2025-10-11")),
            ("2025-10-10", 2, DayUnit::Working, Some("2025-10-13")),
            // Five calendar days end inside the holiday: the first working day after it.
            ("2025-09-28", 5, DayUnit::Calendar, Some("2025-10-09")),
            ("2025-06-02", 5, DayUnit::Calendar, Some("2025-06-09")),
            ("2025-06-02", 0, DayUnit::Working, Some("2025-06-02")),
            ("2025-12-30", 5, DayUnit::Working, None),
            ("2024-12-30", 1, DayUnit::Working, None),
        ] {
            let found = calendar().due(day(from), days, unit);
            assert_eq!(found.ok(), due.map(day), "{from} + {days} {unit:?}");
        }
        assert_eq!(calendar().due(day("2025-12-30"), 9, DayUnit::Working), Err(BeyondCalendar { year: 2026 }));
    }

    #[test]
    fn counting_back_is_counting_forth() {
        let calendar = calendar();
        assert_eq!(calendar.between(day("2025-09-26"), day("2025-10-09"), DayUnit::Working), Ok(4));
        assert_eq!(calendar.between(day("2025-10-09"), day("2025-09-26"), DayUnit::Working), Ok(-4));
        assert_eq!(calendar.between(day("2025-09-26"), day("2025-10-09"), DayUnit::Calendar), Ok(13));
    }
}
