//! Exact decimal numbers: an integer and how many of its digits stand after the point.

use std::cmp::Ordering;
use std::fmt;

/// `mantissa / 10^scale`. Money is scale 2 (fen), mu scale 3, ratio scale 6; never a float (semantics section 9).
///
/// Equality, order and hash are by value, whatever the scale: `1.0 == 1.00`.
#[derive(Clone, Copy, Debug)]
pub struct Decimal {
    /// The digits, as an integer.
    pub mantissa: i128,
    /// How many of them stand after the point.
    pub scale: u8,
}

const MAX_SCALE: u8 = 18;

fn power_of_ten(exponent: u8) -> i128 {
    10_i128.pow(u32::from(exponent))
}

impl Decimal {
    /// `mantissa / 10^scale`.
    #[must_use]
    pub fn new(mantissa: i128, scale: u8) -> Self {
        Self { mantissa, scale }
    }

    /// A whole number.
    #[must_use]
    pub fn integer(value: i64) -> Self {
        Self::new(i128::from(value), 0)
    }

    /// Reads `-12.50` from its text: optional sign, digits, optional point and up to 18 digits. No exponent, no separators.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (negative, digits) = match text.as_bytes().first()? {
            b'-' => (true, &text[1..]),
            b'+' => (false, &text[1..]),
            _ => (false, text),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        if (whole.is_empty() && fraction.is_empty())
            || (digits.contains('.') && fraction.is_empty())
            || fraction.len() > usize::from(MAX_SCALE)
            || !whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit())
        {
            return None;
        }
        let mut mantissa: i128 = 0;
        for byte in whole.bytes().chain(fraction.bytes()) {
            mantissa = mantissa.checked_mul(10)?.checked_add(i128::from(byte - b'0'))?;
        }
        let scale = u8::try_from(fraction.len()).ok()?;
        Some(Self::new(if negative { -mantissa } else { mantissa }, scale))
    }

    /// The same value at another scale; `None` when digits would be lost or the number is too large.
    #[must_use]
    pub fn rescale(self, scale: u8) -> Option<Self> {
        if scale >= self.scale {
            let mantissa = self.mantissa.checked_mul(10_i128.checked_pow(u32::from(scale - self.scale))?)?;
            Some(Self::new(mantissa, scale))
        } else {
            let divisor = 10_i128.checked_pow(u32::from(self.scale - scale))?;
            (self.mantissa % divisor == 0).then(|| Self::new(self.mantissa / divisor, scale))
        }
    }

    /// At `scale`, what is left over rounded half away from zero; `None` when the number is too large.
    #[must_use]
    pub fn round(self, scale: u8) -> Option<Self> {
        if scale >= self.scale {
            return self.rescale(scale);
        }
        let divisor = 10_i128.checked_pow(u32::from(self.scale - scale))?;
        let (whole, left) = (self.mantissa / divisor, self.mantissa % divisor);
        // No doubling: it could overflow.
        let is_up = left.unsigned_abs() >= divisor.unsigned_abs().div_ceil(2);
        Some(Self::new(if is_up { whole + left.signum() } else { whole }, scale))
    }

    /// Both numbers at the larger of their scales.
    fn aligned(self, other: Self) -> Option<(i128, i128, u8)> {
        let scale = self.scale.max(other.scale);
        Some((self.rescale(scale)?.mantissa, other.rescale(scale)?.mantissa, scale))
    }

    /// Exact sum; `None` on overflow.
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        let (left, right, scale) = self.aligned(other)?;
        Some(Self::new(left.checked_add(right)?, scale))
    }

    /// Exact difference; `None` on overflow.
    #[must_use]
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.checked_add(Self::new(other.mantissa.checked_neg()?, other.scale))
    }

    /// Exact product, scales added; `None` on overflow.
    #[must_use]
    pub fn checked_mul(self, other: Self) -> Option<Self> {
        Some(Self::new(self.mantissa.checked_mul(other.mantissa)?, self.scale.checked_add(other.scale)?))
    }

    /// One f64 division of the two integers (semantics section 9); `None` when `other` is zero.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "the one place where an exact number becomes a float")]
    pub fn divide(self, other: Self) -> Option<f64> {
        let (left, right, _) = self.aligned(other)?;
        (right != 0).then(|| left as f64 / right as f64)
    }

    /// As a float, for averages and distances only.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "the one place where an exact number becomes a float")]
    pub fn to_f64(self) -> f64 {
        self.mantissa as f64 / power_of_ten(self.scale) as f64
    }

    /// Without trailing zeros after the point.
    #[must_use]
    pub fn normalised(self) -> Self {
        let mut value = self;
        while value.scale > 0 && value.mantissa % 10 == 0 {
            value = Self::new(value.mantissa / 10, value.scale - 1);
        }
        value
    }
}

impl PartialEq for Decimal {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}
impl Eq for Decimal {}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        if let Some((left, right, _)) = self.aligned(*other) {
            return left.cmp(&right);
        }
        // Too large to align: the whole parts differ, or the signs do.
        let whole = |value: &Self| value.mantissa.div_euclid(power_of_ten(value.scale));
        whole(self).cmp(&whole(other))
    }
}

impl std::hash::Hash for Decimal {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        let value = self.normalised();
        (value.mantissa, value.scale).hash(state);
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.mantissa < 0 { "-" } else { "" };
        let digits = self.mantissa.unsigned_abs();
        let unit = power_of_ten(self.scale).unsigned_abs();
        if self.scale == 0 {
            write!(f, "{sign}{digits}")
        } else {
            write!(f, "{sign}{}.{:0width$}", digits / unit, digits % unit, width = usize::from(self.scale))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Decimal;

    #[test]
    fn text_is_read_exactly() {
        for (text, mantissa, scale) in
            [("20000", 20000, 0), ("19999.99", 1_999_999, 2), ("-0.10", -10, 2), (".5", 5, 1), ("+7", 7, 0)]
        {
            let value = Decimal::parse(text).expect(text);
            assert_eq!((value.mantissa, value.scale), (mantissa, scale), "{text}");
        }
        for text in ["", "-", ".", "1.", "1e5", "1,000", "１", "0x1", "1.2.3", " 1"] {
            assert!(Decimal::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn rounding_is_half_away_from_zero() {
        for (text, scale, rounded) in [
            ("0.005", 2, "0.01"),
            ("0.0049999", 2, "0.00"),
            ("-0.005", 2, "-0.01"),
            ("-0.004", 2, "0.00"),
            ("12.345", 2, "12.35"),
            ("2.5", 0, "3"),
            ("-2.5", 0, "-3"),
            ("7", 2, "7.00"),
        ] {
            let value = Decimal::parse(text).expect(text).round(scale).expect(text);
            assert_eq!(value.to_string(), rounded, "{text}");
        }
    }

    #[test]
    fn arithmetic_is_exact() {
        let value = |text| Decimal::parse(text).expect(text);
        assert_eq!(value("0.1").checked_add(value("0.20")), Some(value("0.3")));
        assert_eq!(value("0.1").checked_mul(value("500")), Some(value("50")));
        assert!(value("19999.99") < value("20000"));
        assert_eq!(value("1").divide(value("0")), None);
        assert_eq!(value("-0.05").to_string(), "-0.05");
    }
}
