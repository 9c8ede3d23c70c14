//! `greatest(a, b, …)`: the largest of its arguments; NULL if any of them is NULL, so that a missing value never decides in silence.

use types::{Text, Value};

use super::Definition;
use crate::check::typing;

pub(super) static DEFINITION: Definition = Definition {
    word: "greatest",
    summary: || Text::new("最大的值；任一为空则为空", "the largest value, NULL if any is NULL"),
    least: 1,
    most: None,
    ty: typing::common_ordered,
    evaluate: |values| {
        let mut best = &values[0];
        for value in values {
            match value.order(best) {
                Some(std::cmp::Ordering::Greater) => best = value,
                Some(_) => {}
                None => return Ok(Value::Null),
            }
        }
        Ok(best.clone())
    },
};
