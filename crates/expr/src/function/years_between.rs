//! `years_between(from, to)`: whole years, as an age is counted; a birthday on 29 February turns on 1 March.

use types::{Text, Type, Value};

use super::Definition;
use crate::check::typing;

pub(super) static DEFINITION: Definition = Definition {
    word: "years_between",
    summary: || {
        Text::new("两个日期之间的整年数（周岁）", "whole years from the first date to the second, as an age is counted")
    },
    least: 2,
    most: Some(2),
    ty: |arguments| typing::all_days(arguments).map(|()| Type::INTEGER),
    evaluate: |values| match values {
        [Value::Day(from), Value::Day(to)] => Ok(Value::integer(i64::from(from.whole_years_to(*to)))),
        _ => Ok(Value::Null),
    },
};
