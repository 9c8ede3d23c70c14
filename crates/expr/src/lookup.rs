//! Keyed tables at one set of keys (semantics section 6). Exact: no float is involved.

use types::{BandEnd, Decimal, EntryKey, KeyedTable, Type, Value};

use crate::{Lookup, Overflow};

/// The value of `table` at `keys`, of type `ty`.
pub(crate) fn read(lookup: Lookup, table: &KeyedTable, keys: &[Value], ty: Type) -> Result<Value, Overflow> {
    match lookup {
        Lookup::Entry => Ok(table.find(keys).map_or(Value::Null, |entry| entry.value.clone())),
        Lookup::Marginal => marginal(table, keys, ty),
    }
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
