//! Organisation codes (GB 11714): 8 digits or capital letters and a check character; positions 9 to 17 of a unified social credit code.

use types::{CodeKind, Text};

use crate::destroyed::is_scientific;
use crate::normalise::{ends_shown, normalise_upper, without_strokes};
use crate::{Code, CodeError, CodeErrorKind};

/// `code(organisation_code)`.
pub(crate) fn code() -> Code {
    Code {
        kind: CodeKind("organisation_code"),
        title: Text::new("组织机构代码", "organisation code"),
        check,
        mask,
        exists_from: |_| None,
    }
}

const WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];

/// The check character of the first 8; `None` when they are not 8 digits or capital letters.
#[must_use]
pub fn check_character(body: &str) -> Option<char> {
    if body.len() != WEIGHTS.len() {
        return None;
    }
    let mut sum = 0;
    for (character, weight) in body.chars().zip(WEIGHTS) {
        if character.is_ascii_lowercase() {
            return None;
        }
        sum += character.to_digit(36)? * weight;
    }
    match 11 - sum % 11 {
        10 => Some('X'),
        11 => Some('0'),
        digit => char::from_digit(digit, 10),
    }
}

/// The 9-character canonical form, without the stroke that is printed before the check character.
///
/// # Errors
/// See [`CodeErrorKind`].
pub fn check(text: &str) -> Result<String, CodeError> {
    let code = without_strokes(&normalise_upper(text));
    // `E` is one of its letters: only what a spreadsheet writes is destroyed.
    if is_scientific(&code) && code.contains(['.', '+']) {
        return Err(CodeError::destroyed());
    }
    if code.is_empty() || !code.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase()) {
        return Err(CodeError::new(
            CodeErrorKind::Characters,
            "只能是数字和大写字母",
            "only digits and capital letters may stand here",
        ));
    }
    if code.len() != 9 {
        return Err(CodeError::new(
            CodeErrorKind::Length,
            format!("应为 9 位，现有 {} 位", code.len()),
            format!("9 characters are needed, there are {}", code.len()),
        ));
    }
    if check_character(&code[..8]) != code.chars().last() {
        return Err(CodeError::new(CodeErrorKind::CheckDigit, "校验码不对", "the check character is wrong"));
    }
    Ok(code)
}

/// First 2 and last 3 characters.
#[must_use]
pub fn mask(text: &str) -> String {
    ends_shown(&check(text).unwrap_or_else(|_| normalise_upper(text)), 9, 2, 3)
}

#[cfg(test)]
mod tests {
    use super::{check, check_character, mask};
    use crate::CodeErrorKind::{Characters, CheckDigit, Destroyed, Length};

    #[test]
    fn check_characters_are_those_of_the_standard() {
        // Source: domain.md 1.1; the last by hand: 1*3 = 3, 11 - 3 = 8.
        for (body, check) in [("M000100Y", '4'), ("40000988", '0'), ("10000000", '8')] {
            assert_eq!(check_character(body), Some(check), "{body}");
        }
        assert_eq!(check_character("m000100y"), None);
        assert_eq!(check_character("4000098"), None);
    }

    #[test]
    fn each_error_has_its_kind() {
        assert_eq!(check(" m000100y-4 ").as_deref(), Ok("M000100Y4"));
        assert_eq!(check("40000988－0").as_deref(), Ok("400009880"));
        for (text, kind) in [
            ("", Characters),
            ("M000100某4", Characters),
            ("M000100Y", Length),
            ("M000100Y5", CheckDigit),
            ("4.00E+08", Destroyed),
        ] {
            assert_eq!(check(text).expect_err(text).kind, kind, "{text}");
        }
    }

    #[test]
    fn a_tenth_check_is_an_x() {
        let body = (10_000_000..10_000_100).map(|body: u32| body.to_string());
        let code = body.map(|body| (check_character(&body), body)).find(|(check, _)| *check == Some('X'));
        let (_, body) = code.expect("one in eleven has it");
        assert!(check(&format!("{body}X")).is_ok() && check(&format!("{body}x")).is_ok());
        assert_eq!(mask("M000100Y4"), "M0****0Y4");
    }
}
