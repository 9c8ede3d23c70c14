//! Numbers over many rows at once. Whatever could run over its 64 bits is left to `expr`, row by row.

use std::cmp::Ordering;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int64Type};
use arrow_array::{Array, ArrayRef, Float64Array, Int64Array};
use arrow_buffer::{ArrowNativeType, BooleanBuffer, NullBuffer, ScalarBuffer};
use expr::{Arithmetic, Comparison, Node, NodeKind};
use types::{Decimal, Type, Value};

use super::{Batch, Operand, Truths};
use crate::bitmap;

/// A number per row, or one for all of them.
#[derive(Clone)]
pub enum Cells<T: ArrowNativeType> {
    /// The same everywhere.
    One(T),
    /// One a row.
    Many(ScalarBuffer<T>),
}

/// Numbers of one expression.
pub enum Numeric {
    /// Mantissas at a scale.
    Exact {
        /// Digits after the point.
        scale: u8,
        /// The mantissas.
        cells: Cells<i64>,
        /// Where there is a number; `None` for everywhere.
        present: Option<BooleanBuffer>,
    },
    /// Reals.
    Real {
        /// The numbers.
        cells: Cells<f64>,
        /// Where there is a number; `None` for everywhere.
        present: Option<BooleanBuffer>,
    },
}

impl Numeric {
    /// The numbers of `node`; `None` where it is no arithmetic over columns, or a number ran over.
    pub fn of(batch: &Batch, node: &Node) -> Option<Self> {
        match &node.kind {
            NodeKind::Literal(value) => constant(value),
            NodeKind::Input(input) => match &batch.operands[*input] {
                Operand::Constant(value) => constant(value),
                Operand::Array(kind, array) => column(*kind, array),
                Operand::Choice(values, choice) => choices(values, choice),
            },
            NodeKind::Negate(inner) => {
                let minus = Self::Exact { scale: 0, cells: Cells::One(-1), present: None };
                calculate(Arithmetic::Multiply, Self::of(batch, inner)?, minus, batch.size)
            }
            NodeKind::Arithmetic(arithmetic, left, right) => {
                calculate(*arithmetic, Self::of(batch, left)?, Self::of(batch, right)?, batch.size)
            }
            _ => None,
        }
    }

    fn present(&self) -> Option<&BooleanBuffer> {
        match self {
            Self::Exact { present, .. } | Self::Real { present, .. } => present.as_ref(),
        }
    }

    /// As reals, as `expr` turns exact numbers into them.
    fn reals(self) -> (Cells<f64>, Option<BooleanBuffer>) {
        match self {
            Self::Real { cells, present } => (cells, present),
            Self::Exact { scale, cells, present } => {
                let real = |mantissa: &i64| Decimal::new(i128::from(*mantissa), scale).to_f64();
                let cells = match cells {
                    Cells::One(mantissa) => Cells::One(real(&mantissa)),
                    Cells::Many(mantissas) => Cells::Many(mantissas.iter().map(real).collect()),
                };
                (cells, present)
            }
        }
    }

    /// As an array of `kind`; `None` where a number does not fit it.
    pub fn array(self, kind: Type, size: usize) -> Option<ArrayRef> {
        let nulls = self.present().cloned().map(NullBuffer::new);
        match (self, kind) {
            (Self::Exact { scale, cells, .. }, Type::Number { scale: wanted, .. }) => {
                let cells = many(rescaled(cells, wanted.checked_sub(scale)?)?, size);
                Some(std::sync::Arc::new(Int64Array::new(cells, nulls)))
            }
            (numbers, Type::Real { .. }) => {
                let (cells, _) = numbers.reals();
                Some(std::sync::Arc::new(Float64Array::new(many(cells, size), nulls)))
            }
            _ => None,
        }
    }

    /// Truth of a comparison.
    pub fn compare(self, comparison: Comparison, right: Self, size: usize) -> Truths {
        let known = both(self.present(), right.present()).unwrap_or_else(|| bitmap::filled(size, true));
        let holds = match (self, right) {
            (
                Self::Exact { scale: left_scale, cells: left, .. },
                Self::Exact { scale: right_scale, cells: right, .. },
            ) => {
                let scale = left_scale.max(right_scale);
                let (left_more, right_more) = (scale - left_scale, scale - right_scale);
                match (rescaled(left.clone(), left_more), rescaled(right.clone(), right_more)) {
                    (Some(left), Some(right)) => ordered(comparison, &left, &right, size),
                    _ => {
                        let (left_factor, right_factor) =
                            (10_i128.pow(left_more.into()), 10_i128.pow(right_more.into()));
                        let wide = |cell: i64, factor: i128| i128::from(cell) * factor;
                        BooleanBuffer::collect_bool(size, |row| {
                            let (left, right) = (at(&left, row), at(&right, row));
                            super::accepts(comparison, wide(left, left_factor).cmp(&wide(right, right_factor)))
                        })
                    }
                }
            }
            (left, right) => ordered(comparison, &left.reals().0, &right.reals().0, size),
        };
        Truths { holds: &holds & &known, known }
    }
}

fn constant(value: &Value) -> Option<Numeric> {
    match value {
        Value::Number(number) => {
            let mantissa = i64::try_from(number.mantissa).ok()?;
            Some(Numeric::Exact { scale: number.scale, cells: Cells::One(mantissa), present: None })
        }
        Value::Real(real) => Some(Numeric::Real { cells: Cells::One(*real), present: None }),
        _ => None,
    }
}

fn column(kind: Type, array: &ArrayRef) -> Option<Numeric> {
    let present = array.nulls().filter(|nulls| nulls.null_count() > 0).map(|nulls| nulls.inner().clone());
    match kind {
        Type::Number { scale, .. } => {
            let cells = Cells::Many(array.as_primitive_opt::<Int64Type>()?.values().clone());
            Some(Numeric::Exact { scale, cells, present })
        }
        Type::Real { .. } => {
            let cells = Cells::Many(array.as_primitive_opt::<Float64Type>()?.values().clone());
            Some(Numeric::Real { cells, present })
        }
        _ => None,
    }
}

/// A parameter that differs from place to place.
fn choices(values: &[Value], choice: &[u32]) -> Option<Numeric> {
    let numbers: Vec<Decimal> = values
        .iter()
        .map(|value| match value {
            Value::Number(number) => Some(*number),
            _ => None,
        })
        .collect::<Option<_>>()?;
    let scale = numbers.iter().map(|number| number.scale).max()?;
    let mantissa = |number: &Decimal| i64::try_from(number.rescale(scale)?.mantissa).ok();
    let mantissas: Vec<i64> = numbers.iter().map(mantissa).collect::<Option<_>>()?;
    let cells = choice.iter().map(|chosen| mantissas.get(*chosen as usize).copied().unwrap_or(0)).collect();
    let present = bitmap::pack(choice, |chosen| (chosen as usize) < values.len());
    Some(Numeric::Exact { scale, cells: Cells::Many(cells), present: Some(present) })
}

fn calculate(arithmetic: Arithmetic, left: Numeric, right: Numeric, size: usize) -> Option<Numeric> {
    let present = both(left.present(), right.present());
    match (arithmetic, left, right) {
        (
            Arithmetic::Multiply,
            Numeric::Exact { scale: left_scale, cells: left, .. },
            Numeric::Exact { scale: right_scale, cells: right, .. },
        ) => {
            let cells = checked(&left, &right, size, |left, right| left.overflowing_mul(right))?;
            Some(Numeric::Exact { scale: left_scale.checked_add(right_scale)?, cells, present })
        }
        (
            arithmetic,
            Numeric::Exact { scale: left_scale, cells: left, .. },
            Numeric::Exact { scale: right_scale, cells: right, .. },
        ) => {
            let scale = left_scale.max(right_scale);
            let left = rescaled(left, scale - left_scale)?;
            let right = rescaled(right, scale - right_scale)?;
            if arithmetic == Arithmetic::Divide {
                let present = both(present.as_ref(), is_not(&right, size, 0).as_ref());
                return Some(Numeric::Real { cells: divided(&left, &right, size), present });
            }
            let is_sum = arithmetic == Arithmetic::Add;
            let cells = match is_sum {
                true => checked(&left, &right, size, |left, right| left.overflowing_add(right))?,
                false => checked(&left, &right, size, |left, right| left.overflowing_sub(right))?,
            };
            Some(Numeric::Exact { scale, cells, present })
        }
        (arithmetic, left, right) => {
            let (left, right) = (left.reals().0, right.reals().0);
            let operation: fn(f64, f64) -> f64 = match arithmetic {
                Arithmetic::Add => |left, right| left + right,
                Arithmetic::Subtract => |left, right| left - right,
                Arithmetic::Multiply => |left, right| left * right,
                Arithmetic::Divide => return None,
            };
            // Only one zero.
            let result = |row: usize| operation(at(&left, row), at(&right, row)) + 0.0;
            let cells: ScalarBuffer<f64> = (0..size).map(result).collect();
            let is_there = |row: usize| present.as_ref().is_none_or(|present| present.value(row));
            let is_number = cells.iter().enumerate().all(|(row, cell)| cell.is_finite() || !is_there(row));
            is_number.then_some(Numeric::Real { cells: Cells::Many(cells), present })
        }
    }
}

fn checked(
    left: &Cells<i64>,
    right: &Cells<i64>,
    size: usize,
    operation: impl Fn(i64, i64) -> (i64, bool),
) -> Option<Cells<i64>> {
    let mut is_over = false;
    let mut note = |(value, over): (i64, bool)| {
        is_over |= over;
        value
    };
    let cells = match (left, right) {
        (Cells::One(left), Cells::One(right)) => Cells::One(note(operation(*left, *right))),
        (Cells::Many(left), Cells::One(right)) => {
            Cells::Many(left.iter().map(|left| note(operation(*left, *right))).collect())
        }
        (Cells::One(left), Cells::Many(right)) => {
            Cells::Many(right.iter().map(|right| note(operation(*left, *right))).collect())
        }
        (Cells::Many(left), Cells::Many(right)) => {
            let pairs = left.iter().zip(right.iter()).take(size);
            Cells::Many(pairs.map(|(left, right)| note(operation(*left, *right))).collect())
        }
    };
    (!is_over).then_some(cells)
}

/// One f64 division of two integers, as semantics section 9 has it; there is only one zero.
#[expect(clippy::cast_precision_loss, reason = "where exact numbers become a real")]
fn quotient(left: i64, right: i64) -> f64 {
    left as f64 / right as f64 + 0.0
}

/// The quotients of pairs of numbers; no number where the divisor is 0.
pub fn quotients(left: &[i64], right: &[i64]) -> ScalarBuffer<f64> {
    left.iter().zip(right).map(|(left, right)| quotient(*left, *right)).collect()
}

fn divided(left: &Cells<i64>, right: &Cells<i64>, size: usize) -> Cells<f64> {
    match (left, right) {
        (Cells::One(left), Cells::One(right)) => Cells::One(quotient(*left, *right)),
        (Cells::Many(left), Cells::Many(right)) => Cells::Many(quotients(left, right)),
        (left, right) => Cells::Many((0..size).map(|row| quotient(at(left, row), at(right, row))).collect()),
    }
}

/// The same numbers with `more` digits after the point.
fn rescaled(cells: Cells<i64>, more: u8) -> Option<Cells<i64>> {
    if more == 0 {
        return Some(cells);
    }
    let factor = 10_i64.checked_pow(more.into())?;
    let size = match &cells {
        Cells::One(_) => 1,
        Cells::Many(cells) => cells.len(),
    };
    checked(&cells, &Cells::One(factor), size, |left, right| left.overflowing_mul(right))
}

fn at<T: Copy>(cells: &Cells<T>, row: usize) -> T
where
    T: ArrowNativeType,
{
    match cells {
        Cells::One(cell) => *cell,
        Cells::Many(cells) => cells[row],
    }
}

fn many<T: ArrowNativeType>(cells: Cells<T>, size: usize) -> ScalarBuffer<T> {
    match cells {
        Cells::One(cell) => vec![cell; size].into(),
        Cells::Many(cells) => cells,
    }
}

/// Where the cells are not `value`; `None` for everywhere.
fn is_not(cells: &Cells<i64>, size: usize, value: i64) -> Option<BooleanBuffer> {
    match cells {
        Cells::One(cell) => (*cell == value).then(|| bitmap::filled(size, false)),
        Cells::Many(cells) => Some(bitmap::pack(cells, |cell| cell != value)),
    }
}

fn both(left: Option<&BooleanBuffer>, right: Option<&BooleanBuffer>) -> Option<BooleanBuffer> {
    match (left, right) {
        (Some(left), Some(right)) => Some(left & right),
        (one, other) => one.or(other).cloned(),
    }
}

/// Where `left <comparison> right`.
fn ordered<T>(comparison: Comparison, left: &Cells<T>, right: &Cells<T>, size: usize) -> BooleanBuffer
where
    T: ArrowNativeType + PartialOrd,
{
    match (left, right) {
        (Cells::One(left), Cells::One(right)) => {
            let holds = left.partial_cmp(right).is_some_and(|order: Ordering| super::accepts(comparison, order));
            bitmap::filled(size, holds)
        }
        (Cells::Many(left), Cells::One(right)) => against(comparison, left, *right),
        (Cells::One(left), Cells::Many(right)) => against(comparison.flipped(), right, *left),
        (Cells::Many(left), Cells::Many(right)) => match comparison {
            Comparison::Equal => bitmap::pack_pairs(left, right, |left, right| left == right),
            Comparison::NotEqual => bitmap::pack_pairs(left, right, |left, right| left != right),
            Comparison::Less => bitmap::pack_pairs(left, right, |left, right| left < right),
            Comparison::LessOrEqual => bitmap::pack_pairs(left, right, |left, right| left <= right),
            Comparison::Greater => bitmap::pack_pairs(left, right, |left, right| left > right),
            Comparison::GreaterOrEqual => bitmap::pack_pairs(left, right, |left, right| left >= right),
        },
    }
}

/// Where `cells <comparison> line`.
pub fn against<T: Copy + PartialOrd>(comparison: Comparison, cells: &[T], line: T) -> BooleanBuffer {
    match comparison {
        Comparison::Equal => bitmap::pack(cells, |cell| cell == line),
        Comparison::NotEqual => bitmap::pack(cells, |cell| cell != line),
        Comparison::Less => bitmap::pack(cells, |cell| cell < line),
        Comparison::LessOrEqual => bitmap::pack(cells, |cell| cell <= line),
        Comparison::Greater => bitmap::pack(cells, |cell| cell > line),
        Comparison::GreaterOrEqual => bitmap::pack(cells, |cell| cell >= line),
    }
}
