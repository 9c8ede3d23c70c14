//! Typed numbers -> exact numbers at a column's scale.

use types::{Decimal, RefusalCode, Unit};

use crate::cell;

/// Below this, a double and its shortest decimal text of as many digits are one: 15 digits always survive.
const EXACT: f64 = 1e15;

/// A whole number.
pub(crate) fn of_integer(value: impl TryInto<i64>, scale: u8) -> Result<i64, RefusalCode> {
    let value: i64 = value.try_into().map_err(|_| RefusalCode::NumberOutOfRange)?;
    10_i64.checked_pow(u32::from(scale)).and_then(|unit| value.checked_mul(unit)).ok_or(RefusalCode::NumberOutOfRange)
}

/// A decimal with `from` digits after its point (negative: so many zeros before it).
pub(crate) fn of_decimal(value: i128, from: i8, scale: u8) -> Result<i64, RefusalCode> {
    let number = match u8::try_from(from) {
        Ok(from) => Some(Decimal::new(value, from)),
        Err(_) => 10_i128
            .checked_pow(u32::from(from.unsigned_abs()))
            .and_then(|unit| value.checked_mul(unit))
            .map(|value| Decimal::new(value, 0)),
    };
    // Finer decimals than there can be are only zeros, or too many.
    let number = number.map(Decimal::normalised).filter(|number| number.scale <= 18);
    number.and_then(|number| at_scale(number, scale)).ok_or(RefusalCode::NumberOutOfRange)
}

/// A double: the number whose text is the shortest that reads back as the double, if it has no more decimals than `scale`.
#[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "below 10^15 both ways are exact")]
pub(crate) fn of_double(value: f64, unit: Unit, scale: u8) -> Result<i64, RefusalCode> {
    let parts = 10_i64.pow(u32::from(scale.min(18))) as f64;
    let rounded = (value * parts).round();
    if rounded.abs() < EXACT {
        // At most 15 digits: if this decimal reads back as the double, it is the shortest that does.
        return if rounded / parts == value { Ok(rounded as i64) } else { Err(RefusalCode::NumberOutOfRange) };
    }
    of_text(&value.to_string(), unit, scale)
}

/// The text of a number.
pub(crate) fn of_text(text: &str, unit: Unit, scale: u8) -> Result<i64, RefusalCode> {
    let number = cell::number(text, unit, scale)?;
    at_scale(number, scale).ok_or(RefusalCode::NumberOutOfRange)
}

fn at_scale(number: Decimal, scale: u8) -> Option<i64> {
    i64::try_from(number.rescale(scale)?.mantissa).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use types::{RefusalCode, Unit};

    use super::{of_decimal, of_double, of_integer, of_text};

    const OUT: Result<i64, RefusalCode> = Err(RefusalCode::NumberOutOfRange);
    const WRONG: Result<i64, RefusalCode> = Err(RefusalCode::WrongType);

    #[test]
    fn doubles_are_exact_to_the_fen_or_refused() {
        for (value, expected) in [
            (0.0, Ok(0)),
            (-0.0, Ok(0)),
            (0.1, Ok(10)),
            (0.29, Ok(29)),
            (1.1, Ok(110)),
            (4_503.55, Ok(450_355)),
            (-19_999.99, Ok(-1_999_999)),
            (1.005, OUT),
            (0.1 + 0.2, OUT),
            (9_999_999_999_999.99, Ok(999_999_999_999_999)),
            (90_071_992_547_409.92, Ok(9_007_199_254_740_992)),
            (1e16, Ok(1_000_000_000_000_000_000)),
            (1e17, OUT),
            (1e300, OUT),
            (1e-300, OUT),
            (f64::NAN, WRONG),
            (f64::INFINITY, WRONG),
        ] {
            assert_eq!(of_double(value, Unit::Yuan, 2), expected, "{value}");
        }
        assert_eq!(of_double(3.0, Unit::None, 0), Ok(3));
        assert_eq!(of_double(3.5, Unit::None, 0), OUT);
    }

    #[test]
    fn whole_numbers_and_decimals() {
        assert_eq!(of_integer(7_u8, 2), Ok(700));
        assert_eq!(of_integer(i64::MIN, 0), Ok(i64::MIN));
        assert_eq!(of_integer(i64::MIN, 2), OUT);
        assert_eq!(of_integer(u64::MAX, 0), OUT);
        for (value, from, scale, expected) in [
            (12_345, 3, 2, OUT),
            (12_340, 3, 2, Ok(1_234)),
            (5, -3, 2, Ok(500_000)),
            (i128::MAX, 0, 2, OUT),
            (10_i128.pow(37), 37, 2, Ok(100)),
            (1, 30, 2, OUT),
            (0, 30, 2, Ok(0)),
        ] {
            assert_eq!(of_decimal(value, from, scale), expected, "{value} {from} {scale}");
        }
    }

    proptest! {
        /// The short way and the text say the same of every double.
        #[test]
        fn a_double_is_what_its_text_is(bits in any::<u64>(), fen in -2_000_000_000_000_000_000_i64..2_000_000_000_000_000_000, scale in 0_u8..7) {
            #[expect(clippy::cast_precision_loss, reason = "any double will do")]
            for value in [f64::from_bits(bits), fen as f64 / 100.0, fen as f64 / 1_000_000.0, (fen % 1_000_000) as f64 / 1000.0] {
                let text = of_text(&value.to_string(), Unit::None, scale);
                prop_assert_eq!(of_double(value, Unit::None, scale), text, "{}", value);
            }
        }
    }
}
