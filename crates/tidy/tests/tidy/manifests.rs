//! Manifests: shared lints and versions, no dependency without a use.

use crate::metadata::{CRATES, Crate};
use crate::offence::{Offence, assert_none, places};
use crate::tree::{REPOSITORY, Tree};

/// The crate with the one file that needs `unsafe`: elsewhere it is forbidden, there it is denied and let in by name.
const WITH_UNSAFE: &str = "tablefile";

fn offences(crates: &[Crate], tree: &Tree) -> Vec<Offence> {
    let mut found = Vec::new();
    for one in crates {
        let manifest = one.manifest();
        let lints =
            if one.name == WITH_UNSAFE { "[lints.rust]\nunsafe_code = \"deny\"" } else { "[lints]\nworkspace = true" };
        if !tree.text(&manifest).contains(lints) {
            found.push(Offence::new(
                &manifest,
                1,
                "does not inherit the lints",
                "add `[lints]` with `workspace = true`",
            ));
        }
        for (index, line) in tree.text(&manifest).lines().enumerate() {
            let is_pinned = line.contains("version = \"") || line.starts_with("version =");
            if is_pinned {
                let remedy = "name the version in the workspace's Cargo.toml and write `NAME.workspace = true`";
                found.push(Offence::new(&manifest, index + 1, "names a version of its own", remedy));
            }
        }
        for dependency in &one.dependencies {
            let folder = format!("crates/{}/{}", one.name, if dependency.is_dev { "" } else { "src/" });
            let name = dependency.name.replace('-', "_");
            if !tree.under(&folder, ".rs").any(|(_, text)| has_word(text, &name)) {
                found.push(Offence::new(
                    &manifest,
                    one.line_of(&dependency.name, tree),
                    format!("`{}` is declared and never used", dependency.name),
                    "remove the line; a dependency comes with its first use",
                ));
            }
        }
    }
    let workspace = "Cargo.toml";
    let declared = tree.text(workspace).lines().enumerate().skip_while(|(_, line)| *line != "[workspace.dependencies]");
    for (index, line) in declared.skip(1).take_while(|(_, line)| !line.starts_with('[')) {
        let Some((name, _)) = line.split_once(" = ").filter(|_| !line.starts_with('#')) else { continue };
        if !crates
            .iter()
            .any(|one| one.name == name || one.dependencies.iter().any(|dependency| dependency.name == name))
        {
            let what = format!("no crate uses `{name}`");
            found.push(Offence::new(
                workspace,
                index + 1,
                what,
                "remove the line; a dependency comes with its first use",
            ));
        }
    }
    found
}

/// Whether `text` has `name` as a whole identifier outside of line comments.
fn has_word(text: &str, name: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.lines().filter(|line| !line.trim_start().starts_with("//")).any(|line| {
        line.match_indices(name)
            .any(|(at, _)| !line[..at].ends_with(is_part) && !line[at + name.len()..].starts_with(is_part))
    })
}

#[test]
fn the_repository_keeps_it() {
    assert_none(offences(&CRATES, &REPOSITORY));
}

#[test]
fn a_bad_example_is_found() {
    let crates = [Crate::of("a", &["serde", "serde_json", "csv-core", "dev:tempfile"]), Crate::of("b", &[])];
    let tree = Tree::of(&[
        ("Cargo.toml", "[workspace.dependencies]\nserde = \"1\"\nzip = \"1\"\n\n[profile.dev]\nopt-level = 1\n"),
        (
            "crates/a/Cargo.toml",
            "[lints]\nworkspace = true\n[dependencies]\nserde.workspace = true\ncsv-core = { version = \"1\" }\n",
        ),
        ("crates/a/src/lib.rs", "//! serde_json\nuse csv_core::Reader;\nfn my_serde() {}\n"),
        ("crates/a/tests/it.rs", "//! Tests.\nuse tempfile::tempdir;\n"),
        ("crates/b/Cargo.toml", "[package]\n"),
    ]);
    assert_eq!(
        places(&offences(&crates, &tree)),
        [
            "crates/a/Cargo.toml:5",
            "crates/a/Cargo.toml:4",
            "crates/a/Cargo.toml:1",
            "crates/b/Cargo.toml:1",
            "Cargo.toml:3"
        ]
    );
}
