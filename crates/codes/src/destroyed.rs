//! Long numbers that went through a spreadsheet cell: 15 digits are left, the rest became zeros or an exponent.

use crate::citizen_number;
use crate::normalise::normalise;

/// Whether `text` is a long number as a spreadsheet leaves it: scientific notation (`1.10105E+17`), or 18 digits ending in 000
/// whose check digit is wrong.
#[must_use]
pub fn looks_destroyed(text: &str) -> bool {
    let text = normalise(text);
    is_scientific(&text) || is_rounded(&text)
}

/// `1.10105E+17`, `1E17`, `1.10105e+17`; `text` is normalised.
pub(crate) fn is_scientific(text: &str) -> bool {
    let Some((number, exponent)) = text.split_once(['E', 'e']) else { return false };
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    let exponent = exponent.strip_prefix('+').unwrap_or(exponent);
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    digits(whole) && digits(fraction) && digits(exponent) && exponent.len() <= 3
}

/// 18 digits, the last three 0, and not a number whose check digit happens to be 0.
fn is_rounded(text: &str) -> bool {
    text.len() == 18
        && text.bytes().all(|byte| byte.is_ascii_digit())
        && text.ends_with("000")
        && citizen_number::check_digit(&text[..17]) != Some('0')
}

#[cfg(test)]
mod tests {
    use super::looks_destroyed;

    #[test]
    fn what_a_spreadsheet_leaves_is_recognised() {
        for text in
            ["1.10105E+17", "9.90101E+17", "9.9e17", " 9.90101Ｅ＋17 ", "990101199001011000", "440524188001010000"]
        {
            assert!(looks_destroyed(text), "{text}");
        }
        for text in [
            "",
            "E",
            "1E",
            "E17",
            "990101199001011234",
            "990101",
            "99010119900101000",
            "甲E+17",
            "1.E+17",
            "2026-01-01",
        ] {
            assert!(!looks_destroyed(text), "{text}");
        }
    }

    #[test]
    fn a_number_that_really_ends_in_000_is_kept() {
        let number = (10..1000)
            .map(|serial| format!("990101{:04}010{serial:03}0", 1900 + serial % 100))
            .map(|digits| format!("{}00", &digits[..15]))
            .find(|digits| crate::citizen_number::check_digit(digits) == Some('0'))
            .expect("one in eleven has it");
        assert!(!looks_destroyed(&format!("{number}0")));
    }
}
