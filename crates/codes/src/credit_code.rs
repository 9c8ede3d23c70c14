//! Unified social credit codes (GB 32100-2015): 2 characters of registry and kind, 6 digits of region, 9 characters of organisation
//! (see [`crate::organisation_code`]), a check character.

use types::{CodeKind, Text};

use crate::destroyed::is_scientific;
use crate::normalise::{ends_shown, normalise_upper, without_strokes};
use crate::{Code, CodeError, CodeErrorKind, organisation_code};

/// `code(credit_code)`.
pub(crate) fn code() -> Code {
    Code {
        kind: CodeKind("credit_code"),
        title: Text::new("统一社会信用代码", "unified social credit code"),
        check,
        mask,
        exists_from: |_| None,
    }
}

/// The 31 characters in the order of their values: no I, O, S, V, Z.
const ALPHABET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";
/// Weight of each of the first 17 characters: powers of 3 modulo 31.
const WEIGHTS: [usize; 17] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
/// Registries that give codes: foreign affairs and others by letter or digit, as published; other first characters are unknown.
const REGISTRIES: &str = "123456789ANY";

/// The check character of the first 17; `None` when they are not 17 characters of the alphabet.
#[must_use]
pub fn check_character(body: &str) -> Option<char> {
    if body.chars().count() != WEIGHTS.len() {
        return None;
    }
    let mut sum = 0;
    for (character, weight) in body.chars().zip(WEIGHTS) {
        sum += ALPHABET.find(character)? * weight;
    }
    ALPHABET.chars().nth((31 - sum % 31) % 31)
}

/// The 18-character canonical form, letters in upper case.
///
/// # Errors
/// See [`CodeErrorKind`]. The organisation part is held to its own check character only where the registry gives one (registries
/// that number by themselves do not all follow GB 11714).
pub fn check(text: &str) -> Result<String, CodeError> {
    let code = without_strokes(&normalise_upper(text));
    if is_scientific(&code) {
        return Err(CodeError::destroyed());
    }
    if code.is_empty() || !code.chars().all(|character| ALPHABET.contains(character)) {
        return Err(CodeError::new(
            CodeErrorKind::Characters,
            "只能是数字和大写字母，且不含 I、O、S、V、Z",
            "only digits and capital letters may stand here, without I, O, S, V, Z",
        ));
    }
    if code.len() != 18 {
        return Err(CodeError::new(
            CodeErrorKind::Length,
            format!("应为 18 位，现有 {} 位", code.len()),
            format!("18 characters are needed, there are {}", code.len()),
        ));
    }
    if check_character(&code[..17]) != code.chars().last() {
        return Err(CodeError::new(CodeErrorKind::CheckDigit, "校验码不对", "the check character is wrong"));
    }
    if !code.starts_with(|first| REGISTRIES.contains(first)) {
        return Err(CodeError::new(
            CodeErrorKind::Kind,
            "第 1 位不是登记管理部门代码",
            "the first character is no registry",
        ));
    }
    if !code[2..8].bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(CodeError::new(
            CodeErrorKind::Region,
            "第 3 至 8 位应为行政区划",
            "characters 3 to 8 are not a region",
        ));
    }
    Ok(code)
}

/// The organisation part of a valid code: positions 9 to 17, in canonical form.
#[must_use]
pub fn organisation(text: &str) -> Option<String> {
    organisation_code::check(check(text).ok()?.get(8..17)?).ok()
}

/// First 2 and last 3 characters. (The codes of firms are public; a column says so with `class: open`.)
#[must_use]
pub fn mask(text: &str) -> String {
    ends_shown(&check(text).unwrap_or_else(|_| normalise_upper(text)), 18, 2, 3)
}

#[cfg(test)]
mod tests {
    use super::{ALPHABET, WEIGHTS, check, mask, organisation};
    use crate::CodeErrorKind::{Characters, CheckDigit, Destroyed, Kind, Length, Region};

    /// The first is the standard's own worked example; source: domain.md 1.1, R9 and R7.
    const PRINTED: [&str; 2] = ["91350100M000100Y43", "12100000400009880K"];

    #[test]
    fn printed_specimens_are_accepted_and_any_other_last_character_refused() {
        for code in PRINTED {
            assert_eq!(check(code).as_deref(), Ok(code));
            for last in ALPHABET.chars().filter(|last| !code.ends_with(*last)) {
                let changed = format!("{}{last}", &code[..17]);
                assert_eq!(check(&changed).expect_err(&changed).kind, CheckDigit);
            }
        }
        assert_eq!(check(" 91350100-m000100y-43 ").as_deref(), Ok(PRINTED[0]));
        assert_eq!(organisation(PRINTED[0]).as_deref(), Some("M000100Y4"));
    }

    #[test]
    fn weights_are_the_powers_of_three() {
        let mut power = 1;
        for weight in WEIGHTS {
            assert_eq!(weight, power);
            power = power * 3 % 31;
        }
    }

    #[test]
    fn each_error_has_its_kind() {
        for (text, kind) in [
            ("", Characters),
            ("91350100M000100Y4Z", Characters),
            ("91350100M000100YO3", Characters),
            ("91350100M000100Y4", Length),
            ("91350100M000100Y433", Length),
            ("9.13501E+17", Destroyed),
        ] {
            assert_eq!(check(text).expect_err(text).kind, kind, "{text}");
        }
        for (body, kind) in [("B1350100M000100Y4", Kind), ("9135010AM000100Y4", Region)] {
            let code = format!("{body}{}", super::check_character(body).expect("17 characters"));
            assert_eq!(check(&code).expect_err(&code).kind, kind, "{code}");
        }
    }

    #[test]
    fn the_mask_keeps_two_and_three() {
        assert_eq!(mask(PRINTED[0]), "91*************Y43");
        assert_eq!(mask("9135"), "****");
    }
}
