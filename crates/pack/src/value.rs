//! Words for types and classes, and values read from their text.

use types::{Band, BandEnd, Class, CodeKind, Day, Decimal, Month, Period, Text, Type, Value, Year};

use crate::code;
use crate::finding::Findings;
use crate::raw::At;
use crate::raw::fields;
use crate::raw::yaml::Node;

const WORDS: [&str; 11] =
    ["text", "bool", "integer", "number(2)", "money", "area", "square_metres", "ratio", "date", "month", "year"];

/// Most decimals of a `number(n)`; six are a ratio's.
const MOST_DECIMALS: u8 = 5;

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
        other => match argument(other, "number") {
            Some(scale) => Type::number(scale.parse().ok().filter(|scale| (1..=MOST_DECIMALS).contains(scale))?),
            None => Type::Code(codes::code(argument(other, "code")?)?.kind),
        },
    })
}

/// What stands in brackets behind `word`.
fn argument<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    text.strip_prefix(word)?.strip_prefix('(')?.strip_suffix(')').map(str::trim)
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
    let is_number = ["number", "decimal", "float", "double", "numeric"].iter().any(|word| text.value.starts_with(word));
    let draft = findings.error(
        code::UNKNOWN_TYPE,
        text.at,
        format!("未知的类型 `{}`", text.value),
        format!("unknown type `{}`", text.value),
    );
    if is_number {
        draft.hint(
            format!("小数写 `number(2)`，括号里是小数位数，1 到 {MOST_DECIMALS}；整数写 `integer`，比例写 `ratio`"),
            format!("a number with decimals is `number(2)`, 1 to {MOST_DECIMALS} of them; a whole one is `integer`, a share `ratio`"),
        );
        return None;
    }
    draft
        .hint(format!("可以写：{}", quoted.join("、")), format!("one of {}", quoted.join(", ")))
        .did_you_mean(&text.value, &words);
    None
}

/// The type of a table's key, and whether it is a band: `text`, `month`, `band(money)` …; or its finding.
pub(crate) fn read_key_type(node: &Node, file: usize, findings: &mut Findings) -> Option<(Type, bool)> {
    let text = fields::text(node, file, findings)?;
    let band = text.value.strip_prefix("band(").and_then(|rest| rest.strip_suffix(')'));
    match parse_type(band.unwrap_or(&text.value).trim()) {
        Some(ty @ (Type::Number { .. } | Type::Day | Type::Month | Type::Year)) => Some((ty, band.is_some())),
        Some(ty @ (Type::Text | Type::Code(_) | Type::Bool)) if band.is_none() => Some((ty, false)),
        _ => {
            findings
                .error(
                    code::UNKNOWN_TYPE,
                    text.at,
                    format!("`{}` 不能作表的键", text.value),
                    format!("`{}` cannot be the key of a table", text.value),
                )
                .hint(
                    "可以写 `text`、`code(place)`、`bool`、`integer`、`money`、`date`、`month`、`year` 等，或分段 `band(integer)`、`band(money)`、`band(date)` 等",
                    "one of `text`, `code(place)`, `bool`, `integer`, `money`, `date`, `month`, `year` …, or a band: `band(integer)`, `band(money)`, `band(date)` …",
                );
            None
        }
    }
}

/// A band of type `ty`: `0..<10000`, `0<..10000`, `..59`, `60..`.
///
/// # Errors
/// What it should look like.
pub(crate) fn parse_band(text: &str, ty: Type) -> Result<Band, Text> {
    let Some((from, to)) = text.split_once("..") else {
        return Err(Text::new(
            "写作 `0..<10000`：两端都包含在内，写了 `<` 的一端除外；不写的一端没有界限",
            "write it like `0..<10000`: both ends belong to it unless `<` stands beside; an end left out is no bound",
        ));
    };
    let end = |text: &str, is_closed: bool| match text.trim() {
        "" if is_closed => Ok(None),
        "" => Err(Text::new("`<` 旁边缺少数值", "there is no value beside `<`")),
        text => parse_value(text, ty).map(|value| Some(BandEnd { value, is_closed })),
    };
    let (from, to) = (from.trim(), to.trim());
    let (open_from, open_to) = (from.strip_suffix('<'), to.strip_prefix('<'));
    let band = Band {
        from: end(open_from.unwrap_or(from), open_from.is_none())?,
        to: end(open_to.unwrap_or(to), open_to.is_none())?,
    };
    if is_empty(&band) {
        return Err(Text::new("这一段里没有任何值", "nothing lies in this band"));
    }
    Ok(band)
}

fn is_empty(band: &Band) -> bool {
    let (Some(from), Some(to)) = (&band.from, &band.to) else { return false };
    if let (Some(first), Some(last)) = (first(from), last(to)) {
        return first > last;
    }
    match from.value.order(&to.value) {
        Some(std::cmp::Ordering::Equal) => !(from.is_closed && to.is_closed),
        order => order == Some(std::cmp::Ordering::Greater),
    }
}

/// Whether some value lies above all of `below` and below all of `above`. Whole numbers, days, months and years follow each other;
/// between two other numbers there is always one more.
pub(crate) fn is_gap(below: &Band, above: &Band) -> bool {
    let (Some(to), Some(from)) = (&below.to, &above.from) else { return false };
    if let (Some(last), Some(first)) = (last(to), first(from)) {
        return first > last + 1;
    }
    match to.value.order(&from.value) {
        Some(std::cmp::Ordering::Equal) => !(to.is_closed || from.is_closed),
        order => order == Some(std::cmp::Ordering::Less),
    }
}

/// The first value of a band that begins here, as a count; none where values do not follow each other.
fn first(from: &BandEnd) -> Option<i128> {
    position(&from.value).map(|value| if from.is_closed { value } else { value + 1 })
}

/// The last value of a band that ends here.
fn last(to: &BandEnd) -> Option<i128> {
    position(&to.value).map(|value| if to.is_closed { value } else { value - 1 })
}

/// Where a value stands among those that follow each other: whole numbers, days, months, years.
pub(crate) fn position(value: &Value) -> Option<i128> {
    match value {
        Value::Number(number) if number.scale == 0 => Some(number.mantissa),
        Value::Day(day) => Some(i128::from(day.0)),
        Value::Month(month) => Some(i128::from(month.0)),
        Value::Year(year) => Some(i128::from(year.0)),
        _ => None,
    }
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
pub fn parse_value(text: &str, ty: Type) -> Result<Value, Text> {
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
