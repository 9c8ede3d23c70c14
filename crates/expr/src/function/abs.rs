//! `abs(number)`: the number without its sign.

use types::{Decimal, Text, Value};

use super::Definition;
use crate::Overflow;
use crate::check::typing::Mismatch;

pub(super) static DEFINITION: Definition = Definition {
    word: "abs",
    summary: || Text::new("绝对值", "the number without its sign"),
    least: 1,
    most: Some(1),
    ty: |arguments| {
        let ty = arguments[0].ty;
        if ty.is_numeric() { Ok(ty) } else { Err(Mismatch::argument(0, ty, "数值", "a number")) }
    },
    evaluate: |values| match &values[0] {
        Value::Number(number) => {
            Ok(Value::Number(Decimal::new(number.mantissa.checked_abs().ok_or(Overflow)?, number.scale)))
        }
        Value::Real(value) => Ok(Value::Real(value.abs())),
        _ => Ok(Value::Null),
    },
};
