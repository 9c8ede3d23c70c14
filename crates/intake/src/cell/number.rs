//! Exact numbers as people write them: thousands separators, currency signs, units, per cent.

use std::borrow::Cow;

use types::{Decimal, RefusalCode, Type, Unit};

/// Reads `text` (folded and trimmed) as a number of `unit` with at most `scale` decimals.
pub(crate) fn number(text: &str, unit: Unit, scale: u8) -> Result<Decimal, RefusalCode> {
    if let Some(number) = plain(text.as_bytes(), scale) {
        return Ok(number);
    }
    let (text, percent) = match text.strip_suffix('%') {
        Some(rest) if (Type::Number { unit, scale }) == Type::RATIO => (rest.trim_end(), true),
        _ => (without_unit(text, unit), false),
    };
    let text = without_separators(text).ok_or(RefusalCode::WrongType)?;
    let digits = text.strip_prefix(['-', '+']).unwrap_or(&text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if (whole.is_empty() && !digits.contains('.')) || fraction.is_empty() || !all_digits(whole) || !all_digits(fraction)
    {
        return Err(RefusalCode::WrongType);
    }
    let value = Decimal::parse(&text).ok_or(RefusalCode::NumberOutOfRange)?;
    let value = if percent { Decimal::new(value.mantissa, value.scale.saturating_add(2)) } else { value };
    let value = value.rescale(scale).ok_or(RefusalCode::NumberOutOfRange)?;
    if i64::try_from(value.mantissa).is_ok() { Ok(value) } else { Err(RefusalCode::NumberOutOfRange) }
}

/// Digits, with at most `scale` of them after a point: nearly every cell. `None` for all else, which the long way decides.
fn plain(text: &[u8], scale: u8) -> Option<Decimal> {
    /// So many digits and no more always fit, also with the zeros of any scale behind them.
    const DIGITS: usize = 20;
    let (negative, digits) = match text {
        [b'-', digits @ ..] => (true, digits),
        digits => (false, digits),
    };
    if digits.len() > DIGITS || !digits.first()?.is_ascii_digit() {
        return None;
    }
    let (mut mantissa, mut decimals) = (0_u128, None);
    for byte in digits {
        match (byte, decimals) {
            (b'.', None) => decimals = Some(0_u8),
            (b'0'..=b'9', _) => {
                mantissa = mantissa * 10 + u128::from(byte - b'0');
                decimals = decimals.map(|decimals| decimals + 1);
            }
            _ => return None,
        }
    }
    if decimals == Some(0) {
        return None;
    }
    let missing = scale.checked_sub(decimals.unwrap_or(0))?;
    let mantissa = i64::try_from(mantissa.checked_mul(10_u128.checked_pow(u32::from(missing))?)?).ok()?;
    Some(Decimal::new(i128::from(if negative { -mantissa } else { mantissa }), scale))
}

fn without_unit(text: &str, unit: Unit) -> &str {
    let suffixes: &[&str] = match unit {
        Unit::None => &[],
        Unit::Yuan => &["元", "yuan"],
        Unit::Mu => &["亩", "mu"],
        Unit::SquareMetre => &["平方米", "㎡", "m2", "m²"],
    };
    let text = if unit == Unit::Yuan { text.strip_prefix('¥').unwrap_or(text).trim_start() } else { text };
    suffixes.iter().find_map(|suffix| text.strip_suffix(suffix)).map_or(text, str::trim_end)
}

/// `1,234,567.5` without its commas; `None` when they do not stand between groups of three.
fn without_separators(text: &str) -> Option<Cow<'_, str>> {
    if !text.contains(',') {
        return Some(Cow::Borrowed(text));
    }
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let mut groups = whole.strip_prefix(['-', '+']).unwrap_or(whole).split(',');
    let first = groups.next()?;
    let whole_groups = (1..=3).contains(&first.len()) && groups.all(|group| group.len() == 3);
    (whole_groups && !fraction.contains(',')).then(|| Cow::Owned(text.replace(',', "")))
}

#[cfg(test)]
mod tests {
    use types::{RefusalCode, Unit};

    use super::number;

    #[test]
    fn numbers_are_exact_or_refused() {
        use RefusalCode::{NumberOutOfRange, WrongType};
        for (text, unit, scale, expected) in [
            ("1,234.50", Unit::Yuan, 2, Ok("1234.50")),
            ("-1,234,567", Unit::Yuan, 2, Ok("-1234567.00")),
            ("12,34", Unit::Yuan, 2, Err(WrongType)),
            ("1,2345", Unit::Yuan, 2, Err(WrongType)),
            ("1.5,000", Unit::Yuan, 2, Err(WrongType)),
            ("¥-3元", Unit::Yuan, 2, Ok("-3.00")),
            ("3.500", Unit::Yuan, 2, Ok("3.50")),
            ("0.3000000000000004", Unit::Yuan, 2, Err(NumberOutOfRange)),
            ("92233720368547758.07", Unit::Yuan, 2, Ok("92233720368547758.07")),
            ("92233720368547758.08", Unit::Yuan, 2, Err(NumberOutOfRange)),
            ("99999999999999999999999999999999999999999", Unit::Yuan, 2, Err(NumberOutOfRange)),
            ("1.0000000000000000000", Unit::None, 0, Err(NumberOutOfRange)),
            ("2.5亩", Unit::Mu, 3, Ok("2.500")),
            ("80 ㎡", Unit::SquareMetre, 2, Ok("80.00")),
            ("12.5%", Unit::None, 6, Ok("0.125000")),
            ("12%", Unit::None, 0, Err(WrongType)),
            // A share may be so written, a number of kilometres may not.
            ("12.5%", Unit::None, 3, Err(WrongType)),
            ("9.99", Unit::None, 2, Ok("9.99")),
            ("9.999", Unit::None, 2, Err(NumberOutOfRange)),
            ("12元", Unit::None, 0, Err(WrongType)),
            ("1E3", Unit::None, 0, Err(WrongType)),
            (".5", Unit::Yuan, 2, Ok("0.50")),
            ("5.", Unit::Yuan, 2, Err(WrongType)),
            ("-5.", Unit::Yuan, 2, Err(WrongType)),
            ("5.5.5", Unit::Yuan, 2, Err(WrongType)),
            ("-0.05", Unit::Yuan, 2, Ok("-0.05")),
            ("007.5", Unit::Yuan, 2, Ok("7.50")),
            ("+7", Unit::Yuan, 2, Ok("7.00")),
            ("-9223372036854775808", Unit::None, 0, Ok("-9223372036854775808")),
            ("9223372036854775807", Unit::None, 0, Ok("9223372036854775807")),
            ("9223372036854775808", Unit::None, 0, Err(NumberOutOfRange)),
            (".", Unit::Yuan, 2, Err(WrongType)),
            ("-", Unit::Yuan, 2, Err(WrongType)),
            ("--5", Unit::Yuan, 2, Err(WrongType)),
            ("元", Unit::Yuan, 2, Err(WrongType)),
        ] {
            let read = number(text, unit, scale).map(|value| value.to_string());
            assert_eq!(read.as_deref().map_err(|code| *code), expected, "{text}");
        }
    }
}
