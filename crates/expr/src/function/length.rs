//! `length(text)`: how many characters, not bytes: `length('甲乙')` is 2.

use types::{Text, Type, Value};

use super::Definition;
use crate::check::typing::Mismatch;

pub(super) static DEFINITION: Definition = Definition {
    word: "length",
    summary: || Text::new("文字的字数", "the number of characters of a text"),
    least: 1,
    most: Some(1),
    ty: |arguments| match arguments[0].ty {
        Type::Text | Type::Code(_) => Ok(Type::INTEGER),
        other => Err(Mismatch::argument(0, other, "文字", "text")),
    },
    evaluate: |values| match &values[0] {
        Value::Text(text) => Ok(Value::integer(i64::try_from(text.chars().count()).unwrap_or(i64::MAX))),
        _ => Ok(Value::Null),
    },
};
