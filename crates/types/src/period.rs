//! A length of calendar time: whole months and days, never mixed with a number.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Day;

/// `1 month`, `30 days`, `1 year` (12 months). Added to a date: months first (clamped), then days.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Period {
    /// Whole months.
    pub months: i32,
    /// Whole days.
    pub days: i32,
}

impl Period {
    /// This many days.
    #[must_use]
    pub fn of_days(days: i32) -> Self {
        Self { months: 0, days }
    }

    /// This many months.
    #[must_use]
    pub fn of_months(months: i32) -> Self {
        Self { months, days: 0 }
    }

    /// Reads `90d`, `90 days`, `1 day`, `2 weeks`, `1 month`, `12 months`, `1 year`; not negative.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let split = text.find(|c: char| !c.is_ascii_digit())?;
        let count: i32 = text[..split].parse().ok()?;
        match text[split..].trim_start() {
            "d" | "day" | "days" => Some(Self::of_days(count)),
            "week" | "weeks" => Some(Self::of_days(count.checked_mul(7)?)),
            "month" | "months" => Some(Self::of_months(count)),
            "year" | "years" => Some(Self::of_months(count.checked_mul(12)?)),
            _ => None,
        }
    }

    /// The day this period after `day`.
    #[must_use]
    pub fn after(self, day: Day) -> Day {
        let moved = if self.months == 0 { day } else { day.plus_months(self.months) };
        moved.plus_days(self.days)
    }

    /// The day this period before `day`.
    #[must_use]
    pub fn before(self, day: Day) -> Day {
        Self { months: -self.months, days: -self.days }.after(day)
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fn unit(f: &mut fmt::Formatter<'_>, count: i32, word: &str) -> fmt::Result {
            write!(f, "{count} {word}{}", if count.abs() == 1 { "" } else { "s" })
        }
        match (self.months, self.days) {
            (0, days) => unit(f, days, "day"),
            (months, 0) if months % 12 == 0 => unit(f, months / 12, "year"),
            (months, 0) => unit(f, months, "month"),
            (months, days) => {
                unit(f, months, "month")?;
                f.write_str(" ")?;
                unit(f, days, "day")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Period;

    #[test]
    fn reads_what_packs_write() {
        for (text, months, days) in [
            ("90d", 0, 90),
            ("3 days", 0, 3),
            ("1 month", 1, 0),
            ("12 months", 12, 0),
            ("1 year", 12, 0),
            ("2 weeks", 0, 14),
        ] {
            assert_eq!(Period::parse(text), Some(Period { months, days }), "{text}");
        }
        for text in ["", "d", "-3 days", "1.5 months", "3 fortnights", "99999999999 days"] {
            assert_eq!(Period::parse(text), None, "{text}");
        }
    }
}
