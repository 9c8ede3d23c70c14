//! Typed arrays -> columns of a feed: what [`crate::cell`] does for texts, done for whole arrays.
//!
//! The meaning is that of the text: a cell becomes what its canonical decimal, ISO or plain text would have become in a text file.
//! Where the physical type already says it, no text is made.

mod day;
mod local_time;
mod number;
mod show;

use std::borrow::Cow;
use std::sync::Arc;

use arrow_array::builder::StringBuilder;
use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, Decimal128Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type,
    Int64Type, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef, PrimitiveArray, new_null_array};
use arrow_buffer::{BooleanBufferBuilder, NullBuffer};
use arrow_schema::{DataType, TimeUnit};
use pack::programme::Column;
use types::{RefusalCode, Type, Unit, physical};

use crate::cell::CellReader;
use crate::table::ColumnBuilder;

pub(crate) use show::cell_text;

/// Reads arrays of one column of a file.
pub(crate) struct ColumnReader<'a> {
    column: &'a Column,
    cells: CellReader<'a>,
}

/// A piece of a column as the feed has it.
pub(crate) struct Piece {
    /// Of the physical type of the feed's column; null where a cell is empty or at fault.
    pub(crate) array: ArrayRef,
    /// Rows that cannot be read, in order, and why.
    pub(crate) faults: Vec<(usize, RefusalCode)>,
}

/// Whether arrays of this type can be columns at all.
pub(crate) fn is_readable(kind: &DataType) -> bool {
    use DataType::{Binary, Boolean, Date32, Decimal128, Float32, Float64, Null, Time32, Time64, Timestamp, Utf8};
    let others = matches!(kind, Null | Boolean | Float32 | Float64 | Decimal128(..) | Date32 | Utf8 | Binary);
    others || kind.is_integer() || matches!(kind, Timestamp(..) | Time32(_) | Time64(_))
}

impl<'a> ColumnReader<'a> {
    /// `identifies`: see [`CellReader::new`].
    pub(crate) fn new(column: &'a Column, identifies: bool) -> Self {
        Self { column, cells: CellReader::new(column, identifies) }
    }

    /// Reads one array.
    pub(crate) fn read(&self, array: &ArrayRef) -> Piece {
        // A column in which nothing was ever written.
        if *array.data_type() == DataType::Null {
            let kind = physical(self.column.ty).unwrap_or(DataType::Utf8);
            return Piece::whole(new_null_array(&kind, array.len()));
        }
        let piece = if self.column.words.is_empty() { self.read_typed(array) } else { None };
        piece.unwrap_or_else(|| self.read_texts(array))
    }

    /// Without a text between, where the array's type fits the column's.
    fn read_typed(&self, array: &ArrayRef) -> Option<Piece> {
        match self.column.ty {
            Type::Number { unit, scale } => read_numbers(array, unit, scale),
            Type::Bool if *array.data_type() == DataType::Boolean => Some(Piece::whole(Arc::clone(array))),
            Type::Day => read_days(array, Ok),
            Type::Month => read_days(array, |day| Ok(types::Day(day).month().first_day().0)),
            Type::Text | Type::Code(_) => Some(self.read_plain_texts(array)),
            _ => None,
        }
    }

    /// Columns of text and of codes.
    fn read_plain_texts(&self, array: &ArrayRef) -> Piece {
        // Numbers and days have no blank around them, and no other form.
        let is_canonical = matches!(self.column.ty, Type::Text) && array.data_type().is_integer();
        let mut texts = StringBuilder::with_capacity(array.len(), array.len() * 8);
        let mut faults = Vec::new();
        let mut buffer = String::new();
        for row in 0..array.len() {
            match cell_text(array, row, &mut buffer) {
                None if array.is_null(row) => texts.append_null(),
                None => {
                    texts.append_null();
                    faults.push((row, RefusalCode::WrongType));
                }
                Some(text) if is_canonical => texts.append_value(text),
                Some(text) => match self.cells.read_canonical(text) {
                    Ok(text) => texts.append_option(text.as_ref().map(Cow::as_ref)),
                    Err(code) => {
                        texts.append_null();
                        faults.push((row, code));
                    }
                },
            }
        }
        Piece { array: Arc::new(texts.finish()), faults }
    }

    /// Cell by cell, through its text.
    fn read_texts(&self, array: &ArrayRef) -> Piece {
        let mut cells = ColumnBuilder::new(self.column.ty);
        let mut faults = Vec::new();
        let mut buffer = String::new();
        for row in 0..array.len() {
            let value = match cell_text(array, row, &mut buffer) {
                None if array.is_null(row) => Ok(types::Value::Null),
                None => Err(RefusalCode::WrongType),
                Some(text) => self.cells.read(text),
            };
            match value {
                Ok(value) => cells.push(&value),
                Err(code) => {
                    cells.push(&types::Value::Null);
                    faults.push((row, code));
                }
            }
        }
        Piece { array: cells.finish(), faults }
    }

    /// The feed's column.
    pub(crate) fn column(&self) -> &'a Column {
        self.column
    }
}

impl Piece {
    fn whole(array: ArrayRef) -> Self {
        Self { array, faults: Vec::new() }
    }
}

fn read_numbers(array: &ArrayRef, unit: Unit, scale: u8) -> Option<Piece> {
    macro_rules! integers {
        ($kind:ty) => {
            converted::<$kind, Int64Type>(array.as_primitive(), |value| number::of_integer(value, scale))
        };
    }
    Some(match array.data_type() {
        DataType::Int8 => integers!(Int8Type),
        DataType::Int16 => integers!(Int16Type),
        DataType::Int32 => integers!(Int32Type),
        DataType::Int64 => integers!(Int64Type),
        DataType::UInt8 => integers!(UInt8Type),
        DataType::UInt16 => integers!(UInt16Type),
        DataType::UInt32 => integers!(UInt32Type),
        DataType::UInt64 => integers!(UInt64Type),
        DataType::Float32 => converted::<Float32Type, Int64Type>(array.as_primitive(), |value| {
            number::of_text(&value.to_string(), unit, scale)
        }),
        DataType::Float64 => {
            converted::<Float64Type, Int64Type>(array.as_primitive(), |value| number::of_double(value, unit, scale))
        }
        DataType::Decimal128(_, from) => converted::<Decimal128Type, Int64Type>(array.as_primitive(), |value| {
            number::of_decimal(value, *from, scale)
        }),
        _ => return None,
    })
}

/// Days, each passed through `then` (a month's first day).
fn read_days(array: &ArrayRef, then: impl Fn(i32) -> Result<i32, RefusalCode>) -> Option<Piece> {
    macro_rules! moments {
        ($kind:ident, $per_second:literal) => {{
            let is_instant = matches!(array.data_type(), DataType::Timestamp(_, Some(_)));
            converted::<arrow_array::types::$kind, Date32Type>(array.as_primitive(), |value| {
                day::of_moment(value, $per_second, is_instant).and_then(&then)
            })
        }};
    }
    Some(match array.data_type() {
        DataType::Date32 => converted::<Date32Type, Date32Type>(array.as_primitive(), |value| {
            day::of_days(i64::from(value)).and_then(&then)
        }),
        DataType::Timestamp(TimeUnit::Second, _) => moments!(TimestampSecondType, 1),
        DataType::Timestamp(TimeUnit::Millisecond, _) => moments!(TimestampMillisecondType, 1_000),
        DataType::Timestamp(TimeUnit::Microsecond, _) => moments!(TimestampMicrosecondType, 1_000_000),
        DataType::Timestamp(TimeUnit::Nanosecond, _) => moments!(TimestampNanosecondType, 1_000_000_000),
        _ => return None,
    })
}

/// Every cell that is not null, converted.
fn converted<From, To>(
    array: &PrimitiveArray<From>,
    convert: impl Fn(From::Native) -> Result<To::Native, RefusalCode>,
) -> Piece
where
    From: ArrowPrimitiveType,
    To: ArrowPrimitiveType,
{
    let mut faults = Vec::new();
    let mut values = Vec::with_capacity(array.len());
    for (row, value) in array.values().iter().enumerate() {
        values.push(match convert(*value) {
            Ok(value) => value,
            Err(code) => {
                if array.is_valid(row) {
                    faults.push((row, code));
                }
                To::Native::default()
            }
        });
    }
    let nulls = without_faults(array.nulls(), array.len(), &faults);
    Piece { array: Arc::new(PrimitiveArray::<To>::new(values.into(), nulls)), faults }
}

/// `nulls`, and null where a cell is at fault.
fn without_faults(nulls: Option<&NullBuffer>, len: usize, faults: &[(usize, RefusalCode)]) -> Option<NullBuffer> {
    if faults.is_empty() {
        return nulls.cloned();
    }
    let mut valid = BooleanBufferBuilder::new(len);
    match nulls {
        Some(nulls) => valid.append_buffer(nulls.inner()),
        None => valid.append_n(len, true),
    }
    for (row, _) in faults {
        valid.set_bit(*row, false);
    }
    Some(NullBuffer::new(valid.finish()))
}
