//! Which interval of valid time a delivery covers when a feed does not say.

use types::Type;

use crate::programme::{Covers, CoversFrom, CoversTo, Mode, Rhythm, RhythmPeriod, Scope, Valid};
use crate::raw::RawFeed;

/// A date, a month or a year in a file name.
const NAME: &str = r"(\d{4}(?:[-.年]\d{1,2}(?:[-.月]\d{1,2})?|\d{2}(?:\d{2})?)?)";

/// The rule of `raw`, with its gaps filled from the mode, the grain of the rows and the rhythm.
pub(crate) fn covers(raw: &RawFeed, mode: &Mode, valid: &Valid, grain: Type, rhythm: Option<&Rhythm>) -> Covers {
    let (from, to) = usual(mode, valid, grain, rhythm);
    Covers {
        from: raw.covers_from.unwrap_or(from),
        to: raw.covers_to.unwrap_or(to),
        name: raw.covers_name.clone().unwrap_or_else(|| NAME.to_owned()),
    }
}

fn usual(mode: &Mode, valid: &Valid, grain: Type, rhythm: Option<&Rhythm>) -> (CoversFrom, CoversTo) {
    // A month or a year is reported whole.
    let end = |otherwise| match grain {
        Type::Month => CoversTo::MonthEnd,
        Type::Year => CoversTo::YearEnd,
        _ => otherwise,
    };
    match (mode, valid) {
        (Mode::Snapshot(Scope::ByMonth), _) => (CoversFrom::ScopeStart, CoversTo::ScopeEnd),
        (Mode::Snapshot(Scope::ByYear), _) => match grain {
            // Cumulative: the year is not over on the data date.
            Type::Month => (CoversFrom::ScopeStart, CoversTo::MonthEnd),
            Type::Year => (CoversFrom::ScopeStart, CoversTo::ScopeEnd),
            _ => (CoversFrom::ScopeStart, CoversTo::DataDate),
        },
        (Mode::Snapshot(_), Valid::DataDate) => (CoversFrom::DataDate, CoversTo::DataDate),
        (Mode::Snapshot(_), Valid::Column(_)) => (CoversFrom::PreviousEnd, end(CoversTo::DataDate)),
        (Mode::Append | Mode::Upsert(_), _) => match rhythm.map(|rhythm| (rhythm.every, rhythm.by.len())) {
            Some((RhythmPeriod::Month, _)) => (CoversFrom::MonthStart, end(CoversTo::MonthEnd)),
            // One of several lists a year does not hold the year.
            Some((RhythmPeriod::Year, 0 | 1)) => (CoversFrom::YearStart, end(CoversTo::YearEnd)),
            _ => (CoversFrom::PreviousEnd, end(CoversTo::DataDate)),
        },
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_usual_pattern_finds_dates_in_file_names() {
        let pattern = regex::Regex::new(super::NAME).expect("pattern");
        for (name, found) in [
            ("名单2026-05-31.csv", "2026-05-31"),
            ("名单20260531.csv", "20260531"),
            ("名单202605.xlsx", "202605"),
            ("名单2026年5月.xlsx", "2026年5"),
            ("名单2026年5月31日.xlsx", "2026年5月31"),
            ("名单2026年.xlsx", "2026"),
            ("2026.05名单", "2026.05"),
        ] {
            assert_eq!(
                pattern.captures(name).and_then(|found| found.get(1)).map(|found| found.as_str()),
                Some(found),
                "{name}"
            );
        }
    }
}
