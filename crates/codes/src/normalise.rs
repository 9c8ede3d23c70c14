//! How codes are typed by hand: spaces around them, full-width digits, a small x.

/// `text` without the white space around it, full-width digits and letters as ASCII, `x` as `X`.
pub(crate) fn normalise(text: &str) -> String {
    text.trim()
        .chars()
        .map(|c| match c {
            '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' | '．' | '＋' => {
                // The full-width forms stand in the order of ASCII, 0xFEE0 higher.
                char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c)
            }
            _ => c,
        })
        .map(|c| if c == 'x' { 'X' } else { c })
        .collect()
}

/// The same, with every letter in upper case.
pub(crate) fn normalise_upper(text: &str) -> String {
    normalise(text).to_ascii_uppercase()
}

/// Without the blanks and strokes that people put between groups of characters.
pub(crate) fn without_strokes(text: &str) -> String {
    text.chars().filter(|c| !(c.is_whitespace() || matches!(c, '-' | '－' | '—' | '–' | '·'))).collect()
}

/// The first `first` and last `last` characters of `text`, `*` between; all `*` when it is shorter than `least`.
pub(crate) fn ends_shown(text: &str, least: usize, first: usize, last: usize) -> String {
    let characters: Vec<char> = text.chars().collect();
    if characters.len() < least {
        return hidden(text);
    }
    let end = characters.len() - last;
    characters.iter().enumerate().map(|(index, c)| if index < first || index >= end { *c } else { '*' }).collect()
}

/// As many `*` as `text` has characters.
pub(crate) fn hidden(text: &str) -> String {
    "*".repeat(text.chars().count())
}

#[cfg(test)]
mod tests {
    use super::normalise;

    #[test]
    fn full_width_and_small_letters_are_brought_to_ascii() {
        assert_eq!(normalise("　９９０１０１ｘ\u{a0}\n"), "990101X");
        assert_eq!(normalise("９．９E＋11"), "9.9E+11");
        assert_eq!(normalise("甲9"), "甲9");
    }
}
