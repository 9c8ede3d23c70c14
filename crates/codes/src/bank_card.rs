//! Bank cards: 16 to 19 digits, the last by Luhn's rule (ISO/IEC 7812).

use types::{CodeKind, Text};

use crate::destroyed::is_scientific;
use crate::normalise::{ends_shown, normalise, without_strokes};
use crate::{Code, CodeError, CodeErrorKind};

/// `code(bank_card)`.
pub(crate) fn code() -> Code {
    Code {
        kind: CodeKind("bank_card"), title: Text::new("银行卡号", "bank card"), check, mask, exists_from: |_| None
    }
}

/// Whether the digits of `number` follow Luhn's rule: from the right every second one doubled, the sum a multiple of 10.
#[must_use]
pub fn follows_luhn(number: &str) -> bool {
    let mut sum = 0;
    for (index, byte) in number.bytes().rev().enumerate() {
        if !byte.is_ascii_digit() {
            return false;
        }
        let digit = u32::from(byte - b'0') * if index % 2 == 1 { 2 } else { 1 };
        sum += if digit > 9 { digit - 9 } else { digit };
    }
    !number.is_empty() && sum % 10 == 0
}

/// The canonical form: digits alone, without the blanks or strokes between groups of four.
///
/// # Errors
/// See [`CodeErrorKind`]; numbers a spreadsheet rounded are never repaired.
pub fn check(text: &str) -> Result<String, CodeError> {
    let number = without_strokes(&normalise(text));
    if is_scientific(&number) {
        return Err(CodeError::destroyed());
    }
    if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(CodeError::new(CodeErrorKind::Characters, "只能是数字", "only digits may stand here"));
    }
    if !(16..=19).contains(&number.len()) {
        return Err(CodeError::new(
            CodeErrorKind::Length,
            format!("应为 16 至 19 位，现有 {} 位", number.len()),
            format!("16 to 19 digits are needed, there are {}", number.len()),
        ));
    }
    if !follows_luhn(&number) {
        // Of 16 digits a spreadsheet loses one, of 19 four.
        return Err(if number.ends_with(&"0".repeat(number.len() - 15)) {
            CodeError::destroyed()
        } else {
            CodeError::new(CodeErrorKind::CheckDigit, "校验位不对", "the check digit is wrong")
        });
    }
    Ok(number)
}

/// The last 4 digits.
#[must_use]
pub fn mask(text: &str) -> String {
    ends_shown(&check(text).unwrap_or_else(|_| normalise(text)), 16, 0, 4)
}

#[cfg(test)]
mod tests {
    use super::{check, mask};
    use crate::CodeErrorKind::{Characters, CheckDigit, Destroyed, Length};

    /// Source: domain.md 1.1. The second is the test number of card schemes.
    const PRINTED: [&str; 2] = ["6228480402564890018", "4111111111111111"];

    #[test]
    fn printed_specimens_are_accepted_and_any_other_last_digit_refused() {
        for number in PRINTED {
            assert_eq!(check(number).as_deref(), Ok(number));
            for last in ('0'..='9').filter(|last| !number.ends_with(*last)) {
                assert!(check(&format!("{}{last}", &number[..number.len() - 1])).is_err(), "{number} {last}");
            }
        }
        assert_eq!(check("6228 4804 0256 4890 018").as_deref(), Ok(PRINTED[0]));
        assert_eq!(check("４１１１-1111-1111-1111").as_deref(), Ok(PRINTED[1]));
    }

    #[test]
    fn each_error_has_its_kind() {
        for (text, kind) in [
            ("", Characters),
            ("622848X402564890018", Characters),
            ("411111111111111", Length),
            ("62284804025648900180", Length),
            ("6228480402564890017", CheckDigit),
            ("6.22848E+18", Destroyed),
            ("6228480402564880000", Destroyed),
        ] {
            assert_eq!(check(text).expect_err(text).kind, kind, "{text}");
        }
    }

    #[test]
    fn the_mask_keeps_the_last_four() {
        assert_eq!(mask("6228 4804 0256 4890 018"), "***************0018");
        assert_eq!(mask("62284804"), "********");
    }
}
