//! The plain text lists beside this crate: a line an entry, `#` begins a comment.

/// Lines of `text` that say something, with their numbers (from 1), without comments.
pub(crate) fn entries(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().filter_map(|(index, line)| {
        let line = if line.starts_with('#') { "" } else { line.split(" #").next().unwrap_or(line) };
        let line = line.trim();
        (!line.is_empty()).then_some((index + 1, line))
    })
}

#[test]
fn comments_and_empty_lines_are_no_entries() {
    let found: Vec<_> = entries("# head\n\none  # why\n  two three\n").collect();
    assert_eq!(found, [(3, "one"), (4, "two three")]);
}
