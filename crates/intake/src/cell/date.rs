//! Days, months and years as people write them; times of day are cut.

use types::{Day, Month, Year};

/// `2026-05-31`, `2026/5/31`, `2026.5.31`, `20260531`, `2026年5月31日`, each with a time of day or without.
pub(crate) fn day(text: &str) -> Option<Day> {
    // The usual form first: it is asked of every row.
    if let &[y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = text.as_bytes() {
        return Day::new(number(&[y1, y2, y3, y4])?, number(&[m1, m2])?, number(&[d1, d2])?);
    }
    let (date, time) = match text.find(['T', ' ', '日']) {
        Some(at) if text[at..].starts_with('日') => (&text[..at], &text[at + '日'.len_utf8()..]),
        Some(at) => (&text[..at], &text[at + 1..]),
        None => (text, ""),
    };
    if !is_time(time.trim()) {
        return None;
    }
    if date.len() == 8 && date.is_ascii() && digits(date).is_some() {
        return Day::new(digits(&date[..4])?, digits(&date[4..6])?, digits(&date[6..])?);
    }
    let (year, rest, separator) = year_and_rest(date)?;
    let (month, day) = rest.split_once(if separator == '年' { '月' } else { separator })?;
    Day::new(year, short(month)?, short(day)?)
}

/// `2026-05`, `2026/5`, `202605`, `2026年5月`; a day counts as its month.
pub(crate) fn month(text: &str) -> Option<Month> {
    if text.len() == 6 && text.is_ascii() && digits(text).is_some() {
        return Month::new(digits(&text[..4])?, digits(&text[4..])?);
    }
    if let Some((year, rest, separator)) = year_and_rest(text) {
        // `2026.10` becomes `2026.1` in a spreadsheet: not a month.
        let month = match separator {
            '年' => rest.strip_suffix('月').unwrap_or(rest),
            '.' => "",
            _ => rest,
        };
        if let Some(month) = short(month) {
            return Month::new(year, month);
        }
    }
    day(text).map(Day::month)
}

/// `2026`, `2026年`, `2026年度`.
pub(crate) fn year(text: &str) -> Option<Year> {
    let text = text.strip_suffix('度').filter(|text| text.ends_with('年')).unwrap_or(text);
    Year::parse(text.strip_suffix('年').unwrap_or(text))
}

/// ASCII digits, and nothing else.
fn number(digits: &[u8]) -> Option<i32> {
    digits.iter().try_fold(0, |number, digit| digit.is_ascii_digit().then(|| number * 10 + i32::from(digit - b'0')))
}

/// Four digits, one of `- / . 年`, and what follows.
fn year_and_rest(text: &str) -> Option<(i32, &str, char)> {
    let separator = text.get(4..)?.chars().next()?;
    let rest = &text[4 + separator.len_utf8()..];
    matches!(separator, '-' | '/' | '.' | '年').then_some((digits(&text[..4])?, rest, separator))
}

/// One or two digits.
fn short(text: &str) -> Option<i32> {
    if text.len() > 2 { None } else { digits(text) }
}

fn digits(text: &str) -> Option<i32> {
    (!text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok())?
}

/// Nothing, `8:05`, `08:05:30`, `08:05:30.123`, `8时`, `8时5分`, `8时5分30秒`. Times of another zone are not local days: refused.
fn is_time(text: &str) -> bool {
    if text.is_empty() {
        return true;
    }
    if let Some((hour, rest)) = text.split_once(['时', '点']) {
        let (minute, second) = rest.split_once('分').unwrap_or((rest, ""));
        let optional = |text: &str, limit| text.is_empty() || short(text).is_some_and(|value| value < limit);
        return optional(hour, 25)
            && !hour.is_empty()
            && optional(minute, 60)
            && optional(second.trim_end_matches('秒'), 61);
    }
    let (clock, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let parts: Vec<Option<i32>> = clock.split(':').map(short).collect();
    let limits = [25, 60, 61];
    (2..=3).contains(&parts.len())
        && parts.iter().zip(limits).all(|(part, limit)| part.is_some_and(|value| value < limit))
        && !fraction.is_empty()
        && fraction.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::{day, month, year};

    #[test]
    fn days_months_and_years() {
        for text in [
            "2026-05-31",
            "2026-5-31",
            "2026/5/31",
            "2026.05.31",
            "20260531",
            "2026年5月31日",
            "2026年05月31",
            "2026-05-31 00:00:00",
            "2026-05-31T23:59:59.000",
            "2026/5/31 8:05",
            "2026年5月31日 8时5分",
            "2026年5月31日8时",
            "20260531 10:00",
        ] {
            assert_eq!(day(text).map(|day| day.to_string()).as_deref(), Some("2026-05-31"), "{text}");
        }
        for text in [
            "",
            "2026",
            "2026-05",
            "2026-02-30",
            "2026-13-01",
            "31/5/2026",
            "5/31/2026",
            "2026-05-31Z",
            "2026-05-31 25:61",
            "2026-05/31",
            "2026-05-31T23:00:00Z",
            "2026年5-31",
            "26-05-31",
            "2026-05-031",
            "２０２６-05-31",
            "昨天",
            "2026-05-31 上午",
            "年月日",
            "T",
            "日",
        ] {
            assert_eq!(day(text), None, "{text}");
        }
        for text in ["2026-05", "2026/5", "202605", "2026年5月", "2026年05", "2026-05-31", "2026-05-01 00:00:00"] {
            assert_eq!(month(text).map(|month| month.to_string()).as_deref(), Some("2026-05"), "{text}");
        }
        for text in ["", "2026", "2026.5", "202613", "2026-13", "5月", "2026年", "20265"] {
            assert_eq!(month(text), None, "{text}");
        }
        for text in ["2026", "2026年", "2026年度"] {
            assert_eq!(year(text).map(|year| year.to_string()).as_deref(), Some("2026"), "{text}");
        }
        for text in ["", "26", "2026度", "2026-05", "0000", "二〇二六"] {
            assert_eq!(year(text), None, "{text}");
        }
    }
}
