//! The data date in a file's name.

use std::ops::RangeInclusive;

use pack::programme::Feed;
use regex::{Regex, RegexBuilder};
use types::{Day, Month, Year};

use crate::limits::MAX_PATTERN_BYTES;
use crate::normalise::folded;

/// Finds `2026-05-31`, `20260531`, `2026年5月31日`, `2026-05`, `202605`, `2026年5月`, `2026年1-5月`, `2026年`, `2026`: the longest form
/// first, at the first place where there is one.
const DEFAULT_PATTERN: &str = concat!(
    r"(?:^|[^0-9])(",
    r"(?:19|20)[0-9]{2}(?:[-._/][0-9]{1,2}[-._/][0-9]{1,2}|年[0-9]{1,2}月[0-9]{1,2}日?)",
    r"|(?:19|20)[0-9]{6}",
    r"|(?:19|20)[0-9]{2}年(?:[0-9]{1,2}月?[-至到~])?[0-9]{1,2}月",
    r"|(?:19|20)[0-9]{2}[-._/][0-9]{1,2}",
    r"|(?:19|20)[0-9]{4}",
    r"|(?:19|20)[0-9]{2}年?",
    r")(?:[^0-9]|$)",
);

/// What stands between the two ends of a range; the later end is the data date.
const RANGE_SIGNS: [&str; 6] = ["-", "--", "至", "到", "~", "_至_"];

/// Years that a file name can mean; other numbers of that length are codes.
const YEARS: RangeInclusive<i32> = 1900..=2100;

/// The day a file's content describes, by its name; a month counts as its last day, a year as 31 December, a range (`2026年1-5月`,
/// `2026-01至2026-05`) as its end. `feed.covers.name` says where it stands (first group, or the whole match); when that is empty, the
/// usual forms are looked for.
#[must_use]
pub fn data_date(file_name: &str, feed: &Feed) -> Option<Day> {
    let pattern = match feed.covers.name.as_str() {
        "" => DEFAULT_PATTERN,
        pattern => pattern,
    };
    let limit = MAX_PATTERN_BYTES;
    let pattern = RegexBuilder::new(pattern).size_limit(limit).dfa_size_limit(limit).build().ok()?;
    first_date(&pattern, &folded(file_name))
}

fn first_date(pattern: &Regex, name: &str) -> Option<Day> {
    let mut at = 0;
    let mut found: Option<(usize, Day)> = None;
    // Matches may share the character between them, so each search begins where the last date ended.
    while let Some(captures) = pattern.captures_at(name, at) {
        let group = captures.get(1).or(captures.get(0))?;
        let end = group.end() + months_after(&name[group.end()..]);
        let follows =
            |before: usize| name.get(before..group.start()).is_some_and(|sign| RANGE_SIGNS.contains(&sign.trim()));
        match (read_date(&name[group.start()..end]), found) {
            (Some(day), None) => found = Some((end, day)),
            (Some(day), Some((before, _))) if follows(before) => found = Some((end, day)),
            (_, Some(_)) => break,
            (None, None) => {}
        }
        // A pattern that matches nothing must not be asked at the same place again.
        at = if end > at { end } else { at + name[at..].chars().next()?.len_utf8() };
    }
    found.map(|(_, day)| day)
}

/// Length of what makes a month of what stands before, or the beginning of a range: `月`, `-5月`, `月至5月`.
fn months_after(text: &str) -> usize {
    let after = |text: &'_ str| {
        let rest = text.strip_prefix(['-', '至', '到', '~'])?;
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        (1..=2).contains(&digits).then(|| rest[digits..].strip_prefix('月'))?.map(str::len)
    };
    let month = text.strip_prefix('月').unwrap_or(text);
    after(month).map_or(text.len() - month.len(), |rest| text.len() - rest)
}

/// Reads `2026-05-31`, `20260531`, `2026-05`, `202605`, `2026` with any separators; `2026年1-5月` is May.
fn read_date(text: &str) -> Option<Day> {
    let parts: Vec<&str> = text.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty()).collect();
    let number = |text: &str| text.parse::<i32>().ok();
    let month = |year: &str, month: &str| Month::new(number(year)?, number(month)?).map(Month::last_day);
    let day = match parts.as_slice() {
        [year, .., last] if year.len() == 4 && text.ends_with('月') => month(year, last),
        [year, of_year, day] if year.len() == 4 => Day::new(number(year)?, number(of_year)?, number(day)?),
        [year, of_year] if year.len() == 4 => month(year, of_year),
        [day] if day.len() == 8 => Day::new(number(&day[..4])?, number(&day[4..6])?, number(&day[6..])?),
        [of_year] if of_year.len() == 6 => month(&of_year[..4], &of_year[4..]),
        [year] => Year::parse(year).map(Year::last_day),
        _ => None,
    };
    day.filter(|day| YEARS.contains(&day.year().0))
}

#[cfg(test)]
mod tests {
    use regex::Regex;

    use super::{DEFAULT_PATTERN, first_date, read_date};

    #[test]
    fn the_usual_forms_are_found() {
        let pattern = Regex::new(DEFAULT_PATTERN).expect("pattern");
        for (name, expected) in [
            ("甲数据2026-05-31.csv", Some("2026-05-31")),
            ("甲20260531.xlsx", Some("2026-05-31")),
            ("甲2026-05.csv", Some("2026-05-31")),
            ("甲_202602.csv", Some("2026-02-28")),
            ("2026年5月31日甲.csv", Some("2026-05-31")),
            ("2026年5月甲.csv", Some("2026-05-31")),
            ("2026年1-5月甲.csv", Some("2026-05-31")),
            ("2026年1月至5月甲.csv", Some("2026-05-31")),
            ("甲2026年度.csv", Some("2026-12-31")),
            ("甲2025.csv", Some("2025-12-31")),
            ("甲2026-01至2026-05.csv", Some("2026-05-31")),
            ("甲20260101-20260531.csv", Some("2026-05-31")),
            ("甲2026-05（2026-06-03导出）.csv", Some("2026-05-31")),
            ("990101_2026.5.31.csv", Some("2026-05-31")),
            ("甲20261301乙2026-05.csv", Some("2026-05-31")),
            ("甲.csv", None),
            ("甲12345678901.csv", None),
            ("", None),
        ] {
            assert_eq!(first_date(&pattern, name).map(|day| day.to_string()).as_deref(), expected, "{name}");
        }
    }

    #[test]
    fn a_loose_pattern_skips_codes_and_reads_ranges_to_their_end() {
        let pattern = Regex::new(r"(\d{4}(?:[-.年]\d{1,2}(?:[-.月]\d{1,2})?|\d{2}(?:\d{2})?)?)").expect("pattern");
        for (name, expected) in [
            ("990101_2026-05.csv", Some("2026-05-31")),
            ("2026年1-5月.csv", Some("2026-05-31")),
            ("2026年1月至5月.csv", Some("2026-05-31")),
            ("2026-01至2026-05.csv", Some("2026-05-31")),
            ("990101.csv", None),
        ] {
            assert_eq!(first_date(&pattern, name).map(|day| day.to_string()).as_deref(), expected, "{name}");
        }
        let empty = Regex::new("()").expect("pattern");
        assert_eq!(first_date(&empty, "甲2026"), None);
    }

    #[test]
    fn groups_of_pack_patterns_are_read() {
        for (text, expected) in [
            ("2026-05", "2026-05-31"),
            ("2026", "2026-12-31"),
            ("2026年5月3日", "2026-05-03"),
            ("202605", "2026-05-31"),
        ] {
            assert_eq!(read_date(text).map(|day| day.to_string()).as_deref(), Some(expected), "{text}");
        }
        for text in ["", "5", "2026-13", "甲", "20260532", "1-2-3-4"] {
            assert_eq!(read_date(text), None, "{text}");
        }
    }
}
