//! What a delivery covers, from the table of section 2 of the semantics.

use pack::programme::{Feed, Mode, RhythmPeriod, Scope, Valid};
use types::{Day, Interval, Month, Type, Year};

/// The interval of a delivery of `feed`; `earliest` is its earliest valid date, `previous` the last day covered so far.
pub(super) fn covers(
    feed: &Feed,
    data_date: Day,
    scopes: &[String],
    earliest: Option<Day>,
    previous: Option<Day>,
) -> Option<Interval> {
    let grain = match &feed.valid {
        Valid::DataDate => return Some(Interval { from: data_date, to: data_date }),
        Valid::Column(column) => feed.columns[column].ty,
    };
    let end_of_period = match grain {
        Type::Month => data_date.month().last_day(),
        Type::Year => data_date.year().last_day(),
        _ => data_date,
    };
    let since = || match previous {
        Some(end) if end.plus_days(1) <= end_of_period => end.plus_days(1),
        _ => earliest.unwrap_or(data_date).min(end_of_period),
    };
    let (from, to) = match &feed.mode {
        Mode::Snapshot(Scope::ByMonth) => {
            let months: Vec<Month> = scopes.iter().filter_map(|scope| Month::parse(scope)).collect();
            (months.first()?.first_day(), months.last()?.last_day())
        }
        Mode::Snapshot(Scope::ByYear) => {
            let years: Vec<Year> = scopes.iter().filter_map(|scope| Year::parse(scope)).collect();
            (years.first()?.first_day(), end_of_period.min(years.last()?.last_day()))
        }
        Mode::Snapshot(Scope::All | Scope::ByColumn(_)) => (since(), end_of_period),
        Mode::Append | Mode::Upsert(_) => match feed.rhythm.as_ref()?.every {
            RhythmPeriod::Month => (data_date.month().first_day(), data_date.month().last_day().max(end_of_period)),
            RhythmPeriod::Year if feed.rhythm.as_ref().is_some_and(|rhythm| rhythm.by.len() > 1) => {
                (since(), end_of_period)
            }
            RhythmPeriod::Year => (data_date.year().first_day(), end_of_period),
            RhythmPeriod::Day => (since(), end_of_period),
        },
    };
    Some(Interval { from, to }).filter(|interval| interval.from <= interval.to)
}
