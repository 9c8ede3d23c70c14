//! Whole local days, months and years. Times are cut to days before they get here.

use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A local day, counted from 1970-01-01 (the physical form of Arrow's `Date32`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub i32);

/// A month, counted from January 1970. Stands for its first day where a day is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month(pub i32);

/// A calendar year. Stands for its 1 January where a day is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Year(pub i32);

/// Days from civil, after Howard Hinnant's public-domain description of the proleptic Gregorian calendar.
fn days_from_civil(year: i32, month: i32, day: i32) -> i32 {
    let shifted_year = if month <= 2 { year - 1 } else { year };
    let era = shifted_year.div_euclid(400);
    let year_of_era = shifted_year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

fn civil_from_days(days: i32) -> (i32, i32, i32) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_index = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_index + 2) / 5 + 1;
    let month = if month_index < 10 { month_index + 3 } else { month_index - 9 };
    let year = year_of_era + era * 400 + i32::from(month <= 2);
    (year, month, day)
}

impl Day {
    /// Before every date a feed can hold.
    pub const MIN: Self = Self(i32::MIN / 4);
    /// After every date a feed can hold.
    pub const MAX: Self = Self(i32::MAX / 4);

    /// The day `year-month-day`, if there is one between the years 1 and 9999.
    #[must_use]
    pub fn new(year: i32, month: i32, day: i32) -> Option<Self> {
        let date = Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
        (date.year() >= 1).then(|| Self(days_from_civil(year, month, day)))
    }

    /// Reads `2026-05-31`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '-');
        let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
        if year.len() != 4 || month.len() != 2 || day.len() != 2 {
            return None;
        }
        Self::new(digits(year)?, digits(month)?, digits(day)?)
    }

    /// (year, month 1..=12, day 1..=31)
    #[must_use]
    pub fn civil(self) -> (i32, i32, i32) {
        civil_from_days(self.0)
    }

    /// The month this day lies in.
    #[must_use]
    pub fn month(self) -> Month {
        let (year, month, _) = self.civil();
        Month((year - 1970) * 12 + month - 1)
    }

    /// The year this day lies in.
    #[must_use]
    pub fn year(self) -> Year {
        Year(self.civil().0)
    }

    /// This many days later (earlier when negative).
    #[must_use]
    pub fn plus_days(self, days: i32) -> Self {
        Self(self.0.saturating_add(days))
    }

    /// This many months later, clamped to the last day of the month reached.
    #[must_use]
    pub fn plus_months(self, months: i32) -> Self {
        let (_, _, day) = self.civil();
        let target = Month(self.month().0 + months);
        let last = target.last_day().civil().2;
        target.first_day().plus_days(day.min(last) - 1)
    }

    /// Whole years from this day to `to`: a birthday on 29 February turns on 1 March.
    #[must_use]
    pub fn whole_years_to(self, to: Self) -> i32 {
        let (from_year, from_month, from_day) = self.civil();
        let (to_year, to_month, to_day) = to.civil();
        let years = to_year - from_year;
        if (to_month, to_day) < (from_month, from_day) { years - 1 } else { years }
    }
}

impl Month {
    /// The month `year-month`, month 1..=12.
    #[must_use]
    pub fn new(year: i32, month: i32) -> Option<Self> {
        Day::new(year, month, 1).map(Day::month)
    }

    /// Reads `2026-05`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (year, month) = text.split_once('-')?;
        if year.len() != 4 || month.len() != 2 {
            return None;
        }
        Self::new(digits(year)?, digits(month)?)
    }

    /// First day of the month.
    #[must_use]
    pub fn first_day(self) -> Day {
        Day(days_from_civil(1970 + self.0.div_euclid(12), self.0.rem_euclid(12) + 1, 1))
    }

    /// Last day of the month.
    #[must_use]
    pub fn last_day(self) -> Day {
        Self(self.0 + 1).first_day().plus_days(-1)
    }
}

impl Year {
    /// Reads `2026`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() != 4 {
            return None;
        }
        let year = digits(text)?;
        (year >= 1).then_some(Self(year))
    }

    /// 1 January.
    #[must_use]
    pub fn first_day(self) -> Day {
        Day(days_from_civil(self.0, 1, 1))
    }

    /// 31 December.
    #[must_use]
    pub fn last_day(self) -> Day {
        Day(days_from_civil(self.0, 12, 31))
    }
}

fn digits(text: &str) -> Option<i32> {
    (!text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok())?
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.civil();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, _) = self.first_day().civil();
        write!(f, "{year:04}-{month:02}")
    }
}

impl fmt::Display for Year {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.0)
    }
}

/// Written as text in every file and table: `2026-05-31`, `2026-05`, `2026`.
macro_rules! serde_as_text {
    ($type:ident, $what:literal) => {
        impl Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                Self::parse(&text).ok_or_else(|| serde::de::Error::custom(format!("`{text}` is not a {}", $what)))
            }
        }
    };
}
serde_as_text!(Day, "day (YYYY-MM-DD)");
serde_as_text!(Month, "month (YYYY-MM)");
serde_as_text!(Year, "year (YYYY)");

#[cfg(test)]
mod tests {
    use super::{Day, Month};

    #[test]
    fn civil_days_agree_with_jiff_over_eight_centuries() {
        let mut date = jiff::civil::date(1600, 1, 1);
        let mut day = Day::new(1600, 1, 1).expect("day");
        while date.year() < 2400 {
            assert_eq!(day.to_string(), date.to_string());
            assert_eq!(Day::parse(&date.to_string()), Some(day));
            date = date.tomorrow().expect("tomorrow");
            day = day.plus_days(1);
        }
    }

    #[test]
    fn months_are_clamped_and_birthdays_turn_on_the_first_of_march() {
        for (from, months, to) in [
            ("2026-03-31", -1, "2026-02-28"),
            ("2024-03-31", -1, "2024-02-29"),
            ("2026-01-31", 1, "2026-02-28"),
            ("2024-02-29", 12, "2025-02-28"),
            ("2026-05-15", -17, "2024-12-15"),
        ] {
            assert_eq!(Day::parse(from).expect(from).plus_months(months).to_string(), to);
        }
        let born = Day::parse("2008-02-29").expect("day");
        for (on, age) in [("2026-02-28", 17), ("2026-03-01", 18), ("2024-02-29", 16), ("2024-02-28", 15)] {
            assert_eq!(born.whole_years_to(Day::parse(on).expect(on)), age, "{on}");
        }
        assert_eq!(Month::parse("2024-02").expect("month").last_day().to_string(), "2024-02-29");
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for text in ["2026-02-29", "2026-13-01", "26-01-01", "2026-1-1", "2026-01-01 ", "", "二〇二六", "0000-01-01"]
        {
            assert_eq!(Day::parse(text), None, "{text}");
        }
    }
}
