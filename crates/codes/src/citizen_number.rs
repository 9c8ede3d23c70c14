//! Citizen numbers (GB 11643-1999): 6 digits of region, 8 of birth date, 3 of sequence, a check digit.

use types::{CodeKind, Day, Text};

use crate::destroyed::is_scientific;
use crate::normalise::{ends_shown, normalise};
use crate::{Code, CodeError, CodeErrorKind, looks_destroyed};

/// `code(citizen_number)`.
pub(crate) fn code() -> Code {
    Code {
        kind: CodeKind("citizen_number"),
        title: Text::new("公民身份号码", "citizen number"),
        check,
        mask,
        exists_from: birth_day,
    }
}

/// Weights of the first 17 digits, from the left.
const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
/// The check digit for each remainder modulo 11.
const CHECK_DIGITS: [char; 11] = ['1', '0', 'X', '9', '8', '7', '6', '5', '4', '3', '2'];
/// Sequences of 15-digit numbers kept for people over a hundred: their century is 1800, or unknown (semantics section 7).
const CENTENARIANS: [&str; 4] = ["996", "997", "998", "999"];
/// No living or recorded person is born before it, nor after the other.
const YEARS: std::ops::RangeInclusive<i32> = 1800..=2100;

/// The check digit of 17 digits; `None` when `digits` is not 17 ASCII digits.
#[must_use]
pub fn check_digit(digits: &str) -> Option<char> {
    if digits.len() != 17 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let sum: u32 = digits.bytes().zip(WEIGHTS).map(|(byte, weight)| u32::from(byte - b'0') * weight).sum();
    CHECK_DIGITS.get((sum % 11) as usize).copied()
}

/// The 18-character canonical form.
///
/// # Errors
/// See [`CodeErrorKind`]; numbers a spreadsheet rounded are never repaired.
pub fn check(text: &str) -> Result<String, CodeError> {
    let number = normalise(text);
    if is_scientific(&number) {
        return Err(CodeError::destroyed());
    }
    let body = number.strip_suffix('X').unwrap_or(&number);
    if number.is_empty() || !body.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(CodeError::new(
            CodeErrorKind::Characters,
            "只能是数字，最后一位可以是 X",
            "only digits may stand here, and an X at the end",
        ));
    }
    let number = match (number.len(), body.len()) {
        (18, _) => number,
        (15, 15) => eighteen(&number)?,
        (length, _) => {
            return Err(CodeError::new(
                CodeErrorKind::Length,
                format!("应为 18 位（旧号 15 位），现有 {length} 位"),
                format!("18 characters are needed (15 in old numbers), there are {length}"),
            ));
        }
    };
    if check_digit(&number[..17]) != number.chars().last() {
        return Err(if looks_destroyed(&number) {
            CodeError::destroyed()
        } else {
            CodeError::new(CodeErrorKind::CheckDigit, "校验码不对", "the check digit is wrong")
        });
    }
    if number.starts_with('0') {
        return Err(CodeError::new(CodeErrorKind::Region, "行政区划不能以 0 开头", "no region begins with 0"));
    }
    if birth(&number).is_none() {
        return Err(CodeError::new(
            CodeErrorKind::Date,
            "第 7 至 14 位不是合理的出生日期",
            "characters 7 to 14 are not a possible date of birth",
        ));
    }
    Ok(number)
}

/// First 2 and last 3 characters, `*` between, as county orders print them; anything shorter than an old number is hidden whole.
/// An old number shows as its 18-character form.
#[must_use]
pub fn mask(text: &str) -> String {
    let text = check(text).unwrap_or_else(|_| normalise(text));
    ends_shown(&text, 15, 2, 3)
}

/// The day of birth written in a valid number.
#[must_use]
pub fn birth_day(text: &str) -> Option<Day> {
    birth(&check(text).ok()?)
}

fn birth(number: &str) -> Option<Day> {
    let part = |range: std::ops::Range<usize>| number.get(range)?.parse::<i32>().ok();
    let (year, month, day) = (part(6..10)?, part(10..12)?, part(12..14)?);
    YEARS.contains(&year).then(|| Day::new(year, month, day))?
}

/// A 15-digit number with its century and check digit.
fn eighteen(number: &str) -> Result<String, CodeError> {
    if CENTENARIANS.contains(&&number[12..]) {
        return Err(CodeError::new(
            CodeErrorKind::Century,
            "15 位旧号的顺序码为 996 至 999，无法确定出生世纪",
            "the century of an old number with sequence 996 to 999 cannot be told",
        ));
    }
    let digits = format!("{}19{}", &number[..6], &number[6..]);
    let check = check_digit(&digits).map(String::from).unwrap_or_default();
    Ok(digits + &check)
}

#[cfg(test)]
mod tests {
    use super::{birth_day, check, check_digit, mask};
    use crate::CodeErrorKind::{Century, Characters, CheckDigit, Date, Destroyed, Length, Region};

    /// Specimens printed in the standard and in public documentation: they are nobody's.
    const PRINTED: [&str; 3] = ["11010519491231002X", "440524188001010014", "110101202311012176"];

    fn synthetic(seventeen: &str) -> String {
        format!("{seventeen}{}", check_digit(seventeen).expect("17 digits"))
    }

    #[test]
    fn printed_specimens_are_accepted_and_any_other_last_digit_refused() {
        for number in PRINTED {
            assert_eq!(check(number).as_deref(), Ok(number));
            for last in "0123456789X".chars().filter(|last| !number.ends_with(*last)) {
                assert!(check(&format!("{}{last}", &number[..17])).is_err(), "{number} {last}");
            }
        }
    }

    #[test]
    fn typing_habits_are_normalised() {
        for text in [" 11010519491231002x ", "１１０１０５１９４９１２３１００２Ｘ", "　11010519491231002ｘ\t"]
        {
            assert_eq!(check(text).as_deref(), Ok("11010519491231002X"), "{text}");
        }
    }

    #[test]
    fn old_numbers_get_their_century() {
        assert_eq!(check("110105491231002").as_deref(), Ok("11010519491231002X"));
        assert_eq!(check("990101900101123"), Ok(synthetic("99010119900101123")));
        for sequence in ["996", "997", "998", "999"] {
            assert_eq!(check(&format!("990101900101{sequence}")).expect_err(sequence).kind, Century);
        }
        assert!(check("990101900101995").is_ok());
    }

    #[test]
    fn each_error_has_its_kind() {
        for (text, kind) in [
            ("", Characters),
            ("甲乙丙", Characters),
            ("X10105194912310021", Characters),
            ("11010519491231002-", Characters),
            ("1101051949123100", Length),
            ("11010549123100X", Length),
            ("11010519491231002XX", Characters),
            ("110105194912310021", CheckDigit),
            ("1.10105E+17", Destroyed),
            ("110105194912310000", Destroyed),
            ("990101991331123", Date),
        ] {
            assert_eq!(check(text).expect_err(text).kind, kind, "{text}");
        }
        for (digits, kind) in [
            ("99010120230229001", Date),
            ("99010121010101001", Date),
            ("99010117991231001", Date),
            ("99010119901301001", Date),
            ("09010119900101001", Region),
        ] {
            assert_eq!(check(&synthetic(digits)).expect_err(digits).kind, kind, "{digits}");
        }
        assert!(check(&synthetic("99010120240229001")).is_ok());
    }

    #[test]
    fn the_mask_keeps_two_and_three() {
        assert_eq!(mask("350000199001010123"), "35*************123");
        assert_eq!(mask("11010519491231002x"), "11*************02X");
        assert_eq!(mask("990101900101"), "************");
        assert_eq!(mask("张三"), "**");
        assert_eq!(mask(""), "");
    }

    #[test]
    fn the_bearer_exists_from_birth() {
        assert_eq!(birth_day("11010519491231002X").map(|day| day.to_string()).as_deref(), Some("1949-12-31"));
        assert_eq!(birth_day("110105194912310021"), None);
    }
}
