//! One typed cell as the text it would be in a text file.

use std::fmt::Write as _;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, Decimal128Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type,
    Int64Type, Time32MillisecondType, Time32SecondType, Time64MicrosecondType, Time64NanosecondType,
    TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType, UInt8Type,
    UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef};
use arrow_schema::{DataType, TimeUnit};
use types::{Day, Decimal};

use super::day::{of_days, text_of_moment, text_of_time};
use crate::reader::number_text;

/// From here on, whole numbers are no longer exact in a double: what stood there was rounded.
const ROUNDED: f64 = 9_007_199_254_740_992.0;

/// Cell `row` of `array`: a number in full, without exponent or trailing zeros (a double too large to be exact as `1.1E+17`, so that
/// it is seen to be rounded); `true` or `false`; a day as ISO text, a moment with its time unless that is midnight. `None` for a
/// null cell, and for one that has no text. `buffer` is there to be reused.
pub(crate) fn cell_text<'t>(array: &'t ArrayRef, row: usize, buffer: &'t mut String) -> Option<&'t str> {
    if array.is_null(row) {
        return None;
    }
    buffer.clear();
    macro_rules! integer {
        ($kind:ty) => {
            push_integer(buffer, i128::from(value::<$kind>(array, row)))
        };
    }
    macro_rules! moment {
        ($kind:ty, $per_second:literal, $zone:expr) => {
            buffer.push_str(&text_of_moment(value::<$kind>(array, row), $per_second, $zone.is_some())?)
        };
    }
    match array.data_type() {
        DataType::Utf8 => return Some(array.as_string::<i32>().value(row)).filter(|text| !text.contains('\0')),
        DataType::Binary => {
            let text = std::str::from_utf8(array.as_binary::<i32>().value(row)).ok();
            return text.filter(|text| !text.contains('\0'));
        }
        DataType::Boolean => buffer.push_str(if array.as_boolean().value(row) { "true" } else { "false" }),
        DataType::Int8 => integer!(Int8Type),
        DataType::Int16 => integer!(Int16Type),
        DataType::Int32 => integer!(Int32Type),
        DataType::Int64 => integer!(Int64Type),
        DataType::UInt8 => integer!(UInt8Type),
        DataType::UInt16 => integer!(UInt16Type),
        DataType::UInt32 => integer!(UInt32Type),
        DataType::UInt64 => integer!(UInt64Type),
        DataType::Float32 => {
            float(f64::from(value::<Float32Type>(array, row)), value::<Float32Type>(array, row), buffer)?
        }
        DataType::Float64 => float(value::<Float64Type>(array, row), value::<Float64Type>(array, row), buffer)?,
        DataType::Decimal128(_, scale) => buffer.push_str(&decimal(value::<Decimal128Type>(array, row), *scale)),
        DataType::Date32 => {
            let days = of_days(i64::from(value::<Date32Type>(array, row))).ok()?;
            write!(buffer, "{}", Day(days)).ok()?;
        }
        DataType::Timestamp(TimeUnit::Second, zone) => moment!(TimestampSecondType, 1, zone),
        DataType::Timestamp(TimeUnit::Millisecond, zone) => moment!(TimestampMillisecondType, 1_000, zone),
        DataType::Timestamp(TimeUnit::Microsecond, zone) => moment!(TimestampMicrosecondType, 1_000_000, zone),
        DataType::Timestamp(TimeUnit::Nanosecond, zone) => moment!(TimestampNanosecondType, 1_000_000_000, zone),
        DataType::Time32(TimeUnit::Second) => {
            buffer.push_str(&text_of_time(i64::from(value::<Time32SecondType>(array, row))));
        }
        DataType::Time32(_) => {
            buffer.push_str(&text_of_time(i64::from(value::<Time32MillisecondType>(array, row)) / 1_000));
        }
        DataType::Time64(TimeUnit::Microsecond) => {
            buffer.push_str(&text_of_time(value::<Time64MicrosecondType>(array, row) / 1_000_000));
        }
        DataType::Time64(_) => {
            buffer.push_str(&text_of_time(value::<Time64NanosecondType>(array, row) / 1_000_000_000));
        }
        _ => return None,
    }
    Some(buffer)
}

/// Keys are numbers more often than not, and there is one a row.
fn push_integer(buffer: &mut String, value: i128) {
    let mut digits = [0_u8; 20];
    let mut from = digits.len();
    // No integer of a column is larger.
    let mut rest = u64::try_from(value.unsigned_abs()).unwrap_or(u64::MAX);
    loop {
        from -= 1;
        digits[from] = b'0' + u8::try_from(rest % 10).unwrap_or(0);
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if value < 0 {
        buffer.push('-');
    }
    buffer.push_str(std::str::from_utf8(&digits[from..]).unwrap_or_default());
}

fn value<T: ArrowPrimitiveType>(array: &ArrayRef, row: usize) -> T::Native {
    array.as_primitive::<T>().value(row)
}

/// `shown` is the number as it stands, `size` its size.
fn float(size: f64, shown: impl std::fmt::Display, buffer: &mut String) -> Option<()> {
    if size == 0.0 {
        buffer.push('0');
    } else if size.abs() >= ROUNDED {
        buffer.push_str(&number_text(size));
    } else {
        write!(buffer, "{shown}").ok()?;
    }
    Some(())
}

fn decimal(value: i128, scale: i8) -> String {
    match u8::try_from(scale) {
        Ok(scale) => Decimal::new(value, scale).normalised().to_string(),
        Err(_) => format!("{value}{}", "0".repeat(usize::from(scale.unsigned_abs()))),
    }
}
