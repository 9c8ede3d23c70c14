//! `round(x, n)`: x with n decimals, half away from zero; exact of an exact number, and exact from there on of a quotient.

use types::{Decimal, Text, Type, Value};

use super::Definition;
use crate::check::typing::Mismatch;
use crate::{NodeKind, Overflow};

/// Most decimals one can ask for: those of a ratio.
const MOST: u8 = 6;
/// Quotients beyond this are no amounts.
const LARGEST: f64 = 1e18;

pub(super) static DEFINITION: Definition = Definition {
    word: "round",
    summary: || {
        Text::new("四舍五入到 n 位小数（负数向远离零的方向）", "the number with n decimals, half away from zero")
    },
    least: 2,
    most: Some(2),
    ty: |arguments| {
        let unit = match arguments[0].ty {
            Type::Number { unit, .. } | Type::Real { unit } => unit,
            other => return Err(Mismatch::argument(0, other, "数值", "a number")),
        };
        let scale = match &arguments[1].kind {
            NodeKind::Literal(Value::Number(number)) if number.scale == 0 => u8::try_from(number.mantissa).ok(),
            _ => None,
        };
        match scale.filter(|scale| *scale <= MOST) {
            Some(scale) => Ok(Type::Number { unit, scale }),
            None => Err(Mismatch::argument(
                1,
                arguments[1].ty,
                "0 到 6 的整数（直接写出）",
                "a whole number from 0 to 6, written out",
            )),
        }
    },
    evaluate: |values| {
        let Value::Number(Decimal { mantissa, scale: 0 }) = &values[1] else { return Ok(Value::Null) };
        let scale = u8::try_from(*mantissa).map_err(|_| Overflow)?;
        match &values[0] {
            Value::Number(number) => number.round(scale).map(Value::Number).ok_or(Overflow),
            Value::Real(real) => {
                let steps = (real * 10_f64.powi(i32::from(scale))).round();
                if !steps.is_finite() || steps.abs() > LARGEST {
                    return Err(Overflow);
                }
                // In range, and whole.
                #[expect(clippy::cast_possible_truncation, reason = "checked above")]
                let mantissa = steps as i128;
                Ok(Value::Number(Decimal::new(mantissa, scale)))
            }
            _ => Ok(Value::Null),
        }
    },
};
