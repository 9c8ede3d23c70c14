//! `nullif(a, b)`: `a`, but NULL where it equals `b`.

use types::{Text, Value};

use super::Definition;
use crate::Comparison;
use crate::check::typing;
use crate::evaluate::compare;

pub(super) static DEFINITION: Definition = Definition {
    word: "nullif",
    summary: || Text::new("等于第二个值时为空，否则为第一个值", "the first value, but NULL where it equals the second"),
    least: 2,
    most: Some(2),
    ty: typing::common,
    evaluate: |values| match compare(Comparison::Equal, &values[0], &values[1]) {
        Some(true) => Ok(Value::Null),
        _ => Ok(values[0].clone()),
    },
};
