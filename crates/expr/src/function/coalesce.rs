//! `coalesce(a, b, …)`: the first that is not NULL. It does not make an uncovered value covered (semantics section 5).

use types::{Text, Value};

use super::Definition;
use crate::check::typing;

pub(super) static DEFINITION: Definition = Definition {
    word: "coalesce",
    summary: || Text::new("第一个非空的值", "the first value that is not NULL"),
    least: 1,
    most: None,
    ty: typing::common,
    evaluate: |values| Ok(values.iter().find(|value| !value.is_null()).cloned().unwrap_or(Value::Null)),
};
