//! What is covered, and why not: sections 2, 4 and 6.

use pack::programme::{Feed, Window};
use types::{Period, Reason, Type};

use super::Error;
use super::ask::Asking;
use super::store::is_state;

/// Table `run(feed, f, t)`: the intervals known by K that begin by A, joined where they touch. A list holds until the next one.
pub(super) fn runs(asking: &Asking<'_>) -> Result<(), Error> {
    let (a, k) = (&asking.a, &asking.k);
    for feed in asking.programme.feeds.values() {
        let name = &feed.name;
        if is_state(feed) {
            asking.run(&format!(
                "INSERT INTO run SELECT '{name}', min(c_from), max(c_to) FROM delivery WHERE feed = '{name}' AND received <= '{k}' HAVING min(c_from) <= '{a}';"
            ))?;
        } else {
            asking.run(&format!(
                "INSERT INTO run SELECT '{name}', min(f), max(t) FROM (
                   SELECT f, t, sum(begins) OVER (ORDER BY f, t ROWS UNBOUNDED PRECEDING) AS part FROM (
                     SELECT c_from AS f, c_to AS t, CASE WHEN c_from <= date(max(c_to) OVER (ORDER BY c_from, c_to ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), '+1 day')
                       THEN 0 ELSE 1 END AS begins
                     FROM delivery WHERE feed = '{name}' AND received <= '{k}' AND c_from <= '{a}'))
                 GROUP BY part;"
            ))?;
        }
    }
    Ok(())
}

/// Table `stale(feed, scope)`: the scopes of state feeds of which the newest snapshot known by K is too old at A; a delivery covers
/// nothing beyond the scopes it contains. A scope that was emptied holds nobody and grows no older.
pub(super) fn stale(asking: &Asking<'_>) -> Result<(), Error> {
    for feed in asking.programme.feeds.values().filter(|feed| is_state(feed)) {
        asking.run(&format!(
            "INSERT INTO stale SELECT s.feed, s.scope FROM snap s WHERE s.feed = '{name}' AND s.t = '9999-12-31' AND julianday('{}') - julianday(s.f) > {}
               AND EXISTS (SELECT 1 FROM raw_{name} r WHERE r.seq = s.seq AND r.scope = s.scope);",
            asking.a, feed.unknown_after_days, name = feed.name
        ))?;
    }
    Ok(())
}

/// A window as days; `None` for the first day of `ever`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Days {
    pub(super) from: Option<String>,
    pub(super) to: String,
}

impl Days {
    /// First day, or the beginning of time.
    pub(super) fn first(&self) -> &str {
        self.from.as_deref().unwrap_or("0000-01-01")
    }
}

/// The days of `window`, A moved back by `offset` first.
pub(super) fn days(asking: &Asking<'_>, window: Window, offset: Option<Period>, valid: Type) -> Result<Days, Error> {
    let whole = valid != Type::Day;
    let offset = offset.unwrap_or_default();
    let a: String = asking
        .one(&format!("SELECT date('{}', '-{} months', 'floor', '-{} days')", asking.a, offset.months, offset.days))?;
    let day = |modifiers: &str| asking.one::<String>(&format!("SELECT date('{a}', {modifiers})"));
    let month: i32 = asking.one(&format!("SELECT CAST(strftime('%m', '{a}') AS INTEGER)"))?;
    let mut to = a.clone();
    let from = match window {
        Window::Days(days) => day(&format!("'-{days} days', '+1 day'"))?,
        Window::Months(months) if whole => day(&format!("'start of month', '-{} months'", months - 1))?,
        Window::Months(months) => day(&format!("'-{months} months', 'floor', '+1 day'"))?,
        Window::ThisMonth => day("'start of month'")?,
        Window::CalendarYear => day("'start of year'")?,
        Window::PreviousYear => {
            to = day("'start of year', '-1 day'")?;
            day("'start of year', '-1 year'")?
        }
        Window::SchoolYear if month >= 9 => day("'start of year', '+8 months'")?,
        Window::SchoolYear => day("'start of year', '-4 months'")?,
        Window::PreviousMonth => {
            to = day("'start of month', '-1 day'")?;
            day("'start of month', '-1 month'")?
        }
        Window::PreviousMonths(months) => {
            to = day("'start of month', '-1 day'")?;
            day(&format!("'start of month', '-{months} months'"))?
        }
        Window::Ever => return Ok(Days { from: None, to }),
    };
    Ok(Days { from: Some(from), to })
}

/// Why `feed` is not covered at all at A: never delivered, or lapsed.
pub(super) fn at_all(asking: &Asking<'_>, feed: &Feed) -> Result<Option<Reason>, Error> {
    let name = &feed.name;
    let end: Option<String> = asking.one(&format!("SELECT max(t) FROM run WHERE feed = '{name}'"))?;
    let Some(end) = end else { return Ok(Some(Reason::NeverDelivered)) };
    let lapsed: bool =
        asking.one(&format!("SELECT julianday('{}') - julianday('{end}') > {}", asking.a, feed.unknown_after_days))?;
    Ok(lapsed.then_some(Reason::Lapsed))
}

/// Why the absence of anything in `feed` says nothing at A: an event feed must have told everything since it began.
pub(super) fn not_absent(asking: &Asking<'_>, feed: &Feed) -> Result<Option<Reason>, Error> {
    if is_state(feed) {
        at_all(asking, feed)
    } else {
        why_not(asking, feed, &Days { from: None, to: asking.a.clone() })
    }
}

/// Why `feed` does not cover `days`, the first that applies.
pub(super) fn why_not(asking: &Asking<'_>, feed: &Feed, days: &Days) -> Result<Option<Reason>, Error> {
    if let Some(reason) = at_all(asking, feed)? {
        return Ok(Some(reason));
    }
    let name = &feed.name;
    let first: String = asking.one(&format!("SELECT min(f) FROM run WHERE feed = '{name}'"))?;
    let end: String = asking.one(&format!("SELECT max(t) FROM run WHERE feed = '{name}'"))?;
    let from = days.from.clone().unwrap_or_else(|| first.clone());
    if from < first {
        return Ok(Some(Reason::HistoryTooShort));
    }
    if end < from {
        return Ok(Some(Reason::NotYetReported));
    }
    let to = end.min(days.to.clone());
    let whole: bool = asking.one(&format!(
        "SELECT '{to}' < '{from}' OR EXISTS (SELECT 1 FROM run WHERE feed = '{name}' AND f <= '{from}' AND t >= '{to}')"
    ))?;
    Ok((!whole).then_some(Reason::HistoryTooShort))
}

/// Whether the feed is late at A: more than `grace` after its due day, without being lapsed.
pub(super) fn is_late(asking: &Asking<'_>, feed: &Feed) -> Result<bool, Error> {
    use pack::programme::RhythmPeriod::{Day, Month, Year};
    let (Some(rhythm), None) = (&feed.rhythm, at_all(asking, feed)?) else { return Ok(false) };
    let next: String = asking.one(&format!("SELECT date(max(t), '+1 day') FROM run WHERE feed = '{}'", feed.name))?;
    let due: String = match (rhythm.every, rhythm.by.as_slice()) {
        (Day, _) | (_, []) => asking.one(&format!("SELECT date('{next}', '+1 day')"))?,
        (Month, [by, ..]) => {
            asking.one(&format!("SELECT date('{next}', 'start of month', '+1 month', '+{} days')", by - 1))?
        }
        (Year, [by]) => format!("{}-{:02}-{:02}", &next[..4], by / 100, by % 100),
        // Of several due days the data to `end` answer the nearest, the earlier of two; what follows is due on the one after it.
        (Year, several) => {
            let years = ["-1", "+0", "+1", "+2"];
            let days: Vec<String> = years
                .iter()
                .flat_map(|years| {
                    several.iter().map(move |by| (years, by / 100, by % 100)).map(|(years, month, day)| {
                        format!("(strftime('%Y', '{next}', '-1 day', '{years} years') || '-{month:02}-{day:02}')")
                    })
                })
                .collect();
            asking.one(&format!(
                "WITH due(d) AS (VALUES {}) SELECT min(d) FROM due WHERE d > (
                   SELECT d FROM due ORDER BY abs(julianday(d) - julianday('{next}', '-1 day')), d LIMIT 1)",
                days.join(", ")
            ))?
        }
    };
    asking.one(&format!("SELECT '{}' > date('{due}', '+{} days')", asking.a, feed.grace_days))
}
