//! From a byte of a scalar's value to the byte of the file where it was written.

use super::yaml::Style;

/// For each byte of `value`, and for its end, the byte of `source` where it was written. `source[start..]` begins with the
/// scalar. Exact for everything but runs of white space, which folding may shorten.
pub(crate) fn offsets(source: &str, start: usize, end: usize, value: &str, style: Style) -> Vec<usize> {
    let end = end.clamp(start.min(source.len()), source.len());
    let mut at = content_start(source, start, style);
    let mut offsets = Vec::with_capacity(value.len() + 1);
    let mut after = at;
    for character in value.chars() {
        if !character.is_whitespace() {
            at = skip_space(source, at, end, style);
        }
        let written = written_length(source, at, end, character, style);
        offsets.extend(std::iter::repeat_n(at, character.len_utf8()));
        // Within a character written as itself the bytes correspond.
        if written == character.len_utf8() {
            let first = offsets.len() - character.len_utf8();
            for (index, offset) in offsets[first..].iter_mut().enumerate() {
                *offset = at + index;
            }
        }
        at += written;
        after = at;
    }
    offsets.push(after);
    offsets
}

fn content_start(source: &str, start: usize, style: Style) -> usize {
    let rest = source.get(start..).unwrap_or_default();
    match style {
        Style::Plain => start,
        Style::Single | Style::Double if rest.starts_with(['\'', '"']) => start + 1,
        Style::Single | Style::Double => start,
        Style::Block if rest.starts_with(['|', '>']) => {
            start + rest.find('\n').map_or(rest.len(), |newline| newline + 1)
        }
        Style::Block => start,
    }
}

/// Folding and indentation leave white space in the source that is not in the value.
fn skip_space(source: &str, mut at: usize, end: usize, style: Style) -> usize {
    while at < end {
        let rest = &source[at..end];
        if style == Style::Double && (rest.starts_with("\\\n") || rest.starts_with("\\\r\n")) {
            at += 1;
        }
        match source[at..end].chars().next() {
            Some(character) if character.is_whitespace() => at += character.len_utf8(),
            _ => break,
        }
    }
    at
}

/// How many bytes at `at` stand for `character`.
fn written_length(source: &str, at: usize, end: usize, character: char, style: Style) -> usize {
    let Some(rest) = source.get(at..end).filter(|rest| !rest.is_empty()) else { return 0 };
    match style {
        Style::Single if character == '\'' && rest.starts_with("''") => 2,
        Style::Double if rest.starts_with('\\') => {
            let digits = match rest.as_bytes().get(1) {
                Some(b'x') => 2,
                Some(b'u') => 4,
                Some(b'U') => 8,
                _ => 0,
            };
            let length = 1 + rest[1..].chars().next().map_or(0, char::len_utf8) + digits;
            crate::finding::floor(rest, length)
        }
        _ => match rest.chars().next() {
            Some(first) if first == character || character.is_whitespace() == first.is_whitespace() => first.len_utf8(),
            _ => 0,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::{Style, offsets};

    /// Where `needle` of the value was written in `source`.
    fn found(source: &str, start: usize, value: &str, style: Style, needle: &str) -> String {
        let offsets = offsets(source, start, source.len(), value, style);
        let at = value.find(needle).expect(needle);
        source[offsets[at]..offsets[at + needle.len()]].to_owned()
    }

    #[test]
    fn every_style_leads_back_to_its_characters() {
        for (source, value, style) in [
            ("setting = '文字' and amuont > 1", "setting = '文字' and amuont > 1", Style::Plain),
            ("setting\n   = 1\n\n  and   amuont > 1", "setting = 1\nand   amuont > 1", Style::Plain),
            ("'x = ''文字'' and amuont > 1'", "x = '文字' and amuont > 1", Style::Single),
            (r#""x = \"\u6587字\" \x61nd amuont > 1""#, "x = \"文字\" and amuont > 1", Style::Double),
            ("\"x and \\\n   amuont\"", "x and amuont", Style::Double),
            ("|\n    x\n      and amuont\n", "x\n  and amuont\n", Style::Block),
            (">-\r\n    x\r\n    and amuont\r\n", "x and amuont", Style::Block),
        ] {
            assert_eq!(found(source, 0, value, style, "amuont"), "amuont", "{source}");
        }
    }
}
