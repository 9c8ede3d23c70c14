//! Words for types and classes, and values read from their text.

use types::{Class, CodeKind, Day, Decimal, Month, Period, Text, Type, Value, Year};

use crate::code;
use crate::finding::Findings;
use crate::raw::At;
use crate::raw::fields;
use crate::raw::yaml::Node;

const WORDS: [&str; 10] =
    ["text", "bool", "integer", "money", "area", "square_metres", "ratio", "date", "month", "year"];

/// The type of place codes.
pub(crate) const PLACE: Type = Type::Code(CodeKind("place"));

/// The type a pack writes as `word`.
pub(crate) fn parse_type(word: &str) -> Option<Type> {
    Some(match word {
        "text" => Type::Text,
        "bool" => Type::Bool,
        "integer" => Type::INTEGER,
        "money" => Type::MONEY,
        "area" => Type::AREA,
        "square_metres" => Type::SQUARE_METRES,
        "ratio" => Type::RATIO,
        "date" => Type::Day,
        "month" => Type::Month,
        "year" => Type::Year,
        "period" => Type::Period,
        other => Type::Code(codes::code(other.strip_prefix("code(")?.strip_suffix(')')?.trim())?.kind),
    })
}

/// A type word, or its finding.
pub(crate) fn read_type(node: &Node, file: usize, findings: &mut Findings) -> Option<At<Type>> {
    let text = fields::text(node, file, findings)?;
    if let Some(ty) = parse_type(&text.value) {
        return Some(At { value: ty, at: text.at });
    }
    let mut words: Vec<String> = WORDS.iter().map(|word| (*word).to_owned()).collect();
    words.push("period".into());
    words.extend(codes::codes().map(|code| format!("code({})", code.kind.0)));
    let quoted: Vec<_> = words.iter().map(|word| format!("`{word}`")).collect();
    findings
        .error(
            code::UNKNOWN_TYPE,
            text.at,
            format!("未知的类型 `{}`", text.value),
            format!("unknown type `{}`", text.value),
        )
        .hint(format!("可以写：{}", quoted.join("、")), format!("one of {}", quoted.join(", ")))
        .did_you_mean(&text.value, &words);
    None
}

/// `open`, `internal`, `sensitive`, `secret`.
pub(crate) fn read_class(node: &Node, file: usize, findings: &mut Findings) -> Option<Class> {
    fields::word(node, file, findings, Class::parse, &["open", "internal", "sensitive", "secret"])
        .map(|class| class.value)
}

/// The value of type `ty` written as `text`; numbers from their digits, at the type's scale.
///
/// # Errors
/// What the text should look like.
pub(crate) fn parse_value(text: &str, ty: Type) -> Result<Value, Text> {
    let text = text.trim();
    let expected = |zh: &str, en: &str| Text::new(zh, en);
    match ty {
        Type::Bool => match text {
            "true" => Ok(Value::Bool(true)),
            "false" => Ok(Value::Bool(false)),
            _ => Err(expected("应为 `true` 或 `false`", "it should be `true` or `false`")),
        },
        Type::Number { scale, .. } => {
            let number = Decimal::parse(text).ok_or_else(|| {
                expected("应为数字，不带逗号和单位", "it should be a number without separators and units")
            })?;
            let number = number.rescale(scale).filter(|number| i64::try_from(number.mantissa).is_ok());
            number.map(Value::Number).ok_or_else(|| {
                Text::new(
                    format!("最多 {scale} 位小数，且不能太大"),
                    format!("it may have at most {scale} decimals, and not be too large"),
                )
            })
        }
        Type::Real { .. } => {
            let number = Decimal::parse(text).ok_or_else(|| expected("应为数字", "it should be a number"))?;
            Ok(Value::Real(number.to_f64()))
        }
        Type::Text => Ok(Value::text(text)),
        Type::Code(kind) => match codes::code(kind.0) {
            Some(code) => code.check(text).map(|canonical| Value::text(&canonical)).map_err(|error| error.message),
            None => Ok(Value::text(text)),
        },
        Type::Day => Day::parse(text)
            .map(Value::Day)
            .ok_or_else(|| expected("应为 `2026-05-31` 形式的日期", "it should be a date like `2026-05-31`")),
        Type::Month => Month::parse(text)
            .map(Value::Month)
            .ok_or_else(|| expected("应为 `2026-05` 形式的月份", "it should be a month like `2026-05`")),
        Type::Year => Year::parse(text)
            .map(Value::Year)
            .ok_or_else(|| expected("应为四位年份", "it should be a year like `2026`")),
        Type::Period => Period::parse(text).map(Value::Period).ok_or_else(|| {
            expected("应为 `30 days`、`1 month` 形式的时长", "it should be a period like `30 days` or `1 month`")
        }),
    }
}
