//! Every code of a finding has its page, and every page its code.

use std::collections::BTreeMap;

use crate::offence::{Offence, assert_none, places};
use crate::tree::{REPOSITORY, Tree};

const PAGES: &str = "docs/reference/codes/";

fn offences(tree: &Tree) -> Vec<Offence> {
    let mut codes: BTreeMap<&str, (&str, usize)> = BTreeMap::new();
    for (path, text) in tree.under("crates/pack/src/", ".rs") {
        for (index, line) in text.lines().enumerate() {
            for code in line.split('"').skip(1).step_by(2).filter(|quoted| is_code(quoted)) {
                codes.entry(code).or_insert((path, index + 1));
            }
        }
    }
    let mut found = Vec::new();
    for (code, (path, line)) in &codes {
        let page = format!("{PAGES}{code}.md");
        if !tree.has(&page) {
            found.push(Offence::new(path, *line, format!("{code} has no page"), format!("write {page}")));
        } else if !tree.text(&page).starts_with(&format!("# {code}")) {
            found.push(Offence::new(
                &page,
                1,
                format!("does not begin with `# {code}`"),
                "begin the page with its code",
            ));
        }
    }
    for (path, _) in tree.under(PAGES, ".md") {
        let name = path.trim_start_matches(PAGES).trim_end_matches(".md");
        if is_code(name) && !codes.contains_key(name) {
            found.push(Offence::new(path, 1, format!("no finding has the code {name}"), "remove the page"));
        }
    }
    found
}

fn is_code(text: &str) -> bool {
    text.strip_prefix("JW").is_some_and(|digits| digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_digit()))
}

#[test]
fn the_repository_keeps_it() {
    assert_none(offences(&REPOSITORY));
}

#[test]
fn a_bad_example_is_found() {
    let tree = Tree::of(&[
        (
            "crates/pack/src/code.rs",
            "//! JW0009\nA = \"JW0101\", \"one\";\nB = \"JW0102\", \"two\";\nC = \"JW0103\", \"three\";\n",
        ),
        ("docs/reference/codes/JW0101.md", "# JW0101: one\n"),
        ("docs/reference/codes/JW0103.md", "# Three\n"),
        ("docs/reference/codes/JW0104.md", "# JW0104: four\n"),
    ]);
    assert_eq!(
        places(&offences(&tree)),
        ["crates/pack/src/code.rs:3", "docs/reference/codes/JW0103.md:1", "docs/reference/codes/JW0104.md:1"]
    );
}
