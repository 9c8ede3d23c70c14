//! Ear tags of animals: 15 digits, 1 of species (1 pig, 2 cattle, 3 sheep or goat), 6 of region, 8 of serial number. No check digit.
//!
//! Source: domain.md 1.4, where the form is marked unsourced.

use types::{CodeKind, Text};

use crate::destroyed::is_scientific;
use crate::normalise::{normalise, without_strokes};
use crate::{Code, CodeError, CodeErrorKind};

/// `code(ear_tag)`.
pub(crate) fn code() -> Code {
    Code {
        kind: CodeKind("ear_tag"), title: Text::new("畜禽耳标号", "ear tag"), check, mask, exists_from: |_| None
    }
}

/// The 15 digits.
///
/// # Errors
/// See [`CodeErrorKind`].
pub fn check(text: &str) -> Result<String, CodeError> {
    let tag = without_strokes(&normalise(text));
    if is_scientific(&tag) {
        return Err(CodeError::destroyed());
    }
    if tag.is_empty() || !tag.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(CodeError::new(CodeErrorKind::Characters, "只能是数字", "only digits may stand here"));
    }
    if tag.len() != 15 {
        return Err(CodeError::new(
            CodeErrorKind::Length,
            format!("应为 15 位，现有 {} 位", tag.len()),
            format!("15 digits are needed, there are {}", tag.len()),
        ));
    }
    if !tag.starts_with(['1', '2', '3']) {
        return Err(CodeError::new(
            CodeErrorKind::Kind,
            "第 1 位（畜种）应为 1 猪、2 牛、3 羊",
            "the first digit, the species, is not 1 pig, 2 cattle, 3 sheep or goat",
        ));
    }
    if tag[1..].starts_with('0') {
        return Err(CodeError::new(CodeErrorKind::Region, "行政区划不能以 0 开头", "no region begins with 0"));
    }
    Ok(tag)
}

/// A tag names an animal, which is nobody: shown as it is. What is no tag is hidden whole.
#[must_use]
pub fn mask(text: &str) -> String {
    check(text).unwrap_or_else(|_| crate::normalise::hidden(text))
}

#[cfg(test)]
mod tests {
    use super::{check, mask};
    use crate::CodeErrorKind::{Characters, Destroyed, Kind, Length, Region};

    #[test]
    fn tags_and_what_is_wrong_with_others() {
        for text in ["299010100000001", "2 990101 00000001", "２９９０１０１０００００００１"] {
            assert_eq!(check(text).as_deref(), Ok("299010100000001"), "{text}");
        }
        for (text, kind) in [
            ("", Characters),
            ("29901010000000A", Characters),
            ("29901010000001", Length),
            ("499010100000001", Kind),
            ("099010100000001", Kind),
            ("209010100000001", Region),
            ("2.9901E+14", Destroyed),
        ] {
            assert_eq!(check(text).expect_err(text).kind, kind, "{text}");
        }
        assert_eq!((mask("2 990101 00000001").as_str(), mask("某牛").as_str()), ("299010100000001", "**"));
    }
}
