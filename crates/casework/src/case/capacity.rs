//! What a place can do in a week: the most urgent cases first, and why the others wait.

use types::{Day, Text};

/// The week of one place in one state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Week {
    /// How many cases can be worked in it.
    pub capacity: u64,
    /// How many were, since Monday.
    pub done: u64,
}

impl Week {
    /// Why the case with `before` others before it waits; `None` when its turn is this week. A deadline does not move for it.
    #[must_use]
    pub fn waits(self, before: u64) -> Option<Text> {
        let Self { capacity, done } = self;
        let left = capacity.saturating_sub(done);
        if before < left {
            return None;
        }
        let place = before + 1;
        if capacity == 0 {
            return Some(Text::new(
                format!("当地目前没有核实力量，本件排第 {place}；期限不因此顺延"),
                format!("nobody can do it here at present, number {place} in the row; its deadline stands"),
            ));
        }
        let weeks = 1 + (before - left) / capacity;
        let s = if weeks == 1 { "" } else { "s" };
        let this = Text::new(
            format!("当地每周可办 {capacity} 件，本周已办 {done} 件"),
            format!("{capacity} a week can be done here, {done} of them done this week"),
        );
        Some(Text::new(
            format!("{}，本件排第 {place}，约 {weeks} 周后轮到；期限不因此顺延", this.zh),
            format!("{}; number {place} in the row, in about {weeks} week{s}; its deadline stands", this.en),
        ))
    }
}

/// The Monday of the week of `day`.
#[must_use]
pub fn monday(day: Day) -> Day {
    // 1 January 1970 was a Thursday.
    day.plus_days(-(day.0 + 3).rem_euclid(7))
}

#[cfg(test)]
mod tests {
    use types::Day;

    use super::{Week, monday};

    #[test]
    fn the_first_go_now_and_the_others_know_when() {
        for (capacity, done, before, weeks) in [
            (5, 0, 0, None),
            (5, 0, 4, None),
            (5, 0, 5, Some(1)),
            (5, 2, 2, None),
            (5, 2, 3, Some(1)),
            (5, 2, 7, Some(1)),
            (5, 2, 8, Some(2)),
            (5, 9, 0, Some(1)),
        ] {
            let why = Week { capacity, done }.waits(before);
            let expected = weeks.map(|weeks| format!("约 {weeks} 周后"));
            assert_eq!(why.is_some(), expected.is_some(), "{capacity} {done} {before}: {why:?}");
            if let (Some(why), Some(expected)) = (why, expected) {
                assert!(why.zh.contains(&expected) && why.zh.contains(&format!("第 {}", before + 1)), "{}", why.zh);
            }
        }
        let nobody = Week { capacity: 0, done: 0 }.waits(0).expect("waits");
        assert!(nobody.zh.contains("没有核实力量"));
    }

    #[test]
    fn a_week_begins_on_monday() {
        for (day, first) in [("2026-11-23", "2026-11-23"), ("2026-11-29", "2026-11-23"), ("1970-01-01", "1969-12-29")] {
            let day = Day::parse(day).expect(day);
            assert_eq!(monday(day).to_string(), first, "{day}");
        }
    }
}
