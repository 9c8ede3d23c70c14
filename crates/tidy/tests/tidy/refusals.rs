//! Every code with which something is refused stands in `docs/reference/refusals.md`, and nothing else does.

use std::collections::BTreeMap;

use crate::offence::{Offence, assert_none, places};
use crate::tree::{REPOSITORY, Tree, lines_before_tests};

const PAGE: &str = "docs/reference/refusals.md";

/// Closed lists: the words are the arms of a `match` (`Self::CellMissing => "cell_missing"`).
const LISTS: [&str; 7] = [
    "crates/types/src/reason.rs",
    "crates/types/src/refused.rs",
    "crates/intake/src/file_error.rs",
    "crates/casework/src/clue/verdict.rs",
    "crates/casework/src/case/refusal.rs",
    "crates/pipeline/src/job/remark.rs",
    STORE,
];

/// The binary shows these with hyphens.
const STORE: &str = "crates/store/src/error.rs";

/// Crates that refuse requests with `refused("code", ..)`, or with `Exit::Usage, "code", ..`.
const REFUSING: [&str; 3] = ["crates/pipeline/src/", "crates/jianwei/src/", "crates/server/src/"];

fn offences(tree: &Tree) -> Vec<Offence> {
    let mut codes: BTreeMap<String, (&str, usize)> = BTreeMap::new();
    for path in LISTS {
        for (index, line) in tree.text(path).lines().enumerate() {
            let word = line.trim().strip_prefix("Self::").and_then(|line| line.split_once(" => \""));
            if let Some(word) = word.and_then(|(_, rest)| rest.split('"').next()).filter(|word| is_code(word)) {
                let word = if path == STORE { word.replace('_', "-") } else { word.to_owned() };
                codes.entry(word).or_insert((path, index + 1));
            }
        }
    }
    for folder in REFUSING {
        for (path, text) in tree.under(folder, ".rs") {
            for (line, code) in refused(text).filter(|(line, _)| *line <= lines_before_tests(path, text)) {
                codes.entry(code.to_owned()).or_insert((path, line));
            }
        }
    }
    let rows = tree.text(PAGE).lines().enumerate();
    let documented: BTreeMap<&str, usize> =
        rows.filter_map(|(index, line)| Some((line.strip_prefix("| `")?.split('`').next()?, index + 1))).collect();
    let mut found = Vec::new();
    for (code, (path, line)) in &codes {
        if !documented.contains_key(code.as_str()) {
            let remedy = format!("add a row ``| `{code}` | .. |`` to {PAGE}");
            found.push(Offence::new(path, *line, format!("`{code}` is not documented"), remedy));
        }
    }
    for (code, line) in documented {
        if !codes.contains_key(code) {
            found.push(Offence::new(PAGE, line, format!("nothing is refused with `{code}`"), "remove the row"));
        }
    }
    found
}

/// The codes that `text` refuses with, as far as they are literals, with their lines.
fn refused(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let calls = text.match_indices("refused(").map(|(at, call)| at + call.len());
    let exits = text.match_indices("Exit::").filter_map(|(at, _)| {
        let after = text[at..].find(|c: char| !c.is_ascii_alphanumeric() && c != ':')? + at;
        text[after..].starts_with(',').then_some(after + 1)
    });
    calls.chain(exits).filter_map(|at| {
        let code = text[at..].trim_start().strip_prefix('"')?.split('"').next()?;
        is_code(code).then(|| (text[..at].lines().count(), code))
    })
}

fn is_code(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_' || byte == b'-')
}

#[test]
fn the_repository_keeps_it() {
    assert_none(offences(&REPOSITORY));
}

#[test]
fn a_bad_example_is_found() {
    let tree = Tree::of(&[
        (
            "crates/types/src/refused.rs",
            "//! Codes.\nSelf::A => \"cell_missing\",\nSelf::B => \"wrong_type\",\nSelf::C => (\"甲\", \"a\"),\n",
        ),
        (
            "crates/pipeline/src/job.rs",
            "//! A job.\nreturn Err(Error::refused(\n    \"too-early\",\n    \"早\"));\nrefused(\"known\", ..)\n",
        ),
        (
            "crates/jianwei/src/failure.rs",
            "//! Failures.\nwith(\n    Exit::Busy,\n    \"busy-code\")\nmatches!(x, Exit::Busy | Exit::Ok)\n",
        ),
        (STORE, "Self::TooNew { .. } => \"too_new\",\n"),
        (
            PAGE,
            "| code | what |\n|---|---|\n| `cell_missing` | .. |\n| `too-new` | .. |\n| `known` | .. |\n| `gone` | .. |\n",
        ),
    ]);
    assert_eq!(
        places(&offences(&tree)),
        [
            "crates/jianwei/src/failure.rs:3".to_owned(),
            "crates/pipeline/src/job.rs:2".into(),
            "crates/types/src/refused.rs:3".into(),
            format!("{PAGE}:6")
        ]
    );
}
