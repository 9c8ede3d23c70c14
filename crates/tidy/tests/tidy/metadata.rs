//! The crates of the workspace and what they declare, as `cargo metadata` tells it.

use std::process::Command;
use std::sync::LazyLock;

use serde_json::Value;

use crate::tree::{Tree, root};

/// The crates of this workspace.
pub(crate) static CRATES: LazyLock<Vec<Crate>> = LazyLock::new(read);

/// A workspace member.
pub(crate) struct Crate {
    pub(crate) name: String,
    pub(crate) dependencies: Vec<Dependency>,
}

/// One line of a manifest.
pub(crate) struct Dependency {
    pub(crate) name: String,
    /// Needed by tests only.
    pub(crate) is_dev: bool,
    /// Another crate of this workspace.
    pub(crate) is_ours: bool,
}

impl Crate {
    /// `Cargo.toml`, relative to the repository.
    pub(crate) fn manifest(&self) -> String {
        format!("crates/{}/Cargo.toml", self.name)
    }

    /// The line (from 1) on which `dependency` is declared.
    pub(crate) fn line_of(&self, dependency: &str, tree: &Tree) -> usize {
        let declares = |line: &str| line.strip_prefix(dependency).is_some_and(|rest| rest.starts_with(['.', ' ', '=']));
        tree.text(&self.manifest()).lines().position(declares).map_or(1, |index| index + 1)
    }

    /// A crate in memory: dependencies of ours end in `/`, those of tests begin with `dev:`.
    pub(crate) fn of(name: &str, dependencies: &[&str]) -> Self {
        let dependencies = dependencies.iter().map(|text| {
            let (is_dev, text) = text.strip_prefix("dev:").map_or((false, *text), |text| (true, text));
            let (is_ours, text) = text.strip_suffix('/').map_or((false, text), |text| (true, text));
            Dependency { name: text.into(), is_dev, is_ours }
        });
        Self { name: name.into(), dependencies: dependencies.collect() }
    }
}

fn read() -> Vec<Crate> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(root())
        .output()
        .expect("cargo metadata runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo metadata is JSON");
    let packages = metadata["packages"].as_array().expect("packages");
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let crates = packages.iter().map(|package| Crate {
        name: word(&package["name"]),
        dependencies: package["dependencies"]
            .as_array()
            .expect("dependencies")
            .iter()
            .map(|dependency| Dependency {
                name: word(&dependency["name"]),
                is_dev: dependency["kind"] == "dev",
                is_ours: dependency["path"].is_string(),
            })
            .collect(),
    });
    crates.collect()
}

#[test]
fn the_workspace_is_read() {
    let names: Vec<_> = CRATES.iter().map(|one| one.name.as_str()).collect();
    assert!(names.contains(&"tidy") && names.contains(&"types"), "{names:?}");
}
