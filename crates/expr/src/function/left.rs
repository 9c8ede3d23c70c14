//! `left(text, n)`: the first n characters, not bytes: `left('甲乙丙', 2)` is `甲乙`.

use types::{Text, Type, Value};

use super::Definition;
use super::substring::{characters, count_of};
use crate::check::typing::Mismatch;

pub(super) static DEFINITION: Definition = Definition {
    word: "left",
    summary: || Text::new("文字的前 n 个字", "the first n characters of a text"),
    least: 2,
    most: Some(2),
    ty: |arguments| match (arguments[0].ty, arguments[1].ty) {
        (Type::Text | Type::Code(_), Type::INTEGER) => Ok(Type::Text),
        (Type::Text | Type::Code(_), other) => Err(Mismatch::argument(1, other, "整数", "an integer")),
        (other, _) => Err(Mismatch::argument(0, other, "文字", "text")),
    },
    evaluate: |values| match (&values[0], count_of(&values[1])) {
        (Value::Text(text), Some(count)) => Ok(characters(text, 0, count)),
        _ => Ok(Value::Null),
    },
};
