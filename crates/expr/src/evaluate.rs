//! One row of input values -> one value: the definition of meaning.
//!
//! Every operand is evaluated, also where the result is known without it, so that an overflow is the same fault in every engine.

use std::fmt;

use types::{Decimal, Month, Period, Type, Value, Year};

use crate::{Arithmetic, Comparison, Node, NodeKind, Truth};

/// A number, a date or a period left its range: a fault, never a wrong answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overflow;

impl fmt::Display for Overflow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a calculation left the range of exact numbers or dates")
    }
}

impl std::error::Error for Overflow {}

/// More decimals than this are an overflow.
pub(crate) const MAX_SCALE: u8 = 36;
/// Periods longer than ten thousand years, and dates further away, are an overflow.
const MAX_MONTHS: i32 = 120_000;
const MAX_DAYS: i32 = 3_660_000;

impl Node {
    /// The value for one row; `inputs` are numbered as in [`crate::Compiled::inputs`], a missing one is NULL.
    ///
    /// A number has the scale of the node's type. Division by zero is NULL, as is the order of two periods that are not both whole
    /// months or both days, and a month plus a period that has days.
    ///
    /// # Errors
    /// [`Overflow`], wherever in the tree it happens.
    pub fn evaluate(&self, inputs: &[Value]) -> Result<Value, Overflow> {
        let value = match &self.kind {
            NodeKind::Literal(value) => value.clone(),
            NodeKind::Input(input) => inputs.get(*input).cloned().unwrap_or(Value::Null),
            NodeKind::Not(node) => boolean(node.truth(inputs)?.map(|value| !value)),
            NodeKind::And(nodes) => boolean(kleene(nodes.iter().map(|node| node.truth(inputs)), false)?),
            NodeKind::Or(nodes) => boolean(kleene(nodes.iter().map(|node| node.truth(inputs)), true)?),
            NodeKind::Compare(comparison, left, right) => {
                boolean(compare(*comparison, &left.evaluate(inputs)?, &right.evaluate(inputs)?))
            }
            NodeKind::Arithmetic(arithmetic, left, right) => {
                calculate(*arithmetic, &left.evaluate(inputs)?, &right.evaluate(inputs)?)?
            }
            NodeKind::Negate(node) => negate(&node.evaluate(inputs)?)?,
            NodeKind::IsNull(node) => Value::Bool(node.evaluate(inputs)?.is_null()),
            NodeKind::In(needle, list) => {
                let needle = needle.evaluate(inputs)?;
                let equal = list.iter().map(|item| Ok(compare(Comparison::Equal, &needle, &item.evaluate(inputs)?)));
                boolean(kleene(equal, true)?)
            }
            NodeKind::Like(text, pattern) => match (text.evaluate(inputs)?, pattern.evaluate(inputs)?) {
                (Value::Text(text), Value::Text(pattern)) => Value::Bool(like(&text, &pattern)),
                _ => Value::Null,
            },
            NodeKind::Case(branches, otherwise) => {
                let mut chosen = None;
                for (when, then) in branches {
                    let (when, then) = (when.truth(inputs)?, then.evaluate(inputs)?);
                    if chosen.is_none() && when == Some(true) {
                        chosen = Some(then);
                    }
                }
                let otherwise = otherwise.as_ref().map_or(Ok(Value::Null), |node| node.evaluate(inputs))?;
                chosen.unwrap_or(otherwise)
            }
            NodeKind::Call(function, arguments) => {
                let values =
                    arguments.iter().map(|argument| argument.evaluate(inputs)).collect::<Result<Vec<_>, _>>()?;
                function.evaluate(&values)?
            }
            NodeKind::Lookup(lookup, table, keys) => {
                let keys = keys.iter().map(|key| key.evaluate(inputs)).collect::<Result<Vec<_>, _>>()?;
                match inputs.get(*table) {
                    Some(Value::Table(table)) => crate::lookup::read(*lookup, table, &keys, self.ty)?,
                    _ => Value::Null,
                }
            }
        };
        settle(value, self.ty)
    }

    /// The truth of a Boolean node; NULL, and anything not Boolean, is unknown.
    ///
    /// # Errors
    /// [`Overflow`].
    pub fn truth(&self, inputs: &[Value]) -> Result<Truth, Overflow> {
        Ok(match self.evaluate(inputs)? {
            Value::Bool(value) => Some(value),
            _ => None,
        })
    }
}

/// A value in the form its type promises: numbers at the type's scale, floats where the type is a float.
fn settle(value: Value, ty: Type) -> Result<Value, Overflow> {
    match (value, ty) {
        (Value::Number(number), Type::Real { .. }) => real(number.to_f64()),
        (Value::Number(number), Type::Number { scale, .. }) if number.scale < scale => {
            number.rescale(scale).map(Value::Number).ok_or(Overflow)
        }
        (value, _) => Ok(value),
    }
}

fn boolean(truth: Truth) -> Value {
    truth.map_or(Value::Null, Value::Bool)
}

/// Kleene `or` (`strong` true) and `and` (`strong` false): one strong value decides, then one unknown.
fn kleene(truths: impl Iterator<Item = Result<Truth, Overflow>>, strong: bool) -> Result<Truth, Overflow> {
    let mut result = Some(!strong);
    for truth in truths {
        match truth? {
            Some(value) if value == strong => result = Some(strong),
            None if result != Some(strong) => result = None,
            _ => {}
        }
    }
    Ok(result)
}

/// SQL's comparison: unknown when a side is NULL, or the two cannot be ordered.
pub(crate) fn compare(comparison: Comparison, left: &Value, right: &Value) -> Truth {
    left.order(right).map(|order| comparison.holds(order))
}

fn calculate(arithmetic: Arithmetic, left: &Value, right: &Value) -> Result<Value, Overflow> {
    use Arithmetic::{Add, Divide, Multiply, Subtract};
    match (arithmetic, left, right) {
        (_, Value::Null, _) | (_, _, Value::Null) => Ok(Value::Null),
        (_, Value::Number(left), Value::Number(right)) => exact(arithmetic, *left, *right),
        (_, Value::Number(_) | Value::Real(_), Value::Number(_) | Value::Real(_)) => {
            inexact(arithmetic, float(left), float(right))
        }
        (Add, Value::Period(left), Value::Period(right)) => added(*left, *right),
        (Subtract, Value::Period(left), Value::Period(right)) => added(*left, reversed(*right)?),
        (Multiply, Value::Period(period), Value::Number(number))
        | (Multiply, Value::Number(number), Value::Period(period)) => times(*period, *number),
        (Add, Value::Period(period), moved) | (Add, moved, Value::Period(period)) => moved_by(moved, *period),
        (Subtract, moved, Value::Period(period)) => moved_by(moved, reversed(*period)?),
        (Subtract, Value::Day(left), Value::Day(right)) => difference(left.0, right.0),
        (Subtract, Value::Month(left), Value::Month(right)) => difference(left.0, right.0),
        (Subtract, Value::Year(left), Value::Year(right)) => difference(left.0, right.0),
        (Add, Value::Year(year), Value::Number(number)) | (Add, Value::Number(number), Value::Year(year)) => {
            later_year(*year, small(*number)?)
        }
        (Subtract, Value::Year(year), Value::Number(number)) => {
            later_year(*year, small(*number)?.checked_neg().ok_or(Overflow)?)
        }
        (Add | Subtract | Multiply | Divide, _, _) => Ok(Value::Null),
    }
}

fn exact(arithmetic: Arithmetic, left: Decimal, right: Decimal) -> Result<Value, Overflow> {
    let number = match arithmetic {
        Arithmetic::Add => left.checked_add(right),
        Arithmetic::Subtract => left.checked_sub(right),
        Arithmetic::Multiply => left.checked_mul(right).filter(|product| product.scale <= MAX_SCALE),
        Arithmetic::Divide if right.mantissa == 0 => return Ok(Value::Null),
        Arithmetic::Divide => return real(left.divide(right).ok_or(Overflow)?),
    };
    number.map(Value::Number).ok_or(Overflow)
}

fn inexact(arithmetic: Arithmetic, left: f64, right: f64) -> Result<Value, Overflow> {
    real(match arithmetic {
        Arithmetic::Add => left + right,
        Arithmetic::Subtract => left - right,
        Arithmetic::Multiply => left * right,
        Arithmetic::Divide if right == 0.0 => return Ok(Value::Null),
        Arithmetic::Divide => left / right,
    })
}

/// Only finite floats exist, and only one zero.
fn real(value: f64) -> Result<Value, Overflow> {
    if value.is_finite() { Ok(Value::Real(if value == 0.0 { 0.0 } else { value })) } else { Err(Overflow) }
}

fn float(value: &Value) -> f64 {
    match value {
        Value::Number(number) => number.to_f64(),
        Value::Real(value) => *value,
        _ => 0.0,
    }
}

fn negate(value: &Value) -> Result<Value, Overflow> {
    match value {
        Value::Number(number) => {
            Ok(Value::Number(Decimal::new(number.mantissa.checked_neg().ok_or(Overflow)?, number.scale)))
        }
        Value::Real(value) => real(-value),
        Value::Period(period) => reversed(*period).map(Value::Period),
        _ => Ok(Value::Null),
    }
}

fn difference(left: i32, right: i32) -> Result<Value, Overflow> {
    Ok(Value::integer(i64::from(left) - i64::from(right)))
}

fn added(left: Period, right: Period) -> Result<Value, Overflow> {
    let months = left.months.checked_add(right.months).ok_or(Overflow)?;
    let days = left.days.checked_add(right.days).ok_or(Overflow)?;
    Ok(Value::Period(Period { months, days }))
}

fn reversed(period: Period) -> Result<Period, Overflow> {
    Ok(Period {
        months: period.months.checked_neg().ok_or(Overflow)?,
        days: period.days.checked_neg().ok_or(Overflow)?,
    })
}

fn times(period: Period, number: Decimal) -> Result<Value, Overflow> {
    let count = small(number)?;
    let months = period.months.checked_mul(count).ok_or(Overflow)?;
    let days = period.days.checked_mul(count).ok_or(Overflow)?;
    Ok(Value::Period(Period { months, days }))
}

/// A whole number that fits a calendar.
fn small(number: Decimal) -> Result<i32, Overflow> {
    number.rescale(0).and_then(|number| i32::try_from(number.mantissa).ok()).ok_or(Overflow)
}

fn later_year(year: Year, years: i32) -> Result<Value, Overflow> {
    let year = year.0.checked_add(years).filter(|year| year.abs() <= MAX_MONTHS / 12);
    year.map(|year| Value::Year(Year(year))).ok_or(Overflow)
}

/// A day moves months first (clamped to the month's end), then days; a month only by whole months.
fn moved_by(value: &Value, period: Period) -> Result<Value, Overflow> {
    if period.months.saturating_abs() > MAX_MONTHS || period.days.saturating_abs() > MAX_DAYS {
        return Err(Overflow);
    }
    match value {
        Value::Day(day) => {
            let day = period.after(*day);
            if day.0.saturating_abs() <= MAX_DAYS { Ok(Value::Day(day)) } else { Err(Overflow) }
        }
        Value::Month(month) if period.days == 0 => {
            let month = month.0.checked_add(period.months).filter(|month| month.abs() <= MAX_MONTHS);
            month.map(|month| Value::Month(Month(month))).ok_or(Overflow)
        }
        _ => Ok(Value::Null),
    }
}

/// `%` is any text, `_` any one character; nothing is escaped.
fn like(text: &str, pattern: &str) -> bool {
    let (text, pattern): (Vec<char>, Vec<char>) = (text.chars().collect(), pattern.chars().collect());
    let (mut at, mut in_pattern) = (0, 0);
    // Where to go on when the characters after the last `%` do not fit: one character more goes to it.
    let mut last: Option<(usize, usize)> = None;
    while at < text.len() {
        match pattern.get(in_pattern) {
            Some('%') => {
                last = Some((at, in_pattern));
                in_pattern += 1;
            }
            Some(c) if *c == '_' || *c == text[at] => {
                at += 1;
                in_pattern += 1;
            }
            _ => match last {
                Some((start, percent)) => {
                    last = Some((start + 1, percent));
                    at = start + 1;
                    in_pattern = percent + 1;
                }
                None => return false,
            },
        }
    }
    pattern[in_pattern..].iter().all(|c| *c == '%')
}
