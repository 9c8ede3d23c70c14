//! Disability certificates of the second generation: a citizen number, a digit of kind (1 to 7), a digit of grade (1, the worst, to 4);
//! with two more characters after a reissue. The register of households in need also holds the bare 18 characters.
//!
//! What kinds 1 and 2 mean differs between published pages (domain.md 1.1, R10 and R11): that table belongs into packs.

use types::{CodeKind, Text};

use crate::destroyed::is_scientific;
use crate::normalise::{ends_shown, normalise_upper};
use crate::{Code, CodeError, CodeErrorKind, citizen_number};

/// `code(disability_certificate)`.
pub(crate) fn code() -> Code {
    Code {
        kind: CodeKind("disability_certificate"),
        title: Text::new("残疾人证号", "disability certificate"),
        check,
        mask,
        exists_from: |text| citizen_number::birth_day(&holder(text)?),
    }
}

/// The canonical form: 18, 20 or 22 characters, letters in upper case.
///
/// # Errors
/// See [`CodeErrorKind`].
pub fn check(text: &str) -> Result<String, CodeError> {
    let number = normalise_upper(text);
    if is_scientific(&number) {
        return Err(CodeError::destroyed());
    }
    if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase()) {
        return Err(CodeError::new(
            CodeErrorKind::Characters,
            "只能是数字和大写字母",
            "only digits and capital letters may stand here",
        ));
    }
    if !matches!(number.len(), 18 | 20 | 22) {
        return Err(CodeError::new(
            CodeErrorKind::Length,
            format!("应为 20 位（补发 22 位，或只写 18 位身份证号），现有 {} 位", number.len()),
            format!("20 characters are needed (22 after a reissue, or the bare 18), there are {}", number.len()),
        ));
    }
    let holder = citizen_number::check(&number[..18])?;
    // Compared as characters: `'7' <= 7` is a mistake that real scripts make.
    let (kind, grade) = (number[18..].chars().next(), number[18..].chars().nth(1));
    if kind.is_some_and(|kind| !('1'..='7').contains(&kind)) {
        return Err(CodeError::new(
            CodeErrorKind::Kind,
            "第 19 位（类别）应为 1 至 7",
            "character 19, the kind, is not 1 to 7",
        ));
    }
    if grade.is_some_and(|grade| !('1'..='4').contains(&grade)) {
        return Err(CodeError::new(
            CodeErrorKind::Kind,
            "第 20 位（等级）应为 1 至 4",
            "character 20, the grade, is not 1 to 4",
        ));
    }
    Ok(format!("{holder}{}", &number[18..]))
}

/// The citizen number of the holder of a valid certificate: one person's key, whichever form was registered.
#[must_use]
pub fn holder(text: &str) -> Option<String> {
    check(text).ok().map(|number| number[..18].to_owned())
}

/// First 2 and last 3 characters.
#[must_use]
pub fn mask(text: &str) -> String {
    ends_shown(&check(text).unwrap_or_else(|_| normalise_upper(text)), 18, 2, 3)
}

#[cfg(test)]
mod tests {
    use super::{check, holder, mask};
    use crate::CodeErrorKind::{Characters, CheckDigit, Date, Destroyed, Kind, Length};

    const HOLDER: &str = "11010519491231002X";

    #[test]
    fn the_three_lengths() {
        for tail in ["", "11", "74", "43B1"] {
            let number = format!("{HOLDER}{tail}");
            assert_eq!(check(&number).as_deref(), Ok(number.as_str()));
            assert_eq!(holder(&number.to_lowercase()).as_deref(), Some(HOLDER));
        }
    }

    #[test]
    fn each_error_has_its_kind() {
        for (text, kind) in [
            ("", Characters),
            ("某", Characters),
            ("110105194912310021", CheckDigit),
            ("11010519491231002X1", Length),
            ("11010519491231002X431", Length),
            ("11010519491231002X01", Kind),
            ("11010519491231002X81", Kind),
            ("11010519491231002X40", Kind),
            ("11010519491231002X45", Kind),
            ("11010519491231002XA1", Kind),
            ("11010519491331002X43", CheckDigit),
            ("1.10105E+19", Destroyed),
        ] {
            assert_eq!(check(text).expect_err(text).kind, kind, "{text}");
        }
        let digits = "99010120230229001";
        let number = format!("{digits}{}43", crate::citizen_number::check_digit(digits).expect("17 digits"));
        assert_eq!(check(&number).expect_err("29 February").kind, Date);
    }

    #[test]
    fn the_mask_keeps_two_and_three() {
        assert_eq!(mask("11010519491231002X43"), "11***************X43");
        assert_eq!(mask("4301"), "****");
    }
}
