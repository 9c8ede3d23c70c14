//! Codes of contracted land (GB/T 35958-2018): a parcel has 19 digits, 14 of the party that gives the contract (a village of 12 and a
//! group of 2) and 5 of serial number. No check digit.
//!
//! The first 14 follow ownership at the time of registration and stay for the contract: they need not be this year's place code
//! (domain.md 1.3, R20 to R22).

use types::{CodeKind, Text};

use crate::destroyed::is_scientific;
use crate::normalise::{ends_shown, normalise, without_strokes};
use crate::{Code, CodeError, CodeErrorKind};

/// `code(parcel)`.
pub(crate) fn code() -> Code {
    Code {
        kind: CodeKind("parcel"),
        title: Text::new("承包地块编码", "parcel code"),
        check,
        mask,
        exists_from: |_| None,
    }
}

/// The 19 digits.
///
/// # Errors
/// See [`CodeErrorKind`].
pub fn check(text: &str) -> Result<String, CodeError> {
    let parcel = without_strokes(&normalise(text));
    if is_scientific(&parcel) {
        return Err(CodeError::destroyed());
    }
    if parcel.is_empty() || !parcel.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(CodeError::new(CodeErrorKind::Characters, "只能是数字", "only digits may stand here"));
    }
    if parcel.len() != 19 {
        return Err(CodeError::new(
            CodeErrorKind::Length,
            format!("应为 19 位，现有 {} 位", parcel.len()),
            format!("19 digits are needed, there are {}", parcel.len()),
        ));
    }
    if parcel.starts_with('0') {
        return Err(CodeError::new(CodeErrorKind::Region, "行政区划不能以 0 开头", "no region begins with 0"));
    }
    // Four lost digits leave a serial number ending in 0000 and a group without its last digit: more zeros than a parcel has.
    if parcel.ends_with("00000") {
        return Err(CodeError::new(
            CodeErrorKind::Serial,
            "地块顺序号不能是 00000",
            "no parcel has the serial number 00000",
        ));
    }
    Ok(parcel)
}

/// The party that gave the contract: the first 14 digits of a valid code.
#[must_use]
pub fn giver(text: &str) -> Option<String> {
    check(text).ok().map(|parcel| parcel[..14].to_owned())
}

/// Cut to the township, the finest place that may be published.
#[must_use]
pub fn mask(text: &str) -> String {
    ends_shown(&check(text).unwrap_or_else(|_| normalise(text)), 19, 9, 0)
}

#[cfg(test)]
mod tests {
    use super::{check, giver, mask};
    use crate::CodeErrorKind::{Characters, Destroyed, Length, Region, Serial};

    #[test]
    fn parcels_and_what_is_wrong_with_others() {
        assert_eq!(check(" 9901011002010100017 ").as_deref(), Ok("9901011002010100017"));
        assert_eq!(giver("9901011002010100017").as_deref(), Some("99010110020101"));
        for (text, kind) in [
            ("", Characters),
            ("990101100201010001K", Characters),
            ("990101100201010001", Length),
            ("0901011002010100017", Region),
            ("9901011002010100000", Serial),
            ("9.90101E+18", Destroyed),
        ] {
            assert_eq!(check(text).expect_err(text).kind, kind, "{text}");
        }
        assert_eq!((mask("9901011002010100017").as_str(), mask("某地").as_str()), ("990101100**********", "**"));
    }
}
