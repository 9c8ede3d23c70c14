//! `month(day)`: the month a day lies in, so that both sides of a comparison have one grain.

use types::{Text, Type, Value};

use super::Definition;
use crate::check::typing;

pub(super) static DEFINITION: Definition = Definition {
    word: "month",
    summary: || Text::new("日期所在的月份", "the month a date lies in"),
    least: 1,
    most: Some(1),
    ty: |arguments| typing::all_days(arguments).map(|()| Type::Month),
    evaluate: |values| match &values[0] {
        Value::Day(day) => Ok(Value::Month(day.month())),
        _ => Ok(Value::Null),
    },
};
