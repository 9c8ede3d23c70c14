//! Keyed tables at one set of keys (semantics section 6). Exact: no float is involved.

use types::{Band, Decimal, EntryKey, KeyedTable, Type, Value};

use crate::{Lookup, Overflow};

/// The value of `table` at `keys`, of type `ty`.
pub(crate) fn read(lookup: Lookup, table: &KeyedTable, keys: &[Value], ty: Type) -> Result<Value, Overflow> {
    match lookup {
        Lookup::Entry => Ok(table.find(keys).map_or(Value::Null, |entry| entry.value.clone())),
        Lookup::Marginal => marginal(table, keys, ty),
    }
}

/// Over the bands of the last key, counted from 0: each band's value times the part of x in it, summed, and rounded once to the
/// decimals of `ty`, half away from zero. NULL where `lookup` is NULL.
fn marginal(table: &KeyedTable, keys: &[Value], ty: Type) -> Result<Value, Overflow> {
    let (Some(Value::Number(x)), Type::Number { scale, .. }) = (keys.last(), ty) else { return Ok(Value::Null) };
    let zero = Decimal::integer(0);
    let (low, high) = if *x < zero { (*x, zero) } else { (zero, *x) };
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
        let (from, to) =
            (end(band, true).map_or(low, |end| end.max(low)), end(band, false).map_or(high, |end| end.min(high)));
        if from < to {
            let part = to.checked_sub(from).and_then(|part| part.checked_mul(rate)).ok_or(Overflow)?;
            total = total.checked_add(part).ok_or(Overflow)?;
        }
    }
    if !is_found {
        return Ok(Value::Null);
    }
    if *x < zero {
        total = Decimal::new(total.mantissa.checked_neg().ok_or(Overflow)?, total.scale);
    }
    total.round(scale).map(Value::Number).ok_or(Overflow)
}

fn end(band: &Band, is_lower: bool) -> Option<Decimal> {
    match &(if is_lower { band.from.as_ref() } else { band.to.as_ref() })?.value {
        Value::Number(number) => Some(*number),
        _ => None,
    }
}
