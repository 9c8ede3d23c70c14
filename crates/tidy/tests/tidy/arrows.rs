//! Crates depend on each other only along the arrows of `arrows.txt`.

use std::collections::BTreeMap;

use crate::list::entries;
use crate::metadata::{CRATES, Crate};
use crate::offence::{Offence, assert_none, places};
use crate::tree::{REPOSITORY, Tree};

const LIST: &str = "crates/tidy/arrows.txt";

fn offences(crates: &[Crate], tree: &Tree) -> Vec<Offence> {
    let mut allowed: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut found = Vec::new();
    for (line, entry) in entries(tree.text(LIST)) {
        let mut words = entry.split_whitespace();
        let name = words.next().unwrap_or_default();
        if !crates.iter().any(|one| one.name == name) {
            found.push(Offence::new(LIST, line, format!("there is no crate `{name}`"), "remove the line"));
        }
        allowed.insert(name, words.collect());
    }
    for one in crates {
        let Some(allowed) = allowed.get(one.name.as_str()) else {
            let remedy = format!("add its line to {LIST}, with a note in docs/decisions/");
            found.push(Offence::new(&one.manifest(), 1, format!("crate `{}` has no arrows", one.name), remedy));
            continue;
        };
        for dependency in one.dependencies.iter().filter(|dependency| dependency.is_ours && !dependency.is_dev) {
            if !allowed.contains(&dependency.name.as_str()) {
                found.push(Offence::new(
                    &one.manifest(),
                    one.line_of(&dependency.name, tree),
                    format!("`{}` may not depend on `{}`", one.name, dependency.name),
                    format!(
                        "hand the value over through `types`, or write a decision note and add the arrow to {LIST}"
                    ),
                ));
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
        Crate::of("types", &[]),
        Crate::of("engine", &["serde", "types/", "dev:store/"]),
        Crate::of("store", &["types/", "engine/"]),
        Crate::of("new", &[]),
    ];
    let tree = Tree::of(&[
        (LIST, "# a comment\ntypes\nengine types\nstore types\ngone types\n"),
        ("crates/store/Cargo.toml", "[dependencies]\ntypes.workspace = true\nengine.workspace = true\n"),
    ]);
    assert_eq!(
        places(&offences(&crates, &tree)),
        ["crates/tidy/arrows.txt:5", "crates/store/Cargo.toml:3", "crates/new/Cargo.toml:1"]
    );
}
