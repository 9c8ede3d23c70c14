//! `substring(text, from, n)`: n characters beginning with character `from`, the first being 1: `substring('甲乙丙', 2, 1)` is `乙`.

use types::{Text, Type, Value};

use super::Definition;
use crate::check::typing::Mismatch;

pub(super) static DEFINITION: Definition = Definition {
    word: "substring",
    summary: || {
        Text::new("文字从第几个字起的 n 个字", "n characters of a text beginning with a given one, the first being 1")
    },
    least: 3,
    most: Some(3),
    ty: |arguments| match (arguments[0].ty, arguments[1].ty, arguments[2].ty) {
        (Type::Text | Type::Code(_), Type::INTEGER, Type::INTEGER) => Ok(Type::Text),
        (Type::Text | Type::Code(_), Type::INTEGER, other) => Err(Mismatch::argument(2, other, "整数", "an integer")),
        (Type::Text | Type::Code(_), other, _) => Err(Mismatch::argument(1, other, "整数", "an integer")),
        (other, ..) => Err(Mismatch::argument(0, other, "文字", "text")),
    },
    evaluate: |values| match (&values[0], count_of(&values[1]), count_of(&values[2])) {
        (Value::Text(text), Some(from), Some(count)) => Ok(characters(text, from.saturating_sub(1), count)),
        _ => Ok(Value::Null),
    },
};

/// A whole number as a count; what is negative is 0.
pub(super) fn count_of(value: &Value) -> Option<usize> {
    match value {
        Value::Number(number) if number.scale == 0 => {
            Some(usize::try_from(number.mantissa.max(0)).unwrap_or(usize::MAX))
        }
        _ => None,
    }
}

/// `count` characters after the first `skipped`.
pub(super) fn characters(text: &str, skipped: usize, count: usize) -> Value {
    Value::text(&text.chars().skip(skipped).take(count).collect::<String>())
}
