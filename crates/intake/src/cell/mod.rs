//! Text -> typed cell. Numbers are read from their text, never through a float.

mod date;
mod number;

use std::borrow::Cow;

use codes::{Code, CodeErrorKind};
use pack::programme::Column;
use types::{RefusalCode, Type, Value};

use crate::normalise::{folded, trimmed, unwrapped};

pub(crate) use date::{month, year};
pub(crate) use number::number;

/// Reads the cells of one column.
pub(crate) struct CellReader<'a> {
    column: &'a Column,
    code: Option<&'static Code>,
    identifies: bool,
}

impl<'a> CellReader<'a> {
    /// `identifies`: rows are tied to subjects, or to each other, by this column, so that its text must be exact.
    pub(crate) fn new(column: &'a Column, identifies: bool) -> Self {
        let code = match column.ty {
            Type::Code(kind) => codes::code(kind.0),
            _ => None,
        };
        Self { column, code, identifies }
    }

    /// The value of a cell in canonical form; [`Value::Null`] for a blank one.
    ///
    /// # Errors
    /// Why it cannot be read.
    pub(crate) fn read(&self, cell: &str) -> Result<Value, RefusalCode> {
        let text = unwrapped(trimmed(cell));
        if self.column.words.is_empty() {
            return self.read_text(text);
        }
        if text.is_empty() {
            return Ok(Value::Null);
        }
        let words = &self.column.words;
        let word = words.get(text).or_else(|| words.get(folded(text).as_ref())).ok_or(RefusalCode::WordUnknown)?;
        self.read_text(word)
    }

    fn read_text(&self, text: &str) -> Result<Value, RefusalCode> {
        if matches!(self.column.ty, Type::Text | Type::Code(_)) {
            return Ok(self.canonical(text)?.map_or(Value::Null, |text| Value::text(&text)));
        }
        let folded = folded(text);
        let plain = without_mark(&folded);
        if plain.is_empty() {
            return Ok(Value::Null);
        }
        match self.column.ty {
            Type::Bool => truth(plain).map(Value::Bool).ok_or(RefusalCode::WrongType),
            Type::Number { unit, scale } => number(plain, unit, scale).map(Value::Number),
            Type::Day => date::day(plain).map(Value::Day).ok_or(RefusalCode::WrongType),
            Type::Month => month(plain).map(Value::Month).ok_or(RefusalCode::WrongType),
            Type::Year => year(plain).map(Value::Year).ok_or(RefusalCode::WrongType),
            Type::Text | Type::Code(_) | Type::Real { .. } | Type::Period => Err(RefusalCode::WrongType),
        }
    }

    /// The cell of a column of text or of codes that has no words of its own, copied only where it changes; `None` for a blank one.
    ///
    /// # Errors
    /// Why it cannot be read.
    pub(crate) fn read_canonical<'t>(&self, cell: &'t str) -> Result<Option<Cow<'t, str>>, RefusalCode> {
        self.canonical(unwrapped(trimmed(cell)))
    }

    fn canonical<'t>(&self, text: &'t str) -> Result<Option<Cow<'t, str>>, RefusalCode> {
        if text.is_empty() {
            return Ok(None);
        }
        if self.column.ty == Type::Text && !self.identifies {
            return Ok(Some(Cow::Borrowed(text)));
        }
        let folded = folded(text);
        let plain = without_mark(&folded);
        if plain.is_empty() {
            return Ok(None);
        }
        if self.column.ty == Type::Text {
            if is_rounded(plain) {
                return Err(RefusalCode::IdentifierDestroyed);
            }
            return Ok(Some(match &folded {
                Cow::Borrowed(text) => Cow::Borrowed(without_mark(text)),
                Cow::Owned(_) => Cow::Owned(plain.to_owned()),
            }));
        }
        if codes::looks_destroyed(plain) {
            return Err(RefusalCode::IdentifierDestroyed);
        }
        match self.code.map(|code| code.check(plain)) {
            Some(Ok(canonical)) => Ok(Some(Cow::Owned(canonical))),
            Some(Err(error)) if error.kind == CodeErrorKind::Destroyed => Err(RefusalCode::IdentifierDestroyed),
            Some(Err(_)) | None => Err(RefusalCode::CodeInvalid),
        }
    }
}

/// Without the apostrophe that exporters put before what a spreadsheet must not take for a number.
fn without_mark(text: &str) -> &str {
    let plain = text.trim();
    plain.strip_prefix(['\'', '`', '’', '‘']).unwrap_or(plain).trim_start()
}

fn truth(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "是" | "y" | "yes" | "true" | "t" | "1" | "√" => Some(true),
        "否" | "n" | "no" | "false" | "f" | "0" | "×" => Some(false),
        _ => None,
    }
}

/// `1.10105E+17`: digits, a point, an exponent of at least 15 (a spreadsheet keeps no more digits).
fn is_rounded(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.split_once(['E', 'e']) else { return false };
    let exponent = exponent.strip_prefix('+').unwrap_or(exponent);
    mantissa.starts_with(|c: char| c.is_ascii_digit())
        && mantissa.chars().all(|c| c.is_ascii_digit() || c == '.')
        && exponent.len() <= 3
        && exponent.parse::<u16>().is_ok_and(|exponent| exponent >= 15)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use pack::programme::Column;
    use types::{Class, RefusalCode, Text, Type};

    use super::CellReader;

    fn column(ty: Type, words: &[(&str, &str)]) -> Column {
        Column {
            name: "x".into(),
            title: Text::default(),
            ty,
            aliases: Vec::new(),
            optional: false,
            class: Class::Internal,
            words: words.iter().map(|(from, to)| ((*from).to_owned(), (*to).to_owned())).collect::<BTreeMap<_, _>>(),
        }
    }

    fn check(column: &Column, identifies: bool, cell: &str, expected: Result<&str, RefusalCode>) {
        let read = CellReader::new(column, identifies).read(cell).map(|value| value.to_string());
        assert_eq!(read.as_deref().map_err(|code| *code), expected, "{cell:?} as {}", column.ty.word());
    }

    #[test]
    fn cells_become_what_they_mean() {
        use RefusalCode::{IdentifierDestroyed, NumberOutOfRange, WordUnknown, WrongType};
        for (ty, cell, expected) in [
            (Type::Bool, " 是 ", Ok("true")),
            (Type::Bool, "Ｎ", Ok("false")),
            (Type::Bool, "TRUE", Ok("true")),
            (Type::Bool, "2", Err(WrongType)),
            (Type::MONEY, "1,234.5", Ok("1234.50")),
            (Type::MONEY, "￥ 1，234.50 元", Ok("1234.50")),
            (Type::MONEY, "'31200", Ok("31200.00")),
            (Type::MONEY, "=\"7\"", Ok("7.00")),
            (Type::MONEY, "1.005", Err(NumberOutOfRange)),
            (Type::MONEY, "#N/A", Err(WrongType)),
            (Type::INTEGER, "３０", Ok("30")),
            (Type::INTEGER, "3.0", Ok("3")),
            (Type::Day, "2026年5月31日", Ok("2026-05-31")),
            (Type::Month, "202605", Ok("2026-05")),
            (Type::Year, "2026年", Ok("2026")),
            (Type::Day, "46173", Err(WrongType)),
            (Type::Text, " 甲\u{a0}乙 ", Ok("甲\u{a0}乙")),
            (Type::Text, "1.1E+17", Ok("1.1E+17")),
            (Type::Text, "\u{3000}", Ok("null")),
            (Type::MONEY, "'", Ok("null")),
        ] {
            check(&column(ty, &[]), false, cell, expected);
        }
        check(&column(Type::Text, &[]), true, "ＡＢ－１", Ok("AB-1"));
        check(&column(Type::Text, &[]), true, "6.21E+18", Err(IdentifierDestroyed));
        check(&column(Type::Text, &[]), true, "12E3", Ok("12E3"));
        let words = column(Type::Text, &[("甲", "one"), ("B(2)", "two")]);
        check(&words, false, "甲", Ok("one"));
        check(&words, false, "Ｂ（２）", Ok("two"));
        check(&words, false, "one", Err(WordUnknown));
        check(&words, false, "", Ok("null"));
        check(&column(Type::Bool, &[("在", "true"), ("不在", "false")]), false, "不在", Ok("false"));
    }
}
