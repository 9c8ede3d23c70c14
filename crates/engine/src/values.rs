//! The values of one feature or attribute, one per subject number, as an Arrow array.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Float64Type, Int64Type};
use arrow_array::{
    Array, ArrayRef, BooleanArray, Date32Array, Float64Array, Int64Array, PrimitiveArray, StringArray, UInt32Array,
};
use arrow_buffer::{BooleanBuffer, BooleanBufferBuilder, NullBuffer};
use arrow_schema::DataType;
use arrow_select::interleave::interleave;
use arrow_select::take::take;
use types::{Day, NO_NUMBER, Type, Value, value_at};

use crate::Fault;

/// Cell `index` of `array`, of type `kind`, reals included.
pub fn cell(array: &ArrayRef, kind: Type, index: usize) -> Value {
    match kind {
        Type::Real { .. } => match array.as_primitive_opt::<Float64Type>() {
            Some(reals) if reals.is_valid(index) => Value::Real(reals.value(index)),
            _ => Value::Null,
        },
        _ => value_at(array, kind, index),
    }
}

/// The cell as a plain number: the mantissa, the day, the bit. `None` for NULL and for text.
pub fn raw(array: &ArrayRef, index: usize) -> Option<i64> {
    if array.is_null(index) {
        return None;
    }
    if let Some(cells) = array.as_primitive_opt::<Int64Type>() {
        return Some(cells.value(index));
    }
    if let Some(cells) = array.as_primitive_opt::<Date32Type>() {
        return Some(i64::from(cells.value(index)));
    }
    array.as_boolean_opt().map(|cells| i64::from(cells.value(index)))
}

/// An array of type `kind` from one value per subject; `at` names the place of an overflow.
pub fn collect(kind: Type, at: &str, values: impl Iterator<Item = Value>) -> Result<ArrayRef, Fault> {
    let overflow = || Fault::Overflow { at: at.to_owned() };
    Ok(match kind {
        Type::Bool => Arc::new(
            values.map(|value| if let Value::Bool(bit) = value { Some(bit) } else { None }).collect::<BooleanArray>(),
        ),
        Type::Number { scale, .. } => {
            let cells: Vec<Option<i64>> = values
                .map(|value| match value {
                    Value::Number(number) => number
                        .rescale(scale)
                        .and_then(|number| i64::try_from(number.mantissa).ok())
                        .ok_or_else(overflow)
                        .map(Some),
                    _ => Ok(None),
                })
                .collect::<Result<_, _>>()?;
            Arc::new(Int64Array::from(cells))
        }
        Type::Real { .. } => Arc::new(
            values
                .map(|value| match value {
                    Value::Real(real) => Some(real),
                    Value::Number(number) => Some(number.to_f64()),
                    _ => None,
                })
                .collect::<Float64Array>(),
        ),
        Type::Text | Type::Code(_) => Arc::new(
            values.map(|value| if let Value::Text(text) = value { Some(text) } else { None }).collect::<StringArray>(),
        ),
        Type::Day | Type::Month | Type::Year => {
            Arc::new(values.map(|value| first_day(&value)).collect::<Date32Array>())
        }
        Type::Period => return Err(Fault::Programme { missing: format!("a column of periods in {at}") }),
    })
}

/// The Arrow type of values of type `kind`, reals included.
pub fn data_type(kind: Type) -> Result<DataType, Fault> {
    match kind {
        Type::Real { .. } => Ok(DataType::Float64),
        kind => types::physical(kind).ok_or_else(|| Fault::Programme { missing: "a column of periods".into() }),
    }
}

/// The day a date value stands for, as Arrow counts.
fn first_day(value: &Value) -> Option<i32> {
    let day: Day = match value {
        Value::Day(day) => *day,
        Value::Month(month) => month.first_day(),
        Value::Year(year) => year.first_day(),
        _ => return None,
    };
    Some(day.0)
}

/// Which cells are not NULL.
pub fn present(array: &ArrayRef) -> BooleanBuffer {
    match array.nulls() {
        Some(nulls) => nulls.inner().clone(),
        None => BooleanBuffer::new_set(array.len()),
    }
}

/// `array` with `patch` at `positions` (sorted), made `size` long with the only cell of `nothing`.
pub fn patched(
    array: &ArrayRef,
    size: usize,
    positions: &[u32],
    patch: &ArrayRef,
    nothing: &ArrayRef,
) -> Result<ArrayRef, Fault> {
    macro_rules! primitive {
        ($kind:ty) => {
            if let (Some(array), Some(patch), Some(nothing)) = (
                array.as_primitive_opt::<$kind>(),
                patch.as_primitive_opt::<$kind>(),
                nothing.as_primitive_opt::<$kind>(),
            ) {
                let mut cells = array.values().to_vec();
                cells.resize(size, nothing.value(0));
                for (position, cell) in positions.iter().zip(patch.values()) {
                    cells[*position as usize] = *cell;
                }
                let nulls = patched_nulls(array, size, positions, patch, nothing);
                return Ok(Arc::new(PrimitiveArray::<$kind>::new(cells.into(), nulls)));
            }
        };
    }
    primitive!(Int64Type);
    primitive!(Date32Type);
    primitive!(Float64Type);
    let mut places: Vec<(usize, usize)> =
        (0..size).map(|index| if index < array.len() { (0, index) } else { (2, 0) }).collect();
    for (index, position) in positions.iter().enumerate() {
        places[*position as usize] = (1, index);
    }
    interleave(&[array.as_ref(), patch.as_ref(), nothing.as_ref()], &places)
        .map_err(|error| Fault::Source { message: error.to_string() })
}

fn patched_nulls(
    array: &dyn Array,
    size: usize,
    positions: &[u32],
    patch: &dyn Array,
    nothing: &dyn Array,
) -> Option<NullBuffer> {
    if [array, patch, nothing].into_iter().all(|array| array.null_count() == 0) {
        return None;
    }
    let mut present = BooleanBufferBuilder::new(size);
    match array.nulls() {
        Some(nulls) => present.append_buffer(nulls.inner()),
        None => present.append_n(array.len(), true),
    }
    present.append_n(size - array.len(), nothing.is_valid(0));
    for (index, position) in positions.iter().enumerate() {
        present.set_bit(*position as usize, patch.is_valid(index));
    }
    Some(NullBuffer::new(present.finish()))
}

/// For each of `numbers` its cell; NULL for [`NO_NUMBER`].
pub fn gather(array: &ArrayRef, numbers: &[u32]) -> Result<ArrayRef, Fault> {
    let size = array.len();
    let indices: UInt32Array =
        numbers.iter().map(|number| (*number != NO_NUMBER && (*number as usize) < size).then_some(*number)).collect();
    take(array, &indices, None).map_err(|error| Fault::Source { message: error.to_string() })
}
