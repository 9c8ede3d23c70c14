//! `year(day or month)`: the calendar year it lies in.

use types::{Text, Type, Value};

use super::Definition;
use crate::check::typing::{self, Mismatch};

pub(super) static DEFINITION: Definition = Definition {
    word: "year",
    summary: || Text::new("日期或月份所在的年份", "the year a date or a month lies in"),
    least: 1,
    most: Some(1),
    ty: |arguments| {
        if arguments[0].ty == Type::Month {
            return Ok(Type::Year);
        }
        typing::all_days(arguments)
            .map(|()| Type::Year)
            .map_err(|_| Mismatch::argument(0, arguments[0].ty, "日期或月份", "a date or a month"))
    },
    evaluate: |values| match &values[0] {
        Value::Day(day) => Ok(Value::Year(day.year())),
        Value::Month(month) => Ok(Value::Year(month.first_day().year())),
        _ => Ok(Value::Null),
    },
};
