//! Every Rust file says what it is for, and every crate in a sentence.

use crate::offence::{Offence, assert_none, places};
use crate::tree::{REPOSITORY, Tree};

fn offences(tree: &Tree) -> Vec<Offence> {
    let mut found = Vec::new();
    for (path, text) in tree.under("crates/", ".rs") {
        let first = text.lines().next().unwrap_or_default();
        let sentence = first.strip_prefix("//!").map(str::trim);
        if sentence.is_none_or(str::is_empty) {
            found.push(Offence::new(path, 1, "does not start with `//!`", "say in one line what the file is for"));
            continue;
        }
        let is_root = path.ends_with("/src/lib.rs") || path.ends_with("/src/main.rs");
        let words = sentence.map_or(0, |sentence| sentence.split_whitespace().count());
        if is_root && words < 4 {
            found.push(Offence::new(path, 1, "the crate is not described", "say in a sentence what the crate does"));
        }
    }
    found
}

#[test]
fn the_repository_keeps_it() {
    assert_none(offences(&REPOSITORY));
}

#[test]
fn a_bad_example_is_found() {
    let tree = Tree::of(&[
        ("crates/a/src/lib.rs", "//! a\n"),
        ("crates/a/src/b.rs", "use std::fmt;\n"),
        ("crates/a/src/c.rs", "//!\n"),
        ("crates/a/src/d.rs", "//! Days.\n"),
    ]);
    assert_eq!(places(&offences(&tree)), ["crates/a/src/b.rs:1", "crates/a/src/c.rs:1", "crates/a/src/lib.rs:1"]);
}
