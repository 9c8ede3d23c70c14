//! Texts that may not stand somewhere: clocks, randomness and environment in pure crates, machine paths and registries anywhere.

use crate::list::entries;
use crate::offence::{Offence, assert_none, places};
use crate::tree::{REPOSITORY, Tree, lines_before_tests};

const LIST: &str = "crates/tidy/forbidden.txt";

fn offences(tree: &Tree) -> Vec<Offence> {
    let mut found = Vec::new();
    for (line, entry) in entries(tree.text(LIST)) {
        let parts: Vec<&str> = entry.split(" | ").map(str::trim).collect();
        let [needle, kind @ ("code" | "text"), at, except, remedy] = parts[..] else {
            found.push(Offence::new(
                LIST,
                line,
                "is not `needle | code or text | where | except | what to do`",
                "mend the line",
            ));
            continue;
        };
        let at = if at == "anywhere" { "" } else { at };
        let excepted: Vec<&str> = except.split_whitespace().filter(|path| *path != "-").collect();
        let files = tree.texts().filter(|(path, _)| *path != LIST && path.starts_with(at));
        for (path, text) in files.filter(|(path, _)| !excepted.iter().any(|prefix| path.starts_with(prefix))) {
            if kind == "code" && !path.ends_with(".rs") {
                continue;
            }
            let lines = if kind == "code" { lines_before_tests(path, text) } else { usize::MAX };
            let hits = text.lines().take(lines).enumerate().filter(|(_, line)| line.contains(needle));
            let hits = hits.filter(|(_, line)| kind == "text" || !line.trim_start().starts_with("//"));
            found.extend(hits.map(|(index, _)| Offence::new(path, index + 1, format!("`{needle}`"), remedy)));
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
        (
            LIST,
            "Clock::now | code | crates/ | crates/jianwei/ | pass it\n/machine/ | text | anywhere | Cargo.lock | leave it out\nbroken line\n",
        ),
        ("crates/a/src/lib.rs", "//! Clock::now\nlet now = Clock::now();\n#[cfg(test)]\nmod tests { Clock::now() }\n"),
        ("crates/a/tests/it.rs", "Clock::now()\n"),
        ("crates/jianwei/src/main.rs", "Clock::now()\n"),
        ("docs/a.md", "Clock::now\nsee /machine/x\n"),
        ("Cargo.lock", "/machine/\n"),
    ]);
    assert_eq!(
        places(&offences(&tree)),
        ["crates/a/src/lib.rs:2".to_owned(), "docs/a.md:2".into(), format!("{LIST}:3")]
    );
}
