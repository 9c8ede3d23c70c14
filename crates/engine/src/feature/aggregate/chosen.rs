//! Minimum, maximum, first and last: the cell of one row of each subject.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Float64Type, Int64Type};
use arrow_array::{Array, ArrayRef, ArrowPrimitiveType, BooleanArray, PrimitiveArray, StringArray, new_null_array};
use arrow_buffer::{BooleanBuffer, NullBuffer};
use arrow_schema::DataType;
use expr::AggregateFunction;

use super::Rows;

/// The chosen cell of each subject.
pub struct Chosen {
    function: AggregateFunction,
    cells: Cells,
    /// Which subjects have one.
    has: Vec<bool>,
    /// (valid date, row number) of the chosen row: for `first` and `last` only.
    when: Vec<(i32, u32)>,
}

enum Cells {
    None,
    Numbers(Vec<i64>),
    Days(Vec<i32>),
    Reals(Vec<f64>),
    Bits(Vec<bool>),
    Texts(Vec<Option<Box<str>>>),
}

impl Chosen {
    /// None yet, for `size` subjects.
    pub fn new(function: AggregateFunction, size: usize) -> Self {
        let is_dated = matches!(function, AggregateFunction::First | AggregateFunction::Last);
        let when = if is_dated { vec![(0, 0); size] } else { Vec::new() };
        Self { function, cells: Cells::None, has: vec![false; size], when }
    }

    /// Looks at the rows of one batch; `valid` is the valid date of a row in it.
    pub fn add(&mut self, rows: &Rows<'_>, argument: &ArrayRef, valid: impl Fn(usize) -> i32) {
        let size = self.has.len();
        if matches!(self.cells, Cells::None) {
            self.cells = match argument.data_type() {
                DataType::Int64 => Cells::Numbers(vec![0; size]),
                DataType::Date32 => Cells::Days(vec![0; size]),
                DataType::Float64 => Cells::Reals(vec![0.0; size]),
                DataType::Boolean => Cells::Bits(vec![false; size]),
                _ => Cells::Texts(vec![None; size]),
            };
        }
        let Self { function, cells, has, when } = self;
        let mut choice = Choice { function: *function, rows, argument, has, when, valid };
        match cells {
            Cells::None => {}
            Cells::Numbers(cells) => choice.primitive::<Int64Type>(cells),
            Cells::Days(cells) => choice.primitive::<Date32Type>(cells),
            Cells::Reals(cells) => choice.primitive::<Float64Type>(cells),
            Cells::Bits(cells) => {
                if let Some(array) = argument.as_boolean_opt() {
                    choice.make(cells, |row| array.value(row), |new, known| new < known);
                }
            }
            Cells::Texts(cells) => {
                if let Some(array) = argument.as_string_opt::<i32>() {
                    choice.make(cells, |row| Some(Box::from(array.value(row))), |new, known| new < known);
                }
            }
        }
    }

    /// The cells as an array of `data_type`.
    pub fn finish(self, data_type: DataType) -> ArrayRef {
        let nulls = NullBuffer::new(BooleanBuffer::from(self.has.as_slice()));
        match self.cells {
            Cells::None => new_null_array(&data_type, nulls.len()),
            Cells::Numbers(cells) => Arc::new(PrimitiveArray::<Int64Type>::new(cells.into(), Some(nulls))),
            Cells::Days(cells) => Arc::new(PrimitiveArray::<Date32Type>::new(cells.into(), Some(nulls))),
            Cells::Reals(cells) => Arc::new(PrimitiveArray::<Float64Type>::new(cells.into(), Some(nulls))),
            Cells::Bits(cells) => Arc::new(BooleanArray::new(BooleanBuffer::from(cells), Some(nulls))),
            Cells::Texts(cells) => Arc::new(StringArray::from_iter(cells)),
        }
    }
}

/// One batch under choice.
struct Choice<'c, V> {
    function: AggregateFunction,
    rows: &'c Rows<'c>,
    argument: &'c ArrayRef,
    has: &'c mut [bool],
    when: &'c mut [(i32, u32)],
    valid: V,
}

impl<V: Fn(usize) -> i32> Choice<'_, V> {
    fn primitive<T: ArrowPrimitiveType>(&mut self, cells: &mut [T::Native])
    where
        T::Native: PartialOrd,
    {
        if let Some(array) = self.argument.as_primitive_opt::<T>() {
            let array = array.values();
            self.make(cells, |row| array[row], |new, known| new < known);
        }
    }

    fn make<C>(&mut self, cells: &mut [C], cell: impl Fn(usize) -> C, is_less: impl Fn(&C, &C) -> bool) {
        let present = self.rows.present(self.argument);
        let Self { function, rows, has, when, valid, .. } = self;
        match function {
            AggregateFunction::Min | AggregateFunction::Max => {
                let is_min = *function == AggregateFunction::Min;
                rows.each(present.as_ref(), |row, target| {
                    let Some(has) = has.get_mut(target) else { return };
                    let (new, known) = (cell(row), &mut cells[target]);
                    if !*has || if is_min { is_less(&new, known) } else { is_less(known, &new) } {
                        *known = new;
                        *has = true;
                    }
                });
            }
            _ => {
                let is_first = *function == AggregateFunction::First;
                rows.each(present.as_ref(), |row, target| {
                    let Some(has) = has.get_mut(target) else { return };
                    let (new, known) = ((valid(row), rows.number(row)), &mut when[target]);
                    if !*has || if is_first { new < *known } else { *known < new } {
                        *known = new;
                        *has = true;
                        cells[target] = cell(row);
                    }
                });
            }
        }
    }
}
