//! What people type without meaning it: white space of every kind, full-width letters and digits, spreadsheet wrappings.

use std::borrow::Cow;

/// Without white space (no-break and full-width spaces too), byte order marks and zero-width characters at both ends.
pub(crate) fn trimmed(text: &str) -> &str {
    // Nearly every cell: nothing stands at its ends.
    let is_mark = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_graphic);
    if is_mark(text.as_bytes().first()) && is_mark(text.as_bytes().last()) {
        return text;
    }
    text.trim_matches(|c: char| c.is_whitespace() || is_invisible(c))
}

/// `="…"`, by which exports keep a spreadsheet from reading a number, without its wrapping.
pub(crate) fn unwrapped(text: &str) -> &str {
    text.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"')).map_or(text, trimmed)
}

/// Full-width letters, digits and signs as ASCII; every white space as a blank; dashes and minus signs as `-`.
pub(crate) fn folded(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    text.chars()
        .filter(|c| !is_invisible(*c))
        .map(|c| match c {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
            '\u{ffe5}' => '¥',
            '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
            c if c.is_whitespace() => ' ',
            c => c,
        })
        .collect::<String>()
        .into()
}

/// What two headers, or two file names, must share to be the same: folded, lower case, no white space, no mark of being required.
pub(crate) fn header_key(text: &str) -> String {
    let folded = folded(unwrapped(trimmed(text)));
    let key: String = folded.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect();
    key.trim_matches(|c| matches!(c, '*' | ':')).to_owned()
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{feff}' | '\u{200b}'..='\u{200f}' | '\u{2060}')
}

#[cfg(test)]
mod tests {
    use super::{folded, header_key, trimmed, unwrapped};

    #[test]
    fn what_is_not_meant_goes_away() {
        for (text, expected) in
            [("\u{feff} a\u{a0}b\u{3000}", "a\u{a0}b"), ("\t\r\n", ""), ("\u{200b}甲\u{200b}", "甲")]
        {
            assert_eq!(trimmed(text), expected, "{text:?}");
        }
        for (text, expected) in [("=\"0012\"", "0012"), ("=\" 7 \"", "7"), ("=1+1", "=1+1"), ("=\"", "=\"")] {
            assert_eq!(unwrapped(text), expected, "{text:?}");
        }
        assert_eq!(folded("１２Ａ－３．５￥－"), "12A-3.5¥-");
        for text in ["金额（元）", " 金 额(元)", "*金额(元)：", "\u{feff}金额（元)"] {
            assert_eq!(header_key(text), "金额(元)", "{text:?}");
        }
        assert_eq!(header_key("ID No"), "idno");
    }
}
