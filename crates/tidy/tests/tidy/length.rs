//! Files stay readable: under 300 lines by aim, over 600 with a reason, over 900 never.

use std::io::Write;

use crate::offence::{Offence, assert_none, places};
use crate::tree::{REPOSITORY, Tree};

const LONG: usize = 600;
const TOO_LONG: usize = 900;

/// Rust and TypeScript files with more than `most` lines.
fn longer_than(most: usize, tree: &Tree) -> Vec<Offence> {
    let code = tree.texts().filter(|(path, _)| [".rs", ".ts", ".tsx"].iter().any(|suffix| path.ends_with(suffix)));
    let long = code.map(|(path, text)| (path, text.lines().count())).filter(|(_, lines)| *lines > most);
    long.map(|(path, lines)| {
        let remedy = "name the unit that grows here and give each its own file (CONTRIBUTING.md)";
        Offence::new(path, lines, format!("{lines} lines, over {most}"), remedy)
    })
    .collect()
}

#[test]
fn the_repository_keeps_it() {
    for offence in longer_than(LONG, &REPOSITORY) {
        // Past the test harness, which would swallow the output of a test that passes.
        writeln!(std::io::stderr(), "warning: {offence}").expect("stderr takes a line");
    }
    assert_none(longer_than(TOO_LONG, &REPOSITORY));
}

#[test]
fn a_bad_example_is_found() {
    let long = "\n".repeat(901);
    let tree = Tree::of(&[("crates/a/src/lib.rs", &long), ("crates/a/src/b.rs", &long[1..]), ("docs/a.md", &long)]);
    assert_eq!(places(&longer_than(TOO_LONG, &tree)), ["crates/a/src/lib.rs:901"]);
    assert_eq!(longer_than(LONG, &tree).len(), 2);
}
