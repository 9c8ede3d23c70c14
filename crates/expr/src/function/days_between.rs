//! `days_between(from, to)`: days from one date to another; negative when `to` is earlier.

use types::{Text, Type, Value};

use super::Definition;
use crate::check::typing;

pub(super) static DEFINITION: Definition = Definition {
    word: "days_between",
    summary: || {
        Text::new(
            "两个日期相差的天数，后者较早时为负",
            "days from the first date to the second, negative when it is earlier",
        )
    },
    least: 2,
    most: Some(2),
    ty: |arguments| typing::all_days(arguments).map(|()| Type::INTEGER),
    evaluate: |values| match values {
        [Value::Day(from), Value::Day(to)] => Ok(Value::integer(i64::from(to.0) - i64::from(from.0))),
        _ => Ok(Value::Null),
    },
};
