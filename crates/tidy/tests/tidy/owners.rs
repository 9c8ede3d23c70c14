//! A heavy dependency has one owner; the others go through it.

use crate::list::entries;
use crate::metadata::{CRATES, Crate};
use crate::offence::{Offence, assert_none, places};
use crate::tree::{REPOSITORY, Tree};

const LIST: &str = "crates/tidy/owners.txt";

fn offences(crates: &[Crate], tree: &Tree) -> Vec<Offence> {
    let mut found = Vec::new();
    for (_, entry) in entries(tree.text(LIST)) {
        let mut words = entry.split_whitespace();
        let heavy = words.next().unwrap_or_default();
        let owners: Vec<&str> = words.collect();
        for one in crates {
            for dependency in one.dependencies.iter().filter(|dependency| dependency.name == heavy) {
                let in_tests = format!("dev:{}", one.name);
                let is_owner =
                    owners.contains(&one.name.as_str()) || dependency.is_dev && owners.contains(&in_tests.as_str());
                if !is_owner {
                    let owner = owners.first().unwrap_or(&"nobody");
                    found.push(Offence::new(
                        &one.manifest(),
                        one.line_of(heavy, tree),
                        format!("`{heavy}` belongs to `{owner}`"),
                        format!("use what `{owner}` offers, or write a decision note and change {LIST}"),
                    ));
                }
            }
        }
    }
    found
}

#[test]
fn the_repository_keeps_it() {
    assert_none(offences(&CRATES, &REPOSITORY));
}

#[test]
fn a_bad_example_is_found() {
    let crates = [
        Crate::of("store", &["sqlx"]),
        Crate::of("engine", &["serde", "sqlx"]),
        Crate::of("simulate", &["dev:calamine"]),
        Crate::of("pipeline", &["calamine", "dev:calamine"]),
    ];
    let tree = Tree::of(&[
        (LIST, "sqlx store\ncalamine intake dev:simulate\n"),
        ("crates/engine/Cargo.toml", "[dependencies]\nserde.workspace = true\nsqlx.workspace = true\n"),
    ]);
    assert_eq!(
        places(&offences(&crates, &tree)),
        ["crates/engine/Cargo.toml:3", "crates/pipeline/Cargo.toml:1", "crates/pipeline/Cargo.toml:1"]
    );
}
