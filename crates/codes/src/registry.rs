//! The kinds of code, by name.

use std::sync::LazyLock;

use types::{CodeKind, Day, Text};

use crate::{
    CodeError, bank_card, citizen_number, credit_code, disability_certificate, ear_tag, mobile, organisation_code,
    parcel, place,
};

/// One kind of code: a set of pure functions.
#[derive(Debug)]
pub struct Code {
    /// Its name, as in `code(citizen_number)`.
    pub kind: CodeKind,
    /// Its name for people.
    pub title: Text,
    pub(crate) check: fn(&str) -> Result<String, CodeError>,
    pub(crate) mask: fn(&str) -> String,
    pub(crate) exists_from: fn(&str) -> Option<Day>,
}

/// All kinds, in order of name.
static ALL: LazyLock<[Code; 9]> = LazyLock::new(|| {
    [
        bank_card::code(),
        citizen_number::code(),
        credit_code::code(),
        disability_certificate::code(),
        ear_tag::code(),
        mobile::code(),
        organisation_code::code(),
        parcel::code(),
        place::code(),
    ]
});

/// The kind of code called `name`; `citizen_number` and `citizen-number` are the same.
#[must_use]
pub fn code(name: &str) -> Option<&'static Code> {
    let name = name.replace('-', "_");
    codes().find(|code| code.kind.0 == name)
}

/// Every kind of code, in order of name.
pub fn codes() -> impl Iterator<Item = &'static Code> {
    ALL.iter()
}

impl Code {
    /// The canonical form of `text`.
    ///
    /// # Errors
    /// When `text` is not a code of this kind.
    pub fn check(&self, text: &str) -> Result<String, CodeError> {
        (self.check)(text)
    }

    /// `text` as it may be shown to everyone. Total: what is no code of this kind is hidden whole.
    #[must_use]
    pub fn mask(&self, text: &str) -> String {
        (self.mask)(text)
    }

    /// The first day on which the bearer can exist (the day of birth in a citizen number), where the code says so.
    #[must_use]
    pub fn exists_from(&self, text: &str) -> Option<Day> {
        (self.exists_from)(text)
    }
}

#[cfg(test)]
mod tests {
    use super::{code, codes};

    #[test]
    fn names_are_found_with_either_stroke() {
        for name in ["citizen_number", "citizen-number"] {
            assert_eq!(code(name).map(|code| code.kind.0), Some("citizen_number"));
        }
        assert!(code("citizen").is_none());
        let names: Vec<&str> = codes().map(|code| code.kind.0).collect();
        assert!(names.is_sorted() && names.len() == 9, "{names:?}");
    }

    proptest::proptest! {
        #[test]
        fn no_text_is_a_panic_and_canonical_forms_stay(text in ".{0,24}") {
            hold(&text);
        }

        #[test]
        fn nor_any_long_number(text in "[0-9０-９]{1,18}[0-9xXｘE.+]{0,3}") {
            hold(&text);
        }

        #[test]
        fn nor_what_looks_like_a_code(text in "[0-9A-Z -]{8,24}|1[3-9][0-9]{9}|[123]99[0-9]{12}|99[0-9]{17}") {
            hold(&text);
        }
    }

    fn hold(text: &str) {
        let _ = crate::looks_destroyed(text);
        for code in codes() {
            let masked = code.mask(text);
            let _ = code.exists_from(text);
            if let Ok(canonical) = code.check(text) {
                assert_eq!(code.check(&canonical).as_deref(), Ok(canonical.as_str()), "{text}");
                assert_eq!(code.mask(&canonical), masked, "{text}");
                assert_eq!(code.exists_from(&canonical), code.exists_from(text), "{text}");
            }
        }
    }
}
