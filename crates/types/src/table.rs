//! How typed cells lie in Arrow arrays: the one place that says so.

use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Int64Type};
use arrow_array::{Array, ArrayRef};
use arrow_schema::DataType;

use crate::{Day, Decimal, Type, Value};

/// Name of the column (`UInt32`, no nulls) that holds each row's number in its file, the first line being 1.
pub const ROW_COLUMN: &str = "_row";

/// The Arrow type of a column of type `kind`: numbers are `Int64` mantissas at the type's scale; days, months and years are
/// `Date32` (first day); text and codes `Utf8`. `None` for types that are never columns (real, period).
#[must_use]
pub fn physical(kind: Type) -> Option<DataType> {
    Some(match kind {
        Type::Bool => DataType::Boolean,
        Type::Number { .. } => DataType::Int64,
        Type::Text | Type::Code(_) => DataType::Utf8,
        Type::Day | Type::Month | Type::Year => DataType::Date32,
        Type::Real { .. } | Type::Period => return None,
    })
}

/// Cell `index` of `array`, a column of type `kind`; null for a null cell and for an array of another physical type.
#[must_use]
pub fn value_at(array: &ArrayRef, kind: Type, index: usize) -> Value {
    if array.is_null(index) {
        return Value::Null;
    }
    let day = || array.as_primitive_opt::<Date32Type>().map(|days| Day(days.value(index)));
    let value = match kind {
        Type::Bool => array.as_boolean_opt().map(|cells| Value::Bool(cells.value(index))),
        Type::Number { scale, .. } => array
            .as_primitive_opt::<Int64Type>()
            .map(|cells| Value::Number(Decimal::new(i128::from(cells.value(index)), scale))),
        Type::Text | Type::Code(_) => array.as_string_opt::<i32>().map(|cells| Value::text(cells.value(index))),
        Type::Day => day().map(Value::Day),
        Type::Month => day().map(|day| Value::Month(day.month())),
        Type::Year => day().map(|day| Value::Year(day.year())),
        Type::Real { .. } | Type::Period => None,
    };
    value.unwrap_or(Value::Null)
}
