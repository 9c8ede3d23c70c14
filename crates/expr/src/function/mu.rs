//! `mu(square_metres)`: the only way from square metres to mu; exact.

use types::{Decimal, Text, Type, Unit, Value};

use super::Definition;
use crate::Overflow;
use crate::check::typing::Mismatch;
use crate::evaluate::MAX_SCALE;

/// 1 mu is 2000/3 m², so 1 m² is 0.0015 mu exactly.
const MU_PER_SQUARE_METRE: (i128, u8) = (15, 4);

pub(super) static DEFINITION: Definition = Definition {
    word: "mu",
    summary: || Text::new("平方米换算为亩（精确）", "square metres as mu, exactly"),
    least: 1,
    most: Some(1),
    ty: |arguments| match arguments[0].ty {
        Type::Number { unit: Unit::SquareMetre, scale } => {
            Ok(Type::Number { unit: Unit::Mu, scale: scale.saturating_add(MU_PER_SQUARE_METRE.1) })
        }
        other => Err(Mismatch::argument(0, other, "平方米数", "square metres")),
    },
    evaluate: |values| match &values[0] {
        Value::Number(number) => number
            .checked_mul(Decimal::new(MU_PER_SQUARE_METRE.0, MU_PER_SQUARE_METRE.1))
            .filter(|product| product.scale <= MAX_SCALE)
            .map(Value::Number)
            .ok_or(Overflow),
        _ => Ok(Value::Null),
    },
};
