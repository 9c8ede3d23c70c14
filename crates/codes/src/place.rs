//! Place codes: province 2, prefecture 4, county 6 (GB/T 2260), township 9 (GB/T 10114), village 12, grid 15 digits (local).

use types::{CodeKind, Text};

use crate::destroyed::is_scientific;
use crate::normalise::{hidden, normalise};
use crate::{Code, CodeError, CodeErrorKind};

/// `code(place)`.
pub(crate) fn code() -> Code {
    Code {
        kind: CodeKind("place"), title: Text::new("行政区划代码", "place code"), check, mask, exists_from: |_| None
    }
}

/// Number of digits at each level: province, prefecture, county, township, village, grid.
pub const LENGTHS: [usize; 6] = [2, 4, 6, 9, 12, 15];
/// Addresses are published down to the township.
const TOWNSHIP: usize = 3;

/// The shortest form of a code: trailing groups of zeros are cut, so `990101000000` is the county `990101`.
///
/// # Errors
/// See [`CodeErrorKind`].
pub fn check(text: &str) -> Result<String, CodeError> {
    let mut code = normalise(text);
    if is_scientific(&code) {
        return Err(CodeError::destroyed());
    }
    if code.is_empty() || !code.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(CodeError::new(CodeErrorKind::Characters, "只能是数字", "only digits may stand here"));
    }
    let Some(level) = level(&code) else {
        return Err(CodeError::new(
            CodeErrorKind::Level,
            format!("应为 2、4、6、9、12 或 15 位，现有 {} 位", code.len()),
            format!("2, 4, 6, 9, 12 or 15 digits are needed, there are {}", code.len()),
        ));
    };
    for shorter in (0..level).rev() {
        if code[LENGTHS[shorter]..].bytes().any(|byte| byte != b'0') {
            break;
        }
        code.truncate(LENGTHS[shorter]);
    }
    if code.starts_with('0') {
        return Err(CodeError::new(CodeErrorKind::Region, "行政区划不能以 0 开头", "no region begins with 0"));
    }
    Ok(code)
}

/// Cut to the township, the finest place that may be published; what is no place code is hidden whole.
#[must_use]
pub fn mask(text: &str) -> String {
    match check(text) {
        Ok(mut code) => {
            code.truncate(LENGTHS[TOWNSHIP]);
            code
        }
        Err(_) => hidden(text),
    }
}

/// The level of a canonical code: 0 province, 1 prefecture, 2 county, 3 township, 4 village, 5 grid.
#[must_use]
pub fn level(code: &str) -> Option<usize> {
    let level = LENGTHS.iter().position(|length| *length == code.len())?;
    code.bytes().all(|byte| byte.is_ascii_digit()).then_some(level)
}

/// The place of level `level` (0..=5) in which the canonical `code` lies; itself at its own level, `None` below it.
#[must_use]
pub fn at_level(code: &str, level: usize) -> Option<&str> {
    self::level(code)?;
    code.get(..*LENGTHS.get(level)?)
}

/// The code one level above the canonical `code`; `None` for a province and for what is no code.
#[must_use]
pub fn parent(code: &str) -> Option<String> {
    at_level(code, level(code)?.checked_sub(1)?).map(str::to_owned)
}

/// Whether the canonical `ancestor` is `descendant` or a place above it.
#[must_use]
pub fn contains(ancestor: &str, descendant: &str) -> bool {
    level(ancestor).is_some() && level(descendant).is_some() && descendant.starts_with(ancestor)
}

#[cfg(test)]
mod tests {
    use super::{at_level, check, contains, level, mask};
    use crate::CodeErrorKind::{Characters, Destroyed, Level, Region};

    #[test]
    fn trailing_zero_groups_are_cut() {
        for (text, canonical) in [
            ("99", "99"),
            ("9901", "9901"),
            ("990101", "990101"),
            ("990101100", "990101100"),
            ("990101100201", "990101100201"),
            ("990101100201003", "990101100201003"),
            ("990101100000", "990101100"),
            ("990101000000", "990101"),
            ("990100000000", "9901"),
            ("990000000000", "99"),
            ("990000", "99"),
            ("990100", "9901"),
            ("990101000", "990101"),
            ("990101100201000", "990101100201"),
            // A prefecture without counties: the zeros inside stay.
            ("990100003000", "990100003"),
            (" ９９０１０１１００ ", "990101100"),
            ("990110", "990110"),
        ] {
            assert_eq!(check(text).as_deref(), Ok(canonical), "{text}");
        }
    }

    #[test]
    fn each_error_has_its_kind() {
        for (text, kind) in [
            ("", Characters),
            ("9901X1", Characters),
            ("九九", Characters),
            ("9", Level),
            ("99010110", Level),
            ("9901011002010031", Level),
            ("000000", Region),
            ("010101", Region),
            ("9.90101E+11", Destroyed),
        ] {
            assert_eq!(check(text).expect_err(text).kind, kind, "{text}");
        }
    }

    #[test]
    fn levels_and_ancestors() {
        assert_eq!((level("99"), level("990101100201003"), level("990"), level("九")), (Some(0), Some(5), None, None));
        assert!(contains("9901", "990101100201"));
        assert!(contains("990101", "990101"));
        assert!(!contains("990101100", "990101"));
        assert!(!contains("990", "990101"));
        assert!(!contains("", "990101"));
        assert_eq!(at_level("990101100201", 2), Some("990101"));
        assert_eq!(at_level("990101", 3), None);
        assert_eq!(at_level("990101", 6), None);
    }

    #[test]
    fn the_mask_ends_at_the_township() {
        assert_eq!(mask("990101100201003"), "990101100");
        assert_eq!(mask("990101"), "990101");
        assert_eq!(mask("某村"), "**");
    }
}
