//! Windows: which valid dates a feature looks at (semantics section 6).

use std::fmt;

use types::{Day, Month, Period, Year};

use types::Interval;

/// A window of valid time, relative to A.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Window {
    /// `Nd`: (A - N days, A].
    Days(i32),
    /// `N months`: (A - N months clamped, A]; over month and year rows A's month and the N-1 before.
    Months(i32),
    /// A's month up to A.
    ThisMonth,
    /// A's year up to A.
    CalendarYear,
    /// The year before A's.
    PreviousYear,
    /// From the latest 1 September up to A.
    SchoolYear,
    /// The month before A's.
    PreviousMonth,
    /// The N whole months before A's.
    PreviousMonths(i32),
    /// Everything since the first delivery.
    Ever,
}

/// As packs write it.
impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Days(days) => write!(f, "{days}d"),
            Self::Months(1) => f.write_str("1 month"),
            Self::Months(months) => write!(f, "{months} months"),
            Self::ThisMonth => f.write_str("this_month"),
            Self::CalendarYear => f.write_str("calendar_year"),
            Self::PreviousYear => f.write_str("previous_year"),
            Self::SchoolYear => f.write_str("school_year"),
            Self::PreviousMonth => f.write_str("previous_month"),
            Self::PreviousMonths(months) => write!(f, "previous {months} months"),
            Self::Ever => f.write_str("ever"),
        }
    }
}

impl Window {
    /// Reads `90d`, `12 months`, `this_month`, `previous 3 months`, `ever` …
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text.trim() {
            "this_month" => Self::ThisMonth,
            "calendar_year" => Self::CalendarYear,
            "previous_year" => Self::PreviousYear,
            "school_year" => Self::SchoolYear,
            "previous_month" => Self::PreviousMonth,
            "ever" => Self::Ever,
            other => match other.strip_prefix("previous ").map(Period::parse) {
                Some(Some(Period { months, days: 0 })) if months > 0 => Self::PreviousMonths(months),
                Some(_) => return None,
                None => match Period::parse(other)? {
                    Period { months: 0, days } if days > 0 => Self::Days(days),
                    Period { months, days: 0 } if months > 0 => Self::Months(months),
                    _ => return None,
                },
            },
        })
    }

    /// The days of the window at `as_of`. `whole_months`: the rows are dated by month or year, so that `N months` counts
    /// months. `Ever` begins at [`Day::MIN`].
    #[must_use]
    pub fn interval(self, as_of: Day, whole_months: bool) -> Interval {
        let month = as_of.month();
        let (from, to) = match self {
            Self::Days(days) => (as_of.plus_days(1 - days), as_of),
            Self::Months(months) if whole_months => (Month(month.0 - months + 1).first_day(), as_of),
            Self::Months(months) => (as_of.plus_months(-months).plus_days(1), as_of),
            Self::ThisMonth => (month.first_day(), as_of),
            Self::CalendarYear => (as_of.year().first_day(), as_of),
            Self::PreviousYear => {
                let year = Year(as_of.year().0 - 1);
                (year.first_day(), year.last_day())
            }
            Self::SchoolYear => {
                let (year, month, _) = as_of.civil();
                let start = if month >= 9 { year } else { year - 1 };
                (Month((start - 1970) * 12 + 8).first_day(), as_of)
            }
            Self::PreviousMonth => (Month(month.0 - 1).first_day(), Month(month.0 - 1).last_day()),
            Self::PreviousMonths(months) => (Month(month.0 - months).first_day(), Month(month.0 - 1).last_day()),
            Self::Ever => (Day::MIN, as_of),
        };
        Interval { from, to }
    }
}

#[cfg(test)]
mod tests {
    use types::Day;

    use super::Window;

    #[test]
    fn windows_end_where_semantics_section_6_says() {
        for (window, as_of, from, to) in [
            ("90d", "2026-05-31", "2026-03-03", "2026-05-31"),
            ("1 month", "2026-03-31", "2026-03-01", "2026-03-31"),
            ("1 month", "2024-03-30", "2024-03-01", "2024-03-30"),
            ("12 months", "2024-02-29", "2023-03-01", "2024-02-29"),
            ("this_month", "2026-05-15", "2026-05-01", "2026-05-15"),
            ("calendar_year", "2026-01-03", "2026-01-01", "2026-01-03"),
            ("previous_year", "2026-01-03", "2025-01-01", "2025-12-31"),
            ("previous_month", "2026-03-31", "2026-02-01", "2026-02-28"),
            ("previous 3 months", "2026-03-31", "2025-12-01", "2026-02-28"),
            ("school_year", "2026-05-31", "2025-09-01", "2026-05-31"),
            ("school_year", "2026-09-01", "2026-09-01", "2026-09-01"),
        ] {
            let interval = Window::parse(window).expect(window).interval(Day::parse(as_of).expect(as_of), false);
            assert_eq!(
                (interval.from.to_string(), interval.to.to_string()),
                (from.into(), to.into()),
                "{window} at {as_of}"
            );
        }
        let months = Window::Months(2).interval(Day::parse("2026-03-31").expect("day"), true);
        assert_eq!(months.from.to_string(), "2026-02-01");
        for text in ["", "0d", "previous", "previous 3 days", "forever", "1 month 3 days"] {
            assert_eq!(Window::parse(text), None, "{text}");
        }
    }
}
