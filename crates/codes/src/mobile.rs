//! Mobile numbers of mainland China: 11 digits, 1 and then 3 to 9; written with or without the country's +86.

use types::{CodeKind, Text};

use crate::destroyed::is_scientific;
use crate::normalise::{ends_shown, normalise, without_strokes};
use crate::{Code, CodeError, CodeErrorKind};

/// `code(mobile)`.
pub(crate) fn code() -> Code {
    Code {
        kind: CodeKind("mobile"), title: Text::new("手机号码", "mobile number"), check, mask, exists_from: |_| None
    }
}

/// The 11 digits.
///
/// # Errors
/// See [`CodeErrorKind`].
pub fn check(text: &str) -> Result<String, CodeError> {
    let written = without_strokes(&normalise(text));
    if is_scientific(&written) {
        return Err(CodeError::destroyed());
    }
    let number = written.strip_prefix("+86").or_else(|| written.strip_prefix("0086")).unwrap_or(&written);
    let number = match number.strip_prefix("86") {
        Some(rest) if number.len() == 13 => rest,
        _ => number,
    };
    if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(CodeError::new(CodeErrorKind::Characters, "只能是数字", "only digits may stand here"));
    }
    if number.len() != 11 {
        return Err(CodeError::new(
            CodeErrorKind::Length,
            format!("应为 11 位，现有 {} 位", number.len()),
            format!("11 digits are needed, there are {}", number.len()),
        ));
    }
    if !(number.starts_with('1') && matches!(number.as_bytes()[1], b'3'..=b'9')) {
        return Err(CodeError::new(
            CodeErrorKind::Kind,
            "不是手机号段（应以 13 至 19 开头）",
            "not a mobile number: those begin with 13 to 19",
        ));
    }
    Ok(number.to_owned())
}

/// First 3 and last 4 digits, as county orders print them (domain.md 3, R41).
#[must_use]
pub fn mask(text: &str) -> String {
    ends_shown(&check(text).unwrap_or_else(|_| normalise(text)), 11, 3, 4)
}

#[cfg(test)]
mod tests {
    use super::{check, mask};
    use crate::CodeErrorKind::{Characters, Destroyed, Kind, Length};

    #[test]
    fn the_ways_of_writing_it() {
        for text in [
            "13800001234",
            "138-0000-1234",
            "138 0000 1234",
            "+86 13800001234",
            "+8613800001234",
            "008613800001234",
            "8613800001234",
            "１３８００００１２３４",
        ] {
            assert_eq!(check(text).as_deref(), Ok("13800001234"), "{text}");
        }
        for text in ["19912345678", "16612345678"] {
            assert_eq!(check(text).as_deref(), Ok(text));
        }
    }

    #[test]
    fn each_error_has_its_kind() {
        for (text, kind) in [
            ("", Characters),
            ("+86", Characters),
            ("1380000123X", Characters),
            ("1380000123", Length),
            ("138000012345", Length),
            ("09331234567", Kind),
            ("12800001234", Kind),
            ("1.38E+10", Destroyed),
        ] {
            assert_eq!(check(text).expect_err(text).kind, kind, "{text}");
        }
    }

    #[test]
    fn the_mask_is_that_of_county_orders() {
        assert_eq!(mask("+86 13800001234"), "138****1234");
        assert_eq!(mask("0933-123"), "********");
    }
}
