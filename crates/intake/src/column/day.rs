//! Typed days and moments -> local days.

use types::{Day, RefusalCode};

use super::local_time;

const SECONDS_OF_A_DAY: i64 = 86_400;

/// Days since 1970, if they lie in the years 1 to 9999.
pub(crate) fn of_days(days: i64) -> Result<i32, RefusalCode> {
    // 0001-01-01 and 9999-12-31.
    const YEARS: std::ops::RangeInclusive<i32> = -719_162..=2_932_896;
    i32::try_from(days).ok().filter(|days| YEARS.contains(days)).ok_or(RefusalCode::WrongType)
}

/// The local day of a moment, in units of which `per_second` make a second: of local time, or an instant.
pub(crate) fn of_moment(value: i64, per_second: i64, is_instant: bool) -> Result<i32, RefusalCode> {
    let (seconds, _) = local(value, per_second, is_instant);
    of_days(seconds.div_euclid(SECONDS_OF_A_DAY))
}

/// A moment as local seconds since 1970 and the units beyond.
fn local(value: i64, per_second: i64, is_instant: bool) -> (i64, i64) {
    let seconds = value.div_euclid(per_second);
    let seconds = if is_instant { seconds.saturating_add(local_time::offset_at(seconds)) } else { seconds };
    (seconds, value.rem_euclid(per_second))
}

/// `2026-05-31`, with ` 08:05:30` where it is not midnight; `None` beyond the years 1 to 9999.
pub(crate) fn text_of_moment(value: i64, per_second: i64, is_instant: bool) -> Option<String> {
    let (seconds, rest) = local(value, per_second, is_instant);
    let day = of_days(seconds.div_euclid(SECONDS_OF_A_DAY)).ok()?;
    let time = seconds.rem_euclid(SECONDS_OF_A_DAY);
    if time == 0 && rest == 0 {
        return Some(Day(day).to_string());
    }
    Some(format!("{} {}", Day(day), text_of_time(time)))
}

/// `08:05:30`, of the seconds of a day.
pub(crate) fn text_of_time(seconds: i64) -> String {
    format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use types::{Day, RefusalCode};

    use super::{of_days, of_moment, text_of_moment};

    #[test]
    fn moments_are_cut_to_local_days() {
        let day =
            |value, per_second, is_instant| of_moment(value, per_second, is_instant).map(|day| Day(day).to_string());
        // 2026-05-31 15:59:59 and 16:00:00, as local times and as instants.
        for (seconds, local, instant) in [
            (1_780_243_199, "2026-05-31", "2026-05-31"),
            (1_780_243_200, "2026-05-31", "2026-06-01"),
            (-1, "1969-12-31", "1970-01-01"),
        ] {
            for per_second in [1, 1_000, 1_000_000, 1_000_000_000] {
                let value = seconds * per_second + per_second - 1;
                assert_eq!(day(value, per_second, false).as_deref(), Ok(local));
                assert_eq!(day(value, per_second, true).as_deref(), Ok(instant));
            }
        }
        assert_eq!(day(i64::MAX, 1, true), Err(RefusalCode::WrongType));
        assert_eq!(text_of_moment(1_780_243_199_500, 1_000, false).as_deref(), Some("2026-05-31 15:59:59"));
        assert_eq!(text_of_moment(1_780_185_600, 1, false).as_deref(), Some("2026-05-31"));
        assert_eq!(text_of_moment(i64::MAX, 1, false), None);
    }

    #[test]
    fn years_have_four_digits() {
        for (text, from) in [("0001-01-01", -719_162), ("9999-12-31", 2_932_896)] {
            assert_eq!(of_days(from).map(|day| Day(day).to_string()).as_deref(), Ok(text));
        }
        assert_eq!(of_days(-719_163), Err(RefusalCode::WrongType));
        assert_eq!(of_days(2_932_897), Err(RefusalCode::WrongType));
    }
}
