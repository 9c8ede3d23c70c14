//! Keyed tables at one set of keys (semantics section 6). Exact: no float is involved.

use types::{Band, BandEnd, Day, Decimal, EntryKey, KeyedTable, Type, Value};

use crate::{Lookup, Overflow};

/// The value of `table` at `keys`, of type `ty`.
pub(crate) fn read(lookup: Lookup, table: &KeyedTable, keys: &[Value], ty: Type) -> Result<Value, Overflow> {
    match lookup {
        Lookup::Entry => Ok(table.find(keys).map_or(Value::Null, |entry| entry.value.clone())),
        Lookup::Marginal => marginal(table, keys, ty),
        Lookup::Workdays => Ok(workdays(table, keys)),
        Lookup::WorkdaysAfter => Ok(workdays_after(table, keys)),
    }
}

/// The working days after the first key up to the second, negative when that is earlier. A row that says true makes its days
/// working ones, one that says false takes them off; days no row names follow the week: Monday to Friday.
fn workdays(table: &KeyedTable, keys: &[Value]) -> Value {
    let [Value::Day(from), Value::Day(to)] = keys else { return Value::Null };
    let (low, high) = (from.0.min(to.0), from.0.max(to.0));
    let mut days = weekdays_to(high) - weekdays_to(low);
    for entry in table.entries() {
        let (Some(key), Value::Bool(is_working)) = (entry.keys.first(), &entry.value) else { continue };
        let (first, last) = match key {
            EntryKey::Is(Value::Day(day)) => (day.0, day.0),
            EntryKey::Within(band) => days_of(band, low, high),
            EntryKey::Is(_) => continue,
        };
        for day in first.max(low.saturating_add(1))..=last.min(high) {
            let is_weekday = weekday(day) < 5;
            days += i64::from(*is_working && !is_weekday) - i64::from(!is_working && is_weekday);
        }
    }
    Value::integer(if to.0 < from.0 { -days } else { days })
}

/// No clock runs longer: 20 years of days.
const MOST_WORKDAYS: i128 = 7_300;

/// The n-th working day after the first key; that day itself for n of 0 or less, NULL beyond any clock.
fn workdays_after(table: &KeyedTable, keys: &[Value]) -> Value {
    let [Value::Day(from), Value::Number(Decimal { mantissa: count, scale: 0 })] = keys else { return Value::Null };
    if *count > MOST_WORKDAYS {
        return Value::Null;
    }
    let (mut day, mut left) = (from.0, *count);
    while left > 0 {
        day = day.saturating_add(1);
        let named = table.find(&[Value::Day(Day(day))]).map(|entry| entry.value == Value::Bool(true));
        left -= i128::from(named.unwrap_or(weekday(day) < 5));
    }
    Value::Day(Day(day))
}

/// First and last day of a band; where it has no bound, those given.
fn days_of(band: &Band, low: i32, high: i32) -> (i32, i32) {
    let at = |end: &Option<BandEnd>, inwards: i32, otherwise: i32| match end {
        Some(BandEnd { value: Value::Day(Day(day)), is_closed }) => day + if *is_closed { 0 } else { inwards },
        _ => otherwise,
    };
    (at(&band.from, 1, low), at(&band.to, -1, high))
}

/// 0 for Monday. Day 0 was a Thursday.
fn weekday(day: i32) -> i32 {
    (day.rem_euclid(7) + 3).rem_euclid(7)
}

/// Days from Monday to Friday up to `day`, counted from some Monday.
fn weekdays_to(day: i32) -> i64 {
    let since_monday = i64::from(day) + 3;
    since_monday.div_euclid(7) * 5 + (since_monday.rem_euclid(7) + 1).min(5)
}

/// Over the bands of the last key, counted from 0: each band's value times the part of x in it, summed, and rounded once to the
/// decimals of `ty`, half away from zero. Of whole numbers the part is how many of 1, 2 … x lie in the band. NULL where `lookup`
/// is NULL.
fn marginal(table: &KeyedTable, keys: &[Value], ty: Type) -> Result<Value, Overflow> {
    let (Some(Value::Number(x)), Type::Number { scale, .. }) = (keys.last(), ty) else { return Ok(Value::Null) };
    let pieces = matches!(table.keys.last().map(|key| key.ty), Some(Type::Number { scale: 0, .. }));
    let zero = Decimal::integer(0);
    let is_negative = *x < zero;
    let (low, high) = if is_negative { (*x, zero) } else { (zero, *x) };
    let mut total = zero;
    let mut is_found = false;
    for entry in table.exact_run(keys) {
        let Some((EntryKey::Within(band), others)) = entry.keys.split_last() else { return Ok(Value::Null) };
        let is_meant = others.iter().zip(keys).all(|(key, value)| match key {
            EntryKey::Within(band) => band.contains(value),
            EntryKey::Is(_) => true,
        });
        if !is_meant {
            continue;
        }
        let Value::Number(rate) = entry.value else { return Ok(Value::Null) };
        is_found |= band.contains(&Value::Number(*x));
        // Piece n fills the length from n - 1 to n, or from n to n + 1 below 0.
        let (first, last) = match (pieces, is_negative) {
            (false, _) => (0, 0),
            (true, false) => (-1, 0),
            (true, true) => (0, 1),
        };
        let from = end(band.from.as_ref(), pieces, 1, first)?.map_or(low, |from| from.max(low));
        let to = end(band.to.as_ref(), pieces, -1, last)?.map_or(high, |to| to.min(high));
        if from < to {
            let part = to.checked_sub(from).and_then(|part| part.checked_mul(rate)).ok_or(Overflow)?;
            total = total.checked_add(part).ok_or(Overflow)?;
        }
    }
    if !is_found {
        return Ok(Value::Null);
    }
    if is_negative {
        total = Decimal::new(total.mantissa.checked_neg().ok_or(Overflow)?, total.scale);
    }
    total.round(scale).map(Value::Number).ok_or(Overflow)
}

/// Where a band ends, moved by `more`; of whole numbers an open end is first moved by `inwards` to the nearest one that belongs.
fn end(end: Option<&BandEnd>, pieces: bool, inwards: i64, more: i64) -> Result<Option<Decimal>, Overflow> {
    let Some(BandEnd { value: Value::Number(number), is_closed }) = end else { return Ok(None) };
    let steps = more + if pieces && !is_closed { inwards } else { 0 };
    number.checked_add(Decimal::integer(steps)).map(Some).ok_or(Overflow)
}
